"""Whether another bot runs on a database: on the same SQLite file, or on PostgreSQL."""

import fcntl
import logging
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from bot.errors import StoreError
from bot.store.engine.database import Database

# The advisory lock that the LISTEN connection of each bot on PostgreSQL shares: "verr".
BOTS_LOCK = 0x7665_7272

log = logging.getLogger(__name__)


@contextmanager
def claim_shards(database: Path | None, shards: Sequence[int]) -> Iterator[None]:
    """Hold a lock for each shard beside the SQLite file meanwhile, and log an error if another
    process has one of them: both then answer everything. Nothing is held for another database."""
    if database is None:
        yield
        return
    with _open_locks(database) as handle:
        for shard in shards:
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, shard)
            except OSError:
                log.error(
                    "another bot runs on %s: it answers the servers of shard %d as well. Stop one "
                    "of the two, or give each shards of its own.",
                    database,
                    shard,
                )
                break
        yield


@asynccontextmanager
async def exclude_bots(database: Database) -> AsyncIterator[None]:
    """Keep every bot from the database meanwhile. Raises StoreError if one runs on it."""
    error = StoreError(
        f"A bot is running on the database {database.address.name}, so nothing was changed. Stop "
        "it and try again."
    )
    path = database.address.path
    if path is None:
        async with database.reading() as connection:
            lock = func.pg_try_advisory_xact_lock(BOTS_LOCK)
            if not await connection.scalar(select(lock)):
                raise error
            yield
        return
    if not path.parent.is_dir():  # nothing has run there
        yield
        return
    with _open_locks(path) as handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise error from None
        yield


@contextmanager
def _open_locks(database: Path) -> Iterator[int]:
    path = database.with_name(f"{database.name}.bot")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)  # releases the locks
