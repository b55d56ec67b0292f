"""A hostile web server on the loopback, and names that lead where they should not."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import unquote

import brotli
from aiohttp.abc import AbstractResolver, ResolveResult

STORY_PAGE = (
    b"<!doctype html><html><head><title>Harbour opens</title></head><body><article>"
    b"<h1>Harbour opens</h1><p>The harbour opened on Monday after nine years of work.</p>"
    b"<p>Ships from four countries called on the first day, the port said.</p>"
    b"</article></body></html>"
)
STORY_FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title>'
    b"<item><title>Harbour opens</title><guid>1</guid></item></channel></rss>"
)

FILLING = b"a" * (1 << 20)
BOMB = 2048  # times the filling: 2 GB
DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    """A request as it came; header names are in lower case."""

    path: str
    headers: Mapping[str, str]


Answer = Callable[[Request], AsyncIterator[bytes]]


@dataclass
class HostileServer:
    """Answers as `ANSWERS` say, save for the paths in `own`; no robots.txt unless it is there.

    `visits` are the requests that came.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        """The server's host and port."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The web address of a path on the server, under any name of its host."""
        return f"http://{host}:{self.port}{path}"

    def requests_for(self, path: str) -> list[Request]:
        """The requests that came for a path."""
        return [visit for visit in self.requests if visit.path == path]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the one request of a connection."""
        task = asyncio.current_task()
        assert task
        self._talks.add(task)
        try:
            begun = await reader.readexactly(1)
            if begun == b"\x16":  # TLS, which is not spoken here
                writer.write(http_response(b"", status="400 Bad Request"))
                return
            head = begun + await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines[1:] if line)
            visit = Request(
                lines[0].split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}
            )
            self.requests.append(visit)
            async for piece in self._answer(visit.path)(visit):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)  # `drain` alone does not let the visitor read
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the visitor has had enough, or the test is over
        finally:
            self._talks.discard(task)
            writer.close()

    def _answer(self, path: str) -> Answer:
        family = "/" + path.split("/")[1]
        known = self.answers.get(path) or ANSWERS.get(path) or ANSWERS.get(family)
        return known or send(http_response(b"", status="404 Not Found"))

    def hang_up(self) -> None:
        """Break off every connection."""
        for task in self._talks:
            task.cancel()


@asynccontextmanager
async def hostile_server(
    answers: Mapping[str, Answer] | None = None,
) -> AsyncIterator[HostileServer]:
    """Serve on a free port of 127.0.0.1."""
    hostile = HostileServer(answers=dict(answers or {}))
    server = await asyncio.start_server(hostile.talk, "127.0.0.1", 0)
    hostile.port = server.sockets[0].getsockname()[1]
    try:
        yield hostile
    finally:
        server.close()
        hostile.hang_up()


class FakeResolver(AbstractResolver):
    """Gives each name its addresses, one after the other, as a server that rebinds them does."""

    def __init__(self, addresses: Mapping[str, Sequence[str]]) -> None:
        self._answers = {name: cycle(answers) for name, answers in addresses.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the next address of the host."""
        if host not in self._answers:
            raise OSError(f"{host} is unknown")
        address = next(self._answers[host])
        version = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=port, family=version, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Do nothing; there is nothing to close."""


def http_response(
    body: bytes, *, status: str = "200 OK", length: int | None = None, **headers: str
) -> bytes:
    """A whole answer; `length` is what it claims to be long, -1 for no claim."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "Connection: close", "", "")).encode() + body


def send(*pieces: bytes) -> Answer:
    """Sends `pieces`, then closes."""

    async def answer(visit: Request) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return answer


def send_endlessly(*pieces: bytes, with_: bytes, seconds: float = 0.0) -> Answer:
    """Sends `pieces`, then one piece after the other without end."""

    async def answer(visit: Request) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        while True:
            await asyncio.sleep(seconds)
            yield with_

    return answer


def redirect_to(location: str, status: str = "302 Found") -> Answer:
    """Redirects to `location`."""
    return send(http_response(b"", status=status, Location=location))


async def _leads_anywhere(visit: Request) -> AsyncIterator[bytes]:
    """`/to/…` redirects to what stands behind it, with escapes undone."""
    yield http_response(b"", status="302 Found", Location=unquote(visit.path.removeprefix("/to/")))


async def _leads_on(visit: Request) -> AsyncIterator[bytes]:
    """`/chain/3` takes three redirects to a story."""
    left = int(visit.path.removeprefix("/chain/"))
    yield (
        http_response(STORY_PAGE)
        if not left
        else http_response(b"", status="301 Moved Permanently", Location=f"/chain/{left - 1}")
    )


async def _status(visit: Request) -> AsyncIterator[bytes]:
    yield http_response(STORY_PAGE, status=f"{visit.path.removeprefix('/status/')} Status")


def _packed(encoding: str) -> bytes:
    return http_response(b"", length=-1, Content_Type="text/html", Content_Encoding=encoding)


def _deflate_bomb(encoding: str, head: bytes) -> Answer:
    """2 GB in some 2 MB, as one stream whose blocks are all alike."""

    async def answer(visit: Request) -> AsyncIterator[bytes]:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        block = packer.compress(FILLING) + packer.flush(zlib.Z_FULL_FLUSH)
        yield _packed(encoding) + head
        for _ in range(BOMB):
            yield block

    return answer


