"""What is on its way to Discord: the summaries of schedules, and notices.

A slot that falls due becomes a row, and so does a notice. A process claims the row for a while (its
lease), stores the brief it composed, posts it, and acknowledges; if it dies in between, the lease
runs out and another claims the row and posts the same brief. A notice is queued with its brief.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, Notice, Post, PostedQuote, Quote, Schedule, SentMessage
from bot.store.delivery.briefs import brief_from, stored_brief
from bot.store.delivery.notices import (
    IS_OPEN,
    free_watch,
    left_out,
    notice_from,
    pause_watch,
    queue_notices,
    take_notice,
)
from bot.store.delivery.posted import note_quotes
from bot.store.delivery.schedules import schedule_from
from bot.store.engine.database import CLAIMS_LOCK, Database
from bot.store.schema import outbox, schedules

# Two more are given elsewhere: "skipped" to superseded slots, "dropped" to flags that cannot be
# posted and to notices of a watch that have waited too long.
Outcome = Literal["posted", "silent"]


@dataclass(frozen=True, slots=True)
class OutboxClaim:
    """The right to deliver one row, held by `owner` until the lease ends. `attempt` counts from 1
    and tells a claim from a later one of the same owner."""

    id: int
    owner: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SummaryClaim(OutboxClaim):
    """`brief` is what an earlier attempt composed."""

    schedule: Schedule
    slot: datetime
    brief: Brief | None

    def post(self, sent: SentMessage | None) -> Post:
        guild_id, channel_id = self.schedule.guild_id, self.schedule.channel_id
        return Post("summary", guild_id, channel_id, *_place(sent))


@dataclass(frozen=True, slots=True)
class NoticeClaim(OutboxClaim):
    """`dropped_count` is how many notices of the same watch have waited too long since its last
    post, and were dropped."""

    notice: Notice
    dropped_count: int

    def post(self, sent: SentMessage | None) -> Post | None:
        notice = self.notice
        if notice.kind != "watch" or notice.channel_id is None:
            return None
        return Post("watch", notice.guild_id, notice.channel_id, *_place(sent))


class Outbox:
    """Every method raises StoreError. Those that take a claim return whether it still held; one
    that lapsed changes nothing, because another process now has the row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, schedule_id: int, slot: datetime) -> bool:
        """Make `slot` deliverable and move its schedule on past it, once.

        False if the schedule is past it already, paused or removed.
        """
        move_on = update(schedules).where(
            schedules.c.id == schedule_id, schedules.c.due_after < slot, ~schedules.c.paused
        )
        row = {"schedule_id": schedule_id, "slot": slot, "available_at": slot, "attempts": 0}
        async with self._database.writing() as connection:
            # The row of the schedule is locked from here on, so a second process finds it moved.
            if not (await connection.execute(move_on.values(due_after=slot))).rowcount:
                return False
            await connection.execute(insert(outbox).values(row))
            return True

    async def claim_summary(
        self, now: datetime, lease: timedelta, owner: str
    ) -> SummaryClaim | None:
        """The slot that has waited longest, or None.

        Of several open slots of a schedule only the latest is delivered; the earlier are skipped.
        A slot with a brief is the exception: it may have been posted already, so it is brought to
        its end first. Until it is, and while any delivery to a channel is under way, the others to
        that channel wait, because what is new to the channel depends on it. So claims are made one
        after the other, or two might take two slots of one channel at once.
        """
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            found = (await connection.execute(_deliverable(now))).one_or_none()
            if found is None:
                return None
            attempt = found.attempts + 1
            taken = update(outbox).where(outbox.c.id == found.outbox_id)
            await connection.execute(
                taken.values(owner=owner, attempts=attempt, available_at=now + lease)
            )
            earlier = update(outbox).where(
                outbox.c.schedule_id == found.id,
                outbox.c.slot < found.slot,
                outbox.c.brief.is_(None),
                IS_OPEN,
            )
            await connection.execute(earlier.values(outcome="skipped", settled_at=now))
        brief = found.brief and brief_from(found.brief)
        return SummaryClaim(
            found.outbox_id, owner, attempt, schedule_from(found), found.slot, brief
        )

    async def claim_notice(self, now: datetime, lease: timedelta, owner: str) -> NoticeClaim | None:
        """The notice that has waited longest, or None.

        A watch posts one at a time and no more in any hour than it may; what of it has waited for a
        day is dropped.
        """
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            found = await take_notice(connection, now, now + lease)
            if found is None:
                return None
            attempt = found.attempts + 1
            taken = update(outbox).where(outbox.c.id == found.id)
            await connection.execute(
                taken.values(owner=owner, attempts=attempt, available_at=now + lease)
            )
            dropped = await left_out(connection, found.watch_id) if found.watch_id else 0
        return NoticeClaim(found.id, owner, attempt, notice_from(found), dropped)

    async def store_brief(self, claim: SummaryClaim, brief: Brief) -> bool:
        """Store what is about to be posted, so that a second attempt posts the same."""
        async with self._database.writing() as connection:
            return await _change(connection, claim, brief=stored_brief(brief))

    async def acknowledge(
        self,
        claim: SummaryClaim | NoticeClaim,
        outcome: Outcome,
        quotes: Sequence[Quote],
        now: datetime,
        sent: SentMessage | None = None,
    ) -> bool:
        """Settle the row and, in the same transaction, note that its channel was posted `quotes`.

        They are noted even if the claim has lapsed: they were posted.
        """
        async with self._database.writing() as connection:
            if post := claim.post(sent):
                await note_quotes(connection, post, quotes, now)
            held = await _change(connection, claim, outcome=outcome, settled_at=now)
            if held and (watch_id := _watch_of(claim)):
                await free_watch(connection, watch_id, now)
            return held

    async def release(self, claim: SummaryClaim | NoticeClaim, retry_at: datetime) -> bool:
        """Give the claim back; the row may be claimed again from `retry_at` on."""
        return await self._give_back(claim, retry_at)

    async def postpone(self, claim: SummaryClaim | NoticeClaim, until: datetime) -> bool:
        """Give the claim back untried: the row may be claimed again from `until` on, and this was
        no attempt at it."""
        return await self._give_back(claim, until, attempts=claim.attempt - 1)

    async def suspend(self, claim: SummaryClaim | NoticeClaim, reason: str, now: datetime) -> bool:
        """Give the claim back and pause its schedule or watch, with `reason` as a sentence for
        people; whoever made it is sent a notice, unless it is a watch of their own direct messages.
        What has neither is given up."""
        async with self._database.writing_alone() as connection:
            if not await _change(connection, claim, owner=None):
                return False
            match claim:
                case SummaryClaim(schedule=schedule):
                    made_by, title = schedule.created_by, schedule.topic
                    pause = update(schedules).where(schedules.c.id == schedule.id)
                    await connection.execute(pause.values(paused=True, pause_reason=reason))
                case NoticeClaim(notice=Notice(watch_id=int(watch_id)) as notice):
                    made_by = await pause_watch(connection, watch_id, reason)
                    title = notice.brief.title
                case _:
                    given_up = update(outbox).where(outbox.c.id == claim.id)
                    await connection.execute(given_up.values(outcome="dropped", settled_at=now))
                    return True
            if place := claim.post(None):
                told = Notice(
                    f"paused:{claim.id}",
                    "paused",
                    now,
                    place.guild_id,
                    place.channel_id,
                    Brief(topic=title, title=title),
                    user_id=made_by,
                    reason=reason,
                )
                await queue_notices(connection, [told])
            return True

    async def _give_back(
        self, claim: SummaryClaim | NoticeClaim, available_at: datetime, **values: object
    ) -> bool:
        async with self._database.writing() as connection:
            back = {"owner": None, "available_at": available_at, **values}
            held = await _change(connection, claim, **back)
            if held and (watch_id := _watch_of(claim)):
                await free_watch(connection, watch_id, available_at)
            return held

    async def find_watch_quotes(
        self, watch_ids: Sequence[int], since: datetime
    ) -> Mapping[int, Sequence[PostedQuote]]:
        """What each of the watches has posted or will, of what was queued since then."""
        query = (
            select(outbox.c.watch_id, outbox.c.brief)
            .where(
                outbox.c.watch_id.in_(watch_ids),
                outbox.c.slot >= since,
                or_(IS_OPEN, outbox.c.outcome == "posted"),
            )
            .order_by(outbox.c.id)
        )
        found: defaultdict[int, list[PostedQuote]] = defaultdict(list)
        async with self._database.reading() as connection:
            for watch_id, brief in await connection.execute(query):
                found[watch_id] += (point.quote for point in brief_from(brief).points)
        return found


