"""What an HTML page says of itself in its head: titles, outlet, author, date, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from bot.reading.pages.stamps import read_date

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
_OUTLETS = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "citation_publication_date",
)
FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
)
_STORY = re.compile(r"(?:Article|BlogPosting|Report)$")
_ABOUT = ("@graph", "mainEntity", "mainEntityOfPage")
_MOST_NAMES = 5
_LONGEST = 300  # characters of a title or a name
_NO_NAME = re.compile(r"https?:|www\.|@|[<>{}]|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}$")
_PLACEHOLDERS = frozenset(
    ("admin", "administrator", "author", "editor", "guest", "none", "null", "staff")
)
_BY = re.compile(r"by:?\s+", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?!\d)")
# What is written where no date is known.
_NO_DAYS = (date(1, 1, 1), date(1970, 1, 1))


@dataclass(frozen=True, slots=True)
class Metadata:
    """None, or nothing, for what the page does not state. `titles` are forms of the headline, the
    likeliest first; `canonical` and `feeds` are absolute addresses."""

    titles: tuple[str, ...]
    outlet: str | None
    author: str | None
    published: date | None
    canonical: str | None
    feeds: tuple[str, ...]


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Read the page at `url`; addresses that cannot be made absolute are left out."""
    story = next(_stories(tree), {})
    named = _named(tree)
    outlet = _name(story.get("publisher"), _all(named, _OUTLETS))
    author = _name(story.get("author"), _all(named, _AUTHORS))
    titles = (story.get("headline"), *_all(named, _TITLES), tree.findtext(".//title"))
    days = (story.get("datePublished"), *_all(named, _DATES), *_times(tree))
    links = list(_links(tree, url))
    return Metadata(
        titles=tuple(dict.fromkeys(filter(None, map(_clean, titles)))),
        outlet=outlet,
        author=None if author == outlet else author,
        published=next(filter(None, map(read_day, days)), None),
        canonical=next((address for kind, address in links if kind == "canonical"), None),
        feeds=tuple(dict.fromkeys(address for kind, address in links if kind == "feed")),
    )


def read_day(text: Any) -> date | None:
    """The day that a time such as 2025-09-19T23:30:00Z or "Fri, 19 Sep 2025" falls on where it was
    written; None where it states none."""
    text = text.strip()[:_LONGEST] if isinstance(text, str) else ""
    stated = _DAY.match(text)
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(stated[1]) if stated else read_date(text)
    return None if day in _NO_DAYS else day


def absolute(url: str | None, link: str | None) -> str | None:
    """The http address that `link` means on the page at `url`, if it means one."""
    with suppress(ValueError):
        joined = urljoin(url or "", link.strip()) if link else ""
        if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname:
            return joined
    return None


def _stories(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The articles that the page's JSON-LD says it is, in its order; not those it links to."""
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() != "application/ld+json":
            continue
        queue: list[Any] = []
        with suppress(ValueError, RecursionError):
            queue.append(json.loads(script.text or "", strict=False))
        for value in queue:  # grows as it is read
            if isinstance(value, list):
                queue.extend(value)
            elif isinstance(value, dict):
                if any(_STORY.search(str(kind)) for kind in _list(value.get("@type"))):
                    yield value
                queue.extend(value[key] for key in _ABOUT if key in value)


def _named(tree: HtmlElement) -> Mapping[str, list[str]]:
    """What the page's meta elements say, by their name in lower case."""
    named: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            for name in element.get(key, "").lower().split():
                named.setdefault(name, []).append(element.get("content", ""))
    return named


def _all(named: Mapping[str, list[str]], names: Iterable[str]) -> list[str]:
    return [text for name in names for text in named.get(name, ())]


def _times(tree: HtmlElement) -> Iterator[str]:
    """The times that the page marks as those of its publication."""
    for element in tree.iter("time", "span", "meta"):
        if element.get("itemprop") == "datePublished" or "pubdate" in element.attrib:
            yield element.get("datetime") or element.get("content") or ""


def _links(tree: HtmlElement, url: str | None) -> Iterator[tuple[str, str]]:
    """The canonical address of the page and those of its feeds, each after what it is."""
    stated = tree.find(".//base[@href]")
    start = absolute(url, stated.get("href")) if stated is not None else None
    for element in tree.iter("link"):
        address = absolute(start or url, element.get("href"))
        kinds = element.get("rel", "").lower().split()
        if address and "canonical" in kinds:
            yield "canonical", address
        elif address and "alternate" in kinds and "comments" not in address:
            media_type = element.get("type", "").split(";")[0]
            yield "feed" if media_type.strip().lower() in FEED_TYPES else "other", address


def _name(stated: Any, texts: Iterable[str]) -> str | None:
    """The name that JSON-LD states, of one or of several, or else the first of `texts` that is
    one."""
    names = [value.get("name") if isinstance(value, dict) else value for value in _list(stated)]
    named = [name for name in map(_clean_name, names) if name]
    if named:
        return ", ".join(dict.fromkeys(named[:_MOST_NAMES]))
    return next(filter(None, map(_clean_name, texts)), None)


def _clean_name(stated: Any) -> str | None:
    name = _clean(stated)
    if not name or _NO_NAME.search(name) or name.casefold() in _PLACEHOLDERS:
        return None
    return _BY.sub("", name) or None


def _clean(stated: Any) -> str | None:
    """A title or a name as it shows: entities resolved, white space single; None if it is none."""
    text = " ".join(unescape(stated).split()) if isinstance(stated, str) else ""
    return text if 0 < len(text) <= _LONGEST else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
