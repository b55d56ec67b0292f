"""A flood of one person or server is refused politely, and keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.chat.client import VerbatimClient as Bot
from bot.chat.interaction.workload import Workload
from bot.chat.session import serve
from bot.errors import BusyError
from bot.library import View
from bot.ops.health import Health
from bot.store import Store
from tests.support.loopback import LoopbackDiscord, loopback_discord
from tests.support.processes import ask_interaction, wait_until
from tests.support.simulation import MONDAY, Clock, FixedLibrary, reading_client, small_library

AT_WORK = "I am still working on your last question."
QUESTIONS = {
    "ask": {"question": "Who fired two missiles?"},
    "digest": {"topic": "china"},
    "verify": {"quote": "Exports of semiconductors to China fell by nine percent."},
    "timeline": {"topic": "north-korea"},
}


class HeldView(View):
    """A view whose every answer waits for `go_on`."""

    def __init__(self) -> None:
        self.__dict__.update(small_library().view().__dict__)
        self.go_on = Event()
        self.begun = 0

    def _timed(self, compute: Any) -> Any:
        self.begun += 1
        assert self.go_on.wait(30)
        return super()._timed(compute)


@asynccontextmanager
async def serving(view: HeldView, folder: Path) -> AsyncIterator[tuple[Bot, LoopbackDiscord]]:
    """The bot on a loopback Discord, answering from the view."""
    async with loopback_discord() as discord:
        store = await Store.open(str(folder / "verbatim.sqlite3"))
        client, stop = reading_client(FixedLibrary(view), store, Clock()), asyncio.Event()
        task = asyncio.create_task(serve(client, "t", stop))
        await asyncio.wait_for(discord.connected.wait(), 30)
        yield client, discord
        stop.set()
        await asyncio.wait_for(task, 30)
        await store.close()


def command_interaction(command: str, number: int) -> dict[str, Any]:
    """A command of ann in direct messages, as the gateway sends it."""
    options = [
        {"name": name, "type": 3, "value": value} for name, value in QUESTIONS[command].items()
    ]
    interaction = ask_interaction("", number)
    return {**interaction, "data": {"id": "3", "name": command, "type": 1, "options": options}}


def count_replies(client: Bot, command: str, status: str) -> float:
    """How many commands had that outcome, as the metrics say."""
    health = Health(MONDAY, (), 0, 0, "")
    labels = f'verbatim_replies_total{{command="{command}",status="{status}"}} '
    lines = client.journal.metrics.render(health).decode().splitlines()
    return sum(float(line.removeprefix(labels)) for line in lines if line.startswith(labels))


@pytest.mark.parametrize("command", QUESTIONS)
async def test_a_person_who_floods_is_told_to_wait_and_then_answered(
    tmp_path: Path, command: str
) -> None:
    view = HeldView()
    async with serving(view, tmp_path) as (client, discord):
        for number in range(12):
            await discord.send("INTERACTION_CREATE", command_interaction(command, 100 + number))

        async def are_refused() -> bool:
            return count_replies(client, command, "busy") == 9

        await wait_until(are_refused)
        assert str(discord.asked("POST", "/callback")).count(AT_WORK) == 9
        view.go_on.set()
        await discord.send("INTERACTION_CREATE", command_interaction(command, 200))

        async def are_answered() -> bool:
            outcomes = ("answer", "related", "none", "digest", "exact", "near", "timeline", "done")
            return sum(count_replies(client, command, outcome) for outcome in outcomes) >= 3

        await wait_until(are_answered)
        assert count_replies(client, command, "failed") == 0


@pytest.mark.parametrize("command", QUESTIONS)
async def test_questions_are_answered_while_all_other_threads_are_held_up(
    tmp_path: Path, command: str
) -> None:
    view, go_on, loop = HeldView(), Event(), asyncio.get_running_loop()
    view.go_on.set()
    async with serving(view, tmp_path) as (_, discord):
        with ThreadPoolExecutor(6) as others:
            loop.set_default_executor(others)
            held = [loop.run_in_executor(None, go_on.wait, 30) for _ in range(12)]
            await discord.send("INTERACTION_CREATE", command_interaction(command, 100))

            async def replies() -> list[Any]:
                return discord.asked("POST", "/callback")

            await wait_until(replies)
            assert not go_on.is_set()
            go_on.set()
            await asyncio.gather(*held)
        loop.set_default_executor(ThreadPoolExecutor(2))


async def test_a_servers_flood_leaves_threads_to_others_and_suggestions() -> None:
    workload, go_on = Workload(), Event()
    flood = [
        asyncio.create_task(workload.answer(lambda: go_on.wait(30), person=number, server=1))
        for number in range(40)
    ]
    async with asyncio.timeout(10):
        assert await workload.answer(lambda: "rain", person=90, server=2) == "rain"
        assert await workload.answer(lambda: "hail", person=91, server=None) == "hail"
        assert await workload.suggest(lambda: "sun", person=1, server=1) == "sun"
    go_on.set()
    results = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(result, BusyError) for result in results) == 20
    workload.close()


async def test_slow_suggestions_of_one_server_leave_a_thread_to_others() -> None:
    workload, go_on = Workload(), Event()
    typed = [
        asyncio.create_task(workload.suggest(lambda: go_on.wait(30), person=number, server=1))
        for number in range(10)
    ]
    async with asyncio.timeout(10):
        assert await workload.suggest(lambda: "Okafor", person=90, server=2) == "Okafor"
        assert await workload.answer(lambda: "rain", person=1, server=1) == "rain"
    go_on.set()
    assert all(await asyncio.gather(*typed))
    workload.close()
