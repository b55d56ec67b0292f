"""The feeds that are polled for new articles, and which collections follow them.

A feed is one row however many collections follow it, so it is fetched once for all. The
subscriptions, and the entries that each follower has seen, have tables of their own.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import FollowedError
from bot.model import Feed
from bot.store.engine.database import Repository
from bot.store.library.refusals import refuse_beyond, refuse_long
from bot.store.library.subscriptions import (
    count_followed,
    drop_unfollowed,
    feed_from,
    followed_by,
    followers_of,
    is_subscription,
    require_followed,
)
from bot.store.schema import feeds, seen, sources, subscriptions


class Feeds(Repository):
    """The feeds of all collections, their polls, and the entries that each collection has seen.

    A feed that is returned for a collection names it as the only follower: no collection learns who
    else follows. `claim` and `move` serve the poller and name all followers.

    Every method raises StoreError; those that take a collection and a feed's id raise LibraryError
    if the one does not follow the other, but for those that deal with seen entries.
    """

    async def subscribe(
        self,
        collection: int,
        *,
        url: str,
        key: str,
        title: str | None,
        by: int | None,
        now: datetime,
        limit: int | None,
    ) -> tuple[Feed, bool]:
        """Follow a feed that was read without an error at `now`. Returns it, due again at once, and
        whether nobody followed it before.

        Raises FollowedError if the collection follows it already, LibraryError if it follows
        `limit` feeds.
        """
        refuse_long(key)
        same_address = select(feeds.c.id).where(feeds.c.key == key)
        async with self._database.writing_alone() as connection:
            existing_id: int | None = await connection.scalar(same_address)
            if existing_id and collection in await followers_of(connection, existing_id):
                raise FollowedError("The feed {address} is already followed.", address=url)
            refuse_beyond(limit, await count_followed(connection, collection), "feed")
            if existing_id:
                await _reset_poll(connection, existing_id, now)
            feed_id = existing_id or await _add(connection, url, key, title, now)
            row = {"feed_id": feed_id, "collection": collection, "added_by": by, "added_at": now}
            await connection.execute(insert(subscriptions).values(row))
            feed = await require_followed(connection, collection, feed_id)
            return feed, existing_id is None

    async def unsubscribe(self, collection: int, feed_id: int) -> Feed:
        """Stop following a feed and return it; its articles stay. One nobody follows is deleted."""
        async with self._database.writing_alone() as connection:
            feed = await require_followed(connection, collection, feed_id)
            subscription = delete(subscriptions).where(is_subscription(collection, feed.id))
            await connection.execute(subscription)
            await drop_unfollowed(connection)
            return feed

    async def list(self, collection: int) -> Sequence[Feed]:
        """Return the collection's feeds, in the order in which anybody first followed them."""
        rows = await self._database.fetch_all(followed_by(collection))
        return [feed_from(row, (collection,)) for row in rows]

    async def claim(self, now: datetime, lease: timedelta, owner: str) -> Feed | None:
        """Claim the feed that is due and has waited longest; no other process gets it until the
        lease ends. None if none is due."""
        due = (
            select(feeds)
            .where(feeds.c.next_poll_at <= now)
            .order_by(feeds.c.next_poll_at, feeds.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)  # left out on SQLite, which is locked whole
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(due)).one_or_none()
            if row is None:
                return None
            claimed = update(feeds).where(feeds.c.id == row.id)
            await connection.execute(claimed.values(owner=owner, next_poll_at=now + lease))
            return feed_from(row, await followers_of(connection, row.id))

    async def record_poll(
        self,
        feed_id: int,
        *,
        owner: str,
        now: datetime,
        next_at: datetime,
        title: str | None,
        etag: str | None,
        last_modified: str | None,
        omission: str | None = None,
    ) -> bool:
        """Record that the feed was read, or was as before; a `title` of None leaves the old one.

        `omission` is a packed error that says which entries are left out.

        Returns False if the claim of `owner` has lapsed; nothing is then changed.
        """
        return await self._settle(
            feed_id,
            owner,
            next_poll_at=next_at,
            last_polled_at=now,
            last_ok_at=now,
            retry_at=None,
            failures=0,
            error=omission,
            title=func.coalesce(title, feeds.c.title),
            etag=etag,
            last_modified=last_modified,
        )

    async def record_failure(
        self,
        feed_id: int,
        *,
        owner: str,
        now: datetime,
        error: str,
        next_at: datetime,
        retry_at: datetime | None = None,
    ) -> bool:
        """Record that the poll failed with `error`, a packed fault, and that the host asked not to
        be visited before `retry_at`. Returns False as `record_poll` does."""
        return await self._settle(
            feed_id,
            owner,
            next_poll_at=next_at,
            last_polled_at=now,
            retry_at=retry_at,
            failures=feeds.c.failures + 1,
            error=error,
        )

    async def release(self, feed_id: int, *, owner: str, now: datetime) -> bool:
        """Give the claim back: the feed is due at once. Returns as `record_poll` does."""
        return await self._settle(feed_id, owner, next_poll_at=now)

    async def make_due(self, collection: int, feed_id: int | None, now: datetime) -> int:
        """Make one feed of the collection due now, or all if `feed_id` is None; returns how many.

        A feed that is being polled is left as it is and not counted, and so is one whose host asked
        to be visited later.
        """
        async with self._database.writing() as connection:
            condition = subscriptions.c.collection == collection
            if feed_id is not None:
                feed = await require_followed(connection, collection, feed_id)
                condition = is_subscription(collection, feed.id)
            ids = select(subscriptions.c.feed_id).where(condition)
            may_visit = or_(feeds.c.retry_at.is_(None), feeds.c.retry_at <= now)
            may_poll = and_(feeds.c.id.in_(ids), feeds.c.owner.is_(None), may_visit)
            statement = update(feeds).where(may_poll).values(next_poll_at=now)
            return (await connection.execute(statement)).rowcount

    async def move(self, feed_id: int, *, url: str, key: str, now: datetime) -> Feed | None:
        """Move the feed to another address for good, and return it.

        If there is a feed at that address already, the two become that one, which is returned. None
        if nobody follows the feed any more. Raises LibraryError if the address is too long.
        """
        refuse_long(key)
        both = select(feeds.c.id).where(or_(feeds.c.id == feed_id, feeds.c.key == key))
        async with self._database.writing_alone() as connection:
            ids = set((await connection.scalars(both)).all())
            if feed_id not in ids:
                return None
            target_id: int = next(iter(ids - {feed_id}), feed_id)
            if target_id == feed_id:
                change = update(feeds).where(feeds.c.id == feed_id).values(url=url, key=key)
                await connection.execute(change)
            else:
                await _merge(connection, feed_id, target_id, now)
            row = (await connection.execute(select(feeds).where(feeds.c.id == target_id))).one()
            return feed_from(row, await followers_of(connection, target_id))

    async def find_seen(
        self, feed_id: int, collection: int, keys: Collection[str]
    ) -> Mapping[str, str]:
        """Return those of the entries `keys` that the collection has seen in the feed, with the
        digest of what each then said."""
        hashes = {_hash(key): key for key in keys}
        query = select(seen).where(_is_seen(feed_id, collection, hashes))
        return {hashes[row.key_hash]: row.digest for row in await self._database.fetch_all(query)}

    async def record_seen(
        self, feed_id: int, collection: int, entries: Mapping[str, str], now: datetime
    ) -> None:
        """Record that the collection has seen `entries`, keys with digests: all that the feed now
        holds, new or not. Does nothing if it does not follow the feed any more."""
        owner = {"feed_id": feed_id, "collection": collection}
        rows = [
            owner | {"key_hash": _hash(key), "digest": digest, "seen_at": now}
            for key, digest in entries.items()
        ]
        is_recorded = _is_seen(feed_id, collection, [_hash(key) for key in entries])
        subscription = update(subscriptions).where(is_subscription(collection, feed_id))
        async with self._database.writing() as connection:
            # This locks the row of the subscription: no other transaction deletes it meanwhile, or
            # records entries of it.
            if (await connection.execute(subscription.values(read_at=now))).rowcount and rows:
                await connection.execute(delete(seen).where(is_recorded))
                await connection.execute(insert(seen), rows)

    async def delete_seen(self, before: datetime) -> int:
        """Delete the entries that left their feed before then; returns how many.

        The entries of the last poll of a feed stay, however long ago that was: they would come
        again as new.
        """
        last_read = (
            select(subscriptions.c.read_at)
            .where(is_subscription(seen.c.collection, seen.c.feed_id))
            .scalar_subquery()
        )
        outdated = delete(seen).where(seen.c.seen_at < before, seen.c.seen_at < last_read)
        return await self._database.execute(outdated)

    async def _settle(self, feed_id: int, owner: str, **values: object) -> bool:
        claimed = update(feeds).where(feeds.c.id == feed_id, feeds.c.owner == owner)
        return await self._database.execute(claimed.values(values | {"owner": None})) == 1


