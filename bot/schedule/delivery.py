"""Deliver what is due: claim a slot or a notice, post its stored brief, acknowledge it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta

from bot.errors import ScheduleError, StoreError, VerbatimError
from bot.model import (
    Brief,
    Digest,
    Notice,
    PostForm,
    QuietHours,
    Schedule,
)
from bot.schedule.brief import brief_of, summary_of, verified_digest
from bot.schedule.busy_channels import BusyChannels
from bot.schedule.composing import Composer
from bot.schedule.enqueueing import enqueue_due
from bot.schedule.poster import ArticleSource, Attempt, Poster, make_nonce
from bot.schedule.sending import FIRST_RETRY, Claim, RequestOutcome, Sender
from bot.schedule.times.quiet import quiet_until
from bot.store import NoticeClaim, Store, SummaryClaim
from bot.workers import Workers

log = logging.getLogger(__name__)

POST_TIMEOUT = timedelta(seconds=60)
PASS_INTERVAL = timedelta(seconds=15)
# A post deferred by quiet hours is looked at again after this long: they may have been changed.
MAX_DEFERRAL = timedelta(minutes=15)
# Posts that wait for Discord at once, so that it is Discord that limits them.
MAX_WORKERS = 8
# Slots that are enqueued in one transaction, while posts wait for the database.
ENQUEUED_TOGETHER = 100
# How long a pause waits for the post of another process, which may have ended meanwhile.
PAUSE_PATIENCE = timedelta(seconds=10)
# How often the article that a notice quotes is looked for: another process may have added it, and
# this one's library follows a moment later.
MAX_ARTICLE_LOOKUPS = 3


@dataclass(eq=False)
class Delivery:
    """Posts each slot of every schedule once, and every notice once.

    `source_for` returns the articles of a server by its id; `now` returns the time in UTC, and
    `owner` names this process among those that share the store. It posts to as many channels at
    once as there are `workers`.
    """

    store: Store
    _: KW_ONLY
    source_for: Callable[[int], ArticleSource]
    poster: Poster
    now: Callable[[], datetime]
    owner: str
    post_timeout: timedelta = POST_TIMEOUT
    pass_interval: timedelta = PASS_INTERVAL
    workers: int = MAX_WORKERS
    enqueued_together: int = ENQUEUED_TOGETHER

    def __post_init__(self) -> None:
        self._lease = 2 * self.post_timeout  # no post outlives it, so none is sent twice at once
        # What is new to a channel depends on what was posted last: one post at a time to each.
        self._channels = BusyChannels()
        self._composer = Composer()
        self._sender = Sender(self.store.outbox, self.now, self.post_timeout)

    async def run(self, stop: asyncio.Event) -> None:
        """Make passes until `stop` is set; a post under way is then finished first."""
        while not stop.is_set():
            try:
                await self.run_due(stop)
            except StoreError as error:
                log.warning("delivery pass failed, due posts wait for the next pass: %s", error)
            except Exception:
                log.exception("delivery pass failed, the next one continues")
            with suppress(TimeoutError):
                async with asyncio.timeout(self.pass_interval.total_seconds()):
                    await stop.wait()

    async def run_due(self, stop: asyncio.Event | None = None) -> None:
        """Make one pass: deliver everything that is due now, or until `stop` is set.

        Notices are first, so that no summary repeats one; of each kind the oldest. Raises
        StoreError. An unforeseen error ends the pass; the row then claimed is claimed again when
        its lease has ended, after the others.
        """
        self._composer.forget()
        workers = Workers(self._work, self.workers, stop)
        await workers.run(
            enqueue_due(self.store, self.now, workers, enqueued_together=self.enqueued_together)
        )

    async def send_now(self, guild_id: int, schedule_id: int, user_id: int) -> RequestOutcome:
        """Post what is new to the channel now, whatever the slots, pauses and quiet hours.

        "pending" if Discord has not confirmed the post, or another post to the channel comes first;
        it is then tried again like every post, and shown once. Raises ScheduleError for an unknown
        schedule, ChannelLostError, PostRefusedError, StoreError, and what `ArticleSource.digest`
        raises; nothing was then posted, and nothing will be.
        """
        schedule = await self.store.schedules.get(guild_id, schedule_id)
        outbox, channel_id = self.store.outbox, schedule.channel_id
        async with self._channels.claiming(channel_id):
            await self._sender.record_pending()
            row_id = await outbox.request_summary(schedule.id, user_id, self.now())
            claim = await outbox.claim_summary(self.now(), self._lease, self.owner, row_id)
            if claim is None:
                return "pending"
            self._channels.occupy(channel_id)
        try:
            outcome = await self._deliver_summary(claim)
        finally:
            self._channels.free(channel_id)
        if isinstance(outcome, VerbatimError):
            raise outcome
        return outcome

    async def pause(self, guild_id: int, schedule_id: int) -> Schedule:
        """Pause a schedule once no post of this process to its channel is under way, and return it
        when none of the schedule's is that another process sends, or after PAUSE_PATIENCE. Raises
        as `Schedules.pause` does."""
        schedule = await self.store.schedules.get(guild_id, schedule_id)
        async with self._channels.claiming(schedule.channel_id):
            paused = await self.store.schedules.pause(guild_id, schedule_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE_PATIENCE.total_seconds()):
                is_with_another = self.store.outbox.is_with_another
                while await is_with_another(schedule_id, self.now(), self.owner):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        return paused

    async def resume(self, guild_id: int, schedule_id: int) -> Schedule:
        """Resume a schedule once no post of this process to its channel is under way, and return
        it. Raises as `Schedules.resume` does."""
        schedule = await self.store.schedules.get(guild_id, schedule_id)
        async with self._channels.claiming(schedule.channel_id):
            return await self.store.schedules.resume(guild_id, schedule_id, self.now())

    async def _work(self, workers: Workers) -> None:
        """Deliver what waits, one after the other, until nothing does."""
        while workers.goes_on:
            claim = await self._claim_next()
            if claim is None:
                return
            workers.add()
            try:
                if isinstance(claim, NoticeClaim):
                    await self._deliver_notice(claim)
                else:
                    await self._deliver_summary(claim)
            finally:
                self._channels.free(claim.channel_id)

    async def _claim_next(self) -> Claim | None:
        """Claim the notice or else the slot that has waited longest, and occupy its channel."""
        async with self._channels.claiming():
            await self._sender.record_pending()
            claim = await self.store.outbox.claim_next(self.now(), self._lease, self.owner)
            if claim is not None:
                self._channels.occupy(claim.channel_id)
        return claim

    async def _deliver_summary(self, claim: SummaryClaim) -> RequestOutcome | VerbatimError:
        """Post the summary of a claim; returns what became of it, or why it was given up."""
        schedule = claim.schedule
        preferences = await self.store.preferences.get(schedule.guild_id)
        if claim.requested_by is None and await self._defer(claim, preferences.quiet_hours):
            return "pending"
        brief: Brief | VerbatimError | None = claim.brief
        if brief is None or claim.was_refused:
            brief = await self._compose_brief(claim, preferences.form)
        if brief is None:
            return "pending"
        if isinstance(brief, VerbatimError):
            return brief
        summary = self._verify(schedule, brief)
        if not summary.points and (claim.requested_by is not None or not schedule.announce_empty):
            await self.store.outbox.acknowledge(claim, "silent", (), self.now())
            return "nothing new"
        nonce = make_nonce(schedule.id, claim.slot)
        # Nothing was sent before a brief was stored.
        is_retry = claim.brief is not None
        not_before = brief.composed_at or claim.slot
        attempt = Attempt(nonce, not_before, is_retry, brief.sent_after)
        sending = self.poster.post_summary(schedule, summary, brief.look, attempt)
        return await self._sender.send(claim, summary.all_quotes, sending)

    async def _deliver_notice(self, claim: NoticeClaim) -> None:
        """Post the notice of a claim, unless it is quiet now."""
        notice = claim.notice
        quiet = await self._quiet_hours_of(notice)
        if await self._defer(claim, quiet):
            return
        not_before = _quiet_until(quiet, notice.happened_at) or notice.happened_at
        nonce = f"n{make_nonce(claim.id, notice.happened_at)}"
        is_retry = claim.attempt > 1
        sent_after = notice.brief.sent_after
        if sent_after is None and not is_retry:
            sent_after = self.poster.discord_time()
            brief = replace(notice.brief, sent_after=sent_after)
            if not await self.store.outbox.store_brief(claim, brief):
                return
        attempt = Attempt(nonce, not_before, is_retry, sent_after)
        match notice.kind:
            case "watch":
                await self._deliver_watch_quotes(claim, attempt)
            case "paused" | "refused":
                await self._sender.send(claim, (), self.poster.tell_maker(notice, attempt))
            case "edited" | "withdrawn":
                await self._sender.send(claim, (), self.poster.post_flag(notice, attempt))

    async def _deliver_watch_quotes(self, claim: NoticeClaim, attempt: Attempt) -> None:
        notice = claim.notice
        digest = summary_of(notice.brief, self.source_for(notice.guild_id).article).digest
        if digest.points:
            sending = self.poster.post_watch_quotes(notice, digest, claim.dropped_count, attempt)
            await self._sender.send(claim, digest.points, sending)
        elif claim.attempt < MAX_ARTICLE_LOOKUPS:
            await self.store.outbox.release(claim, self.now() + FIRST_RETRY)
        else:
            log.info("notice dropped, its quote is no longer in the article: %s", notice.key)
            await self.store.outbox.acknowledge(claim, "silent", (), self.now())

    async def _quiet_hours_of(self, notice: Notice) -> QuietHours | None:
        """Return the quiet hours that a notice in a server's channel keeps; word to the maker of a
        schedule or watch keeps none."""
        if notice.channel_id is None or notice.kind in ("paused", "refused"):
            return None
        return (await self.store.preferences.get(notice.guild_id)).quiet_hours

    async def _defer(self, claim: Claim, quiet: QuietHours | None) -> bool:
        """Put the claim off if it is quiet now; return whether it was."""
        now = self.now()
        if until := _quiet_until(quiet, now):
            await self.store.outbox.postpone(claim, min(until, now + MAX_DEFERRAL))
        return until is not None

    async def _compose_digest(self, schedule: Schedule) -> Digest:
        """Digest what the channel has not had. Raises VerbatimError."""
        quotes = await self.store.posted_quotes.for_channel(schedule.channel_id)
        source = self.source_for(schedule.guild_id)
        digest = await self._composer.compose(source, schedule.query, quotes, schedule.max_quotes)
        # The statements nearest to a topic that no article speaks of are an answer, but no news.
        return replace(digest, points=()) if digest.is_nearest else digest

    async def _compose_brief(
        self, claim: SummaryClaim, server_form: PostForm
    ) -> Brief | VerbatimError | None:
        """Compose what to send, and store it so that every attempt sends the same.

        What Discord refused is composed anew, with the look and as of the moment that it had: other
        posts may have shown its quotes meanwhile. Returns the error if the topic cannot be searched
        for, so that the claim was given up; None if the claim has lapsed.
        """
        schedule, outbox = claim.schedule, self.store.outbox
        try:
            digest = await self._compose_digest(schedule)
        except StoreError:
            raise
        except VerbatimError as error:
            await self._sender.give_up(claim, error)
            return error
        composed_at, sent_after = self.now(), self.poster.discord_time()
        if claim.brief is None:
            is_first = not await outbox.has_posted(schedule.id)
            look = schedule.look(server_form, is_first=is_first)
        else:
            look, composed_at = claim.brief.look, claim.brief.composed_at or composed_at
            sent_after = claim.brief.sent_after or sent_after
        brief = replace(brief_of(digest), look=look, composed_at=composed_at, sent_after=sent_after)
        return brief if await outbox.store_brief(claim, brief) else None

    def _verify(self, schedule: Schedule, brief: Brief) -> Digest:
        return verified_digest(brief, self.source_for(schedule.guild_id).article, schedule.id)


def _quiet_until(quiet: QuietHours | None, moment: datetime) -> datetime | None:
    try:
        return quiet_until(quiet, moment)
    except ScheduleError as error:  # a zone that only another machine knows: better loud than lost
        log.warning("quiet hours ignored: %s", error)
        return None
