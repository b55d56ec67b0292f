"""The watches of people and servers, and which new articles each of them sees."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from bot.errors import WatchError
from bot.model import SHARED, Watch
from bot.store.engine.database import Repository, from_row
from bot.store.schema import valid_id, watches

MAX_WATCHES = 25  # of a server's channels and of a person, as many as Discord suggests at once
IS_ACTIVE = watches.c.pause_reason.is_(None)


class Watches(Repository):
    """The watches of all servers and people.

    A private watch belongs to its user, wherever it was made; one that posts to a channel belongs
    to its server.
    """

    async def add(
        self,
        *,
        guild_id: int,
        channel_id: int | None,
        user_id: int,
        words: str,
        per_hour: int,
        now: datetime,
        exclude: str | None = None,
    ) -> Watch:
        """Add a watch, in place of a paused one for the same words, and return it.

        Raises WatchError if the words are watched there already, or the server or user has
        MAX_WATCHES.
        """
        is_owned = _is_of_user(user_id) if channel_id is None else _is_of_guild(guild_id)
        columns = (watches.c.guild_id, watches.c.channel_id, watches.c.words, watches.c.exclude)
        query = select(*columns).where(is_owned)
        is_same = (watches.c.words == words, watches.c.exclude.is_not_distinct_from(exclude))
        paused = delete(watches).where(is_owned, *is_same, ~IS_ACTIVE)
        async with self._database.writing_alone() as connection:
            await connection.execute(paused)
            existing = [tuple(row) for row in await connection.execute(query)]
            if (guild_id, channel_id, words, exclude) in existing:
                raise WatchError("These words are already watched there; /watch list shows them.")
            if len(existing) >= MAX_WATCHES:
                raise _too_many_of_user() if channel_id is None else _too_many_of_guild()
            statement = insert(watches).values(
                guild_id=guild_id,
                channel_id=channel_id,
                user_id=user_id,
                words=words,
                exclude=exclude,
                per_hour=per_hour,
                created_at=now,
                ready_at=now,
            )
            row = (await connection.execute(statement.returning(watches))).one()
            return from_row(Watch, row)

    async def list_for_guild(self, guild_id: int) -> Sequence[Watch]:
        """Return the watches that post to channels of the server, oldest first."""
        return await self._list(_is_of_guild(guild_id))

    async def list_for_user(self, user_id: int) -> Sequence[Watch]:
        """Return the private watches of the user, oldest first."""
        return await self._list(_is_of_user(user_id))

    async def list_active(self, collection: int) -> Sequence[Watch]:
        """Return the watches, not paused, that see new articles of the collection, oldest first."""
        sees_collection = [] if collection == SHARED else [watches.c.guild_id == collection]
        return await self._list(and_(IS_ACTIVE, *sees_collection))

    async def remove(self, watch_id: int, *, user_id: int, guild_id: int | None) -> Watch:
        """Remove a private watch of the user, or, if `guild_id` is not None, one that posts to a
        channel of that server, and return it.

        Raises WatchError if there is no such watch.
        """
        is_owned = _is_of_user(user_id)
        if guild_id is not None:
            is_owned = or_(is_owned, _is_of_guild(guild_id))
        condition = and_(watches.c.id == valid_id(watch_id), is_owned)
        statement = delete(watches).where(condition).returning(watches)
        row = await self._database.execute_returning(statement)
        if row is None:
            raise WatchError("You have no such watch. /watch list shows your watches.")
        return from_row(Watch, row)

    async def _list(self, condition: ColumnElement[bool]) -> Sequence[Watch]:
        query = select(watches).where(condition).order_by(watches.c.id)
        return [from_row(Watch, row) for row in await self._database.fetch_all(query)]


def _too_many_of_user() -> WatchError:
    return WatchError(
        "You already have {number} watches, which is the limit. Remove one first with /watch "
        "remove.",
        number=MAX_WATCHES,
    )


def _too_many_of_guild() -> WatchError:
    return WatchError(
        "This server already has {number} watches, which is the limit. Remove one first with "
        "/watch remove.",
        number=MAX_WATCHES,
    )


def _is_of_guild(guild_id: int) -> ColumnElement[bool]:
    return and_(watches.c.guild_id == guild_id, watches.c.channel_id.is_not(None))


def _is_of_user(user_id: int) -> ColumnElement[bool]:
    return and_(watches.c.user_id == user_id, watches.c.channel_id.is_(None))