async def _add(
    connection: AsyncConnection, url: str, key: str, title: str | None, now: datetime
) -> int:
    row = {"url": url, "key": key, "title": title, "next_poll_at": now, "failures": 0}
    statement = insert(feeds).values(row | {"last_polled_at": now, "last_ok_at": now})
    return int((await connection.execute(statement.returning(feeds.c.id))).scalar_one())


async def _merge(connection: AsyncConnection, feed_id: int, target_id: int, now: datetime) -> None:
    """Move the followers of a feed, with the entries they have seen, to another, and delete it."""
    followers = select(subscriptions.c.collection).where(subscriptions.c.feed_id == target_id)
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.feed_id == feed_id, subscriptions.c.collection.not_in(followers))
        .values(feed_id=target_id)
    )
    is_from_feed = sources.c.feed_id == feed_id
    await connection.execute(update(sources).where(is_from_feed).values(feed_id=target_id))
    await connection.execute(delete(feeds).where(feeds.c.id == feed_id))
    await _reset_poll(connection, target_id, now)


async def _reset_poll(connection: AsyncConnection, feed_id: int, now: datetime) -> None:
    """Have the whole feed read again at once, for a follower who has seen none of its entries.

    The claim of a poll under way lapses: it began without that follower.
    """
    change = update(feeds).where(feeds.c.id == feed_id)
    values = {"etag": None, "last_modified": None, "next_poll_at": now, "retry_at": None}
    await connection.execute(change.values(values | {"owner": None}))


def _is_seen(feed_id: int, collection: int, hashes: Collection[str]) -> ColumnElement[bool]:
    is_follower = and_(seen.c.feed_id == feed_id, seen.c.collection == collection)
    return and_(is_follower, seen.c.key_hash.in_(hashes))


def _hash(key: str) -> str:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
