"""Many servers: python -m bench.servers [--due 300]. Posts, claims and feeds on the loopback."""

from __future__ import annotations

import asyncio
import logging
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from aiohttp import web
from rich.console import Console
from sqlalchemy import insert, select, text

from bench.report import Table, figure, for_people, markdown, put
from bot.app import clock
from bot.ingest.polling import FeedPoller
from bot.model import Limits, Preferences
from bot.reading.web.fetch import Fetcher, FetchResult
from bot.schedule.delivery import PASS_INTERVAL, POST_TIMEOUT
from bot.store import Store
from bot.store.schema import feeds, outbox, schedules, subscriptions
from tests.support.databases import postgres_server
from tests.support.discord_server import DiscordServer
from tests.support.loopback import serve_discord
from tests.support.process_kills import deliver

DISCORD_SECONDS = 0.1  # until Discord answers
SERVERS = 1000
TOPICS = ("china", "north-korea", "harbour", "Seoul", "typhoon")
HOUR = timedelta(hours=1)
MAX_SECONDS = 60.0  # for one run; what was posted by then counts
OPEN_ROWS, CLAIMS = 1000, 20
FEEDS, FEED_SECONDS = 400, 0.2
POLL_LOOPS = 1  # that the background tasks run
_REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Posting:
    """Seconds until the first post, posts a second from then on, and posts made twice."""

    first: float
    rate: float
    doubled: int


@dataclass
class SlowDiscord(DiscordServer):
    """Answers every request after DISCORD_SECONDS, and knows when it was posted to."""

    posted_at: list[float] = field(default_factory=list)

    async def rest(self, request: web.Request) -> web.Response:
        """Answer a request, late."""
        await asyncio.sleep(DISCORD_SECONDS)
        answer = await super().rest(request)
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
    """Let so many summaries fall due, and processes post them."""
    store = await Store.open(database)
    await add_schedules(store, due)
    await store.close()
    context = get_context("spawn")
    async with serve_discord(SlowDiscord(checks_one_in=10**6)) as server:
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
            await asyncio.wait_for(server.connected.wait(), 60)
            began = perf_counter()
            while len(server.posted_at) < due and perf_counter() - began < MAX_SECONDS:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        finally:
            for process in running:
                process.kill()
                process.join()
        first, last = server.posted_at[0], server.posted_at[-1]
        posts = [post for channel in list(server.messages) for post in server.posts(channel)]
        doubled = len(posts) - len({post["channel_id"] for post in posts})
        return Posting(first - began, (len(server.posted_at) - 1) / (last - first), doubled)


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


async def measure_feeds(database: str) -> float:
    """The feeds polled a second, each of a host of its own that answers 304 after FEED_SECONDS."""
    store, now = await Store.open(database), datetime.now(UTC)
    rows = [
        {"url": f"http://host-{at}.example/feed", "key": f"host-{at}", "etag": "a", "failures": 0}
        | {"next_poll_at": now - HOUR}
        for at in range(FEEDS)
    ]
    async with store._database.writing() as connection:
        await connection.execute(insert(feeds), rows)
        ids = (await connection.scalars(select(feeds.c.id))).all()
        followers = [{"feed_id": each, "collection": 1, "added_at": now} for each in ids]
        await connection.execute(insert(subscriptions), followers)
    nothing: Any = None
    poller = FeedPoller(
        fetcher=UnchangedFeeds(),
        sandbox=nothing,
        entries=nothing,
        store=store,
        limits=Limits(),
        now=clock,
        owner="bench",
    )
    began = perf_counter()
    await asyncio.gather(*(poller.poll_due() for _ in range(POLL_LOOPS)))
    rate = FEEDS / (perf_counter() - began)
    await store.close()
    return rate


class UnchangedFeeds(Fetcher):
    """Hosts that say that nothing has changed."""

    def __init__(self) -> None:
        pass

    async def fetch_feed(self, url: str, **_: Any) -> FetchResult:
        """Answer 304 after FEED_SECONDS."""
        await asyncio.sleep(FEED_SECONDS)
        return FetchResult(url, 304, b"", None, None, None, None)


@contextmanager
def databases() -> Iterator[Callable[[str], str]]:
    """Make empty databases of a kind, gone afterwards."""
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        server.psql("ALTER SYSTEM SET autovacuum = off;")
        server.psql("ALTER SYSTEM SET fsync = on;")
        server.psql("SELECT pg_reload_conf();")
        names = (f"bench_{number}" for number in count())

        def make(kind: str) -> str:
            name = next(names)
            if kind == "SQLite":
                return f"{folder}/{name}.db"
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(database=name))

        yield make


def measure(due: int) -> Table:
    """Measure everything and return it as a table."""
    rows = []
    with databases() as make:
        for kind, processes in (("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 3)):
            seen = asyncio.run(measure_posting(make(kind), processes, due))
            how = f"{kind}, {processes} process" + ("es" if processes > 1 else "")
            rows.append((f"posts a second ({how})", figure(seen.rate)))
            rows.append((f"seconds to the first post ({how})", figure(seen.first)))
            rows.append((f"channels posted to twice ({how})", str(seen.doubled)))
        for kind in ("SQLite", "PostgreSQL"):
            claim = asyncio.run(measure_claims(make(kind)))
            rows.append((f"ms of a claim, {OPEN_ROWS:,} open ({kind})", figure(claim)))
            rate = asyncio.run(measure_feeds(make(kind)))
            rows.append((f"feeds polled a second ({kind})", figure(rate)))
    return Table(f"Many servers, {due:,} summaries due at once", ("what", "figure"), tuple(rows))


@click.command()
@click.option("--due", default=300, show_default=True, help="Summaries that fall due at once.")
@click.option("--write", is_flag=True, help="Write the table into docs/benchmarks.md.")
def main(due: int, write: bool) -> None:
    """Measure many servers on a simulated Discord, on both databases."""
    logging.disable(logging.ERROR)
    table = measure(due)
    Console().print(for_people(table))
    if write:
        page = _REPORT.read_text(encoding="utf-8")
        _REPORT.write_text(put(page, "servers", markdown(table)), encoding="utf-8")


if __name__ == "__main__":
    main()
