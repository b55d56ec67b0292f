"""Migrates a database to the schema of this version, in one process at a time, all or nothing.

Alembic takes 12 MB of memory and a tenth of a second to load, so it is loaded only where a database
has another schema than this version's.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreBusyError, StoreError
from bot.store.engine.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER: Final = Path(__file__).parents[1] / "migrations"
MIGRATIONS_LOCK = 0x7665_7262  # "verb"; any number that no other program on the server uses
POLL_SECONDS = 0.05


async def migrate(database: Database) -> None:
    """Create the file and its folder if missing, then run the migrations that it lacks.

    Raises StoreError if the database is newer than this version, is not a database, or cannot be
    written.
    """
    path = database.address.path
    if path is None:
        await _upgrade(database)
        return
    _make_folder(path)
    # Alembic does not expect several processes on a new file: of four at once, three failed.
    async with _file_lock(path.with_name(f"{path.name}.lock"), database):
        await _upgrade(database)
    database.remember_file()


async def _upgrade(database: Database) -> None:
    # One transaction: a migration and its record are both committed, or neither.
    async with database.writing_alone(MIGRATIONS_LOCK) as connection:
        await connection.run_sync(_run_steps, database.address.name)
        # Changes nothing, but a database that cannot be written is refused now, not at first use.
        await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def missing_steps(connection: Connection, name: str) -> int:
    """Count the migrations that the database lacks; StoreError if it has one unknown here."""
    current = _read_version(connection)
    if current == _find_newest_version():
        return 0
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config(connection))
    revisions = [script.revision for script in scripts.walk_revisions()]  # the newest first
    if current is not None and current not in revisions:
        raise StoreError(
            f"The database {name} was made by a newer version of Verbatim. "
            "Update Verbatim, or name another database in VERBATIM_DATABASE."
        )
    return len(revisions) if current is None else revisions.index(current)


def has_version(connection: Connection) -> bool:
    """Return whether any migration was ever run on the database."""
    return _read_version(connection) is not None


def _read_version(connection: Connection) -> str | None:
    """The newest migration that was run on the database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


def _find_newest_version() -> str:
    """The newest migration of this version, whose file's name begins with it."""
    return max(file.name.partition("_")[0] for file in _FOLDER.glob("versions/[0-9]*.py"))


def _run_steps(connection: Connection, name: str) -> None:
    if missing_steps(connection, name):
        from alembic import command

        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _make_folder(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"The database {path} is a folder. Name a file in VERBATIM_DATABASE.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {path.parent} for the database cannot be created: {error.strerror}."
        ) from error


@asynccontextmanager
async def _file_lock(path: Path, database: Database) -> AsyncIterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"The database {database.address.name} cannot be used: {path} cannot be written. "
            "Give Verbatim's user the right to write to that folder."
        ) from error
    try:
        deadline = asyncio.get_running_loop().time() + database.patience
        while not _try_lock(handle):
            if asyncio.get_running_loop().time() > deadline:
                raise StoreBusyError(
                    f"The database {database.address.name} is being changed by another process. "
                    "Try again in a moment."
                )
            await asyncio.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(handle)  # releases the lock


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
