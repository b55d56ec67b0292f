"""The words of Verbatim as data: articles, paragraphs, quotes, answers, digests, schedules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final, Literal, NamedTuple, Self

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
class Source:
    """An address at which an article was found, first at `seen`, by the feed `feed_id` if by one.

    `key` is the same for all ways to write the address. `etag` and `last_modified` are what its
    host asks to be sent back; it is looked at again at `next_check_at`, or never.
    """

    address: str
    key: str
    seen: datetime
    feed_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An article that was added to a collection, by the person `added_by` if by one.

    `text_hash` stands for its text. `revision` counts from 1 and grows with every edit. `sources`
    are in the order in which they were found.
    """

    article: Article
    collection: int
    text_hash: str
    revision: int
    sources: tuple[Source, ...]
    added_by: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to an article of a collection: `article` is what has become of it by now,
    with its `text_hash`; both are None if it is gone. `seq` grows from change to change."""

    seq: int
    collection: int
    article_id: str
    article: Article | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that is polled for new articles, once for all the `collections` that follow it.

    `failures` counts the polls that failed since the last good one, `error` is the sentence of the
    last of them. Both polls and successes are None as long as there was none.
    """

    id: int
    url: str
    key: str
    title: str | None
    etag: str | None
    last_modified: str | None
    next_poll_at: datetime
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    failures: int
    error: str | None
    collections: tuple[int, ...]


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

    @classmethod
    def of(cls, quote: Quote) -> Self:
        return cls(quote.article.id, quote.paragraph, quote.start, quote.end, quote.text)


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
class Post:
    """A message in a server's channel that quotes: the summary of a schedule, the quote of a watch,
    or a public reply to a command. `message_id` is None where it is not known."""

    kind: Literal["summary", "watch", "reply"]
    guild_id: int
    channel_id: int
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Words that somebody wants to be told of when a new article speaks of them.

    `words` is a topic's slug or free text. It posts to `channel_id`, or where that is None to
    the person `user_id` in direct messages, at most `per_hour` times an hour. It sees the articles
    of the server `guild_id`; SHARED where it was made in direct messages. `pause_reason` is the
    sentence with which Verbatim paused it for good.
    """

    id: int
    guild_id: int
    channel_id: int | None
    user_id: int
    words: str
    per_hour: int
    created_at: datetime
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be posted once because an article came, changed or went.

    "watch": a new article speaks of what somebody watches. "edited" and "withdrawn" are flags, a
    reply to the message `reply_to`: its source has changed or taken down an article, and the quotes
    of `brief`, which that message holds, stand in it no more. "paused": a schedule or a watch posts
    no more to `channel_id`, for a `reason` in one sentence, of which `user_id` is told. `key` is
    unique for ever; `at` is when it happened (UTC). Of the others, one whose `channel_id` is None
    goes to `user_id` in direct messages.
    """

    key: str
    kind: Literal["watch", "edited", "withdrawn", "paused"]
    at: datetime
    guild_id: int
    channel_id: int | None
    brief: Brief
    user_id: int | None = None
    watch_id: int | None = None
    reply_to: int | None = None
    reason: str | None = None


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
