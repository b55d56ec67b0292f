"""What whoever operates the bot sees of the database: all servers at once, in numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, and_, case, func, or_, select

from bot.model import Schedule
from bot.store.delivery.notices import IS_OPEN
from bot.store.delivery.schedules import schedule_from
from bot.store.engine.database import Database
from bot.store.schema import feeds, outbox, schedules, subscriptions, watches


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers over all servers, which tell of none in particular.

    `failing_since` is when the feed that has failed longest was last read, or first followed.
    `waiting` rows of the outbox have yet to be posted; those of paused schedules, which nothing
    will be done about, are not among them. The oldest has been due since `due_since`, but for what
    a watch holds back to keep to its posts an hour, and what waits for quiet hours to end.
    """

    feeds: int
    feeds_failing: int
    failing_since: datetime | None
    waiting: int
    due_since: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A row of the outbox that has yet to be posted: a schedule's summary, or a notice, which has
    no `schedule_id`. After `attempts` that failed it is tried again at `available_at`; while a
    process has it, `owner` names that one."""

    kind: Literal["summary", "watch", "edited", "withdrawn", "paused"]
    schedule_id: int | None
    slot: datetime
    attempts: int
    available_at: datetime
    owner: str | None


class Overview:
    """Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_totals(self, now: datetime) -> Totals:
        async with self._database.reading() as connection:
            followed = await connection.scalar(select(func.count()).select_from(feeds))
            failing, failing_since = (await connection.execute(_failing())).one()
            waiting, due_since = (await connection.execute(_depth(now))).one()
        return Totals(followed or 0, failing, failing_since, waiting, due_since)

    async def list_schedules(self) -> Sequence[Schedule]:
        """Those of all servers, paused ones too, oldest first."""
        query = select(schedules).order_by(schedules.c.id)
        async with self._database.reading() as connection:
            return [schedule_from(row) for row in await connection.execute(query)]

    async def list_waiting(self) -> Sequence[WaitingPost]:
        """What `Totals.waiting` counts, and what waits for paused schedules; oldest first."""
        query = select(outbox).where(IS_OPEN).order_by(outbox.c.slot, outbox.c.id)
        async with self._database.reading() as connection:
            return [
                WaitingPost(
                    row.kind or "summary",
                    row.schedule_id,
                    row.slot,
                    row.attempts,
                    row.available_at,
                    row.owner,
                )
                for row in await connection.execute(query)
            ]


def _failing() -> Select[int, datetime | None]:
    first_followed = (
        select(func.min(subscriptions.c.added_at))
        .where(subscriptions.c.feed_id == feeds.c.id)
        .scalar_subquery()
    )
    last_read = func.coalesce(feeds.c.last_ok_at, first_followed)
    return select(func.count(), func.min(last_read)).where(feeds.c.failures > 0)


def _depth(now: datetime) -> Select[int, datetime | None]:
    put_off = or_(watches.c.ready_at > now, outbox.c.available_at > now)
    held_back = and_(put_off, outbox.c.attempts == 0)
    return (
        select(func.count(), func.min(case((held_back, None), else_=outbox.c.slot)))
        .join_from(outbox, schedules, isouter=True)
        .join(watches, watches.c.id == outbox.c.watch_id, isouter=True)
        .where(IS_OPEN, schedules.c.paused.is_not(True))
    )
