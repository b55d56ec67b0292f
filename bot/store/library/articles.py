"""The articles that were added, shared or a server's own; no collection sees another's."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Change, Notice, Source, StoredArticle
from bot.store.delivery.notices import queue_notices
from bot.store.engine.database import Repository
from bot.store.library.article_rows import article_columns, source_columns, stored_articles_from
from bot.store.library.changes import last_change, read_changes, record_changes
from bot.store.library.refusals import no_such, refuse_beyond, refuse_long
from bot.store.schema import articles, feeds, revisions, sources

CHANGE_BATCH = 500
MAX_REVISIONS = 20  # of one article; some pages differ at every fetch


class Articles(Repository):
    """The articles of all collections; no collection reads or changes another's.

    A method that changes an article appends to the change queue in the same transaction, and queues
    the `notices` of the change, if it was made. Every method raises StoreError; `get` and `remove`
    raise LibraryError if the collection has no such article.
    """

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
        """Add `article`, whose `added` must be set, and return None; or return the article that the
        collection has already at that address, or else with that text or id.

        `source` is None if there is no address. Raises LibraryError if the collection has `limit`
        articles.
        """
        same_article = [_with_text(collection, text_hash), _with_id(collection, article.id)]
        if source:
            same_article.insert(0, _at_address(collection, source.key))
        async with self._database.writing_alone() as connection:
            for query in same_article:
                if stored_article := await _first(connection, query):
                    return stored_article
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
            await record_changes(connection, [(collection, article.id)])
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
        """Replace the article by `article` and keep the old text as a revision.

        Id, collection, `added` and sources stay. Returns False if there is no such article, or if
        nothing of it differs.
        """
        query = select(articles).where(articles.c.id == article_id)
        values = article_columns(article, text_hash)
        async with self._database.writing_alone() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None or values.items() <= row._mapping.items():
                return False
            if (row.title, row.paragraphs) != (values["title"], values["paragraphs"]):
                await _add_revision(connection, row, now)
                values["revision"] = row.revision + 1
            change = update(articles).where(articles.c.id == article_id)
            await connection.execute(change.values(values))
            await record_changes(connection, [(row.collection, article_id)])
            await queue_notices(connection, notices)
            return True

    async def add_source(self, article_id: str, source: Source) -> bool:
        """Add an address to the article; False if it is gone, or its collection has the address."""
        async with self._database.writing_alone() as connection:
            collection: int | None = await connection.scalar(
                select(articles.c.collection).where(articles.c.id == article_id)
            )
            if collection is None or await connection.scalar(_at_address(collection, source.key)):
                return False
            await _add_source(connection, collection, article_id, source)
            await record_changes(connection, [(collection, article_id)])
            return True

    async def remove(
        self, collection: int, article_id: str, *, notices: Sequence[Notice] = ()
    ) -> StoredArticle:
        """Remove an article of the collection and return it."""
        async with self._database.writing_alone() as connection:
            stored_article = await _require(connection, collection, article_id)
            await connection.execute(delete(articles).where(articles.c.id == article_id))
            await record_changes(connection, [(collection, article_id)])
            await queue_notices(connection, notices)
            return stored_article

    async def expire(self, before: datetime) -> Sequence[str]:
        """Remove the articles of all collections that were added before then; returns their ids."""
        expired = delete(articles).where(articles.c.added < before)
        async with self._database.writing_alone() as connection:
            returning = expired.returning(articles.c.collection, articles.c.id)
            removed = [(row.collection, row.id) for row in await connection.execute(returning)]
            await record_changes(connection, removed)
            return [article_id for _, article_id in removed]

    async def get(self, collection: int, article_id: str) -> StoredArticle:
        """Return an article of the collection."""
        async with self._database.reading() as connection:
            return await _require(connection, collection, article_id)

    async def find_copies(
        self, collections: Collection[int], keys: Collection[str], text_hash: str
    ) -> Sequence[StoredArticle]:
        """Return the collections' articles that have one of the keys or that text, oldest first."""
        same_address = select(sources.c.article_id).where(
            sources.c.collection.in_(collections), sources.c.key.in_(keys)
        )
        same_text = select(articles.c.id).where(
            articles.c.collection.in_(collections), articles.c.text_hash == text_hash
        )
        async with self._database.reading() as connection:
            ids = (await connection.scalars(union(same_address, same_text))).all()
            return await _read_articles(connection, articles.c.id.in_(ids)) if ids else []

    async def list(self, collection: int) -> Sequence[StoredArticle]:
        """Return all articles of the collection, newest first."""
        async with self._database.reading() as connection:
            return (await _read_articles(connection, _is_in(collection)))[::-1]

    async def ids_of_feed(self, feed_id: int) -> Sequence[str]:
        """Return the ids of the articles that a feed has brought, in all collections."""
        query = select(sources.c.article_id).where(sources.c.feed_id == feed_id).distinct()
        return [row.article_id for row in await self._database.fetch_all(query)]

    async def count(self, collection: int) -> int:
        """Count the articles of the collection."""
        async with self._database.reading() as connection:
            return await _count(connection, collection)

    async def load(self) -> tuple[int, Sequence[tuple[int, Article, str]]]:
        """Return the number of the last change, and every article in order of adding, as its
        collection, itself and its text hash."""
        async with self._database.reading() as connection:
            # The number first: what changes between the two is then read again from the queue.
            change_number = await last_change(connection)
            stored_articles = await _read_articles(connection)
        return change_number, [
            (stored_article.collection, stored_article.article, stored_article.text_hash)
            for stored_article in stored_articles
        ]

    async def list_changes(self, after: int, limit: int = CHANGE_BATCH) -> Sequence[Change] | None:
        """Return the changes after the one numbered `after`, oldest first and at most `limit`.

        None if that is so long ago that some of them were deleted: then `load` again.
        """
        async with self._database.reading() as connection:
            rows = await read_changes(connection, after, limit)
            if rows is None:
                return None
            ids = {row.article_id for row in rows}
            stored_articles = await _read_articles(connection, articles.c.id.in_(ids))
        states = {entry.article.id: (entry.article, entry.text_hash) for entry in stored_articles}
        removed = (None, None)
        return [
            Change(row.seq, row.collection, row.article_id, *states.get(row.article_id, removed))
            for row in rows
        ]


