"""From a digest to the brief that is stored, and from a stored brief back to a digest."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Summary:
    """What of a brief can be sent, and the quotes that cannot because they no longer stand."""

    digest: Digest
    fallen: tuple[PostedQuote, ...] = ()


def brief_of(digest: Digest) -> Brief:
    """The part of `digest` that must not change between two attempts to send it."""
    return Brief(
        topic=digest.topic,
        title=digest.title,
        points=tuple(
            BriefPoint(
                quote=PostedQuote.from_quote(point),
                marks=point.marks,
                repeats=tuple(map(PostedQuote.from_quote, point.repeats)),
                differs=tuple(map(_stored, point.differs)),
            )
            for point in digest.points
        ),
        new_stories=digest.new_stories,
    )


def summary_of(brief: Brief, article: Callable[[str], Article | None]) -> Summary:
    """Every quote of `brief`, taken from the article as it stands now; `article` finds one by id.

    A quote whose article is gone, or no longer holds these words at this place, falls: it is
    verbatim or it is not said. With a point fall the quotes that said the same, or otherwise.
    """
    fallen: list[PostedQuote] = []

    def stand(place: PostedQuote) -> Quote | None:
        source = article(place.article_id)
        if source is not None:
            quote = Quote(source, place.paragraph, place.start, place.end, place.text)
            if quote.is_verbatim():
                return quote
        fallen.append(place)
        return None

    points = []
    for point in brief.points:
        quote = stand(point.quote)
        if quote is not None:
            also = tuple(other for place in point.repeats if (other := stand(place)))
            differs = tuple(
                Comparison(other, told.words, told.other_words, told.quote.posted_at)
                for told in point.differs
                if (other := stand(told.quote))
            )
            points.append(replace(quote, marks=point.marks, repeats=also, differs=differs))
    digest = Digest(brief.topic, brief.title, tuple(points), new_stories=brief.new_stories)
    return Summary(digest, tuple(fallen))


def _stored(told: Comparison) -> BriefComparison:
    place = replace(PostedQuote.from_quote(told.quote), posted_at=told.posted_at)
    return BriefComparison(place, told.words, told.other_words)
