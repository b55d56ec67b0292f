"""Which weeks or days of the month a timetable keeps to: read, said, and as cron and dates.

It is stored in one of three forms: "every 2 from 2026-11-30" (each second week, counted from the
week of that Monday), "nth 1,3" (the first and third of such weekdays in a month) and "day 1,15"
(these days of the month). L stands for the last. None is every week.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import ScheduleError
from bot.language import join_list, say, weekday_names

LAST = "L"
MAX_INTERVAL = 8  # weeks
MAX_MONTH_DAY = 28  # which every month has

_INTERVAL = re.compile(r"every (\d) from (\d{4}-\d\d-\d\d)")
_PLACES = re.compile(r"(nth|day) ((?:\d\d?|L)(?:,(?:\d\d?|L))*)")


@dataclass(frozen=True, slots=True)
class Weeks:
    """What a timetable's `weeks` means.

    With an `interval` it is every so many weeks from the week of `anchor`. `places` are which of
    the timetable's weekdays in each month, and `month_days` which days of it, as cron writes them:
    "1", "2" and so on, LAST for the last. Only one of the three is set.
    """

    interval: int = 1
    anchor: date | None = None
    places: tuple[str, ...] = ()
    month_days: tuple[str, ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether it leaves any week or day out."""
        return self.interval != 1 or bool(self.places or self.month_days)

    def has_week_of(self, day: date) -> bool:
        """Whether the week of `day` counts."""
        if self.interval == 1 or self.anchor is None:
            return True
        return (monday_of(day) - self.anchor).days // 7 % self.interval == 0

    def cron_days(self, days: Sequence[int]) -> str:
        """Return the last three fields of a cron line for weekdays counted from Monday as 0."""
        if self.month_days:
            return f"{','.join(self.month_days)} * *"
        weekdays = [(day + 1) % 7 for day in days]  # cron counts from Sunday
        if not self.places:
            return f"* * {','.join(map(str, weekdays))}"
        return "* * " + ",".join(
            f"{day}{LAST}" if place == LAST else f"{day}#{place}"
            for place in self.places
            for day in weekdays
        )

    def __str__(self) -> str:
        """Return the form in which it is stored."""
        if self.month_days:
            return f"day {','.join(self.month_days)}"
        if self.places:
            return f"nth {','.join(self.places)}"
        return f"every {self.interval} from {self.anchor or date.min}"


def read_weeks(stored: str | None) -> Weeks:
    """Return what a stored form means. Raises ScheduleError for what is none."""
    if not stored:
        return Weeks()
    if match := _INTERVAL.fullmatch(stored):
        anchor = date.fromisoformat(match[2])
        return Weeks(interval=int(match[1]) or 1, anchor=monday_of(anchor))
    if match := _PLACES.fullmatch(stored):
        places = tuple(match[2].split(","))
        return Weeks(places=places) if match[1] == "nth" else Weeks(month_days=places)
    raise ScheduleError(
        "I cannot read the weeks of this schedule: {weeks}. Add the schedule again.",
        weeks=stored,
    )


def monday_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def describe_weeks(weeks: Weeks, days: Sequence[int]) -> str:
    """Say which days these are, in words that are read as the same: "on Monday every 2 weeks"."""
    names = weekday_names()
    if weeks.month_days:
        numbers = [_month_day_name(day) for day in weeks.month_days]
        return say("on the {days} of the month", days=join_list(numbers))
    weekdays = join_list([names[day] for day in days])
    if weeks.places:
        which = join_list([_place_name(place) for place in weeks.places])
        return say("on the {which} {days} of the month", which=which, days=weekdays)
    return say("on {days} every {number} weeks", days=weekdays, number=weeks.interval)


def _place_name(place: str) -> str:
    names = {
        "1": say("first"),
        "2": say("second"),
        "3": say("third"),
        "4": say("fourth"),
        LAST: say("last"),
    }
    return names.get(place, place)


def _month_day_name(day: str) -> str:
    if day == LAST:
        return say("last day")
    number = int(day)
    match 0 if number in (11, 12, 13) else number % 10:
        case 1:
            return say("{number}st", number=number)
        case 2:
            return say("{number}nd", number=number)
        case 3:
            return say("{number}rd", number=number)
    return say("{number}th", number=number)
