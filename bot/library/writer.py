"""Write articles to the store, each story once, and keep the library in step with it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from bot.errors import LibraryError
from bot.library.change_notices import make_change_notices, make_watch_notices
from bot.library.deduplication import has_new_headline, is_headline, text_hash
from bot.library.library import Library, ServerChoices
from bot.library.story_versions import (
    corrects_headline,
    dates_after_edit,
    find_by_key,
    is_text_from,
    make_article,
    source_keys,
)
from bot.library.text_size import paragraphs_size, refuse_text_beyond
from bot.model import (
    SHARED,
    Article,
    Change,
    IngestedArticle,
    Paragraph,
    SharedArticles,
    Source,
    StoredArticle,
)
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.reading.web.address import canonicalise
from bot.semantic.encoder import Encoder
from bot.store import Store
from bot.store.library.articles import CHANGE_BATCH
from bot.store.library.changes import CHOICES


class LibraryWriter:
    """The only writer of articles to the store. Every method raises StoreError.

    The desk's own articles are read from its folder at each start and are not in the store.
    """

    def __init__(
        self,
        desk: Desk,
        library: Library,
        store: Store,
        change: int,
        saved_at: Path,
        server_bytes: int | None = None,
    ) -> None:
        """`library` has the articles of `desk`, and those of `store` as of its change `change`.

        A server may have `server_bytes` of text; None for no limit.
        """
        self.library = library
        self._store = store
        self._change = change
        self._saved_at = saved_at
        self._server_bytes = server_bytes
        self._saved_change = None if library.newly_indexed else change
        self._ingest_lock = asyncio.Lock()
        self._sync_lock = asyncio.Lock()
        self._save_lock = asyncio.Lock()
        self._desk_articles = {
            canonicalise(article.url): article for article in desk.articles if article.url
        }

    @classmethod
    async def open(
        cls,
        desk: Desk,
        store: Store,
        *,
        saved_at: Path,
        encoder: Encoder | None = None,
        server_bytes: int | None = None,
        default: SharedArticles = "shown",
    ) -> Self:
        """Load all articles. The index that `save` wrote to `saved_at` makes that quick.

        `default` says whether servers that have not chosen see the shared articles.
        """
        change, rows = await store.articles.load()
        choices = await read_choices(store)
        library = await asyncio.to_thread(
            partial(Library, choices=choices, default=default),
            desk,
            _group_by_collection(rows),
            saved_at,
            encoder,
        )
        return cls(desk, library, store, change, saved_at, server_bytes)

    async def ingest(
        self,
        collection: int,
        story: Story,
        *,
        source: Source | str,
        now: datetime,
        by: int | None = None,
        limit: int | None = None,
    ) -> IngestedArticle:
        """Add `story` unless it is stored already. `source` is its address or a file name.

        Raises LibraryError where the collection has `limit` articles or no room for the text.
        """
        async with self._ingest_lock:  # or two copies that arrive together would both be added
            ingested = await self._update_stored(collection, story, source, now)
            if ingested is None:
                ingested = await self._add(collection, story, source, now, by=by, limit=limit)
        await self.sync()
        return ingested

    async def require_room(
        self, collection: int, paragraphs: Sequence[Paragraph] = (), *, freed: int = 0
    ) -> None:
        """Raise LibraryError where the text of a collection is at its limit, or would be over it
        with `paragraphs` in place of `freed` bytes.

        Another process may add at the same time: then the limit is exceeded by one article.
        """
        if collection != SHARED and self._server_bytes is not None:
            more = max(0, paragraphs_size(paragraphs) - freed)
            if more or not paragraphs:
                size = await asyncio.to_thread(self.library.text_size, collection)
                refuse_text_beyond(self._server_bytes, size, more)

    async def remove(self, collection: int, article_id: str) -> Article:
        """Remove an article. Raises LibraryError where the collection does not have it."""
        removed = await self._store.articles.remove(collection, article_id)
        await self.sync()
        return removed.article

    async def withdraw(self, collection: int, article_id: str, now: datetime) -> Article:
        """Remove an article that its source has taken down, and flag the posts that quote it.

        Raises LibraryError where the collection does not have it.
        """
        notices = await make_change_notices(self._store, article_id, None, now)
        removed = await self._store.articles.remove(collection, article_id, notices=notices)
        await self.sync()
        return removed.article

    async def sync(self) -> None:
        """Apply all new changes of the store to the library."""
        async with self._sync_lock:
            while True:
                changes = await self._store.articles.list_changes(self._change)
                if changes is None:
                    await self._reload()
                    continue
                for change in changes:
                    if change.article_id == CHOICES:
                        await self._choose(change.collection)
                    await asyncio.to_thread(self._apply, change)
                if len(changes) < CHANGE_BATCH:
                    return

    async def save(self) -> None:
        """Save index, vectors and direct speech for a quick start, where they have changed.

        Articles come in meanwhile: those are saved with the others or by the next call.
        """
        async with self._save_lock:
            change = self._change
            has_changed = self._saved_change != change
            if has_changed:
                await asyncio.to_thread(self.library.save, self._saved_at)
                self._saved_change = change
            if has_changed or self.library.has_new_vectors:
                await asyncio.to_thread(self.library.save_vectors, self._saved_at)
            if has_changed or self.library.has_new_speech:
                await asyncio.to_thread(self.library.save_speech, self._saved_at)

    async def encode(self) -> None:
        """Make the vectors of all paragraphs that have none, outside the event loop."""
        while await asyncio.to_thread(self.library.encode_next):
            pass

    async def read_speech(self) -> None:
        """Find who is quoted in all articles that are not read yet, outside the event loop."""
        while await asyncio.to_thread(self.library.read_speech_next):
            pass

    async def _choose(self, collection: int) -> None:
        """Let a server see what it has chosen by now."""
        preferences = await self._store.preferences.get(collection)
        topics = [named.topic for named in await self._store.topics.list(collection)]
        choices = ServerChoices(preferences.shared, tuple(topics))
        await asyncio.to_thread(self.library.choose, collection, choices)

    def _apply(self, change: Change) -> None:
        if change.article:
            self.library.put(change.collection, change.article)
        else:
            self.library.remove(change.collection, change.article_id)
        self._change = change.seq

    async def _reload(self) -> None:
        """Load all articles anew: the store has dropped changes that were not yet applied."""
        change, rows = await self._store.articles.load()
        choices = await read_choices(self._store)
        await asyncio.to_thread(self.library.choose_all, choices)
        await asyncio.to_thread(self.library.replace_articles, _group_by_collection(rows))
        self._change = change

    async def _update_stored(
        self, collection: int, story: Story, source: Source | str, now: datetime
    ) -> IngestedArticle | None:
        """Update the stored article that `story` is a version or copy of; None if there is none."""
        keys = source_keys(source)
        is_alone = self.library.hides_shared(collection)
        articles = await self._store.articles.find_copies(
            (collection,) if is_alone else (collection, SHARED), keys, text_hash(story.paragraphs)
        )
        own_articles = [stored for stored in articles if stored.collection == collection]
        if keys and (stored := find_by_key(keys[0], own_articles)):
            return await self._edit(stored, story, keys[0], now)
        if own_articles:
            stored = own_articles[0]
            if corrects_headline(stored, story, source):
                return await self._correct_headline(stored, story, source, now)
            return await self._add_source(stored, source)
        if articles:
            return IngestedArticle(articles[0].article, "known", SHARED)
        article = next(filter(None, map(self._desk_articles.get, keys)), None)
        if article and not is_alone:
            return IngestedArticle(article, "known", SHARED)
        view = self.library.view(collection)
        copy = await asyncio.to_thread(view.find_copy, story.paragraphs)
        if copy is None:
            return None
        try:
            stored = await self._store.articles.get(collection, copy.id)
        except LibraryError:  # it is shared, and one server's address must not become visible there
            return IngestedArticle(copy, "known", SHARED)
        return await self._add_source(stored, source)

    async def _edit(
        self, stored: StoredArticle, story: Story, key: str, now: datetime
    ) -> IngestedArticle:
        """Replace the text of an article, if it or its headline changed at the address that it is
        quoted from.

        What a feed says of a story never replaces the whole of it.
        """
        new_hash = text_hash(story.paragraphs)
        origin, old_origin = story.origins.text, stored.article.origins.text
        is_same = (
            new_hash == stored.text_hash
            and origin == old_origin
            and not has_new_headline(story, stored.article.title)
        )
        is_excerpt = origin is not None and old_origin is None
        if is_same or is_excerpt or not is_text_from(stored, key):
            return IngestedArticle(stored.article, "known", stored.collection)
        article = replace(
            stored.article,
            title=story.title if is_headline(story) else stored.article.title,
            paragraphs=story.paragraphs,
            author=story.author or stored.article.author,
            **dates_after_edit(story, stored.article, now),
            origins=replace(stored.article.origins, text=origin),
        )
        return await self._replace(stored, article, now)

    async def _correct_headline(
        self, stored: StoredArticle, story: Story, source: Source | str, now: datetime
    ) -> IngestedArticle:
        """Replace the headline of an article, which is quoted from the newer address then."""
        article = replace(stored.article, title=story.title, paragraphs=story.paragraphs)
        if isinstance(source, Source):
            await self._store.articles.add_source(article.id, source)
            article = replace(article, source=source.address, url=story.url or source.address)
        return await self._replace(stored, article, now)

    async def _replace(
        self, stored: StoredArticle, article: Article, now: datetime
    ) -> IngestedArticle:
        """Replace an article by its new version, and flag the posts whose quotes it lacks."""
        freed = paragraphs_size(stored.article.paragraphs)
        await self.require_room(stored.collection, article.paragraphs, freed=freed)
        notices = await make_change_notices(self._store, article.id, article, now)
        new_hash = text_hash(article.paragraphs)
        await self._store.articles.edit(
            article.id, article, text_hash=new_hash, now=now, notices=notices
        )
        return IngestedArticle(article, "edited", stored.collection)

    async def _add_source(self, stored: StoredArticle, source: Source | str) -> IngestedArticle:
        """Add the address of a copy, if it has one, to the sources of an article."""
        is_new = isinstance(source, Source) and await self._store.articles.add_source(
            stored.article.id, source
        )
        return IngestedArticle(stored.article, "source" if is_new else "known", stored.collection)

    async def _add(
        self,
        collection: int,
        story: Story,
        source: Source | str,
        now: datetime,
        *,
        by: int | None,
        limit: int | None,
    ) -> IngestedArticle:
        await self.require_room(collection, story.paragraphs)
        article = make_article(collection, story, source, now)
        notices = await make_watch_notices(self._store, self.library, collection, article, now)
        stored = await self._store.articles.add(
            collection,
            article,
            text_hash=text_hash(story.paragraphs),
            source=source if isinstance(source, Source) else None,
            by=by,
            limit=limit,
            notices=notices,
        )
        if stored:  # another process added it first
            return IngestedArticle(stored.article, "known", stored.collection)
        return IngestedArticle(article, "added", collection)


async def read_choices(store: Store) -> Mapping[int, ServerChoices]:
    """Return what each server has chosen to see. Raises StoreError."""
    shared, topics = await store.preferences.list_shared(), await store.topics.list_all()
    return {
        guild_id: ServerChoices(shared.get(guild_id), tuple(topics.get(guild_id, ())))
        for guild_id in {*shared, *topics}
    }


def _group_by_collection(rows: Iterable[tuple[int, Article, str]]) -> dict[int, list[Article]]:
    articles: dict[int, list[Article]] = {}
    for collection, article, _ in rows:
        articles.setdefault(collection, []).append(article)
    return articles
