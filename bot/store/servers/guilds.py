"""What is kept of each Discord server, and the end of it when the server has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, func, insert, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import SHARED
from bot.store.engine.database import Database
from bot.store.library.changes import note_changes
from bot.store.library.subscriptions import drop_unfollowed
from bot.store.schema import (
    articles,
    changes,
    departures,
    feedback,
    gaps,
    metadata,
    posted,
    schedules,
    subscriptions,
    watches,
    welcomes,
)


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """How much is kept of one server."""

    articles: int = 0
    feeds: int = 0
    schedules: int = 0
    watches: int = 0
    posted: int = 0
    gaps: int = 0
    feedback: int = 0


class Guilds:
    """Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record_departure(self, guild_id: int, now: datetime) -> None:
        """Verbatim was removed from the server, then or at the moment noted already."""
        gone = select(departures.c.guild_id).where(departures.c.guild_id == guild_id)
        async with self._database.writing_alone() as connection:
            if await connection.scalar(gone) is None:
                row = {"guild_id": guild_id, "departed_at": now}
                await connection.execute(insert(departures).values(row))

    async def clear_departure(self, guild_id: int) -> None:
        """The server has Verbatim again: its data stays."""
        async with self._database.writing() as connection:
            await connection.execute(delete(departures).where(departures.c.guild_id == guild_id))

    async def record_welcome(self, guild_id: int, now: datetime) -> bool:
        """Note that the server is being told what Verbatim does; False if it was told before."""
        told = select(welcomes.c.guild_id).where(welcomes.c.guild_id == guild_id)
        async with self._database.writing_alone() as connection:
            if await connection.scalar(told) is not None:
                return False
            row = {"guild_id": guild_id, "welcomed_at": now}
            await connection.execute(insert(welcomes).values(row))
            return True

    async def list_known(self) -> Sequence[int]:
        """The servers of which anything is kept."""
        query = union(*(select(column) for column in _owners()))
        async with self._database.reading() as connection:
            found = (await connection.scalars(query)).all()
        return sorted(set(found) - {SHARED, None})

    async def list_due_for_deletion(self, before: datetime) -> Sequence[int]:
        """The servers that left before that moment, first the one that has been away longest."""
        query = (
            select(departures.c.guild_id)
            .where(departures.c.departed_at < before)
            .order_by(departures.c.departed_at)
        )
        async with self._database.reading() as connection:
            return (await connection.scalars(query)).all()

    async def count_stored(self, guild_id: int) -> StoredCounts:
        async with self._database.reading() as connection:
            return await _count_stored(connection, guild_id)

    async def delete(self, guild_id: int) -> StoredCounts:
        """Delete all that is kept of the server; returns how much that was."""
        held = select(articles.c.id).where(articles.c.collection == guild_id)
        async with self._database.writing_alone() as connection:
            kept = await _count_stored(connection, guild_id)
            removed = (await connection.scalars(held)).all()
            for column in _owners():
                await connection.execute(delete(column.table).where(column == guild_id))
            await drop_unfollowed(connection)
            await note_changes(connection, [(guild_id, id_) for id_ in removed])
            return kept


def _owners() -> Sequence[Column[Any]]:
    """The column that says whose a row is, of every table that has one.

    Other tables hang on one of these by a foreign key that cascades, or are nobody's. Not of the
    change queue: it only says which articles an index must look at again.
    """
    return [
        column
        for table in metadata.sorted_tables
        for column in table.c
        if column.name in ("guild_id", "collection") and table is not changes
    ]


async def _count_stored(connection: AsyncConnection, guild_id: int) -> StoredCounts:
    async def count(owner: Column[Any]) -> int:
        return await connection.scalar(select(func.count()).where(owner == guild_id)) or 0

    return StoredCounts(
        articles=await count(articles.c.collection),
        feeds=await count(subscriptions.c.collection),
        schedules=await count(schedules.c.guild_id),
        watches=await count(watches.c.guild_id),
        posted=await count(posted.c.guild_id),
        gaps=await count(gaps.c.guild_id),
        feedback=await count(feedback.c.guild_id),
    )
