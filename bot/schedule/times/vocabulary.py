"""The words for times and days in every language, as patterns over lower-case text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

from bot.language import accepted_words, all_weekday_names
from bot.schedule.times.weeks import LAST

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)

# No letter may touch a word that joins items, except in Korean, which writes it at a word's end.
_LETTER = r"[^\W\d_가-힣]"
# A number before one of these is no hour.
_UNITS = (
    r"\s*(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|times?)\b|(?:st|nd|rd|th)\b"
    r"|\s*(?:일(?!요일)|주|개월|달|월(?!요일)|년|번|회|시간|분)"
)


@dataclass(frozen=True, slots=True)
class TimeVocabulary:
    """How people write times and days, in all languages at once.

    `list_separator` splits a list and `range_separator` a range; `filler` matches words around an
    item that carry no meaning, such as "at", and `edge` such words at either end of a text. `clock`
    has the groups hour, minute, half (past the hour), and prefix and suffix for the part of the
    day; `mornings`, `afternoons` and `nights` are the forms of these. `time_item` finds a clock or
    a name of a time within a text.

    `hourly`, `every_hours`, `every_weeks` and `month_day` match what they say with the number as
    their only group; `place` is "first" and the like before a weekday, with all of a list of them
    as its group. `too_often` is what no schedule does, and `ambiguous_weeks` may be every other
    week or twice a week.
    """

    list_separator: re.Pattern[str]
    range_separator: re.Pattern[str]
    filler: re.Pattern[str]
    edge: re.Pattern[str]
    clock: re.Pattern[str]
    time_item: re.Pattern[str]
    mornings: frozenset[str]
    afternoons: frozenset[str]
    nights: frozenset[str]
    times: Mapping[str, time]
    day_groups: Mapping[str, Sequence[int]]
    weekly: frozenset[str]
    once_a_week: re.Pattern[str]
    days: Mapping[str, int]
    hourly: re.Pattern[str]
    every_hours: re.Pattern[str]
    too_often: re.Pattern[str]
    fortnightly: re.Pattern[str]
    every_weeks: re.Pattern[str]
    ambiguous_weeks: re.Pattern[str]
    of_month: re.Pattern[str]
    place: re.Pattern[str]
    places: Mapping[str, str]
    first_or_last: re.Pattern[str]
    month_day: re.Pattern[str]
    last_day: re.Pattern[str]


@cache
def load_vocabulary() -> TimeVocabulary:
    """Return the words of all languages, read once."""
    prefix = _any_of(accepted_words("at, on, every, each, all"))
    suffix = _any_of(accepted_words("o'clock, o’clock"))
    edge = _any_of(accepted_words("at, in, on, of, the, and, from, between, starting, sharp"))
    day_groups = {
        accepted_words("day, days, daily, everyday, once a day, once daily"): EVERY_DAY,
        accepted_words(
            "weekday, weekdays, workday, workdays, working days, business days"
        ): WEEKDAYS,
        accepted_words("weekend, weekends"): WEEKEND,
    }
    times = {accepted_words("noon, midday"): time(12), accepted_words("midnight"): time(0)}
    named_times = {word: at for words, at in times.items() for word in words}
    and_words = _joining_word(accepted_words("and"))
    to_words = _joining_word(accepted_words("to, through, thru, until"))
    places = {
        word: place
        for words, place in (
            (accepted_words("first, 1st"), "1"),
            (accepted_words("second, 2nd"), "2"),
            (accepted_words("third, 3rd"), "3"),
            (accepted_words("fourth, 4th"), "4"),
            (accepted_words("last"), LAST),
        )
        for word in words
    }
    days = dict(all_weekday_names())
    clock = _clock()
    joint = rf"\s*(?:[,;&·、/]|{and_words})?\s*(?:the\s+)?"
    place_list = rf"({_any_of(places)}(?:{joint}{_any_of(places)})*)"
    weekday = rf"(?:{_any_of(days)}|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    return TimeVocabulary(
        list_separator=re.compile(rf"[,;&·、/]|{and_words}"),
        range_separator=re.compile(rf"\s*(?:[-–—~]|{to_words})\s*"),
        filler=re.compile(rf"^{prefix}\s+|\s*{suffix}$"),
        edge=re.compile(
            rf"^(?:[\s,;.·/&]|{edge}(?!\w)|{suffix}(?!\w))+|(?:[\s,;.·/&]|(?<!\w){edge})+$"
        ),
        clock=re.compile(clock, re.VERBOSE),
        time_item=re.compile(
            rf"(?<![a-z\d:.])(?:{_any_of(named_times)}|\d{{4}}(?!\d)|{_without_groups(clock)})"
            rf"(?![:.]?\d|{_LETTER}|간)",
            re.VERBOSE,
        ),
        mornings=accepted_words("am, in the morning"),
        afternoons=accepted_words("pm, in the afternoon, in the evening"),
        nights=accepted_words("at night"),
        times=named_times,
        day_groups={word: days for words, days in day_groups.items() for word in words},
        weekly=accepted_words("weekly, week"),
        once_a_week=_matching(accepted_words("once a week, every week, each week, weekly")),
        days=days,
        hourly=_matching(
            accepted_words("hourly, every hour, once an hour, each hour, on the hour")
        ),
        every_hours=_matching(
            accepted_words("every # hours, every # hour, every # hrs, every # hr, every # h")
        ),
        too_often=_matching(
            accepted_words(
                "every # minutes, every # minute, every # mins, every # min, every # seconds, "
                "every minute, every half hour, every half an hour"
            )
        ),
        fortnightly=_matching(
            accepted_words("fortnightly, every fortnight, once a fortnight, alternate weeks")
        ),
        every_weeks=_matching(
            accepted_words("every # weeks, every # week, once every # weeks, once in # weeks")
        ),
        ambiguous_weeks=_matching(accepted_words("biweekly, bi-weekly, bimonthly, bi-monthly")),
        of_month=_matching(
            accepted_words(
                "of the month, of each month, of every month, of a month, in the month, "
                "every month, each month, monthly, once a month"
            )
        ),
        place=re.compile(rf"{place_list}\s*(?:주차?\s*)?(?={weekday})"),
        places=places,
        first_or_last=re.compile(
            rf"(?<!\w)({_any_of(accepted_words('first, 1st') | accepted_words('last'))})(?!\w)"
        ),
        month_day=_matching(accepted_words("#st, #nd, #rd, #th")),
        last_day=_matching(accepted_words("last day, final day")),
    )


def _part_of_day() -> str:
    """Match the half of the day: am, p.m., in the morning, 오후."""
    words = (
        accepted_words("am, in the morning")
        | accepted_words("pm, in the afternoon, in the evening")
        | accepted_words("at night")
    )
    return rf"(?:[ap]\.?\s?m\b\.?|{_any_of(words)})"


def _clock() -> str:
    """Match 9, 9:30, 9h30, 9 p.m., 9 in the morning, 오전 9시, 9시 5분 and 9시 반."""
    hours, minutes = _any_of(accepted_words("h")), _any_of(accepted_words("min"))
    half, part_of_day = _any_of(accepted_words("half")), _part_of_day()
    words = _any_of(accepted_words("o'clock, o’clock"))
    oclock = rf"(?:\s*{words}(?=\s+{part_of_day}))?"
    return rf"""(?:(?P<prefix>{part_of_day})\s*)?
        (?P<hour>\d{{1,2}})(?!\d|{_UNITS})
        (?:\s*{hours}\s*(?P<half>{half})
          |\s*(?:[:.]|{hours})\s*(?P<minute>\d\d|\d(?=\s*{minutes}))(?:\s*{minutes})?
          |\s*{hours})?
        (?(prefix)|(?:{oclock}\s*(?P<suffix>{part_of_day}(?<![가-힣])|{part_of_day}(?!\s*\d)))?)"""


def _without_groups(clock: str) -> str:
    return re.sub(r"\?P<(?!prefix)\w+>", "?:", clock)


def _matching(words: Iterable[str]) -> re.Pattern[str]:
    """Match any of these phrases, where # stands for a number."""
    phrases = _any_of(words).replace(r"\ ", r"\s*").replace(r"\#", r"(\d{1,2})\s?")
    # A group for each phrase with a number: which of them matched is of no interest.
    return re.compile(rf"(?<![a-z\d])(?:{phrases})(?![a-z\d])")


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first)})"


def _joining_word(words: Iterable[str]) -> str:
    return rf"(?<!{_LETTER}){_any_of(words)}(?!{_LETTER})"
