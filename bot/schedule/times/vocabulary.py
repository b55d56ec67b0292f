"""The words for times and days in every language, as patterns over lower-case text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

from bot.language import accepted_words, all_weekday_names

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)

# No letter may touch a word that joins items, except in Korean, which writes it at a word's end.
_LETTER = r"[^\W\d_가-힣]"


@dataclass(frozen=True, slots=True)
class TimeVocabulary:
    """How people write times and days, in all languages at once.

    `list_separator` splits a list and `range_separator` a range; `filler` matches words around an
    item that carry no meaning, such as "at". `clock` has the groups hour, minute, half (past the
    hour), and prefix and suffix for the half of the day; `mornings` are the forms of "am".
    """

    list_separator: re.Pattern[str]
    range_separator: re.Pattern[str]
    filler: re.Pattern[str]
    clock: re.Pattern[str]
    mornings: frozenset[str]
    times: Mapping[str, time]
    day_groups: Mapping[str, Sequence[int]]
    weekly: frozenset[str]
    days: Mapping[str, int]


@cache
def load_vocabulary() -> TimeVocabulary:
    """Return the words of all languages, read once."""
    prefix = _any_of(accepted_words("at, on, every, each, all"))
    suffix = _any_of(accepted_words("o'clock, o’clock"))
    day_groups = {
        accepted_words("day, days, daily, everyday"): EVERY_DAY,
        accepted_words(
            "weekday, weekdays, workday, workdays, working days, business days"
        ): WEEKDAYS,
        accepted_words("weekend, weekends"): WEEKEND,
    }
    times = {accepted_words("noon, midday"): time(12), accepted_words("midnight"): time(0)}
    and_words = _joining_word(accepted_words("and"))
    to_words = _joining_word(accepted_words("to, through, thru, until"))
    return TimeVocabulary(
        list_separator=re.compile(rf"[,;&·、/]|{and_words}"),
        range_separator=re.compile(rf"\s*(?:[-–—~]|{to_words})\s*"),
        filler=re.compile(rf"^{prefix}\s+|\s*{suffix}$"),
        clock=_clock(),
        mornings=accepted_words("am"),
        times={word: at for words, at in times.items() for word in words},
        day_groups={word: days for words, days in day_groups.items() for word in words},
        weekly=accepted_words("weekly, week"),
        days=dict(all_weekday_names()),
    )


def _clock() -> re.Pattern[str]:
    """Match 9, 9:30, 9h30, 9 p.m., 오전 9시, 9시 5분 and 9시 반."""
    hours, minutes = _any_of(accepted_words("h")), _any_of(accepted_words("min"))
    half = _any_of(accepted_words("half"))
    part_of_day = rf"(?:[ap]\.?\s?m\.?|{_any_of(accepted_words('am') | accepted_words('pm'))})"
    return re.compile(
        rf"""(?:(?P<prefix>{part_of_day})\s*)?
        (?P<hour>\d{{1,2}})
        (?:\s*{hours}\s*(?P<half>{half})
          |\s*(?:[:.]|{hours})\s*(?P<minute>\d\d|\d(?=\s*{minutes}))(?:\s*{minutes})?
          |\s*{hours})?
        (?(prefix)|\s*(?P<suffix>{part_of_day})?)""",
        re.VERBOSE,
    )


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first)})"


def _joining_word(words: Iterable[str]) -> str:
    return rf"(?<!{_LETTER}){_any_of(words)}(?!{_LETTER})"
