"""Periods in the words people use: past week, since Monday, 1 to 5 March, 지난주."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import QuestionError
from bot.language import format_day, format_days, format_whole_month, say
from bot.model import Period
from bot.schedule.times.period_words import DaySpan, load_period_words, next_month
from bot.schedule.times.reading import write_numbers
from bot.schedule.times.written_dates import WrittenDate, read_date
from bot.schedule.times.zones import in_quotation_marks

MAX_PERIOD_LENGTH = 100  # characters

_DAY = timedelta(days=1)
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d?)(?:-(\d\d?))?(?![\d-])")
_MAX_YEARS_BACK = 8  # to the next 29 February
# From November to March may be a winter; from June to March is no period of one year.
_MIN_MONTHS_OVER_NEW_YEAR = 6


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
        if first.day == 1 and last + _DAY == next_month(first):
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
        self._words = load_period_words()

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
        start, end = read_date(first, self._words.months), read_date(last, self._words.months)
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

    def _read_start_before(self, text: str, finish: DaySpan) -> DaySpan:
        """Return the first end of a range: a weekday is the last one before the other end."""
        weekday = self._words.weekdays.get(text)
        if weekday is None:
            return self._read_end(text)
        day = finish.last - timedelta(days=(finish.last.weekday() - weekday) % 7)
        return DaySpan(day, day)

    def _complete_range(self, start: WrittenDate, end: WrittenDate) -> tuple[DaySpan, DaySpan]:
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

    def _read_end(self, text: str) -> DaySpan:
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
                return DaySpan(start.date(), self._today, since=start)
        if match := words.days_ago.fullmatch(text):
            number = int(next(filter(None, match.groups())))
            day = self._today - timedelta(days=number)
            return DaySpan(day, day)
        is_last = words.last.match(text)
        weekday = words.weekdays.get(words.last.sub("", text))
        if weekday is not None:
            back = (self._today.weekday() - weekday) % 7
            day = self._today - timedelta(days=back or (7 if is_last else 0))
            return DaySpan(day, day)
        if written := read_date(text, words.months):
            span = self._span_of(written)
            self._refuse_future(span.first)
            return span
        raise self._not_understood()

    def _span_of(self, written: WrittenDate) -> DaySpan:
        """Return the days of a date; without a year, the latest that has begun."""
        year, month, day = written.year, written.month, written.day
        if month is None:
            if year is None or day is not None:
                raise self._not_understood()
            return DaySpan(date(year, 1, 1), date(year, 12, 31))
        if not 1 <= month <= 12:
            raise self.no_such_day()
        if year is None:
            year = self._latest_year(month, day)
        try:
            first = date(year, month, day or 1)
        except ValueError:
            raise self.no_such_day() from None
        return DaySpan(first, first if day else next_month(first) - _DAY)

    def _latest_year(self, month: int, day: int | None) -> int:
        for year in range(self._today.year, self._today.year - _MAX_YEARS_BACK, -1):
            try:
                if date(year, month, day or 1) <= self._today:
                    return year
            except ValueError:  # 29 February
                continue
        raise self.no_such_day()

    def _period(self, span: DaySpan, *, has_end: bool) -> Period:
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


def _after(span: DaySpan) -> DaySpan:
    return DaySpan(span.last + _DAY, span.last + _DAY)
