"""Feeds: followed by collections, polled once for all of them, their entries taken into each."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.errors import FetchError, LibraryError, StoreError
from bot.ingest.entries import Entries
from bot.ingest.results import Gathered, Progress
from bot.model import Feed, Limits
from bot.reading.feeds.feed import FeedRead, looks_like_feed
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import canonical, normalise
from bot.reading.web.fetch import Fetched, Fetcher
from bot.store import Store

_log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=30)  # forty pages of a slow host take half of it
_LONGEST_PAUSE = timedelta(days=1)


class Following:
    """Follows feeds. `now` gives the time in UTC; `owner` names this process."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        sandbox: Sandbox,
        entries: Entries,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
        owner: str,
    ) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._entries = entries
        self._store = store
        self._limits = limits
        self._now = now
        self._owner = owner
        # One at a time takes the entries of a feed, or a page would be fetched twice.
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def follow(
        self, collection: int, text: str, *, by: int | None, progress: Progress | None = None
    ) -> Gathered:
        """Follow the feed at the address `text`, or the one that the page there names, and take its
        entries. Raises LibraryError where that cannot be, StoreError."""
        address = normalise(text)
        fetched = await self._fetcher.feed(address)
        if not looks_like_feed(fetched.body, fetched.media_type):
            address = await self._named_by(fetched)
            fetched = await self._fetcher.feed(address)
        read = await self._read(fetched)
        feed, _ = await self._store.feeds.subscribe(
            collection,
            url=fetched.url,
            key=canonical(fetched.url),
            title=read.title,
            by=by,
            now=self._now(),
            limit=self._limits.feeds_of(collection),
        )
        async with self._turns[feed.id]:
            intake = await self._entries.take(feed, read, progress)
        taken = tuple(intake.taken[collection])
        return Gathered(taken, feed, tuple(intake.failures), read.left_out, intake.pending)

    async def poll_due(self) -> None:
        """Poll every feed that is due, one after another. Raises StoreError."""
        while feed := await self._store.feeds.claim(self._now(), _LEASE, self._owner):
            try:
                await self._poll(feed)
            except asyncio.CancelledError:
                with suppress(StoreError):  # its lease then ends by itself
                    await self._store.feeds.release(feed.id, owner=self._owner, now=self._now())
                raise
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 whatever one feed does, the others are polled
                _log.exception("feed %s could not be taken in", feed.url)
                await self._failed(feed, LibraryError("It could not be read; the log says why."))

    async def _poll(self, feed: Feed) -> None:
        """Poll a claimed feed and say in the store how it went."""
        try:
            fetched = await self._fetcher.feed(
                feed.url, etag=feed.etag, last_modified=feed.last_modified
            )
            title, pending = feed.title, 0
            if fetched.status != 304:
                read = await self._read(fetched)
                async with self._turns[feed.id]:
                    intake = await self._entries.take(feed, read)
                title, pending = read.title, intake.pending
        except LibraryError as fault:
            await self._failed(feed, fault)
            return
        await self._store.feeds.record_poll(
            feed.id,
            owner=self._owner,
            now=self._now(),
            next_at=self._now() + timedelta(minutes=self._limits.poll_minutes),
            title=title,
            # With entries still to come, the host must not say that nothing has changed.
            etag=None if pending else fetched.etag or feed.etag,
            last_modified=None if pending else fetched.last_modified or feed.last_modified,
        )
        if fetched.moved_to:
            key = canonical(fetched.moved_to)
            await self._store.feeds.move(feed.id, url=fetched.moved_to, key=key, now=self._now())

    async def _failed(self, feed: Feed, fault: LibraryError) -> None:
        pause = timedelta(minutes=self._limits.poll_minutes) * 2 ** min(feed.failures + 1, 12)
        if isinstance(fault, FetchError) and fault.retry_after is not None:
            pause = max(pause, timedelta(seconds=fault.retry_after))
        next_at = self._now() + min(pause, _LONGEST_PAUSE)
        _log.warning("feed %s: %s Next try at %s.", feed.url, fault, next_at)
        await self._store.feeds.record_failure(
            feed.id, owner=self._owner, now=self._now(), error=fault.packed, next_at=next_at
        )

    async def _read(self, fetched: Fetched) -> FeedRead:
        return await self._sandbox.read_feed(
            fetched.body, url=fetched.url, content_type=fetched.media_type
        )

    async def _named_by(self, fetched: Fetched) -> str:
        """The address of the feed that a page names."""
        named = await self._sandbox.find_feeds(
            fetched.body, url=fetched.url, charset=fetched.charset
        )
        if not named:
            raise LibraryError(
                "{address} is no feed and names none. Give the feed's own address, or add the page "
                "as a link.",
                address=fetched.url,
            )
        return named[0]
