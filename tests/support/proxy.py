"""A wire between Verbatim and a PostgreSQL that a test can cut and mend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit


class DatabaseProxy:
    """Carries connections from a port of the loopback to a server's socket."""

    def __init__(self, url: str) -> None:
        """`url` is the address of a database whose server has a socket in the folder `host`."""
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._name = parts.path
        self._port = 0
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """The address of the same database over the wire."""
        return f"postgresql://postgres:@127.0.0.1:{self._port}{self._name}"

    async def mend(self) -> None:
        """Listen for connections, at the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End every connection, and let none be made until the wire is mended."""
        self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
        ends = {writer, far_writer}
        self._ends |= ends
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))
        self._ends -= ends


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            into.write(data)
    except ConnectionError:
        pass
    finally:
        into.close()


@asynccontextmanager
async def open_proxy(url: str) -> AsyncIterator[DatabaseProxy]:
    """A proxy to the database at `url`, cut when the block ends."""
    wire = DatabaseProxy(url)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.cut()
