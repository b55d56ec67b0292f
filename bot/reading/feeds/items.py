"""The formats of feeds: how each is recognised, and how its items are read.

A new format is one more FeedFormat in FORMATS.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from bot.errors import ReadingError
from bot.reading.decoding import PLAIN_TEXT, XML, drop_forbidden
from bot.reading.feeds.markup import PROLOG, UnsafeEntitiesError, repair_xml
from bot.reading.html.blocks import parse_blocks
from bot.reading.html.dates import parse_day, parse_moment
from bot.reading.html.linked_data import as_list
from bot.reading.html.metadata import resolve_url

MAX_ITEMS: Final = 500

# RSS, Atom, RDF, and the channels of CDF, the oldest format of feeds.
_XML_ROOT = re.compile(
    PROLOG + r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>]",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# Some state the bare number of the version.
_JSON_ROOT = re.compile(
    r"\ufeff?\s*\{.*?\"version\"\s*:\s*\"(?:https?:\\?/\\?/(?:www\.)?jsonfeed\.org"
    r"|1(?:\.[01])?\"(?=.*?\"items\"\s*:\s*\[))",
    re.DOTALL,
)
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[^\s()<>]+@[^\s()<>]+")
_MAX_HEAD = 65_536  # characters in which a feed is recognised: some declare entities at length
_EMPTY_BRACKETS = re.compile(r"[(<]\s*[)>]")
_BRACKETED = re.compile(r"^[(<](.*)[)>]$")
_MAX_TITLE = 1_000
# What the parsers raise on malformed feeds.
_ERRORS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as its feed states it. `content` is what the feed calls the full text and `summary`
    what it calls a description, both as HTML; `url` is absolute."""

    key: str | None
    url: str | None
    title: str
    published: date | None
    published_at: datetime | None
    author: str | None
    outlet: str | None
    content: str
    summary: str


