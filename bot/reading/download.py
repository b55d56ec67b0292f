"""One HTTP GET through the guard: bounded in bytes, in seconds and in whom it talks to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.reading.guard import Guard, Refused
from bot.reading.reply import Reply

# What aiohttp undoes piece by piece and no further than it is read: of a bomb of 2 GB it holds
# 2 to 4 MB at a time. Any other encoding was not asked for.
ENCODINGS: Final = ("gzip", "deflate")


class Downloader:
    """Fetches single addresses, redirects and all statuses included as they are.

    No proxy of the environment, no cookies, no credentials. Made inside a running event loop.
    """

    def __init__(self, guard: Guard, *, agent: str, resolver: AbstractResolver | None) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=guard.open,
                resolver=resolver,
                use_dns_cache=False,
                force_close=True,  # each host is asked once a second: nothing is worth keeping open
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": agent, "Accept-Encoding": ", ".join(ENCODINGS)},
            timeout=aiohttp.ClientTimeout(),  # `get` keeps the time, over everything
            trust_env=False,
        )

    async def close(self) -> None:
        await self._session.close()

    async def get(
        self, url: URL, *, headers: Mapping[str, str], limit: int, seconds: float
    ) -> Reply:
        """What stands at `url`, of which `limit` bytes and one are read. Raises FetchError."""
        host = url.host or ""
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                reply = Reply(url, response.status, response.headers)
                if reply.is_whole:
                    return replace(reply, body=await _body(response, limit))
                return reply
        except TimeoutError as error:
            raise FetchError(f"{host} takes too long to answer; try again later.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(f"{host} {_what_happened(error)}") from error


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in (*ENCODINGS, "identity"):
        raise FetchError(
            f"{response.url.host} packs its pages in a way that was not asked for; "
            "save the page in a browser and add the file instead."
        )
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


def _what_happened(error: Exception) -> str:
    """The rest of a sentence that begins with the host."""
    match error:
        case aiohttp.InvalidURL():
            return "is no name or number of a host; check the address."
        case aiohttp.ClientConnectorDNSError():
            return "cannot be found; check the address."
        case aiohttp.ClientConnectorCertificateError():
            return "has no valid certificate, so it cannot be told from an impostor."
        case aiohttp.ClientSSLError():
            return "cannot be reached over a secure connection; check the address."
        case aiohttp.ClientConnectorError(os_error=Refused() as refusal):
            return str(refusal)
        case aiohttp.ClientConnectorError():
            return "does not answer; check the address, or try again later."
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "broke off the connection; try again later."
        case _:
            return "sent an answer that is broken or breaks the rules of the web; try again later."