async def _brotli_bomb(visit: Request) -> AsyncIterator[bytes]:
    """2 GB in some 400 KB."""
    packer = brotli.Compressor(quality=1)
    yield _packed("br")
    for _ in range(BOMB):
        yield packer.process(FILLING)
    yield packer.finish()


async def _many_members(visit: Request) -> AsyncIterator[bytes]:
    """2 GB as gzip files of 1 MB, one after the other."""
    member = gzip.compress(FILLING)
    yield _packed("gzip")
    for _ in range(BOMB):
        yield member


def _zstd_bomb() -> bytes:
    """2 GB in 64 KB: a frame of blocks that each repeat one byte, in a window of 128 MB.

    RFC 8878, 3.1.1. Written by hand, as Python can pack it from 3.14 on only.
    """
    size = 1 << 17  # the most that a block holds
    block = (size << 3 | 1 << 1).to_bytes(3, "little") + b"a"
    return b"\x28\xb5\x2f\xfd\x00\x88" + block * (BOMB * len(FILLING) // size)


_CHUNKED = http_response(b"", length=-1, Content_Type="text/html", Transfer_Encoding="chunked")
_PADDING = b"<p>" + b"a" * 16_000

ANSWERS: dict[str, Answer] = {
    "/story": send(http_response(STORY_PAGE, Content_Type="text/html; charset=utf-8")),
    "/feed": send(http_response(STORY_FEED, Content_Type="application/rss+xml")),
    # too much
    "/gzip-bomb": _deflate_bomb("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\xff"),
    "/gzip-members": _many_members,
    "/deflate-bomb": _deflate_bomb("deflate", b"\x78\xda"),
    "/raw-deflate-bomb": _deflate_bomb("deflate", b""),
    "/brotli-bomb": _brotli_bomb,
    "/zstd-bomb": send(_packed("zstd"), _zstd_bomb()),
    "/endless-body": send_endlessly(
        http_response(b"", length=-1, Content_Type="text/html"), with_=_PADDING
    ),
    "/endless-chunks": send_endlessly(_CHUNKED, with_=b"%x\r\n%s\r\n" % (len(_PADDING), _PADDING)),
    "/endless-head": send_endlessly(
        b"HTTP/1.1 200 OK\r\n", with_=b"X-Padding: " + b"a" * 1000 + b"\r\n"
    ),
    "/endless-line": send_endlessly(b"HTTP/1.1 200 OK\r\nX-Padding: ", with_=b"a" * 1000),
    "/endless-trailers": send_endlessly(_CHUNKED, b"3\r\n<p>\r\n0\r\n", with_=b"X-Padding: a\r\n"),
    "/endless-continue": send_endlessly(with_=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/huge-length": send_endlessly(http_response(b"", length=10**15), with_=_PADDING),
    # too slow
    "/silent": send_endlessly(with_=b"", seconds=DRIP_SECONDS),
    "/slow-head": send_endlessly(
        b"HTTP/1.1 200 OK\r\nX-Padding: ", with_=b"a", seconds=DRIP_SECONDS
    ),
    "/slow-body": send_endlessly(
        http_response(b"", length=10**6), with_=b"a", seconds=DRIP_SECONDS
    ),
    "/slow-chunks": send_endlessly(_CHUNKED, with_=b"1\r\na\r\n", seconds=DRIP_SECONDS),
    # broken
    "/hang-up": send(),
    "/garbage": send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "/truncated": send(http_response(STORY_PAGE, length=10_000, Content_Type="text/html")),
    "/truncated-chunks": send(_CHUNKED, b"ffff\r\n<p>"),
    "/bad-chunks": send(_CHUNKED, b"no size\r\n<p>\r\n"),
    "/bad-length": send(http_response(STORY_PAGE, length=-5)),
    "/two-lengths": send(http_response(STORY_PAGE, length=5, content_length="7")),
    "/bad-gzip": send(_packed("gzip"), b"this is no gzip at all"),
    "/half-gzip-bytes": send(_packed("gzip"), gzip.compress(STORY_PAGE)[:10], b"\xff" * 200),
    "/twice-packed": send(_packed("gzip, gzip"), gzip.compress(gzip.compress(STORY_PAGE))),
    "/bad-zstd": send(_packed("zstd"), b"\x28\xb5\x2f\xfd" + bytes(40)),
    "/unknown-packing": send(_packed("x-own"), bytes(40)),
    # of another kind than it says, or than can be read
    "/image": send(http_response(b"\x89PNG\r\n\x1a\n", Content_Type="image/png")),
    "/image-as-page": send(http_response(b"\xff\xd8\xff\xe0", Content_Type="text/html")),
    "/zip-untyped": send(http_response(b"PK\x03\x04 and so on")),
    "/binary-untyped": send(http_response(bytes(range(64)))),
    "/program": send(http_response(b"alert(1)", Content_Type="application/javascript")),
    # elsewhere
    "/to": _leads_anywhere,
    "/chain": _leads_on,
    "/loop": redirect_to("/loop"),
    "/nowhere": send(http_response(b"", status="302 Found")),
    "/split-head": redirect_to(
        "/story\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK"
    ),
    "/status": _status,
}
