"""Ingest the entries of a feed into the collections that follow it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.errors import ChallengeError, FetchError, LibraryError, ReadingError
from bot.ingest.page_loader import RECHECK_AGES, PageLoader
from bot.library.story_versions import feed_entry_key
from bot.library.writer import LibraryWriter
from bot.model import Feed, IngestedArticle, Limits, Source
from bot.reading.feeds.feed import FEED_ORIGIN, FEED_TITLE_ORIGIN, FeedContent, FeedEntry
from bot.reading.pages.page import Story
from bot.reading.web.address import canonicalise
from bot.store import Store

Progress: TypeAlias = Callable[[int, int], None]  # called with how many are done, and of how many

# Of the entries whose page must be fetched so many are ingested at a poll, the others at the next.
MAX_PAGES_PER_POLL = 40
# An entry whose page fails so often is skipped until the feed changes it. The pauses between the
# attempts are doubled: with polls every 15 minutes the last is made after 8 hours.
_MAX_ATTEMPTS = 6

_MAX_TITLES = 3  # of entries that are left out are named

_Stories: TypeAlias = Sequence[tuple[Story, Source]]


@dataclass(slots=True)
class IngestedEntries:
    """What came of the entries: the articles by collection, sentences on failures, how many entries
    are left for the next polls, and of how many only the excerpt in the feed was ingested.

    `omission` says which entries are left out for good at every poll, if any."""

    articles: defaultdict[int, list[IngestedArticle]] = field(
        default_factory=lambda: defaultdict(list)
    )
    failures: list[str] = field(default_factory=list)
    pending_count: int = 0
    excerpt_count: int = 0
    omission: LibraryError | None = None


@dataclass(slots=True)
class _Attempts:
    """How often the page of an entry has failed, and when it may be tried again."""

    count: int
    next_at: datetime


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
        # By feed, entry, and what the feed says of it.
        self._attempts: dict[tuple[int, str, str], _Attempts] = {}

    async def ingest(
        self,
        feed: Feed,
        content: FeedContent,
        progress: Progress | None = None,
        max_pages: int = MAX_PAGES_PER_POLL,
    ) -> IngestedEntries:
        """Ingest the entries into each collection of `feed` that has not seen them.

        A page is fetched once for all collections, `max_pages` in all; the others come with the
        next polls. Raises StoreError.
        """
        result = IngestedEntries()
        entries = list(map(_repair_address, content.entries))
        if unreadable := [entry for entry in entries if entry.story is None and entry.url is None]:
            result.omission = _describe_omission(unreadable)
            result.failures.append(result.omission.sentence)
        content = replace(content, entries=tuple(entries))
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
                stories = None
                can_load = entry.story is not None or self._may_try(feed, entry)
                page_count += can_load and entry.story is None
                if can_load and page_count <= max_pages:
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
        """Return the full text of an entry, from the feed or its page, or else the excerpt in the
        feed; None to try again later. `is_alone` if no other entry of the feed has its address.
        """
        now = self._now()
        if entry.story:
            key = _page_key(entry) if entry.url and is_alone else f"{feed.key}#{entry.key}"
            source = Source(entry.url or feed.url, feed_entry_key(key), now, feed_id=feed.id)
            return [(entry.story, source)]
        if entry.url is None:
            return []
        try:
            story, source = await self._pages.load(entry.url, server=feed.collections[0])
        except LibraryError as error:
            return self._settle_failure(feed, entry, error, is_alone, result)
        self._attempts.pop(_attempts_key(feed, entry), None)
        story = story.with_details(
            FEED_ORIGIN,
            author=entry.author,
            published=entry.published,
            published_at=entry.published_at,
        )
        story = story.with_details(FEED_TITLE_ORIGIN, outlet=content.title)
        return [(story, replace(source, feed_id=feed.id))]

    def _may_try(self, feed: Feed, entry: FeedEntry) -> bool:
        """Whether the page of an entry did not fail a short time ago."""
        attempts = self._attempts.get(_attempts_key(feed, entry))
        return attempts is None or attempts.next_at <= self._now()

    def _settle_failure(
        self,
        feed: Feed,
        entry: FeedEntry,
        error: LibraryError,
        is_alone: bool,
        result: IngestedEntries,
    ) -> _Stories | None:
        """Return what stands in for the page of an entry, as `_load` does.

        An excerpt is stored under the address of the page, which is checked again like any other.
        """
        key = _attempts_key(feed, entry)
        attempts = self._attempts.pop(key, None)
        count = attempts.count + 1 if attempts else 1
        is_refused = isinstance(error, FetchError) and (error.is_gone or error.is_refused)
        is_read = isinstance(error, ReadingError)
        if entry.excerpt and (is_refused or is_read or count >= _MAX_ATTEMPTS):
            result.excerpt_count += 1
            return [(entry.excerpt, self._excerpt_source(feed, entry, is_alone))]
        is_permanent = is_read and not isinstance(error, ChallengeError)
        if count == 1:
            result.failures.append(f"“{entry.title or entry.url}”: {error.sentence}")
        if is_permanent or count >= _MAX_ATTEMPTS:
            return []
        pause = timedelta(minutes=self._limits.poll_minutes) * 2 ** (count - 1)
        self._attempts[key] = _Attempts(count, self._now() + pause)
        return None

    def _excerpt_source(self, feed: Feed, entry: FeedEntry, is_alone: bool) -> Source:
        now, address = self._now(), entry.url or feed.url
        if not is_alone:
            key = feed_entry_key(f"{feed.key}#{entry.key}")
            return Source(address, key, now, feed_id=feed.id)
        next_check_at = now + RECHECK_AGES[0]
        return Source(address, _page_key(entry), now, feed_id=feed.id, next_check_at=next_check_at)

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


def _attempts_key(feed: Feed, entry: FeedEntry) -> tuple[int, str, str]:
    return feed.id, entry.key, entry.digest


def _page_key(entry: FeedEntry) -> str:
    """Return the key of an entry's page, or that of the entry in its feed if it has no page."""
    return canonicalise(entry.url) if entry.url else entry.key


def _repair_address(entry: FeedEntry) -> FeedEntry:
    """Return an entry with an address that can be fetched, or with none, and then what the feed
    holds of its text as its story. Spaces and invisible characters in an address are mistakes."""
    if entry.url is None:
        return entry
    url = "".join(filter(str.isprintable, entry.url)).strip().replace(" ", "%20")
    with suppress(FetchError):
        canonicalise(url)
        return entry if url == entry.url else _with_address(entry, url)
    return _with_address(replace(entry, story=entry.story or entry.excerpt), None)


def _with_address(entry: FeedEntry, url: str | None) -> FeedEntry:
    return replace(
        entry,
        url=url,
        story=entry.story and replace(entry.story, url=url),
        excerpt=entry.excerpt and replace(entry.excerpt, url=url),
    )


def _describe_omission(entries: Sequence[FeedEntry]) -> LibraryError:
    titles = ", ".join(f"“{entry.title}”" for entry in entries[:_MAX_TITLES])
    if len(entries) == 1:
        return LibraryError("Left out because its address cannot be used: {titles}.", titles=titles)
    return LibraryError(
        "Left out because their addresses cannot be used: {titles}.",
        titles=f"{titles}, …" if len(entries) > _MAX_TITLES else titles,
    )
