"""The feeds that are polled for new articles, and which collections follow them.

A feed is one row however many follow it, so it is fetched once for all. Who follows it, and what
each follower has had of it, is kept apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import FollowedError
from bot.model import Feed
from bot.store.engine.database import Database
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


class Feeds:
    """Every method raises StoreError; those that take a collection and a feed's id, LibraryError if
    the one does not follow the other.

    A feed that comes back to a collection names it alone as its follower: nobody sees who else
    follows. `claim`, `move` and `all` are not for people of a server and name all.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

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
        """Follow a feed that was read well at `now`. Returns it, due again at once, and whether
        nobody followed it before.

        FollowedError if the collection follows it already, LibraryError if it follows `limit`.
        """
        refuse_long(key)
        async with self._database.writing_alone() as connection:
            known: int | None = await connection.scalar(
                select(feeds.c.id).where(feeds.c.key == key)
            )
            if known and collection in await followers_of(connection, known):
                raise FollowedError("The feed {address} is followed already.", address=url)
            refuse_beyond(limit, await count_followed(connection, collection), "feed")
            if known:
                await _read_whole(connection, known, now)
            feed_id = known or await _add(connection, url, key, title, now)
            row = {"feed_id": feed_id, "collection": collection, "added_by": by, "added_at": now}
            await connection.execute(insert(subscriptions).values(row))
            return await require_followed(connection, collection, feed_id), known is None

    async def unsubscribe(self, collection: int, feed_id: int) -> Feed:
        """Returns the feed; one that nobody follows any more is gone. Its articles stay."""
        async with self._database.writing_alone() as connection:
            feed = await require_followed(connection, collection, feed_id)
            await connection.execute(
                delete(subscriptions).where(is_subscription(collection, feed.id))
            )
            await drop_unfollowed(connection)
            return feed

    async def get(self, collection: int, feed_id: int) -> Feed:
        async with self._database.reading() as connection:
            return await require_followed(connection, collection, feed_id)

    async def list(self, collection: int) -> Sequence[Feed]:
        """What the collection follows, in the order in which the feeds were first followed."""
        async with self._database.reading() as connection:
            rows = await connection.execute(followed_by(collection))
            return [feed_from(row, (collection,)) for row in rows]

    async def all(self) -> Sequence[Feed]:
        """What anybody follows, in the order of `list`."""
        query = (
            select(feeds, subscriptions.c.collection)
            .join(subscriptions)
            .order_by(feeds.c.id, subscriptions.c.collection)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            groups = [list(group) for _, group in groupby(rows, attrgetter("id"))]
        return [feed_from(group[0], [row.collection for row in group]) for group in groups]

    async def claim(self, now: datetime, lease: timedelta, owner: str) -> Feed | None:
        """The feed that is due and has waited longest; nobody else gets it until the lease ends."""
        due = (
            select(feeds)
            .where(feeds.c.next_poll_at <= now)
            .order_by(feeds.c.next_poll_at, feeds.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite, locked whole, leaves this out
        )
        async with self._database.writing() as connection:
            found = (await connection.execute(due)).one_or_none()
            if found is None:
                return None
            taken = update(feeds).where(feeds.c.id == found.id)
            await connection.execute(taken.values(owner=owner, next_poll_at=now + lease))
            return feed_from(found, await followers_of(connection, found.id))

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
    ) -> bool:
        """The feed was read, or was as before. A `title` of None leaves what it was.

        False if the claim of `owner` has lapsed; nothing is then changed.
        """
        return await self._settle(
            feed_id,
            owner,
            next_poll_at=next_at,
            last_polled_at=now,
            last_ok_at=now,
            failures=0,
            error=None,
            title=func.coalesce(title, feeds.c.title),
            etag=etag,
            last_modified=last_modified,
        )

    async def record_failure(
        self, feed_id: int, *, owner: str, now: datetime, error: str, next_at: datetime
    ) -> bool:
        """The poll failed, for what `error`, a packed fault, says. False as for `record_poll`."""
        return await self._settle(
            feed_id,
            owner,
            next_poll_at=next_at,
            last_polled_at=now,
            failures=feeds.c.failures + 1,
            error=error,
        )

    async def release(self, feed_id: int, *, owner: str, now: datetime) -> bool:
        """The poll was broken off: the feed is due at once. False as for `record_poll`."""
        return await self._settle(feed_id, owner, next_poll_at=now)

    async def make_due(self, collection: int, feed_id: int | None, now: datetime) -> int:
        """Have one feed of the collection polled now, or all with None; returns how many that are.

        One that is being polled is left as it is and not counted.
        """
        async with self._database.writing() as connection:
            wanted = subscriptions.c.collection == collection
            if feed_id is not None:
                feed = await require_followed(connection, collection, feed_id)
                wanted = is_subscription(collection, feed.id)
            ids = select(subscriptions.c.feed_id).where(wanted)
            waiting = and_(feeds.c.id.in_(ids), feeds.c.owner.is_(None))
            changed = await connection.execute(
                update(feeds).where(waiting).values(next_poll_at=now)
            )
            return changed.rowcount

    async def move(self, feed_id: int, *, url: str, key: str, now: datetime) -> Feed | None:
        """The feed has gone to another address for good.

        If a feed is there already its followers go over to that one, which is returned. None if
        nobody follows the feed any more.
        """
        refuse_long(key)
        both = select(feeds.c.id).where(or_(feeds.c.id == feed_id, feeds.c.key == key))
        async with self._database.writing_alone() as connection:
            ids = set((await connection.scalars(both)).all())
            if feed_id not in ids:
                return None
            stands: int = next(iter(ids - {feed_id}), feed_id)
            if stands == feed_id:
                change = update(feeds).where(feeds.c.id == feed_id).values(url=url, key=key)
                await connection.execute(change)
            else:
                await _merge(connection, feed_id, stands, now)
            row = (await connection.execute(select(feeds).where(feeds.c.id == stands))).one()
            return feed_from(row, await followers_of(connection, stands))

    async def find_seen(
        self, feed_id: int, collection: int, keys: Collection[str]
    ) -> Mapping[str, str]:
        """Those of the entries `keys` that the collection has had of the feed, with the digest of
        what the feed then said."""
        hashes = {_hash(key): key for key in keys}
        query = select(seen.c.key_hash, seen.c.digest).where(
            seen.c.feed_id == feed_id,
            seen.c.collection == collection,
            seen.c.key_hash.in_(hashes),
        )
        async with self._database.reading() as connection:
            return {hashes[row.key_hash]: row.digest for row in await connection.execute(query)}

    async def record_seen(
        self, feed_id: int, collection: int, entries: Mapping[str, str], now: datetime
    ) -> None:
        """The collection has had `entries`, which are keys with digests: all that the feed now
        holds, new or not. Does nothing if it does not follow the feed any more."""
        rows = [
            {
                "feed_id": feed_id,
                "collection": collection,
                "key_hash": _hash(key),
                "digest": digest,
                "seen_at": now,
            }
            for key, digest in entries.items()
        ]
        known = and_(
            seen.c.feed_id == feed_id,
            seen.c.collection == collection,
            seen.c.key_hash.in_([row["key_hash"] for row in rows]),
        )
        read = update(subscriptions).where(is_subscription(collection, feed_id))
        async with self._database.writing() as connection:
            # The row of the subscription is locked from here on: nobody removes it meanwhile, and
            # nobody else notes entries under it.
            if (await connection.execute(read.values(read_at=now))).rowcount and rows:
                await connection.execute(delete(seen).where(known))
                await connection.execute(insert(seen), rows)

    async def delete_seen(self, before: datetime) -> int:
        """Forget the entries that left their feed before that moment; returns how many.

        What the last reading of a feed held is kept, however long ago that was: it would come again
        as new.
        """
        last_read = (
            select(subscriptions.c.read_at)
            .where(is_subscription(seen.c.collection, seen.c.feed_id))
            .scalar_subquery()
        )
        left = delete(seen).where(seen.c.seen_at < before, seen.c.seen_at < last_read)
        async with self._database.writing() as connection:
            return (await connection.execute(left)).rowcount

    async def _settle(self, feed_id: int, owner: str, **values: object) -> bool:
        claimed = and_(feeds.c.id == feed_id, feeds.c.owner == owner)
        async with self._database.writing() as connection:
            changed = await connection.execute(
                update(feeds).where(claimed).values(values | {"owner": None})
            )
            return changed.rowcount == 1


async def _add(
    connection: AsyncConnection, url: str, key: str, title: str | None, now: datetime
) -> int:
    row = {"url": url, "key": key, "title": title, "next_poll_at": now, "failures": 0}
    row |= {"last_polled_at": now, "last_ok_at": now}
    added = await connection.execute(insert(feeds).values(row).returning(feeds.c.id))
    return int(added.scalar_one())


async def _merge(connection: AsyncConnection, feed_id: int, into: int, now: datetime) -> None:
    """Let the followers of one feed follow the other; what they have had goes with them."""
    already = select(subscriptions.c.collection).where(subscriptions.c.feed_id == into)
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.feed_id == feed_id, subscriptions.c.collection.not_in(already))
        .values(feed_id=into)
    )
    await connection.execute(
        update(sources).where(sources.c.feed_id == feed_id).values(feed_id=into)
    )
    await connection.execute(delete(feeds).where(feeds.c.id == feed_id))
    await _read_whole(connection, into, now)


async def _read_whole(connection: AsyncConnection, feed_id: int, now: datetime) -> None:
    """Have the feed read anew for one more follower, who has had nothing of what it holds.

    A poll under way lapses: it began before the newcomer was there.
    """
    await connection.execute(
        update(feeds)
        .where(feeds.c.id == feed_id)
        .values(etag=None, last_modified=None, next_poll_at=now, owner=None)
    )


def _hash(key: str) -> str:
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
