"""Leases on the rows of the outbox, and the one place that tells its two kinds of row apart.

The outbox is one table. A row whose `kind` is null is a summary of a schedule; every other row is a
notice. Other modules read rows as `SummaryClaim` or `NoticeClaim`, or ask here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Row,
    Select,
    bindparam,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.posts import NoticeKind
from bot.store.schema import departures, outbox, schedules

RowKind: TypeAlias = Literal["summary"] | NoticeKind

IS_OPEN = outbox.c.outcome.is_(None)
IS_SETTLED = outbox.c.outcome.is_not(None)
IS_NOTICE = outbox.c.kind.is_not(None)


@dataclass(frozen=True, slots=True)
class OutboxClaim:
    """The right to deliver one row, held by `owner` until its lease ends.

    `attempt` counts from 1 and tells a claim from a later one of the same owner.
    """

    id: int
    owner: str
    attempt: int

    @property
    def channel_id(self) -> int | None:
        """The channel that it keeps busy; None for direct messages alone."""
        raise NotImplementedError

    @property
    def watch_id(self) -> int | None:
        """The watch whose notice this is, if it is one."""
        return None


def row_kind(row: Row[Any]) -> RowKind:
    """Return what a row of the outbox is: a summary, or one of the kinds of notice."""
    kind: RowKind = row.kind or "summary"
    return kind


async def lease_row(connection: AsyncConnection, claim: OutboxClaim, until: datetime) -> None:
    """Give the row to the claim until that moment."""
    statement = update(outbox).where(outbox.c.id == claim.id)
    values = {"owner": claim.owner, "attempts": claim.attempt, "available_at": until}
    await connection.execute(statement.values(values))


async def update_claimed(connection: AsyncConnection, claim: OutboxClaim, **values: object) -> bool:
    """Update the row of the claim; False, and nothing is changed, if the claim has lapsed."""
    statement = update(outbox).where(
        outbox.c.id == claim.id,
        outbox.c.owner == claim.owner,
        outbox.c.attempts == claim.attempt,
        IS_OPEN,
    )
    return (await connection.execute(statement.values(values))).rowcount == 1


async def drop_row(connection: AsyncConnection, claim: OutboxClaim, now: datetime) -> None:
    """Give the row up: it is never posted."""
    statement = update(outbox).where(outbox.c.id == claim.id)
    await connection.execute(statement.values(outcome="dropped", settled_at=now))


def is_present(guild_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Whether Verbatim was not removed from the server; direct messages have none."""
    return func.coalesce(guild_id, 0).not_in(select(departures.c.guild_id))


def _select_channels_of_summaries() -> Select[Any]:
    row, schedule = outbox.alias("leased_summary"), schedules.alias("sibling")
    summaries = select(schedule.c.channel_id).join(row, row.c.schedule_id == schedule.c.id)
    return summaries.where(*_is_leased(row))


def _select_channels() -> CompoundSelect[Any]:
    row = outbox.alias("leased")
    notices = select(row.c.channel_id).where(*_is_leased(row), row.c.channel_id.is_not(None))
    return union_all(CHANNELS_OF_SUMMARIES, notices)


def _is_leased(row: FromClause) -> Sequence[ColumnElement[bool]]:
    return row.c.outcome.is_(None), row.c.owner.is_not(None), row.c.available_at > NOW


# The moment that a query is executed with. To build the queries of a claim takes 6 ms, so that is
# done once.
NOW = bindparam("now", type_=outbox.c.available_at.type)
# The channels to which a summary is being delivered, and those to which anything is.
CHANNELS_OF_SUMMARIES = _select_channels_of_summaries()
CHANNELS_UNDER_WAY = _select_channels()
