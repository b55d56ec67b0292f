"""One HTTP GET through the guard, bounded in bytes and in seconds."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.reading.decoding import PDF_SIGNATURE
from bot.reading.web.guard import Guard, NotPublicError, UnusualPortError
from bot.reading.web.reply import Reply
from bot.reading.web.resolver import ThreadResolver

# aiohttp decompresses these no further than the body is read: of a bomb of 2 GB it holds 2 to 4 MB
# at a time. Other encodings are not asked for, and refused.
ENCODINGS: Final = ("gzip", "deflate")


class Downloader:
    """Fetches single addresses; redirects and error statuses are returned as they are.

    Uses no proxy of the environment, no cookies and no credentials. Create it inside a running
    event loop.
    """

    def __init__(self, guard: Guard, *, agent: str, resolver: AbstractResolver | None) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=guard.open,
                resolver=resolver or ThreadResolver(),
                use_dns_cache=False,
                force_close=True,  # each host is asked once a second: nothing is worth keeping open
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": agent, "Accept-Encoding": ", ".join(ENCODINGS)},
            timeout=aiohttp.ClientTimeout(),  # `get` has one timer over everything
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def get(
        self,
        url: URL,
        *,
        headers: Mapping[str, str],
        limit: int,
        pdf_limit: int | None = None,
        seconds: float,
    ) -> Reply:
        """Return the reply of `url`, its body cut at `limit` bytes and one, that of a PDF at
        `pdf_limit`. Raises FetchError."""
        host = url.host or ""
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                reply = Reply(url, response.status, response.headers)
                if reply.is_complete:
                    return replace(reply, body=await _read_body(response, limit, pdf_limit))
                return reply
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _describe_failure(error, host) from error


async def _read_body(response: aiohttp.ClientResponse, limit: int, pdf_limit: int | None) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in (*ENCODINGS, "identity"):
        raise FetchError(
            "{host} compresses its pages in a way that cannot be read; save the page in a "
            "browser and add the file instead.",
            host=response.url.host,
        )
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if pdf_limit is not None and body.startswith(PDF_SIGNATURE):
            limit = pdf_limit
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


def _describe_failure(error: Exception, host: str) -> FetchError:
    """Return the error, one sentence, for a host that could not be read."""
    match error:
        case aiohttp.InvalidURL():
            return FetchError("{host} is not a valid host; check the address.", host=host)
        case aiohttp.ClientConnectorDNSError(os_error=OSError(errno=errno.EAGAIN)):
            return FetchError(
                "{host} does not respond; check the address, or try again later.", host=host
            )
        case aiohttp.ClientConnectorDNSError():
            return FetchError("{host} cannot be found; check the address.", host=host)
        case aiohttp.ClientConnectorCertificateError():
            return FetchError(
                "{host} has no valid certificate, so it may be an impostor.", host=host
            )
        case aiohttp.ClientSSLError():
            return FetchError(
                "{host} cannot be reached over a secure connection; check the address.", host=host
            )
        case aiohttp.ClientConnectorError(os_error=NotPublicError()):
            return FetchError(
                "{host} is not on the public internet, which is all that Verbatim reads.", host=host
            )
        case aiohttp.ClientConnectorError(os_error=UnusualPortError()):
            return FetchError(
                "The address of {host} has an unusual port; Verbatim reads only from ports 80 "
                "and 443.",
                host=host,
            )
        case aiohttp.ClientConnectorError():
            return FetchError(
                "{host} does not respond; check the address, or try again later.", host=host
            )
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return FetchError("{host} closed the connection; try again later.", host=host)
        case TimeoutError():
            return FetchError("{host} takes too long to respond; try again later.", host=host)
        case _:
            return FetchError(
                "{host} sent a broken response; try again later.",
                host=host,
            )
