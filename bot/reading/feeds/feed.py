"""A feed to its entries: which carry their full text, and which only point to it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import ReadingError
from bot.language import translatable
from bot.model import Paragraph
from bot.reading.decoding import decode
from bot.reading.feeds.items import FEED_TYPES, FeedItem, FeedItems, find_format, read_items
from bot.reading.feeds.opml import FeedAddress
from bot.reading.html.blocks import Block, parse_blocks, parse_html
from bot.reading.html.metadata import find_links
from bot.reading.html.story import read_block_paragraphs
from bot.reading.pages.lines import count_words
from bot.reading.pages.page import Story, opening_words
from bot.text.sentences import split_sentences

FEED_ORIGIN = translatable("the feed")
FEED_TITLE_ORIGIN = translatable("the feed's title")
EXCERPT_ORIGIN = translatable("the feed's summary")

# Text of fewer words is a teaser. Of the 94 article bodies that bench/pages.py and
# bench/pages_html.py were measured on, 2 have fewer than 100 and 9 fewer than 200. A summary may
# be a long standfirst; WordPress cuts its own at 55.
_MIN_CONTENT_WORDS = 100
_MIN_SUMMARY_WORDS = 200
_MIN_EXCERPT_WORDS = 5  # of a teaser that is worth keeping
_MAX_TEXT = 300_000  # characters of one entry that are read
_MAX_POINTER_WORDS = 40
_HEAD_BYTES = 65_536  # in which a feed is recognised
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
_SENTENCE_ENDS = tuple('.!?。！？।”’»"')
_HTML_ROOT = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed says of one article.

    `key` names the entry within its feed. `story` holds its full text where the feed carries it;
    where that is None, the text is to be fetched from `url`, and `excerpt` holds the whole
    sentences that the feed carries, if any. `digest` changes once the feed says something else.
    """

    key: str
    url: str | None
    title: str
    published: date | None
    published_at: datetime | None
    author: str | None
    story: Story | None
    excerpt: Story | None
    digest: str


@dataclass(frozen=True, slots=True)
class FeedContent:
    """A feed's title and entries. `entries` are at most MAX_ITEMS in the feed's own order, each key
    once; `left_out` counts those after them."""

    title: str | None
    entries: tuple[FeedEntry, ...]
    left_out: int = 0


def looks_like_feed(data: bytes, media_type: str | None = None) -> bool:
    """Whether `data` begins as a feed, or `media_type` is a feed's and `data` does not begin as a
    page: this tells a damaged feed from a page."""
    text = decode(data[:_HEAD_BYTES])
    is_called_feed = media_type in FEED_TYPES and not _HTML_ROOT.match(text)
    return is_called_feed or find_format(text) is not None


def find_feeds(data: bytes, *, url: str, charset: str | None = None) -> tuple[FeedAddress, ...]:
    """Return the feeds that the page at `url` names, each address once; never fails."""
    tree = parse_html(decode(data, charset))
    if tree is None:
        return ()
    feeds: dict[str, FeedAddress] = {}
    for link in find_links(tree, url, "alternate"):
        if link.media_type in FEED_TYPES and "comments" not in link.address:
            feeds.setdefault(link.address, FeedAddress(link.address, link.title or None))
    return tuple(feeds.values())


def read_feed(
    data: bytes, *, url: str, content_type: str | None = None, charset: str | None = None
) -> FeedContent:
    """Read the feed at `url`, whose server calls it `content_type` in `charset`.

    Entries with neither text nor an address are left out. Raises ReadingError, one sentence, where
    there is no feed that can be read.
    """
    text = decode(data, charset)
    feed_format = find_format(text)
    if feed_format is None:
        if content_type:
            raise ReadingError(
                "There is no feed at {address} (its type is {type}); use the address of an RSS, "
                "Atom or JSON feed.",
                address=url,
                type=content_type,
            )
        raise ReadingError(
            "There is no feed at {address}; use the address of an RSS, Atom or JSON feed.",
            address=url,
        )
    feed = read_items(text, feed_format, url)
    entries = (entry for item in feed.items if (entry := _read_entry(item, feed)))
    return FeedContent(feed.title, tuple(_separate(entries)), feed.left_out)


