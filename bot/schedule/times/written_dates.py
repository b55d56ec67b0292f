"""Dates as people write them, of which parts may be missing: 5 March, 2026-03, the 5th."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import QuestionError
from bot.schedule.times.zones import in_quotation_marks


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it is written, of which parts may be missing."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def read_date(text: str, months: Mapping[str, int]) -> WrittenDate | None:
    """Return a date in figures or with the name of its month, None where it is none. `months` are
    the names of months, each with its number.

    Raises QuestionError for figures that may be the day and the month or the reverse.
    """
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    ordinal = r"(?:st|nd|rd|th)?"
    for pattern in (
        r"(?P<year>\d{4})\s?[-./년]\s?(?P<month>\d{1,2})(?:\s?[-./월]\s?(?P<day>\d{1,2})\s?[일.]?|월)?",
        rf"(?P<day>\d{{1,2}}){ordinal}(?:\s+of)?\s*(?P<name>{month})\.?,?(?:\s*(?P<year>\d{{4}}))?",
        rf"(?P<name>{month})\.?\s*(?P<day>\d{{1,2}}){ordinal},?(?:\s+(?P<year>\d{{4}}))?",
        rf"(?:the\s+)?(?P<name>{month})\.?,?(?:\s+(?:of\s+)?(?P<year>\d{{4}}))?",
        r"(?P<month>\d{1,2})월(?:\s?(?P<day>\d{1,2})일)?",
        rf"(?:the\s+)?(?P<day>\d{{1,2}})(?:{ordinal}|일)",
        r"(?P<year>(?:19|20)\d\d)년?",
    ):
        if match := re.fullmatch(pattern, text):
            parts = match.groupdict()
            number = months[parts["name"]] if parts.get("name") else parts.get("month")
            return WrittenDate(
                *(
                    int(part) if part else None
                    for part in (parts.get("year"), number, parts.get("day"))
                )
            )
    return _read_figures(text)


def _read_figures(text: str) -> WrittenDate | None:
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\.?", text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    year = int(match[3]) if match[3] else None
    if first > 12 or first == second:
        return WrittenDate(year, second, first)
    if second > 12:
        return WrittenDate(year, first, second)
    raise QuestionError(
        "{words} could be two different days. Write the month as a word, such as 3 March or "
        "March 3.",
        words=in_quotation_marks(text),
    )
