"""Numbers and lists over all servers, for whoever operates the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, case, func, or_, select

from bot.model import Schedule
from bot.store.delivery.leases import IS_OPEN, RowKind, is_present, row_kind
from bot.store.delivery.schedules import schedule_from
from bot.store.engine.database import Repository, from_row
from bot.store.schema import feeds, outbox, schedules, subscriptions, watches


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers over all servers.

    `refused` counts the posts set aside in the last day, because Discord never took them.

    `failing_since` is when the feed that has failed longest was last read, or first followed.
    `waiting` counts the rows of the outbox that are still to be posted, without those of paused
    schedules and of servers that Verbatim was removed from. The oldest of them has been due since
    `due_since`, leaving out those that a watch holds back to keep to its posts an hour and those
    that wait for quiet hours to end.
    """

    feeds: int
    feeds_failing: int
    failing_since: datetime | None
    waiting: int
    due_since: datetime | None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A row of the outbox that is still to be posted: a schedule's summary, or a notice, which has
    no `schedule_id`. After `attempts` that failed it is tried again at `available_at`; while a
    process has it, `owner` names that process."""

    kind: RowKind
    schedule_id: int | None
    slot: datetime
    attempts: int
    available_at: datetime
    owner: str | None


class Overview(Repository):
    """What the database holds over all servers."""

    async def get_totals(self, now: datetime) -> Totals:
        """Return the numbers over all servers."""
        async with self._database.reading() as connection:
            feed_count = await connection.scalar(select(func.count()).select_from(feeds))
            failing, failing_since = (await connection.execute(_failing_feeds())).one()
            waiting, due_since = (await connection.execute(_waiting_rows(now))).one()
            refused = await connection.scalar(_count_refused(now)) or 0
        return Totals(feed_count or 0, failing, failing_since, waiting, due_since, refused)

    async def list_schedules(self) -> Sequence[Schedule]:
        """Return the schedules of all servers, paused ones too, oldest first."""
        query = select(schedules).order_by(schedules.c.id)
        return [schedule_from(row) for row in await self._database.fetch_all(query)]

    async def list_waiting(self) -> Sequence[WaitingPost]:
        """Return the rows in `Totals.waiting` and those of paused schedules, oldest first."""
        query = select(outbox).where(IS_OPEN).order_by(outbox.c.slot, outbox.c.id)
        return [
            from_row(WaitingPost, row, kind=row_kind(row))
            for row in await self._database.fetch_all(query)
        ]


def _failing_feeds() -> Select[int, datetime | None]:
    first_followed = (
        select(func.min(subscriptions.c.added_at))
        .where(subscriptions.c.feed_id == feeds.c.id)
        .scalar_subquery()
    )
    last_read = func.coalesce(feeds.c.last_ok_at, first_followed)
    return select(func.count(), func.min(last_read)).where(feeds.c.failures > 0)


def _count_refused(now: datetime) -> Select[int]:
    is_recent = outbox.c.settled_at > now - timedelta(days=1)
    return select(func.count()).where(outbox.c.outcome == "refused", is_recent)


def _waiting_rows(now: datetime) -> Select[int, datetime | None]:
    is_postponed = or_(watches.c.ready_at > now, outbox.c.available_at > now)
    is_held_back = and_(is_postponed, outbox.c.attempts == 0)
    return (
        select(func.count(), func.min(case((is_held_back, None), else_=outbox.c.slot)))
        .join_from(outbox, schedules, isouter=True)
        .join(watches, watches.c.id == outbox.c.watch_id, isouter=True)
        .where(IS_OPEN, schedules.c.paused.is_not(True))
        .where(is_present(func.coalesce(schedules.c.guild_id, outbox.c.guild_id)))
    )
