"""The words for times and days in every language, as patterns over small letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

from bot.language import accepted_words, all_weekday_names

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)

# Beside a word that joins others stands no letter; but Korean writes it at the end of a word.
_LETTER = r"[^\W\d_가-힣]"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`apart` sets the items of a list apart, `between` the ends of a range; `around` is what may
    stand around an item and says nothing. `clock` has the groups hour, minute, half (of an hour),
    before and behind, the last two for the half of the day, whose mornings are in `mornings`.
    """

    apart: re.Pattern[str]
    between: re.Pattern[str]
    around: re.Pattern[str]
    clock: re.Pattern[str]
    mornings: frozenset[str]
    times: Mapping[str, time]
    groups: Mapping[str, Sequence[int]]
    weekly: frozenset[str]
    days: Mapping[str, int]


@cache
def vocabulary() -> Vocabulary:
    before = _either(accepted_words("at, on, every, each, all"))
    after = _either(accepted_words("o'clock, o’clock"))
    groups = {
        accepted_words("day, days, daily, everyday"): EVERY_DAY,
        accepted_words(
            "weekday, weekdays, workday, workdays, working days, business days"
        ): WEEKDAYS,
        accepted_words("weekend, weekends"): WEEKEND,
    }
    times = {accepted_words("noon, midday"): time(12), accepted_words("midnight"): time(0)}
    return Vocabulary(
        apart=re.compile(rf"[,;&·、/]|{_joining(accepted_words('and'))}"),
        between=re.compile(
            rf"\s*(?:[-–—~]|{_joining(accepted_words('to, through, thru, until'))})\s*"
        ),
        around=re.compile(rf"^{before}\s+|\s*{after}$"),
        clock=_clock(),
        mornings=accepted_words("am"),
        times={word: at for words, at in times.items() for word in words},
        groups={word: days for words, days in groups.items() for word in words},
        weekly=accepted_words("weekly, week"),
        days=dict(all_weekday_names()),
    )


def _clock() -> re.Pattern[str]:
    """For 9, 9:30, 9h30, 9 p.m., 오전 9시, 9시 5분 and 9시 반."""
    hours, minutes = _either(accepted_words("h")), _either(accepted_words("min"))
    half = _either(accepted_words("half"))
    part_of_day = rf"(?:[ap]\.?\s?m\.?|{_either(accepted_words('am') | accepted_words('pm'))})"
    return re.compile(
        rf"""(?:(?P<before>{part_of_day})\s*)?
        (?P<hour>\d{{1,2}})
        (?:\s*{hours}\s*(?P<half>{half})
          |\s*(?:[:.]|{hours})\s*(?P<minute>\d\d|\d(?=\s*{minutes}))(?:\s*{minutes})?
          |\s*{hours})?
        (?(before)|\s*(?P<behind>{part_of_day})?)""",
        re.VERBOSE,
    )


def _either(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first)})"


def _joining(words: Iterable[str]) -> str:
    return rf"(?<!{_LETTER}){_either(words)}(?!{_LETTER})"
