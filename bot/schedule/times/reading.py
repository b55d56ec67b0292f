"""One phrase on when something is to be posted, taken apart: times, days, weeks and a time zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time

from bot.errors import ScheduleError
from bot.schedule.times.vocabulary import load_vocabulary
from bot.schedule.times.weeks import LAST, MAX_INTERVAL, MAX_MONTH_DAY, Weeks
from bot.schedule.times.zones import in_quotation_marks, is_zone_name, parse_zone

MAX_TIMES = 6  # that are listed; every hour has 24
_DAY_HOURS = 24
_MAX_ZONE_WORDS = 5

_OFFSET = re.compile(r"(?<![a-z\d])(?:(?:utc|gmt)\s*[+\-−]\s*|(?<!\S)[+−])\d{1,2}(?::?\d\d)?(?!\d)")
# Brackets, and the dot at the end of a word unless it is that of "p.m.".
_MARKS = re.compile(r"[()\[\]]|(?<=\D)\.(?=\s|$)(?<![ap]\.m\.)(?<![ap]\.)")
# What stands in the place of what has been read, so that the words around it do not meet.
_GAP = "\n"
_EVERY_OTHER_DAY = "every 2 weeks on "


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase says; `unread` are the words that were not understood."""

    times: tuple[time, ...] = ()
    days: tuple[int, ...] = ()
    weeks: Weeks = field(default_factory=Weeks)
    zone: str | None = None
    unread: str = ""


def read_phrase(text: str, parse_days: Callable[[str], tuple[int, ...]]) -> Phrase:
    """Return what `text` says of times, days, weeks and a zone.

    `parse_days` reads a list of days, and raises ScheduleError where it is none. Raises that, too,
    for times, weeks and zones that do not exist or may mean several things.
    """
    rest = _write_plainly(text)
    _refuse_unclear(rest)
    zone = None
    if offset := _OFFSET.search(rest):
        zone, rest = parse_zone(offset[0]), _cut(rest, offset)
    hours, rest = _take_hours(rest)
    if hours:  # "from 9am to 6pm" are then no days
        rest = load_vocabulary().range_separator.sub(" ", rest)
    weeks, rest = _take_weeks(rest)
    listed_times, rest = _take_times(rest)
    times = spread_times(hours, listed_times) if hours else tuple(listed_times)
    if not hours and len(times) > MAX_TIMES:
        raise ScheduleError(
            "That is {number} times a day; the most is {most}.", number=len(times), most=MAX_TIMES
        )
    weekly = load_vocabulary().once_a_week.search(rest)
    if weekly:
        rest = f"{rest[: weekly.start()]} {rest[weekly.end() :]}"
    days: list[tuple[int, ...]] = []
    unread: list[str] = []
    for part in rest.split(_GAP):
        for words, chunk_zone, chunk_days in _read_chunk(_strip_edges(part), parse_days):
            if chunk_zone and zone not in (None, chunk_zone):
                raise ScheduleError("That names two time zones; type just one of them.")
            zone = chunk_zone or zone
            days += [chunk_days] if chunk_days else []
            unread += [words] if words else []
    if len(days) > 1:
        raise ScheduleError(
            "Different times on different days need separate schedules. Add one, such as Mondays "
            "at 9am, and then the other."
        )
    if weekly and not days:
        raise ScheduleError("On which day of the week? Add it, such as Mondays.")
    return Phrase(tuple(sorted(set(times))), days[0] if days else (), weeks, zone, " ".join(unread))


