"""A paragraph to what stands between its quotation marks, double or single, careful or careless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from bot.model import Span


class Quotation(NamedTuple):
    """Words between quotation marks. `span` takes in the marks, `words` what they enclose; `open`
    says that no mark closes it, as where it goes on in the next paragraph."""

    span: Span
    words: Span
    open: bool = False


# Straight marks open and close alike; two single ones stand for a double one. A straight mark
# behind a figure may say inches.
_DOUBLE = re.compile(r"[“”„«»\"]|''|’’|‘‘")
_OPENS, _CLOSES = ("“", "„", "«", "‘‘"), ("”", "»", "’’")
_SINGLE_OPENS = re.compile(r"(?<![\w.,!?'’‘])['‘](?=\S)")
_SINGLE_CLOSES = re.compile(r"(?<=[^\s'‘])['’](?![\w'’])")


def quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of a paragraph in order, none inside another; none at all of a kind of mark
    where it cannot be told which mark closes which."""
    double = tuple(_double(text))
    taken = [quotation.span for quotation in double]
    single = tuple(_single(text, taken))
    return tuple(sorted((*double, *single)))


def _double(text: str) -> list[Quotation]:
    found: list[Quotation] = []
    opening: re.Match[str] | None = None
    for mark in _DOUBLE.finditer(text):
        sign = mark.group()
        if opening is None:
            if sign in _CLOSES or (sign == '"' and _says_inches(text, mark)):
                continue
            opening = mark
        elif sign in _OPENS:
            return []
        else:
            words = Span(opening.end(), mark.start())
            if words.start < words.end:
                found.append(Quotation(Span(opening.start(), mark.end()), words))
            opening = None
    if opening is not None:
        words = Span(opening.end(), len(text))
        found.append(Quotation(Span(opening.start(), len(text)), words, open=True))
    return found


def _says_inches(text: str, mark: re.Match[str]) -> bool:
    return text[mark.start() - 1 : mark.start()].isdecimal()


def _single(text: str, taken: list[Span]) -> Iterator[Quotation]:
    """Between single marks, which may also be apostrophes: only what one mark alone can close
    before another opens."""

    def free(place: int) -> bool:
        return not any(span.start <= place < span.end for span in taken)

    opens = [mark.start() for mark in _SINGLE_OPENS.finditer(text) if free(mark.start())]
    closes = [mark.start() for mark in _SINGLE_CLOSES.finditer(text) if free(mark.start())]
    for opened, limit in pairwise((*opens, len(text))):
        closing = [place for place in closes if opened < place < limit]
        if len(closing) == 1:
            end = closing[0]
            yield Quotation(Span(opened, end + 1), Span(opened + 1, end))
