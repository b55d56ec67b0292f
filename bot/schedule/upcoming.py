"""What every schedule has coming, for the operator, and how to make one due now."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.errors import ScheduleError
from bot.model import Schedule
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.slots import find_due_slot, next_slot
from bot.store import Store, WaitingPost


@dataclass(frozen=True, slots=True)
class UpcomingSummary:
    """A schedule, its timetable in words, and what it has coming.

    `next_slot` is None while it is paused, and where this machine does not know its time zone.
    `due_since` is when a slot passed that no process has enqueued yet; `waiting` are those enqueued
    and not posted.
    """

    schedule: Schedule
    timetable: str
    next_slot: datetime | None
    due_since: datetime | None
    waiting: Sequence[WaitingPost]

    @property
    def is_due(self) -> bool:
        """Whether something is still to be posted."""
        return not self.schedule.paused and bool(self.waiting or self.due_since)


async def list_upcoming(
    store: Store, now: datetime
) -> tuple[Sequence[UpcomingSummary], Sequence[WaitingPost]]:
    """Return the schedules of all servers, and the notices that wait. Raises StoreError."""
    waiting = await store.overview.list_waiting()
    schedules = await store.overview.list_schedules()
    upcoming = [_upcoming_summary(schedule, waiting, now) for schedule in schedules]
    return upcoming, [row for row in waiting if row.schedule_id is None]


async def make_due(store: Store, schedule_id: int, now: datetime) -> Schedule:
    """Make the schedule due now and return it; the process that next looks posts it, once.

    A slot that has passed and was not enqueued yet is covered by this one. Raises ScheduleError
    where the schedule is unknown or paused, StoreError.
    """
    schedules = {schedule.id: schedule for schedule in await store.overview.list_schedules()}
    schedule = schedules.get(schedule_id)
    if schedule is None:
        raise ScheduleError(
            f"There is no schedule {schedule_id}; `verbatim schedule` lists the schedules."
        )
    if schedule.paused:
        raise ScheduleError(
            f"Schedule {schedule_id} is paused. Its server can resume it with /schedule resume."
        )
    if not await store.outbox.enqueue(schedule.id, now):
        raise ScheduleError(
            f"Schedule {schedule_id} is past this moment already, or was changed just now. See "
            "that the clock of this machine is right, and try again."
        )
    return schedule


def _upcoming_summary(
    schedule: Schedule, waiting: Sequence[WaitingPost], now: datetime
) -> UpcomingSummary:
    following_slot = due_since = None
    if not schedule.paused:
        with suppress(ScheduleError):  # the next pass of a bot pauses it and says why
            following_slot = next_slot(schedule.timetable, now)
            if due := find_due_slot(schedule.timetable, schedule.due_after, now):
                due_since = due.slot
    return UpcomingSummary(
        schedule,
        describe_timetable(schedule.timetable),
        following_slot,
        due_since,
        [row for row in waiting if row.schedule_id == schedule.id],
    )
