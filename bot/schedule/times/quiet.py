"""Quiet hours: parsed from words, said in words, and when they end."""

from datetime import datetime, time

from bot.errors import ScheduleError
from bot.language import say
from bot.model import QuietHours, Timetable
from bot.schedule.times.phrases import parse_times
from bot.schedule.times.slots import next_slot
from bot.schedule.times.vocabulary import EVERY_DAY
from bot.schedule.times.zones import parse_zone, zone_name


def parse_quiet(start: str, until: str, zone: str) -> QuietHours:
    """Return the quiet hours that these words mean.

    Raises ScheduleError, which says what is wrong and what to type instead.
    """
    quiet = QuietHours(_parse_one_time(start), _parse_one_time(until), parse_zone(zone))
    if quiet.start == quiet.end:
        raise ScheduleError("Quiet hours must start and end at different times.")
    return quiet


def describe_quiet(quiet: QuietHours) -> str:
    """Say quiet hours in words: "22:00 to 07:00 (Asia/Seoul)"."""
    return say(
        "{start} to {until} ({zone})",
        start=f"{quiet.start:%H:%M}",
        until=f"{quiet.end:%H:%M}",
        zone=zone_name(quiet.zone),
    )


def quiet_until(quiet: QuietHours | None, moment: datetime) -> datetime | None:
    """Return when the quiet hours around `moment` end, in UTC; None if it lies in none.

    Clock changes move both ends as they move slots. Raises ScheduleError for a zone this machine
    does not know.
    """
    if quiet is None:
        return None
    next_start, next_end = (
        next_slot(Timetable((at,), EVERY_DAY, quiet.zone), moment)
        for at in (quiet.start, quiet.end)
    )
    return next_end if next_end < next_start else None


def _parse_one_time(text: str) -> time:
    times = parse_times(text)
    if len(times) > 1:
        raise ScheduleError("Quiet hours have one start and one end, such as 22:00 and 7am.")
    return times[0]
