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
from bot.library.deduplication import text_hash
from bot.library.library import Library
from bot.library.notices import notices_of_change, notices_of_new
from bot.model import SHARED, Article, Change, Source, StoredArticle
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.reading.web.address import canonical
from bot.store import Store
from bot.store.library.articles import CHANGES_AT_ONCE

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

    def __init__(
        self, desk: Desk, library: Library, store: Store, change: int, saved_at: Path
    ) -> None:
        """`library` holds `desk`, and what `store` held at its change `change`."""
        self.library = library
        self._store = store
        self._change = change
        self._saved_at = saved_at
        self._saved_change = None if library.newly_indexed else change
        self._taking = asyncio.Lock()
        self._following = asyncio.Lock()
        self._at_desk = {canonical(each.url): each for each in desk.articles if each.url}

    @classmethod
    async def open(cls, desk: Desk, store: Store, *, saved_at: Path) -> Self:
        """With a library of the desk and of all that the store holds. The index that `save` left at
        `saved_at` makes that quick."""
        change, rows = await store.articles.load()
        library = await asyncio.to_thread(Library, desk, _by_collection(rows), saved_at)
        return cls(desk, library, store, change, saved_at)

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
        arrival = _Arrival(collection, story, found, now, text_hash(story.paragraphs))
        async with self._taking:  # two copies of one story must not both find it missing
            taken = await self._known(arrival) or await self._add(arrival, by, limit)
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
            while True:
                changes = await self._store.articles.list_changes(self._change)
                if changes is None:
                    await self._compare()
                    continue
                for change in changes:
                    await asyncio.to_thread(self._apply, change)
                if len(changes) < CHANGES_AT_ONCE:
                    return

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

    async def _known(self, arrival: _Arrival) -> Taken | None:
        """What becomes of a story that is held already; None for one that is not."""
        collection, found = arrival.collection, arrival.found
        alike = await self._store.articles.find_copies(
            (collection, SHARED), arrival.keys, arrival.text_hash
        )
        own = [held for held in alike if held.collection == collection]
        if arrival.keys and (held := _found_at(arrival.keys[0], own)):
            return await self._again(held, arrival)
        if own:
            return await self._one_more(own[0], found)
        if alike:
            return Taken(alike[0].article, "known", SHARED)
        if article := next(filter(None, map(self._at_desk.get, arrival.keys)), None):
            return Taken(article, "known", SHARED)
        view = self.library.view(collection)
        copy = await asyncio.to_thread(view.copy_of, arrival.story.paragraphs)
        if copy is None:
            return None
        try:
            return await self._one_more(await self._store.articles.get(collection, copy.id), found)
        except LibraryError:  # it is the desk's, or all share it: a server's find stays its own
            return Taken(copy, "known", SHARED)

    async def _again(self, held: StoredArticle, arrival: _Arrival) -> Taken:
        """A story at an address that is known: an edit where the text held comes from there."""
        story, now = arrival.story, arrival.now
        if arrival.text_hash == held.text_hash or not _is_quoted(held, arrival.keys[0]):
            return Taken(held.article, "known", held.collection)
        article = replace(
            held.article,
            title=story.title,
            paragraphs=story.paragraphs,
            author=story.author or held.article.author,
            published=_published(arrival) or held.article.published,
        )
        notices = await notices_of_change(self._store, article.id, article, now)
        await self._store.articles.edit(
            article.id, article, text_hash=arrival.text_hash, now=now, notices=notices
        )
        return Taken(article, "edited", held.collection)

    async def _one_more(self, held: StoredArticle, found: Source | str) -> Taken:
        """A copy of what is held: its address, if it has one, is a further source."""
        is_new = isinstance(found, Source) and await self._store.articles.add_source(
            held.article.id, found
        )
        return Taken(held.article, "source" if is_new else "known", held.collection)

    async def _add(self, arrival: _Arrival, by: int | None, limit: int | None) -> Taken:
        collection, found = arrival.collection, arrival.found
        article = _article(arrival)
        view = self.library.view(collection)
        held = await self._store.articles.add(
            collection,
            article,
            text_hash=arrival.text_hash,
            source=found if isinstance(found, Source) else None,
            by=by,
            limit=limit,
            notices=await notices_of_new(self._store, view, collection, article, arrival.now),
        )
        if held:  # another process was quicker
            return Taken(held.article, "known", held.collection)
        return Taken(article, "added", collection)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A story on its way into a collection."""

    collection: int
    story: Story
    found: Source | str
    now: datetime
    text_hash: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Under which its address may be known; none for a file."""
        if isinstance(self.found, str):
            return ()
        return self.found.key, _other_way(self.found.key)


def _article(arrival: _Arrival) -> Article:
    story, found = arrival.story, arrival.found
    where = found.address if isinstance(found, Source) else found
    text = "\n".join((story.title, *(paragraph.text for paragraph in story.paragraphs)))
    identity = "\n".join((str(arrival.collection), *arrival.keys[:1], text))
    published = _published(arrival)
    return Article(
        id=hashlib.blake2b(identity.encode(), digest_size=6).hexdigest(),
        title=story.title,
        paragraphs=story.paragraphs,
        source=where,
        kind=story.kind,
        outlet=story.outlet,
        author=story.author,
        url=story.url or (where if isinstance(found, Source) else None),
        published=published,
        added_at=arrival.now,
        origins=story.origins if published else replace(story.origins, published=None),
    )


def _published(arrival: _Arrival) -> date | None:
    """The date that the story states, unless it has yet to come."""
    stated = arrival.story.published
    return stated if stated and stated <= (arrival.now + _AHEAD).date() else None


def _other_way(key: str) -> str:
    return key.removeprefix(_CARRIED) if key.startswith(_CARRIED) else carried_key(key)


def _found_at(key: str, among: Iterable[StoredArticle]) -> StoredArticle | None:
    return next((each for each in among if key in {source.key for source in each.sources}), None)


def _is_quoted(held: StoredArticle, key: str) -> bool:
    """Whether the text held is what stood at `key`; another source may word it as it likes."""
    first = held.sources[0]
    return first.key == key and first.address == held.article.source


def _by_collection(rows: Iterable[tuple[int, Article, str]]) -> dict[int, list[Article]]:
    held: dict[int, list[Article]] = {}
    for collection, article, _ in rows:
        held.setdefault(collection, []).append(article)
    return held
