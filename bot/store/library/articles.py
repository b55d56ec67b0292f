"""The articles that were added, shared or a server's own; no collection sees another's."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Change, Notice, Paragraph, Source, StoredArticle
from bot.store.delivery.notices import queue_notices
from bot.store.engine.database import Database
from bot.store.library.article_rows import (
    article_columns,
    holdings_from,
    paragraphs_from,
    source_columns,
)
from bot.store.library.changes import last_change, lines_after, note_changes
from bot.store.library.refusals import not_held, refuse_beyond, refuse_long
from bot.store.schema import articles, feeds, revisions, sources

CHANGES_AT_ONCE = 500
REVISIONS_KEPT = 20  # of one article; some pages change at every look


@dataclass(frozen=True, slots=True)
class Revision:
    """What an article said until it was edited; `number` counts from 1."""

    number: int
    title: str
    paragraphs: tuple[Paragraph, ...]
    replaced_at: datetime


class Articles:
    """Every method raises StoreError. Whatever changes an article appends to the change queue in
    the same transaction, and queues the `notices` of the change, if it was made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        collection: int,
        article: Article,
        *,
        text_hash: str,
        source: Source | None,
        by: int | None,
        limit: int | None,
        notices: Sequence[Notice] = (),
    ) -> StoredArticle | None:
        """None if `article` was added; its `added` must be known.

        Otherwise what the collection holds already at that address, or else with that text or id.
        `source` is None for what has no address. LibraryError if the collection has `limit`
        articles.
        """
        same = [_saying(collection, text_hash), _named(collection, article.id)]
        if source:
            same.insert(0, _found_at(collection, source.key))
        async with self._database.writing_alone() as connection:
            for query in same:
                if held := await _first(connection, query):
                    return held
            if limit is not None:
                refuse_beyond(limit, await _count(connection, collection), "article")
            row = article_columns(article, text_hash) | {
                "id": article.id,
                "collection": collection,
                "revision": 1,
                "added": article.added_at,
                "added_by": by,
            }
            await connection.execute(insert(articles).values(row))
            if source:
                await _add_source(connection, collection, article.id, source)
            await note_changes(connection, [(collection, article.id)])
            await queue_notices(connection, notices)
            return None

    async def edit(
        self,
        article_id: str,
        article: Article,
        *,
        text_hash: str,
        now: datetime,
        notices: Sequence[Notice] = (),
    ) -> bool:
        """Put `article` in place of what is held and keep the old text as a revision.

        Id, collection, `added` and sources stay. False if the article is gone or was so already.
        """
        query = select(articles).where(articles.c.id == article_id)
        values = article_columns(article, text_hash)
        async with self._database.writing_alone() as connection:
            held = (await connection.execute(query)).one_or_none()
            if held is None or values.items() <= held._mapping.items():
                return False
            if (held.title, held.paragraphs) != (values["title"], values["paragraphs"]):
                await _keep_revision(connection, held, now)
                values["revision"] = held.revision + 1
            await connection.execute(
                update(articles).where(articles.c.id == article_id).values(values)
            )
            await note_changes(connection, [(held.collection, article_id)])
            await queue_notices(connection, notices)
            return True

    async def add_source(self, article_id: str, source: Source) -> bool:
        """False if the article is gone, or its collection knows the address already."""
        async with self._database.writing_alone() as connection:
            collection: int | None = await connection.scalar(
                select(articles.c.collection).where(articles.c.id == article_id)
            )
            if collection is None or await connection.scalar(_found_at(collection, source.key)):
                return False
            await _add_source(connection, collection, article_id, source)
            await note_changes(connection, [(collection, article_id)])
            return True

    async def remove(
        self, collection: int, article_id: str, *, notices: Sequence[Notice] = ()
    ) -> StoredArticle:
        """Returns what was removed. LibraryError if the collection has no such article."""
        async with self._database.writing_alone() as connection:
            holding = await _one(connection, collection, article_id)
            await connection.execute(delete(articles).where(articles.c.id == article_id))
            await note_changes(connection, [(collection, article_id)])
            await queue_notices(connection, notices)
            return holding

    async def expire(self, before: datetime) -> Sequence[str]:
        """Remove what was added before that moment, to any collection; returns the ids."""
        old = delete(articles).where(articles.c.added < before)
        async with self._database.writing_alone() as connection:
            removed = await connection.execute(old.returning(articles.c.collection, articles.c.id))
            lines = [(row.collection, row.id) for row in removed]
            await note_changes(connection, lines)
            return [id_ for _, id_ in lines]

    async def get(self, collection: int, article_id: str) -> StoredArticle:
        """LibraryError if the collection has no such article."""
        async with self._database.reading() as connection:
            return await _one(connection, collection, article_id)

    async def find_copies(
        self, collections: Collection[int], keys: Collection[str], text_hash: str
    ) -> Sequence[StoredArticle]:
        """What these collections have from an address with one of the keys, or with that text;
        oldest first."""
        found = select(sources.c.article_id).where(
            sources.c.collection.in_(collections), sources.c.key.in_(keys)
        )
        said = select(articles.c.id).where(
            articles.c.collection.in_(collections), articles.c.text_hash == text_hash
        )
        async with self._database.reading() as connection:
            ids = (await connection.scalars(union(found, said))).all()
            return await _holdings(connection, articles.c.id.in_(ids)) if ids else []

    async def list(self, collection: int) -> Sequence[StoredArticle]:
        """All of one collection, newest first."""
        async with self._database.reading() as connection:
            return (await _holdings(connection, _of(collection)))[::-1]

    async def count(self, collection: int) -> int:
        async with self._database.reading() as connection:
            return await _count(connection, collection)

    async def load(self) -> tuple[int, Sequence[tuple[int, Article, str]]]:
        """The number of the last change, and every article in order of adding, with its collection
        before it and its text hash after it."""
        async with self._database.reading() as connection:
            # The number first: what changes between the two is then met again in the queue.
            last = await last_change(connection)
            held = await _holdings(connection)
        return last, [(each.collection, each.article, each.text_hash) for each in held]

    async def list_changes(
        self, after: int, limit: int = CHANGES_AT_ONCE
    ) -> Sequence[Change] | None:
        """The changes after the one numbered `after`, oldest first and at most `limit`.

        None if that is so long ago that some of them are forgotten: `load` anew.
        """
        async with self._database.reading() as connection:
            lines = await lines_after(connection, after, limit)
            if lines is None:
                return None
            ids = {line.article_id for line in lines}
            held = await _holdings(connection, articles.c.id.in_(ids))
        now = {each.article.id: (each.article, each.text_hash) for each in held}
        gone = (None, None)
        return [
            Change(line.seq, line.collection, line.article_id, *now.get(line.article_id, gone))
            for line in lines
        ]

    async def revisions(self, article_id: str) -> Sequence[Revision]:
        """What the article said before, newest first; the last 20 of them."""
        query = (
            select(revisions)
            .where(revisions.c.article_id == article_id)
            .order_by(revisions.c.number.desc())
        )
        async with self._database.reading() as connection:
            return [
                Revision(row.number, row.title, paragraphs_from(row.paragraphs), row.replaced_at)
                for row in await connection.execute(query)
            ]


