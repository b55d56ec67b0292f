"""A feed to its entries: which carry their full text, and which only point to it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import ReadingError
from bot.language import translatable
from bot.model import Paragraph
from bot.reading.decoding import decode, is_text
from bot.reading.feeds.items import Item, Items, is_feed, read_items
from bot.reading.html.blocks import Block, blocks_of
from bot.reading.html.metadata import FEED_TYPES
from bot.reading.html.story import paragraphs_of
from bot.reading.pages.lines import count_words
from bot.reading.pages.page import Story, opening_words

FEED_ORIGIN = translatable("the feed")
FEED_TITLE_ORIGIN = translatable("the feed's title")

# What has fewer words is a teaser. Of the 94 article bodies that bench/pages.py and
# bench/pages_html.py were measured on, 2 have fewer than 100 and 9 fewer than 200. A summary may
# be a long standfirst; WordPress cuts its own at 55.
_FEWEST_IN_CONTENT = 100
_FEWEST_IN_SUMMARY = 200
_LONGEST_TEXT = 300_000  # characters of one entry that are read
_LONGEST_POINTER = 40  # words
_LONGEST_HEAD = 10_000  # bytes in which a feed begins as one
_TAIL = 200  # characters

_POINTER = re.compile(
    r"(?:continue|keep) reading\b|read (?:more|on|the (?:rest|full|whole|original))\b"
    r"|(?:view|see) (?:the )?(?:original|full)\b|click here to read\b|\(?more(?:…|\.\.\.)"
    r"|the post .+ (?:appeared first|first appeared) on\b"
    r"|weiterlesen|lire la suite|leer más|더\s?보기|전문\s?보기",
    re.IGNORECASE,
)
_BREAKS_OFF = re.compile(
    r"(?:…|\.\.\.|\b(?:read more|continue reading|read the (?:rest|full)\b.*))\W*$", re.IGNORECASE
)
_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed says of one article.

    `key` names the entry within its feed. `story` holds its full text where the feed carries it;
    where that is None, the text is to be fetched from `url`. `digest` changes once the feed says
    something else.
    """

    key: str
    url: str | None
    title: str
    published: date | None
    author: str | None
    story: Story | None
    digest: str


@dataclass(frozen=True, slots=True)
class FeedRead:
    """A feed's title and entries. `entries` are at most MAX_ITEMS in the feed's own
    order, each key once; `left_out` counts those after them."""

    title: str | None
    entries: tuple[FeedEntry, ...]
    left_out: int = 0


def looks_like_feed(data: bytes, media_type: str | None = None) -> bool:
    """Whether `data` begins as a feed, or is called one (`media_type`) and does not begin as a
    page: a feed that is damaged is told from a page that has none."""
    text = decode(data[:_LONGEST_HEAD])
    return is_feed(text) or (media_type in FEED_TYPES and not _PAGE.match(text))


def read_feed(data: bytes, *, url: str, content_type: str | None = None) -> FeedRead:
    """Read the feed that was found at `url`, where it is called `content_type`.

    Entries with neither text nor an address are left out. Raises ReadingError, one sentence, where
    there is no feed that can be read.
    """
    text = decode(data)
    if not (is_text(text) and is_feed(text)):
        if content_type:
            raise ReadingError(
                "There is no feed at {address}, which is called {type}; give the address of an "
                "RSS, Atom or JSON feed.",
                address=url,
                type=content_type,
            )
        raise ReadingError(
            "There is no feed at {address}; give the address of an RSS, Atom or JSON feed.",
            address=url,
        )
    feed = read_items(text, url)
    entries: dict[str, FeedEntry] = {}
    for item in feed.items:
        entry = _entry(item, feed)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    return FeedRead(feed.title, tuple(entries.values()), feed.left_out)


def _entry(item: Item, feed: Items) -> FeedEntry | None:
    """The entry that an item makes, None where there is nothing to read and nowhere to go."""
    content = blocks_of(item.content[:_LONGEST_TEXT])
    summary = blocks_of(item.summary[:_LONGEST_TEXT])
    paragraphs = _full_text(content, item, _FEWEST_IN_CONTENT) or _full_text(
        summary, item, _FEWEST_IN_SUMMARY
    )
    if not paragraphs and item.url is None:
        return None
    said = "\n".join(block.text for block in (*content, *summary))
    title = item.title or opening_words(said.split("\n")[0]) or item.url or ""
    story = Story(title, paragraphs, "main", url=item.url).with_details(
        FEED_ORIGIN, outlet=item.outlet, author=item.author, published=item.published
    )
    digest = _hash(title, said, str(item.published))
    return FeedEntry(
        key=item.key or item.url or digest,
        url=item.url,
        title=title,
        published=item.published,
        author=item.author,
        story=story.with_details(FEED_TITLE_ORIGIN, outlet=feed.title) if paragraphs else None,
        digest=digest,
    )


def _full_text(blocks: Sequence[Block], item: Item, fewest: int) -> tuple[Paragraph, ...]:
    """The paragraphs of an entry, none if they are only its beginning: few words, or words that
    break off or end in a pointer to the rest. With nowhere to go, the beginning is all there is."""
    paragraphs = tuple(
        paragraph
        for paragraph in paragraphs_of(blocks, item.title)
        if not _is_pointer(paragraph.text)
    )
    if item.url is None:
        return paragraphs
    words = sum(count_words(paragraph.text) for paragraph in paragraphs)
    return () if words < fewest or _BREAKS_OFF.search(blocks[-1].text[-_TAIL:]) else paragraphs


def _is_pointer(text: str) -> bool:
    """Whether `text` only leads to the article: "Continue reading", "The post … appeared …"."""
    return count_words(text) <= _LONGEST_POINTER and bool(_POINTER.match(text))


def _hash(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=12).hexdigest()