def parse_clock(item: str) -> time:
    """Return the time of one clock or name: "9:30 pm", "noon". Raises ScheduleError."""
    vocabulary = load_vocabulary()
    if item in vocabulary.times:
        return vocabulary.times[item]
    match = vocabulary.clock.fullmatch(re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", item))
    assert match, item
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if part_of_day := match["prefix"] or match["suffix"]:
        hour = _to_24_hours(hour, " ".join(part_of_day.split()))
    try:
        return time(hour, minute)
    except ValueError:
        raise ScheduleError(
            "{words} is not a time of day. A day runs from 00:00 to 23:59, or 12am to 11:59pm.",
            words=in_quotation_marks(item),
        ) from None


def spread_times(hours: int, times: Sequence[time]) -> tuple[time, ...]:
    """Return a time every so many hours: all day from the first of `times`, or from one of them to
    the other. Raises ScheduleError where that does not go."""
    if len(times) > 2 or not hours or _DAY_HOURS % hours:
        raise ScheduleError(
            "How often? Choose every 1, 2, 3, 4, 6, 8 or 12 hours, such as every 6 hours or "
            "every 2 hours from 9am to 7pm."
        )
    first = times[0] if times else time(0)
    count = _DAY_HOURS // hours
    if len(times) == 2:
        minutes = (times[1].hour - first.hour) * 60 + times[1].minute - first.minute
        count = minutes % (_DAY_HOURS * 60) // (hours * 60) + 1
    return tuple(
        first.replace(hour=(first.hour + number * hours) % _DAY_HOURS) for number in range(count)
    )


def _to_24_hours(hour: int, part_of_day: str) -> int:
    """Return the hour of the day; 24, which is none, for 13pm and the like."""
    vocabulary = load_vocabulary()
    if not 1 <= hour <= 12:
        return _DAY_HOURS
    if part_of_day in vocabulary.nights:  # 12 at night is midnight, 2 at night is in the morning
        return hour % 12 if hour % 12 < 5 else hour + 12
    is_morning = re.sub(r"[.\s]", "", part_of_day) in vocabulary.mornings
    is_morning = is_morning or part_of_day in vocabulary.mornings
    return hour % 12 + (0 if is_morning else 12)


def _write_plainly(text: str) -> str:
    """Return `text` in lower case with figures for numbers, and what means the same alike: "half
    past nine" as 9:30, "every other Monday" as every 2 weeks on Monday."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    text = " ".join(_MARKS.sub(" ", text).split())
    text = write_numbers(text)
    for minutes, word in ((15, "fifteen"), (30, "thirty"), (45, "forty[- ]five")):
        text = re.sub(rf"\b(\d\d?) {word}\b", rf"\1:{minutes}", text)
    text = re.sub(r"\bhalf past (\d\d?)\b", r"\1:30", text)
    text = re.sub(r"\b(?:a )?quarter past (\d\d?)\b", r"\1:15", text)
    text = re.sub(
        r"\b(?:a )?quarter to (\d\d?)\b",
        lambda match: f"{(int(match[1]) + 10) % 12 + 1}:45",
        text,
    )
    weekday = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
    in_month = r"(?!\s+(?:of|in)\b)"
    text = re.sub(
        rf"\b(?:(?:every\s+)?(?:other|alternate)|every\s+second)\s+(?={weekday}{in_month})",
        _EVERY_OTHER_DAY,
        text,
    )
    text = re.sub(r"\bevery\s+(?:other|second|alternate)\s+(?=week|hour)", "every 2 ", text)
    # "every morning at 9" is 9 in the morning.
    return re.sub(
        r"\b(?:(every|each|in the)\s+)?(morning|afternoon|evening)s?\s+(?:at\s+)?"
        r"(\d\d?(?:[:.]\d\d)?)(?![:.]?\d|\s*[ap]\.?m)",
        lambda match: f"{match[3]} in the {match[2]}",
        text,
    )


def write_numbers(text: str) -> str:
    """Return `text`, in lower case, with figures for the numbers from one to twelve in words."""
    for number, word in reversed(list(enumerate(_ENGLISH_NUMBERS, start=1))):
        text = re.sub(rf"\b{word}\b(?!\s+(?:day|week)\b)", str(number), text)
    for number, word in reversed(list(enumerate(_KOREAN_NUMBERS, start=1))):
        text = re.sub(rf"(?<![가-힣]){word}\s?(?=시|주(?![가-힣]))", str(number), text)
    return text


_ENGLISH_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_KOREAN_NUMBERS = (
    "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두",
)  # fmt: skip


def _refuse_unclear(text: str) -> None:
    """Raise ScheduleError for what no schedule does, or what may mean several things."""
    vocabulary = load_vocabulary()
    if vocabulary.too_often.search(text):
        raise ScheduleError(
            "A schedule posts at most once an hour. Type every hour, or every 6 hours."
        )
    if match := vocabulary.ambiguous_weeks.search(text):
        raise ScheduleError(
            "{words} can mean two things. Type every 2 weeks on Monday, or Mon and Thu.",
            words=in_quotation_marks(match[0]),
        )


def _take_hours(text: str) -> tuple[int, str]:
    """Return every how many hours, 0 where that is not said, and the remaining text."""
    vocabulary = load_vocabulary()
    if match := vocabulary.every_hours.search(text):
        return _number(match) or -1, _cut(text, match)
    if match := vocabulary.hourly.search(text):
        return 1, _cut(text, match)
    return 0, text


def _take_weeks(text: str) -> tuple[Weeks, str]:
    """Return which weeks or days of the month, and the remaining text."""
    vocabulary = load_vocabulary()
    if match := vocabulary.every_weeks.search(text):
        interval = _number(match)
        if not 1 <= interval <= MAX_INTERVAL:
            raise ScheduleError(
                "How often? Choose every 1 to {most} weeks, such as every 2 weeks on Monday.",
                most=MAX_INTERVAL,
            )
        return Weeks(interval=interval), _cut(text, match)
    if match := vocabulary.fortnightly.search(text):
        return Weeks(interval=2), _cut(text, match)
    of_month = vocabulary.of_month.search(text)
    if of_month:
        text = _cut(text, of_month)
    if match := vocabulary.place.search(text):
        items = re.findall("|".join(sorted(vocabulary.places, key=len, reverse=True)), match[1])
        places = sorted({vocabulary.places[item] for item in items})
        return Weeks(places=tuple(places)), f"{text[: match.start()]} {text[match.end() :]}"
    month_days: list[str] = []
    while match := vocabulary.month_day.search(text) or vocabulary.last_day.search(text):
        day = str(_number(match)) if match.re is vocabulary.month_day else LAST
        if day != LAST and not 1 <= int(day) <= MAX_MONTH_DAY:
            raise ScheduleError(
                "Not every month has a day {day}. Choose one from 1st to {most}th, or the last "
                "day of the month.",
                day=day,
                most=MAX_MONTH_DAY,
            )
        month_days.append(day)
        text = _cut(text, match)
    if of_month and not month_days and (match := vocabulary.first_or_last.search(text)):
        month_days.append(LAST if vocabulary.places[match[1]] == LAST else "1")
        text = _cut(text, match)
    if of_month and not month_days:
        raise ScheduleError(
            "On which day of the month? Add it, such as the 1st of the month or the first Monday."
        )
    ordered = sorted(set(month_days), key=lambda day: (day == LAST, day.zfill(2)))
    return Weeks(month_days=tuple(ordered)), text


def _take_times(text: str) -> tuple[list[time], str]:
    """Return the times in a text, and the remaining text."""
    pattern = load_vocabulary().time_item
    times = [parse_clock(" ".join(match[0].split())) for match in pattern.finditer(text)]
    return times, pattern.sub(_GAP, text)


def _read_chunk(
    chunk: str, parse_days: Callable[[str], tuple[int, ...]]
) -> Iterator[tuple[str, str | None, tuple[int, ...]]]:
    """Yield what a text that holds no time says: words that mean nothing, a zone, or days."""
    if not chunk:
        return
    if days := _try_days(chunk, parse_days):
        yield "", None, days
        return
    words = chunk.split()
    for length in range(min(len(words), _MAX_ZONE_WORDS), 0, -1):
        for start in sorted({len(words) - length, 0}, reverse=True):
            name = _strip_edges(" ".join(words[start : start + length]))
            if not name or not is_zone_name(name):
                continue
            rest = _strip_edges(" ".join([*words[:start], *words[start + length :]]))
            if not rest:
                yield "", parse_zone(name), ()
                return
            if days := _try_days(rest, parse_days):
                yield "", parse_zone(name), days
                return
    yield chunk, None, ()


def _try_days(text: str, parse_days: Callable[[str], tuple[int, ...]]) -> tuple[int, ...]:
    try:
        return parse_days(text)
    except ScheduleError:
        return ()


def _strip_edges(text: str) -> str:
    """Return `text` without the words at its ends that only join things."""
    edge = load_vocabulary().edge
    while (stripped := edge.sub("", text).strip()) != text:
        text = stripped
    return text


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {_GAP} {text[match.end() :]}"


def _number(match: re.Match[str]) -> int:
    """Return the number in a match of a pattern with one group for each way to write it."""
    return int(next(number for number in match.groups() if number))
