"""The JSON objects that the terminal prints: a stable contract, described in docs/json.md."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.errors import unpack_message
from bot.model import (
    Answer,
    Article,
    Comparison,
    Digest,
    Feed,
    IngestedArticle,
    Quote,
    Selected,
    Verification,
)

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Return the object for an answer."""
    return {
        "question": answer.question,
        "status": answer.status,
        "quotes": [quote_json(quote) for quote in answer.quotes],
        "matched": list(answer.matched_words),
        "missed": list(answer.missing_words),
        "unquoted": list(answer.unquoted_words),
        **_filter_json(answer.selected),
        "took_ms": answer.took_ms,
    }


def digest_json(digest: Digest) -> Json:
    """Return the object for a digest."""
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
        **_filter_json(digest.selected),
        "took_ms": digest.took_ms,
    }


def verification_json(verification: Verification) -> Json:
    """Return the object for a verification."""
    return {
        "text": verification.text,
        "status": verification.status,
        "places": [_comparison_json(verification.text, match) for match in verification.matches],
        "took_ms": verification.took_ms,
        "apart": verification.is_apart,
        "missing": [verification.text[slice(*span)] for span in verification.missing],
    }


def quote_json(quote: Quote) -> Json:
    """Return the object for a quote; `text == paragraph[start:end]` in characters."""
    return {
        **_bare_quote_json(quote),
        "also": [_bare_quote_json(repeat) for repeat in quote.repeats],
        "differs": [_comparison_json(quote.text, comparison) for comparison in quote.differs],
    }


def _comparison_json(text: str, comparison: Comparison) -> Json:
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
    """Return the object for an article."""
    return {
        "id": article.id,
        **_source_json(article),
        "paragraphs": [paragraph.text for paragraph in article.paragraphs],
    }


def ingested_json(ingested: IngestedArticle) -> Json:
    """Return the object for an ingested article, with the outcome and origins."""
    return {
        "outcome": ingested.outcome,
        **article_json(ingested.article),
        "origins": {
            fact: origin
            for fact, origin in asdict(ingested.article.origins).items()
            if fact != "text" or origin
        },
        "also_at": list(ingested.article.other_addresses),
        "has_next_page": ingested.has_next_page,
    }


def feed_json(feed: Feed) -> Json:
    """Return the object for a feed."""
    return {
        "feed": feed.id,
        "url": feed.url,
        "title": feed.title,
        "last_read": _time_json(feed.last_ok_at),
        "next": _time_json(feed.next_poll_at),
        "failures": feed.failures,
        "error": unpack_message(feed.error) if feed.error else None,
    }


def _filter_json(selected: Selected | None) -> Json:
    """Return what an answer was limited to, under "filter"; nothing where it was not."""
    if selected is None:
        return {}
    period, source = selected.selection.period, selected.selection.source
    return {
        "filter": {
            "since": _time_json(period.start) if period else None,
            "before": _time_json(period.end) if period else None,
            "source": source.name if source else None,
            "articles": selected.article_count,
            "undated": selected.undated_count,
        }
    }


def _time_json(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time else None


def _source_json(article: Article) -> Json:
    return {
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        # Only where a time is stated, so that all other objects stay as they were.
        **({"published_at": _time_json(at)} if (at := article.published_at) else {}),
        "source": article.source,
        "kind": article.kind,
    }
