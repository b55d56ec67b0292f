"""The health of this process: its shards, its articles, its database."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StoreError
from bot.library import Library
from bot.store import Store, Totals

# A database that takes longer for a few counts is reported as not answering.
_DATABASE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ShardState:
    """One connection to Discord. `latency` is how many seconds Discord takes to answer a heartbeat,
    nan before the first answer."""

    id: int
    connected: bool
    latency: float


@dataclass(frozen=True, slots=True)
class Health:
    """The state at the time `at`. `totals` are the database's figures for all servers together, or
    a sentence that says why there are none."""

    at: datetime
    shards: Sequence[ShardState]
    articles: int
    paragraphs: int
    totals: Totals | str

    @property
    def problems(self) -> Sequence[str]:
        """What keeps Verbatim from answering, a sentence each."""
        problems = [] if self.shards else ["Discord is not connected yet."]
        problems += [
            f"Shard {shard.id} is not connected." for shard in self.shards if not shard.connected
        ]
        if isinstance(self.totals, str):
            problems.append(self.totals)
        return tuple(problems)


async def check_health(
    store: Store,
    library: Library,
    shards: Callable[[], Sequence[ShardState]],
    now: Callable[[], datetime],
) -> Health:
    """Return the present health."""
    at = now()
    articles, paragraphs = library.size
    return Health(at, shards(), articles, paragraphs, await _get_totals(store, at))


async def _get_totals(store: Store, now: datetime) -> Totals | str:
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            return await store.overview.get_totals(now)
    except StoreError as error:
        return str(error)
    except TimeoutError:
        return f"The database has not answered within {_DATABASE_SECONDS:g} seconds."
