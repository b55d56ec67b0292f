"""Quotes, and the answers, digests and verifications that are made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from bot.model.articles import Article, Span
from bot.model.selection import Selected

AnswerStatus = Literal["answer", "related", "none"]

MIN_POINTS_FOR_MAIN_OUTLET: Final = 3  # of two points, one outlet soon gives most


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one paragraph: `text == article.paragraphs[paragraph - 1].text[start:end]`.

    `paragraph` counts from 1. `marks` are the matched words within `text`; `repeats` are quotes of
    other articles that say the same, `differs` those that state the same fact differently.
    """

    article: Article
    paragraph: int
    start: int
    end: int
    text: str
    score: float = 0.0
    marks: tuple[Span, ...] = ()
    repeats: tuple[Quote, ...] = ()
    differs: tuple[Comparison, ...] = ()

    @property
    def span(self) -> Span:
        """The characters of the paragraph that it quotes."""
        return Span(self.start, self.end)

    def is_verbatim(self, article: Article | None = None) -> bool:
        """Whether `article`, by default the quote's own, has `text` at the stated position."""
        article = article or self.article
        if not 1 <= self.paragraph <= len(article.paragraphs) or not self.text:
            return False
        return article.paragraphs[self.paragraph - 1].text[self.start : self.end] == self.text


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quote compared with another text, and the words in which they differ.

    `words` are spans of the other text, `other_words` spans of `quote.text`. `posted_at` (UTC) is
    when the quote was posted to the channel in question before; None if it was not.
    """

    quote: Quote
    words: tuple[Span, ...] = ()
    other_words: tuple[Span, ...] = ()
    posted_at: datetime | None = None


# The titles of a topic in further languages, each with the language's code: ("ko", "북한").
Titles: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject with a name people can type.

    `slug` is canonical; `aliases` also find it. `words` are further phrases on the topic: a
    sentence is on it if it holds the title, an alias or one of these. No article is on it that
    holds one of the phrases `excluded`. `phrase` stands for the title in a search where the title
    says what is excluded as well. `has_all` says that any other article is on it. `titles` are
    those aliases that stand for the title in a language, with its code.
    """

    slug: str
    title: str
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    phrase: str = ""
    has_all: bool = False
    titles: Titles = ()


@dataclass(frozen=True, slots=True)
class ServerTopic:
    """A topic that the server `guild_id` has named, with its id there.

    `version` starts at 1 and grows with every edit; `created_by` is a user.
    """

    id: int
    guild_id: int
    topic: Topic
    created_by: int
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Up to three quotes for a question, and a status.

    `matched_words` and `missing_words` are the question's own words that the articles hold or do
    not hold, `unquoted_words` its important ones that none of `quotes` holds. `nearest_topics` are
    suggested when nothing answers the question. `has_more` says that further quotes answer it.
    `selected` says to which articles the question was limited, here as in other results; None for
    all.
    """

    question: str
    status: AnswerStatus
    quotes: tuple[Quote, ...] = ()
    matched_words: tuple[str, ...] = ()
    missing_words: tuple[str, ...] = ()
    nearest_topics: tuple[Topic, ...] = ()
    has_more: bool = False
    took_ms: float = 0.0
    unquoted_words: tuple[str, ...] = ()
    selected: Selected | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the articles contain `text`, and where.

    `matches` hold it word for word if `status` is "exact", and in similar words if it is "near": a
    near match without differing words has only other punctuation, spaces or capitals. A match is
    quoted with the whole sentences around it, and marked in them where it is only a part.

    `is_apart` says that the sentences of `text` stand in different places: the matches are one of
    each in their order, and `missing` are the spans of those that stand nowhere.
    """

    text: str
    status: Literal["exact", "near", "none"]
    matches: tuple[Comparison, ...] = ()
    took_ms: float = 0.0
    is_apart: bool = False
    missing: tuple[Span, ...] = ()

    @property
    def has_same_words(self) -> bool:
        """Whether some match has exactly the words of `text`, or where its sentences stand apart
        every one has those of its sentence."""
        same = [not match.words and not match.other_words for match in self.matches]
        return all(same) and not self.missing if self.is_apart else any(same)

    @property
    def differing_words(self) -> tuple[Span, ...]:
        """The spans of `text` that differ from the first match, or from all where it is apart."""
        if not self.is_apart:
            return self.matches[0].words if self.matches else ()
        words = (word for match in self.matches for word in match.words)
        return tuple(sorted((*words, *self.missing)))


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a person's text, and what the articles say on it.

    `matches` are as in `Verification` for "exact" and "near"; for "related" they speak of the same,
    be it to confirm or to contradict it.
    """

    text: str
    status: Literal["exact", "near", "related", "none"]
    matches: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The checked claims of a text, in order.

    `unchecked_count` counts the claims past the limit, `skipped_count` the sentences that say too
    little to be looked up.
    """

    claims: tuple[Claim, ...]
    unchecked_count: int = 0
    skipped_count: int = 0
    took_ms: float = 0.0

    @property
    def status(self) -> Literal["found", "none"]:
        """Whether any claim has a match."""
        return "found" if any(claim.matches for claim in self.claims) else "none"


