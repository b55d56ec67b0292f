"""Add links, files and feeds for a person, and remove them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import LibraryError, unpack_message
from bot.ingest.feed_entries import Progress
from bot.ingest.feed_lists import FeedListFollower
from bot.ingest.page_loader import IsFeedError, PageLoader
from bot.ingest.polling import FeedPoller
from bot.library.writer import LibraryWriter
from bot.model import Article, Feed, FeedListResult, IngestedArticle, IngestResult, Limits
from bot.reading.decoding import drop_unstorable
from bot.reading.sandbox import Sandbox
from bot.reading.web.address import normalise
from bot.store import Store
from bot.store.library.refusals import refuse_beyond


class Ingester:
    """Adds and removes what a person asks for. `now` returns the time in UTC.

    Every method raises StoreError, and LibraryError with a sentence for the person; what was added
    before the error stays.
    """

    def __init__(
        self,
        *,
        sandbox: Sandbox,
        pages: PageLoader,
        feed_poller: FeedPoller,
        writer: LibraryWriter,
        store: Store,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._sandbox = sandbox
        self._pages = pages
        self._feed_poller = feed_poller
        self._feed_lists = FeedListFollower(feed_poller, store, limits)
        self._writer = writer
        self._store = store
        self._limits = limits
        self._now = now

    async def add(
        self, collection: int, text: str, *, by: int | None = None, progress: Progress | None = None
    ) -> IngestResult:
        """Add the page at the address `text`, or follow the feed there. Raises FrontPageError as
        `add_page` does."""
        try:
            return await self._add_page(collection, text, by=by, or_feed=True, offers_feeds=True)
        except IsFeedError as error:
            return await self._feed_poller.follow(
                collection, text, by=by, progress=progress, fetched=error.fetched
            )

    async def add_page(
        self,
        collection: int,
        text: str,
        *,
        by: int | None = None,
        offers_feeds: bool = False,
    ) -> IngestResult:
        """Add the page at the address `text`. Raises IsFeedError where it is a feed; with
        `offers_feeds` FrontPageError where it is a front page, or no article, and names feeds."""
        return await self._add_page(
            collection, text, by=by, or_feed=False, offers_feeds=offers_feeds
        )

    async def _add_page(
        self, collection: int, text: str, *, by: int | None, or_feed: bool, offers_feeds: bool
    ) -> IngestResult:
        await self._require_capacity(collection)
        story, source = await self._pages.load(
            normalise(text), server=collection, or_feed=or_feed, offers_feeds=offers_feeds
        )
        ingested = await self._writer.ingest(
            collection,
            story,
            source=source,
            now=self._now(),
            by=by,
            limit=self._limits.articles_of(collection),
        )
        return IngestResult((replace(ingested, has_next_page=story.has_next_page),))

    async def add_file(
        self, collection: int, name: str, data: bytes, *, by: int | None = None
    ) -> IngestResult:
        """Add the stories of a file: page text (.txt, .md), a page (.html) or a document (.pdf)."""
        await self._require_capacity(collection)
        name = drop_unstorable(name)
        now = self._now()  # the same for all, which identifies the articles of one file
        articles: list[IngestedArticle] = []
        for story in await self._sandbox.read_file(data, name=name, server=collection):
            try:
                ingested = await self._writer.ingest(
                    collection,
                    story,
                    source=name,
                    now=now,
                    by=by,
                    limit=self._limits.articles_of(collection),
                )
            except LibraryError as error:
                return IngestResult(tuple(articles), failures=(error.sentence,))
            articles.append(replace(ingested, has_next_page=story.has_next_page))
        return IngestResult(tuple(articles))

    async def add_feed(
        self, collection: int, text: str, *, by: int | None = None, progress: Progress | None = None
    ) -> IngestResult:
        """Follow the feed at the address `text`, or the one that the page there names."""
        return await self._feed_poller.follow(collection, text, by=by, progress=progress)

    async def add_feeds(
        self,
        collection: int,
        addresses: Sequence[str],
        *,
        by: int | None = None,
        progress: Progress | None = None,
    ) -> FeedListResult:
        """Follow the feeds at the addresses, or those that the pages there name, as many as the
        collection has room for. What fails is a sentence in the result."""
        return await self._feed_lists.follow(collection, addresses, by=by, progress=progress)

    async def import_feeds(
        self,
        collection: int,
        name: str,
        data: bytes,
        *,
        by: int | None = None,
        progress: Progress | None = None,
    ) -> FeedListResult:
        """Follow the feeds that the OPML file `name` lists, as `add_feeds` does."""
        feeds = await self._sandbox.read_opml(data, name=drop_unstorable(name), server=collection)
        addresses = [feed.url for feed in feeds]
        return await self.add_feeds(collection, addresses, by=by, progress=progress)

    async def remove_article(self, collection: int, article_id: str) -> Article:
        """Remove an article and return it."""
        return await self._writer.remove(collection, article_id)

    async def unfollow_feed(self, collection: int, feed_id: int, *, articles: bool) -> Feed:
        """Stop following a feed; with `articles`, also remove the articles first found in it."""
        article_ids = [
            stored.article.id
            for stored in await self._store.articles.list(collection)
            if articles and stored.sources and stored.sources[0].feed_id == feed_id
        ]
        feed = await self._store.feeds.unsubscribe(collection, feed_id)
        for article_id in article_ids:
            await self._writer.remove(collection, article_id)
        return feed

    async def refresh(self, collection: int) -> IngestResult:
        """Poll the feeds of a collection now, and make its pages due for a recheck.

        Returns the new and edited articles, and a sentence for each feed that fails.
        """
        library = self._writer.library
        old_texts = {article.id: article.paragraphs for article in library.own_articles(collection)}
        await self._store.checks.make_due(collection, self._now())
        await self._store.feeds.make_due(collection, None, self._now())
        await self._feed_poller.poll_due()
        articles = tuple(
            IngestedArticle(article, "edited" if article.id in old_texts else "added", collection)
            for article in library.own_articles(collection)
            if old_texts.get(article.id) != article.paragraphs
        )
        feeds = await self._store.feeds.list(collection)
        failures = tuple(
            f"{feed.url}: {unpack_message(feed.error)}" for feed in feeds if feed.error
        )
        return IngestResult(articles, failures=failures)

    async def _require_capacity(self, collection: int) -> None:
        """Raise LibraryError for a full collection before anything is fetched."""
        count = await self._store.articles.count(collection)
        refuse_beyond(self._limits.articles_of(collection), count, "article")
        await self._writer.require_room(collection)
