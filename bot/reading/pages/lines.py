"""The lines of a page, rejoined where they were wrapped, each classified by what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.model import Span
from bot.reading.pages.credits import is_credit
from bot.reading.pages.furniture import load_furniture
from bot.reading.pages.hyphenation import join_cut_words
from bot.reading.pages.stamps import MONTH, WEEKDAY, has_stamp, strip_stamp
from bot.text.lazy import lazy_pattern


class Look(Enum):
    """What a line looks like on its own."""

    PROSE = auto()  # whole sentences
    TEASER = auto()  # a sentence that breaks off in an ellipsis
    SHORT = auto()  # a headline, a heading, a list item, a link
    BYLINE = auto()  # who wrote it
    STAMP = auto()  # when it was written
    HEADING = auto()  # a heading of the story for certain: one of a numbered sequence
    ITEM = auto()  # of a list that the line above it announces
    CREDIT = auto()  # a picture credit, with or without its caption
    NOTICE = auto()  # interrupts a story without ending it: an advertisement, an editor's note
    FURNITURE = auto()  # text of the site, not of a story
    END = auto()  # says that the story is over


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page that is not blank: `text` lacks outer white space and bullet glyph.

    `words` is its length as `count_words` counts it.
    `indent` counts the characters before the text or its glyph; `follows_gap` says that the line
    above is blank.
    """

    text: str
    look: Look
    words: int
    indent: int
    is_bullet: bool
    follows_gap: bool


_BULLET = re.compile(r"[•·‣▪●◦○■□▶►✓*+]|[-–—](?=\s)")
_BLANK = (  # white space, and invisible marks
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200e\u200f\u2060"
)

# Scripts that put no spaces between words, as ranges of a character class.
_CHINESE_JAPANESE = (
    r"々〇\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U000323af"
)
_SOUTHEAST_ASIAN = r"\u0e00-\u0e4f\u0e80-\u0ecf\u1000-\u103f\u1780-\u17d3"
UNSPACED = _CHINESE_JAPANESE + _SOUTHEAST_ASIAN
_UNSPACED_RUNS = (
    # With the mean length of a word in characters.
    (re.compile(f"[{_CHINESE_JAPANESE}]"), 2),
    (re.compile(f"[{_SOUTHEAST_ASIAN}]"), 5),
)
_WORD = re.compile(rf"[^\W_{UNSPACED}]+(?:['’.-][^\W_{UNSPACED}]+)*")

_MIN_SENTENCE = 5  # words
_MIN_STATEMENT = 2
_MAX_HEADLINE = 25
_MAX_BYLINE = 16
_MAX_BESIDE_STAMP = 4

# Endings are searched in the last characters only, labels in short lines only: no match is slow.
_TAIL = 40
_MAX_LABEL = 300

_CLOSED = r"[\"'”’»)\]*\s」』）】》〉]*$"
_SENTENCE_ENDS = re.compile(
    rf"(?:[.!?。！？:;؟।]|[.!?][\"'”’]?\s?[\[(][\w/ -]{{1,20}}[\])]){_CLOSED}"
)
_BREAKS_OFF = re.compile(rf"(?:…|\.{{3,}}|\[…\]|\[\.{{3}}\]){_CLOSED}")
_BYLINE = re.compile(
    r"(?i:(?:written |reported |story )?by|von|por|par|oleh|автор)\b:?\s*"
    rf"(?:(?!(?i:{MONTH}\s+\d|{WEEKDAY}\b))\W?[^\W\d_a-z]|$)"
    r"|(?i:text[eo]?|autor(?:in|en)?|auteure?|autore|verfasser|words):\s*(?=[^\W\d_])"
    r"|(?i:di|door|av|af|przez)(?:\s+(?:(?:e|en|och|og|i)\s+)?[^\W\d_a-z][\w.'’-]*,?){2,6}$"
)
_ASIAN_BYLINE = lazy_pattern(
    r"(?:글\s?[·/]\s?사진[\s=:]*|(?!사진|영상|그래픽|자료)[가-힣]{2,6}\s?=\s?)?"
    r"[가-힣]{2,4}(?:\s?[·,]\s?[가-힣]{2,4}){0,4}\s?"
    r"(?:(?:선임|수습|인턴|객원|전문|편집|탐사)\s?)?(?:기자|특파원|논설위원|통신원)(?![가-힣])"
    r"|(?:本[报報]|特[约約])?[记記]者\s?[/／:：]?\s?[\u4e00-\u9fff]{2,4}(?:\s?[/／].{1,12})?$"
    r"|(?:文|撰文|作者|取材・文|執筆)\s?[/／・:：=＝]\s?[\u3040-\u30ff\u4e00-\u9fff]{2,8}$"
    r"|기자명[\s:]*[가-힣]{2,4}(?![가-힣])"
)


