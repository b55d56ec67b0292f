"""What a channel has had before, as a new digest is compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.digest.coverage import Candidate, Likeness, Told, candidate, content_terms
from bot.briefing.statements import Statement
from bot.model import PostedQuote, Quote
from bot.search.index import Index


class Had:
    """The quotes that a channel was posted, from the oldest on.

    `contents` are the content terms of each; `stories` are the ids of the articles they are from.
    """

    def __init__(self, posted: Sequence[PostedQuote], likeness: Likeness, index: Index) -> None:
        terms = index.analyser.terms
        self.contents = [content_terms(terms(quote.text)) for quote in posted]
        self.stories = frozenset(quote.article_id for quote in posted)
        self._first_posted = {quote: quote.posted_at for quote in reversed(posted)}
        statements = (_statement(quote, index) for quote in self._first_posted)
        self._standing = [candidate(each, 1.0) for each in statements if each]
        self._told = Told((each.contents[-1] for each in self._standing), likeness)

    def like(self, other: Candidate) -> list[Candidate]:
        """The quotes that are one point with another, of those whose article is held and says so
        still: with the rest nothing is compared, for they could not be quoted beside it."""
        return [self._standing[number] for number in self._told.one_point(other.contents[-1])]

    def recalled(self, point: Quote) -> Quote:
        """The point with, at each quote that differs from it, when the channel had that."""
        return replace(
            point,
            differs=tuple(
                replace(told, posted_at=self._first_posted.get(PostedQuote.from_quote(told.quote)))
                for told in point.differs
            ),
        )

    def new_among(self, points: Sequence[Quote]) -> tuple[str, ...] | None:
        """The ids of the articles quoted of which the channel has had nothing, in the order of
        their first point; None where it has had nothing at all."""
        if not self.stories:
            return None
        quoted = dict.fromkeys(point.article.id for point in points)
        return tuple(story for story in quoted if story not in self.stories)


def _statement(posted: PostedQuote, index: Index) -> Statement | None:
    """The sentences of a quote; None where its article is gone or holds them there no more."""
    try:
        slot = index.slots(posted.article_id)[posted.paragraph - 1]
    except (KeyError, IndexError):
        return None
    sentences = tuple(
        sentence
        for sentence in index.sentences(slot)
        if posted.start <= sentence.span.start and sentence.span.end <= posted.end
    )
    stands = sentences and PostedQuote.from_quote(Statement(sentences).quote()) == posted
    return Statement(sentences) if stands else None
