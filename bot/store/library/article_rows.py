"""Articles and sources as rows of the database, and rows as articles."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import starmap
from typing import Any

from sqlalchemy import Row

from bot.model import Article, Origins, Paragraph, Source, Span, StoredArticle
from bot.store.engine.database import from_row

_PLAIN_COLUMNS = (
    "title",
    "source",
    "kind",
    "outlet",
    "author",
    "url",
    "published",
    "published_at",
)


def article_columns(article: Article, text_hash: str) -> dict[str, Any]:
    """Return the columns that an edit replaces: all but the collection and the time of adding."""
    return {
        **{name: getattr(article, name) for name in _PLAIN_COLUMNS},
        "paragraphs": _json_of(article.paragraphs),
        "text_hash": text_hash,
        **{f"{name}_origin": origin for name, origin in asdict(article.origins).items()},
    }


def source_columns(source: Source) -> dict[str, Any]:
    """Return the columns of a source but its article, its collection and its feed."""
    return {
        "address": source.address,
        "key": source.key,
        "seen": source.first_seen,
        "etag": source.etag,
        "last_modified": source.last_modified,
        "next_check_at": source.next_check_at,
    }


def stored_articles_from(
    rows: Iterable[Row[Any]], source_rows: Iterable[Row[Any]]
) -> Sequence[StoredArticle]:
    """Return the articles and their sources, in the order of `rows` and `source_rows`."""
    sources: defaultdict[str, list[Source]] = defaultdict(list)
    for row in source_rows:
        sources[row.article_id].append(from_row(Source, row, first_seen=row.seen))
    return [_stored_article_from(row, tuple(sources[row.id])) for row in rows]


def paragraphs_from(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs in the JSON of the column."""
    return tuple(
        [
            Paragraph(paragraph_text, heading, tuple(starmap(Span, asides)) if asides else ())
            for paragraph_text, heading, asides in json.loads(text)
        ]
    )


def _json_of(paragraphs: Sequence[Paragraph]) -> str:
    # Most have no asides; 100,000 empty lists would be a third of the time that reading them takes.
    rows = [
        (paragraph.text, paragraph.heading, paragraph.asides or None) for paragraph in paragraphs
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _stored_article_from(row: Row[Any], sources: tuple[Source, ...]) -> StoredArticle:
    addresses = dict.fromkeys(source.address for source in sources)
    article = from_row(
        Article,
        row,
        paragraphs=paragraphs_from(row.paragraphs),
        added_at=row.added,
        origins=Origins(
            row.outlet_origin, row.author_origin, row.published_origin, row.text_origin
        ),
        other_addresses=tuple(address for address in addresses if address != row.source),
    )
    return from_row(StoredArticle, row, article=article, sources=sources)
