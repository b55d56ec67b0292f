"""Periods in the words people use: past week, since Monday, 1 to 5 March, 지난주."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.errors import QuestionError
from bot.language import (
    accepted_words,
    all_month_names,
    all_weekday_names,
    format_day,
    format_days,
    format_whole_month,
    say,
)
from bot.model import Period
from bot.schedule.times.reading import write_numbers
from bot.schedule.times.zones import in_quotation_marks

MAX_PERIOD_LENGTH = 100  # characters

_DAY = timedelta(days=1)
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d?)(?:-(\d\d?))?(?![\d-])")
_MAX_YEARS_BACK = 8  # to the next 29 February
# From November to March may be a winter; from June to March is no period of one year.
_MIN_MONTHS_OVER_NEW_YEAR = 6


@dataclass(frozen=True, slots=True)
class _Span:
    """Days from `first` to `last`; a moment in `since` where it begins within a day."""

    first: date
    last: date
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    """A date as it is written, of which parts may be missing."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class _PeriodWords:
    """How people write periods, in all languages at once; patterns with # have one number."""

    named: Mapping[str, Callable[[date], _Span]]
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


def parse_period(text: str, now: datetime, zone: str) -> Period:
    """Return the period that `text` names, for days in `zone` (an IANA name); `now` is aware.

    What goes on until now has no end. Raises QuestionError, which says what is wrong and what to
    type instead.
    """
    typed = unicodedata.normalize("NFKC", text[:MAX_PERIOD_LENGTH]).casefold().strip(" .")
    # With dots, as a hyphen may stand between the ends of a range.
    typed = write_numbers(typed)
    dotted = _ISO_DAY.sub(lambda match: ".".join(filter(None, match.groups())), typed)
    reader = _PeriodReader(text, now.astimezone(ZoneInfo(zone)), zone)
    try:
        return reader.read(" ".join(dotted.split()))
    except OverflowError:  # before the year 1
        raise reader.no_such_day() from None


def describe_period(period: Period) -> str:
    """Say a period in words: "since 23 November 2026", "1 to 5 March 2026"."""
    zone = ZoneInfo(period.zone)
    first, last = period.days
    if period.start and first:
        start = period.start.astimezone(zone)
        begins = format_day(first)
        if start.time() != time():
            begins = say("{day}, {time}", day=begins, time=f"{start:%H:%M}")
        if last is None:
            return say("since {day}", day=begins)
        if first == last:
            return begins
        if first.day == 1 and last + _DAY == _next_month(first):
            return format_whole_month(first)
        if start.time() == time():
            return format_days(first, last)
        return say("{first} to {last}", first=begins, last=format_day(last))
    return say("until {day}", day=format_day(last)) if last else say("at any time")


