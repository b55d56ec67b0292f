"""The demo as a person meets it: the command, the address it prints, and the page in a browser."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.demo import serve
from bot.model import Timetable
from bot.store import Store
from tests.house import MONDAY, SEOUL, Clock, client_for, small_library

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).resolve().parent.parent
SUGGESTING_MS = 800  # the page asks for suggestions after 250 ms; a person sees them and goes on
PATIENCE_MS = 30_000  # how long a slow machine has for what a person would see at once


@contextmanager
def demo(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """The command `verbatim demo`, ended by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot", "demo"],
        cwd=ROOT,
        env={**os.environ, "VERBATIM_LOG_LEVEL": "ERROR", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    """The address the command prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/#\S+", line):
            return found.group()
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in headless Chromium, of the system's own."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed; on Debian: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(PATIENCE_MS)
        yield opened
        await browser.close()


async def give(page: Page, command: str, value: str) -> None:
    """Type a slash command and its first option as a person does, and send it."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(f"/{command}")
    await page.get_by_role("option", name=f"/{command}").first.click()
    await page.keyboard.type(value)
    await page.wait_for_timeout(SUGGESTING_MS)
    await page.keyboard.press("Enter")


async def test_the_demo_answers_in_the_browser(page: Page) -> None:
    with demo(VERBATIM_DEMO_PORT=free_port()) as process:
        await page.goto(await asyncio.to_thread(address_of, process))
        await expect(page.get_by_text("This page is a simulation of Discord.").first).to_be_visible(
            timeout=PATIENCE_MS
        )
        await give(page, "ask", "What did Lee say about eggs in one basket?")
        quote = page.locator("blockquote", has_text="We should not put all our eggs in one basket")
        await expect(quote.first).to_be_visible(timeout=PATIENCE_MS)
        await give(page, "digest", "north-korea")
        title = page.get_by_role("heading", name="Digest: North Korea")
        await expect(title).to_be_visible(timeout=PATIENCE_MS)


async def test_a_summary_that_falls_due_appears_by_itself(page: Page, tmp_path: Path) -> None:
    store = await Store.open(str(tmp_path / "demo.sqlite3"))
    clock = Clock()
    client = client_for(small_library(), store, clock)
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(client, port=0, announce=address.set_result, stop=stop))
    await page.goto(await address)
    await expect(page.locator("#channel-composer-input")).to_be_visible(timeout=PATIENCE_MS)
    [guild] = client.guilds
    await store.schedules.add(
        guild_id=guild.id,
        channel_id=guild.text_channels[0].id,
        topic="china",
        timetable=Timetable((MONDAY.time(),), (0,), "UTC"),
        announce_empty=False,
        created_by=1,
        now=MONDAY - timedelta(minutes=1),
    )
    await client.delivery.run_due()
    await expect(page.locator("blockquote", has_text=SEOUL.paragraphs[2].text)).to_be_visible(
        timeout=PATIENCE_MS
    )
    stop.set()
    await serving
    await store.close()


def test_the_demo_serves_its_page_and_ends_with_ctrl_c() -> None:
    with demo(VERBATIM_DEMO_PORT=free_port()) as process:
        with urllib.request.urlopen(address_of(process)) as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with demo(VERBATIM_DEMO_PORT=port) as process:
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert re.fullmatch(r"The demo page cannot start: [^\n]*\n", errors)


def test_without_simcord_the_demo_says_how_to_install_it(tmp_path: Path) -> None:
    missing = "raise ModuleNotFoundError(\"No module named 'simcord'\", name='simcord')\n"
    (tmp_path / "simcord.py").write_text(missing, encoding="utf-8")
    with demo(PYTHONPATH=str(tmp_path)) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert re.fullmatch(r"The demo needs simcord\. [^\n]*\n", errors)
