"""The outbox: what is on its way to Discord, the summaries of schedules and notices.

Every slot that falls due becomes a row, and so does every notice. A process claims the row for a
while (its lease), stores the brief it composed, posts it, and acknowledges. If the process dies in
between, the lease ends and another process claims the row and posts the same brief. A notice is
queued together with its brief.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Brief, Notice, PostedQuote, Quote, SentMessage
from bot.store.delivery import notices, summaries
from bot.store.delivery.briefs import stored_brief
from bot.store.delivery.leases import IS_OPEN, IS_SETTLED, OutboxClaim, drop_row, update_claimed
from bot.store.delivery.notices import NoticeClaim
from bot.store.delivery.posted_quotes import record_quotes
from bot.store.delivery.summaries import SummaryClaim
from bot.store.engine.database import CLAIMS_LOCK, Repository
from bot.store.schema import outbox

PRUNED_TOGETHER = 500
AnyClaim: TypeAlias = SummaryClaim | NoticeClaim
# Other outcomes are set elsewhere: "skipped" for superseded slots, "refused" for what Discord never
# takes, "dropped" for what is given up untold: flags, requests, and notices that waited too long.
Outcome = Literal["posted", "silent"]


class Outbox(Repository):
    """The rows of the outbox and the leases on them.

    Every method raises StoreError. Those that take a claim return whether it was still valid; a
    claim that lapsed changes nothing, because another process now has the row. Claims are made one
    after the other, so that no two processes take two slots of one channel at once.
    """

    async def enqueue(self, schedule_id: int, slot: datetime) -> bool:
        """Make `slot` deliverable and move its schedule past it, once.

        Returns False if the schedule is past it already, paused or removed, or had the slot before.
        """
        return bool(await self.enqueue_all(slot, [schedule_id]))

    async def enqueue_all(self, slot: datetime, schedule_ids: Sequence[int]) -> Collection[int]:
        """Do as `enqueue` does for each schedule, in one transaction; returns the schedules for
        which it would return True."""
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            return await summaries.enqueue_slots(connection, slot, schedule_ids)

    async def request_summary(self, schedule_id: int, user_id: int, now: datetime) -> int:
        """Make a summary deliverable now because a user asks for it, whether or not its schedule is
        paused, unless one that was asked for waits already. Returns the id of its row."""
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            return await summaries.request_summary(connection, schedule_id, user_id, now)

    async def has_posted(self, schedule_id: int) -> bool:
        """Whether a summary of the schedule was posted before."""
        is_posted = (outbox.c.schedule_id == schedule_id, outbox.c.outcome == "posted")
        query = select(outbox.c.id).where(*is_posted).limit(1)
        return await self._database.fetch_one(query) is not None

    async def claim_summary(
        self, now: datetime, lease: timedelta, owner: str, row_id: int | None = None
    ) -> SummaryClaim | None:
        """Claim the slot that has waited longest, or the row `row_id`; None if none can be
        delivered.

        Of the open slots of a schedule only the latest is delivered; the earlier are skipped. A
        slot with a brief may have been posted already, so it is always finished, before any other
        to its channel. While a delivery to a channel is under way, others to it wait, because what
        is new to the channel depends on it.
        """
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            return await summaries.claim_next_summary(connection, now, lease, owner, row_id)

    async def claim_next(self, now: datetime, lease: timedelta, owner: str) -> AnyClaim | None:
        """Claim as `claim_notice` does, or else as `claim_summary`, in one transaction."""
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            notice = await notices.claim_next_notice(connection, now, lease, owner)
            return notice or await summaries.claim_next_summary(connection, now, lease, owner)

    async def claim_notice(self, now: datetime, lease: timedelta, owner: str) -> NoticeClaim | None:
        """Claim the notice that has waited longest; None if none may be posted now.

        A watch posts one notice at a time and in any hour no more than it may; those of its notices
        that have waited for a day are dropped.
        """
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            return await notices.claim_next_notice(connection, now, lease, owner)

    async def store_brief(self, claim: AnyClaim, brief: Brief) -> bool:
        """Store what is about to be posted, so that every attempt posts the same."""
        async with self._database.writing_once() as connection:
            return await update_claimed(connection, claim, brief=stored_brief(brief))

    async def acknowledge(
        self,
        claim: AnyClaim,
        outcome: Outcome,
        quotes: Sequence[Quote],
        now: datetime,
        sent: SentMessage | None = None,
    ) -> bool:
        """Settle the row and, in the same transaction, record `quotes` as posted in its channel.

        The quotes are recorded even if the claim has lapsed: they were posted. They are not if the
        row is gone: then the server's data was deleted meanwhile, or the schedule removed.
        """
        row = select(summaries.HAS_REFUSED).where(outbox.c.id == claim.id)
        async with self._database.writing_alone() as connection:
            has_refused: bool | None = await connection.scalar(row)
            if has_refused is None:
                return False
            if post := claim.post(sent):
                await record_quotes(connection, post, quotes, now)
            is_valid = await update_claimed(connection, claim, outcome=outcome, settled_at=now)
            if is_valid and claim.watch_id:
                await notices.free_watch(connection, claim.watch_id, now)
            if is_valid and has_refused and isinstance(claim, SummaryClaim):
                await summaries.skip_refused(connection, claim, now)
            return is_valid

    async def release(self, claim: AnyClaim, retry_at: datetime) -> bool:
        """Give the claim back after a failed attempt; the row may be claimed from `retry_at` on."""
        # The last attempt was not refused: it may have been posted.
        refusal: dict[str, Any] = {"reason": None} if isinstance(claim, SummaryClaim) else {}
        return await self._give_back(claim, retry_at, retry_at, **refusal)

    async def release_refused(
        self, claim: AnyClaim, reason: str, now: datetime, retry_at: datetime
    ) -> bool:
        """Give the claim back after Discord refused the post, which therefore was not posted: until
        `retry_at` other posts to its channel, and of its watch, go on."""
        refusal: dict[str, Any] = {"reason": reason} if isinstance(claim, SummaryClaim) else {}
        return await self._give_back(claim, retry_at, now, **refusal)

    async def is_with_another(self, schedule_id: int, now: datetime, owner: str) -> bool:
        """Whether another process than `owner` is delivering a summary of the schedule."""
        query = select(outbox.c.id).where(
            outbox.c.schedule_id == schedule_id,
            IS_OPEN,
            outbox.c.owner != owner,
            outbox.c.available_at > now,
        )
        return await self._database.fetch_one(query.limit(1)) is not None

    async def postpone(self, claim: AnyClaim, until: datetime) -> bool:
        """Give the claim back untried, which is no attempt; it may be claimed from `until` on."""
        return await self._give_back(claim, until, until, attempts=claim.attempt - 1)

    async def set_aside(self, claim: AnyClaim, reason: str, now: datetime) -> bool:
        """Never post the row, because Discord refuses it for a `reason`, a sentence for people.

        The user who made its schedule or watch gets a notice, unless the post before was refused as
        well.
        """
        async with self._database.writing_alone() as connection:
            if not await update_claimed(connection, claim, outcome="refused", settled_at=now):
                return False
            channel_id: int | None
            match claim:
                case SummaryClaim(schedule=schedule):
                    is_related = outbox.c.schedule_id == schedule.id
                    guild_id, channel_id = schedule.guild_id, schedule.channel_id
                    user_id, title = schedule.created_by, schedule.query
                case NoticeClaim(notice=Notice(watch_id=int(watch_id)) as notice):
                    await notices.free_watch(connection, watch_id, now)
                    is_related = outbox.c.watch_id == watch_id
                    guild_id, channel_id = notice.guild_id, notice.channel_id
                    user_id = await notices.watch_maker(connection, watch_id)
                    title = notice.brief.title
                case _:
                    return True
            if not await _was_refused_before(connection, is_related, claim):
                word = notices.word_to_maker(
                    "refused", claim, now, guild_id, channel_id, user_id, title, reason
                )
                await notices.queue_notices(connection, [word])
            return True

    async def drop(self, claim: AnyClaim, now: datetime) -> bool:
        """Never post the row; nobody is told."""
        async with self._database.writing() as connection:
            return await update_claimed(connection, claim, outcome="dropped", settled_at=now)

    async def suspend(self, claim: AnyClaim, reason: str, now: datetime) -> bool:
        """Give the claim back and pause its schedule or watch; `reason` is a sentence for people.

        The user who made it gets a notice, unless it is a watch in their own direct messages. A
        row that has neither schedule nor watch is dropped.
        """
        async with self._database.writing_alone() as connection:
            refusal: dict[str, Any] = {}
            if isinstance(claim, SummaryClaim) and (claim.brief is None or claim.was_refused):
                refusal = {"reason": reason}  # no attempt can have been posted
            if not await update_claimed(connection, claim, owner=None, **refusal):
                return False
            match claim:
                case SummaryClaim(schedule=schedule):
                    user_id, title = schedule.created_by, schedule.query
                    await summaries.pause_schedule(connection, schedule.id, reason)
                case NoticeClaim(notice=Notice(watch_id=int(watch_id)) as notice):
                    user_id = await notices.pause_watch(connection, watch_id, reason)
                    title = notice.brief.title
                case _:
                    await drop_row(connection, claim, now)
                    return True
            if post := claim.post(None):
                word = notices.word_to_maker(
                    "paused", claim, now, post.guild_id, post.channel_id, user_id, title, reason
                )
                await notices.queue_notices(connection, [word])
            return True

    async def prune(self, before: datetime) -> int:
        """Drop the briefs of what was settled before then; returns how many. The rows stay, and
        with them their keys, so that no slot or notice is ever posted again."""
        is_settled = (IS_SETTLED, outbox.c.brief.is_not(None), outbox.c.settled_at < before)
        count = 0
        while True:  # few at once, as others wait to write
            few = select(outbox.c.id).where(*is_settled).limit(PRUNED_TOGETHER)
            drop = update(outbox).where(outbox.c.id.in_(few)).values(brief=None)
            dropped = await self._database.execute(drop)
            count += dropped
            if dropped < PRUNED_TOGETHER:
                return count

    async def find_watch_quotes(
        self, watch_ids: Sequence[int], since: datetime
    ) -> Mapping[int, Sequence[PostedQuote]]:
        """Return what each of the watches has posted or will, of what was queued since then."""
        async with self._database.reading() as connection:
            return await notices.read_watch_quotes(connection, watch_ids, since)

    async def _give_back(
        self, claim: AnyClaim, available_at: datetime, watch_ready_at: datetime, **values: Any
    ) -> bool:
        async with self._database.writing() as connection:
            is_valid = await update_claimed(
                connection, claim, owner=None, available_at=available_at, **values
            )
            if is_valid and claim.watch_id:
                await notices.free_watch(connection, claim.watch_id, watch_ready_at)
            return is_valid


async def _was_refused_before(
    connection: AsyncConnection, is_related: ColumnElement[bool], claim: OutboxClaim
) -> bool:
    """Whether, of the related rows but that of `claim`, the last posted or refused was refused."""
    settled = (
        select(outbox.c.outcome)
        .where(is_related, outbox.c.id != claim.id, outbox.c.outcome.in_(("posted", "refused")))
        .order_by(outbox.c.settled_at.desc(), outbox.c.id.desc())
        .limit(1)
    )
    return await connection.scalar(settled) == "refused"
