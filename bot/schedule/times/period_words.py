"""How people write periods: the words of all languages, and the days that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from bot.language import accepted_words, all_month_names, all_weekday_names

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from `first` to `last`; a moment in `since` where it begins within a day."""

    first: date
    last: date
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """How people write periods, in all languages at once; patterns with # have one number."""

    named: Mapping[str, Callable[[date], DaySpan]]
    future: frozenset[str]
    rolling: tuple[tuple[re.Pattern[str], timedelta], ...]
    days_ago: re.Pattern[str]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    last: re.Pattern[str]
    since: re.Pattern[str]
    after: re.Pattern[str]
    until: re.Pattern[str]
    before: re.Pattern[str]
    one_end: re.Pattern[str]
    between: re.Pattern[str]
    fillers: re.Pattern[str]


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


@cache
def load_period_words() -> PeriodWords:
    """Return the words of all languages, read once."""
    week = 7 * _DAY
    named: dict[frozenset[str], Callable[[date], DaySpan]] = {
        accepted_words("today, this day, now"): _one_day,
        accepted_words("yesterday"): lambda today: _one_day(today - _DAY),
        accepted_words("day before yesterday"): lambda today: _one_day(today - 2 * _DAY),
        accepted_words("this week"): _whole_week,
        accepted_words("last week, previous week"): lambda today: _whole_week(today - week),
        accepted_words("last weekend"): _last_weekend,
        accepted_words("this month"): _whole_month,
        accepted_words("last month, previous month"): lambda today: _whole_month(
            today.replace(day=1) - _DAY
        ),
        accepted_words("this year"): _whole_year,
        accepted_words("last year, previous year"): lambda today: _whole_year(
            date(today.year - 1, 1, 1)
        ),
    }
    rolling = (
        (
            accepted_words("past # hours, last # hours, # hours, past hour, last hour, # hour, #h"),
            timedelta(hours=1),
        ),
        (
            accepted_words("past # days, last # days, # days, past day, last day, # day, #d"),
            _DAY,
        ),
        (
            accepted_words("past # weeks, last # weeks, # weeks, past week, a week, # week, #w"),
            week,
        ),
        (
            accepted_words("past # months, last # months, # months, past month, a month, # month"),
            30 * _DAY,
        ),
        (
            accepted_words("past # years, last # years, # years, past year, a year, # year"),
            365 * _DAY,
        ),
    )
    item = r"(.+?)"
    since = _any_of(accepted_words("since, from, starting, as of"))
    until = _any_of(accepted_words("until, till, up to, through, by, to"))
    after, before = _any_of(accepted_words("after")), _any_of(accepted_words("before"))
    onwards = _any_of(accepted_words("onwards, onward, on, until now, to now, till now"))
    from_end = _any_of(accepted_words("from which"))
    until_end = _any_of(accepted_words("until which"))
    before_end = _any_of(accepted_words("before which"))
    to = rf"(?:\s*[-–—~]\s*|\s+{until}\s+|\s*{from_end}\s*)"
    return PeriodWords(
        named={word: make for words, make in named.items() for word in words},
        future=accepted_words("tomorrow, next week, next month, next year"),
        rolling=tuple((_matching(words), unit) for words, unit in rolling),
        days_ago=_matching(accepted_words("# days ago, # day ago")),
        weekdays={
            **dict(all_weekday_names()),
            **{f"{name}s": day for name, day in all_weekday_names() if name.isascii()},
        },
        months=dict(all_month_names()) | {"sept": 9},
        last=re.compile(rf"^{_any_of(accepted_words('last, previous'))}\s+"),
        since=re.compile(
            rf"(?:{since}\s+)(?:the\s+)?{item}(?:\s+{onwards})?|{item}\s*{from_end}(?:\s*{onwards})?"
        ),
        after=re.compile(rf"{after}\s+{item}"),
        until=re.compile(rf"{until}\s+{item}|{item}\s*{until_end}"),
        before=re.compile(rf"{before}\s+{item}|{item}\s*{before_end}"),
        one_end=re.compile(rf"(?:{until}|{after}|{before})\s"),
        between=re.compile(
            rf"between\s+{item}\s+and\s+{item}|(?:{since}\s+)?{item}{to}{item}(?:\s*{until_end})?"
        ),
        fillers=re.compile(
            rf"^(?:{_any_of(accepted_words('in, on, during, for, the, only, of'))}\s+)+"
        ),
    )


def _whole_week(day: date) -> DaySpan:
    monday = day - timedelta(days=day.weekday())
    return DaySpan(monday, monday + timedelta(days=6))


def _last_weekend(day: date) -> DaySpan:
    saturday = day - timedelta(days=day.weekday() + 2)
    return DaySpan(saturday, saturday + _DAY)


def _whole_month(day: date) -> DaySpan:
    first = day.replace(day=1)
    return DaySpan(first, next_month(first) - _DAY)


def _whole_year(day: date) -> DaySpan:
    return DaySpan(date(day.year, 1, 1), date(day.year, 12, 31))


def _one_day(day: date) -> DaySpan:
    return DaySpan(day, day)


def _matching(words: frozenset[str]) -> re.Pattern[str]:
    """Match one of these phrases, where # stands for a number."""
    return re.compile(_any_of(words).replace(r"\ ", r"\s*").replace(r"\#", r"(\d{1,4})"))


def _any_of(words: frozenset[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first)})"
