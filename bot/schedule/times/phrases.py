"""Times and days in the words people use, and a timetable back in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from bot.errors import ScheduleError
from bot.language import join_list, say, weekday_names
from bot.model import Timetable
from bot.schedule.times.echo import echo
from bot.schedule.times.vocabulary import EVERY_DAY, WEEKDAYS, vocabulary
from bot.schedule.times.zones import parse_zone, zone_name

MAX_TIMES = 6


def parse_timetable(times: str, days: str, zone: str) -> Timetable:
    """Raises ScheduleError, which says what is wrong and what to type instead."""
    return Timetable(parse_times(times), parse_days(days), parse_zone(zone))


def parse_times(text: str) -> tuple[time, ...]:
    """ "9am, 18:30" -> 09:00 and 18:30, ascending. Raises ScheduleError as `parse_timetable`."""
    parts = _parts(text)
    if not parts:
        raise ScheduleError("The time is missing. Type one, such as 09:00 or 9pm.")
    if len(parts) > MAX_TIMES:
        raise ScheduleError(
            "That is {number} times a day; the most is {most}.", number=len(parts), most=MAX_TIMES
        )
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
    return say(
        "{days} at {times} ({zone})",
        days=describe_days(timetable.days),
        times=join_list([f"{at:%H:%M}" for at in timetable.times]),
        zone=zone_name(timetable.zone),
    )


def describe_days(days: tuple[int, ...]) -> str:
    """ "every weekday", or "every Monday and Thursday"; `parse_days` understands it."""
    if days == EVERY_DAY:
        return say("every day")
    if days == WEEKDAYS:
        return say("every weekday")
    names = weekday_names()
    return say("every {days}", days=join_list([names[day] for day in days]))


def _parts(text: str) -> list[str]:
    """The items of a list, without what says nothing: "at 9am and noon" -> "9am", "noon"."""
    known = vocabulary()
    items = (" ".join(item.split()) for item in known.apart.split(text.casefold()))
    return [known.around.sub("", item) for item in items if item]


def _time(part: str) -> time:
    known = vocabulary()
    if part in known.times:
        return known.times[part]
    match = known.clock.fullmatch(re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", part))
    if match is None:
        raise ScheduleError(
            "{words} is not a time. Type one, such as 09:00 or 9pm.", words=echo(part)
        )
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if part_of_day := match["before"] or match["behind"]:
        if not 1 <= hour <= 12:
            hour = 24  # 13pm, 0am: no such time
        else:
            morning = re.sub(r"[.\s]", "", part_of_day) in known.mornings
            hour = hour % 12 + (0 if morning else 12)
    try:
        return time(hour, minute)
    except ValueError:
        raise ScheduleError(
            "There is no time {words}. A day runs from 00:00 to 23:59, or 12am to 11:59pm.",
            words=echo(part),
        ) from None


def _days(part: str, text: str) -> Sequence[int]:
    known = vocabulary()
    if part in known.groups:
        return known.groups[part]
    if part in known.weekly:
        raise ScheduleError("Once a week on which day? Type it, such as Mondays.")
    ends = known.between.split(part)
    if len(ends) == 2:
        first, last = (_day(end, text) for end in ends)
        return [day % 7 for day in range(first, last + 1 if first <= last else last + 8)]
    return [day for word in part.split() for day in _each_day(word, text)]


def _each_day(word: str, text: str) -> Sequence[int]:
    """The days of one word, of which Korean makes one for several: 월수금."""
    days = vocabulary().days
    if all(letter in days for letter in word):
        return [days[letter] for letter in word]
    return [_day(word, text)]


def _day(word: str, text: str) -> int:
    days = vocabulary().days
    if word in days:
        return days[word]
    stem = word.strip(".").removesuffix("s")
    found = {day for name, day in days.items() if name.startswith(stem)}
    if len(stem) < 2 or len(found) != 1:
        raise ScheduleError(
            "{words} does not name days. Type some, such as every day, weekdays or Mon, Thu.",
            words=echo(text),
        )
    return found.pop()
