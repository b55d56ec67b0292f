"""The figures of a text, with what they count, and its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model import Span
from bot.text.lazy import lazy_pattern
from bot.text.terms import AnalysedText
from bot.text.words import Word

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
_MULTIPLIERS = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
_MONEY = frozenset({"dollar", "euro", "pound", "won", "yen", "yuan"})
_APPROXIMATIONS = frozenset(
    {"about", "around", "nearly", "almost", "roughly", "approximately", "some", "estimated"}
)
_AT_LEAST = lazy_pattern(r"\b(?:more than|over|above|at least|exceed\w*)\W*$", re.IGNORECASE)
_AT_MOST = lazy_pattern(
    r"\b(?:less than|fewer than|under|below|up to|at most|as many as|nearly|almost)\W*$",
    re.IGNORECASE,
)
# Two approximate figures agree within this part of the larger.
_TOLERANCE = 0.1
_MIN_ROUNDED = 1000  # from here on a figure that ends in zeros counts as rounded
_MAX_UNIT_WORDS = 3

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_DATE = lazy_pattern(
    rf"\b(?:(?P<day>\d\d?)(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d\d?)(?:st|nd|rd|th)?(?![\d,]*\d)"
    # "May" and "March" are months by themselves only after a word such as "in".
    rf"|(?<=\bin )(?P<month3>{_MONTH})"
    r")(?:,? (?P<year>(?:19|20)\d\d)\b)?"
    rf"|\b(?:(?P<month4>{_MONTH}) )?(?P<year2>(?:19|20)\d\d)\b(?![\d,.]*\d|\s?%)"
)
# A date after one of these is the day of the report, not of the event.
_REPORTED = lazy_pattern(
    r"\b(?:said|says|told|reported|reports|wrote|added|posted|published)\b[^,;.]{0,40}$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of something: `unit` is the terms of what is counted, its head last.

    `step` is what the number is rounded to; `bound` is 1 for "more than" and -1 for "up to"; `span`
    is its position in the text, without the unit.
    """

    value: float
    step: float
    unit: tuple[str, ...]
    bound: int
    is_approximate: bool
    span: Span

    @property
    def is_measured(self) -> bool:
        """Whether it is a percentage or a sum of money, which are measured again and again."""
        return self.unit[-1] == "percent" or self.unit[-1] in _MONEY

    def has_same_unit(self, other: Figure) -> bool:
        """Whether both count the same thing."""
        return self.unit[-1] in other.unit or other.unit[-1] in self.unit

    def agrees(self, other: Figure) -> bool:
        """Whether both can be true of one count, as rounded and bounded as they are."""
        excess = self.value - other.value
        if (self.bound > 0 > excess or self.bound < 0 < excess) or (
            other.bound > 0 < excess or other.bound < 0 > excess
        ):
            return True
        if abs(excess) <= max(self.step, other.step) / 2:
            return True
        is_rough = self.is_approximate or other.is_approximate or self.bound or other.bound
        return bool(is_rough) and abs(excess) <= _TOLERANCE * max(self.value, other.value)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year as far as it is stated; 0 for what is not."""

    year: int
    month: int
    day: int
    span: Span

    def agrees(self, other: Date) -> bool | None:
        """Whether both can be one date; None where they state nothing in common."""
        common = [pair for pair in zip(self._parts, other._parts, strict=True) if all(pair)]
        return all(first == second for first, second in common) if common else None

    def months_from(self, other: Date) -> int:
        """Return how many months it is before or after another date; both state a year."""
        months = self.month - other.month if self.month and other.month else 0
        return abs(12 * (self.year - other.year) + months)

    @property
    def _parts(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day


def find_dates(text: AnalysedText) -> tuple[Date, ...]:
    """Return the dates on which something happened: days, months and years."""
    dates = []
    for match in _DATE.finditer(text.text):
        if _REPORTED.search(text.text, 0, match.start()):
            continue
        groups = match.groupdict().items()
        month = next((name for key, name in groups if name and key.startswith("month")), "")
        day = match["day"] or match["day2"] or 0
        year = match["year"] or match["year2"] or 0
        number = _MONTHS.index(month[:3].casefold()) + 1 if month else 0
        dates.append(Date(int(year), number, int(day), Span(*match.span())))
    return tuple(dates)


def find_figures(text: AnalysedText) -> tuple[Figure, ...]:
    """Return the figures that say what they count: no dates, times, ranges or bare numbers."""
    counts = list(_find_counts(text.text, text.words))
    if not counts:
        return ()
    date_spans = [match.span() for match in _DATE.finditer(text.text)]
    return tuple(
        figure
        for figure in counts
        if not any(start < figure.span.end and figure.span.start < end for start, end in date_spans)
    )


def _find_counts(text: str, words: Sequence[Word]) -> Iterator[Figure]:
    index = 0
    while index < len(words):
        number = _parse_number(text, words, index)
        if number is None:
            index += 1
            continue
        value, step, end = number
        span = Span(words[index].start, words[end - 1].end)
        touches_sign = index and words[index - 1].end == words[index].start
        sign = words[index - 1].form if touches_sign else ""
        unit = (sign,) if sign in _MONEY else _parse_unit(text, words, end)
        if unit and not _is_in_range(text, span) and not text[span.end : span.end + 1].isalpha():
            yield Figure(value, step, unit, *_parse_hedges(text, words, index, sign), span)
        index = end


def _parse_number(text: str, words: Sequence[Word], index: int) -> tuple[float, float, int] | None:
    """Return the number that starts at word `index`, what it is rounded to, and its end index."""
    form = words[index].form
    if form[0].isdecimal() and re.fullmatch(r"\d+(?:\.\d+)?", form):
        value = float(form)
        _, _, decimals = form.partition(".")
        step = 10.0 ** -len(decimals)
        if value >= _MIN_ROUNDED and not decimals:
            step = 10.0 ** (len(form) - len(form.rstrip("0")))
    elif form in _NUMERALS:
        value, step = float(_NUMERALS[form]), 1.0
    else:
        return None
    end = index + 1
    while end < len(words) and text[words[end - 1].end : words[end].start] in ("", " ", "-"):
        form = words[end].form
        if form in _MULTIPLIERS:
            value, step = value * _MULTIPLIERS[form], step * _MULTIPLIERS[form]
        elif value in range(20, 100, 10) and _NUMERALS.get(form, 10) < 10:
            value += _NUMERALS[form]
        else:
            break
        end += 1
    return value, step, end


def _parse_unit(text: str, words: Sequence[Word], index: int) -> tuple[str, ...]:
    """Return the terms of what is counted: the words from `index` up to a stop word or a mark."""
    unit: list[str] = []
    for word in words[index : index + _MAX_UNIT_WORDS]:
        gap = text[words[index - 1 + len(unit)].end : word.start]
        if word.form == "per" and text[word.end : word.end + 5] == " cent":
            return ("percent",)
        if gap.strip(" \u00a0-") or not word.term or word.form[0].isdigit():
            break
        unit.append(word.term)
        if word.term in ("percent", *_MONEY):
            break
    return tuple(unit)


def _parse_hedges(text: str, words: Sequence[Word], index: int, sign: str) -> tuple[int, bool]:
    """Return what the words before a number make of it: its bound, and whether it is rough."""
    first = index - 1 if sign in _MONEY else index
    if first and words[first - 1].end == words[first].start:  # the US of "US$5"
        first -= 1
    preceding = text[: words[first].start]
    bound = bool(_AT_LEAST.search(preceding)) - bool(_AT_MOST.search(preceding))
    return bound, first > 0 and words[first - 1].form in _APPROXIMATIONS


def _is_in_range(text: str, span: Span) -> bool:
    """Whether the number is one end of a range, or part of a time, a score, a code or a version
    (15.0-beta2)."""
    return bool(
        re.match(
            r"\s?(?:[-–—/:]|to|and|or)\s?[$€£₩]?\d|-[A-Za-z]{1,5}\.?\d",
            text[span.end : span.end + 8],
        )
        or re.search(r"\d%?\s?(?:[-–—/:]|to|and|or)\s?[$€£₩]?$", text[: span.start])
    )
