"""Ingest the entries of a feed into the collections that follow it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from bot.errors import FetchError, LibraryError, ReadingError
from bot.ingest.page_loader import PageLoader
from bot.library.writer import LibraryWriter, feed_entry_key
from bot.model import Feed, IngestedArticle, Limits, Source
from bot.reading.feeds.feed import FEED_ORIGIN, FEED_TITLE_ORIGIN, FeedContent, FeedEntry
from bot.reading.pages.page import Story
from bot.reading.web.address import canonicalise
from bot.store import Store

Progress: TypeAlias = Callable[[int, int], None]  # called with how many are done, and of how many

# Of the entries whose page must be fetched so many are ingested at a poll, the others at the next.
_MAX_PAGES_PER_POLL = 40
# An entry whose page fails so often is skipped until the feed changes it.
_MAX_ATTEMPTS = 4

_Stories: TypeAlias = Sequence[tuple[Story, Source]]


@dataclass(slots=True)
class IngestedEntries:
    """What came of the entries: the articles by collection, sentences on failures, and how many
    entries are left for the next poll."""

    articles: defaultdict[int, list[IngestedArticle]] = field(
        default_factory=lambda: defaultdict(list)
    )
    failures: list[str] = field(default_factory=list)
    pending_count: int = 0


class EntryIngester:
    """Ingests entries of feeds. `now` returns the time in UTC."""

    def __init__(
        self,
        pages: PageLoader,
        writer: LibraryWriter,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._pages = pages
        self._writer = writer
        self._store = store
        self._limits = limits
        self._now = now
        self._attempts: defaultdict[tuple[int, str], int] = defaultdict(int)  # by feed and entry

    async def ingest(
        self, feed: Feed, content: FeedContent, progress: Progress | None = None
    ) -> IngestedEntries:
        """Ingest the entries into each collection of `feed` that has not seen them.

        A page is fetched once for all collections. Raises StoreError.
        """
        result = IngestedEntries()
        digests = {entry.key: entry.digest for entry in content.entries}
        unseen = {
            collection: await self._find_unseen(feed, collection, digests)
            for collection in feed.collections
        }
        addresses = Counter(_page_key(entry) for entry in content.entries)
        page_count = 0
        for number, entry in enumerate(content.entries, start=1):
            collections = [
                collection for collection in feed.collections if entry.key in unseen[collection]
            ]
            if collections:
                page_count += entry.story is None
                stories = None
                if page_count <= _MAX_PAGES_PER_POLL:
                    is_alone = addresses[_page_key(entry)] == 1
                    stories = await self._load(feed, content, entry, is_alone, result)
                if stories is None:
                    result.pending_count += 1
                    del digests[entry.key]
                for collection in collections:
                    await self._ingest_stories(collection, stories or (), result)
            if progress:
                progress(number, len(content.entries))
        for collection in feed.collections:
            await self._store.feeds.record_seen(feed.id, collection, digests, self._now())
        return result

    async def _find_unseen(
        self, feed: Feed, collection: int, digests: Mapping[str, str]
    ) -> set[str]:
        """Return the keys of the entries that are new to a collection, or have changed."""
        seen = await self._store.feeds.find_seen(feed.id, collection, digests)
        return {key for key, digest in digests.items() if seen.get(key) != digest}

    async def _load(
        self,
        feed: Feed,
        content: FeedContent,
        entry: FeedEntry,
        is_alone: bool,
        result: IngestedEntries,
    ) -> _Stories | None:
        """Return the full text of an entry, from the feed or its page; None to try again later.

        `is_alone` if no other entry of the feed has its address.
        """
        now = self._now()
        if entry.story:
            key = _page_key(entry) if entry.url and is_alone else f"{feed.key}#{entry.key}"
            source = Source(entry.url or feed.url, feed_entry_key(key), now, feed_id=feed.id)
            return [(entry.story, source)]
        if entry.url is None:
            return []
        try:
            story, source = await self._pages.load(entry.url)
        except LibraryError as error:
            self._attempts[feed.id, entry.key] += 1
            attempts = self._attempts[feed.id, entry.key]
            is_permanent = isinstance(error, ReadingError) or (
                isinstance(error, FetchError) and error.is_gone
            )
            if attempts == 1 or is_permanent:
                result.failures.append(f"“{entry.title or entry.url}”: {error.sentence}")
            return [] if is_permanent or attempts >= _MAX_ATTEMPTS else None
        story = story.with_details(FEED_ORIGIN, author=entry.author, published=entry.published)
        story = story.with_details(FEED_TITLE_ORIGIN, outlet=content.title)
        return [(story, replace(source, feed_id=feed.id))]

    async def _ingest_stories(
        self, collection: int, stories: _Stories, result: IngestedEntries
    ) -> None:
        """Ingest stories until the collection is full."""
        for story, source in stories:
            try:
                ingested = await self._writer.ingest(
                    collection,
                    story,
                    source=source,
                    now=self._now(),
                    limit=self._limits.articles_of(collection),
                )
            except LibraryError as error:
                if error.sentence not in result.failures:
                    result.failures.append(error.sentence)
                return
            result.articles[collection].append(ingested)


def _page_key(entry: FeedEntry) -> str:
    """Return the key of an entry's page, or that of the entry in its feed if it has no page."""
    with suppress(FetchError):  # the address of one odd entry is no reason to read no other
        return canonicalise(entry.url) if entry.url else entry.key
    return entry.url or entry.key
