"""What people add: links, files and feeds; and what they take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.errors import LibraryError, unpacked
from bot.ingest.following import Following
from bot.ingest.pages import IsFeedError, Pages
from bot.ingest.results import Gathered, Progress
from bot.library.librarian import Librarian, Taken
from bot.model import Article, Feed, Limits
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import normalise
from bot.store import Store
from bot.store.library.refusals import refuse_beyond


class Gatherer:
    """`now` gives the time in UTC. Every method raises LibraryError with a sentence for the person
    who asked, and StoreError; what was taken before that is kept."""

    def __init__(
        self,
        *,
        sandbox: Sandbox,
        pages: Pages,
        following: Following,
        librarian: Librarian,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._sandbox = sandbox
        self._pages = pages
        self._following = following
        self._librarian = librarian
        self._store = store
        self._limits = limits
        self._now = now

    async def add(
        self, collection: int, text: str, *, by: int | None = None, progress: Progress | None = None
    ) -> Gathered:
        """Add the page at the address `text`, or follow the feed that stands there."""
        try:
            return await self.add_link(collection, text, by=by)
        except IsFeedError:
            return await self.add_feed(collection, text, by=by, progress=progress)

    async def add_link(self, collection: int, text: str, *, by: int | None = None) -> Gathered:
        """Add the page at the address `text`. Raises IsFeedError where a feed stands there."""
        await self._require_room(collection)
        page = await self._pages.read(normalise(text))
        taken = await self._librarian.take(
            collection,
            page.story,
            found=page.source,
            now=self._now(),
            by=by,
            limit=self._limits.articles_of(collection),
        )
        return Gathered((taken,))

    async def add_file(
        self, collection: int, name: str, data: bytes, *, by: int | None = None
    ) -> Gathered:
        """Add the stories of a file: page text (.txt, .md) or a page (.html)."""
        await self._require_room(collection)
        now = self._now()  # one moment for all, by which they are known to have come together
        taken: list[Taken] = []
        for story in await self._sandbox.read_file(data, name=name):
            try:
                taken.append(
                    await self._librarian.take(
                        collection,
                        story,
                        found=name,
                        now=now,
                        by=by,
                        limit=self._limits.articles_of(collection),
                    )
                )
            except LibraryError as full:
                return Gathered(tuple(taken), failures=(full.sentence,))
        return Gathered(tuple(taken))

    async def add_feed(
        self, collection: int, text: str, *, by: int | None = None, progress: Progress | None = None
    ) -> Gathered:
        """Follow the feed at the address `text`, or the one that the page there names."""
        return await self._following.follow(collection, text, by=by, progress=progress)

    async def remove(self, collection: int, article_id: str) -> Article:
        return await self._librarian.remove(collection, article_id)

    async def leave_feed(self, collection: int, feed_id: int, *, articles: bool) -> Feed:
        """Follow a feed no longer; with `articles`, remove those it brought as well."""
        brought = [
            holding.article.id
            for holding in await self._store.articles.list(collection)
            if articles and holding.sources and holding.sources[0].feed_id == feed_id
        ]
        feed = await self._store.feeds.unsubscribe(collection, feed_id)
        for article_id in brought:
            await self._librarian.remove(collection, article_id)
        return feed

    async def refresh(self, collection: int) -> Gathered:
        """Poll the feeds of a collection now, and let its pages that are still looked at be looked
        at again with the next round. Returns what came, and what is wrong with which feed."""
        own = self._librarian.library.own
        before = {article.id: article.paragraphs for article in own(collection)}
        await self._store.checks.make_due(collection, self._now())
        await self._store.feeds.make_due(collection, None, self._now())
        await self._following.poll_due()
        taken = tuple(
            Taken(article, "edited" if article.id in before else "added", collection)
            for article in own(collection)
            if before.get(article.id) != article.paragraphs
        )
        feeds = await self._store.feeds.list(collection)
        failures = tuple(f"{feed.url}: {unpacked(feed.error)}" for feed in feeds if feed.error)
        return Gathered(taken, failures=failures)

    async def _require_room(self, collection: int) -> None:
        """Refuses before anything is fetched what the store would refuse at the end."""
        held = await self._store.articles.count(collection)
        refuse_beyond(self._limits.articles_of(collection), held, "article")