@dataclass(frozen=True, slots=True)
class SourceCount:
    """An article and how many quotes are taken from it."""

    article: Article
    quote_count: int


def count_sources(quotes: Iterable[Quote]) -> tuple[SourceCount, ...]:
    """Count the quotes of each article, in the order of their first quotes."""
    articles = [quote.article for quote in quotes]
    counts = Counter(article.id for article in articles)
    by_id = {article.id: article for article in articles}
    return tuple(SourceCount(by_id[article_id], count) for article_id, count in counts.items())


@dataclass(frozen=True, slots=True)
class Digest:
    """Quotes that cover a topic without repetition; no points when no article is on it.

    `has_more` says that further points would add something. `new_stories` are the ids of the quoted
    articles that are new to a channel, in the order of their first point; None where the channel
    has received nothing yet, or there is no channel. `is_nearest` says that nothing holds the words
    of the topic, and the points are what a sentence model finds nearest to them. `titles` are the
    topic's.
    """

    topic: str
    title: str
    points: tuple[Quote, ...] = ()
    nearest_topics: tuple[Topic, ...] = ()
    has_more: bool = False
    took_ms: float = 0.0
    new_stories: tuple[str, ...] | None = None
    is_nearest: bool = False
    selected: Selected | None = None
    titles: Titles = ()

    @property
    def status(self) -> Literal["digest", "none"]:
        """Whether there is any point."""
        return "digest" if self.points else "none"

    @property
    def all_quotes(self) -> tuple[Quote, ...]:
        """The points, each followed by the quotes that differ from it."""
        return tuple(
            quote
            for point in self.points
            for quote in (point, *(comparison.quote for comparison in point.differs))
        )

    @property
    def sources(self) -> tuple[SourceCount, ...]:
        """The articles quoted, in the order of their first point."""
        return count_sources(self.points)

    @property
    def points_by_outlet(self) -> Mapping[str, int]:
        """How many points each outlet gives, the most frequent outlet first."""
        outlets = (point.article.outlet for point in self.points)
        return dict(Counter(outlet for outlet in outlets if outlet).most_common())

    @property
    def main_outlet(self) -> str | None:
        """The outlet that gives more than half of three points or more, if one does."""
        for outlet, count in self.points_by_outlet.items():
            if len(self.points) >= MIN_POINTS_FOR_MAIN_OUTLET and 2 * count > len(self.points):
                return outlet
        return None

    @property
    def sources_without_outlet(self) -> int:
        """How many of the quoted articles state no outlet."""
        return sum(not source.article.outlet for source in self.sources)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The articles on a topic, each with its best quote.

    `dated_quotes` are in order of publication, `undated_quotes` (of articles without a date) in the
    order in which their articles were added. `is_shortened` says that older articles were left
    out. `nearest_topics` are suggested when there is no article. `titles` are the topic's.
    """

    topic: str
    title: str
    dated_quotes: tuple[Quote, ...] = ()
    undated_quotes: tuple[Quote, ...] = ()
    is_shortened: bool = False
    nearest_topics: tuple[Topic, ...] = ()
    took_ms: float = 0.0
    selected: Selected | None = None
    titles: Titles = ()

    @property
    def dates(self) -> tuple[date, ...]:
        """The publication dates of the dated quotes."""
        dates = (quote.article.published for quote in self.dated_quotes)
        return tuple(published for published in dates if published)

    @property
    def status(self) -> Literal["timeline", "none"]:
        """Whether there is any quote."""
        return "timeline" if self.dated_quotes or self.undated_quotes else "none"


@dataclass(frozen=True, slots=True)
class Statements:
    """What the articles quote of one person, in order of date, with the spoken words as marks.

    `speaker` is the person meant by `requested_name`; None where nobody of that name is quoted, or
    several are. `other_speakers` have, or may have, that name too; `nearest_names` are similar
    names, where nobody has it. `topic` is None for statements on any topic.
    """

    requested_name: str
    speaker: str | None = None
    topic: Topic | None = None
    quotes: tuple[Quote, ...] = ()
    other_speakers: tuple[str, ...] = ()
    nearest_names: tuple[str, ...] = ()
    took_ms: float = 0.0
    selected: Selected | None = None

    @property
    def status(self) -> Literal["answer", "several", "none"]:
        """Whether there are statements, or several persons whose statements could be meant."""
        if self.quotes:
            return "answer"
        return "several" if self.other_speakers and self.speaker is None else "none"
