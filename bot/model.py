"""The words of Verbatim as data: articles, paragraphs, quotes, answers, digests, schedules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final, Literal, NamedTuple

# The collection of the shared desk; every other is the id of the Discord server whose it is.
SHARED: Final = 0

Kind = Literal["main", "related"]
Status = Literal["answer", "related", "none"]


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of some text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is indexed. `text` is copied from the source, character for character.

    `heading` is the section heading the page printed above it; `asides` are the spans of `text`
    that are no part of the story (photo captions, credits, agency marks) and are never quoted.
    """

    text: str
    heading: str | None = None
    asides: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a story's outlet, author and date are known from, in words such as "the page" or "the
    feed"; None for what is not known."""

    outlet: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One story. `source` names the file or the address it was read from; `kind` is "main" for the
    story the page is about and "related" for one that the page carries beneath it.

    What a page does not state stays None. `added` is when it came into the library (UTC); it stands
    in for `published` where that is unknown. `also_at` are further addresses that carry the story.
    """

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    kind: Kind = "main"
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: date | None = None
    added: datetime | None = None
    origins: Origins = field(default_factory=Origins)
    also_at: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote by its place alone, so that it outlives its article: what a channel has had."""

    article_id: str
    paragraph: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class BriefPoint:
    """One point of a brief; `marks` and `also` are as in `Quote`."""

    quote: PostedQuote
    marks: tuple[Span, ...] = ()
    also: tuple[PostedQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """A digest as it is stored before it is sent, so that every attempt sends the same text."""

    topic: str
    title: str
    points: tuple[BriefPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator allows a server, and how often feeds are polled.

    The shared desk may hold any number of articles and feeds. With `keep_days` 0 articles are kept
    for ever; `grace_days` pass between the bot's removal from a server and the end of its data.
    """

    articles: int = 2000
    feeds: int = 25
    page_bytes: int = 1_500_000
    poll_minutes: int = 15
    keep_days: int = 0
    grace_days: int = 14


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a schedule is due, as the clocks of `zone` (an IANA name) show it.

    `times` ascend; `days` ascend from 0 (Monday) to 6 (Sunday). Neither is ever empty.
    """

    times: tuple[time, ...]
    days: tuple[int, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A summary that a channel receives again and again.

    `topic` is a slug, free text or "everything". With `announce_empty` the channel is told when
    there is nothing new; without it the bot then stays silent. Slots after `due_after` (UTC) are
    still to be delivered. `pause_reason` is a sentence if Verbatim itself paused the schedule.
    """

    id: int
    guild_id: int
    channel_id: int
    topic: str
    timetable: Timetable
    announce_empty: bool
    created_by: int
    created_at: datetime
    due_after: datetime
    paused: bool = False
    pause_reason: str | None = None
