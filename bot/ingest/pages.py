"""Web pages as stories: fetched, then read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import LibraryError
from bot.model import Source
from bot.reading.feeds.feed import looks_like_feed
from bot.reading.pages.page import Story
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import canonical
from bot.reading.web.fetch import Fetcher

# An article is looked at again at these ages: what is corrected is mostly corrected early.
RECHECKS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))


class IsFeedError(LibraryError):
    """The address gives a feed where a page was asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A story and where it was found."""

    story: Story
    source: Source


class Pages:
    """Every method raises FetchError and ReadingError."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._now = now

    async def read(self, address: str) -> Page:
        """The story at `address`. Raises IsFeedError where a feed stands there."""
        page = await self.read_changed(address, etag=None, last_modified=None)
        if page is None:
            raise LibraryError("{address} gave nothing. Try again later.", address=address)
        return page

    async def read_changed(
        self, address: str, *, etag: str | None, last_modified: str | None
    ) -> Page | None:
        """As `read`; None where the page is as it was when its host gave these validators."""
        fetched = await self._fetcher.page(address, etag=etag, last_modified=last_modified)
        if fetched.status == 304:
            return None
        if looks_like_feed(fetched.body, fetched.media_type):
            raise IsFeedError(
                "{address} is a feed; follow it with /library add feed.", address=address
            )
        story = await self._sandbox.read_html(
            fetched.body,
            url=fetched.url,
            content_type=fetched.media_type,
            charset=fetched.charset,
        )
        now = self._now()
        source = Source(
            address=fetched.url,
            key=canonical(fetched.url),
            first_seen=now,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            next_check_at=now + RECHECKS[0],
        )
        return Page(story, source)
