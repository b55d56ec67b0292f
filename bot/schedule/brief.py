"""Convert a digest to the brief that is stored, and a stored brief back to a digest."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.model import (
    Article,
    Brief,
    BriefComparison,
    BriefPoint,
    Comparison,
    Digest,
    PostedQuote,
    Quote,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """The part of a brief that can be sent, and the quotes that are no longer verbatim."""

    digest: Digest
    dropped: tuple[PostedQuote, ...] = ()


def brief_of(digest: Digest) -> Brief:
    """Return the part of `digest` that must not change between two attempts to send it."""
    return Brief(
        topic=digest.topic,
        title=digest.title,
        points=tuple(
            BriefPoint(
                quote=PostedQuote.from_quote(point),
                marks=point.marks,
                repeats=tuple(map(PostedQuote.from_quote, point.repeats)),
                differs=tuple(map(_brief_comparison, point.differs)),
            )
            for point in digest.points
        ),
        new_stories=digest.new_stories,
        titles=digest.titles,
    )


def summary_of(brief: Brief, find_article: Callable[[str], Article | None]) -> Summary:
    """Return `brief` as a digest of quotes from the articles as they are now.

    A quote is dropped if its article is gone or no longer holds its words in that position; with a
    point go the quotes that say the same or differ from it.
    """
    dropped: list[PostedQuote] = []

    def restore(posted: PostedQuote) -> Quote | None:
        article = find_article(posted.article_id)
        if article is not None:
            quote = Quote(article, posted.paragraph, posted.start, posted.end, posted.text)
            if quote.is_verbatim():
                return quote
        dropped.append(posted)
        return None

    points = []
    for point in brief.points:
        quote = restore(point.quote)
        if quote is not None:
            also = tuple(same for posted in point.repeats if (same := restore(posted)))
            differs = tuple(
                Comparison(
                    different, stored.words, stored.other_words, posted_at=stored.quote.posted_at
                )
                for stored in point.differs
                if (different := restore(stored.quote))
            )
            points.append(replace(quote, marks=point.marks, repeats=also, differs=differs))
    digest = Digest(
        brief.topic,
        brief.title,
        tuple(points),
        new_stories=brief.new_stories,
        titles=brief.titles,
    )
    return Summary(digest, tuple(dropped))


def verified_digest(
    brief: Brief, find_article: Callable[[str], Article | None], schedule_id: int
) -> Digest:
    """Return the digest of `summary_of`, and log each quote that is dropped."""
    summary = summary_of(brief, find_article)
    for quote in summary.dropped:
        log.error(
            "quote not sent, its article no longer holds it: schedule %d, article %s, paragraph %d",
            schedule_id,
            quote.article_id,
            quote.paragraph,
        )
    return summary.digest


def _brief_comparison(comparison: Comparison) -> BriefComparison:
    quote = replace(PostedQuote.from_quote(comparison.quote), posted_at=comparison.posted_at)
    return BriefComparison(quote, comparison.words, comparison.other_words)
