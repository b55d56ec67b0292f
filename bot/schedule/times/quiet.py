"""Quiet hours: in words, and when they end, through every change of the clocks."""

from __future__ import annotations

from datetime import datetime, time

from bot.errors import ScheduleError
from bot.language import say
from bot.model import QuietHours, Timetable
from bot.schedule.times.phrases import parse_times
from bot.schedule.times.slots import next_slot
from bot.schedule.times.zones import parse_zone, zone_name

_EVERY_DAY = tuple(range(7))


def parse_quiet(start: str, until: str, zone: str) -> QuietHours:
    """Raises ScheduleError, which says what is wrong and what to type instead."""
    quiet = QuietHours(_one_time(start), _one_time(until), parse_zone(zone))
    if quiet.start == quiet.end:
        raise ScheduleError("Quiet hours must end at another time than they begin.")
    return quiet


def describe_quiet(quiet: QuietHours) -> str:
    """ "22:00 to 07:00 (Asia/Seoul)"."""
    return say(
        "{start} to {until} ({zone})",
        start=f"{quiet.start:%H:%M}",
        until=f"{quiet.end:%H:%M}",
        zone=zone_name(quiet.zone),
    )


def quiet_until(quiet: QuietHours | None, moment: datetime) -> datetime | None:
    """When the quiet hours end that `moment` lies in; None if it lies in none.

    Both ends are moments as slots are. Raises ScheduleError for a zone this machine does not know.
    """
    if quiet is None:
        return None
    begins, ends = (
        next_slot(Timetable((at,), _EVERY_DAY, quiet.zone), moment)
        for at in (quiet.start, quiet.end)
    )
    return ends if ends < begins else None


def _one_time(text: str) -> time:
    times = parse_times(text)
    if len(times) > 1:
        raise ScheduleError("Quiet hours begin and end at one time each, such as 22:00 and 7am.")
    return times[0]
