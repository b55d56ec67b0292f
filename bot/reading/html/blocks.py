"""The visible text of an HTML page, block by block, as a browser displays it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from bot.reading.decoding import drop_forbidden, repair_references
from bot.reading.pages.lines import Line, Look, classify, count_words, split_lines


def _split_tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Elements that a browser does not display, or whose words belong to controls and pictures.
_INVISIBLE = _split_tags(
    "script style noscript template head title svg math iframe object canvas audio "
    "video select option datalist textarea input map"
)
_ASIDES = _split_tags("figure figcaption caption th button form nav aside footer label")
_INLINE = _split_tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rb ruby "
    "s samp small span strike strong sub sup time tt u var wbr"
)
_MIN_UNSCRIPTED = 600  # characters
_HEADINGS = _split_tags("h1 h2 h3 h4 h5 h6")

# What is displayed as one space, and what is invisible and would split a word.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACE_RUN = re.compile(r"  +")
_SPACES_AROUND_BREAK = re.compile(r" ?\n ?")
_INVISIBLE_MARKS = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CAPTION_CLASS = re.compile(r"caption|bildunterschrift|legende|credit", re.IGNORECASE)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of visible text, never empty, with its white space collapsed.

    `is_heading`: within h1 to h6; `is_item`: within a list item; `is_aside`: within a picture, a
    table, a form or the site's navigation; `is_link`: nothing but a link. `container`
    numbers the element around the one that the line is in.
    """

    text: str
    is_heading: bool = False
    is_item: bool = False
    is_aside: bool = False
    is_link: bool = False
    container: int = 0

    @property
    def line(self) -> Line:
        """The block as a line for `pages`, which need not guess what is a heading.

        A short line that is no heading is a paragraph itself, as the items of a list are.
        """
        words = count_words(self.text)
        look = classify(self.text, words)
        if self.is_heading and look not in (Look.END, Look.FURNITURE, Look.NOTICE):
            look = Look.SHORT
        is_text = self.is_item or not self.is_heading
        return Line(self.text, look, words, indent=0, is_bullet=is_text, follows_gap=True)


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
    """Return the blocks of the page in document order.

    A `noscript` counts where it holds the text of a page rather than a notice.
    """
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
        self._run: list[_Piece] = []
        self._links = self._elements = 0  # how many are open, or were
        self._numbers = [0]
        self._contexts = [Block("")]  # one for each open element, with the flags of text in it

    def add_text(self, text: str | None) -> None:
        """Add text to the current line."""
        if text:
            self._run.append(_Piece(_SPACES.sub(" ", text), self._links > 0))

    def open(self, element: HtmlElement) -> None:
        """Note that `element` opens, which ends the line unless it is inline."""
        self._links += element.tag == "a"
        if element.tag == "br":
            self._run.append(_Piece("\n"))
        elif element.tag not in _INLINE:
            self._end_run()
            self._contexts.append(self._context_in(element))

    def close(self, element: HtmlElement) -> None:
        """Note that `element` closes, which ends the line unless it is inline."""
        self._links -= element.tag == "a"
        if element.tag != "br" and element.tag not in _INLINE:
            self._end_run()
            self._contexts.pop()
            self._numbers.pop()

    def _context_in(self, element: HtmlElement) -> Block:
        parent = self._contexts[-1]
        self._elements += 1
        self._numbers.append(self._elements)
        return Block(
            "",
            is_heading=parent.is_heading or element.tag in _HEADINGS,
            is_item=parent.is_item or element.tag == "li",
            is_aside=parent.is_aside or _is_aside(element),
            container=self._numbers[-2],
        )

    def _end_run(self) -> None:
        marked: dict[str, list[_Piece]] = {}
        for is_break, pieces in groupby(self._run, lambda piece: piece.text == "\n"):
            if not is_break:
                line = list(pieces)
                marked[_display(line)] = [piece for piece in line if piece.text.strip()]
        text = _display(self._run)
        self._run.clear()
        for line_text in map(str.strip, split_lines(text)):
            shown = marked.get(line_text, [])
            if line_text:
                self.blocks.append(
                    replace(
                        self._contexts[-1],
                        text=line_text,
                        is_link=bool(shown) and all(piece.is_link for piece in shown),
                    )
                )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the current line, or a line break."""

    text: str
    is_link: bool = False


def _display(pieces: Iterable[_Piece]) -> str:
    """Return the text of the pieces as it is displayed, without outer white space."""
    text = drop_invisible("".join(piece.text for piece in pieces))
    return _SPACES_AROUND_BREAK.sub("\n", _SPACE_RUN.sub(" ", text)).strip()


def drop_invisible(text: str) -> str:
    """Return `text` without soft hyphens and the like, which would split its words."""
    return _INVISIBLE_MARKS.sub("", text)


def _is_aside(element: HtmlElement) -> bool:
    return element.tag in _ASIDES or bool(_CAPTION_CLASS.search(element.get("class", "")))


def _is_invisible(element: HtmlElement) -> bool:
    if element.tag in ("html", "body"):  # some are hidden until a script has run
        return False
    if element.tag == "noscript":
        return len(element.text_content()) < _MIN_UNSCRIPTED
    if element.tag in _INVISIBLE or "hidden" in element.attrib:
        return True
    return bool(_HIDING_STYLE.search(element.get("style", "")))
