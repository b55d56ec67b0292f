"""The visible text of an HTML page, block by block, as a browser would show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from bot.reading.pages.lines import Line, Look, count_words, look_of
from bot.reading.pages.wrapping import split_lines


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements that a browser does not show, and those whose words belong to controls and pictures.
_UNSEEN = _tags(
    "script style noscript template head title svg math iframe object embed canvas audio "
    "video select option datalist textarea input map"
)
_APART = _tags("figure figcaption caption th button form nav aside footer label")
_INLINE = _tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rp rt ruby "
    "s samp small span strike strong sub sup time tt u var wbr"
)
_HEADINGS = _tags("h1 h2 h3 h4 h5 h6")

# What shows as one space, and what shows as nothing and would part a word from itself.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACE_RUN = re.compile(r"  +")
_SPACES_AROUND_BREAK = re.compile(r" ?\n ?")
_UNSEEN_MARKS = re.compile("[\u00ad\u200b\u2060\ufeff]")
_STYLED_AWAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of visible text, never empty: its white space is single, as a browser shows it.

    `heading` says that it stands in h1 to h6, `item` in a list; `apart` that it belongs to a
    picture, a table, a form or the site's navigation.
    """

    text: str
    heading: bool = False
    item: bool = False
    apart: bool = False

    @property
    def line(self) -> Line:
        """The block for the page reader, which need not guess what is a heading."""
        words = count_words(self.text)
        look = look_of(self.text, words)
        if self.heading and look not in (Look.END, Look.FURNITURE):
            look = Look.SHORT
        return Line(self.text, look, words, indent=0, bullet=self.item, gap=True)


def parse_html(text: str) -> HtmlElement | None:
    """The tree of a page, None where it holds no element; what is broken is mended as browsers do.

    Elements deeper than libxml2 allows (256) are lost with what follows.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def blocks_of(html: str) -> list[Block]:
    """The blocks of a piece of HTML; none where it shows nothing."""
    tree = parse_html(html)
    return read_blocks(tree) if tree is not None else []


def read_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of the page in the order in which it is written."""
    reader = _BlockReader()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if _is_unseen(element):
            walk.skip_subtree()
            if event == "end":
                reader.say(element.tail)
        elif event == "start":
            reader.open(element)
            reader.say(element.text)
        else:
            reader.close(element)
            reader.say(element.tail)
    return reader.blocks


class _BlockReader:
    """Gathers text until an element that is no part of a line opens or closes."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._run: list[str] = []
        self._places = [Block("")]  # what is to be said of text in each element that is open
        self._parents = 0

    def say(self, text: str | None) -> None:
        if text:
            self._run.append(_SPACES.sub(" ", text))

    def open(self, element: HtmlElement) -> None:
        if element.tag == "br":
            self._run.append("\n")
        elif element.tag not in _INLINE:
            self._end_run()
            self._places.append(self._place_in(element))

    def close(self, element: HtmlElement) -> None:
        if element.tag != "br" and element.tag not in _INLINE:
            self._end_run()
            self._places.pop()

    def _place_in(self, element: HtmlElement) -> Block:
        around = self._places[-1]
        return Block(
            "",
            heading=around.heading or element.tag in _HEADINGS,
            item=around.item or element.tag == "li",
            apart=around.apart or element.tag in _APART,
        )

    def _end_run(self) -> None:
        text = _UNSEEN_MARKS.sub("", "".join(self._run))
        self._run.clear()
        for line in split_lines(_SPACES_AROUND_BREAK.sub("\n", _SPACE_RUN.sub(" ", text))):
            if line.strip():
                self.blocks.append(replace(self._places[-1], text=line.strip()))


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in ("html", "body"):  # some are hidden until a script has run
        return False
    if element.tag in _UNSEEN or "hidden" in element.attrib:
        return True
    return bool(_STYLED_AWAY.search(element.get("style", "")))
