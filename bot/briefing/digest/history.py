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

# So many of the newest quotes are analysed and compared by their content, which takes 0.1 ms each;
# with six a day they are those of two months. Older ones are only never repeated word for word.
MAX_COMPARED = 400


class PostedHistory:
    """The quotes posted to a channel, from the oldest on.

    `contents` are the content terms of the newest; `stories` are the ids of the articles that all
    are from.
    """

    def __init__(self, quotes: Sequence[PostedQuote], similarity: Similarity, index: Index) -> None:
        compared = quotes[-MAX_COMPARED:]
        self.contents = [
            list(AnalysedText(quote.text, index.analyser).content_terms) for quote in compared
        ]
        self.stories = frozenset(quote.article_id for quote in quotes)
        self._older_texts = frozenset(quote.text for quote in quotes[:-MAX_COMPARED])
        self._first_posted = {quote: quote.posted_at for quote in reversed(compared)}
        self._compared = compared
        self._compared_contents = PostedContents(self.contents, similarity)
        self._index = index
        self._quotable: dict[PostedQuote, Candidate | None] = {}

    def is_old(self, candidate: Candidate) -> bool:
        """Whether one of the older quotes is a candidate word for word."""
        return bool(self._older_texts) and candidate.excerpt.text in self._older_texts

    def find_same_points(self, candidate: Candidate) -> list[Candidate]:
        """Return the quotes that are the same point as a candidate and still stand as posted."""
        numbers = self._compared_contents.find_same_points(candidate.main_content)
        quotes = dict.fromkeys(self._compared[number] for number in numbers)
        return list(filter(None, map(self._find_quotable, quotes)))

    def _find_quotable(self, quote: PostedQuote) -> Candidate | None:
        """Return a quote as a candidate; None where it could not be quoted as what differs."""
        if quote not in self._quotable:  # its sentences are split only where they are compared
            excerpt = _find_excerpt(quote, self._index)
            self._quotable[quote] = make_candidate(excerpt, 1.0) if excerpt else None
        return self._quotable[quote]

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
