"""Summaries of schedules in the outbox: one row for each slot that fell due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, Post, Schedule, SentMessage
from bot.store.delivery.briefs import brief_from
from bot.store.delivery.leases import IS_OPEN, OutboxClaim, lease_row
from bot.store.delivery.schedules import schedule_from
from bot.store.schema import outbox, schedules

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class SummaryClaim(OutboxClaim):
    """A claim on the summary of one slot; `brief` is what an earlier attempt composed, and
    `was_refused` says that Discord refused it at the last attempt. `requested_by` is the user who
    asked for it at once; None where its time had come."""

    schedule: Schedule
    slot: datetime
    brief: Brief | None
    was_refused: bool
    requested_by: int | None = None

    def post(self, sent: SentMessage | None) -> Post:
        """Return the post that the summary is once sent as that message."""
        schedule = self.schedule
        return Post.from_message("summary", schedule.guild_id, schedule.channel_id, sent)


async def enqueue_slot(connection: AsyncConnection, schedule_id: int, slot: datetime) -> bool:
    """Add the slot and move its schedule past it; False if it is past it, paused or removed, or if
    the slot was added before."""
    move_on = update(schedules).where(
        schedules.c.id == schedule_id, schedules.c.due_after < slot, ~schedules.c.paused
    )
    # This locks the row of the schedule, so a second process sees that it was moved.
    if not (await connection.execute(move_on.values(due_after=slot))).rowcount:
        return False
    # Where a clock was ahead once, the slot may have been posted already.
    existing = select(outbox.c.id).where(outbox.c.schedule_id == schedule_id, outbox.c.slot == slot)
    if await connection.scalar(existing) is not None:
        return False
    row = {"schedule_id": schedule_id, "slot": slot, "available_at": slot, "attempts": 0}
    await connection.execute(insert(outbox).values(row))
    return True


async def request_summary(
    connection: AsyncConnection, schedule_id: int, user_id: int, now: datetime
) -> int:
    """Return the id of the schedule's open row that a user asked for; there is one afterwards."""
    existing = select(outbox.c.id).where(
        outbox.c.schedule_id == schedule_id, outbox.c.user_id.is_not(None), IS_OPEN
    )
    row_id: int | None = await connection.scalar(existing.limit(1))
    if row_id is None:
        # The nonce of a post counts milliseconds.
        is_near = (outbox.c.schedule_id == schedule_id, outbox.c.slot > now - MILLISECOND)
        last_slot = select(func.max(outbox.c.slot, type_=outbox.c.slot.type)).where(*is_near)
        latest: datetime | None = await connection.scalar(last_slot)
        slot = now if latest is None else latest + MILLISECOND
        row = {"schedule_id": schedule_id, "user_id": user_id, "slot": slot, "available_at": now}
        added = insert(outbox).values(row | {"attempts": 0}).returning(outbox.c.id)
        row_id = (await connection.execute(added)).scalar_one()
    return row_id


async def claim_next_summary(
    connection: AsyncConnection,
    now: datetime,
    lease: timedelta,
    owner: str,
    row_id: int | None = None,
) -> SummaryClaim | None:
    """Lease the deliverable slot that has waited longest, or the row `row_id` if it can be
    delivered, and skip the slots that it supersedes."""
    query = _next_deliverable(now)
    if row_id is not None:
        query = query.where(outbox.c.id == row_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    brief = row.brief and brief_from(row.brief)
    claim = SummaryClaim(
        row.row_id,
        owner,
        row.attempts + 1,
        schedule_from(row),
        row.slot,
        brief,
        was_refused=row.reason is not None,
        requested_by=row.requested_by,
    )
    await lease_row(connection, claim, now + lease)
    superseded = update(outbox).where(
        outbox.c.schedule_id == row.id, outbox.c.slot < row.slot, outbox.c.brief.is_(None), IS_OPEN
    )
    await connection.execute(superseded.values(outcome="skipped", settled_at=now))
    return claim


async def skip_refused(connection: AsyncConnection, claim: SummaryClaim, now: datetime) -> None:
    """Skip the earlier slots of the schedule that Discord refused: the post of `claim` held what
    they were to show."""
    earlier = update(outbox).where(
        outbox.c.schedule_id == claim.schedule.id,
        outbox.c.slot < claim.slot,
        outbox.c.reason.is_not(None),
        IS_OPEN,
    )
    await connection.execute(earlier.values(outcome="skipped", settled_at=now))


async def pause_schedule(connection: AsyncConnection, schedule_id: int, reason: str) -> None:
    """Pause the schedule for good, with `reason` as a sentence for people."""
    statement = update(schedules).where(schedules.c.id == schedule_id)
    await connection.execute(statement.values(paused=True, pause_reason=reason))


def _next_deliverable(now: datetime) -> Select[Any]:
    has_no_brief = outbox.c.brief.is_(None)
    is_unsent = or_(has_no_brief, outbox.c.reason.is_not(None))
    later = outbox.alias("later")
    is_superseded = exists().where(
        later.c.schedule_id == outbox.c.schedule_id,
        later.c.slot > outbox.c.slot,
        later.c.outcome.is_(None),
    )
    sibling_row, sibling = outbox.alias("other"), schedules.alias("sibling")
    is_under_way = and_(sibling_row.c.owner.is_not(None), sibling_row.c.available_at > now)
    may_be_posted = and_(
        is_unsent,
        sibling_row.c.id != outbox.c.id,
        sibling_row.c.brief.is_not(None),
        sibling_row.c.reason.is_(None),
        or_(~sibling.c.paused, sibling_row.c.user_id.is_not(None)),
    )
    is_channel_busy = exists().where(
        sibling_row.c.schedule_id == sibling.c.id,
        sibling.c.channel_id == schedules.c.channel_id,
        sibling_row.c.outcome.is_(None),
        or_(is_under_way, may_be_posted),
    )
    notice = outbox.alias("notice")
    is_notice_under_way = exists().where(
        notice.c.channel_id == schedules.c.channel_id,
        notice.c.outcome.is_(None),
        notice.c.owner.is_not(None),
        notice.c.available_at > now,
    )
    return (
        select(
            outbox.c.id.label("row_id"),
            outbox.c.slot,
            outbox.c.attempts,
            outbox.c.brief,
            outbox.c.reason,
            outbox.c.user_id.label("requested_by"),
            schedules,
        )
        .join_from(outbox, schedules)
        .where(
            IS_OPEN,
            outbox.c.available_at <= now,
            or_(~schedules.c.paused, outbox.c.user_id.is_not(None)),
            ~and_(has_no_brief, is_superseded),
            ~is_channel_busy,
            ~is_notice_under_way,
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # left out on SQLite, which is locked whole
    )