class _PeriodReader:
    """Reads one period, for a person whose time is `now`."""

    def __init__(self, typed: str, now: datetime, zone: str) -> None:
        self._typed = typed
        self._now = now
        self._today = now.date()
        self._zone = zone
        self._words = _load_words()

    def read(self, text: str) -> Period:
        """Return the period. Raises QuestionError."""
        words = self._words
        text = words.fillers.sub("", text)
        has_one_end = words.one_end.match(text)
        if not has_one_end and (ends := self._split_range(text)):
            return self._read_range(*ends)
        for pattern, is_start, is_whole in (
            (words.since, True, True),
            (words.after, True, False),
            (words.until, False, True),
            (words.before, False, False),
        ):
            if match := pattern.fullmatch(text):
                span = self._read_end(next(filter(None, match.groups())))
                if is_start:
                    return self._period(span if is_whole else _after(span), has_end=False)
                last = span.last if is_whole else span.first - _DAY
                return Period(None, self._midnight(last + _DAY), self._zone)
        span = self._read_end(text)
        return self._period(span, has_end=span.since is None and span.last < self._today)

    def _split_range(self, text: str) -> tuple[str, str] | None:
        """Return the two ends of a range, None where it is none."""
        match = self._words.between.fullmatch(text)
        if match is None:
            return None
        first, last = (part for part in match.groups() if part)
        return self._words.fillers.sub("", first), self._words.fillers.sub("", last)

    def _read_range(self, first: str, last: str) -> Period:
        start, end = _read_day(first, self._words), _read_day(last, self._words)
        if start and end:
            begin, finish = self._complete_range(start, end)
        else:
            finish = self._read_end(last)
            begin = self._read_start_before(first, finish)
        if begin.first > finish.last:
            raise QuestionError(
                "That period ends before it begins. Type it as in 1 to 5 March, or since Monday."
            )
        self._refuse_future(begin.first)
        start_at = begin.since or self._midnight(begin.first)
        return Period(start_at, self._midnight(finish.last + _DAY), self._zone)

    def _read_start_before(self, text: str, finish: _Span) -> _Span:
        """Return the first end of a range: a weekday is the last one before the other end."""
        weekday = self._words.weekdays.get(text)
        if weekday is None:
            return self._read_end(text)
        day = finish.last - timedelta(days=(finish.last.weekday() - weekday) % 7)
        return _Span(day, day)

    def _complete_range(self, start: _Day, end: _Day) -> tuple[_Span, _Span]:
        """Return two ends of which each may lack what the other says."""
        start = replace(start, month=start.month or (end.month if start.day else None))
        end = replace(end, month=end.month or (start.month if end.day else None))
        if start.year is None and end.year is None:
            if end.month is None or start.month is None:
                raise self._not_understood()
            finish = self._span_of(end)
            over_new_year = start.month - end.month >= _MIN_MONTHS_OVER_NEW_YEAR
            return self._span_of(replace(start, year=finish.first.year - over_new_year)), finish
        if start.year is None:
            assert end.year is not None
            over_new_year = (start.month or 1) > (end.month or 12)
            start = replace(start, year=end.year - over_new_year)
        elif end.year is None:
            over_new_year = (end.month or 12) < (start.month or 1)
            later = start.year + (over_new_year and start.year < self._today.year)
            end = replace(end, year=later)
        return self._span_of(start), self._span_of(end)

    def _read_end(self, text: str) -> _Span:
        """Return the days that one expression names. Raises QuestionError."""
        words = self._words
        if text in words.named:
            return words.named[text](self._today)
        if text in words.future:
            raise self._future_error()
        for pattern, unit in words.rolling:
            if match := pattern.fullmatch(text):
                number = int(next(filter(None, match.groups()), 1))
                if not number:
                    raise self._not_understood()
                start = self._now - unit * number
                return _Span(start.date(), self._today, since=start)
        if match := words.days_ago.fullmatch(text):
            number = int(next(filter(None, match.groups())))
            day = self._today - timedelta(days=number)
            return _Span(day, day)
        is_last = words.last.match(text)
        weekday = words.weekdays.get(words.last.sub("", text))
        if weekday is not None:
            back = (self._today.weekday() - weekday) % 7
            day = self._today - timedelta(days=back or (7 if is_last else 0))
            return _Span(day, day)
        if day_words := _read_day(text, words):
            span = self._span_of(day_words)
            self._refuse_future(span.first)
            return span
        raise self._not_understood()

    def _span_of(self, written: _Day) -> _Span:
        """Return the days of a date; without a year, the latest that has begun."""
        year, month, day = written.year, written.month, written.day
        if month is None:
            if year is None or day is not None:
                raise self._not_understood()
            return _Span(date(year, 1, 1), date(year, 12, 31))
        if not 1 <= month <= 12:
            raise self.no_such_day()
        if year is None:
            year = self._latest_year(month, day)
        try:
            first = date(year, month, day or 1)
        except ValueError:
            raise self.no_such_day() from None
        return _Span(first, first if day else _next_month(first) - _DAY)

    def _latest_year(self, month: int, day: int | None) -> int:
        for year in range(self._today.year, self._today.year - _MAX_YEARS_BACK, -1):
            try:
                if date(year, month, day or 1) <= self._today:
                    return year
            except ValueError:  # 29 February
                continue
        raise self.no_such_day()

    def _period(self, span: _Span, *, has_end: bool) -> Period:
        self._refuse_future(span.first)
        start = span.since or self._midnight(span.first)
        end = self._midnight(span.last + _DAY) if has_end else None
        return Period(start.astimezone(UTC), end, self._zone)

    def _midnight(self, day: date) -> datetime:
        """Return when a day begins in the person's zone, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self._zone)).astimezone(UTC)

    def _refuse_future(self, day: date) -> None:
        if day > self._today:
            raise self._future_error()

    def _future_error(self) -> QuestionError:
        return QuestionError(
            "That period has not started yet. Type an earlier one, such as past week or since "
            "Monday."
        )

    def no_such_day(self) -> QuestionError:
        """Return the error for a day that the calendar does not have."""
        return QuestionError(
            "There is no such day: {words}. Type a real one, such as 28 February or 1 to 5 March.",
            words=in_quotation_marks(self._typed),
        )

    def _not_understood(self) -> QuestionError:
        return QuestionError(
            "I do not understand {words} as a period. Type one such as past week, since Monday "
            "or 1 to 5 March.",
            words=in_quotation_marks(self._typed),
        )


def _read_day(text: str, words: _PeriodWords) -> _Day | None:
    """Return a date in figures or with the name of its month, None where it is none.

    Raises QuestionError for figures that may be the day and the month or the reverse.
    """
    month = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
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
            number = words.months[parts["name"]] if parts.get("name") else parts.get("month")
            return _Day(
                *(
                    int(part) if part else None
                    for part in (parts.get("year"), number, parts.get("day"))
                )
            )
    return _read_figures(text)


def _read_figures(text: str) -> _Day | None:
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\.?", text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    year = int(match[3]) if match[3] else None
    if first > 12 or first == second:
        return _Day(year, second, first)
    if second > 12:
        return _Day(year, first, second)
    raise QuestionError(
        "{words} could be two different days. Write the month as a word, such as 3 March or "
        "March 3.",
        words=in_quotation_marks(text),
    )


def _after(span: _Span) -> _Span:
    return _Span(span.last + _DAY, span.last + _DAY)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _whole_week(day: date) -> _Span:
    monday = day - timedelta(days=day.weekday())
    return _Span(monday, monday + timedelta(days=6))


def _last_weekend(day: date) -> _Span:
    saturday = day - timedelta(days=day.weekday() + 2)
    return _Span(saturday, saturday + _DAY)


def _whole_month(day: date) -> _Span:
    first = day.replace(day=1)
    return _Span(first, _next_month(first) - _DAY)


def _whole_year(day: date) -> _Span:
    return _Span(date(day.year, 1, 1), date(day.year, 12, 31))


def _one_day(day: date) -> _Span:
    return _Span(day, day)


@cache
def _load_words() -> _PeriodWords:
    """Return the words of all languages, read once."""
    week = 7 * _DAY
    named: dict[frozenset[str], Callable[[date], _Span]] = {
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
    return _PeriodWords(
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


def _matching(words: frozenset[str]) -> re.Pattern[str]:
    """Match one of these phrases, where # stands for a number."""
    return re.compile(_any_of(words).replace(r"\ ", r"\s*").replace(r"\#", r"(\d{1,4})"))


def _any_of(words: frozenset[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first)})"
