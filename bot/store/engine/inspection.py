"""A check that a database can be opened and written and is up to date; it changes nothing."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot.errors import StoreError
from bot.store.engine.database import Address, Database
from bot.store.engine.migrate import missing_steps


@dataclass(frozen=True, slots=True)
class Inspection:
    """What `inspect` found. `exists` is whether anything is stored there yet; the next start runs
    `missing_steps` migrations. `free_bytes` are those of the disk that an SQLite file is on."""

    name: str
    exists: bool
    missing_steps: int
    free_bytes: int | None


async def inspect(url: str, *, patience: float = 10.0) -> Inspection:
    """Inspect the database at `url`, with `patience` and `url` as `Store.open` takes them.

    Raises StoreError as `Store.open` does, and if no file can be created there.
    """
    address = Address.parse(url)
    if address.path and not os.access(address.path, os.F_OK, effective_ids=True):
        return Inspection(address.name, False, 0, _free_bytes(_find_writable_folder(address.path)))
    database = Database(address, patience)
    try:
        async with database.writing() as connection:
            missing = await connection.run_sync(missing_steps, address.name)
            if not missing:  # otherwise the table may not exist
                unchanged = "UPDATE alembic_version SET version_num = version_num"
                await connection.execute(text(unchanged))
    finally:
        await database.close()
    free_bytes = _free_bytes(address.path.parent) if address.path else None
    return Inspection(address.name, True, missing, free_bytes)


def _find_writable_folder(path: Path) -> Path:
    """Return the nearest folder above the file that exists; StoreError if it cannot be written."""
    folder = next(
        parent
        for parent in path.absolute().parents
        if os.access(parent, os.F_OK, effective_ids=True)
    )
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        raise StoreError(
            f"The database {path} cannot be created: {folder} cannot be written. Give Verbatim's "
            "user the right to write there, or name another file in VERBATIM_DATABASE."
        )
    return folder


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
