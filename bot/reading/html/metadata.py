"""What an HTML page states of itself in its head: titles, outlet, author, date, links."""

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
_LD_JSON = "application/ld+json"
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report)$")
_NESTED_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")
_MAX_NAMES = 5
_MAX_LENGTH = 300  # characters of a title or a name
_NO_NAME = re.compile(r"https?:|www\.|@|[<>{}]|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}$")
_PLACEHOLDERS = frozenset(
    ("admin", "administrator", "author", "editor", "guest", "none", "null", "staff")
)
_BY = re.compile(r"by:?\s+", re.IGNORECASE)
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?!\d)")
# What is written where no date is known.
_PLACEHOLDER_DAYS = (date(1, 1, 1), date(1970, 1, 1))


@dataclass(frozen=True, slots=True)
class Metadata:
    """None, or nothing, for what the page does not state. `titles` are forms of the headline, the
    likeliest first; `canonical` is an absolute address."""

    titles: tuple[str, ...]
    outlet: str | None
    author: str | None
    published: date | None
    canonical: str | None


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Return what the page at `url` states; an address that cannot be made absolute is ignored."""
    article = next(_find_articles(tree), {})
    values = _read_meta_elements(tree)
    outlet = _find_name(article.get("publisher"), _select(values, _OUTLETS))
    author = _find_name(article.get("author"), _select(values, _AUTHORS))
    titles = (article.get("headline"), *_select(values, _TITLES), tree.findtext(".//title"))
    days = (article.get("datePublished"), *_select(values, _DATES), *_find_times(tree))
    canonical = next(find_links(tree, url, "canonical"), None)
    return Metadata(
        titles=tuple(dict.fromkeys(filter(None, map(_clean_text, titles)))),
        outlet=outlet,
        author=None if author == outlet else author,
        published=next(filter(None, map(parse_day, days)), None),
        canonical=canonical[0] if canonical else None,
    )


def parse_day(text: Any) -> date | None:
    """Return the day that a time such as 2025-09-19T23:30:00Z or "Fri, 19 Sep 2025" falls on where
    it was written; None where it states none."""
    text = text.strip()[:_MAX_LENGTH] if isinstance(text, str) else ""
    match = _ISO_DAY.match(text)
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(match[1]) if match else read_date(text)
    return None if day in _PLACEHOLDER_DAYS else day


def resolve_url(url: str | None, link: str | None) -> str | None:
    """Return the http address that `link` means on the page at `url`; None if it means none."""
    with suppress(ValueError):
        joined = urljoin(url or "", link.strip()) if link else ""
        if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname:
            return joined
    return None


def find_links(tree: HtmlElement, url: str | None, relation: str) -> Iterator[tuple[str, str]]:
    """Yield the absolute address and the media type of each link element of that relation."""
    base = tree.find(".//base[@href]")
    base_url = resolve_url(url, base.get("href")) if base is not None else None
    for element in tree.iter("link"):
        address = resolve_url(base_url or url, element.get("href"))
        if address and relation in element.get("rel", "").lower().split():
            yield address, element.get("type", "").split(";")[0].strip().lower()


def _find_articles(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Yield the articles that the page's JSON-LD says it is, in order; not those it links to."""
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() != _LD_JSON:
            continue
        queue: list[Any] = []
        with suppress(ValueError, RecursionError):
            queue.append(json.loads(script.text or "", strict=False))
        for value in queue:  # grows as it is read
            if isinstance(value, list):
                queue.extend(value)
            elif isinstance(value, dict):
                if any(_ARTICLE_TYPE.search(str(kind)) for kind in _as_list(value.get("@type"))):
                    yield value
                queue.extend(value[key] for key in _NESTED_KEYS if key in value)


def _read_meta_elements(tree: HtmlElement) -> Mapping[str, list[str]]:
    """Return the contents of the page's meta elements by their name in lower case."""
    contents: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            for name in element.get(key, "").lower().split():
                contents.setdefault(name, []).append(element.get("content", ""))
    return contents


def _select(values: Mapping[str, list[str]], names: Iterable[str]) -> list[str]:
    return [text for name in names for text in values.get(name, ())]


def _find_times(tree: HtmlElement) -> Iterator[str]:
    """Yield the times that the page marks as those of its publication."""
    for element in tree.iter("time", "span", "meta"):
        if element.get("itemprop") == "datePublished" or "pubdate" in element.attrib:
            yield element.get("datetime") or element.get("content") or ""


def _find_name(json_value: Any, texts: Iterable[str]) -> str | None:
    """Return the names in the JSON-LD value, or else the first of `texts` that is a name."""
    values = [
        value.get("name") if isinstance(value, dict) else value for value in _as_list(json_value)
    ]
    names = [name for name in map(_clean_name, values) if name]
    if names:
        return ", ".join(dict.fromkeys(names[:_MAX_NAMES]))
    return next(filter(None, map(_clean_name, texts)), None)


def _clean_name(value: Any) -> str | None:
    name = _clean_text(value)
    if not name or _NO_NAME.search(name) or name.casefold() in _PLACEHOLDERS:
        return None
    return _BY.sub("", name) or None


def _clean_text(value: Any) -> str | None:
    """Return a title or a name as it is displayed, entities resolved and white space collapsed;
    None if it is none."""
    text = " ".join(unescape(value).split()) if isinstance(value, str) else ""
    return text if 0 < len(text) <= _MAX_LENGTH else None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
