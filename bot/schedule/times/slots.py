"""When a timetable falls due: its slots as moments in UTC, through every change of the clocks.

A time that the autumn change repeats is one slot, at its first occurrence; a time that the spring
change leaves out moves to the moment the gap ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from heapq import merge
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim

from bot.errors import ScheduleError
from bot.model import Timetable
from bot.schedule.times.weeks import Weeks, read_weeks


@dataclass(frozen=True, slots=True)
class DueSlot:
    """The latest slot that has passed, and how many missed slots it stands for."""

    slot: datetime
    skipped: int


def iterate_slots(timetable: Timetable, after: datetime) -> Iterator[datetime]:
    """Yield every slot later than `after`, in order, without end; aware, in UTC.

    Raises ValueError for a naive `after` and ScheduleError for a zone this machine does not know,
    or weeks in a form that it does not.
    """
    if after.tzinfo is None:
        raise ValueError("after has no time zone")
    local = after.astimezone(_zone(timetable.zone))
    weeks = read_weeks(timetable.weeks)
    days = weeks.cron_days(timetable.days)
    last = after
    for moment in merge(*(_daily_slots(at, days, local, weeks) for at in timetable.times)):
        # cronsim reads `local` as a wall clock, so within the hour that autumn repeats it begins
        # with slots already past; and two times within one gap move to the same moment.
        if moment > last:
            last = moment
            yield moment


def next_slot(timetable: Timetable, after: datetime) -> datetime:
    """Return the first slot later than `after`, in UTC. Raises as `iterate_slots` does."""
    return next(iterate_slots(timetable, after))


def find_due_slot(timetable: Timetable, after: datetime, now: datetime) -> DueSlot | None:
    """Return the latest slot later than `after` and not later than `now`, if there is one.

    Raises as `iterate_slots` does.
    """
    latest, skipped = None, -1
    for slot in iterate_slots(timetable, after):
        if slot > now:
            break
        latest, skipped = slot, skipped + 1
    return DueSlot(latest, skipped) if latest else None


def to_local_time(timetable: Timetable, moment: datetime) -> datetime:
    """Return `moment` in the timetable's zone. Raises ScheduleError for an unknown zone."""
    return moment.astimezone(_zone(timetable.zone))


def _daily_slots(at: time, days: str, local: datetime, weeks: Weeks) -> Iterator[datetime]:
    for moment in CronSim(f"{at.minute} {at.hour} {days}", local):
        # A day that a zone leaves out (Apia, 2011) moves to the next day, but a week is no shorter.
        if weeks.has_week_of(moment.date()):
            yield moment.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ScheduleError(
            "I do not know the time zone {name}. Add the schedule again with another zone.",
            name=name,
        ) from error
