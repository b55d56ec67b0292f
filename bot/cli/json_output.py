"""The JSON objects that the terminal prints: a contract, described in docs/json.md and kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.errors import unpack_message
from bot.model import Answer, Article, Comparison, Digest, Feed, Quote, Verification

if TYPE_CHECKING:  # what adds articles takes a second to load, which answers need not wait
    from bot.model import IngestedArticle

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    return {
        "question": answer.question,
        "status": answer.status,
        "quotes": [quote_json(quote) for quote in answer.quotes],
        "matched": list(answer.matched_words),
        "missed": list(answer.missing_words),
        "took_ms": answer.took_ms,
    }


def digest_json(digest: Digest) -> Json:
    return {
        "topic": digest.topic,
        "title": digest.title,
        "status": digest.status,
        "points": [quote_json(point) for point in digest.points],
        "sources": [
            {
                "article": source.article.id,
                "title": source.article.title,
                "outlet": source.article.outlet,
                "quotes": source.quote_count,
            }
            for source in digest.sources
        ],
        "took_ms": digest.took_ms,
    }


def verification_json(verification: Verification) -> Json:
    return {
        "text": verification.text,
        "status": verification.status,
        "places": [_comparison_json(verification.text, place) for place in verification.matches],
        "took_ms": verification.took_ms,
    }


def quote_json(quote: Quote) -> Json:
    """A quote with what other stories tell of it; `text == paragraph[start:end]` in characters."""
    return {
        **_bare_quote_json(quote),
        "also": [_bare_quote_json(other) for other in quote.repeats],
        "differs": [_comparison_json(quote.text, comparison) for comparison in quote.differs],
    }


def _comparison_json(text: str, comparison: Comparison) -> Json:
    """A quote beside `text`, with the words of each that the other does not have."""
    return {
        "quote": _bare_quote_json(comparison.quote),
        "words": [text[slice(*span)] for span in comparison.words],
        "other_words": [comparison.quote.text[slice(*span)] for span in comparison.other_words],
    }


def _bare_quote_json(quote: Quote) -> Json:
    return {
        "text": quote.text,
        "article": quote.article.id,
        **_source_json(quote.article),
        "paragraph": quote.paragraph,
        "start": quote.start,
        "end": quote.end,
        "score": round(quote.score, 4),
    }


def article_json(article: Article) -> Json:
    return {
        "id": article.id,
        **_source_json(article),
        "paragraphs": [paragraph.text for paragraph in article.paragraphs],
    }


def taken_json(taken: IngestedArticle) -> Json:
    """An article that was to be added, with what became of it and where its facts are from."""
    return {
        "outcome": taken.outcome,
        **article_json(taken.article),
        "origins": asdict(taken.article.origins),
        "also_at": list(taken.article.other_addresses),
    }


def feed_json(feed: Feed) -> Json:
    return {
        "feed": feed.id,
        "url": feed.url,
        "title": feed.title,
        "last_read": _moment_json(feed.last_ok_at),
        "next": _moment_json(feed.next_poll_at),
        "failures": feed.failures,
        "error": unpack_message(feed.error) if feed.error else None,
    }


def _moment_json(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _source_json(article: Article) -> Json:
    return {
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "source": article.source,
        "kind": article.kind,
    }
