"""The lines of a PDF joined to its paragraphs, hyphenated words included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bot.reading.pages.hyphenation import FIRST_WORD, HYPHENS, LAST_WORD, SOFT_HYPHEN, WordList
from bot.reading.pages.lines import UNSPACED
from bot.reading.pdf.layout import TextLine

# Distances in sizes of the type, unless they are shares of another distance.
_MAX_LEADING = 1.3  # of the usual distance between two lines of a paragraph
_USUAL_LEADING = 1.25
_MIN_INDENT, _MAX_INDENT = 0.7, 6.0
_SAME_EDGE = 0.35
_MIN_SHORT = 0.5  # of the column: what ends before was broken by its author
_SAME_SIZE = 0.06  # share by which sizes may differ within a paragraph
_NOTE_SIZE = 0.92  # of the text's: smaller lines at the foot of a page are notes

_BULLET = re.compile(r"[•·‣▪●◦○■□►✓]\s")
_ITEM = re.compile(rf"{_BULLET.pattern}|[–—*-]\s|\(?(?:\d{{1,3}}|[a-z])[.)]\s")
_NOTE_MARK = re.compile(r"[\d*†‡§⁰¹²³⁴⁵⁶⁷⁸⁹]")
_SENTENCE_END = re.compile(r"[.!?:。！？…][\"'”’»)\]」』]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_HANGUL_JOIN = re.compile(r"[가-힣][가-힣]")
_UNSPACED_JOIN = re.compile(rf"[{UNSPACED}、。，」』（）][{UNSPACED}、。，「『（）]")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph or a heading, with the size of its type."""

    text: str
    size: float
    is_bold: bool
    page: int


