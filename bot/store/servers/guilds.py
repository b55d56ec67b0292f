"""What is stored of each Discord server, and its deletion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import SHARED
from bot.store import schema
from bot.store.engine.database import Repository, insert_for, upsert
from bot.store.library.changes import CHOICES, record_changes
from bot.store.library.subscriptions import drop_unfollowed


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """How much is stored of one server."""

    articles: int = 0
    feeds: int = 0
    schedules: int = 0
    watches: int = 0
    posted: int = 0
    gaps: int = 0
    feedback: int = 0
    topics: int = 0


class Guilds(Repository):
    """The servers whose data is stored."""

    async def record_departure(self, guild_id: int, now: datetime) -> None:
        """Record that Verbatim was removed from the server; an earlier record stays. Its posts wait
        until it comes back."""
        await self._record_once(schema.departures, guild_id, departed_at=now)

    async def record_departures(self, guild_ids: Iterable[int], now: datetime) -> None:
        """Do as `record_departure` does for each of the servers, in one transaction, and in none
        where all are recorded."""
        unrecorded = sorted(set(guild_ids) - await self._list_departed())
        if unrecorded:
            rows = [{"guild_id": guild_id, "departed_at": now} for guild_id in unrecorded]
            async with self._database.writing() as connection:
                record = insert_for(connection, schema.departures).on_conflict_do_nothing()
                await connection.execute(record, rows)

    async def clear_departure(self, guild_id: int) -> None:
        """Delete the record that Verbatim was removed, if there is one: the server's data stays.

        Its schedules and watches go on that Verbatim itself has paused, since it could not post.
        """
        departures = schema.departures
        departure = delete(departures).where(departures.c.guild_id == guild_id)
        async with self._database.writing() as connection:
            if not (await connection.execute(departure)).rowcount:
                return
            for table, values in (
                (schema.schedules, {"paused": False, "pause_reason": None}),
                (schema.watches, {"pause_reason": None}),
            ):
                is_paused = (table.c.guild_id == guild_id, table.c.pause_reason.is_not(None))
                await connection.execute(update(table).where(*is_paused).values(values))

    async def note_present(self, guild_ids: Iterable[int]) -> None:
        """Do as `clear_departure` does for each of the servers, in one read where none has left."""
        for guild_id in (await self._list_departed()).intersection(guild_ids):
            await self.clear_departure(guild_id)

    async def record_welcome(self, guild_id: int, now: datetime) -> bool:
        """Record that the server was welcomed; returns False if it was before."""
        return await self._record_once(schema.welcomes, guild_id, welcomed_at=now)

    async def list_known(self) -> Sequence[int]:
        """Return the ids of the servers of which anything is stored, ascending."""
        query = union(*(select(column) for column in _owners()))
        owners = {owner for (owner,) in await self._database.fetch_all(query)}
        return sorted(owners - {SHARED, None})

    async def list_due_for_deletion(self, before: datetime) -> Sequence[int]:
        """Return the servers from which Verbatim was removed before then, the earliest first."""
        query = (
            select(schema.departures.c.guild_id)
            .where(schema.departures.c.departed_at < before)
            .order_by(schema.departures.c.departed_at)
        )
        return [guild_id for (guild_id,) in await self._database.fetch_all(query)]

    async def count_stored(self, guild_id: int) -> StoredCounts:
        """Count what is stored of the server."""
        async with self._database.reading() as connection:
            return await _count_stored(connection, guild_id)

    async def delete(self, guild_id: int) -> StoredCounts:
        """Delete everything stored of the server and return how much that was."""
        of_guild = select(schema.articles.c.id).where(schema.articles.c.collection == guild_id)
        async with self._database.writing_alone() as connection:
            counts = await _count_stored(connection, guild_id)
            removed = (await connection.scalars(of_guild)).all()
            for column in _owners():
                await connection.execute(delete(column.table).where(column == guild_id))
            await drop_unfollowed(connection)
            changed = [*removed, CHOICES]
            await record_changes(connection, [(guild_id, article_id) for article_id in changed])
            return counts

    async def _list_departed(self) -> set[int]:
        rows = await self._database.fetch_all(select(schema.departures.c.guild_id))
        return {guild_id for (guild_id,) in rows}

    async def _record_once(self, table: Table, guild_id: int, **values: datetime) -> bool:
        """Insert the server's row; False, and nothing is changed, if there is one."""
        async with self._database.writing() as connection:
            statement = upsert(connection, table, {"guild_id": guild_id, **values})
            return (await connection.execute(statement)).rowcount == 1


def _owners() -> Sequence[Column[Any]]:
    """Return the column that says which server a row belongs to, of every table that has one.

    Every other table has a foreign key to one of these that cascades, or belongs to no server. The
    change queue is left out: it only says which articles an index must read again.
    """
    return [
        column
        for table in schema.metadata.sorted_tables
        for column in table.c
        if column.name in ("guild_id", "collection") and table is not schema.changes
    ]


async def _count_stored(connection: AsyncConnection, guild_id: int) -> StoredCounts:
    async def count(owner: Column[Any]) -> int:
        return await connection.scalar(select(func.count()).where(owner == guild_id)) or 0

    return StoredCounts(
        articles=await count(schema.articles.c.collection),
        feeds=await count(schema.subscriptions.c.collection),
        schedules=await count(schema.schedules.c.guild_id),
        watches=await count(schema.watches.c.guild_id),
        posted=await count(schema.posted.c.guild_id),
        gaps=await count(schema.gaps.c.guild_id),
        feedback=await count(schema.feedback.c.guild_id),
        topics=await count(schema.topics.c.guild_id),
    )
