"""Copies all that a database holds into an empty one: from SQLite to PostgreSQL, or back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Column, Table, column, exists, func, insert, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.engine.database import Address, Database
from bot.store.engine.migrate import migrate
from bot.store.schema import metadata

ROWS_AT_ONCE = 500

# Where PostgreSQL and SQLite keep the highest id that a table has ever given.
_SEQUENCE = "CAST(pg_get_serial_sequence(:name, :id) AS regclass)"
_sequences = table("sqlite_sequence", column("name"), column("seq"))


async def move(source: str, target: str, *, patience: float = 10.0) -> Mapping[str, int]:
    """Copy every table, as it is at one moment and in one transaction; returns the rows of each.

    Both are addresses as `Store.open` takes them, and are first brought to the schema of this
    version. An id that the source has given, even to what is gone, the target gives no more. Raises
    StoreError, also where there is no source or the target holds anything.
    """
    path = Address.parse(source).path
    if path is not None and not path.exists():
        raise StoreError(f"There is no database {path}; nothing was moved.")
    async with _opened(source, patience) as here, _opened(target, patience) as there:
        return await _move(here, there)


@asynccontextmanager
async def _opened(url: str, patience: float) -> AsyncIterator[Database]:
    database = Database(Address.parse(url), patience)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


async def _move(source: Database, target: Database) -> Mapping[str, int]:
    async with source.reading() as reading, target.writing_alone() as writing:
        if reading.dialect.name == "postgresql":  # SQLite reads so anyway
            await reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for each in metadata.sorted_tables:
            if await writing.scalar(select(exists(select(each)))):
                raise StoreError(
                    f"The database {target.address.name} is not empty. Name one that is new."
                )
        tables = metadata.sorted_tables  # each after those that it refers to
        return {each.name: await _copy(each, reading, writing) for each in tables}


async def _copy(each: Table, reading: AsyncConnection, writing: AsyncConnection) -> int:
    copied = 0
    rows = await reading.stream(select(each))
    async for some in rows.mappings().partitions(ROWS_AT_ONCE):
        await writing.execute(insert(each), [dict(row) for row in some])
        copied += len(some)
    id_ = each.autoincrement_column
    if id_ is not None and (last := await _last_id(id_, reading)):
        await _count_on(id_, last, writing)
    return copied


async def _last_id(id_: Column[Any], connection: AsyncConnection) -> int:
    """The highest id that the table has ever given; 0 for none."""
    highest = await connection.scalar(select(func.max(id_))) or 0
    if connection.dialect.name == "postgresql":
        query = text(f"SELECT pg_sequence_last_value({_SEQUENCE})")
        given = await connection.scalar(query, _names(id_))
    else:
        given = await connection.scalar(
            select(_sequences.c.seq).where(_sequences.c.name == id_.table.name)
        )
    return max(highest, given or 0)


async def _count_on(id_: Column[Any], last: int, connection: AsyncConnection) -> None:
    """Have the table give higher ids than `last` from now on."""
    if connection.dialect.name == "postgresql":
        query = text(f"SELECT setval({_SEQUENCE}, :last)")
        await connection.execute(query, {**_names(id_), "last": last})
    elif id_.table.dialect_options["sqlite"]["autoincrement"]:
        known = _sequences.c.name == id_.table.name
        changed = await connection.execute(update(_sequences).where(known).values(seq=last))
        if not changed.rowcount:
            row = {"name": id_.table.name, "seq": last}
            await connection.execute(insert(_sequences).values(row))


def _names(id_: Column[Any]) -> dict[str, str]:
    return {"name": id_.table.name, "id": id_.name}
