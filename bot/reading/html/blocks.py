"""The visible text of an HTML page, block by block, as a browser displays it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from bot.reading.decoding import drop_forbidden, repair_references
from bot.reading.pages.lines import Line, Look, classify, count_words, split_lines


def _split_tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements that a browser does not display, or whose words belong to controls and pictures.
_INVISIBLE = _split_tags(
    "script style noscript template head title svg math iframe object embed canvas audio "
    "video select option datalist textarea input map"
)
_ASIDES = _split_tags("figure figcaption caption th button form nav aside footer label")
_INLINE = _split_tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb ruby "
    "s samp small span strike strong sub sup time tt u var wbr"
)
_HEADINGS = _split_tags("h1 h2 h3 h4 h5 h6")

# What is displayed as one space, and what is invisible and would split a word.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACE_RUN = re.compile(r"  +")
_SPACES_AROUND_BREAK = re.compile(r" ?\n ?")
_INVISIBLE_MARKS = re.compile("[\u00ad\u200b\u2060\ufeff]")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of visible text, never empty, with its white space collapsed.

    `is_heading`: within h1 to h6; `is_item`: within a list item; `is_aside`: within a picture, a
    table, a form or the site's navigation.
    """

    text: str
    is_heading: bool = False
    is_item: bool = False
    is_aside: bool = False

    @property
    def line(self) -> Line:
        """The block as a line for `pages`, which need not guess what is a heading."""
        words = count_words(self.text)
        look = classify(self.text, words)
        if self.is_heading and look not in (Look.END, Look.FURNITURE, Look.NOTICE):
            look = Look.SHORT
        return Line(self.text, look, words, indent=0, is_bullet=self.is_item, follows_gap=True)


def parse_html(text: str) -> HtmlElement | None:
    """Return the tree of a page, repaired as browsers do; None where it holds no element.

    Elements deeper than libxml2 allows (256) are lost, with all that follows. The readings that
    are printed above characters (`rt`, `rp` of `ruby`) are left out: they would split a word.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(repair_references(drop_forbidden(text)).encode(), parser)
    except (etree.LxmlError, ValueError):
        return None
    if tree is not None:
        etree.strip_elements(tree, "rt", "rp", "rtc", with_tail=False)
    return tree


def parse_blocks(html: str) -> list[Block]:
    """Return the blocks of a piece of HTML; none where it has no visible text."""
    tree = parse_html(html)
    return read_blocks(tree) if tree is not None else []


def read_blocks(tree: HtmlElement) -> list[Block]:
    """Return the blocks of the page in document order."""
    builder = _BlockBuilder()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if _is_invisible(element):
            walk.skip_subtree()
            if event == "end":
                builder.add_text(element.tail)
        elif event == "start":
            builder.open(element)
            builder.add_text(element.text)
        else:
            builder.close(element)
            builder.add_text(element.tail)
    return builder.blocks


class _BlockBuilder:
    """Collects text until an element that is not inline opens or closes."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._run: list[str] = []
        self._contexts = [Block("")]  # one for each open element, with the flags of text in it

    def add_text(self, text: str | None) -> None:
        """Add text to the current line."""
        if text:
            self._run.append(_SPACES.sub(" ", text))

    def open(self, element: HtmlElement) -> None:
        """Note that `element` opens, which ends the line unless it is inline."""
        if element.tag == "br":
            self._run.append("\n")
        elif element.tag not in _INLINE:
            self._end_run()
            self._contexts.append(self._context_in(element))

    def close(self, element: HtmlElement) -> None:
        """Note that `element` closes, which ends the line unless it is inline."""
        if element.tag != "br" and element.tag not in _INLINE:
            self._end_run()
            self._contexts.pop()

    def _context_in(self, element: HtmlElement) -> Block:
        parent = self._contexts[-1]
        return Block(
            "",
            is_heading=parent.is_heading or element.tag in _HEADINGS,
            is_item=parent.is_item or element.tag == "li",
            is_aside=parent.is_aside or element.tag in _ASIDES,
        )

    def _end_run(self) -> None:
        text = _INVISIBLE_MARKS.sub("", "".join(self._run))
        self._run.clear()
        for line in split_lines(_SPACES_AROUND_BREAK.sub("\n", _SPACE_RUN.sub(" ", text))):
            if line.strip():
                self.blocks.append(replace(self._contexts[-1], text=line.strip()))


def _is_invisible(element: HtmlElement) -> bool:
    if element.tag in ("html", "body"):  # some are hidden until a script has run
        return False
    if element.tag in _INVISIBLE or "hidden" in element.attrib:
        return True
    return bool(_HIDING_STYLE.search(element.get("style", "")))
