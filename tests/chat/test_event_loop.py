"""No command holds the event loop: while one is computed, the bot answers everybody else."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import sleep, thread_time

import pytest

from bench.corpus import grow
from bot.chat.client import VerbatimClient
from bot.library import Library
from bot.reading.desk import Desk, read_desk
from bot.store import Store
from tests.support.commands import COMMANDS, give
from tests.support.simulation import Clock, Server, reading_client

pytestmark = pytest.mark.simcord(settle_timeout=120)

# How much the library holds. 100,000 paragraphs take half a minute to index and are for a run by
# hand.
PARAGRAPHS = int(os.environ.get("VERBATIM_TEST_PARAGRAPHS", "500"))
MAX_HELD = 0.05  # seconds
SEEDS = Path(__file__).parents[2] / "seeds"


class LoopWatchdog:
    """Notes how long the event loop is held without a turn for others: in processor time of its
    thread, so that a busy machine changes nothing."""

    def __init__(self) -> None:
        self.longest = 0.0  # seconds

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch while the body runs."""
        watch = asyncio.create_task(self._watch())
        await asyncio.sleep(0)
        try:
            yield
            await asyncio.sleep(0.005)  # let it note what came last
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        while True:
            began = thread_time()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, thread_time() - began)


@pytest.fixture(scope="module")
def large_library() -> Iterator[Library]:
    desk = read_desk(SEEDS)
    corpus = grow(desk, PARAGRAPHS, 0)
    library = Library(Desk((*desk.articles, *corpus.articles), desk.topics, desk.names))
    gc.collect()
    gc.freeze()  # as the bot does once it has loaded its articles
    yield library
    gc.unfreeze()


@pytest.fixture
def simcord_bot(large_library: Library, simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(large_library, simulated_store, clock)


async def test_the_watchdog_sees_what_holds_the_loop() -> None:
    watchdog = LoopWatchdog()
    async with watchdog.watching():
        await asyncio.to_thread(sleep, 0.01)
    assert watchdog.longest < MAX_HELD
    async with watchdog.watching():
        end = thread_time() + MAX_HELD
        while thread_time() < end:
            pass
        await asyncio.sleep(0.005)
    assert watchdog.longest >= MAX_HELD


@pytest.mark.parametrize("command", COMMANDS)
async def test_no_command_holds_the_event_loop(server: Server, command: str) -> None:
    if command.startswith("schedule"):
        await server.schedule()
    watchdog = LoopWatchdog()
    async with watchdog.watching():
        await give(server, command)
    server.faults = len(server.env.errors)  # the articles of other tests are not here
    print(f"{command}: {watchdog.longest * 1000:.1f} ms")  # shown with -s
    assert watchdog.longest < MAX_HELD
