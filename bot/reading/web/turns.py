"""Politeness towards hosts: one request at a time, with a pause before the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

# Over all hosts; each download may hold as many bytes in memory as its limit says.
AT_ONCE: Final = 8


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0  # on the clock of the event loop
        self.pause = 0.0


class Turns:
    """Gives each host's requests their turn, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        self._room = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def turn(self, name: str, pause: float) -> AsyncIterator[None]:
        """Wait for the turn of a request to a host; the next begins `pause` seconds after it."""
        loop = asyncio.get_running_loop()
        host = self._hosts.setdefault(name, _Host())
        async with host.lock:
            # Never longer than the pause, whatever the clock says: the demo has one clock for what
            # commands do and another for what happens by itself.
            await asyncio.sleep(min(host.free_at - loop.time(), host.pause))
            try:
                async with self._room:
                    yield
            finally:
                host.free_at, host.pause = loop.time() + pause, pause
                # Until then the timer keeps the host from being forgotten.
                loop.call_later(pause, lambda kept: None, host)
