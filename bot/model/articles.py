"""Articles, the addresses and feeds they come from, and what a server may store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final, Literal, NamedTuple

# The collection of the shared desk. Every other collection is the id of a Discord server.
SHARED: Final = 0
_PDF_BYTES: Final = 8_000_000

StoryKind = Literal["main", "related"]
IngestOutcome = Literal["added", "edited", "source", "known"]


class Span(NamedTuple):
    """The characters of a text from `start` up to, not including, `end`."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether both have a character in common."""
        return self.start < other.end and other.start < self.end


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

    `heading` is the section heading printed above it. `asides` are the spans of `text` that are not
    part of the story (photo captions, credits, agency marks) and are never quoted.
    """

    text: str
    heading: str | None = None
    asides: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Origins:
    """Where an article's outlet, author and date come from, in words such as "the page" or "the
    feed"; None for what is not known. `text` is None for an article that was read whole."""

    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One story. `source` is the file name or the address it was read from.

    `kind` is "main" for the story that the page is about and "related" for one that the page
    carries below it. `added_at` (UTC) is when it was added to the library. `other_addresses` are
    further addresses that carry the story. `published_at` (UTC) is set where a time is stated and
    `published` is then its day there. What a page does not state is None.
    """

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    kind: StoryKind = "main"
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: date | None = None
    added_at: datetime | None = None
    origins: Origins = field(default_factory=Origins)
    other_addresses: tuple[str, ...] = ()
    published_at: datetime | None = None

    @property
    def published_or_added(self) -> datetime:
        """When it was published or, where that is unknown, added (UTC)."""
        if self.published:
            return datetime.combine(self.published, time(), UTC)
        return self.added_at or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """An address that carries an article, found by the feed `feed_id` unless that is None.

    `key` is the same for all spellings of the address. `etag` and `last_modified` are its HTTP
    validators. The page is checked again at `next_check_at`, or never if None.
    """

    address: str
    key: str
    first_seen: datetime
    feed_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article in a collection, added by the person `added_by` unless that is None.

    `text_hash` identifies its text. `revision` starts at 1 and grows with every edit. `sources`
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
    """An article of a collection that was added, edited or removed; `seq` grows with every change.

    `article` and `text_hash` are its present state; both are None if it was removed.
    """

    seq: int
    collection: int
    article_id: str
    article: Article | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that is polled for new articles, once for all `collections` that follow it.

    `failures` counts the failed polls since the last successful one; `error` is the last failure,
    or else says which entries the last poll left out, as `VerbatimError.packed`. `last_polled_at`
    and `last_ok_at` are None before the first poll and the first successful one.
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

    The shared desk has no limit of articles, feeds and text. With `keep_days` 0 articles are kept
    for ever. A server's data is deleted `grace_days` after the bot was removed from it.
    """

    articles: int = 2000
    feeds: int = 25
    page_bytes: int = 1_500_000
    poll_minutes: int = 15
    keep_days: int = 0
    grace_days: int = 14
    server_megabytes: int = 20

    @property
    def server_bytes(self) -> int:
        """How much text a collection may have, as `Library.text_size` counts it."""
        return self.server_megabytes * 1_000_000

    @property
    def pdf_bytes(self) -> int:
        """The maximum size of a PDF: more than a page's, as most of one is pictures and fonts."""
        return max(self.page_bytes, _PDF_BYTES)

    def file_bytes(self, name: str) -> int:
        """The maximum size of the file `name`."""
        return self.pdf_bytes if name.lower().endswith(".pdf") else self.page_bytes

    def articles_of(self, collection: int) -> int | None:
        """The maximum number of articles in a collection; None for no limit."""
        return None if collection == SHARED else self.articles

    def feeds_of(self, collection: int) -> int | None:
        """The maximum number of feeds that a collection follows; None for no limit."""
        return None if collection == SHARED else self.feeds


@dataclass(frozen=True, slots=True)
class IngestedArticle:
    """The outcome of ingesting a story into a collection.

    "added" and "edited" (its text was replaced) change the library. "source" adds one more address
    to an article stored already, "known" changes nothing. `collection` is where the article is
    stored. `has_next_page`: its page says that it continues on a further one.
    """

    article: Article
    outcome: IngestOutcome
    collection: int
    has_next_page: bool = False


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What came of a request to add or refresh articles; `feed` is the feed they are from.

    `failures` are sentences. `unread_entries` counts the entries of a feed past the limit,
    `pending_entries` those left for its next polls, `excerpt_count` the entries of which only what
    the feed says was added, as their pages cannot be read now.
    """

    articles: tuple[IngestedArticle, ...] = ()
    feed: Feed | None = None
    failures: tuple[str, ...] = ()
    unread_entries: int = 0
    pending_entries: int = 0
    excerpt_count: int = 0


@dataclass(frozen=True, slots=True)
class FeedListResult:
    """What came of following the feeds of a list, or of several addresses.

    `already_followed`, `untried` (for lack of time) and `left_out` (for lack of room) count feeds
    of the list; `failures` are sentences on others, which begin with their address.
    `pending_entries` come with the next polls.
    """

    listed: int
    feeds: tuple[Feed, ...] = ()
    articles: tuple[IngestedArticle, ...] = ()
    already_followed: int = 0
    failures: tuple[str, ...] = ()
    pending_entries: int = 0
    untried: int = 0
    left_out: int = 0