def _deliverable(now: datetime) -> Select[Any]:
    unwritten = outbox.c.brief.is_(None)
    later = outbox.alias("later")
    superseded = exists().where(
        later.c.schedule_id == outbox.c.schedule_id,
        later.c.slot > outbox.c.slot,
        later.c.outcome.is_(None),
    )
    other, sibling = outbox.alias("other"), schedules.alias("sibling")
    under_way = and_(other.c.owner.is_not(None), other.c.available_at > now)
    perhaps_posted = and_(unwritten, other.c.brief.is_not(None), ~sibling.c.paused)
    channel_busy = exists().where(
        other.c.schedule_id == sibling.c.id,
        sibling.c.channel_id == schedules.c.channel_id,
        other.c.outcome.is_(None),
        or_(under_way, perhaps_posted),
    )
    notice = outbox.alias("notice")
    notice_under_way = exists().where(
        notice.c.channel_id == schedules.c.channel_id,
        notice.c.outcome.is_(None),
        notice.c.owner.is_not(None),
        notice.c.available_at > now,
    )
    return (
        select(
            outbox.c.id.label("outbox_id"),
            outbox.c.slot,
            outbox.c.attempts,
            outbox.c.brief,
            schedules,
        )
        .join_from(outbox, schedules)
        .where(
            IS_OPEN,
            outbox.c.available_at <= now,
            ~schedules.c.paused,
            ~and_(unwritten, superseded),
            ~channel_busy,
            ~notice_under_way,
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # SQLite, locked whole, leaves this out
    )


def _holds(claim: OutboxClaim) -> ColumnElement[bool]:
    return and_(
        outbox.c.id == claim.id,
        outbox.c.owner == claim.owner,
        outbox.c.attempts == claim.attempt,
        IS_OPEN,
    )


async def _change(connection: AsyncConnection, claim: OutboxClaim, **values: object) -> bool:
    changed = await connection.execute(update(outbox).where(_holds(claim)).values(values))
    return changed.rowcount == 1


def _place(sent: SentMessage | None) -> tuple[int | None, int | None]:
    return (sent.message_id, sent.thread_id) if sent else (None, None)


def _watch_of(claim: OutboxClaim) -> int | None:
    return claim.notice.watch_id if isinstance(claim, NoticeClaim) else None
