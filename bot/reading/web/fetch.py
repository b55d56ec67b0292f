"""The guarded downloader: pages and feeds as strangers name them, politely and within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.reading.web.address import parse
from bot.reading.web.download import Downloader
from bot.reading.web.guard import Guard
from bot.reading.web.media import no_text
from bot.reading.web.reply import Reply, refusal
from bot.reading.web.robots import MAX_BYTES as ROBOTS_BYTES
from bot.reading.web.robots import TOKEN, Robots
from bot.reading.web.turns import Turns

MAX_REDIRECTS: Final = 5

_PERMANENT: Final = (301, 308)
_REDIRECTS: Final = (302, 303, 307, *_PERMANENT)
_VALIDATORS: Final = {"If-None-Match", "If-Modified-Since"}
_PAGE_TYPES: Final = "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.5"
_FEED_TYPES: Final = (
    "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.8,*/*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at an address. `url` is where, after all redirects; `moved_to` is where its
    permanent redirects (301 and 308, up to the first other one) lead, None without one.

    With status 304 nothing has changed, and `body` is empty. `etag` and `last_modified` are to be
    sent back as they are; `media_type` is in lower case without parameters, `charset` as the header
    says it.
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
    """Downloads for everybody: one request per host at a time, and every socket guarded.

    `page_bytes` and `feed_bytes` limit what is read, after decompression. `allow` are the
    operator's exceptions from the guard (see Guard). `seconds` is how long one download may take
    with all its redirects, not counting its waits for a turn; `pause` is the time in seconds
    between two requests to one host.

    Made inside a running event loop. Raises SettingsError for an exception that is none.
    """

    def __init__(
        self,
        *,
        page_bytes: int,
        feed_bytes: int = 8_000_000,
        allow: Collection[str] = (),
        seconds: float = 20.0,
        pause: float = 1.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._page_bytes = page_bytes
        self._feed_bytes = feed_bytes
        self._seconds = seconds
        self._pause = pause
        agent = f"{TOKEN} (quotes news in Discord with its sources; keeps to robots.txt)"
        self._downloader = Downloader(Guard(allow), agent=agent, resolver=resolver)
        self._turns = Turns()
        self._clock = asyncio.get_running_loop().time
        self._robots = Robots(self._ask_robots, self._clock)

    async def close(self) -> None:
        await self._downloader.close()

    async def page(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """The page at `url`, or status 304 if it is still what `etag` or `last_modified` tell.

        Raises FetchError, also where the site's robots.txt does not let programs read it.
        """
        return await self._fetch(
            url,
            headers={"Accept": _PAGE_TYPES, **_validators(etag, last_modified)},
            limit=self._page_bytes,
            too_large=_page_too_large,
            robots=self._robots,
        )

    async def feed(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """The feed at `url`, as `page`; but a feed is there to be polled, and no robots.txt is
        asked for it."""
        return await self._fetch(
            url,
            headers={"Accept": _FEED_TYPES, **_validators(etag, last_modified)},
            limit=self._feed_bytes,
            too_large=_feed_too_large,
        )

    async def _fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        limit: int,
        too_large: Callable[[str | None, int], FetchError],
        robots: Robots | None = None,
    ) -> Fetched:
        reply, moved_to = await self._follow(
            parse(url), headers=headers, limit=limit, pause=self._pause, robots=robots
        )
        host = reply.url.host
        unchanged = reply.status == 304 and bool(_VALIDATORS & headers.keys())
        if not unchanged and not reply.is_whole:
            raise refusal(reply)
        media_type, charset = reply.content_type
        if unreadable := no_text(host, media_type, reply.body):
            raise unreadable
        if len(reply.body) > limit:
            raise too_large(host, limit)
        return Fetched(
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
        *,
        headers: Mapping[str, str],
        limit: int,
        pause: float,
        robots: Robots | None = None,
    ) -> tuple[Reply, str | None]:
        """The reply at the end of all redirects, and where the permanent ones lead."""
        left = self._seconds
        moved_to, permanently = None, True
        for _ in range(MAX_REDIRECTS + 1):
            wait = max(pause, await robots.delay(url)) if robots else pause
            async with self._turns.turn(url.host or "", wait):
                began = self._clock()
                reply = await self._downloader.get(url, headers=headers, limit=limit, seconds=left)
                left -= self._clock() - began
            location = reply.headers.get("Location")
            if reply.status not in _REDIRECTS or location is None:
                return reply, moved_to
            url = _target(url, location)
            permanently = permanently and reply.status in _PERMANENT
            if permanently:
                moved_to = str(url)
        raise FetchError(
            "{host} leads on and on, over more than {most} redirects; "
            "open the page in a browser and give the address that it ends at.",
            host=url.host,
            most=MAX_REDIRECTS,
        )

    async def _ask_robots(self, url: URL) -> Reply:
        reply, _ = await self._follow(
            url, headers={"Accept": "text/plain,*/*;q=0.5"}, limit=ROBOTS_BYTES, pause=0.0
        )
        return reply


def _page_too_large(host: str | None, limit: int) -> FetchError:
    return FetchError(
        "{host} sent more than {megabytes:g} MB; whoever runs this bot can raise the limit, "
        "VERBATIM_MAX_PAGE_BYTES.",
        host=host,
        megabytes=limit / 1e6,
    )


def _feed_too_large(host: str | None, limit: int) -> FetchError:
    return FetchError(
        "{host} sent more than {megabytes:g} MB; no larger feed is read.",
        host=host,
        megabytes=limit / 1e6,
    )


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in given.items() if value}


def _target(url: URL, location: str) -> URL:
    """Where `url` redirects to. Raises FetchError where that cannot be fetched."""
    try:
        return parse(str(url.join(URL(location))))
    except (FetchError, ValueError) as error:
        raise FetchError(
            "{host} leads on to what is no web address; check the address.", host=url.host
        ) from error
