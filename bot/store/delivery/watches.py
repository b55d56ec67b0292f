"""What people watch: who sees which new articles, and where their quotes go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select

from bot.errors import WatchError
from bot.model import SHARED, Watch
from bot.store.engine.database import Database
from bot.store.schema import LARGEST_ID, watches

MOST = 25  # of a server's channels and of a person, as many as Discord suggests at once
IS_ACTIVE = watches.c.pause_reason.is_(None)


class Watches:
    """Every method raises StoreError. A private watch is its person's, wherever it was made; one
    that posts to a channel is its server's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        *,
        guild_id: int,
        channel_id: int | None,
        user_id: int,
        words: str,
        per_hour: int,
        now: datetime,
    ) -> Watch:
        """Takes the place of a paused one for the same words. WatchError where they are watched
        there already, or there are too many watches."""
        whose = _of_person(user_id) if channel_id is None else _of_server(guild_id)
        query = select(watches.c.guild_id, watches.c.channel_id, watches.c.words).where(whose)
        paused = delete(watches).where(whose, watches.c.words == words, ~IS_ACTIVE)
        async with self._database.writing_alone() as connection:
            await connection.execute(paused)
            held = [tuple(row) for row in await connection.execute(query)]
            if (guild_id, channel_id, words) in held:
                raise WatchError("These words are watched there already; /watch list shows them.")
            if len(held) >= MOST:
                raise _full_for_person() if channel_id is None else _full_for_server()
            statement = insert(watches).values(
                guild_id=guild_id,
                channel_id=channel_id,
                user_id=user_id,
                words=words,
                per_hour=per_hour,
                created_at=now,
                ready_at=now,
            )
            return watch_from((await connection.execute(statement.returning(watches))).one())

    async def list_for_guild(self, guild_id: int) -> Sequence[Watch]:
        """Those that post to the channels of a server, oldest first."""
        return await self._all(_of_server(guild_id))

    async def list_for_user(self, user_id: int) -> Sequence[Watch]:
        """The private ones of a person, oldest first."""
        return await self._all(_of_person(user_id))

    async def list_active(self, collection: int) -> Sequence[Watch]:
        """Those that a new article of the collection is shown to, if they are not paused."""
        sees = [] if collection == SHARED else [watches.c.guild_id == collection]
        return await self._all(and_(IS_ACTIVE, *sees))

    async def remove(self, watch_id: int, *, user_id: int, guild_id: int | None) -> Watch:
        """Remove a private watch of the person, or, where `guild_id` is not None, one that posts to
        the channels of that server. Returns it; WatchError where there is none."""
        # A number that no id can be is merely nobody's.
        known = watch_id if 0 < watch_id <= LARGEST_ID else 0
        theirs = _of_person(user_id)
        if guild_id is not None:
            theirs = or_(theirs, _of_server(guild_id))
        statement = delete(watches).where(watches.c.id == known, theirs).returning(watches)
        async with self._database.writing() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise WatchError("There is no such watch of yours. /watch list shows those there are.")
        return watch_from(row)

    async def _all(self, condition: ColumnElement[bool]) -> Sequence[Watch]:
        query = select(watches).where(condition).order_by(watches.c.id)
        async with self._database.reading() as connection:
            return [watch_from(row) for row in await connection.execute(query)]


def _full_for_person() -> WatchError:
    return WatchError(
        "You have {number} watches, which is the most there can be. "
        "Remove one first with /watch remove.",
        number=MOST,
    )


def _full_for_server() -> WatchError:
    return WatchError(
        "This server has {number} watches, which is the most there can be. "
        "Remove one first with /watch remove.",
        number=MOST,
    )


def watch_from(row: Row[Any]) -> Watch:
    """A watch from a row that holds all columns of its table."""
    return Watch(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        user_id=row.user_id,
        words=row.words,
        per_hour=row.per_hour,
        created_at=row.created_at,
        pause_reason=row.pause_reason,
    )


def _of_server(guild_id: int) -> ColumnElement[bool]:
    return and_(watches.c.guild_id == guild_id, watches.c.channel_id.is_not(None))


def _of_person(user_id: int) -> ColumnElement[bool]:
    return and_(watches.c.user_id == user_id, watches.c.channel_id.is_(None))