def _of(collection: int) -> ColumnElement[bool]:
    return articles.c.collection == collection


# These ask for the id alone: asked for whole rows at once, SQLite reads all of the collection.
def _found_at(collection: int, key: str) -> Select[tuple[str]]:
    found = (sources.c.collection == collection, sources.c.key == key)
    return select(sources.c.article_id).where(*found)


def _saying(collection: int, text_hash: str) -> Select[tuple[str]]:
    said = select(articles.c.id).where(_of(collection), articles.c.text_hash == text_hash)
    return said.order_by(articles.c.number)


def _named(collection: int, article_id: str) -> Select[tuple[str]]:
    return select(articles.c.id).where(_of(collection), articles.c.id == article_id)


async def _first(connection: AsyncConnection, query: Select[tuple[str]]) -> StoredArticle | None:
    article_id = await connection.scalar(query.limit(1))
    if article_id is None:
        return None
    return (await _holdings(connection, articles.c.id == article_id))[0]


async def _holdings(
    connection: AsyncConnection, *conditions: ColumnElement[bool]
) -> Sequence[StoredArticle]:
    """In order of adding."""
    query = select(articles).where(*conditions)
    of_those = sources.c.article_id.in_(query.with_only_columns(articles.c.id))
    rows = (await connection.execute(query.order_by(articles.c.number))).all()
    found = await connection.execute(select(sources).where(of_those).order_by(sources.c.id))
    # In a thread: for thousands of articles this takes long enough to be felt.
    return await asyncio.to_thread(holdings_from, rows, found.all())


async def _one(connection: AsyncConnection, collection: int, article_id: str) -> StoredArticle:
    held = await _first(connection, _named(collection, article_id))
    if held is None:
        raise not_held(collection, "article")
    return held


async def _count(connection: AsyncConnection, collection: int) -> int:
    query = select(func.count()).select_from(articles).where(_of(collection))
    return await connection.scalar(query) or 0


async def _keep_revision(connection: AsyncConnection, held: Row[Any], now: datetime) -> None:
    row = {
        "article_id": held.id,
        "number": held.revision,
        "title": held.title,
        "paragraphs": held.paragraphs,
        "replaced_at": now,
    }
    outdated = revisions.c.number <= held.revision - REVISIONS_KEPT
    await connection.execute(insert(revisions).values(row))
    await connection.execute(delete(revisions).where(revisions.c.article_id == held.id, outdated))


async def _add_source(
    connection: AsyncConnection, collection: int, article_id: str, source: Source
) -> None:
    refuse_long(source.key)
    row = source_columns(source) | {
        "article_id": article_id,
        "collection": collection,
        # The feed may have lost its last follower meanwhile.
        "feed_id": select(feeds.c.id).where(feeds.c.id == source.feed_id).scalar_subquery(),
    }
    await connection.execute(insert(sources).values(row))
