"""Notices in the outbox: queued with the change that they tell of, claimed watch by watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Notice
from bot.store.delivery.briefs import brief_from, stored_brief
from bot.store.delivery.watches import IS_ACTIVE
from bot.store.schema import outbox, watches

HOUR = timedelta(hours=1)
# What could not be posted for so long is no news any more.
LONGEST_WAIT = timedelta(days=1)

IS_OPEN = outbox.c.outcome.is_(None)
NOTICE_COLUMNS = (
    "key",
    "kind",
    "guild_id",
    "channel_id",
    "user_id",
    "watch_id",
    "reply_to",
    "reason",
)


async def queue_notices(connection: AsyncConnection, notices: Sequence[Notice]) -> None:
    """Queue notices in the transaction of the change that they tell of.

    One whose key was ever queued is passed over, and so is one of a watch that is gone or paused.
    The transaction must be of `Database.writing_alone`.
    """
    if not notices:
        return
    keys = outbox.c.key.in_([notice.key for notice in notices])
    known = set(await connection.scalars(select(outbox.c.key).where(keys)))
    watched = watches.c.id.in_({notice.watch_id for notice in notices} - {None})
    alive = select(watches.c.id).where(watched, IS_ACTIVE).with_for_update(read=True)
    ids = {None, *await connection.scalars(alive)}
    rows = [
        {name: getattr(notice, name) for name in NOTICE_COLUMNS}
        | {"slot": notice.happened_at, "available_at": notice.happened_at}
        | {"brief": stored_brief(notice.brief), "attempts": 0}
        for notice in notices
        if notice.key not in known and notice.watch_id in ids
    ]
    if rows:
        await connection.execute(insert(outbox), rows)


async def take_notice(
    connection: AsyncConnection, now: datetime, leased_until: datetime
) -> Row[Any] | None:
    """The row of the notice that has waited longest, and its watch, if it has one, made busy until
    `leased_until`; None if nothing may go out now."""
    await _drop_stale(connection, now)
    ready = or_(outbox.c.watch_id.is_(None), (watches.c.ready_at <= now) & IS_ACTIVE)
    query = (
        select(outbox)
        .join_from(outbox, watches, isouter=True)
        .where(outbox.c.kind.is_not(None), IS_OPEN, outbox.c.available_at <= now, ready)
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # SQLite, locked whole, leaves this out
    )
    while found := (await connection.execute(query)).one_or_none():
        if found.watch_id is None:
            return found
        busy = update(watches).where(
            watches.c.id == found.watch_id, watches.c.ready_at <= now, IS_ACTIVE
        )
        # Another process may have taken the watch since the query began; then it is asked again.
        if (await connection.execute(busy.values(ready_at=leased_until))).rowcount:
            return found
    return None


async def left_out(connection: AsyncConnection, watch_id: int) -> int:
    """How many notices of the watch have been dropped since its last post."""
    of_watch = outbox.c.watch_id == watch_id
    last = select(func.max(outbox.c.settled_at)).where(of_watch, outbox.c.outcome == "posted")
    since = await connection.scalar(last)
    dropped = select(func.count()).where(of_watch, outbox.c.outcome == "dropped")
    if since is not None:
        dropped = dropped.where(outbox.c.settled_at > since)
    return await connection.scalar(dropped) or 0


async def free_watch(connection: AsyncConnection, watch_id: int, from_: datetime) -> None:
    """The watch may post again from that moment on, and as soon as fewer than its `per_hour` posts
    are of the last hour."""
    per_hour = await connection.scalar(select(watches.c.per_hour).where(watches.c.id == watch_id))
    if per_hour is None:
        return
    posts = (
        select(outbox.c.settled_at)
        .where(outbox.c.watch_id == watch_id, outbox.c.outcome == "posted")
        .order_by(outbox.c.settled_at.desc())
    )
    nth_last = await connection.scalar(posts.offset(per_hour - 1).limit(1))
    ready_at = from_ if nth_last is None else max(from_, nth_last + HOUR)
    await connection.execute(
        update(watches).where(watches.c.id == watch_id).values(ready_at=ready_at)
    )


async def pause_watch(connection: AsyncConnection, watch_id: int, reason: str) -> int:
    """Pause the watch for good; what waits of it goes. Returns whose it is."""
    waiting = delete(outbox).where(outbox.c.watch_id == watch_id, IS_OPEN)
    await connection.execute(waiting)
    pause = update(watches).where(watches.c.id == watch_id).values(pause_reason=reason)
    made_by: int = (await connection.execute(pause.returning(watches.c.user_id))).scalar_one()
    return made_by


def notice_from(row: Row[Any]) -> Notice:
    """A notice from a row that holds all columns of the outbox."""
    columns = {name: getattr(row, name) for name in NOTICE_COLUMNS}
    return Notice(**columns, happened_at=row.slot, brief=brief_from(row.brief))


async def _drop_stale(connection: AsyncConnection, now: datetime) -> None:
    stale = update(outbox).where(
        outbox.c.watch_id.is_not(None),
        IS_OPEN,
        outbox.c.slot < now - LONGEST_WAIT,
        outbox.c.available_at <= now,  # not under way
    )
    await connection.execute(stale.values(outcome="dropped", settled_at=now))
