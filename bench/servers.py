"""Many servers: python -m bench.servers. Posts, claims, feeds, memory and questions at once."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import click
from rich.console import Console
from sqlalchemy import insert, select

from bench.report import Table, figure, for_people, markdown, put
from bench.server_memory import ARTICLES, measure_memory
from bench.server_posts import HOUR, OPEN_ROWS, measure_claims, measure_posting
from bench.server_questions import QUESTIONS, measure_questions
from bot.app import clock
from bot.ingest.polling import FeedPoller
from bot.model import Limits
from bot.reading.desk import read_desk
from bot.reading.web.fetch import Fetcher, FetchResult
from bot.store import Store
from bot.store.schema import feeds, subscriptions
from tests.support.databases import postgres_server

FEEDS, FEED_SECONDS = 400, 0.2
POLL_LOOPS = 1  # that the background tasks run
DESK = Path(__file__).parents[1] / "seeds"
_REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


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


def measure(due: int, servers: int, paragraphs: int) -> Table:
    """Measure everything and return it as a table, beside what is asked of it."""
    rows: list[tuple[str, str, str]] = []
    with databases() as make:
        for kind, processes, goal in (
            ("SQLite", 1, "12"),
            ("PostgreSQL", 1, "20"),
            ("PostgreSQL", 3, "40"),
        ):
            seen = asyncio.run(measure_posting(make(kind), processes, due))
            how = f"{kind}, {processes} process" + ("es" if processes > 1 else "")
            asked = quantiles(seen.ask_ms, n=100)
            rows += [
                (f"posts a second ({how})", figure(seen.rate), goal),
                ("ms of processor time for a post", figure(seen.post_ms), ""),
                ("seconds to the first post", figure(seen.first), "3"),
                ("channels posted to twice", str(seen.doubled), "0"),
                ("/ask meanwhile, p50 ms", figure(asked[49]), ""),
                ("/ask meanwhile, p99 ms", figure(asked[98]), "100"),
            ]
        for kind in ("SQLite", "PostgreSQL"):
            claim = asyncio.run(measure_claims(make(kind)))
            rate = asyncio.run(measure_feeds(make(kind)))
            rows += [
                (f"ms of a claim, {OPEN_ROWS:,} open ({kind})", figure(claim), "20"),
                (f"feeds polled a second ({kind})", figure(rate), "80"),
            ]
    rows += _rows_of_libraries(servers, paragraphs)
    title = f"Many servers, {due:,} summaries due at once"
    return Table(title, ("what", "figure", "at least, or at most"), tuple(rows))


def _rows_of_libraries(servers: int, paragraphs: int) -> list[tuple[str, str, str]]:
    desk = read_desk(DESK)
    memory = measure_memory(desk, servers)
    saving = memory.saving
    burst = measure_questions(desk, paragraphs)
    at_once = f"{QUESTIONS} /ask at once at {paragraphs:,} paragraphs"
    return [
        (f"MB of a server with {ARTICLES} articles, new", figure(memory.new), "2"),
        ("MB after a restart", figure(memory.restarted), "2"),
        (f"saving {servers} such servers, processor s", figure(saving.seconds), ""),
        ("peak MB meanwhile", figure(saving.peak), "100"),
        ("longest change meanwhile, ms", figure(saving.longest_wait), ""),
        (f"{at_once}, p50 ms", figure(burst.median), ""),
        (f"{at_once}, p99 ms", figure(burst.p99), "300"),
        ("ms of processor time for one of them", figure(burst.work), ""),
    ]


@click.command()
@click.option("--due", default=300, show_default=True, help="Summaries that fall due at once.")
@click.option("--servers", default=60, show_default=True, help="Servers with 50 articles each.")
@click.option("--paragraphs", default=100_000, show_default=True, help="Of the library asked.")
@click.option("--write", is_flag=True, help="Write the table into docs/benchmarks.md.")
def main(due: int, servers: int, paragraphs: int, write: bool) -> None:
    """Measure many servers on a simulated Discord, on both databases."""
    logging.disable(logging.ERROR)
    table = measure(due, servers, paragraphs)
    Console().print(for_people(table))
    if write:
        page = _REPORT.read_text(encoding="utf-8")
        _REPORT.write_text(put(page, "servers", markdown(table)), encoding="utf-8")


if __name__ == "__main__":
    main()
