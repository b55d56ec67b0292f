"""Quotations in a text: what stands between quotation marks, double or single, however careless."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.model import Span


class Quotation(NamedTuple):
    """Words between quotation marks. `span` includes the marks, `words` is what they enclose.

    `is_open` says that no mark closes it, as where it goes on in the next paragraph.
    """

    span: Span
    words: Span
    is_open: bool = False


# Straight marks open and close alike; two single ones stand for a double one. A straight mark
# after a figure may mean inches.
_DOUBLE = re.compile(r"[“”„«»\"]|''|’’|‘‘")
_OPENING_MARKS, _CLOSING_MARKS = ("“", "„", "«", "‘‘"), ("”", "»", "’’")
_SINGLE_OPENING = re.compile(r"(?<![\w.,!?'’‘])['‘](?=\S)")
# A Korean particle may follow: ‘안 된다’고.
_SINGLE_CLOSING = re.compile(r"(?<=[^\s'‘])['’](?!['’]|[^\W가-힣])")
_COUNTED_MARKS = '"“”„«»「」'


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """Return the quotations of a paragraph or a sentence in order, none inside another.

    There is none of a kind of mark where it is unclear which mark closes which.
    """
    double = _find_double(text)
    single = _find_single(text, [quotation.span for quotation in double])
    return tuple(sorted((*double, *single)))


def starting_within(quotations: Sequence[Quotation], span: Span) -> Sequence[Quotation]:
    """Return those of some quotations, which are in order, that start within a span."""
    first = bisect_left(quotations, span.start, key=lambda quotation: quotation.span.start)
    end = bisect_left(quotations, span.end, first, key=lambda quotation: quotation.span.start)
    return quotations[first:end]


def remove_quotations(text: str) -> str:
    """Return `text` without its closed quotations and their marks."""
    parts: list[str] = []
    end = 0
    for quotation in find_quotations(text):
        if not quotation.is_open:
            parts.append(text[end : quotation.span.start])
            end = quotation.span.end
    return "".join((*parts, text[end:]))


def is_balanced(text: str) -> bool:
    """Whether the double quotation marks and the brackets that open in `text` close in it.

    Marks are counted, not matched: a sentence may begin or end within a quotation, and careless
    pages mix straight and curly marks. Single marks are not counted, as they may be apostrophes.
    """
    marks = sum(text.count(mark) for mark in _COUNTED_MARKS)
    return marks % 2 == 0 and all(
        text.count(opening) == text.count(closing) for opening, closing in ("()", "[]")
    )


def _find_double(text: str) -> list[Quotation]:
    quotations: list[Quotation] = []
    opening: re.Match[str] | None = None
    for mark in _DOUBLE.finditer(text):
        if opening is None:
            means_inches = mark.group() == '"' and text[mark.start() - 1 : mark.start()].isdecimal()
            if mark.group() not in _CLOSING_MARKS and not means_inches:
                opening = mark
        elif mark.group() in _OPENING_MARKS:
            return []
        else:
            words = Span(opening.end(), mark.start())
            if words.start < words.end:
                quotations.append(Quotation(Span(opening.start(), mark.end()), words))
            opening = None
    if opening is not None:
        span, words = Span(opening.start(), len(text)), Span(opening.end(), len(text))
        quotations.append(Quotation(span, words, is_open=True))
    return quotations


def _find_single(text: str, double: Sequence[Span]) -> Iterator[Quotation]:
    """Yield what stands between single marks outside the `double` ones.

    As they may also be apostrophes, one mark alone must be able to close it before another opens.
    """

    def outside(marks: re.Pattern[str]) -> list[int]:
        return [
            mark.start() for mark in marks.finditer(text) if not _is_within(mark.start(), double)
        ]

    opening = outside(_SINGLE_OPENING)
    if not opening:  # most sentences have none
        return
    closing = outside(_SINGLE_CLOSING)
    for start, limit in pairwise((*opening, len(text))):
        ends = closing[bisect_right(closing, start) : bisect_left(closing, limit)]
        if len(ends) == 1:
            yield Quotation(Span(start, ends[0] + 1), Span(start + 1, ends[0]))


def _is_within(position: int, spans: Sequence[Span]) -> bool:
    """Whether a position lies in one of some spans that are in order and do not overlap."""
    number = bisect_right(spans, position, key=lambda span: span.start) - 1
    return number >= 0 and position < spans[number].end
