"""What the database holds beside what the store's methods return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from bot.model import Feed
from bot.store import Store
from bot.store.library.subscriptions import feed_from, followers_of
from bot.store.schema import feeds, revisions


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