def _separate(entries: Iterable[FeedEntry]) -> Iterator[FeedEntry]:
    """Yield the entries, each once and with a key of its own: some feeds give all the same key."""
    unique: dict[tuple[str, str | None, str], FeedEntry] = {}
    for entry in entries:
        unique.setdefault((entry.key, entry.url, entry.title), entry)
    counts = Counter(entry.key for entry in unique.values())
    for entry in unique.values():
        if counts[entry.key] > 1:
            yield replace(entry, key=f"{entry.key}#{_hash(entry.url or '', entry.title)}")
        else:
            yield entry


def _read_entry(item: FeedItem, feed: FeedItems) -> FeedEntry | None:
    """Return the entry of an item; None if it has neither text nor an address."""
    content = parse_blocks(item.content[:_MAX_TEXT])
    summary = parse_blocks(item.summary[:_MAX_TEXT])
    paragraphs = _find_full_text(content, item, _MIN_CONTENT_WORDS) or _find_full_text(
        summary, item, _MIN_SUMMARY_WORDS
    )
    if not paragraphs and item.url is None:
        return None
    text = "\n".join(block.text for block in (*content, *summary))
    title = item.title or opening_words(text.split("\n")[0]) or item.url or ""
    excerpt = (
        ()
        if paragraphs
        else max(
            (_find_excerpt(blocks, item.title) for blocks in (content, summary)), key=_count_words
        )
    )
    story = Story(title, paragraphs or excerpt, "main", url=item.url)
    story = story.with_details(
        FEED_ORIGIN,
        outlet=item.outlet,
        author=item.author,
        published=item.published,
        published_at=item.published_at,
    ).with_details(FEED_TITLE_ORIGIN, outlet=feed.title)
    digest = _hash(title, text, str(item.published))
    return FeedEntry(
        key=item.key or item.url or digest,
        url=item.url,
        title=title,
        published=item.published,
        published_at=item.published_at,
        author=item.author,
        story=story if paragraphs else None,
        excerpt=replace(story, origins=replace(story.origins, text=EXCERPT_ORIGIN))
        if excerpt
        else None,
        digest=digest,
    )


def _find_full_text(
    blocks: Sequence[Block], item: FeedItem, min_words: int
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of an entry, none if they are only its beginning: few words, or words
    that break off or end in a pointer to the rest. An item without an address is always full."""
    paragraphs = _read_paragraphs(blocks, item.title)
    if item.url is None:
        return paragraphs
    return () if _count_words(paragraphs) < min_words or _breaks_off(blocks) else paragraphs


def _find_excerpt(blocks: Sequence[Block], title: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of what may be only the beginning of an article, without a sentence
    that breaks off."""
    if blocks and (match := _BREAKS_OFF.search(blocks[-1].text[-_TAIL:])):
        text = blocks[-1].text
        text = text[: len(text) - len(text[-_TAIL:]) + match.start()].rstrip(" […(")
        if not text.endswith(_SENTENCE_ENDS):
            sentences = split_sentences(text)
            text = text[: sentences[-1].start].rstrip() if sentences else ""
        blocks = [*blocks[:-1], replace(blocks[-1], text=text)]
    paragraphs = _read_paragraphs([block for block in blocks if block.text], title)
    return paragraphs if _count_words(paragraphs) >= _MIN_EXCERPT_WORDS else ()


def _read_paragraphs(blocks: Sequence[Block], title: str) -> tuple[Paragraph, ...]:
    paragraphs = read_block_paragraphs(blocks, title)
    return tuple(paragraph for paragraph in paragraphs if not _is_pointer(paragraph.text))


def _count_words(paragraphs: Sequence[Paragraph]) -> int:
    return sum(count_words(paragraph.text) for paragraph in paragraphs)


def _breaks_off(blocks: Sequence[Block]) -> bool:
    return bool(blocks and _BREAKS_OFF.search(blocks[-1].text[-_TAIL:]))


def _is_pointer(text: str) -> bool:
    """Whether `text` only leads to the article: "Continue reading", "The post … appeared …"."""
    return count_words(text) <= _MAX_POINTER_WORDS and bool(_POINTER.match(text))


def _hash(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=12).hexdigest()
