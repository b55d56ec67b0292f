"""What happens by itself: feeds polled, pages looked at again, the store followed and kept up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

from bot.errors import StoreError

_log = logging.getLogger(__name__)

Round: TypeAlias = Callable[[], Awaitable[None]]
Rest: TypeAlias = Callable[[float], Awaitable[None]]

# A host that is slow to answer must not keep the feeds of others waiting.
_POLLS_AT_ONCE = 4
_BETWEEN_POLLS = timedelta(seconds=15)
_BETWEEN_RECHECKS = timedelta(minutes=1)
_BETWEEN_FOLLOWS = timedelta(seconds=5)
_BETWEEN_UPKEEPS = timedelta(hours=1)


@asynccontextmanager
async def rounds(
    *, poll: Round, recheck: Round, follow: Round, keep_up: Round, changed: Rest
) -> AsyncIterator[None]:
    """All of these, again and again, until the block ends; what is then under way is broken off,
    and what it had claimed is claimed again later. No fault of one round ends the next.

    `changed` waits for so many seconds, or until there is something to follow.
    """
    going = [
        *(_go_round(poll, _BETWEEN_POLLS) for _ in range(_POLLS_AT_ONCE)),
        _go_round(recheck, _BETWEEN_RECHECKS),
        _go_round(follow, _BETWEEN_FOLLOWS, changed),
        _go_round(keep_up, _BETWEEN_UPKEEPS),
    ]
    tasks = [asyncio.create_task(each) for each in going]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _go_round(action: Round, pause: timedelta, rest: Rest = asyncio.sleep) -> None:
    while True:
        try:
            await action()
        except StoreError as error:
            _log.warning("%s The next round will go on.", error)
        except Exception:  # noqa: BLE001 the outermost frame of a round
            _log.exception("a round failed; the next one will go on")
        await rest(pause.total_seconds())
