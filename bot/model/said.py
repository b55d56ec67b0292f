"""What is said: quotes, and the answers, digests and verifications that they make up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from bot.model.articles import Article, Span

Status = Literal["answer", "related", "none"]

_FEWEST_TO_WEIGH: Final = 3  # of two points, one outlet soon gives most


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one paragraph: `text == article.paragraphs[paragraph - 1].text[start:end]`.

    `paragraph` counts from 1. `marks` are the matched words within `text`; `also` holds quotes of
    other stories that say the same, `differs` those that tell the same fact otherwise.
    """

    article: Article
    paragraph: int
    start: int
    end: int
    text: str
    score: float = 0.0
    marks: tuple[Span, ...] = ()
    also: tuple[Quote, ...] = ()
    differs: tuple[Comparison, ...] = ()

    def is_verbatim(self, article: Article | None = None) -> bool:
        """Whether `text` stands where it says in `article`, or in its own article."""
        article = article or self.article
        if not 1 <= self.paragraph <= len(article.paragraphs) or not self.text:
            return False
        return article.paragraphs[self.paragraph - 1].text[self.start : self.end] == self.text


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quote beside another text, and the words in which they differ: `words` are places in that
    text, `other_words` places in `quote.text`. `said_at` (UTC) is when the channel that is told of
    it had the quote before; None where it did not."""

    quote: Quote
    words: tuple[Span, ...] = ()
    other_words: tuple[Span, ...] = ()
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject with a name people can type.

    `slug` is canonical and `aliases` lead to it too. `words` are further phrases that are on the
    topic; a sentence is on it that holds the title, an alias or one of these.
    """

    slug: str
    title: str
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Up to three quotes for a question.

    `matched` and `missed` are the question's own words that the articles hold or do not hold.
    `nearest` are the topics closest to the question, for when nothing answers it. With `more`,
    further quotes speak to it.
    """

    question: str
    status: Status
    quotes: tuple[Quote, ...] = ()
    matched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    nearest: tuple[Topic, ...] = ()
    more: bool = False
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether and where `text` stands in the articles.

    `places` hold it word for word for "exact", and for "near" in other words where they say so:
    places without differing words have only other punctuation, spaces or capitals.
    """

    text: str
    status: Literal["exact", "near", "none"]
    places: tuple[Comparison, ...] = ()
    took_ms: float = 0.0

    @property
    def same_words(self) -> bool:
        """Whether some place has the very words of `text`."""
        return any(not place.words and not place.other_words for place in self.places)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of somebody's text, and what the articles hold on it.

    `places` hold it word for word for "exact" and in nearly these words for "near", as in
    `Verification`; for "told" they speak of the same, be it to confirm or to contradict it.
    """

    text: str
    status: Literal["exact", "near", "told", "none"]
    places: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True)
class Sourcing:
    """The claims of a text, in order, as far as they were looked for: `left_out` counts those after
    them, `passed_over` the sentences among them that say too little to look for."""

    claims: tuple[Claim, ...]
    left_out: int = 0
    passed_over: int = 0
    took_ms: float = 0.0

    @property
    def status(self) -> Literal["found", "none"]:
        return "found" if any(claim.places for claim in self.claims) else "none"


@dataclass(frozen=True, slots=True)
class SourceCount:
    """An article behind quotes, and how many of them rest on it."""

    article: Article
    quotes: int


def sources_of(quotes: Iterable[Quote]) -> tuple[SourceCount, ...]:
    """The articles behind `quotes`, in the order of the first of each."""
    counts: dict[str, SourceCount] = {}
    for quote in quotes:
        held = counts.get(quote.article.id)
        counts[quote.article.id] = SourceCount(quote.article, held.quotes + 1 if held else 1)
    return tuple(counts.values())


@dataclass(frozen=True, slots=True)
class Digest:
    """Quotes that cover a topic without saying anything twice; no points when nothing is held.
    With `more`, further points would say something else again.

    `new_stories` are the ids of the articles quoted of which a channel has had nothing, in the
    order of their first point; None where it has had nothing at all, or no channel is told.
    """

    topic: str
    title: str
    points: tuple[Quote, ...] = ()
    nearest: tuple[Topic, ...] = ()
    more: bool = False
    took_ms: float = 0.0
    new_stories: tuple[str, ...] | None = None

    @property
    def status(self) -> Literal["digest", "none"]:
        return "digest" if self.points else "none"

    @property
    def shown(self) -> tuple[Quote, ...]:
        """The points, each with the quotes that differ from it."""
        return tuple(
            quote
            for point in self.points
            for quote in (point, *(told.quote for told in point.differs))
        )

    @property
    def sources(self) -> tuple[SourceCount, ...]:
        """The articles quoted, in the order of their first point."""
        return sources_of(self.points)

    @property
    def outlets(self) -> Mapping[str, int]:
        """How many points each outlet gives, those that give most first."""
        stated = (point.article.outlet for point in self.points)
        return dict(Counter(outlet for outlet in stated if outlet).most_common())

    @property
    def main_outlet(self) -> str | None:
        """The outlet that gives more than half of three points or more, if one does."""
        for outlet, points in self.outlets.items():
            if len(self.points) >= _FEWEST_TO_WEIGH and 2 * points > len(self.points):
                return outlet
        return None

    @property
    def without_outlet(self) -> int:
        """How many of the stories quoted state no outlet."""
        return sum(not source.article.outlet for source in self.sources)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The stories on a topic, each with the quote that tells most of it.

    `dated` are in the order of their publication; `undated`, which state none, in that of their
    coming. With `shortened` older stories were not read. `nearest` are the topics closest to the
    one asked for, for when there is no story.
    """

    topic: str
    title: str
    dated: tuple[Quote, ...] = ()
    undated: tuple[Quote, ...] = ()
    shortened: bool = False
    nearest: tuple[Topic, ...] = ()
    took_ms: float = 0.0

    @property
    def days(self) -> tuple[date, ...]:
        """When the dated stories were published."""
        return tuple(each.article.published for each in self.dated if each.article.published)

    @property
    def status(self) -> Literal["timeline", "none"]:
        return "timeline" if self.dated or self.undated else "none"


@dataclass(frozen=True, slots=True)
class Sayings:
    """What the articles quote of one person, in order of date, with the spoken words as marks.

    `asked` is the name that was given and `speaker` who is meant by it; None where nobody of that
    name is quoted, or several are. `others` are, or may be, called so too; `nearest` have names
    like it, where nobody is called so. `topic` is a title, None for all that was said.
    """

    asked: str
    speaker: str | None = None
    topic: str | None = None
    quotes: tuple[Quote, ...] = ()
    others: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    took_ms: float = 0.0

    @property
    def status(self) -> Literal["answer", "several", "none"]:
        if self.quotes:
            return "answer"
        return "several" if self.others and self.speaker is None else "none"
