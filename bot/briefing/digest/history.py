"""The quotes already posted to a channel, as a new digest is compared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.digest.coverage import Candidate, make_candidate
from bot.briefing.facts.similarity import PostedContents, Similarity
from bot.briefing.quoting import Excerpt
from bot.model import PostedQuote, Quote
from bot.search.index import Index
from bot.text.terms import AnalysedText


class PostedHistory:
    """The quotes posted to a channel, from the oldest on.

    `contents` are the content terms of each; `stories` are the ids of the articles they are from.
    """

    def __init__(self, quotes: Sequence[PostedQuote], similarity: Similarity, index: Index) -> None:
        self.contents = [
            list(AnalysedText(quote.text, index.analyser).content_terms) for quote in quotes
        ]
        self.stories = frozenset(quote.article_id for quote in quotes)
        self._first_posted = {quote: quote.posted_at for quote in reversed(quotes)}
        excerpts = (_find_excerpt(quote, index) for quote in self._first_posted)
        # Others are not compared, as they could not be quoted as what differs.
        self._quotable = [make_candidate(excerpt, 1.0) for excerpt in excerpts if excerpt]
        self._quotable_contents = PostedContents(
            (candidate.main_content for candidate in self._quotable), similarity
        )

    def find_same_points(self, candidate: Candidate) -> list[Candidate]:
        """Return the quotes that are the same point as a candidate and still stand as posted."""
        numbers = self._quotable_contents.find_same_points(candidate.main_content)
        return [self._quotable[number] for number in numbers]

    def add_posted_at(self, point: Quote) -> Quote:
        """Return the point with, for each quote that differs from it, when that was posted."""
        posted = (PostedQuote.from_quote(comparison.quote) for comparison in point.differs)
        differs = (
            replace(comparison, posted_at=self._first_posted.get(quote))
            for comparison, quote in zip(point.differs, posted, strict=True)
        )
        return replace(point, differs=tuple(differs))

    def find_new_stories(self, points: Sequence[Quote]) -> tuple[str, ...] | None:
        """Return the ids of the quoted articles that are new; None before anything was posted."""
        if not self.stories:
            return None
        quoted = dict.fromkeys(point.article.id for point in points)
        return tuple(story for story in quoted if story not in self.stories)


def _find_excerpt(quote: PostedQuote, index: Index) -> Excerpt | None:
    """Return the sentences of a posted quote; None where its article no longer holds them there."""
    try:
        slot = index.slots(quote.article_id)[quote.paragraph - 1]
    except (KeyError, IndexError):
        return None
    sentences = tuple(
        sentence
        for sentence in index.sentences(slot)
        if quote.start <= sentence.span.start and sentence.span.end <= quote.end
    )
    is_same = sentences and PostedQuote.from_quote(Excerpt(sentences).quote()) == quote
    return Excerpt(sentences) if is_same else None
