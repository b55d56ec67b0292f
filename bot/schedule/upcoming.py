"""What every schedule has before it, for whoever runs the bot, and how one is put forward."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.errors import ScheduleError
from bot.model import Schedule
from bot.schedule.times.phrases import describe
from bot.schedule.times.slots import due, next_slot
from bot.store import Store, WaitingPost


@dataclass(frozen=True, slots=True)
class Prospect:
    """A schedule, its timetable in words, and what comes of it.

    `next_slot` is the next that has not come; None while it is paused, and where this machine does
    not know its time zone. `due_since` is when a slot came that no process has taken up yet;
    `waiting` are those taken up and not posted.
    """

    schedule: Schedule
    when: str
    next_slot: datetime | None
    due_since: datetime | None
    waiting: Sequence[WaitingPost]

    @property
    def is_due(self) -> bool:
        return not self.schedule.paused and bool(self.waiting or self.due_since)


async def prospects(
    store: Store, now: datetime
) -> tuple[Sequence[Prospect], Sequence[WaitingPost]]:
    """Those of all servers, and the notices that wait. Raises StoreError."""
    waiting = await store.overview.list_waiting()
    found = [_prospect(each, waiting, now) for each in await store.overview.list_schedules()]
    return found, [each for each in waiting if each.schedule_id is None]


async def put_forward(store: Store, schedule_id: int, now: datetime) -> Schedule:
    """Make the schedule due now, so that whichever process next looks posts it, once.

    A slot that came and was not taken up yet is covered by this one. Raises ScheduleError where
    there is nothing to put forward, StoreError.
    """
    known = {each.id: each for each in await store.overview.list_schedules()}
    schedule = known.get(schedule_id)
    if schedule is None:
        raise ScheduleError(
            f"There is no schedule {schedule_id}; `verbatim schedule` lists those there are."
        )
    if schedule.paused:
        raise ScheduleError(
            f"Schedule {schedule_id} is paused; its server takes it up with /schedule resume."
        )
    if not await store.outbox.enqueue(schedule.id, now):
        raise ScheduleError(
            f"Schedule {schedule_id} is past this moment already, or was changed just now. See "
            "that the clock of this machine is right, and try again."
        )
    return schedule


def _prospect(schedule: Schedule, waiting: Sequence[WaitingPost], now: datetime) -> Prospect:
    coming = came = None
    if not schedule.paused:
        with suppress(ScheduleError):  # the next pass of a bot pauses it and says why
            coming = next_slot(schedule.timetable, now)
            if found := due(schedule.timetable, schedule.due_after, now):
                came = found.slot
    return Prospect(
        schedule,
        describe(schedule.timetable),
        coming,
        came,
        [each for each in waiting if each.schedule_id == schedule.id],
    )
