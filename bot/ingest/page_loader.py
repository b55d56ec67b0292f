"""Fetch a web page and read its story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.errors import ChallengeError, LibraryError, ReadingError
from bot.model import Source
from bot.reading.decoding import PDF
from bot.reading.feeds.feed import looks_like_feed
from bot.reading.feeds.opml import FeedAddress
from bot.reading.pages.page import Story
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import canonicalise
from bot.reading.web.fetch import Fetcher, FetchResult

# An article is checked again at these ages: most corrections are made early.
RECHECK_AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))

_MAX_FEEDS = 5  # of a front page are named


class IsFeedError(LibraryError):
    """The address is that of a feed, not of a page; `fetched` is the feed."""

    def __init__(self, message: str, /, *, fetched: FetchResult, **values: Any) -> None:
        super().__init__(message, **values)
        self.fetched = fetched


class FrontPageError(LibraryError):
    """The page at `address` is a site's front page, or no article, and names `offered` feeds."""

    def __init__(
        self, message: str, /, *, address: str, offered: Sequence[FeedAddress], **values: Any
    ) -> None:
        super().__init__(message, address=address, **values)
        self.address = address
        self.offered = offered


class PageLoader:
    """Loads pages. `now` returns the time in UTC; `server` is the collection that a page is for,
    whose turn it takes. Methods raise FetchError and ReadingError."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._now = now

    async def load(
        self, address: str, *, server: int, or_feed: bool = False, offers_feeds: bool = False
    ) -> tuple[Story, Source]:
        """Return the story at `address`.

        Raises IsFeedError where it is a feed; one longer than a page may be only if `or_feed`. With
        `offers_feeds` raises FrontPageError where it is a front page, or holds no story that can be
        read, and names feeds.
        """
        fetch = self._fetcher.fetch_page_or_feed if or_feed else self._fetcher.fetch_page
        fetched = await fetch(address, server=server)
        if offers_feeds and _is_front_page(fetched.url):
            await self._offer_feeds(fetched, server)
        try:
            return await self._read(address, fetched, server)
        except ReadingError as error:
            if offers_feeds and not isinstance(error, ChallengeError):
                await self._offer_feeds(fetched, server)
            raise

    async def _offer_feeds(self, fetched: FetchResult, server: int) -> None:
        """Raise FrontPageError where the page names feeds."""
        if looks_like_feed(fetched.body, fetched.media_type) or fetched.media_type == PDF:
            return
        feeds = await self._sandbox.find_feeds(
            fetched.body, url=fetched.url, charset=fetched.charset, server=server
        )
        if feeds:
            raise FrontPageError(
                "{address} is a front page, not an article; follow a feed that it lists: {feeds}.",
                address=fetched.url,
                feeds=", ".join(feed.url for feed in feeds[:_MAX_FEEDS]),
                offered=feeds,
            )

    async def load_if_changed(
        self, address: str, *, server: int, etag: str | None, last_modified: str | None
    ) -> tuple[Story, Source] | None:
        """Return the story at `address`; None if these HTTP validators are still valid."""
        fetched = await self._fetcher.fetch_page(
            address, server=server, etag=etag, last_modified=last_modified
        )
        if fetched.status == 304:
            return None
        return await self._read(address, fetched, server)

    async def _read(self, address: str, fetched: FetchResult, server: int) -> tuple[Story, Source]:
        if looks_like_feed(fetched.body, fetched.media_type):
            raise IsFeedError(
                "{address} is a feed; follow it with /library add feed.",
                address=address,
                fetched=fetched,
            )
        if fetched.media_type == PDF:
            story = await self._sandbox.read_pdf(fetched.body, url=fetched.url, server=server)
        else:
            story = await self._sandbox.read_html(
                fetched.body,
                url=fetched.url,
                content_type=fetched.media_type,
                charset=fetched.charset,
                server=server,
            )
        now = self._now()
        source = Source(
            address=fetched.url,
            key=canonicalise(fetched.url),
            first_seen=now,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            next_check_at=now + RECHECK_AGES[0],
        )
        return story, source


def _is_front_page(address: str) -> bool:
    """Whether the address is that of a site's first page."""
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query
