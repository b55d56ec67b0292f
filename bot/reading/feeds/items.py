"""What a feed states item by item, whatever its format: RSS and Atom by feedparser, JSON Feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from bot.errors import ReadingError
from bot.reading.html.blocks import blocks_of
from bot.reading.html.metadata import absolute, read_day

MAX_ITEMS = 500

_ROOT = re.compile(
    r"\ufeff?(?>\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>))*+\s*<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(r"\ufeff?\s*\{")
_JSON_VERSION = re.compile(r"\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org")
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[^\s()<>]+@[^\s()<>]+")
_LONGEST_HEAD = 10_000  # characters in which a feed says that it is one
_LONGEST_TITLE = 1_000
# What feedparser raises on feeds that are no feeds.
_FAULTS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its feed states it. `content` is what the feed calls the full text and `summary`
    what it calls a description, both as HTML; `url` is absolute."""

    key: str | None
    url: str | None
    title: str
    published: date | None
    author: str | None
    outlet: str | None
    content: str
    summary: str


@dataclass(frozen=True, slots=True)
class Items:
    """A feed's items in its own order, at most MAX_ITEMS; `left_out` counts those after them."""

    title: str | None
    items: tuple[Item, ...]
    left_out: int = 0


def is_feed(text: str) -> bool:
    """Whether `text` begins as an RSS, Atom or JSON feed does."""
    head = text[:_LONGEST_HEAD]
    return bool(_ROOT.match(head) or (_JSON.match(head) and _JSON_VERSION.search(head)))


def read_items(text: str, url: str) -> Items:
    """The items of `text`, which is the feed found at `url`. Raises ReadingError, one sentence."""
    if _ENTITY.search(text):
        raise ReadingError(
            "The feed at {address} declares entities of its own, which is not safe.", address=url
        )
    try:
        return _read_json(text, url) if _JSON.match(text) else _read_xml(text, url)
    except _FAULTS as fault:
        raise ReadingError(
            "The feed at {address} is damaged and cannot be read.", address=url
        ) from fault


def _read_xml(text: str, url: str) -> Items:
    import feedparser  # a third of a second: only where feeds are read

    text, left_out = _cut(text)
    read = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return Items(
        title=_shown(read.feed, "title") or None,
        items=tuple(_xml_item(entry, url) for entry in read.entries[:MAX_ITEMS]),
        left_out=left_out,
    )


def _cut(text: str) -> tuple[str, int]:
    """`text` without the items after the first MAX_ITEMS, and how many those are.

    feedparser takes 25 s for 50,000 items.
    """
    ends = [found.end() for found in _ITEM_END.finditer(text)]
    if len(ends) <= MAX_ITEMS:
        return text, 0
    return text[: ends[MAX_ITEMS - 1]] + text[ends[-1] :], len(ends) - MAX_ITEMS


def _xml_item(entry: Mapping[str, Any], url: str) -> Item:
    contents = [_html(content) for content in entry.get("content", ())]
    source = entry.get("source")
    return Item(
        key=entry.get("id") or None,
        url=absolute(url, entry.get("link")),
        title=_shown(entry, "title"),
        published=_day(entry),
        author=_author(entry),
        outlet=_shown(source, "title") or None if isinstance(source, dict) else None,
        content=max(contents, key=len, default=""),
        summary=_html(entry.get("summary_detail") or {}),
    )


def _day(entry: Mapping[str, Any]) -> date | None:
    """The day an entry states as that of its publication, or else of its last change: RSS 1.0 and
    many Atom feeds have no other."""
    for key in ("published", "updated"):
        if key in entry:
            day = read_day(entry[key])
            if day is None and entry.get(f"{key}_parsed"):
                with suppress(ValueError):
                    day = date(*entry[f"{key}_parsed"][:3])
            if day:
                return day
    return None


def _author(entry: Mapping[str, Any]) -> str | None:
    """The names of the authors. Where RSS gives an address of mail, feedparser takes it apart
    wrongly: what stands beside it is the name."""
    stated = entry.get("author") or ""
    if "@" in stated:
        return _MAIL.sub("", stated).strip(" ()<>,") or None
    names = [" ".join((author.get("name") or "").split()) for author in entry.get("authors", ())]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _html(content: Mapping[str, Any]) -> str:
    """The value of a feedparser detail as HTML."""
    value = content.get("value") or ""
    return as_html(value) if content.get("type") == "text/plain" else value


def _shown(entry: Mapping[str, Any], key: str) -> str:
    """A title as it shows, on one line."""
    detail = entry.get(f"{key}_detail") or {"value": entry.get(key)}
    return " ".join(block.text for block in blocks_of(_html(detail)[:_LONGEST_TITLE]))


def as_html(text: str) -> str:
    """Plain text as HTML that shows it line by line."""
    return escape(text, quote=False).replace("\n", "<br>")


def _read_json(text: str, url: str) -> Items:
    feed = json.loads(text.removeprefix("\ufeff"))
    stated = feed.get("items")
    items = [item for item in stated if isinstance(item, dict)] if isinstance(stated, list) else []
    return Items(
        title=_line(feed.get("title")) or None,
        items=tuple(_json_item(item, url) for item in items[:MAX_ITEMS]),
        left_out=max(0, len(items) - MAX_ITEMS),
    )


def _json_item(item: Mapping[str, Any], url: str) -> Item:
    authors = item.get("authors") or [item.get("author")]
    names = (
        [_line(a.get("name")) for a in authors if isinstance(a, dict)]
        if isinstance(authors, list)
        else []
    )
    key, link = item.get("id"), item.get("url") or item.get("external_url")
    content = _string(item.get("content_html")) or as_html(_string(item.get("content_text")))
    return Item(
        key=str(key) if isinstance(key, str | int | float) else None,
        url=absolute(url, _string(link)) if link else None,
        title=_line(item.get("title")),
        published=read_day(item.get("date_published")),
        author=", ".join(filter(None, names)) or None,
        outlet=None,
        content=content,
        summary=as_html(_string(item.get("summary"))),
    )


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(value: Any) -> str:
    return " ".join(_string(value).split())[:_LONGEST_TITLE]
