"""Quantities in a text: the numbers that say how many or how much, and none of names or dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.model import Span
from bot.text.lazy import lazy_pattern

# At most so many words stand between a number and what it counts, and the other way round: "more
# than 200 science experiments", "the number of crew aboard the station will increase to 11".
_MAX_WORDS_BETWEEN, _MAX_WORDS_BEFORE_NUMBER = 4, 7
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_NUMERALS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?"
    "|hundreds?|thousands?|millions?|billions?|trillions?|half|halves|thirds|quarters|fifths"
)
# Numbers that count nothing: dates, times, addresses, telephone numbers, ordinals, and the numbers
# of names (Crew-8, v16, Falcon 9), unless a unit follows.
_NO_QUANTITY = lazy_pattern(
    rf"""
    (?i:\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s(?:1\d|20)\d\d\b)?
      | \b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?![a-z])(?:,?\s(?:1\d|20)\d\d\b)?
      | \b{_MONTH}\s(?:1\d|20)\d\d\b
      | \b\d{{1,2}}(?:[:.]\d\d)?\s?[ap]\.?m\b | \b\d{{1,2}}:\d\d\b
      | \b\d+(?:st|nd|rd|th)\b)
    | \bhttps?://\S+ | \b[\w.]+@[\w.]+ | \b\d{{2,4}}-\d{{3,4}}-\d{{3,4}}\b | \b\d{{4}}-\d\d-\d\d\b
    | (?<![\d,.$€£₩¥])\b(?:1[5-9]|20)\d\d\b(?![,.]\d|%|\s?(?i:percent|people|troops|dollars|won\b))
    | \b[A-Za-z]+-?\d[\w.-]*
    | (?<=[a-z,;]\s)[A-Z][A-Za-z]+\s\d{{1,3}}[A-Z]?\b
      (?![,.]\d|%|-|\s?(?i:percent|million|billion|trillion|thousand|hundred|bn|degrees))
    """,
    re.VERBOSE,
)
_QUANTITY = lazy_pattern(
    rf"\d+(?:[.,]\d+)*|\b(?:{_NUMERALS})\b|\b(?:a|one) (?:third|quarter|fifth|tenth|dozen)\b"
    r"|\bone-(?:third|quarter|fifth|tenth)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def find_quantities(text: str) -> tuple[Span, ...]:
    """Return where the quantities of the text stand, in order."""
    excluded = [match.span() for match in _NO_QUANTITY.finditer(text)]
    return tuple(
        Span(*match.span())
        for match in _QUANTITY.finditer(text)
        if not any(start <= match.start() < end for start, end in excluded)
    )


def is_counted(text: str, spans: Iterable[Span]) -> bool:
    """Whether a quantity stands beside one of the spans of the text: what it counts."""
    for span in spans:
        for quantity in find_quantities(text):
            between = text[min(quantity.end, span.end) : max(quantity.start, span.start)]
            is_before = quantity.start < span.start
            limit = _MAX_WORDS_BETWEEN if is_before else _MAX_WORDS_BEFORE_NUMBER
            if len(between.split()) <= limit:
                return True
    return False
