"""What a sentence counts and dates: its figures with their units, and its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model import Span
from bot.text.words import Word, words

_NUMERALS = dict(
    zip(
        """
        two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
        """.split(),  # noqa: SIM905 - a word list reads best as words
        (*range(2, 20), *range(20, 100, 10)),
        strict=True,
    )
)
_TIMES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
_MONEY = frozenset({"dollar", "euro", "pound", "won", "yen", "yuan"})
_ABOUT = frozenset(
    {"about", "around", "nearly", "almost", "roughly", "approximately", "some", "estimated"}
)
_AT_LEAST = re.compile(r"\b(?:more than|over|above|at least|exceed\w*)\W*$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:less than|fewer than|under|below|up to|at most|as many as|nearly|almost)\W*$",
    re.IGNORECASE,
)
# Two rounded figures are one within this part of the larger.
_ROUGHLY = 0.1
_ROUND = 1000  # from here on a figure that ends in zeros is read as rounded
_UNIT_WORDS = 3
_REMEMBERED = 4096  # sentences, for each is compared with many

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d\d?)(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d\d?)(?:st|nd|rd|th)?(?![\d,]*\d)"
    # "May" and "March" are months by themselves only after a word such as "in".
    rf"|(?<=\bin )(?P<month3>{_MONTH})"
    r")(?:,? (?P<year>(?:19|20)\d\d)\b)?"
    rf"|\b(?:(?P<month4>{_MONTH}) )?(?P<year2>(?:19|20)\d\d)\b(?![\d,.]*\d|\s?%)"
)
# A date after one of these is the day it was said, not the day it happened.
_REPORTED = re.compile(
    r"\b(?:said|says|told|reported|reports|wrote|added|posted|published)\b[^,;.]{0,40}$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of something: `unit` are the terms of what is counted, its head last.

    `step` is what the number is rounded to; `bound` is 1 for "more than" and -1 for "up to";
    `span` is its place in the text, the unit not included.
    """

    value: float
    step: float
    unit: tuple[str, ...]
    bound: int
    about: bool
    span: Span

    @property
    def is_measured(self) -> bool:
        """Whether it is a part or a sum of money: what is measured again and again."""
        return self.unit[-1] == "percent" or self.unit[-1] in _MONEY

    def counts_the_same(self, other: Figure) -> bool:
        return self.unit[-1] in other.unit or other.unit[-1] in self.unit

    def agrees(self, other: Figure) -> bool:
        """Whether both can be true of one count, as rounded and bounded as they are."""
        apart = self.value - other.value
        if (self.bound > 0 > apart or self.bound < 0 < apart) or (
            other.bound > 0 < apart or other.bound < 0 > apart
        ):
            return True
        if abs(apart) <= max(self.step, other.step) / 2:
            return True
        rough = self.about or other.about or self.bound or other.bound
        return bool(rough) and abs(apart) <= _ROUGHLY * max(self.value, other.value)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year as far as it is stated; 0 for what is not."""

    year: int
    month: int
    day: int
    span: Span

    def agrees(self, other: Date) -> bool | None:
        """Whether both can be one date; None where they state nothing in common."""
        common = [
            (one, two) for one, two in zip(self._parts, other._parts, strict=True) if one and two
        ]
        return all(one == two for one, two in common) if common else None

    @property
    def _parts(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day


@lru_cache(maxsize=_REMEMBERED)
def dates(text: str) -> tuple[Date, ...]:
    """The dates in `text` on which something happened: days, months and years."""
    found = []
    for match in _DATE.finditer(text):
        if _REPORTED.search(text, 0, match.start()):
            continue
        month = next((m for k, m in match.groupdict().items() if m and k.startswith("month")), "")
        day = match["day"] or match["day2"] or 0
        year = match["year"] or match["year2"] or 0
        number = _MONTHS.index(month[:3].casefold()) + 1 if month else 0
        found.append(Date(int(year), number, int(day), Span(*match.span())))
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures in `text` that say what they count: no dates, times, ranges or bare numbers."""
    found = words(text)
    dated = [match.span() for match in _DATE.finditer(text)]
    return tuple(
        figure
        for figure in _figures(text, found)
        if not any(start < figure.span.end and figure.span.start < end for start, end in dated)
    )


def _figures(text: str, found: Sequence[Word]) -> Iterator[Figure]:
    at = 0
    while at < len(found):
        number = _number(text, found, at)
        if number is None:
            at += 1
            continue
        value, step, after = number
        span = Span(found[at].start, found[after - 1].end)
        sign = found[at - 1].form if at and found[at - 1].end == found[at].start else ""
        unit = (sign,) if sign in _MONEY else _unit(text, found, after)
        if unit and not _in_range(text, span) and not text[span.end : span.end + 1].isalpha():
            yield Figure(value, step, unit, *_hedges(text, found, at, sign), span)
        at = after


def _number(text: str, found: Sequence[Word], at: int) -> tuple[float, float, int] | None:
    """The number that begins with word `at`: its value, what it is rounded to, and the word after
    it."""
    form = found[at].form
    if re.fullmatch(r"\d+(?:\.\d+)?", form):
        value = float(form)
        _, _, decimals = form.partition(".")
        step = 10.0 ** -len(decimals)
        if value >= _ROUND and not decimals:
            step = 10.0 ** (len(form) - len(form.rstrip("0")))
    elif form in _NUMERALS:
        value, step = float(_NUMERALS[form]), 1.0
    else:
        return None
    after = at + 1
    while after < len(found) and text[found[after - 1].end : found[after].start] in ("", " ", "-"):
        form = found[after].form
        if form in _TIMES:
            value, step = value * _TIMES[form], step * _TIMES[form]
        elif value in range(20, 100, 10) and _NUMERALS.get(form, 10) < 10:
            value += _NUMERALS[form]
        else:
            break
        after += 1
    return value, step, after


def _unit(text: str, found: Sequence[Word], at: int) -> tuple[str, ...]:
    """The terms of what is counted: the words from `at` up to a stop word or a mark."""
    unit: list[str] = []
    for word in found[at : at + _UNIT_WORDS]:
        between = text[found[at - 1 + len(unit)].end : word.start]
        if word.form == "per" and text[word.end : word.end + 5] == " cent":
            return ("percent",)
        if between.strip(" \u00a0-") or not word.term or word.form[0].isdigit():
            break
        unit.append(word.term)
        if word.term in ("percent", *_MONEY):
            break
    return tuple(unit)


def _hedges(text: str, found: Sequence[Word], at: int, sign: str) -> tuple[int, bool]:
    """What the words before a number make of it: its bound, and whether it is rough."""
    first = at - 1 if sign in _MONEY else at
    if first and found[first - 1].end == found[first].start:  # the US of "US$5"
        first -= 1
    before = text[: found[first].start]
    bound = bool(_AT_LEAST.search(before)) - bool(_AT_MOST.search(before))
    return bound, first > 0 and found[first - 1].form in _ABOUT


def _in_range(text: str, span: Span) -> bool:
    """Whether the number is one end of a range, or part of a time, a score or a code."""
    return bool(
        re.match(r"\s?(?:[-–—/:]|to|and|or)\s?[$€£₩]?\d", text[span.end : span.end + 8])
        or re.search(r"\d%?\s?(?:[-–—/:]|to|and|or)\s?[$€£₩]?$", text[: span.start])
    )
