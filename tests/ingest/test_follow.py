"""Processes on one database: each hears what another adds; what is due, one of them does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, chdir
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Services, open_services
from bot.model import SHARED
from bot.settings import read_settings
from bot.store import Store
from tests.support.databases import close_store, connect_postgres
from tests.support.processes import wait_until
from tests.support.proxy import DatabaseProxy, open_proxy
from tests.support.simulation import TALKS_FILE, Clock
from tests.support.site import FERRIES, FeedItem, Site
from tests.support.store_methods import ARTICLE, add_article
from tests.support.stored_rows import read_feeds

LONG = 3600.0  # seconds that nobody waits in full


@pytest.fixture
async def url(new_postgres_url: Callable[[], str]) -> str:
    return new_postgres_url()


@pytest.fixture
async def stores(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Those of two processes."""
    first, second = await Store.open(url), await Store.open(url)
    yield first, second
    await close_store(first)
    await close_store(second)


async def listening(store: Store) -> asyncio.Task[None]:
    """Somebody who has caught up, and now waits for what changes."""
    await store.wait_for_change(LONG)
    return asyncio.create_task(store.wait_for_change(LONG))


async def test_who_waits_hears_of_a_change(stores: tuple[Store, Store]) -> None:
    first, second = stores
    waiting = await listening(first)
    await add_article(second, ARTICLE)
    await asyncio.wait_for(waiting, 30)


async def test_what_changes_while_nobody_waits_is_heard_of_then(
    stores: tuple[Store, Store],
) -> None:
    first, second = stores
    await first.wait_for_change(LONG)
    await add_article(second, ARTICLE)
    await asyncio.wait_for(first.wait_for_change(LONG), 30)


async def test_who_was_cut_off_looks_at_once_and_listens_again(
    stores: tuple[Store, Store], url: str
) -> None:
    first, second = stores
    waiting = await listening(first)
    connection = await connect_postgres(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    )
    await connection.close()
    await asyncio.wait_for(waiting, 30)
    waiting = await asyncio.wait_for(listening(first), 30)
    await add_article(second, ARTICLE)
    await asyncio.wait_for(waiting, 30)


async def test_sqlite_which_tells_nobody_is_looked_at_by_and_by(tmp_path: Path) -> None:
    store = await Store.open(str(tmp_path / "verbatim.db"))
    await asyncio.wait_for(store.wait_for_change(LONG), 30)
    await close_store(store)


@pytest.fixture
async def wire(url: str) -> AsyncIterator[DatabaseProxy]:
    async with open_proxy(url) as opened:
        yield opened


@pytest.fixture
async def processes(
    wire: DatabaseProxy, site: Site, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[Services, Services]]:
    """The services of two processes on one PostgreSQL, each with a desk of one article."""
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "talks.txt").write_text(TALKS_FILE, encoding="utf-8")
    settings = replace(
        read_settings(tmp_path / "none.env"),
        desk=tmp_path / "desk",
        database=wire.url,
        fetch_allow=(site.host,),
    )
    async with AsyncExitStack() as opened:
        opened.enter_context(chdir(tmp_path))  # where the index is saved
        first, second = [
            await opened.enter_async_context(open_services(settings, now=clock, pause=0))
            for _ in range(2)
        ]
        yield first, second


async def test_a_feed_is_polled_once_among_all(
    processes: tuple[Services, Services], site: Site, clock: Clock
) -> None:
    first, second = processes
    feed = site.feed("/feed", "Tessel", FeedItem("/empty", "Nothing yet"))
    await first.ingester.add_feed(SHARED, feed)
    await first.feed_poller.poll_due()
    site.feed("/feed", "Tessel", FERRIES)
    site.request_counts.clear()
    assert await first.store.feeds.make_due(SHARED, None, clock()) == 1
    await asyncio.gather(first.feed_poller.poll_due(), second.feed_poller.poll_due())
    assert site.request_counts["/feed"] == 1
    await first.library_writer.sync()
    await second.library_writer.sync()
    for process in processes:
        view = process.library_writer.library.view()
        assert [article.title for article in view.own_articles].count("Ferries stop") == 1


@pytest.mark.parametrize("lost", [False, True], ids=["", "the database is lost"])
async def test_a_poll_that_is_broken_off_is_due_at_once_unless_nobody_can_be_told(
    lost: bool, processes: tuple[Services, Services], wire: DatabaseProxy, site: Site, clock: Clock
) -> None:
    first, second = processes
    await first.ingester.add_feed(SHARED, site.feed("/feed", "Tessel", FERRIES))
    await first.store.feeds.make_due(SHARED, None, clock())

    async def is_due() -> bool:
        [feed] = await read_feeds(second.store)
        return feed.next_poll_at <= clock()

    async def is_claimed() -> bool:
        return not await is_due()

    site.may_answer.clear()
    polling = asyncio.create_task(first.feed_poller.poll_due())
    await wait_until(is_claimed)
    if lost:
        await wire.cut()
    polling.cancel()
    await asyncio.wait({polling})
    assert polling.cancelled()
    site.may_answer.set()
    if lost:
        await wire.mend()
    assert await is_due() is not lost