def find_text_size(lines: Sequence[TextLine]) -> float:
    """Return the size in which most characters are printed."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size])


def read_blocks(lines: Sequence[TextLine]) -> list[TextBlock]:
    """Return the paragraphs and headings of `lines`, which are in reading order.

    Notes in small type at the foot of a page are left out, so that a paragraph goes on over the
    page.
    """
    size = find_text_size(lines)
    lines = _drop_notes(lines, size)
    words = _Words(lines)
    leading = _find_leading(lines, size)
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, leading):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        TextBlock(
            words.join(group),
            size=max(group, key=lambda line: len(line.text)).size,
            is_bold=all(line.is_bold for line in group),
            page=group[0].page,
        )
        for group in groups
    ]


def _drop_notes(lines: Sequence[TextLine], size: float) -> list[TextLine]:
    """Return `lines` without the notes: small lines below all text of their column, the first of
    them with a mark."""
    kept: list[TextLine] = []
    start = 0
    for n, line in enumerate(lines):
        following = lines[n + 1] if n + 1 < len(lines) else None
        if following and (following.page, following.column) == (line.page, line.column):
            continue
        column = list(lines[start : n + 1])
        start = n + 1
        end = len(column)
        while end and column[end - 1].size <= _NOTE_SIZE * size:
            end -= 1
        notes = column[end:]
        marked = next((m for m, note in enumerate(notes) if _NOTE_MARK.match(note.text)), None)
        kept += column if marked is None or not end else column[: end + marked]
    return kept


def _find_leading(lines: Sequence[TextLine], size: float) -> float:
    """Return the usual distance between two lines of the text, in sizes of its type."""
    distances = [
        line.baseline - below.baseline
        for line, below in pairwise(lines)
        if line.page == below.page and line.size == below.size == size
    ]
    near = [distance / size for distance in distances if 0.8 * size < distance < 2.5 * size]
    return median(near) if near else _USUAL_LEADING


def _continues(group: Sequence[TextLine], line: TextLine, leading: float) -> bool:
    """Whether `line` continues the paragraph that `group` begins."""
    last = group[-1]
    if abs(line.size - last.size) > _SAME_SIZE * last.size or line.is_bold != last.is_bold:
        return (
            _is_inside_sentence(last, line)
            and not line.is_bold
            and not last.is_bold
            and (_is_below(last, line, leading))
        )
    if _begins_item(last, line):
        return False
    if not _is_below(last, line, leading):
        is_next_column = line.page != last.page or line.column != last.column
        return is_next_column and not _is_short(last) and _is_inside_sentence(last, line)
    return not (_is_indented(group, line) or _ends_short(group, line))


def _begins_item(last: TextLine, line: TextLine) -> bool:
    """Whether `line` begins an item of a list: "3. May" in the middle of a sentence does not."""
    if _BULLET.match(line.text):
        return True
    is_whole = _is_short(last) or not _is_inside_sentence(last, line)
    return bool(_ITEM.match(line.text)) and is_whole


def _is_below(last: TextLine, line: TextLine, leading: float) -> bool:
    """Whether `line` is the next of the same column, at the usual distance."""
    if line.page != last.page:
        return False
    distance = last.baseline - line.baseline
    if not 0 < distance <= _MAX_LEADING * leading * max(last.size, line.size):
        return False
    return line.left < last.right and last.left < line.right


def _is_inside_sentence(last: TextLine, line: TextLine) -> bool:
    """Whether a sentence goes on from one line to the other."""
    return (not _SENTENCE_END.search(last.text) and not line.text[:1].isupper()) or (
        last.text.endswith(HYPHENS)
    )


def _is_indented(group: Sequence[TextLine], line: TextLine) -> bool:
    """Whether `line` is set in as the first of a paragraph is.

    The lines of a paragraph that hangs, as in a list, are all set in but the first.
    """
    last = group[-1]
    indent = (line.left - last.left) / line.size
    if len(group) == 1 and _ITEM.match(last.text):
        return False
    centre = abs((line.left + line.right) - (last.left + last.right)) / 2
    is_centred = centre <= _SAME_EDGE * line.size
    return _MIN_INDENT <= indent <= _MAX_INDENT and not is_centred


def _ends_short(group: Sequence[TextLine], line: TextLine) -> bool:
    """Whether the last line of `group` ends although the first word of `line` would have fitted.

    Short lines in the middle of a sentence are centred ones, or those of a list item.
    """
    last = group[-1]
    room = max(last.column[1], line.column[1]) - last.right
    first_word = len(line.text.split(" ", 1)[0]) * (line.right - line.left) / len(line.text)
    if room <= first_word + _SAME_EDGE * last.size:
        return False
    if _SENTENCE_END.search(last.text):
        return True
    is_item = bool(_ITEM.match(group[0].text)) and line.left > group[0].left
    return _is_short(last) and not is_item and not _is_centred(last, line)


def _is_short(line: TextLine) -> bool:
    left, right = line.column
    return line.right - left < _MIN_SHORT * (right - left)


def _is_centred(last: TextLine, line: TextLine) -> bool:
    middle, last_middle = line.left + line.right, last.left + last.right
    return abs(middle - last_middle) / 2 <= _SAME_EDGE * line.size


class _Words:
    """The words of a document, which tell how its line ends are joined."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self._words = WordList("\n".join(line.text for line in lines))
        hangul = [
            line.ends_in_space
            for line, below in pairwise(lines)
            if _HANGUL_JOIN.fullmatch(line.text[-1:] + below.text[:1])
        ]
        # A document that prints a space at one line end of Korean prints each that there is.
        self._prints_spaces = any(hangul)

    def join(self, lines: Sequence[TextLine]) -> str:
        """Return the text of lines that follow each other."""
        text = lines[0].text
        for last, line in pairwise(lines):
            text = self._join_two(text, line.text, ends_in_space=last.ends_in_space)
        return text.replace(SOFT_HYPHEN, "")

    def _join_two(self, text: str, following: str, *, ends_in_space: bool) -> str:
        if text.endswith(HYPHENS) and not text[-2:-1].isspace() and len(text) > 1:
            return self._words.join(text, following)
        ends = text[-1:] + following[:1]
        if _UNSPACED_JOIN.fullmatch(ends):
            return text + following
        if (
            _HANGUL_JOIN.fullmatch(ends)
            and not ends_in_space
            and self._is_cut_in_word(text, following)
        ):
            return text + following
        return f"{text} {following}"

    def _is_cut_in_word(self, text: str, following: str) -> bool:
        """Whether a Korean word goes on over the line end."""
        if self._prints_spaces:
            return True
        start, end = LAST_WORD.search(text), FIRST_WORD.match(following)
        return bool(start and end and (start[0] + end[0]) in self._words)
