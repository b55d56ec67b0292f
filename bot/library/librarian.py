"""Takes stories into the store, each once, and keeps the library in step with it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from bot.errors import LibraryError
from bot.library.library import Library
from bot.library.notices import notices_of_change, notices_of_new
from bot.library.sameness import text_hash
from bot.model import SHARED, Article, Change, Holding, Source
from bot.reading.address import canonical
from bot.reading.desk import Desk
from bot.reading.page import Story
from bot.store import Store

Outcome = Literal["added", "edited", "source", "known"]

# What a page dates later than this after its coming (its clock may be ahead) has no known date.
_AHEAD = timedelta(days=1)
# What a feed carries of a story and what its page says are read apart, and differ a little for
# ever. So each way to an address has a key of its own: only what came the same way is an edit.
_CARRIED = "feed:"


def carried_key(key: str) -> str:
    """The key of a story's text as a feed carries it, from the key of the story's address."""
    return _CARRIED + key


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a story: it is new, replaces its earlier text, is one more source of an
    article held, or changes nothing. `collection` is where the article is held."""

    article: Article
    outcome: Outcome
    collection: int


class Librarian:
    """The one way into the store for articles. Every method raises StoreError.

    The desk's own articles are read from its folder at each start and are not in the store.
    """

    def __init__(self, library: Library, store: Store, change: int, saved_at: Path) -> None:
        """`library` holds what `store` held at its change `change`."""
        self.library = library
        self._store = store
        self._change = change
        self._saved_at = saved_at
        self._saved_change = None if library.newly_indexed else change
        self._taking = asyncio.Lock()
        self._following = asyncio.Lock()
        self._at_desk = {
            canonical(article.url): article for article in library.view().articles if article.url
        }

    @classmethod
    async def open(cls, desk: Desk, store: Store, *, saved_at: Path) -> Self:
        """With a library of the desk and of all that the store holds. The index that `save` left at
        `saved_at` makes that quick."""
        change, rows = await store.articles.load()
        library = await asyncio.to_thread(Library, desk, _by_collection(rows), saved_at)
        return cls(library, store, change, saved_at)

    async def take(
        self,
        collection: int,
        story: Story,
        *,
        found: Source | str,
        now: datetime,
        by: int | None = None,
        limit: int | None = None,
    ) -> Taken:
        """Hold `story`, found at an address or given as the file of that name, unless it is held.

        Raises LibraryError where the collection holds `limit` articles.
        """
        async with self._taking:  # two copies of one story must not both find it missing
            taken = await self._known(collection, story, found, now)
            if taken is None:
                taken = await self._add(collection, story, found, now, by, limit)
        await self.follow()
        return taken

    async def remove(self, collection: int, article_id: str) -> Article:
        """Hold an article no longer. Raises LibraryError where the collection does not hold it."""
        removed = await self._store.articles.remove(collection, article_id)
        await self.follow()
        return removed.article

    async def withdraw(self, collection: int, article_id: str, now: datetime) -> Article:
        """Hold an article no longer that its source has taken down, and say so where it was quoted.

        Raises LibraryError where the collection does not hold it.
        """
        notices = await notices_of_change(self._store, article_id, None, now)
        removed = await self._store.articles.remove(collection, article_id, notices=notices)
        await self.follow()
        return removed.article

    async def follow(self) -> None:
        """Bring the library up to the last change of the store."""
        async with self._following:
            while (changes := await self._store.articles.changes(self._change)) != []:
                if changes is None:
                    await self._compare()
                    continue
                for change in changes:
                    await asyncio.to_thread(self._apply, change)

    async def save(self) -> None:
        """Save the index for a quick start the next time, if it has changed since it was saved."""
        async with self._following:
            if self._saved_change != self._change:
                await asyncio.to_thread(self.library.save, self._saved_at)
                self._saved_change = self._change

    def _apply(self, change: Change) -> None:
        if change.article:
            self.library.put(change.collection, change.article)
        else:
            self.library.drop(change.collection, change.article_id)
        self._change = change.seq

    async def _compare(self) -> None:
        """The store no longer knows what has changed since; hold what it holds now."""
        change, rows = await self._store.articles.load()
        await asyncio.to_thread(self.library.hold_only, _by_collection(rows))
        self._change = change

    async def _known(
        self, collection: int, story: Story, found: Source | str, now: datetime
    ) -> Taken | None:
        """What becomes of a story that is held already; None for one that is not."""
        articles = self._store.articles
        if isinstance(found, Source):
            if held := await articles.by_key(collection, found.key):
                return await self._again(held, story, found, now)
            if held := await articles.by_key(collection, _other_way(found.key)):
                return await self._one_more(held, found)
            if article := await self._shared_at(found.key):
                return Taken(article, "known", SHARED)
        if held := await articles.by_text(collection, text_hash(story.paragraphs)):
            return await self._one_more(held, found)
        copy = await asyncio.to_thread(self.library.view(collection).copy_of, story.paragraphs)
        if copy is None:
            return None
        try:
            return await self._one_more(await articles.get(collection, copy.id), found)
        except LibraryError:  # it is the desk's, or all share it: a server's find stays its own
            return Taken(copy, "known", SHARED)

    async def _again(self, held: Holding, story: Story, found: Source, now: datetime) -> Taken:
        """A story at an address that is known: an edit where its text comes from there."""
        text = text_hash(story.paragraphs)
        if text == held.text_hash or not _is_quoted(held, found):
            return Taken(held.article, "known", held.collection)
        article = replace(
            held.article,
            title=story.title,
            paragraphs=story.paragraphs,
            author=story.author or held.article.author,
            published=_published(story, now) or held.article.published,
        )
        notices = await notices_of_change(self._store, article.id, article, now)
        await self._store.articles.edit(
            article.id, article, text_hash=text, now=now, notices=notices
        )
        return Taken(article, "edited", held.collection)

    async def _one_more(self, held: Holding, found: Source | str) -> Taken:
        if isinstance(found, Source) and await self._store.articles.add_source(
            held.article.id, found
        ):
            return Taken(held.article, "source", held.collection)
        return Taken(held.article, "known", held.collection)

    async def _shared_at(self, key: str) -> Article | None:
        for way in (key, _other_way(key)):
            if held := await self._store.articles.by_key(SHARED, way):
                return held.article
        return self._at_desk.get(key.removeprefix(_CARRIED))

    async def _add(
        self,
        collection: int,
        story: Story,
        found: Source | str,
        now: datetime,
        by: int | None,
        limit: int | None,
    ) -> Taken:
        article = _article(collection, story, found, now)
        held = await self._store.articles.add(
            collection,
            article,
            text_hash=text_hash(story.paragraphs),
            source=found if isinstance(found, Source) else None,
            by=by,
            limit=limit,
            notices=await notices_of_new(
                self._store, self.library.view(collection), collection, article, now
            ),
        )
        if held:  # another process was quicker
            return Taken(held.article, "known", held.collection)
        return Taken(article, "added", collection)


