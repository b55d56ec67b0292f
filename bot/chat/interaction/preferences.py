"""What a server prefers, also while the database that knows it does not answer."""

from __future__ import annotations

import asyncio
import logging

from bot.errors import StoreError
from bot.model import Preferences
from bot.store import Store

# Seconds. Discord waits 3 s for a first reply; what a command is for comes after this.
_PATIENCE = 0.5

_log = logging.getLogger(__name__)


class Preferred:
    """Asks the store each time, for another process may have noted a choice; what it said last is
    remembered for when it fails."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, Preferences] = {}

    async def by(self, guild_id: int) -> Preferences:
        """What the server prefers, or preferred when that was last known."""
        try:
            async with asyncio.timeout(_PATIENCE):
                self._last[guild_id] = await self._store.preferences.get(guild_id)
        except (StoreError, TimeoutError) as fault:
            _log.warning("what server %d prefers is not known now: %s", guild_id, fault)
        return self._last.get(guild_id, Preferences())
