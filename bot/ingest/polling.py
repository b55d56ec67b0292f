"""Follow feeds and poll them, once for all collections that follow them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.errors import FetchError, LibraryError, StoreError
from bot.ingest.feed_entries import MAX_PAGES_PER_POLL, EntryIngester, Progress
from bot.model import SHARED, Feed, IngestResult, Limits
from bot.reading.feeds.feed import FeedContent, looks_like_feed
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import canonicalise, normalise
from bot.reading.web.fetch import Fetcher, FetchResult
from bot.store import Store
from bot.workers import Workers

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=30)  # forty pages of a slow host take half of it
# Feeds that are polled at once: 80 a second that answer after 200 ms take sixteen.
_MAX_POLLS = 24
# A host that hangs must not keep the feeds of others waiting: its own wait for each other.
_MAX_POLLS_PER_HOST = 3
_HOST_WAIT = timedelta(seconds=15)
_MAX_RETRY_DELAY = timedelta(days=1)


class FeedPoller:
    """Follows and polls feeds. `now` returns the time in UTC; `owner` is the name of this process
    in the store."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        sandbox: Sandbox,
        entries: EntryIngester,
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
        self._polled_hosts: Counter[str | None] = Counter()
        # By feed: two that ingest the same entries would fetch each page twice.
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def follow(
        self,
        collection: int,
        text: str,
        *,
        by: int | None,
        progress: Progress | None = None,
        fetched: FetchResult | None = None,
        max_pages: int = MAX_PAGES_PER_POLL,
    ) -> IngestResult:
        """Follow the feed at the address `text`, or the one that the page there names, and ingest
        its entries, fetching `max_pages` pages. `fetched` is what is there, where that is known.

        Raises LibraryError where that is not possible, and StoreError.
        """
        if fetched is None:
            fetched = await self._fetcher.fetch_feed(normalise(text), server=collection)
        if not looks_like_feed(fetched.body, fetched.media_type):
            address = await self._find_feed_address(fetched, collection)
            fetched = await self._fetcher.fetch_feed(address, server=collection)
        content = await self._read(fetched, collection)
        feed, _ = await self._store.feeds.subscribe(
            collection,
            url=fetched.url,
            key=canonicalise(fetched.url),
            title=content.title,
            by=by,
            now=self._now(),
            limit=self._limits.feeds_of(collection),
        )
        async with self._locks[feed.id]:
            result = await self._entries.ingest(feed, content, progress, max_pages)
        return IngestResult(
            articles=tuple(result.articles[collection]),
            feed=feed,
            failures=tuple(result.failures),
            unread_entries=content.left_out,
            pending_entries=result.pending_count,
            excerpt_count=result.excerpt_count,
        )

    async def poll_due(self) -> None:
        """Poll every feed that is due, those of several hosts at once. Raises StoreError."""
        await Workers(self._work, _MAX_POLLS).run()

    async def _work(self, workers: Workers) -> None:
        """Poll feeds that are due, one after the other, until none is."""
        while workers.goes_on:
            feed = await self._store.feeds.claim(self._now(), _LEASE, self._owner)
            if feed is None:
                return
            workers.add()
            host = urlsplit(feed.url).hostname
            if self._polled_hosts[host] >= _MAX_POLLS_PER_HOST:
                later = self._now() + _HOST_WAIT
                await self._store.feeds.release(feed.id, owner=self._owner, now=later)
                continue
            self._polled_hosts[host] += 1
            try:
                await self._poll(feed)
            except asyncio.CancelledError:
                with suppress(StoreError):  # its lease then ends by itself
                    await self._store.feeds.release(feed.id, owner=self._owner, now=self._now())
                raise
            except StoreError:
                raise
            except Exception:
                log.exception("feed poll crashed: %s", feed.url)
                await self._record_failure(
                    feed, LibraryError("It could not be read. The log says why.")
                )
            finally:
                self._polled_hosts[host] -= 1

    async def _poll(self, feed: Feed) -> None:
        """Poll a claimed feed and record the outcome in the store."""
        try:
            fetched = await self._fetcher.fetch_feed(
                feed.url, etag=feed.etag, last_modified=feed.last_modified
            )
            title, pending_count = feed.title, 0
            omission = None if feed.failures else feed.error
            if fetched.status != 304:
                content = await self._read(fetched, next(iter(feed.collections), SHARED))
                async with self._locks[feed.id]:
                    result = await self._entries.ingest(feed, content)
                title, pending_count = content.title, result.pending_count
                omission = result.omission.packed if result.omission else None
        except LibraryError as error:
            await self._record_failure(feed, error)
            return
        await self._store.feeds.record_poll(
            feed.id,
            owner=self._owner,
            now=self._now(),
            next_at=self._now() + timedelta(minutes=self._limits.poll_minutes),
            title=title,
            omission=omission,
            # While entries are pending, the host must not answer that nothing has changed.
            etag=None if pending_count else fetched.etag or feed.etag,
            last_modified=None if pending_count else fetched.last_modified or feed.last_modified,
        )
        if fetched.moved_to:
            key = canonicalise(fetched.moved_to)
            await self._store.feeds.move(feed.id, url=fetched.moved_to, key=key, now=self._now())

    async def _record_failure(self, feed: Feed, error: LibraryError) -> None:
        delay = timedelta(minutes=self._limits.poll_minutes) * 2 ** min(feed.failures + 1, 12)
        retry_at = None
        if isinstance(error, FetchError) and error.retry_after is not None:
            stated_delay = timedelta(seconds=error.retry_after)
            retry_at = self._now() + min(stated_delay, _MAX_RETRY_DELAY)
            delay = max(delay, stated_delay)
        next_at = self._now() + min(delay, _MAX_RETRY_DELAY)
        log.warning("feed poll failed: %s, next attempt at %s: %s", feed.url, next_at, error)
        await self._store.feeds.record_failure(
            feed.id,
            owner=self._owner,
            now=self._now(),
            error=error.packed,
            next_at=next_at,
            retry_at=retry_at,
        )

    async def _read(self, fetched: FetchResult, collection: int) -> FeedContent:
        return await self._sandbox.read_feed(
            fetched.body,
            url=fetched.url,
            content_type=fetched.media_type,
            charset=fetched.charset,
            server=collection,
        )

    async def _find_feed_address(self, fetched: FetchResult, collection: int) -> str:
        """Return the address of the first feed that a page names."""
        feeds = await self._sandbox.find_feeds(
            fetched.body, url=fetched.url, charset=fetched.charset, server=collection
        )
        if not feeds:
            raise LibraryError(
                "{address} is not a feed and does not list one. Use the feed's own address, or "
                "add the page as a link.",
                address=fetched.url,
            )
        return feeds[0].url
