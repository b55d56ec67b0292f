"""When a timetable falls due: its slots as moments in UTC, through every change of the clocks.

A time that the autumn change repeats is one slot, at its first occurrence; a time that the spring
change leaves out moves to the moment the gap ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from heapq import merge
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim

from bot.errors import ScheduleError
from bot.model import Timetable


@dataclass(frozen=True, slots=True)
class Due:
    """The latest slot that has come, and how many earlier ones it stands for."""

    slot: datetime
    skipped: int


def upcoming(timetable: Timetable, after: datetime) -> Iterator[datetime]:
    """Every slot later than `after`, in order, without end; aware, in UTC.

    Raises ValueError for a naive `after` and ScheduleError for a zone this machine does not know.
    """
    if after.tzinfo is None:
        raise ValueError("after has no time zone")
    local = after.astimezone(_zone(timetable.zone))
    days = ",".join(str(day + 1) for day in timetable.days)  # cron counts from Sunday
    last = after
    for moment in merge(*(_daily(at, days, local) for at in timetable.times)):
        # cronsim reads `local` as a wall clock, so within the hour that autumn repeats it begins
        # with slots already past; and two times within one gap move to the same moment.
        if moment > last:
            last = moment
            yield moment


def next_slot(timetable: Timetable, after: datetime) -> datetime:
    """The first slot later than `after`, in UTC. Raises as `upcoming` does."""
    return next(upcoming(timetable, after))


def due(timetable: Timetable, after: datetime, now: datetime) -> Due | None:
    """What has fallen due later than `after` and not later than `now`; missed slots become one.

    Raises as `upcoming` does.
    """
    latest, skipped = None, -1
    for slot in upcoming(timetable, after):
        if slot > now:
            break
        latest, skipped = slot, skipped + 1
    return Due(latest, skipped) if latest else None


def on_clocks(timetable: Timetable, moment: datetime) -> datetime:
    """`moment` as the clocks of the timetable's zone show it. Raises ScheduleError likewise."""
    return moment.astimezone(_zone(timetable.zone))


def _daily(at: time, days: str, local: datetime) -> Iterator[datetime]:
    for moment in CronSim(f"{at.minute} {at.hour} * * {days}", local):
        yield moment.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ScheduleError(
            "The time zone {name} is not known here. Add the schedule again with another zone.",
            name=name,
        ) from error
