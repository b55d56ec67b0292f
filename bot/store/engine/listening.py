"""Notifications that another process has changed articles, where the database can send them.

PostgreSQL notifies every connection that listens when the change is committed, but not one that
connects later. So a notification only saves time: after waiting, read the change queue anyway.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine.database import CONNECT_SECONDS, Database
from bot.store.engine.presence import BOTS_LOCK

log = logging.getLogger(__name__)

CHANNEL = "verbatim_changes"
# SQLite notifies nobody. To read its change queue takes 2 ms of processor time.
SQLITE_SECONDS = 1.0


async def notify(connection: AsyncConnection) -> None:
    """Notify all listeners of this transaction once it is committed."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(CHANNEL, "")))


class Listener:
    """One connection to PostgreSQL, made at the first wait, and again after it is lost. It also
    shows that a bot runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notified = asyncio.Event()
        self._connection: Any = None

    async def wait(self, seconds: float) -> None:
        """Wait until articles may have changed, at most for so long. Raises nothing."""
        if self._database.address.path is not None:
            await asyncio.sleep(min(seconds, SQLITE_SECONDS))
            return
        if self._connection is None or self._connection.is_closed():
            await self._listen()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._notified.wait()
        self._notified.clear()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _listen(self) -> None:
        import asyncpg  # only PostgreSQL needs it

        _, options = self._database.engine.dialect.create_connect_args(self._database.address.url)
        try:
            self._connection = await asyncpg.connect(**options, timeout=CONNECT_SECONDS)
            self._connection.add_termination_listener(self._on_notification)
            await self._connection.execute(f"SELECT pg_try_advisory_lock_shared({BOTS_LOCK})")
            await self._connection.add_listener(CHANNEL, self._on_notification)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.debug("not listening for changes: %s", error)
            await self.close()
        else:
            self._notified.set()  # something may have changed before it listened

    def _on_notification(self, *_: object) -> None:
        self._notified.set()
