"""What an HTML page states of itself in its head: titles, outlet, author, date, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from bot.reading.html.dates import (
    correct_zone,
    find_marked_times,
    find_time_element,
    find_url_day,
    parse_day,
    parse_moment,
)
from bot.reading.html.linked_data import LinkedData, read_linked_data

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
_OUTLETS = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher")
_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "citation_author",
    "vr:author",
    "byl",
)
_DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article:published",
    "og:article:published_time",
    "cxenseparse:recs:publishtime",
    "vr:published_time",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "citation_date",
    "citation_online_date",
    "citation_publication_date",
)
_MAX_NAMES = 5
_DAY = timedelta(days=1)
_MAX_LENGTH = 300  # characters of a title or a name
_NO_NAME = re.compile(r"https?:|www\.|@|[<>{}]|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}$")
_PLACEHOLDERS = frozenset(
    (
        "admin",
        "administrator",
        "anonymous",
        "anónimo",
        "author",
        "editor",
        "guest",
        "none",
        "null",
        "staff",
    )
)
_BY = re.compile(r"^(?:by|von|par|por):?\s+", re.IGNORECASE)
_WRITTEN_BY = re.compile(
    r"written|author|verfasst|geschrieben|autor|auteur|écrit|escrito|publicado por|scritto|autore|"
    r"geschreven|skrevet|skriven|napisane|написано|автор|작성자|글쓴이|作者|著者|執筆|ditulis",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"\b(?:GmbH|Inc|Ltd|LLC|Co\. KG|e\.\s?V|S\.A)\b\.?", re.IGNORECASE)
_MIN_HOST = 5  # letters


@dataclass(frozen=True, slots=True)
class Metadata:
    """None, or nothing, for what the page does not state. `titles` are forms of the headline, the
    likeliest first; `canonical` is an absolute address."""

    titles: tuple[str, ...]
    outlet: str | None
    author: str | None
    published: date | None
    published_at: datetime | None
    canonical: str | None


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Return what the page at `url` states; an address that cannot be made absolute is ignored."""
    data = read_linked_data(tree)
    values = _read_meta_elements(tree)
    outlet = _find_name(data.read_names("publisher"), _select(values, _OUTLETS))
    author = _find_author(data, values)
    headline = data.article.get("headline")
    titles = (headline, *_select(values, _TITLES), tree.findtext(".//title"))
    times = [data.article.get("datePublished"), *_select(values, _DATES), *find_marked_times(tree)]
    canonical = next(find_links(tree, url, "canonical"), None)
    published = _find_day(times, tree, url)
    return Metadata(
        titles=tuple(dict.fromkeys(filter(None, map(_clean_text, titles)))),
        outlet=outlet,
        author=None if author and _is_site(author, outlet, url) else author,
        published=published,
        published_at=_find_moment(times, published),
        canonical=canonical.address if canonical else None,
    )


def resolve_url(url: str | None, link: str | None) -> str | None:
    """Return the http address that `link` means on the page at `url`; None if it means none."""
    with suppress(ValueError):
        joined = urljoin(url or "", link.strip()) if link else ""
        if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname:
            return joined
    return None


class PageLink(NamedTuple):
    """A link element of a page: its absolute address, its media type and its title."""

    address: str
    media_type: str
    title: str


def find_links(tree: HtmlElement, url: str | None, relation: str) -> Iterator[PageLink]:
    """Yield each link element of that relation."""
    base = tree.find(".//base[@href]")
    base_url = resolve_url(url, base.get("href")) if base is not None else None
    for element in tree.iter("link"):
        address = resolve_url(base_url or url, element.get("href"))
        if address and relation in element.get("rel", "").lower().split():
            media_type = element.get("type", "").split(";")[0].strip().lower()
            yield PageLink(address, media_type, " ".join(element.get("title", "").split()))


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


def _find_day(times: Sequence[Any], tree: HtmlElement, url: str | None) -> date | None:
    """Return the day of the first of `times` that states one."""
    stated = [(time, day) for time in times if (day := parse_day(time))]
    if not stated:
        return None
    time, day = stated[0]
    others = (*(other for _, other in stated[1:]), find_url_day(url), find_time_element(tree))
    return correct_zone(time, day, others)


def _find_moment(times: Sequence[Any], day: date | None) -> datetime | None:
    """Return the first moment that `times` state within a day of the day of publication."""
    moments = (parse_moment(time) for time in times)
    near = (moment for moment in moments if day and moment and abs(moment.date() - day) <= _DAY)
    return next(near, None)


def _find_author(data: LinkedData, values: Mapping[str, list[str]]) -> str | None:
    """Return the names of the authors in JSON-LD, or else in the meta elements."""
    labelled = [
        text
        for n in ("1", "2")
        for label, text in zip(
            values.get(f"twitter:label{n}", ()), values.get(f"twitter:data{n}", ()), strict=False
        )
        if _WRITTEN_BY.search(label)
    ]
    scholars = _find_name(values.get("citation_author", ()), ())
    texts = [*_select(values, _AUTHORS), *labelled]
    return _find_name(data.read_names("author", "creator"), ()) or scholars or _find_name((), texts)


def _find_name(together: Iterable[Any], texts: Iterable[str]) -> str | None:
    """Return the names of `together`, joined, or else the first of `texts` that is a name."""
    names = [name for name in map(_clean_name, together) if name]
    if names:
        return ", ".join(dict.fromkeys(names[:_MAX_NAMES]))
    return next(filter(None, map(_clean_name, texts)), None)


def _is_site(author: str, outlet: str | None, url: str | None) -> bool:
    """Whether `author` is the site or a company rather than somebody who writes for it."""
    if outlet and author.casefold() == outlet.casefold():
        return True
    if _COMPANY.search(author):
        return True
    host = _squash((urlsplit(url or "").hostname or "").removeprefix("www.").rsplit(".", 1)[0])
    name = _squash(author)
    return len(host) >= _MIN_HOST and host in name and host != name


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _clean_name(value: Any) -> str | None:
    name = _clean_text(value)
    if not name or _NO_NAME.search(name) or name.casefold() in _PLACEHOLDERS:
        return None
    return _BY.sub("", name, count=1) or None


def _clean_text(value: Any) -> str | None:
    """Return a title or a name as it is displayed, entities resolved and white space collapsed;
    None if it is none."""
    text = " ".join(unescape(value).split()) if isinstance(value, str) else ""
    return text if 0 < len(text) <= _MAX_LENGTH else None
