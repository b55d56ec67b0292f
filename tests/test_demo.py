"""The demo as a person meets it: the command, the address it prints, and the page in a browser."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import urllib.request
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo import serve, simulated
from bot.store import Store
from tests.support.browser import (
    CHROMIUM,
    PATIENCE_MS,
    choose_option,
    messages,
    open_demo,
    open_page,
    read_address,
    run_demo,
    send_command,
)
from tests.support.simulation import SEOUL, Clock, reading_client, small_library


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed; on Debian: apt-get install chromium")
    async with open_page() as page:
        yield page


async def test_the_demo_answers_in_the_browser(page: Page) -> None:
    with run_demo(VERBATIM_DEMO_PORT=free_port()) as process:
        await open_demo(page, await asyncio.to_thread(read_address, process))
        await expect(page.get_by_text("This page is a simulation of Discord.").first).to_be_visible(
            timeout=PATIENCE_MS
        )
        await send_command(page, "ask", question="What did Lee say about eggs in one basket?")
        quote = page.locator("blockquote", has_text="We should not put all our eggs in one basket")
        await expect(quote.first).to_be_visible(timeout=PATIENCE_MS)
        await send_command(page, "digest", topic="north-korea")
        title = page.get_by_role("heading", name="North Korea")
        await expect(title).to_be_visible(timeout=PATIENCE_MS)


async def test_a_newcomer_asks_looks_around_and_sees_a_summary_post(
    page: Page, tmp_path: Path
) -> None:
    store = await Store.open(str(tmp_path / "demo.sqlite3"))
    clock = Clock()
    client = reading_client(small_library(), store, clock)
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with simulated(client) as simulation:
        serving = asyncio.create_task(
            serve(simulation, port=0, announce=address.set_result, stop=stop)
        )
        await open_demo(page, await address)

        await send_command(
            page, "ask", question="Will Seoul choose between Washington and Beijing?"
        )
        answer = messages(page, SEOUL.paragraphs[0].text)
        await choose_option(answer, "Context …", "Context of")
        passage = messages(page, "Paragraph 1 of 3")
        await expect(passage).to_contain_text(SEOUL.paragraphs[1].text, timeout=PATIENCE_MS)
        await expect(passage).to_contain_text("Only you can see this")

        await send_command(page, "schedule add", channel="#briefing", topic="China", time="9am")
        await expect(messages(page, "every day at 09:00")).to_be_visible(timeout=PATIENCE_MS)
        clock.now += timedelta(hours=1)
        await client.delivery.run_due()
        summary = messages(page, "First summary")
        await expect(summary).to_contain_text(SEOUL.paragraphs[2].text, timeout=PATIENCE_MS)
        stop.set()
        await serving
    await store.close()


def test_the_demo_serves_its_page_and_ends_with_ctrl_c() -> None:
    with run_demo(VERBATIM_DEMO_PORT=free_port()) as process:
        with urllib.request.urlopen(read_address(process)) as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        port = str(server_socket.getsockname()[1])
        with run_demo(VERBATIM_DEMO_PORT=port) as process:
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert re.fullmatch(r"The demo page cannot start: [^\n]*\n", errors)


def test_without_simcord_the_demo_says_how_to_install_it(tmp_path: Path) -> None:
    missing = "raise ModuleNotFoundError(\"No module named 'simcord'\", name='simcord')\n"
    (tmp_path / "simcord.py").write_text(missing, encoding="utf-8")
    with run_demo(PYTHONPATH=str(tmp_path)) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert re.fullmatch(r"The demo needs simcord\. [^\n]*\n", errors)
