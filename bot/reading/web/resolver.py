"""Looks up the addresses of hosts, each in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any, Final, TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

AddressInfo: TypeAlias = tuple[Any, Any, int, str, tuple[Any, ...]]  # as `getaddrinfo` returns it

# The system gives a name up after half a minute, while a download waits for 20 seconds at most and
# no more than eight run at once: 24 threads could be left behind. Nothing is ever refused by this
# unless the system takes much longer.
MAX_LOOKUPS: Final = 64
_NUMERIC: Final = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class ThreadResolver(AbstractResolver):
    """Resolves names as the system does (its hosts file and name services included).

    A look-up cannot be stopped. One that nobody waits for any more keeps its own thread alone until
    the system gives up, and never the process: the threads are daemons.
    """

    def __init__(self, lookup: Callable[..., Sequence[AddressInfo]] = socket.getaddrinfo) -> None:
        """`lookup` takes and returns what `socket.getaddrinfo` does, and may block."""
        self._lookup = lookup
        self._running = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of `host`. Raises OSError where there are none."""
        if self._running >= MAX_LOOKUPS:
            raise OSError(errno.EAGAIN, "too many names are being looked up")
        loop = asyncio.get_running_loop()
        result: asyncio.Future[Sequence[AddressInfo]] = loop.create_future()

        def finish(infos: Sequence[AddressInfo], error: Exception | None) -> None:
            self._running -= 1
            if result.done():  # nobody waits for it any more
                return
            if error is None:
                result.set_result(infos)
            else:
                result.set_exception(error)

        def look_up() -> None:
            infos: Sequence[AddressInfo] = ()
            error: Exception | None = None
            try:
                infos = self._lookup(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
            except (OSError, UnicodeError) as fault:
                error = fault
            with suppress(RuntimeError):  # the loop is closed, and nobody waits for anything
                loop.call_soon_threadsafe(finish, infos, error)

        try:
            Thread(target=look_up, name="lookup", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            raise OSError(errno.EAGAIN, str(error)) from error
        self._running += 1
        return [_as_result(host, *info) for info in await result]

    async def close(self) -> None:
        """Do nothing: no look-up is waited for."""


def _as_result(
    host: str, family: int, kind: int, protocol: int, name: str, address: tuple[Any, ...]
) -> ResolveResult:
    numeric, port, *further = address
    scope = f"%{further[1]}" if len(further) == 2 and further[1] else ""  # of a link-local address
    return ResolveResult(
        hostname=host,
        host=f"{numeric}{scope}" if "%" not in numeric else numeric,
        port=port,
        family=family,
        proto=protocol,
        flags=_NUMERIC,
    )
