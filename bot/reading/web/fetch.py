"""The guarded downloader: pages and feeds at any address, politely and within limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal
from weakref import WeakValueDictionary

from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.reading.decoding import HTML, PDF, PLAIN_TEXT, XHTML, XML
from bot.reading.feeds.feed import looks_like_feed
from bot.reading.feeds.items import FEED_TYPES
from bot.reading.web.address import parse_url
from bot.reading.web.download import Downloader
from bot.reading.web.guard import Guard
from bot.reading.web.reply import Reply, binary_error, is_pdf, status_error, unpack_gzip
from bot.reading.web.robots import AGENT, Robots
from bot.reading.web.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from bot.threads import Threads
from bot.turns import FairQueue

MAX_REDIRECTS: Final = 5
# Polls at once, over all hosts; each download may hold as many bytes in memory as its limit. Of
# 5,000 feeds in 15 minutes, six hosts of a hundred that hang until the limit keep seven of these.
MAX_CONCURRENT: Final = 24
# What servers ask for has places of its own, in turn, so that neither polls nor the slow links of
# one server hold up another's.
MAX_ASKED: Final = 8
MAX_ASKED_BY_SERVER: Final = 3

_PERMANENT: Final = (301, 308)
_REDIRECTS: Final = (302, 303, 307, *_PERMANENT)
_VALIDATORS: Final = {"If-None-Match", "If-Modified-Since"}
_PAGES: Final = f"{HTML},{XHTML},{PLAIN_TEXT};q=0.8,*/*;q=0.5"
_FEEDS: Final = f"{','.join(FEED_TYPES)},{XML};q=0.8,*/*;q=0.5"
_PAGES_AND_FEEDS: Final = f"{HTML},{XHTML},{','.join(FEED_TYPES)},{XML};q=0.8,*/*;q=0.5"
_ROBOTS_TXT: Final = f"{PLAIN_TEXT},*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The document at an address. `url` is the address after all redirects; `moved_to` is where its
    permanent redirects (301 and 308, up to the first other one) lead, None without one.

    With status 304 nothing has changed, and `body` is empty. `etag` and `last_modified` are to be
    sent back as they are; `media_type` is in lower case without parameters, `charset` as the header
    states it. A PDF has the media type of one, whatever it was sent as.
    """

    url: str
    status: Literal[200, 304]
    body: bytes
    media_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    moved_to: str | None = None


