"""Summaries of many servers that fall due at once, posted on the loopback."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from time import perf_counter, process_time

import psutil
from aiohttp import web
from sqlalchemy import insert, text

from bot.model import Preferences
from bot.schedule.delivery import PASS_INTERVAL, POST_TIMEOUT
from bot.store import Store
from bot.store.schema import outbox, schedules
from tests.support.load import AskingServer
from tests.support.loopback import serve_discord
from tests.support.process_kills import deliver
from tests.support.processes import ask_interaction

DISCORD_SECONDS = 0.1  # until Discord answers
SERVERS = 1000
TOPICS = ("china", "north-korea", "harbour", "Seoul", "typhoon")
HOUR = timedelta(hours=1)
MAX_SECONDS = 75.0  # for one run; what was posted by then counts
SECONDS_BETWEEN_QUESTIONS = 0.1
OPEN_ROWS, CLAIMS = 1000, 20
START_SECONDS = 120.0  # until a process is connected


@dataclass(frozen=True, slots=True)
class Posting:
    """Seconds until the first post, posts a second from then on, and channels posted to twice.

    `post_ms` and `discord_ms` are milliseconds of processor time for each post, of all processes of
    the bot and of the simulated Discord; `ask_ms` are those until an `/ask` given meanwhile has its
    reply.
    """

    first: float
    rate: float
    doubled: int
    post_ms: float
    discord_ms: float
    ask_ms: list[float]


@dataclass
class SlowDiscord(AskingServer):
    """Answers every request after DISCORD_SECONDS, and knows when it was posted to."""

    posted_at: list[float] = field(default_factory=list)

    async def rest(self, request: web.Request) -> web.Response:
        """Answer a request, late; a reply to an interaction has come at once."""
        answer = await super().rest(request)
        await asyncio.sleep(DISCORD_SECONDS)
        if request.method == "POST" and request.path.endswith("/messages"):
            self.posted_at.append(perf_counter())
        return answer


async def add_schedules(store: Store, number: int) -> None:
    """Add schedules that fell due an hour ago, each for a channel of its own, in SERVERS servers
    whose language is known."""
    now = datetime.now(UTC)
    rows = [
        {
            "guild_id": at % SERVERS + 1,
            "channel_id": 10_000 + at,
            "topic": TOPICS[at % len(TOPICS)],
            "times": f"{now - HOUR:%H:%M}",
            "days": "0,1,2,3,4,5,6",
            "zone": "UTC",
            "announce_empty": True,
            "created_by": 9,
            "created_at": now,
            "due_after": now - 2 * HOUR,
            "paused": False,
        }
        for at in range(number)
    ]
    async with store._database.writing() as connection:
        await connection.execute(insert(schedules), rows)
    for guild_id in range(1, min(number, SERVERS) + 1):
        await store.preferences.put(guild_id, Preferences(language="en"))


async def measure_posting(database: str, processes: int, due: int) -> Posting:
    """Let so many summaries fall due, have processes post them, and ask one of these meanwhile."""
    store = await Store.open(database)
    await add_schedules(store, due)
    await store.close()
    context = get_context("spawn")
    async with serve_discord(SlowDiscord(checks_one_in=10**6)) as server:
        server.guilds = [*range(1, SERVERS + 1)]
        running = [
            context.Process(
                target=deliver,
                args=(server.port, database, f"process-{at}", POST_TIMEOUT, PASS_INTERVAL),
            )
            for at in range(processes)
        ]
        for process in running:
            process.start()
        try:
            await asyncio.wait_for(server.connected.wait(), START_SECONDS)
            began, ours = perf_counter(), process_time()
            used = processor_seconds(*(process.pid for process in running))
            async with _asking(server) as ask_ms:
                while len(server.posted_at) < due and perf_counter() - began < MAX_SECONDS:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            posted = len(server.posted_at)
            used = processor_seconds(*(process.pid for process in running)) - used
            post_ms = 1000 * used / posted
            discord_ms = 1000 * (process_time() - ours) / posted
        finally:
            for process in running:
                process.kill()
                process.join()
        first, last = server.posted_at[0], server.posted_at[-1]
        posts = [post for channel in list(server.messages) for post in server.posts(channel)]
        doubled = len(posts) - len({post["channel_id"] for post in posts})
        rate = (posted - 1) / (last - first)
        return Posting(first - began, rate, doubled, post_ms, discord_ms, ask_ms)


async def measure_claims(database: str) -> float:
    """The milliseconds of one claim in the middle, with OPEN_ROWS that are newer than the
    statistics of the database."""
    store, now = await Store.open(database), datetime.now(UTC)
    await add_schedules(store, OPEN_ROWS)
    rows = [
        {"schedule_id": at + 1, "slot": now - HOUR, "available_at": now - HOUR, "attempts": 0}
        for at in range(OPEN_ROWS)
    ]
    async with store._database.writing() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.execute(insert(outbox), rows)
    durations = []
    for _ in range(CLAIMS):
        began = perf_counter()
        assert await store.outbox.claim_summary(now, HOUR, "bench")
        durations.append(1000 * (perf_counter() - began))
    await store.close()
    return statistics.median(durations)


@asynccontextmanager
async def _asking(server: AskingServer) -> AsyncIterator[list[float]]:
    """The milliseconds of questions that are asked one after the other for as long as the block."""
    ask_ms: list[float] = []

    async def ask() -> None:
        for number in count(100):
            interaction = ask_interaction("What does Seoul say about Washington?", number)
            seconds = await server.reply(interaction | {"token": f"token-{number}"})
            ask_ms.append(1000 * seconds)
            await asyncio.sleep(SECONDS_BETWEEN_QUESTIONS)

    asking = asyncio.create_task(ask())
    try:
        yield ask_ms
    finally:
        asking.cancel()
        await asyncio.wait({asking})


def processor_seconds(*process_ids: int | None) -> float:
    """Return the seconds of processor time that processes have taken."""
    times = [psutil.Process(process_id).cpu_times() for process_id in process_ids]
    return float(sum(each.user + each.system for each in times))
