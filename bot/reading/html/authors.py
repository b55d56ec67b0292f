"""The author that the elements of an HTML page mark: links, properties and classes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from bot.reading.html.surroundings import is_elsewhere, is_near_headline
from bot.reading.pages.signatures import find_korean_names

MAX_AUTHORS = 5
_MAX_LENGTH = 90  # characters of a byline
_MAX_WORDS = 5  # of a name

_ROLE = r"(?:author|byline|autor|autorin|auteur|autore|verfasser|redakteur|redacteur|forfatter)s?"
_CLASS = re.compile(
    rf"(?:^|[\s_-]){_ROLE}(?:[_-]+(?:names?|links?|title|url|text|info))?(?=\s|$)", re.IGNORECASE
)
_SIGNED_TAGS = (
    *("a", "address", "b", "cite", "div", "em", "h4", "h5", "h6", "i", "li", "p", "small"),
    *("span", "strong"),
)
_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|autori|by|people|profiles?|journalist[ae]?s?|"
    r"contributors?|redakteure?|redaktion|reporters?)/[^/?#]+",
    re.IGNORECASE,
)

_PREFIX = re.compile(  # at the start only: of "Linda von Berg" no part is one
    r"^(?:(?:(?:written|posted|published|reported|story|article|words|text|texte|erstellt|"
    r"geschrieben|veröffentlicht|beitrag|artikel|ein beitrag|publié|escrito|publicado|scritto)\s*)?"
    r"(?:by|von|par|por|di|da|door|av|af|przez|oleh|автор|autor(?:in|en)?|author|auteur|autore|"
    r"verfasser|verfasst von|text|texte|redaktion|words)\b(?!\s*$)[\s:]*)+",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:[|•·–—<>\[(]|\s[-/]\s|\n|,?\s(?:am|on|vom|le|el|il|den|op|um|at|dated|in)\s|\d|@|"
    r"https?:|tiempo de lectura|min read).*",
    re.IGNORECASE | re.DOTALL,
)
_SEPARATORS = re.compile(r"\s*(?:,|;|&|·|\s(?:and|und|et|y|e|en|og|och|i)\s)\s*")
_NAME = re.compile(r"[^\W\d_][\w.'’ -]*$")
_NO_NAME = re.compile(
    r"^(?:about|all|view|more|mehr|alle|the author|author|autor(?:in|en)?|authors|byline|profile?|"
    r"follow|posted|written|published|verfasser|contact|home|über|zum|zur|show|zeige|see|guest)\b"
    r"|\b(?:GmbH|Inc|Ltd|LLC|e\. ?V|AG|S\.A)\b\.?$",
    re.IGNORECASE,
)


def find_marked_authors(tree: HtmlElement) -> str | None:
    """Return the names that elements of the page mark as its authors, None where there are none.

    Links and properties come first, then classes, then links to the page of an author. Where
    elements of one kind name many, only those around the headline count.
    """
    for elements in (_find_related(tree), _find_classed(tree), _find_linked(tree)):
        named = [(element, names) for element in elements if (names := _read_names(element))]
        distinct = {names for _, names in named}
        if len(distinct) > 1:
            near = [names for element, names in named if is_near_headline(element)]
            distinct = set(near)
            named = [(element, names) for element, names in named if names in distinct]
        authors = list(dict.fromkeys(name for _, names in named for name in names))
        if 0 < len(authors) <= MAX_AUTHORS:
            return ", ".join(_drop_parts(authors))
    return None


def _find_related(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("a", "span", "div", "p", "address", "h2", "h3", "h4", "h5", "li"):
        properties = element.get("itemprop", "").split()
        is_author = "author" in element.get("rel", "").split() or "author" in properties
        if is_author and not is_elsewhere(element):
            inner = element.xpath(".//*[@itemprop='name']")
            yield inner[0] if inner else element


def _find_classed(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(
        "a",
        "span",
        "div",
        "p",
        "address",
        "cite",
        "strong",
        "em",
        "li",
        "h4",
        "h5",
        "h6",
        "small",
        "b",
        "i",
    ):
        if _CLASS.search(element.get("class", "")) and not is_elsewhere(element):
            yield element


def _find_linked(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("a"):
        if _PATH.search(element.get("href", "")) and not is_elsewhere(element):
            yield element


def _read_names(element: HtmlElement) -> tuple[str, ...]:
    """Return the names in the element: those of its links to authors, or else its text."""
    links = [link for link in element.iter("a") if _PATH.search(link.get("href", ""))]
    texts = [link.text_content() for link in links] or [element.text_content()]
    names = [name for text in texts for name in split_names(text)]
    return tuple(dict.fromkeys(names))


def split_names(text: str) -> list[str]:
    """Return the names in a byline such as "By Ann Lee and Bob Ray | May 3"; none if it is none."""
    text = " ".join(text.split())
    if not text or len(text) > _MAX_LENGTH:
        return []
    if names := find_korean_names(text):
        return names
    text = _CUT.sub("", _PREFIX.sub("", text, count=1)).strip(" .,:;-")
    names = [name.strip() for name in _SEPARATORS.split(text)]
    return names if all(map(_is_name, names)) else []


def _is_name(name: str) -> bool:
    return bool(
        _NAME.match(name)
        and len(name) > 1
        and len(name.split()) <= _MAX_WORDS
        and not _NO_NAME.search(name)
    )


def _drop_parts(names: list[str]) -> list[str]:
    """Return the names that are no part of another: "Lee" beside "Ann Lee"."""
    return [name for name in names if not any(name in other and name != other for other in names)]
