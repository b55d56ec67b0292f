"""What the database holds beside what the store's methods return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from bot.model import Feed, Preferences
from bot.store import Store
from bot.store.engine.copying import BATCH_ROWS
from bot.store.library.subscriptions import feed_from, followers_of
from bot.store.schema import feeds, meta, metadata, revisions
from tests.support.databases import close_store
from tests.support.store_methods import (
    NOW,
    OTHER_ARTICLE,
    POST,
    QUOTE,
    add_schedule,
    build_scene,
)

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""What every table holds, by its name."""


async def read_feeds(store: Store) -> Sequence[Feed]:
    """Return every feed with all its followers, in the order in which they were first followed."""
    async with store._database.reading() as connection:
        rows = (await connection.execute(select(feeds).order_by(feeds.c.id))).all()
        return [feed_from(row, await followers_of(connection, row.id)) for row in rows]


async def read_feed(store: Store, collection: int, feed_id: int) -> Feed:
    """Return the feed as the collection that follows it sees it."""
    [feed] = [feed for feed in await store.feeds.list(collection) if feed.id == feed_id]
    return feed


async def read_revisions(store: Store, article_id: str) -> Sequence[Row[Any]]:
    """Return what the article said before each of its edits, newest first."""
    query = select(revisions).where(revisions.c.article_id == article_id)
    async with store._database.reading() as connection:
        return (await connection.execute(query.order_by(revisions.c.number.desc()))).all()


async def fill_every_table(url: str) -> Rows:
    """Fill a database: a row in every table, some rows gone, and one table longer than a batch."""
    store = await Store.open(url)
    scene = await build_scene(store)
    await store.set_meta("key", "한국 “é”")
    await store.articles.edit("seoul-1", OTHER_ARTICLE, text_hash="x", now=NOW)
    await store.feeds.record_seen(scene.feed.id, 1, {"entry": "digest"}, NOW)
    await store.guilds.record_departure(7, NOW)
    await store.guilds.record_welcome(7, NOW)
    await store.preferences.put(7, Preferences(private=True))
    await store.gaps.record(7, "words", command="ask", only_related=False, now=NOW)
    await store.feedback.record(7, 1, 1, words="words", useful=True, now=NOW)
    await store.posted_quotes.record(POST, [QUOTE], NOW)
    await store.schedules.remove(1, (await add_schedule(store)).id)
    async with store._database.writing() as connection:
        meta_rows = [{"key": f"{number}", "value": "x"} for number in range(BATCH_ROWS + 1)]
        await connection.execute(insert(meta), meta_rows)
    rows = await read_all_rows(store)
    await close_store(store)
    return rows


async def read_all_rows(store: Store) -> Rows:
    """Return the rows of every table, sorted."""
    async with store._database.reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in await connection.execute(select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }
