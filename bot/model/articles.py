"""Articles and what is kept with them: where they stand, whose they are, what brings them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final, Literal, NamedTuple

# The collection of the shared desk; every other is the id of the Discord server whose it is.
SHARED: Final = 0

Kind = Literal["main", "related"]


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of some text."""

    start: int
    end: int


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, with those that touch or overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


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

    @property
    def dated(self) -> datetime:
        """When it was published, or added where that is unknown (UTC)."""
        if self.published:
            return datetime.combine(self.published, time(), UTC)
        return self.added or datetime.min.replace(tzinfo=UTC)


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

    `failures` counts the polls that failed since the last good one, `error` is the last of them,
    as `VerbatimError.packed` has it. Both polls and successes are None as long as there was none.
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

    def articles_of(self, collection: int) -> int | None:
        """How many articles a collection may hold; None for any number."""
        return None if collection == SHARED else self.articles

    def feeds_of(self, collection: int) -> int | None:
        """How many feeds a collection may follow; None for any number."""
        return None if collection == SHARED else self.feeds
