"""Copies a database into one file beside a running bot, and puts such a file back."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.engine.copying import copy_tables, has_rows, open_database
from bot.store.engine.database import Address, Database
from bot.store.engine.migrate import has_version, migrate, missing_steps
from bot.store.engine.presence import exclude_bots
from bot.store.schema import metadata


async def back_up(url: str, file: Path, *, patience: float = 10.0) -> Mapping[str, int]:
    """Write all that the database holds at one moment to a new file; returns the row counts.

    The file is an SQLite database, whatever `url` names. It appears when it is complete. Nothing is
    migrated, as a bot of another version may be running. Raises StoreError.
    """
    address = Address.parse(url)
    if address.path is not None and not address.path.exists():
        raise StoreError(f"There is no database {address.path}, so nothing was backed up.")
    with _create(file) as unfinished:
        async with (
            open_database(url, patience) as source,
            open_database(str(unfinished), patience) as target,
        ):
            return await _copy_to_file(source, target)


@contextmanager
def _create(file: Path) -> Iterator[Path]:
    """Give a path to write to, whose file is moved to `file` when the block ends without error."""
    if file.exists():
        raise StoreError(f"{file} already exists; name a new file.")
    if not file.parent.is_dir():
        raise StoreError(f"There is no folder {file.parent}; create it, or name another.")
    try:
        with TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as folder:
            yield Path(folder, file.name)
            Path(folder, file.name).rename(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}.") from error


async def _copy_to_file(source: Database, target: Database) -> Mapping[str, int]:
    await migrate(target)
    async with source.reading_one_moment() as reading:
        if await reading.run_sync(missing_steps, source.address.name):
            raise StoreError(
                f"The database {source.address.name} is of an older version of Verbatim. Back it "
                "up with that version, or start this one first, which brings it up to date."
            )
        async with target.writing_alone() as writing:
            return await copy_tables(reading, writing)


async def restore(
    file: Path, url: str, *, replace: bool, patience: float = 10.0
) -> Mapping[str, int]:
    """Put a backup into a database, all or nothing; returns the row counts.

    The backup may be of an older version and stays as it is. What the database holds is deleted if
    `replace`; no id that it has given is given again. Raises StoreError, also while a bot runs on
    the database, and for one that holds something without `replace`.
    """
    with _copy_file(file) as copied:
        async with (
            open_database(str(copied), patience) as source,
            open_database(url, patience) as target,
        ):
            await _check_backup(source, file)
            async with exclude_bots(target):
                await migrate(source)
                await migrate(target)
                return await _replace(source, target, replace)


@contextmanager
def _copy_file(file: Path) -> Iterator[Path]:
    """Copy a file into a folder that is deleted when the block ends."""
    if not file.is_file():
        raise StoreError(f"There is no backup {file}, so nothing was changed.")
    with TemporaryDirectory(prefix="verbatim-") as folder:
        try:
            copied = Path(shutil.copy(file, folder))
        except OSError as error:
            raise StoreError(f"The backup {file} cannot be read: {error.strerror}.") from error
        yield copied


async def _check_backup(source: Database, file: Path) -> None:
    try:
        async with source.reading() as connection:
            is_backup = await connection.run_sync(has_version)
            if is_backup:
                await connection.run_sync(missing_steps, str(file))
    except StoreError as error:
        if not isinstance(error.__cause__, DBAPIError):  # of a newer version
            raise
        is_backup = False
    if not is_backup:
        raise StoreError(f"{file} is not a backup of Verbatim, so nothing was changed.")


async def _replace(source: Database, target: Database, replace: bool) -> Mapping[str, int]:
    async with source.reading_one_moment() as reading, target.writing_alone() as writing:
        if await has_rows(writing):
            if not replace:
                raise StoreError(
                    f"The database {target.address.name} is not empty. Back it up, then add "
                    "--replace to delete what is in it."
                )
            for stored_table in reversed(metadata.sorted_tables):
                await writing.execute(delete(stored_table))
        return await copy_tables(reading, writing)
