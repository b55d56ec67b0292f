"""The lines of a page, each with the signs that tell prose from headlines and furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.reading.pages.credits import is_credit
from bot.reading.pages.furniture import furniture
from bot.reading.pages.stamps import MONTH, WEEKDAY, has_stamp, without_stamp
from bot.reading.pages.wrapping import split_lines


class Look(Enum):
    """What a line looks like on its own."""

    PROSE = auto()  # whole sentences
    TEASER = auto()  # a sentence that breaks off in an ellipsis
    SHORT = auto()  # a headline, a heading, a list item, a link
    BYLINE = auto()  # who wrote it
    STAMP = auto()  # when it was written
    CREDIT = auto()  # the credit of a picture, with or without its caption
    FURNITURE = auto()  # belongs to the site
    END = auto()  # says that the story is over


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page that holds anything: `text` lacks outer white space and bullet glyph.

    `words` is its length in words, or what a script without spaces would need for the same.
    `indent` counts the characters before the text or its glyph; `gap` says that an empty line
    stands above.
    """

    text: str
    look: Look
    words: int
    indent: int
    bullet: bool
    gap: bool


_BULLET = re.compile(r"[•·‣▪●◦○■□▶►✓*+]|[-–—](?=\s)")
_BLANK = (  # white space, and the marks that show as nothing
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200e\u200f\u2060"
)

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_UNSPACED_PER_WORD = 2

_SHORTEST_SENTENCE = 5  # words
_SHORTEST_STATEMENT = 2
_LONGEST_HEADLINE = 25
_LONGEST_BYLINE = 16
_MOST_BESIDE_STAMP = 4

# Ends are looked for in the last characters only, labels in short lines only: no match is slow.
_TAIL = 40
_LONGEST_LABEL = 300

_CLOSED = r"[\"'”’»)\]*\s]*$"
_SENTENCE_ENDS = re.compile(
    rf"(?:[.!?。！？:;؟।]|[.!?][\"'”’]?\s?[\[(][\w/ -]{{1,20}}[\])]){_CLOSED}"
)
_BREAKS_OFF = re.compile(rf"(?:…|\.{{3,}}|\[…\]|\[\.{{3}}\]){_CLOSED}")
_BYLINE = re.compile(
    r"(?i:(?:written |reported |story )?by|von|por|par|oleh|автор)\b:?\s*"
    rf"(?:(?!(?i:{MONTH}\s+\d|{WEEKDAY}\b))\W?[^\W\d_a-z]|$)"
    r"|[가-힣]{2,4}\s?(?:기자|특파원|논설위원)(?![가-힣])"
)


def read_lines(page: str) -> list[Line]:
    """The lines of `page` that hold anything, in order."""
    lines: list[Line] = []
    gap = True
    for raw in split_lines(page):
        text = raw.strip(_BLANK)
        glyph = _BULLET.match(text)
        if glyph:
            text = text[glyph.end() :].lstrip(_BLANK)
        if not text:
            gap = gap or not glyph
            continue
        words = count_words(text)
        indent = len(raw) - len(raw.lstrip(_BLANK))
        lines.append(Line(text, look_of(text, words), words, indent, bool(glyph), gap))
        gap = False
    return lines


def count_words(text: str) -> int:
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(text)) + unspaced // _UNSPACED_PER_WORD


def look_of(text: str, words: int) -> Look:
    """What `text`, a line of `words` words, looks like on its own."""
    if furniture().ends_story(text, words):
        return Look.END
    if furniture().is_furniture(text, words):
        return Look.FURNITURE
    ends = bool(_SENTENCE_ENDS.search(text[-_TAIL:]))
    if len(text) <= _LONGEST_LABEL:
        stamped = has_stamp(text)
        if stamped and not ends and count_words(without_stamp(text)) <= _MOST_BESIDE_STAMP:
            return Look.STAMP
        if words <= _LONGEST_BYLINE and (stamped or not ends) and _BYLINE.match(text):
            return Look.BYLINE
    if is_credit(text, words):
        return Look.CREDIT
    if _BREAKS_OFF.search(text[-_TAIL:]):
        return Look.TEASER
    shortest = _SHORTEST_STATEMENT if text.endswith(".") else _SHORTEST_SENTENCE
    if words >= _LONGEST_HEADLINE or (ends and words >= shortest):
        return Look.PROSE
    return Look.SHORT
