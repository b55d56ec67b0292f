"""Notices in the outbox: queued with the change that they report, claimed one a watch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, Notice, Post, PostedQuote, SentMessage
from bot.store.delivery.briefs import brief_from, stored_brief
from bot.store.delivery.leases import (
    CHANNELS_OF_SUMMARIES,
    IS_NOTICE,
    IS_OPEN,
    NOW,
    OutboxClaim,
    is_present,
    lease_row,
)
from bot.store.delivery.watches import IS_ACTIVE
from bot.store.engine.database import from_row
from bot.store.schema import outbox, watches

HOUR = timedelta(hours=1)
MAX_WAIT = timedelta(days=1)  # a notice of a watch that could not be posted by then is no news
NOTICE_COLUMNS = [  # those that are stored as they are
    field.name for field in fields(Notice) if field.name not in ("happened_at", "brief")
]


@dataclass(frozen=True, slots=True)
class NoticeClaim(OutboxClaim):
    """A claim on one notice; `dropped_count` is how many notices of the same watch were dropped
    since its last post, because they had waited too long."""

    notice: Notice
    dropped_count: int

    @property
    def channel_id(self) -> int | None:
        """The channel that the notice is for, or is about."""
        return self.notice.channel_id

    @property
    def watch_id(self) -> int | None:
        """The watch whose notice this is, if it is one."""
        return self.notice.watch_id

    def post(self, sent: SentMessage | None) -> Post | None:
        """Return the post of the notice, sent as that message; None for no quote in a channel."""
        notice = self.notice
        if notice.kind != "watch" or notice.channel_id is None:
            return None
        return Post.from_message("watch", notice.guild_id, notice.channel_id, sent)


def word_to_maker(
    kind: Literal["paused", "refused"],
    claim: OutboxClaim,
    now: datetime,
    guild_id: int,
    channel_id: int | None,
    user_id: int,
    title: str,
    reason: str,
) -> Notice:
    """Return the notice to the user who made the schedule or watch of a claim: why it was paused,
    or its post refused."""
    brief = Brief(topic=title, title=title)
    key = f"{kind}:{claim.id}"
    return Notice(key, kind, now, guild_id, channel_id, brief, user_id=user_id, reason=reason)


async def queue_notices(connection: AsyncConnection, notices: Sequence[Notice]) -> None:
    """Queue notices in the transaction of the change that they report.

    Skips a notice whose key was ever queued, and one of a watch that was removed or paused. The
    transaction must be of `Database.writing_alone`.
    """
    if not notices:
        return
    keys = outbox.c.key.in_([notice.key for notice in notices])
    queued_keys = set(await connection.scalars(select(outbox.c.key).where(keys)))
    is_named = watches.c.id.in_({notice.watch_id for notice in notices} - {None})
    active = select(watches.c.id).where(is_named, IS_ACTIVE).with_for_update(read=True)
    watch_ids = {None, *await connection.scalars(active)}
    rows = [
        {name: getattr(notice, name) for name in NOTICE_COLUMNS}
        | {"slot": notice.happened_at, "available_at": notice.happened_at}
        | {"brief": stored_brief(notice.brief), "attempts": 0}
        for notice in notices
        if notice.key not in queued_keys and notice.watch_id in watch_ids
    ]
    if rows:
        await connection.execute(insert(outbox), rows)


async def claim_next_notice(
    connection: AsyncConnection, now: datetime, lease: timedelta, owner: str
) -> NoticeClaim | None:
    """Lease the notice that has waited longest, and its watch, if it has one."""
    row = await _next_ready(connection, now, now + lease)
    if row is None:
        return None
    dropped_count = await _count_dropped(connection, row.watch_id) if row.watch_id else 0
    notice = from_row(Notice, row, happened_at=row.slot, brief=brief_from(row.brief))
    claim = NoticeClaim(row.id, owner, row.attempts + 1, notice, dropped_count)
    await lease_row(connection, claim, now + lease)
    return claim


async def free_watch(connection: AsyncConnection, watch_id: int, ready_at: datetime) -> None:
    """Let the watch post again from `ready_at` on, or later, as soon as fewer than its `per_hour`
    posts are of the last hour."""
    per_hour = await connection.scalar(select(watches.c.per_hour).where(watches.c.id == watch_id))
    if per_hour is None:
        return
    posts = (
        select(outbox.c.settled_at)
        .where(outbox.c.watch_id == watch_id, outbox.c.outcome == "posted")
        .where(outbox.c.settled_at <= ready_at)  # a clock may have been ahead
        .order_by(outbox.c.settled_at.desc())
    )
    nth_last = await connection.scalar(posts.offset(per_hour - 1).limit(1))
    if nth_last is not None:
        ready_at = max(ready_at, nth_last + HOUR)
    change = update(watches).where(watches.c.id == watch_id).values(ready_at=ready_at)
    await connection.execute(change)


async def pause_watch(connection: AsyncConnection, watch_id: int, reason: str) -> int:
    """Pause the watch for good and delete its open notices; returns the user who made it."""
    await connection.execute(delete(outbox).where(outbox.c.watch_id == watch_id, IS_OPEN))
    pause = update(watches).where(watches.c.id == watch_id).values(pause_reason=reason)
    user_id: int = (await connection.execute(pause.returning(watches.c.user_id))).scalar_one()
    return user_id


async def watch_maker(connection: AsyncConnection, watch_id: int) -> int:
    """Return the user who made the watch."""
    query = select(watches.c.user_id).where(watches.c.id == watch_id)
    user_id: int = (await connection.execute(query)).scalar_one()
    return user_id


async def read_watch_quotes(
    connection: AsyncConnection, watch_ids: Sequence[int], since: datetime
) -> Mapping[int, Sequence[PostedQuote]]:
    """Return by watch the quotes of its notices queued since then that are open or posted."""
    query = (
        select(outbox.c.watch_id, outbox.c.brief)
        .where(
            outbox.c.watch_id.in_(watch_ids),
            outbox.c.slot >= since,
            outbox.c.brief.is_not(None),
            or_(IS_OPEN, outbox.c.outcome == "posted"),
        )
        .order_by(outbox.c.id)
    )
    quotes: defaultdict[int, list[PostedQuote]] = defaultdict(list)
    for watch_id, brief in await connection.execute(query):
        quotes[watch_id] += (point.quote for point in brief_from(brief).points)
    return quotes


async def _next_ready(
    connection: AsyncConnection, now: datetime, leased_until: datetime
) -> Row[Any] | None:
    """The row of the notice that has waited longest; its watch is made busy until then."""
    while True:
        result = await connection.execute(_NEXT_READY, {"now": now})
        row: Row[Any] | None = result.one_or_none()
        if row is None or row.watch_id is None:
            return row
        if row.slot < now - MAX_WAIT:
            await _drop_stale(connection, now)
            continue
        occupy = update(watches).where(
            watches.c.id == row.watch_id, watches.c.ready_at <= now, IS_ACTIVE
        )
        # Another process may have claimed the watch since the query began; then ask again.
        if (await connection.execute(occupy.values(ready_at=leased_until))).rowcount:
            return row


async def _drop_stale(connection: AsyncConnection, now: datetime) -> None:
    stale = update(outbox).where(
        outbox.c.watch_id.is_not(None),
        IS_OPEN,
        outbox.c.slot < now - MAX_WAIT,
        outbox.c.available_at <= now,  # not under way
    )
    await connection.execute(stale.values(outcome="dropped", settled_at=now))


async def _count_dropped(connection: AsyncConnection, watch_id: int) -> int:
    is_of_watch, outcome = outbox.c.watch_id == watch_id, outbox.c.outcome
    last_post = select(func.max(outbox.c.settled_at)).where(is_of_watch, outcome == "posted")
    since = await connection.scalar(last_post)
    dropped = select(func.count()).where(is_of_watch, outcome == "dropped")
    if since is not None:
        dropped = dropped.where(outbox.c.settled_at > since)
    return await connection.scalar(dropped) or 0


def _next_ready_query() -> Select[Any]:
    is_ready = or_(outbox.c.watch_id.is_(None), (watches.c.ready_at <= NOW) & IS_ACTIVE)
    # What is new to a channel in a summary depends on what a watch quoted there.
    is_channel_free = or_(
        outbox.c.channel_id.is_(None), outbox.c.channel_id.not_in(CHANNELS_OF_SUMMARIES)
    )
    return (
        select(outbox)
        .join_from(outbox, watches, isouter=True)
        .where(IS_NOTICE, IS_OPEN, outbox.c.available_at <= NOW, is_ready, is_channel_free)
        .where(is_present(outbox.c.guild_id))
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)  # left out on SQLite, which is locked whole
    )


_NEXT_READY = _next_ready_query()
