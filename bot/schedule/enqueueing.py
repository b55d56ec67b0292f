"""Put the slots that are due into the outbox, where they wait to be posted."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.errors import ScheduleError
from bot.model import Schedule
from bot.schedule.times.slots import DueSlot, find_due_slot, next_slot
from bot.store import Store
from bot.workers import Workers

log = logging.getLogger(__name__)


async def enqueue_due(
    store: Store, now: Callable[[], datetime], workers: Workers, *, enqueued_together: int
) -> None:
    """Enqueue the latest due slot of each schedule, at most so many in one transaction, and add
    workers for them; a schedule whose zone is unknown is paused. Raises StoreError."""
    due_slots: defaultdict[datetime, dict[int, DueSlot]] = defaultdict(dict)
    for schedule in await store.schedules.list_active():
        if not workers.goes_on:
            return
        await asyncio.sleep(0)  # computing a slot takes 0.1 ms, and there may be thousands
        try:
            due_after = await _correct_due_after(store, schedule, now())
            due = find_due_slot(schedule.timetable, due_after, now())
        except ScheduleError as error:
            await store.schedules.pause(schedule.guild_id, schedule.id, error.packed)
            continue
        if due is None:
            continue
        due_slots[due.slot][schedule.id] = due
        if len(due_slots[due.slot]) >= enqueued_together:
            await _enqueue(store, due_slots.pop(due.slot))
            workers.add()
    for due_at_once in due_slots.values():
        await _enqueue(store, due_at_once)
        workers.add()


async def _enqueue(store: Store, due_slots: Mapping[int, DueSlot]) -> None:
    """Enqueue the slots of schedules, which are all of one moment."""
    [slot] = {due.slot for due in due_slots.values()}
    for schedule_id in await store.outbox.enqueue_all(slot, list(due_slots)):
        if skipped := due_slots[schedule_id].skipped:
            log.warning(
                "missed slots skipped: schedule %d, the summary of %s stands for %d before it",
                schedule_id,
                slot,
                skipped,
            )


async def _correct_due_after(store: Store, schedule: Schedule, now: datetime) -> datetime:
    """Return after which moment the schedule is due: now at the earliest that its next slot
    would lie behind, which only a clock that was far ahead can have caused."""
    if schedule.due_after <= now or schedule.due_after <= next_slot(schedule.timetable, now):
        return schedule.due_after
    log.warning(
        "schedule put right: %d was waiting for %s, when a clock was ahead",
        schedule.id,
        schedule.due_after,
    )
    await store.schedules.rewind(schedule.id, now)
    return now
