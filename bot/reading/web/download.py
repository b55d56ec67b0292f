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
from bot.reading.web.guard import Guard, NotPublic, UnusualPort
from bot.reading.web.reply import Reply

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
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _fault(error, host) from error


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in (*ENCODINGS, "identity"):
        raise FetchError(
            "{host} packs its pages in a way that was not asked for; "
            "save the page in a browser and add the file instead.",
            host=response.url.host,
        )
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


def _fault(error: Exception, host: str) -> FetchError:
    """What is to be said of a host that could not be asked."""
    match error:
        case aiohttp.InvalidURL():
            return FetchError(
                "{host} is no name or number of a host; check the address.", host=host
            )
        case aiohttp.ClientConnectorDNSError():
            return FetchError("{host} cannot be found; check the address.", host=host)
        case aiohttp.ClientConnectorCertificateError():
            return FetchError(
                "{host} has no valid certificate, so it cannot be told from an impostor.", host=host
            )
        case aiohttp.ClientSSLError():
            return FetchError(
                "{host} cannot be reached over a secure connection; check the address.", host=host
            )
        case aiohttp.ClientConnectorError(os_error=NotPublic()):
            return FetchError(
                "{host} is not on the public internet, and Verbatim reads nothing else.", host=host
            )
        case aiohttp.ClientConnectorError(os_error=UnusualPort()):
            return FetchError(
                "{host} is asked for at an unusual port; Verbatim reads from 80 and 443 only.",
                host=host,
            )
        case aiohttp.ClientConnectorError():
            return FetchError(
                "{host} does not answer; check the address, or try again later.", host=host
            )
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return FetchError("{host} broke off the connection; try again later.", host=host)
        case TimeoutError():
            return FetchError("{host} takes too long to answer; try again later.", host=host)
        case _:
            return FetchError(
                "{host} sent an answer that is broken or breaks the rules of the web; "
                "try again later.",
                host=host,
            )
