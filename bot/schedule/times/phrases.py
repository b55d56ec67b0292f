"""Times and days from the words people use, and a timetable back in words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise

from bot.errors import ScheduleError
from bot.language import join_list, say, say_count, weekday_names
from bot.model import Timetable
from bot.schedule.times.reading import Phrase, read_phrase
from bot.schedule.times.slots import next_slot, to_local_time
from bot.schedule.times.vocabulary import EVERY_DAY, WEEKDAYS, load_vocabulary
from bot.schedule.times.weeks import describe_weeks, monday_of, read_weeks
from bot.schedule.times.zones import in_quotation_marks, parse_zone, zone_name

_HOURS_A_DAY = 24
_MIN_SPREAD = 4  # times that are said as "every 6 hours"


def parse_timetable(
    times: str,
    days: str = "",
    zone: str = "",
    *,
    default_zone: str = "UTC",
    now: datetime | None = None,
) -> Timetable:
    """Return the timetable that these words mean.

    Each of the texts may say more than its own part: "weekdays at 9am Seoul" as `times` says all.
    What none says is every day, and the clock of `default_zone`. Every other week is counted so
    that it begins with the first slot after `now` (aware), or from no week in particular.
    Raises ScheduleError, which says what is wrong and what to type instead.
    """
    phrases = [
        _understand(text, error)
        for text, error in ((times, _no_time_error), (days, _no_days_error))
        if text.strip()
    ]
    if zone.strip():
        phrases.append(Phrase(zone=parse_zone(zone)))
    phrase = _join_phrases(phrases)
    if not phrase.times:
        if times.strip():
            raise _no_time_error(times)
        raise ScheduleError("The time is missing. Add one, such as 09:00 or 9pm.")
    weeks = phrase.weeks
    timetable = Timetable(
        phrase.times,
        phrase.days or EVERY_DAY,
        phrase.zone or default_zone,
        str(weeks) if weeks.is_limited else None,
    )
    if weeks.interval == 1:
        return timetable
    if not phrase.days:
        raise ScheduleError("On which day? Add it, such as every 2 weeks on Monday.")
    if now is not None:
        first = to_local_time(timetable, next_slot(replace(timetable, weeks=None), now)).date()
        weeks = replace(weeks, anchor=monday_of(first))
    return replace(timetable, weeks=str(weeks))


def parse_times(text: str) -> tuple[time, ...]:
    """Return the times in `text`, ascending: "9am, 18:30" is 09:00 and 18:30.

    Raises ScheduleError as `parse_timetable` does.
    """
    if not _items(text):
        raise ScheduleError("The time is missing. Add one, such as 09:00 or 9pm.")
    phrase = read_phrase(text, parse_days)
    if not phrase.times or phrase.days or phrase.zone or phrase.weeks.is_limited or phrase.unread:
        raise _no_time_error(text)
    return phrase.times


def parse_days(text: str) -> tuple[int, ...]:
    """Return the days in `text`, ascending from Monday as 0: "mon-wed, fri" is 0, 1, 2, 4.

    Raises ScheduleError as `parse_timetable` does.
    """
    days: set[int] = set()
    for item in _items(text):
        days.update(_parse_day_item(item, text))
    if not days:
        raise ScheduleError("The days are missing. Add some, such as weekdays or Mon, Thu.")
    return tuple(sorted(days))


def describe_timetable(timetable: Timetable) -> str:
    """Say a timetable in words: "every weekday at 09:00 (Asia/Seoul)".

    Raises ScheduleError for weeks in a form that is not known here.
    """
    weeks = read_weeks(timetable.weeks)
    if weeks.is_limited:
        days = describe_weeks(weeks, timetable.days)
    else:
        days = describe_days(timetable.days)
    zone, times = zone_name(timetable.zone), timetable.times
    if hours := _spread_hours(times):
        return say(
            "{days}, {hours} from {first} to {last} ({zone})",
            days=days,
            hours=say_count(hours, "every hour", "every {number} hours"),
            first=f"{times[0]:%H:%M}",
            last=f"{times[-1]:%H:%M}",
            zone=zone,
        )
    return say(
        "{days} at {times} ({zone})",
        days=days,
        times=join_list([f"{at:%H:%M}" for at in times]),
        zone=zone,
    )


def _spread_hours(times: tuple[time, ...]) -> int:
    """Return every how many hours these times are, 0 where they are few or stand irregularly."""
    minutes = [at.hour * 60 + at.minute for at in times]
    gaps = {later - earlier for earlier, later in pairwise(minutes)}
    if len(times) < _MIN_SPREAD or len(gaps) > 1:
        return 0
    hours, over = divmod(gaps.pop(), 60)
    return 0 if over or _HOURS_A_DAY % hours else hours


def describe_days(days: tuple[int, ...]) -> str:
    """Say days in words that `parse_days` understands: "every Monday and Thursday"."""
    if days == EVERY_DAY:
        return say("every day")
    if days == WEEKDAYS:
        return say("every weekday")
    names = weekday_names()
    return say("every {days}", days=join_list([names[day] for day in days]))


def _understand(text: str, nothing_read: Callable[[str], ScheduleError]) -> Phrase:
    """Return what `text` says. Raises ScheduleError where it has words that say nothing."""
    phrase = read_phrase(text, parse_days)
    if not phrase.unread:
        return phrase
    if phrase.times or phrase.days or phrase.weeks.is_limited or phrase.zone:
        raise ScheduleError(
            "I do not understand {words}. Type a time such as 9am London, or weekdays at 8.",
            words=in_quotation_marks(phrase.unread),
        )
    raise nothing_read(text)


def _join_phrases(phrases: Sequence[Phrase]) -> Phrase:
    """Return what several phrases say together. Raises ScheduleError where two say the same part
    differently, or one says nothing that is understood."""
    joined = Phrase()
    for phrase in phrases:
        for name in ("times", "days", "weeks", "zone"):
            value, old = getattr(phrase, name), getattr(joined, name)
            if value == getattr(Phrase(), name) or value == old:
                continue
            if old != getattr(Phrase(), name):
                raise ScheduleError(
                    "The fields contradict each other, so leave one out. One field can hold "
                    "everything, such as weekdays at 9am London."
                )
            joined = replace(joined, **{name: value})
    return joined


def _no_time_error(text: str) -> ScheduleError:
    return ScheduleError(
        "{words} is not a time. Type one, such as 09:00 or 9pm.", words=in_quotation_marks(text)
    )


def _items(text: str) -> list[str]:
    """Return the items of a list without filler words: "at 9am and noon" is "9am" and "noon"."""
    vocabulary = load_vocabulary()
    items = (" ".join(item.split()) for item in vocabulary.list_separator.split(text.casefold()))
    return [vocabulary.filler.sub("", item) for item in items if item]


def _parse_day_item(item: str, text: str) -> Sequence[int]:
    """Return the days of one item of the list `text`: a day, a group of days or a range."""
    vocabulary = load_vocabulary()
    if item in vocabulary.day_groups:
        return vocabulary.day_groups[item]
    if item in vocabulary.weekly:
        raise ScheduleError("On which day of the week? Add it, such as Mondays.")
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
        raise _no_days_error(text)
    return matches.pop()


def _no_days_error(text: str) -> ScheduleError:
    return ScheduleError(
        "{words} does not name days. Type some, such as every day, weekdays or Mon, Thu.",
        words=in_quotation_marks(text),
    )
