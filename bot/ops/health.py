"""How this process stands at one moment: its shards, its articles, its database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StoreError
from bot.library import Library
from bot.store import Store, Totals

# A database that needs longer for a few counts is as good as away, and whoever asks waits.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class ShardState:
    """One connection to Discord. `latency` is how many seconds Discord takes to answer a heartbeat,
    nan until it has answered one."""

    id: int
    connected: bool
    latency: float


@dataclass(frozen=True, slots=True)
class Health:
    """`totals` is what the database tells of all servers together, or the sentence that says why it
    tells nothing."""

    at: datetime
    shards: Sequence[ShardState]
    articles: int
    paragraphs: int
    totals: Totals | str

    @property
    def problems(self) -> Sequence[str]:
        """What keeps Verbatim from serving, a sentence each."""
        shards = self.shards
        lost = [f"Shard {each.id} is not connected." for each in shards if not each.connected]
        absent = [] if shards else ["Discord is not connected yet."]
        silent = [self.totals] if isinstance(self.totals, str) else []
        return (*absent, *lost, *silent)


async def check_health(
    store: Store,
    library: Library,
    shards: Callable[[], Sequence[ShardState]],
    now: Callable[[], datetime],
) -> Health:
    """How all of these stand now."""
    at = now()
    articles, paragraphs = library.size
    return Health(at, shards(), articles, paragraphs, await _totals(store, at))


async def _totals(store: Store, now: datetime) -> Totals | str:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await store.overview.get_totals(now)
    except StoreError as fault:
        return str(fault)
    except TimeoutError:
        return f"The database has not answered within {_PATIENCE:g} seconds."
