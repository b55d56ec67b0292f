"""Times and days from the words people use, and a timetable back in words."""

import re
from collections.abc import Sequence
from datetime import time

from bot.errors import ScheduleError
from bot.language import join_list, say, weekday_names
from bot.model import Timetable
from bot.schedule.times.vocabulary import EVERY_DAY, WEEKDAYS, load_vocabulary
from bot.schedule.times.zones import in_quotation_marks, parse_zone, zone_name

MAX_TIMES = 6


def parse_timetable(times: str, days: str, zone: str) -> Timetable:
    """Return the timetable that these words mean.

    Raises ScheduleError, which says what is wrong and what to type instead.
    """
    return Timetable(parse_times(times), parse_days(days), parse_zone(zone))


def parse_times(text: str) -> tuple[time, ...]:
    """Return the times in `text`, ascending: "9am, 18:30" is 09:00 and 18:30.

    Raises ScheduleError as `parse_timetable` does.
    """
    items = _items(text)
    if not items:
        raise ScheduleError("The time is missing. Type one, such as 09:00 or 9pm.")
    if len(items) > MAX_TIMES:
        raise ScheduleError(
            "That is {number} times a day; the most is {most}.", number=len(items), most=MAX_TIMES
        )
    return tuple(sorted({_parse_time(item) for item in items}))


def parse_days(text: str) -> tuple[int, ...]:
    """Return the days in `text`, ascending from Monday as 0: "mon-wed, fri" is 0, 1, 2, 4.

    Raises ScheduleError as `parse_timetable` does.
    """
    days: set[int] = set()
    for item in _items(text):
        days.update(_parse_day_item(item, text))
    if not days:
        raise ScheduleError("The days are missing. Type some, such as weekdays or Mon, Thu.")
    return tuple(sorted(days))


def describe_timetable(timetable: Timetable) -> str:
    """Say a timetable in words: "every weekday at 09:00 (Asia/Seoul)"."""
    return say(
        "{days} at {times} ({zone})",
        days=describe_days(timetable.days),
        times=join_list([f"{at:%H:%M}" for at in timetable.times]),
        zone=zone_name(timetable.zone),
    )


def describe_days(days: tuple[int, ...]) -> str:
    """Say days in words that `parse_days` understands: "every Monday and Thursday"."""
    if days == EVERY_DAY:
        return say("every day")
    if days == WEEKDAYS:
        return say("every weekday")
    names = weekday_names()
    return say("every {days}", days=join_list([names[day] for day in days]))


def _items(text: str) -> list[str]:
    """Return the items of a list without filler words: "at 9am and noon" is "9am" and "noon"."""
    vocabulary = load_vocabulary()
    items = (" ".join(item.split()) for item in vocabulary.list_separator.split(text.casefold()))
    return [vocabulary.filler.sub("", item) for item in items if item]


def _parse_time(item: str) -> time:
    vocabulary = load_vocabulary()
    if item in vocabulary.times:
        return vocabulary.times[item]
    match = vocabulary.clock.fullmatch(re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", item))
    if match is None:
        raise ScheduleError(
            "{words} is not a time. Type one, such as 09:00 or 9pm.", words=in_quotation_marks(item)
        )
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if part_of_day := match["prefix"] or match["suffix"]:
        if not 1 <= hour <= 12:
            hour = 24  # 13pm, 0am: no such time
        else:
            is_morning = re.sub(r"[.\s]", "", part_of_day) in vocabulary.mornings
            hour = hour % 12 + (0 if is_morning else 12)
    try:
        return time(hour, minute)
    except ValueError:
        raise ScheduleError(
            "There is no time {words}. A day runs from 00:00 to 23:59, or 12am to 11:59pm.",
            words=in_quotation_marks(item),
        ) from None


def _parse_day_item(item: str, text: str) -> Sequence[int]:
    """Return the days of one item of the list `text`: a day, a group of days or a range."""
    vocabulary = load_vocabulary()
    if item in vocabulary.day_groups:
        return vocabulary.day_groups[item]
    if item in vocabulary.weekly:
        raise ScheduleError("Once a week on which day? Type it, such as Mondays.")
    ends = vocabulary.range_separator.split(item)
    if len(ends) == 2:
        first, last = (_parse_day(end, text) for end in ends)
        return [day % 7 for day in range(first, last + 1 if first <= last else last + 8)]
    return [day for word in item.split() for day in _parse_day_word(word, text)]


def _parse_day_word(word: str, text: str) -> Sequence[int]:
    """Return the days of one word; Korean writes several days as one, such as 월수금."""
    days = load_vocabulary().days
    if all(letter in days for letter in word):
        return [days[letter] for letter in word]
    return [_parse_day(word, text)]


def _parse_day(word: str, text: str) -> int:
    days = load_vocabulary().days
    if word in days:
        return days[word]
    stem = word.strip(".").removesuffix("s")
    matches = {day for name, day in days.items() if name.startswith(stem)}
    if len(stem) < 2 or len(matches) != 1:
        raise ScheduleError(
            "{words} does not name days. Type some, such as every day, weekdays or Mon, Thu.",
            words=in_quotation_marks(text),
        )
    return matches.pop()
