"""What is said: quotes, and the answers, digests and verifications that they make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model.articles import Article, Span

Status = Literal["answer", "related", "none"]


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
    text, `other_words` places in `quote.text`."""

    quote: Quote
    words: tuple[Span, ...] = ()
    other_words: tuple[Span, ...] = ()


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
    `nearest` are the topics closest to the question, for when nothing answers it.
    """

    question: str
    status: Status
    quotes: tuple[Quote, ...] = ()
    matched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    nearest: tuple[Topic, ...] = ()
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
class SourceCount:
    """An article behind a digest, and how many of its points rest on it."""

    article: Article
    quotes: int


@dataclass(frozen=True, slots=True)
class Digest:
    """Quotes that cover a topic without saying anything twice; no points when nothing is held."""

    topic: str
    title: str
    points: tuple[Quote, ...] = ()
    nearest: tuple[Topic, ...] = ()
    took_ms: float = 0.0

    @property
    def status(self) -> Literal["digest", "none"]:
        return "digest" if self.points else "none"

    @property
    def sources(self) -> tuple[SourceCount, ...]:
        """The articles quoted, in the order of their first point."""
        counts: dict[str, SourceCount] = {}
        for point in self.points:
            held = counts.get(point.article.id)
            counts[point.article.id] = SourceCount(point.article, held.quotes + 1 if held else 1)
        return tuple(counts.values())
