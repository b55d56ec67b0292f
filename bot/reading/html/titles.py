"""The headline of a page: as its `h1` prints it, or else as its metadata states it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.reading.html.blocks import read_blocks
from bot.reading.pages.headlines import is_same_headline, strip_site_name

_KICKER = re.compile(
    r"kicker|overline|topline|dachzeile|roofline|spitzmarke|eyebrow|pre-?title|antetitulo",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(("nav", "footer", "aside"))
_SEPARATOR = re.compile(r"\s+(?:[-–—:/‹›<>]|::)\s+|\s*[|｜»«·•：]\s*|(?<=[^\W\da-z])[-_](?=\S)")
# The names of papers and stations in scripts that say so in their last characters.
_OUTLET = re.compile(
    r"\S{1,10}(?:日報|日报|新聞|新闻|新聞網|新闻网|時報|时报|晚報|晚报|週刊|周刊|通信社|通讯社|"
    r"通訊社|ニュース|신문|일보|뉴스|방송)"
)
_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d\d-\d\d")
_MIN_WORDS = 2  # of a headline that only an `h1` states
_MAX_SEGMENTS = 4


def find_title(
    tree: HtmlElement, titles: Sequence[str], outlet: str | None, url: str | None
) -> str:
    """Return the page's headline, without the names of its site; "" where it has none.

    `titles` are what the metadata states, the likeliest first.
    """
    sites = set(_find_site_names(outlet, url))
    headings = [text for text in _read_headings(tree, "h1") if _squash(text) not in sites]
    for title in titles:
        for heading in headings:
            if is_same_headline(heading, title):
                return heading
    bare_titles = [_strip_sites(title, sites) for title in titles]
    bare_titles = [title for title in bare_titles if _squash(title) not in sites]
    for title in bare_titles:
        if any(heading.endswith(f" {title}") for heading in headings):
            return title
    if len(set(headings)) == 1 and len(headings[0].split()) >= _MIN_WORDS:
        return _strip_sites(headings[0], sites)
    segments = {segment for title in titles for segment in _SEPARATOR.split(title)}
    for heading in _read_headings(tree, "h2"):
        if heading in segments and len(heading.split()) >= _MIN_WORDS and len(segments) > 1:
            return heading
    if bare_titles:
        has_site = outlet is None or any(outlet.casefold() in title.casefold() for title in titles)
        bare = strip_site_name(bare_titles[0])
        return bare if outlet is None and has_site else bare_titles[0]
    return next(iter([*headings, *titles]), "")


def _read_headings(tree: HtmlElement, tag: str) -> Iterator[str]:
    """Yield the text of the page's headings of one kind, without the kickers above them."""
    for element in tree.iter(tag):
        if any(outer.tag in _ELSEWHERE for outer in element.iterancestors()):
            continue
        heading = deepcopy(element)
        heading.tail = None
        for part in list(heading.iterdescendants()):
            if _KICKER.search(part.get("class", "")) and part.getparent() is not None:
                part.drop_tree()
        if text := " ".join(block.text for block in read_blocks(heading)):
            yield " ".join(text.split())


def _strip_sites(title: str, sites: set[str]) -> str:
    """Return `title` without names of the site, and dates, before and after its separators."""
    for _ in range(_MAX_SEGMENTS):
        marks = list(_SEPARATOR.finditer(title))
        if not marks:
            break
        first, last = title[: marks[0].start()], title[marks[-1].end() :]
        if _is_site(last, sites) or _OUTLET.fullmatch(last.strip()):
            title = title[: marks[-1].start()]
        elif _is_site(first, sites):
            title = title[marks[0].end() :]
        else:
            break
    return title.strip()


def _is_site(segment: str, sites: set[str]) -> bool:
    return _squash(segment) in sites or bool(_DATE.fullmatch(segment.strip()))


def _find_site_names(outlet: str | None, url: str | None) -> Iterator[str]:
    if outlet:
        yield _squash(outlet)
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    if host:
        yield _squash(host)
        yield _squash(host.rsplit(".", 1)[0])


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