def _is_in(collection: int) -> ColumnElement[bool]:
    return articles.c.collection == collection


# These select the id alone: for whole rows SQLite would read all of the collection.
def _at_address(collection: int, key: str) -> Select[tuple[str]]:
    is_address = (sources.c.collection == collection, sources.c.key == key)
    return select(sources.c.article_id).where(*is_address)


def _with_text(collection: int, text_hash: str) -> Select[tuple[str]]:
    query = select(articles.c.id).where(_is_in(collection), articles.c.text_hash == text_hash)
    return query.order_by(articles.c.number)


def _with_id(collection: int, article_id: str) -> Select[tuple[str]]:
    return select(articles.c.id).where(_is_in(collection), articles.c.id == article_id)


async def _first(connection: AsyncConnection, query: Select[tuple[str]]) -> StoredArticle | None:
    article_id = await connection.scalar(query.limit(1))
    if article_id is None:
        return None
    return (await _read_articles(connection, articles.c.id == article_id))[0]


async def _read_articles(
    connection: AsyncConnection, *conditions: ColumnElement[bool]
) -> Sequence[StoredArticle]:
    """In order of adding."""
    query = select(articles).where(*conditions)
    is_of_them = sources.c.article_id.in_(query.with_only_columns(articles.c.id))
    rows = (await connection.execute(query.order_by(articles.c.number))).all()
    source_query = select(sources).where(is_of_them).order_by(sources.c.id)
    source_rows = (await connection.execute(source_query)).all()
    # In a thread: for thousands of articles this would hold up the event loop.
    return await asyncio.to_thread(stored_articles_from, rows, source_rows)


async def _require(connection: AsyncConnection, collection: int, article_id: str) -> StoredArticle:
    stored_article = await _first(connection, _with_id(collection, article_id))
    if stored_article is None:
        raise no_such("article", collection)
    return stored_article


async def _count(connection: AsyncConnection, collection: int) -> int:
    query = select(func.count()).select_from(articles).where(_is_in(collection))
    return await connection.scalar(query) or 0


async def _add_revision(connection: AsyncConnection, row: Row[Any], now: datetime) -> None:
    """Keep the text of an article's row as a revision, and the last MAX_REVISIONS of them."""
    revision = {
        "article_id": row.id,
        "number": row.revision,
        "title": row.title,
        "paragraphs": row.paragraphs,
        "replaced_at": now,
    }
    await connection.execute(insert(revisions).values(revision))
    is_outdated = revisions.c.number <= row.revision - MAX_REVISIONS
    await connection.execute(delete(revisions).where(revisions.c.article_id == row.id, is_outdated))


async def _add_source(
    connection: AsyncConnection, collection: int, article_id: str, source: Source
) -> None:
    refuse_long(source.key)
    row = source_columns(source) | {
        "article_id": article_id,
        "collection": collection,
        # None if the feed has lost its last follower meanwhile.
        "feed_id": select(feeds.c.id).where(feeds.c.id == source.feed_id).scalar_subquery(),
    }
    await connection.execute(insert(sources).values(row))
