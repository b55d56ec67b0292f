"""Summaries of schedules in the outbox: one row for each slot that fell due."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, Post, Schedule, SentMessage
from bot.store.delivery.briefs import brief_from
from bot.store.delivery.leases import (
    CHANNELS_UNDER_WAY,
    IS_OPEN,
    NOW,
    OutboxClaim,
    is_present,
    lease_row,
)
from bot.store.delivery.schedules import schedule_from
from bot.store.engine.database import insert_for
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

    @property
    def channel_id(self) -> int:
        """The channel that the summary is for."""
        return self.schedule.channel_id

    def post(self, sent: SentMessage | None) -> Post:
        """Return the post that the summary is once sent as that message."""
        schedule = self.schedule
        return Post.from_message("summary", schedule.guild_id, schedule.channel_id, sent)


async def enqueue_slots(
    connection: AsyncConnection, slot: datetime, schedule_ids: Iterable[int]
) -> Collection[int]:
    """Add the slot to each schedule and move the schedule past it; returns those to which it was
    added: not those that are past it, paused or removed, or had it before.

    The transaction must be of `Database.writing_alone`, as it locks the rows in no certain order.
    """
    move_on = update(schedules).where(
        schedules.c.id.in_(schedule_ids), schedules.c.due_after < slot, ~schedules.c.paused
    )
    moved = await connection.scalars(move_on.values(due_after=slot).returning(schedules.c.id))
    rows = [
        {"schedule_id": schedule_id, "slot": slot, "available_at": slot, "attempts": 0}
        for schedule_id in moved
    ]
    if not rows:
        return ()
    # Where a clock was ahead once, the slot may have been posted already.
    key = [outbox.c.schedule_id, outbox.c.slot]
    added = insert_for(connection, outbox).values(rows).on_conflict_do_nothing(index_elements=key)
    return (await connection.scalars(added.returning(outbox.c.schedule_id))).all()


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
    query = _NEXT_DELIVERABLE
    if row_id is not None:
        query = query.where(outbox.c.id == row_id)
    row = (await connection.execute(query, {"now": now})).one_or_none()
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
    if row.supersedes:
        superseded = update(outbox).where(
            outbox.c.schedule_id == row.id,
            outbox.c.slot < row.slot,
            outbox.c.brief.is_(None),
            IS_OPEN,
        )
        await connection.execute(superseded.values(outcome="skipped", settled_at=now))
    return claim


async def skip_refused(connection: AsyncConnection, claim: SummaryClaim, now: datetime) -> None:
    """Skip the earlier slots of the schedule that Discord refused, if HAS_REFUSED: the post of
    `claim` held what they were to show."""
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


def _next_deliverable() -> Select[Any]:
    """The open slot that has waited longest and that nothing holds back.

    What is asked of all open rows, such as which channels are busy, is asked once for the query and
    not for each row: PostgreSQL plans by statistics that may be from before thousands of slots fell
    due, and then compares each row with each. With 1,000 open that took .9 s; this takes a
    millisecond.
    """
    has_no_brief = outbox.c.brief.is_(None)
    later = outbox.alias("later")
    # Not `outcome IS NULL`: no plan may then read all open rows for each of them.
    is_later_open = func.coalesce(later.c.outcome, "") == ""
    latest_slot = (
        select(later.c.slot)
        .where(later.c.schedule_id == outbox.c.schedule_id, is_later_open)
        .order_by(later.c.schedule_id.desc(), later.c.slot.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_busy = schedules.c.channel_id.in_(CHANNELS_UNDER_WAY)
    # A row that may have been posted is finished before any other to its channel.
    is_unsent = or_(has_no_brief, outbox.c.reason.is_not(None))
    is_behind = and_(is_unsent, schedules.c.channel_id.in_(_channels_to_finish()))
    return (
        select(
            outbox.c.id.label("row_id"),
            outbox.c.slot,
            outbox.c.attempts,
            outbox.c.brief,
            outbox.c.reason,
            outbox.c.user_id.label("requested_by"),
            _has_earlier(lambda row: row.c.brief.is_(None)).label("supersedes"),
            schedules,
        )
        .join_from(outbox, schedules)
        .where(
            IS_OPEN,
            outbox.c.available_at <= NOW,
            is_present(schedules.c.guild_id),
            or_(~schedules.c.paused, outbox.c.user_id.is_not(None)),
            ~and_(has_no_brief, outbox.c.slot < latest_slot),
            ~is_busy,
            ~is_behind,
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # left out on SQLite, which is locked whole
    )


def _channels_to_finish() -> Select[Any]:
    """The channels to which a summary may have been posted that is not settled yet."""
    row, schedule = outbox.alias("composed"), schedules.alias("composed_schedule")
    return (
        select(schedule.c.channel_id)
        .join(row, row.c.schedule_id == schedule.c.id)
        .where(
            row.c.outcome.is_(None),
            row.c.brief.is_not(None),
            row.c.reason.is_(None),
            or_(~schedule.c.paused, row.c.user_id.is_not(None)),
        )
    )


def _has_earlier(is_such: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether the schedule of a row has an open one before it that is such."""
    earlier = outbox.alias("earlier")
    return exists().where(
        earlier.c.schedule_id == outbox.c.schedule_id,
        earlier.c.slot < outbox.c.slot,
        earlier.c.outcome.is_(None),
        is_such(earlier),
    )


_NEXT_DELIVERABLE = _next_deliverable()
# Whether the schedule of a row has an earlier one that Discord refused.
HAS_REFUSED = _has_earlier(lambda row: row.c.reason.is_not(None))