class Fetcher:
    """Downloads pages and feeds: one request per host at a time, and every socket guarded.

    `page_bytes`, `pdf_bytes` and `feed_bytes` limit what is read, after decompression. `allow` are
    the operator's exceptions from the guard (see Guard). `seconds` is how long one download may
    take with all its redirects, without the waits for its host; `pause` is the time in seconds
    between two requests to one host.

    Create it inside a running event loop. Raises SettingsError for an invalid exception.
    """

    def __init__(
        self,
        *,
        page_bytes: int,
        pdf_bytes: int = 8_000_000,
        feed_bytes: int = 8_000_000,
        allow: Collection[str] = (),
        seconds: float = 20.0,
        pause: float = 1.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._page_bytes = page_bytes
        self._pdf_bytes = pdf_bytes
        self._feed_bytes = feed_bytes
        self._seconds = seconds
        self._pause = pause
        agent = f"{AGENT} (quotes news in Discord with its sources; keeps to robots.txt)"
        self._downloader = Downloader(Guard(allow), agent=agent, resolver=resolver)
        self._limiter = HostLimiter()
        self._clock = asyncio.get_running_loop().time
        self._threads = Threads("fetching", 2)
        self._robots = Robots(self._fetch_robots, self._clock, self._threads)

    async def close(self) -> None:
        """Close all connections."""
        await self._downloader.close()
        self._threads.close()

    async def fetch_page(
        self,
        url: str,
        *,
        server: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Return the page or PDF at `url`, or status 304 if `etag` or `last_modified` still hold.

        It takes a turn of the `server` it is for; None is a poll, for all who follow a feed.
        Raises FetchError, also where the site's robots.txt does not let programs read it.
        """
        return await self._fetch(
            url,
            server,
            headers={"Accept": _PAGES, **_validators(etag, last_modified)},
            limit=self._page_bytes,
            pdf_limit=self._pdf_bytes,
            too_large=_page_too_large,
            robots=self._robots,
        )

    async def fetch_page_or_feed(self, url: str, *, server: int | None = None) -> FetchResult:
        """Return what is at `url`, as `fetch_page` does; a feed may be larger than a page."""
        fetched = await self._fetch(
            url,
            server,
            headers={"Accept": _PAGES_AND_FEEDS},
            limit=max(self._page_bytes, self._feed_bytes),
            pdf_limit=self._pdf_bytes,
            too_large=lambda host, _: _page_too_large(host, self._page_bytes),
            robots=self._robots,
        )
        is_page = not looks_like_feed(fetched.body, fetched.media_type)
        if is_page and fetched.media_type != PDF and len(fetched.body) > self._page_bytes:
            raise _page_too_large(URL(fetched.url).host, self._page_bytes)
        return fetched

    async def fetch_feed(
        self,
        url: str,
        *,
        server: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> FetchResult:
        """Return the feed at `url`, as `fetch_page` does, but without asking robots.txt: a feed is
        there to be polled."""
        return await self._fetch(
            url,
            server,
            headers={"Accept": _FEEDS, **_validators(etag, last_modified)},
            limit=self._feed_bytes,
            too_large=_feed_too_large,
        )

    async def _fetch(
        self,
        url: str,
        server: int | None,
        *,
        headers: Mapping[str, str],
        limit: int,
        pdf_limit: int | None = None,
        too_large: Callable[[str | None, int], FetchError],
        robots: Robots | None = None,
    ) -> FetchResult:
        reply, moved_to = await self._follow(
            parse_url(url),
            server,
            headers=headers,
            limit=limit,
            pdf_limit=pdf_limit,
            pause=self._pause,
            robots=robots,
        )
        reply = await self._threads.run(unpack_gzip, reply, limit)
        host = reply.url.host
        unchanged = reply.status == 304 and bool(_VALIDATORS & headers.keys())
        if not unchanged and not reply.is_complete:
            raise status_error(reply)
        media_type, charset = reply.content_type
        if pdf_limit is not None and is_pdf(media_type, reply.body):
            media_type = PDF
            if len(reply.body) > pdf_limit:
                raise _pdf_too_large(host, pdf_limit)
        elif error := binary_error(host, media_type, reply.body):
            raise error
        elif len(reply.body) > limit:
            raise too_large(host, limit)
        return FetchResult(
            url=str(reply.url),
            status=304 if unchanged else 200,
            body=reply.body,
            media_type=media_type,
            charset=charset,
            etag=reply.header("ETag"),
            last_modified=reply.header("Last-Modified"),
            moved_to=moved_to,
        )

    async def _follow(
        self,
        url: URL,
        server: int | None,
        *,
        headers: Mapping[str, str],
        limit: int,
        pdf_limit: int | None = None,
        pause: float,
        robots: Robots | None = None,
    ) -> tuple[Reply, str | None]:
        """Return the reply after all redirects, and where the permanent ones lead."""
        seconds = self._seconds
        moved_to, permanently = None, True
        for _ in range(MAX_REDIRECTS + 1):
            delay = max(pause, await robots.delay(url)) if robots else pause
            async with self._limiter.reserve(url.host or "", delay, server):
                started = self._clock()
                reply = await self._downloader.get(
                    url, headers=headers, limit=limit, pdf_limit=pdf_limit, seconds=seconds
                )
                seconds -= self._clock() - started
            location = reply.headers.get("Location")
            if reply.status not in _REDIRECTS or location is None:
                return reply, moved_to
            url = _resolve_redirect(url, location)
            permanently = permanently and reply.status in _PERMANENT
            if permanently:
                moved_to = str(url)
        raise FetchError(
            "{host} redirects more than {most} times; open the page in a browser and use the "
            "address it ends at.",
            host=url.host,
            most=MAX_REDIRECTS,
        )

    async def _fetch_robots(self, url: URL) -> Reply:
        reply, _ = await self._follow(
            url, None, headers={"Accept": _ROBOTS_TXT}, limit=MAX_ROBOTS_BYTES, pause=0.0
        )
        return reply


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0  # on the clock of the event loop
        self.pause = 0.0


class HostLimiter:
    """Lets one request at a time through to each host, in the order in which they were made."""

    def __init__(self) -> None:
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        self._polls = asyncio.Semaphore(MAX_CONCURRENT)
        self._asked = FairQueue(MAX_ASKED, MAX_ASKED_BY_SERVER)

    @asynccontextmanager
    async def reserve(
        self, name: str, pause: float, server: int | None = None
    ) -> AsyncIterator[None]:
        """Wait until a request to the host may start; the next starts `pause` seconds after it.

        It takes a turn of `server`; None is a poll.
        """
        loop = asyncio.get_running_loop()
        host = self._hosts.setdefault(name, _Host())
        async with host.lock:
            # Never longer than the pause, whatever the clock says: the demo has one clock for
            # commands and another for background tasks.
            await asyncio.sleep(min(host.free_at - loop.time(), host.pause))
            try:
                async with self._polls if server is None else self._asked.turn(server):
                    yield
            finally:
                host.free_at, host.pause = loop.time() + pause, pause
                # The timer holds a reference, so that the host is not forgotten until then.
                loop.call_later(pause, lambda _: None, host)


def _page_too_large(host: str | None, limit: int) -> FetchError:
    return FetchError(
        "{host} sent more than {megabytes:g} MB; the person who runs this bot can raise the "
        "limit, VERBATIM_MAX_PAGE_BYTES.",
        host=host,
        megabytes=limit / 1e6,
    )


def _pdf_too_large(host: str | None, limit: int) -> FetchError:
    return FetchError(
        "{host} sent a PDF of more than {megabytes:g} MB; use a smaller one, or a part of it.",
        host=host,
        megabytes=limit / 1e6,
    )


def _feed_too_large(host: str | None, limit: int) -> FetchError:
    return FetchError(
        "{host} sent a feed of more than {megabytes:g} MB, which is the limit.",
        host=host,
        megabytes=limit / 1e6,
    )


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def _resolve_redirect(url: URL, location: str) -> URL:
    """Return where `url` redirects to. Raises FetchError if that is no web address."""
    try:
        return parse_url(str(url.join(URL(location))))
    except (FetchError, ValueError) as error:
        raise FetchError(
            "{host} redirects to something that is not a web address; check the address.",
            host=url.host,
        ) from error
