"""Who follows which feed, and a feed as those see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, and_, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Feed
from bot.store.library.refusals import not_held
from bot.store.schema import LARGEST_ID, feeds, subscriptions


def is_subscription(
    collection: int | Column[int], feed_id: int | Column[int]
) -> ColumnElement[bool]:
    return and_(subscriptions.c.collection == collection, subscriptions.c.feed_id == feed_id)


def followed_by(collection: int) -> Select[Any]:
    """The feeds that the collection follows, as `feed_from` takes them."""
    mine = subscriptions.c.collection == collection
    return select(feeds).join(subscriptions).where(mine).order_by(feeds.c.id)


async def require_followed(connection: AsyncConnection, collection: int, feed_id: int) -> Feed:
    """LibraryError if the collection does not follow it."""
    # A number that no id can be is merely nobody's.
    known = feed_id if 0 < feed_id <= LARGEST_ID else 0
    query = followed_by(collection).where(feeds.c.id == known)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise not_held(collection, "feed")
    return feed_from(row, (collection,))


async def count_followed(connection: AsyncConnection, collection: int) -> int:
    mine = subscriptions.c.collection == collection
    return await connection.scalar(select(func.count()).where(mine)) or 0


async def followers_of(connection: AsyncConnection, feed_id: int) -> Sequence[int]:
    query = select(subscriptions.c.collection).where(subscriptions.c.feed_id == feed_id)
    return (await connection.scalars(query.order_by(subscriptions.c.collection))).all()


async def drop_unfollowed(connection: AsyncConnection) -> None:
    """Delete the feeds that nobody follows; in a transaction of `writing_alone`."""
    follower = exists().where(subscriptions.c.feed_id == feeds.c.id)
    await connection.execute(delete(feeds).where(~follower))


def feed_from(row: Row[Any], collections: Sequence[int]) -> Feed:
    """A feed from a row that holds all columns of its table."""
    return Feed(
        id=row.id,
        url=row.url,
        key=row.key,
        title=row.title,
        etag=row.etag,
        last_modified=row.last_modified,
        next_poll_at=row.next_poll_at,
        last_polled_at=row.last_polled_at,
        last_ok_at=row.last_ok_at,
        failures=row.failures,
        error=row.error,
        collections=tuple(collections),
    )