def _article(collection: int, story: Story, found: Source | str, now: datetime) -> Article:
    where, key = (found.address, found.key) if isinstance(found, Source) else (found, "")
    text = "\n".join((story.title, *(paragraph.text for paragraph in story.paragraphs)))
    identity = f"{collection}\n{key}\n{text}".encode()
    published = _published(story, now)
    return Article(
        id=hashlib.blake2b(identity, digest_size=6).hexdigest(),
        title=story.title,
        paragraphs=story.paragraphs,
        source=where,
        kind=story.kind,
        outlet=story.outlet,
        author=story.author,
        url=story.url or (where if key else None),
        published=published,
        added=now,
        origins=story.origins if published else replace(story.origins, published=None),
    )


def _published(story: Story, now: datetime) -> date | None:
    """The date that the story states, unless it has yet to come."""
    stated = story.published
    return stated if stated and stated <= (now + _AHEAD).date() else None


def _other_way(key: str) -> str:
    return key.removeprefix(_CARRIED) if key.startswith(_CARRIED) else carried_key(key)


def _is_quoted(held: Holding, found: Source) -> bool:
    """Whether the text held is what stood at `found`; another source may word it as it likes."""
    first = held.sources[0]
    return first.key == found.key and first.address == held.article.source


def _by_collection(rows: Iterable[tuple[int, Article, str]]) -> dict[int, list[Article]]:
    held: dict[int, list[Article]] = {}
    for collection, article, _ in rows:
        held.setdefault(collection, []).append(article)
    return held
