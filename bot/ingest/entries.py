"""The entries of a feed, taken into the collections that follow it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from bot.errors import LibraryError, ReadingError
from bot.ingest.pages import Pages
from bot.ingest.results import Progress
from bot.library.librarian import Librarian, Taken, carried_key
from bot.model import Feed, Limits, Source
from bot.reading.feeds.feed import FEED_ORIGIN, FEED_TITLE_ORIGIN, FeedEntry, FeedRead
from bot.reading.pages.page import Story
from bot.reading.web.address import canonical
from bot.store import Store

# So many entries whose page must be fetched are taken at a time; the others come the next time.
_PAGES_AT_A_TIME = 40
# An entry whose page fails so often is given up, until the feed says something else of it.
_TRIES = 4

_Found: TypeAlias = Sequence[tuple[Story, Source]]


@dataclass(slots=True)
class Intake:
    """What came of the entries: the stories taken in each collection, sentences on what failed, and
    how many entries wait for another time."""

    taken: defaultdict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    pending: int = 0


class Entries:
    """`now` gives the time in UTC."""

    def __init__(
        self,
        pages: Pages,
        librarian: Librarian,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._pages = pages
        self._librarian = librarian
        self._store = store
        self._limits = limits
        self._now = now
        self._tries: defaultdict[tuple[int, str], int] = defaultdict(int)  # by feed and entry

    async def take(self, feed: Feed, read: FeedRead, progress: Progress | None = None) -> Intake:
        """Take the entries of `read` into each collection of `feed` that has not seen them. A page
        is fetched once for all of them. Raises StoreError."""
        intake = Intake()
        told = {entry.key: entry.digest for entry in read.entries}
        unseen = {each: await self._unseen(feed, each, told) for each in feed.collections}
        fetched = 0
        for done, entry in enumerate(read.entries, start=1):
            wanting = [each for each in feed.collections if entry.key in unseen[each]]
            if wanting:
                fetched += entry.story is None
                found = None
                if fetched <= _PAGES_AT_A_TIME:
                    found = await self._found(feed, read, entry, intake)
                if found is None:
                    intake.pending += 1
                    del told[entry.key]
                for each in wanting:
                    await self._take(each, found or (), intake)
            if progress:
                progress(done, len(read.entries))
        for each in feed.collections:
            await self._store.feeds.record_seen(feed.id, each, told, self._now())
        return intake

    async def _unseen(self, feed: Feed, collection: int, told: Mapping[str, str]) -> set[str]:
        """The keys of the entries that are new to a collection, or say something new."""
        seen = await self._store.feeds.find_seen(feed.id, collection, told)
        return {key for key, digest in told.items() if seen.get(key) != digest}

    async def _found(
        self, feed: Feed, read: FeedRead, entry: FeedEntry, intake: Intake
    ) -> _Found | None:
        """What the feed carries of an entry, or its page tells; None to try again later."""
        now = self._now()
        if entry.story:
            key = canonical(entry.url) if entry.url else f"{feed.key}#{entry.key}"
            source = Source(entry.url or feed.url, carried_key(key), now, feed_id=feed.id)
            return [(entry.story, source)]
        if entry.url is None:
            return []
        try:
            page = await self._pages.read(entry.url)
        except LibraryError as fault:
            tries = self._tries[feed.id, entry.key] = self._tries[feed.id, entry.key] + 1
            lasting = isinstance(fault, ReadingError) or getattr(fault, "gone", False)
            if tries == 1 or lasting:
                intake.failures.append(f"“{entry.title or entry.url}”: {fault.sentence}")
            return [] if lasting or tries >= _TRIES else None
        story = page.story.with_details(FEED_ORIGIN, author=entry.author, published=entry.published)
        story = story.with_details(FEED_TITLE_ORIGIN, outlet=read.title)
        return [(story, replace(page.source, feed_id=feed.id))]

    async def _take(self, collection: int, found: _Found, intake: Intake) -> None:
        """What a collection has no room for passes it by."""
        for story, source in found:
            try:
                taken = await self._librarian.take(
                    collection,
                    story,
                    found=source,
                    now=self._now(),
                    limit=self._limits.articles_of(collection),
                )
            except LibraryError as fault:
                if fault.sentence not in intake.failures:
                    intake.failures.append(fault.sentence)
                return
            intake.taken[collection].append(taken)
