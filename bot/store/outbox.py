"""Summaries on their way to channels, and the quotes that each channel has had.

A slot that falls due becomes a row. A process claims the row for a while (its lease), stores the
brief it composed, posts it, and acknowledges; if it dies in between, the lease runs out and
another claims the row and posts the same brief.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, BriefPoint, PostedQuote, Quote, Schedule, Span
from bot.store.database import Database
from bot.store.schedules import schedule_from
from bot.store.schema import outbox, posted, schedules

Outcome = Literal["posted", "silent"]  # a third, "skipped", is what becomes of superseded slots
IS_OPEN = outbox.c.outcome.is_(None)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to deliver one slot, held by `owner` until the lease ends.

    `brief` is what an earlier attempt composed. `attempt` counts from 1 and tells a claim from
    a later one of the same owner.
    """

    id: int
    schedule: Schedule
    slot: datetime
    owner: str
    attempt: int
    brief: Brief | None


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

    async def claim(self, now: datetime, lease: timedelta, owner: str) -> Claim | None:
        """The delivery that has waited longest, or None.

        Of several open slots of a schedule only the latest is delivered; the earlier are skipped.
        A slot with a brief is the exception: it may have been posted already, so it is brought to
        its end first. Until it is, and while any delivery to a channel is under way, the others to
        that channel wait, because what is new to the channel depends on it.
        """
        async with self._database.writing() as connection:
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
        brief = found.brief and _brief_from(found.brief)
        return Claim(found.outbox_id, schedule_from(found), found.slot, owner, attempt, brief)

    async def keep_brief(self, claim: Claim, brief: Brief) -> bool:
        """Store what is about to be posted, so that a second attempt posts the same."""
        async with self._database.writing() as connection:
            return await _change(connection, claim, brief=asdict(brief))

    async def acknowledge(
        self, claim: Claim, outcome: Outcome, quotes: Sequence[Quote], now: datetime
    ) -> bool:
        """Settle the slot and, in the same transaction, note that the channel has had `quotes`.

        They are noted even if the claim has lapsed: they were posted.
        """
        async with self._database.writing() as connection:
            await _note(connection, claim.schedule.channel_id, quotes, now)
            return await _change(connection, claim, outcome=outcome, settled_at=now)

    async def release(self, claim: Claim, retry_at: datetime) -> bool:
        """Give the claim back; the slot may be claimed again from `retry_at` on."""
        async with self._database.writing() as connection:
            return await _change(connection, claim, owner=None, available_at=retry_at)

    async def suspend(self, claim: Claim, reason: str) -> bool:
        """Give the claim back and pause its schedule, with `reason` as a sentence for people."""
        pause = update(schedules).where(
            schedules.c.id == claim.schedule.id, exists().where(_holds(claim))
        )
        async with self._database.writing() as connection:
            await connection.execute(pause.values(paused=True, pause_reason=reason))
            return await _change(connection, claim, owner=None)

    async def note(self, channel_id: int, quotes: Sequence[Quote], now: datetime) -> None:
        """The channel has had `quotes` outside any slot."""
        async with self._database.writing() as connection:
            await _note(connection, channel_id, quotes, now)

    async def had(self, channel_id: int) -> Sequence[PostedQuote]:
        """Every quote that the channel has had, oldest first."""
        query = (
            select(
                posted.c.article_id,
                posted.c.paragraph,
                posted.c.start,
                posted.c.end,
                posted.c.text,
            )
            .where(posted.c.channel_id == channel_id)
            .order_by(posted.c.id)
        )
        async with self._database.reading() as connection:
            return [PostedQuote(*row) for row in await connection.execute(query)]


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
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # SQLite, locked whole, leaves this out
    )


def _holds(claim: Claim) -> ColumnElement[bool]:
    return and_(
        outbox.c.id == claim.id,
        outbox.c.owner == claim.owner,
        outbox.c.attempts == claim.attempt,
        IS_OPEN,
    )


async def _change(connection: AsyncConnection, claim: Claim, **values: object) -> bool:
    changed = await connection.execute(update(outbox).where(_holds(claim)).values(values))
    return changed.rowcount == 1


async def _note(
    connection: AsyncConnection, channel_id: int, quotes: Sequence[Quote], now: datetime
) -> None:
    rows = [
        {
            "channel_id": channel_id,
            "article_id": quote.article.id,
            "paragraph": quote.paragraph,
            "start": quote.start,
            "end": quote.end,
            "text": quote.text,
            "title": quote.article.title,
            "posted_at": now,
        }
        for quote in quotes
    ]
    if rows:
        await connection.execute(insert(posted), rows)


def _brief_from(stored: dict[str, Any]) -> Brief:
    return Brief(
        topic=stored["topic"],
        title=stored["title"],
        points=tuple(
            BriefPoint(
                quote=PostedQuote(**point["quote"]),
                marks=tuple(Span(*mark) for mark in point["marks"]),
                also=tuple(PostedQuote(**quote) for quote in point["also"]),
            )
            for point in stored["points"]
        ),
    )
