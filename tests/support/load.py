"""Questions, digests, buttons and schedules for a bounded time, on `verbatim run` as a process."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

from bot.store import Store
from tests.support.discord_server import SOMEBODY, DiscordServer, message_of
from tests.support.loopback import USER, serve_discord
from tests.support.process_kills import count_slots, list_guilds, schedule_due
from tests.support.processes import PROCESSOR_TIME, ROOT, ask_interaction, start_verbatim
from tests.support.processor_time import read_processor_time

PEOPLE = 12  # at once; each asks again as soon as they have their reply
MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEFERRED = 5  # the type of a reply that only says that one will come
CHECKS_ONE_IN = 500  # requests; to look takes a hundred times as long as to answer
IDLE_PERCENT = 15.0  # of a core
LOOPBACK = "simulated Discord, and who asks"
WARM_UP = 5.0  # seconds until the memory is measured first
SUBJECTS = ("China", "North Korea", "the United States", "the alliance", "trade", "missiles")
SAYINGS = ("say about", "plan for", "want from", "fear of", "promise", "change in")
WHO = ("Seoul", "President Lee", "Beijing", "Washington", "Pyongyang", "the government")


class Bot(Enum):
    """What is kept busy, by the name of its column in docs/reliability.md."""

    WORDS = "ranked by words"
    MODEL = "with the sentence model"
    BARE = "discord.py alone"


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """What was done in `seconds`: replies a second; for each kind of interaction the number of
    replies, and milliseconds until 50, 95 and 99 of 100; the milliseconds of processor time that
    each part took for each interaction; of the bot, the share of a core that it used and its memory
    in MB at both ends; the slots that came due, and how many of them are not shown once."""

    seconds: float
    rate: float
    latencies: dict[str, tuple[int, float, float, float]]
    parts: dict[str, float]
    core: float
    memory: tuple[float, float]
    slots: int
    not_once: int


@dataclass
class AskingServer(DiscordServer):
    """Gives interactions and knows when each has its reply."""

    replies: dict[str, asyncio.Event] = field(default_factory=dict)

    async def rest(self, request: web.Request) -> web.Response:
        """Answer a request, and note the reply to an interaction."""
        answered = await super().rest(request)
        parts = request.path.split("/")
        token = next((part for part in parts if part in self.replies), None)
        deferred = request.path.endswith("/callback") and self.requests[-1][2]["type"] == DEFERRED
        if token and not deferred:
            self.replies[token].set()
        return answered

    async def reply(self, interaction: dict[str, Any]) -> float:
        """The seconds until it has its reply."""
        token = interaction["token"]
        self.replies[token] = asyncio.Event()
        began = time.perf_counter()
        await self.send("INTERACTION_CREATE", interaction)
        await asyncio.wait_for(self.replies[token].wait(), 60)
        del self.replies[token]
        return time.perf_counter() - began


async def run(
    folder: Path, seconds: float, *, warm_up: float = WARM_UP, bot: Bot = Bot.WORDS
) -> LoadFigures:
    """Keep `bot` busy for so long, after it has warmed up. `folder` is empty."""
    noted, database = folder / "processor-time.json", str(folder / "verbatim.db")
    async with (
        serve_discord(_asking_server(seconds)) as server,
        _start(bot, server, folder, noted, database) as process,
    ):
        await asyncio.wait_for(server.connected.wait(), 60)
        await _wait_until_idle(process)
        scheduling = asyncio.create_task(
            _keep_scheduling(database, 0 if bot is Bot.BARE else seconds)
        )
        numbers, seen, stop = count(100), defaultdict[str, list[float]](list), asyncio.Event()
        people = [_keep_asking(server, numbers, seen, seed, stop) for seed in range(PEOPLE)]
        asking = asyncio.gather(*people)
        await asyncio.sleep(warm_up)
        memory, used, began = process.memory_info().rss, _used(process), time.perf_counter()
        ours, before = time.process_time(), read_processor_time(noted)
        seen.clear()
        await asyncio.sleep(seconds)
        took = time.perf_counter() - began
        core = (_used(process) - used) / took
        parts = {
            part: used - before.get(part, 0) for part, used in read_processor_time(noted).items()
        } | {LOOPBACK: time.process_time() - ours}
        number = sum(map(len, seen.values()))
        after = process.memory_info().rss
        stop.set()
        await asking
        slots = await scheduling
        async with asyncio.timeout(60):
            while len(count_slots(server)) < slots:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert server.broken == []
        return LoadFigures(
            seconds=took,
            rate=number / took,
            latencies={kind: _latencies(seen[kind]) for kind in sorted(seen)},
            parts={part: 1000 * used / number for part, used in parts.items()},
            core=core,
            memory=(memory / 1e6, after / 1e6),
            slots=slots,
            not_once=sum(times != 1 for times in count_slots(server).values()),
        )


@asynccontextmanager
async def _start(
    bot: Bot, server: AskingServer, folder: Path, noted: Path, database: str
) -> AsyncIterator[psutil.Process]:
    if bot is Bot.BARE:
        async with _start_bare(server, folder, noted) as process:
            yield process
        return
    settings = {
        PROCESSOR_TIME: str(noted),
        "VERBATIM_DATABASE": database,
        "VERBATIM_DESK": str(ROOT / "seeds"),
        "VERBATIM_LOG_LEVEL": "ERROR",  # what it logs is not read, and a full pipe would stop it
        "VERBATIM_SEMANTIC": "on" if bot is Bot.MODEL else "off",
    }
    async with start_verbatim("run", discord=server, folder=folder, **settings) as running:
        yield psutil.Process(running.process.pid)


@asynccontextmanager
async def _start_bare(
    server: AskingServer, folder: Path, noted: Path
) -> AsyncIterator[psutil.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.bare_bot", str(server.port), str(noted)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        await process.wait()


async def _keep_asking(
    server: AskingServer,
    numbers: count[int],
    seen: dict[str, list[float]],
    seed: int,
    stop: asyncio.Event,
) -> None:
    chosen, person = random.Random(seed), {**SOMEBODY, "id": str(1000 + seed)}
    while not stop.is_set():
        kind, interaction = _interaction(chosen, next(numbers))
        interaction["user"] = person  # of one person at most three questions are answered at once
        seen[kind].append(await server.reply(interaction))


def _interaction(chosen: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    """A kind and one of it; of ten, six are questions, two digests and two buttons."""
    subject, who, says = chosen.choice(SUBJECTS), chosen.choice(WHO), chosen.choice(SAYINGS)
    asked = ask_interaction(f"What does {who} {says} {subject}?", number) | {
        "token": f"token-{number}"
    }
    match chosen.randrange(10):
        case 0 | 1:
            option = {"name": "topic", "type": 3, "value": f"{who} {subject}"}
            command = {"id": "4", "name": "digest", "type": 1, "options": [option]}
            return "/digest", asked | {"data": command}
        case 2 | 3:
            pressed = {"custom_id": f"v1:sources:{chosen.randrange(4)}"}
            button = {"type": 2, "id": 2, "style": 2, "label": "Next", **pressed}
            row = {"type": 1, "id": 1, "components": [button]}
            message = message_of(5, USER, [row], MOMENT, number)
            data = {"component_type": 2, **pressed}
            return "button", asked | {"type": 3, "data": data, "message": message}
    return "/ask", asked


def _asking_server(seconds: float) -> AskingServer:
    return AskingServer(checks_one_in=CHECKS_ONE_IN, guilds=list_guilds(int(seconds)))


async def _keep_scheduling(database: str, seconds: float) -> int:
    """A schedule that is due, every second; how many."""
    store = await Store.open(database)
    for number in range(int(seconds)):
        await schedule_due(store, number)
        await asyncio.sleep(1)
    await store.close()
    return int(seconds)


async def _wait_until_idle(process: psutil.Process) -> None:
    """Wait until it has read its articles and made their vectors."""
    process.cpu_percent()
    async with asyncio.timeout(120):
        while process.cpu_percent() > IDLE_PERCENT:  # noqa: ASYNC110
            await asyncio.sleep(0.5)


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _latencies(seconds: list[float]) -> tuple[int, float, float, float]:
    parts = [1000 * each for each in statistics.quantiles(seconds, n=100)]
    return len(seconds), parts[49], parts[94], parts[98]
