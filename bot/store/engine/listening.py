"""Hears that another process has changed articles, as soon as it has, where the database can tell.

PostgreSQL tells everybody who listens once the change is committed, but not who was away then. So
hearing only saves time: whoever waits here asks the change queue afterwards whatever was heard.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine.database import CONNECT_SECONDS, Database

_log = logging.getLogger(__name__)

CHANNEL = "verbatim_changes"
# SQLite tells nobody. To ask its queue takes 2 ms of processor time.
_SQLITE_SECONDS = 1.0


async def tell(connection: AsyncConnection) -> None:
    """Have all who listen hear of this transaction once it is committed."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(CHANNEL, "")))


class Listener:
    """One connection to PostgreSQL, made when somebody first waits, and anew when it is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard = asyncio.Event()
        self._connection: Any = None

    async def wait(self, seconds: float) -> None:
        """Until articles may have changed, and for so long at the most. Raises nothing: while the
        database is lost, this waits for the full time."""
        if self._database.address.path is not None:
            await asyncio.sleep(min(seconds, _SQLITE_SECONDS))
            return
        if self._connection is None or self._connection.is_closed():
            await self._listen()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._heard.wait(), seconds)
        self._heard.clear()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _listen(self) -> None:
        import asyncpg  # only PostgreSQL needs it

        _, options = self._database.engine.dialect.create_connect_args(self._database.address.url)
        try:
            self._connection = await asyncpg.connect(**options, timeout=CONNECT_SECONDS)
            self._connection.add_termination_listener(self._hear)
            await self._connection.add_listener(CHANNEL, self._hear)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            _log.debug("not listening for changes: %s", fault)
            await self.close()
        else:
            self._heard.set()  # what changed while nobody listened

    def _hear(self, *_: object) -> None:
        self._heard.set()