@dataclass(frozen=True, slots=True)
class FeedItems:
    """A feed's items in its own order, at most MAX_ITEMS; `left_out` counts those after them."""

    title: str | None
    items: tuple[FeedItem, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """A format of feeds. `media_types` name it in a page's links and in headers; `root` matches the
    first characters of such a feed; `parse` reads the text of the feed at an address."""

    media_types: tuple[str, ...]
    root: re.Pattern[str]
    parse: Callable[[str, str], FeedItems]


def find_format(text: str) -> FeedFormat | None:
    """Return the format that `text` begins in, None if it is no feed."""
    head = text[:_MAX_HEAD]
    return next((feed_format for feed_format in FORMATS if feed_format.root.match(head)), None)


def read_items(text: str, feed_format: FeedFormat, url: str) -> FeedItems:
    """Return the items of `text`, the feed at `url`. Raises ReadingError, one sentence."""
    try:
        return feed_format.parse(text, url)
    except UnsafeEntitiesError as error:
        raise ReadingError(
            "The feed at {address} declares its own entities, which is not safe.", address=url
        ) from error
    except _ERRORS as error:
        raise ReadingError(
            "The feed at {address} is damaged and cannot be read.", address=url
        ) from error


# RSS and Atom


def _parse_xml(text: str, url: str) -> FeedItems:
    import feedparser  # a third of a second: only where feeds are read

    text, left_out = _cut(text)
    feed = feedparser.parse(
        io.BytesIO(repair_xml(text).encode()),
        response_headers={"content-type": f"{XML}; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    title = _visible_title(feed.feed) or None
    # By the standard of Atom. The managing editor of RSS writes none of its items.
    author = _find_authors(feed.feed) if feed.version.startswith("atom") else None
    base = _find_base(feed.feed, url)
    return FeedItems(
        title=title,
        items=tuple(
            _inherit_author(_parse_xml_item(entry, base), author, title)
            for entry in feed.entries[:MAX_ITEMS]
        ),
        left_out=left_out,
    )


def _find_base(feed: Mapping[str, Any], url: str) -> str:
    """Return the address that relative links mean: the feed's own, or that of its site where a
    service on another host publishes the feed for it."""
    site = resolve_url(url, feed.get("link"))
    return site if site and urlsplit(site).hostname != urlsplit(url).hostname else url


def _inherit_author(item: FeedItem, author: str | None, title: str | None) -> FeedItem:
    """Return the item with the author of its feed if it names none, unless that is the outlet."""
    outlets = [name.casefold() for name in (title, item.outlet) if name]
    if item.author or not author or author.casefold() in outlets:
        return item
    return replace(item, author=author)


def _cut(text: str) -> tuple[str, int]:
    """Return `text` without the items after the first MAX_ITEMS, and how many those are.

    feedparser takes 25 s for 50,000 items.
    """
    ends = [tag.end() for tag in _ITEM_END.finditer(text)]
    if len(ends) <= MAX_ITEMS:
        return text, 0
    return text[: ends[MAX_ITEMS - 1]] + text[ends[-1] :], len(ends) - MAX_ITEMS


def _parse_xml_item(entry: Mapping[str, Any], url: str) -> FeedItem:
    contents = [_detail_html(content) for content in entry.get("content", ())]
    source = entry.get("source")
    source_author = _find_authors(source) if isinstance(source, dict) else None
    published = _find_day(entry)
    return FeedItem(
        key=entry.get("id") or None,
        url=_find_address(entry, url),
        title=_visible_title(entry),
        published=published,
        published_at=_find_moment(entry) if published else None,
        author=_find_authors(entry) or source_author,
        outlet=_visible_title(source) or None if isinstance(source, dict) else None,
        content=max(contents, key=len, default=""),
        summary=_detail_html(entry.get("summary_detail") or {}),
    )


def _find_address(entry: Mapping[str, Any], base: str) -> str | None:
    """Return the address of an entry's page. A feed that counts its readers states it beside its
    own link; a guid that feedparser takes for a link is one only if it is an address itself."""
    link = entry.get("feedburner_origlink") or entry.get("link")
    is_guid = link == entry.get("id") and not entry.get("links")
    return resolve_url(None if is_guid else base, link)


def _find_day(entry: Mapping[str, Any]) -> date | None:
    """Return the day of an entry's publication, or else of its last change: RSS 1.0 and many Atom
    feeds state no other."""
    for key in ("published", "updated"):
        if key in entry:
            day = parse_day(entry[key])
            if day is None and entry.get(f"{key}_parsed"):
                with suppress(ValueError):
                    day = date(*entry[f"{key}_parsed"][:3])
            if day:
                return day
    return None


def _find_moment(entry: Mapping[str, Any]) -> datetime | None:
    """Return the moment of an entry's publication where its feed states a time, and in which zone;
    of its last change only where the feed states no publication."""
    key = "published" if "published" in entry else "updated"
    return parse_moment(entry.get(key))


def _find_authors(entry: Mapping[str, Any]) -> str | None:
    """Return the names of the authors. feedparser splits a name from an e-mail address wrongly, so
    that is done here; the joined text names only one of several."""
    author, authors = entry.get("author") or "", entry.get("authors", ())
    has_address = "@" in author and len(authors) < 2
    names = [author] if has_address else [author.get("name") for author in authors]
    return ", ".join(dict.fromkeys(filter(None, map(_clean_author, names)))) or None


def _clean_author(text: str | None) -> str:
    """Return the names in `text` as they are displayed, without e-mail addresses."""
    line = " ".join((text or "").split())[:_MAX_TITLE]
    if not _MAIL.search(line):
        return _visible_text(line) if "<" in line else line
    parts = _EMPTY_BRACKETS.sub("", _MAIL.sub("", line)).split(",")
    names = (_BRACKETED.sub(r"\1", part.strip()) for part in parts)
    return ", ".join(filter(None, names))


def _detail_html(detail: Mapping[str, Any]) -> str:
    """Return the value of a feedparser detail as HTML."""
    value = detail.get("value") or ""
    return _text_as_html(value) if detail.get("type") == PLAIN_TEXT else value


def _visible_title(entry: Mapping[str, Any]) -> str:
    """Return a title as it is displayed, on one line."""
    detail = entry.get("title_detail") or {"value": entry.get("title")}
    return _visible_text(_detail_html(detail)[:_MAX_TITLE])


def _visible_text(html: str) -> str:
    return " ".join(block.text for block in parse_blocks(html))


# JSON Feed


def _parse_json(text: str, url: str) -> FeedItems:
    feed = json.loads(text.removeprefix("\ufeff"))
    values = feed.get("items")
    items = [item for item in values if isinstance(item, dict)] if isinstance(values, list) else []
    title, author = _as_line(feed.get("title")) or None, _find_json_authors(feed)
    return FeedItems(
        title=title,
        items=tuple(
            _inherit_author(_parse_json_item(item, url), author, title)
            for item in items[:MAX_ITEMS]
        ),
        left_out=max(0, len(items) - MAX_ITEMS),
    )


def _find_json_authors(node: Mapping[str, Any]) -> str | None:
    """Return the names of the authors that a feed or an item states, as a list or a single one."""
    authors = as_list(node.get("authors") or node.get("author"))
    names = [_as_line(author.get("name")) for author in authors if isinstance(author, dict)]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _parse_json_item(item: Mapping[str, Any], url: str) -> FeedItem:
    key, link = item.get("id"), item.get("url") or item.get("external_url")
    html, text = _as_text(item.get("content_html")), _as_text(item.get("content_text"))
    return FeedItem(
        key=drop_forbidden(str(key)) or None if isinstance(key, str | int | float) else None,
        url=resolve_url(url, _as_text(link)) if link else None,
        title=_as_line(item.get("title")),
        published=parse_day(item.get("date_published")),
        published_at=parse_moment(item.get("date_published")),
        author=_find_json_authors(item),
        outlet=None,
        content=html or _text_as_html(text),
        summary=_text_as_html(_as_text(item.get("summary"))),
    )


def _as_text(value: Any) -> str:
    return drop_forbidden(value) if isinstance(value, str) else ""


def _as_line(value: Any) -> str:
    return " ".join(_as_text(value).split())[:_MAX_TITLE]


def _text_as_html(text: str) -> str:
    """Return plain text as HTML that displays it line by line."""
    return escape(text, quote=False).replace("\n", "<br>")


FORMATS: Final = (
    FeedFormat(
        media_types=("application/atom+xml", "application/rss+xml", "application/rdf+xml"),
        root=_XML_ROOT,
        parse=_parse_xml,
    ),
    FeedFormat(media_types=("application/feed+json",), root=_JSON_ROOT, parse=_parse_json),
)
FEED_TYPES: Final = tuple(name for feed_format in FORMATS for name in feed_format.media_types)
