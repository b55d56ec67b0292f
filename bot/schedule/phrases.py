"""Times and days in the words people use, and a timetable back in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from bot.errors import ScheduleError
from bot.model import Timetable
from bot.schedule.echo import echo
from bot.schedule.zones import parse_zone, zone_name

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
DAY_GROUPS = {
    "day": EVERY_DAY,
    "days": EVERY_DAY,
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "workday": WEEKDAYS,
    "workdays": WEEKDAYS,
    "working days": WEEKDAYS,
    "business days": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
}
NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
MAX_TIMES = 6

_CLOCK = re.compile(
    r"""(?P<hour>\d{1,2})
        (?:\s*[:.h]\s*(?P<minute>\d\d)|h)?
        \s*(?P<half>[ap]\.?\s?m\.?)?""",
    re.VERBOSE,
)
_FOUR_DIGITS = re.compile(r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<half>)")


def parse_timetable(times: str, days: str, zone: str) -> Timetable:
    """Raises ScheduleError, which says what is wrong and what to type instead."""
    return Timetable(parse_times(times), parse_days(days), parse_zone(zone))


def parse_times(text: str) -> tuple[time, ...]:
    """ "9am, 18:30" -> 09:00 and 18:30, ascending. Raises ScheduleError as `parse_timetable`."""
    parts = _parts(text)
    if not parts:
        raise ScheduleError("The time is missing. Type one, such as 09:00 or 9pm.")
    if len(parts) > MAX_TIMES:
        raise ScheduleError(f"That is {len(parts)} times a day; the most is {MAX_TIMES}.")
    return tuple(sorted({_time(part) for part in parts}))


def parse_days(text: str) -> tuple[int, ...]:
    """ "mon-wed, fri" -> 0, 1, 2, 4, ascending from Monday. Raises ScheduleError likewise."""
    days: set[int] = set()
    for part in _parts(text):
        days.update(_days(part, text))
    if not days:
        raise ScheduleError("The days are missing. Type some, such as weekdays or Mon, Thu.")
    return tuple(sorted(days))


def describe(timetable: Timetable) -> str:
    """ "every weekday at 09:00 (Asia/Seoul)"."""
    times = _listed([f"{at:%H:%M}" for at in timetable.times])
    return f"{describe_days(timetable.days)} at {times} ({zone_name(timetable.zone)})"


def describe_days(days: tuple[int, ...]) -> str:
    """ "every weekday", or "every Monday and Thursday"; `parse_days` understands it."""
    groups = {EVERY_DAY: "day", WEEKDAYS: "weekday"}
    return f"every {groups.get(days) or _listed([DAYS[day] for day in days])}"


def _parts(text: str) -> list[str]:
    """The items of a list that is set apart by commas, semicolons, "and" or "&"."""
    items = re.split(r"[,;&]|\band\b", text.casefold())
    return [words for item in items if (words := " ".join(item.split()))]


def _time(part: str) -> time:
    words = part.removeprefix("at ").removesuffix(" o'clock").removesuffix(" o’clock")
    if words in NAMED_TIMES:
        return NAMED_TIMES[words]
    match = _FOUR_DIGITS.fullmatch(words) or _CLOCK.fullmatch(words)
    if match is None:
        raise ScheduleError(f"{echo(part)} is not a time. Type one, such as 09:00 or 9pm.")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            hour = 24  # 13pm, 0am: no such time
        else:
            hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ScheduleError(
            f"There is no time {echo(part)}. A day runs from 00:00 to 23:59, or 12am to 11:59pm."
        ) from None


def _days(part: str, text: str) -> Sequence[int]:
    words = re.sub(r"^(on|every|each|all)\s+", "", part)
    if words in DAY_GROUPS:
        return DAY_GROUPS[words]
    if words in ("weekly", "week"):
        raise ScheduleError("Once a week on which day? Type it, such as Mondays.")
    ends = re.split(r"\s*(?:-|–|—|\bto\b|\bthrough\b|\bthru\b|\buntil\b)\s*", words)
    if len(ends) == 2:
        first, last = (_day(end, text) for end in ends)
        return [day % 7 for day in range(first, last + 1 if first <= last else last + 8)]
    return [_day(word, text) for word in words.split()]


def _day(word: str, text: str) -> int:
    stem = word.strip(".").removesuffix("s")
    found = [day for day, name in enumerate(DAYS) if name.casefold().startswith(stem)]
    if len(stem) < 2 or len(found) != 1:
        raise ScheduleError(
            f"{echo(text)} does not name days. Type some, such as every day, weekdays or Mon, Thu."
        )
    return found[0]


def _listed(items: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
