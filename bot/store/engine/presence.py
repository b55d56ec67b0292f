"""Whether another bot that answers the same servers runs on the same SQLite file."""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)


@contextmanager
def claim_shards(database: Path | None, shards: Sequence[int]) -> Iterator[None]:
    """Hold a lock for each shard beside the SQLite file meanwhile, and log an error if another
    process has one of them: both then answer everything. Nothing is held for another database."""
    if database is None:
        yield
        return
    path = database.with_name(f"{database.name}.bot")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
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
    finally:
        os.close(handle)  # releases the locks