_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CLAUSE_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")
_MAX_WRAP_WIDTH = 120  # characters
_MIN_FILL = 0.6  # of the widest line: what is shorter was broken by its author
_MIN_RUN_ONS = 3
_MIN_RUN_ON_SHARE = 1 / 3


def read_lines(page: str) -> list[Line]:
    """Return the lines of `page` that are not blank, in order, with the words whole that are cut at
    a line end."""
    lines: list[Line] = []
    follows_gap = True
    page, width = join_cut_words(page)
    for raw in split_lines(page, width):
        text = raw.strip(_BLANK)
        glyph = _BULLET.match(text)
        if glyph:
            text = text[glyph.end() :].lstrip(_BLANK)
        if not text:
            follows_gap = follows_gap or not glyph
            continue
        words = count_words(text)
        indent = len(raw) - len(raw.lstrip(_BLANK))
        look = classify(text, words)
        lines.append(Line(text, look, words, indent, bool(glyph), follows_gap))
        follows_gap = False
    return lines


def count_words(text: str) -> int:
    """Return the number of words.

    In scripts without spaces two characters count as one (Chinese, Japanese), or five (Thai, Lao,
    Burmese, Khmer).
    """
    unspaced = sum(-(-len(character.findall(text)) // size) for character, size in _UNSPACED_RUNS)
    return len(_WORD.findall(text)) + unspaced


def classify(text: str, words: int) -> Look:
    """Return what `text`, a line of `words` words, looks like on its own."""
    if load_furniture().ends_story(text, words):
        return Look.END
    if load_furniture().is_notice(text, words):
        return Look.NOTICE
    if load_furniture().is_furniture(text, words):
        return Look.FURNITURE
    ends = bool(_SENTENCE_ENDS.search(text[-_TAIL:]))
    if len(text) <= _MAX_LABEL:
        stamped = has_stamp(text)
        beside = count_words(strip_stamp(text)) if stamped else 0
        if stamped and beside <= (0 if ends else _MAX_BESIDE_STAMP):
            return Look.STAMP
        if words <= _MAX_BYLINE and (stamped or not ends) and _is_byline(text):
            return Look.BYLINE
    if is_credit(text, words):
        return Look.CREDIT
    if _BREAKS_OFF.search(text[-_TAIL:]):
        return Look.TEASER
    shortest = _MIN_STATEMENT if text.endswith((".", "。")) else _MIN_SENTENCE
    if words >= _MAX_HEADLINE or (ends and words >= shortest):
        return Look.PROSE
    return Look.SHORT


def _is_byline(text: str) -> bool:
    return bool(_BYLINE.match(text) or (not text.isascii() and _ASIAN_BYLINE.match(text)))


def split_lines(page: str, width: int | None = None) -> Iterator[str]:
    """Yield the lines of `page` in order, each a part of it, character for character.

    Where the page is wrapped at a fixed width, a line continues until a sentence ends, a line is
    not filled, or the next is blank or opens with a mark, as a list item does. `width` is that of
    the page where words were cut at its line ends: then one such line is enough to tell.
    """
    spans = list(_find_line_spans(page))
    lines = [page[span.start : span.end].rstrip() for span in spans]
    runs_on = _find_run_ons(lines, width)
    start = spans[0].start
    for n, span in enumerate(spans):
        if not runs_on[n]:
            yield page[start : span.end]
            start = spans[n + 1].start if n + 1 < len(spans) else len(page)


def _find_line_spans(page: str) -> Iterator[Span]:
    start = 0
    for line_break in _BREAK.finditer(page):
        yield Span(start, line_break.start())
        start = line_break.end()
    yield Span(start, len(page))


def _find_run_ons(lines: Sequence[str], width: int | None) -> list[bool]:
    """Return for each line whether the next one continues it.

    A page is wrapped if no line is wide and many that are filled run on into lower case.
    """
    widest = width or max(map(len, lines))
    if widest > _MAX_WRAP_WIDTH:
        return [False] * len(lines)
    openings = [line.lstrip()[:1] for line in lines[1:]] + [""]
    open_ended = [
        len(line) >= _MIN_FILL * widest and opening.isalnum() and not _CLAUSE_ENDS.search(line)
        for line, opening in zip(lines, openings, strict=True)
    ]
    run_ons = sum(
        is_open and opening.islower() for is_open, opening in zip(open_ended, openings, strict=True)
    )
    min_run_ons = 1 if width else _MIN_RUN_ONS
    if run_ons < max(min_run_ons, _MIN_RUN_ON_SHARE * sum(open_ended)):
        return [False] * len(lines)
    return open_ended
