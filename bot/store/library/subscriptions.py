"""Which collections follow which feed, and a feed as its followers see it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, and_, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Feed
from bot.store.engine.database import from_row
from bot.store.library.refusals import no_such
from bot.store.schema import feeds, subscriptions, valid_id


def is_subscription(
    collection: int | Column[int], feed_id: int | Column[int]
) -> ColumnElement[bool]:
    """Return the condition that a subscription is that of the collection to the feed."""
    return and_(subscriptions.c.collection == collection, subscriptions.c.feed_id == feed_id)


def followed_by(collection: int) -> Select[Any]:
    """Select the feeds that the collection follows, as `feed_from` takes them."""
    is_followed = subscriptions.c.collection == collection
    return select(feeds).join(subscriptions).where(is_followed).order_by(feeds.c.id)


async def require_followed(connection: AsyncConnection, collection: int, feed_id: int) -> Feed:
    """Return the feed; LibraryError if the collection does not follow it."""
    query = followed_by(collection).where(feeds.c.id == valid_id(feed_id))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise no_such("feed", collection)
    return feed_from(row, (collection,))


async def count_followed(connection: AsyncConnection, collection: int) -> int:
    """Count the feeds that the collection follows."""
    query = select(func.count()).where(subscriptions.c.collection == collection)
    return await connection.scalar(query) or 0


async def followers_of(connection: AsyncConnection, feed_id: int) -> Sequence[int]:
    """Return the collections that follow the feed, ascending."""
    query = select(subscriptions.c.collection).where(subscriptions.c.feed_id == feed_id)
    return (await connection.scalars(query.order_by(subscriptions.c.collection))).all()


async def drop_unfollowed(connection: AsyncConnection) -> None:
    """Delete the feeds that no collection follows, in a transaction of `writing_alone`."""
    follower = exists().where(subscriptions.c.feed_id == feeds.c.id)
    await connection.execute(delete(feeds).where(~follower))


def feed_from(row: Row[Any], collections: Sequence[int]) -> Feed:
    """Return the feed in a row that has all columns of its table."""
    return from_row(Feed, row, collections=tuple(collections))
