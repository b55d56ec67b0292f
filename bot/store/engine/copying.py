"""Copies a whole database into an empty one, from SQLite to PostgreSQL or back."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Column, Table, column, exists, func, insert, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.engine.database import Address, Database
from bot.store.engine.migrate import migrate
from bot.store.schema import metadata

BATCH_ROWS = 500

# Where PostgreSQL and SQLite store the highest id that a table has ever given.
_SEQUENCE = "CAST(pg_get_serial_sequence(:name, :id) AS regclass)"
_sequences = table("sqlite_sequence", column("name"), column("seq"))


async def move(source: str, target: str, *, patience: float = 10.0) -> Mapping[str, int]:
    """Copy every table, as it is at one moment and in one transaction; returns the row counts.

    Both are addresses as `Store.open` takes them, and are migrated to the schema of this version
    first. The target never gives an id that the source has given, even to a row that was deleted.
    Raises StoreError, also if there is no source or the target is not empty.
    """
    path = Address.parse(source).path
    if path is not None and not path.exists():
        raise StoreError(f"There is no database {path}, so nothing was moved.")
    async with (
        open_database(source, patience) as source_database,
        open_database(target, patience) as target_database,
    ):
        await migrate(source_database)
        await migrate(target_database)
        return await _move(source_database, target_database)


@asynccontextmanager
async def open_database(url: str, patience: float) -> AsyncIterator[Database]:
    """Open a database as it is, without migrating it, and close it when the block ends."""
    database = Database(Address.parse(url), patience)
    try:
        yield database
    finally:
        await database.close()


async def _move(source: Database, target: Database) -> Mapping[str, int]:
    async with source.reading_one_moment() as reading, target.writing_alone() as writing:
        if await has_rows(writing):
            raise StoreError(f"The database {target.address.name} is not empty. Name a new one.")
        return await copy_tables(reading, writing)


async def has_rows(connection: AsyncConnection) -> bool:
    """Return whether any table holds anything."""
    for stored_table in metadata.sorted_tables:
        if await connection.scalar(select(exists(select(stored_table)))):
            return True
    return False


async def copy_tables(reading: AsyncConnection, writing: AsyncConnection) -> Mapping[str, int]:
    """Copy the rows of all tables into empty ones; returns the row counts by table.

    The tables that are written to never give an id that either side has given.
    """
    # A table comes after those that it refers to.
    return {
        stored_table.name: await _copy(stored_table, reading, writing)
        for stored_table in metadata.sorted_tables
    }


async def _copy(stored_table: Table, reading: AsyncConnection, writing: AsyncConnection) -> int:
    count = 0
    rows = await reading.stream(select(stored_table))
    async for batch in rows.mappings().partitions(BATCH_ROWS):
        await writing.execute(insert(stored_table), [dict(row) for row in batch])
        count += len(batch)
    id_column = stored_table.autoincrement_column
    if id_column is not None:
        last_id = max([await _read_last_id(id_column, side) for side in (reading, writing)])
        if last_id:
            await _set_last_id(id_column, last_id, writing)
    return count


async def _read_last_id(id_column: Column[Any], connection: AsyncConnection) -> int:
    """Return the highest id that the table has ever given; 0 for none."""
    highest = await connection.scalar(select(func.max(id_column))) or 0
    if connection.dialect.name == "postgresql":
        query = text(f"SELECT pg_sequence_last_value({_SEQUENCE})")
        sequence_value = await connection.scalar(query, _parameters(id_column))
    else:
        sequence_value = await connection.scalar(
            select(_sequences.c.seq).where(_sequences.c.name == id_column.table.name)
        )
    return max(highest, sequence_value or 0)


async def _set_last_id(id_column: Column[Any], last_id: int, connection: AsyncConnection) -> None:
    """Make the table give higher ids than `last_id` from now on."""
    if connection.dialect.name == "postgresql":
        query = text(f"SELECT setval({_SEQUENCE}, :last)")
        await connection.execute(query, {**_parameters(id_column), "last": last_id})
    elif id_column.table.dialect_options["sqlite"]["autoincrement"]:
        is_of_table = _sequences.c.name == id_column.table.name
        result = await connection.execute(update(_sequences).where(is_of_table).values(seq=last_id))
        if not result.rowcount:
            row = {"name": id_column.table.name, "seq": last_id}
            await connection.execute(insert(_sequences).values(row))


def _parameters(id_column: Column[Any]) -> dict[str, str]:
    return {"name": id_column.table.name, "id": id_column.name}
