"""Delivers what is due: claims a slot or a notice, posts what is stored for it, acknowledges."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.errors import ScheduleError, StoreError, VerbatimError
from bot.model import (
    Article,
    Brief,
    Digest,
    Form,
    Notice,
    Post,
    PostedQuote,
    QuietHours,
    Quote,
    Schedule,
    SentMessage,
)
from bot.schedule.brief import brief_of, summary_of
from bot.schedule.times.quiet import quiet_until
from bot.schedule.times.slots import due
from bot.store import NoticeClaim, Store, SummaryClaim

log = logging.getLogger(__name__)

POST_TIMEOUT = timedelta(seconds=60)
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
BETWEEN_PASSES = timedelta(seconds=15)
# What waits for quiet hours to end looks again after so long: they may have been changed.
LONGEST_QUIET = timedelta(minutes=15)
# How often an article that a notice quotes is looked for: another process may have added it, and
# this one's library follows a moment later.
LOOKS = 3


class ChannelLost(ScheduleError):
    """The channel is gone or closed to the bot; the text says which, and what can be done. Trying
    again is of no use until someone acts."""


class PostFailed(ScheduleError):
    """The post may not have arrived, for a reason that is expected to pass."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a post. All tries at one post have the same `nonce`, of at most 25 characters, and
    the same moment before which none was made; `again` if there may have been one before this."""

    nonce: str
    since: datetime
    again: bool = False


class View(Protocol):
    """What a server sees of the articles."""

    def digest(self, topic: str, *, already_posted: Sequence[PostedQuote]) -> Digest:
        """Return what `topic` holds beyond `already_posted`. It may take seconds.

        Raises VerbatimError if the topic cannot be searched for.
        """

    def article(self, article_id: str) -> Article | None: ...


class Poster(Protocol):
    """Where posts go. Each method raises ChannelLost or PostFailed. Where an earlier attempt at the
    post has arrived, what is returned is that one's message."""

    async def summary(
        self, schedule: Schedule, summary: Digest, form: Form, attempt: Attempt
    ) -> SentMessage:
        """Send `summary` to the channel of `schedule`; without points it says "nothing new"."""

    async def watch(
        self, notice: Notice, found: Digest, left_out: int, attempt: Attempt
    ) -> SentMessage:
        """Send what a watch has `found`, and that so many articles before it were left out."""

    async def flag(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Say below an earlier post that its quotes no longer stand."""

    async def paused(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Tell whoever made a schedule or a watch that it is paused, or else their server."""


class Delivery:
    """Posts the summaries of every schedule, each slot once, and every notice once.

    `view` gives what a server sees, by its id; `now` gives the time in UTC, and `owner` names this
    process among those that share the store.
    """

    def __init__(
        self,
        store: Store,
        *,
        view: Callable[[int], View],
        poster: Poster,
        now: Callable[[], datetime],
        owner: str,
        post_timeout: timedelta = POST_TIMEOUT,
        between_passes: timedelta = BETWEEN_PASSES,
    ) -> None:
        self._store = store
        self._view = view
        self._poster = poster
        self._now = now
        self._owner = owner
        self._post_timeout = post_timeout
        self._between_passes = between_passes
        self._lease = 2 * post_timeout  # no post outlives its lease, so no other sends beside it
        # What is new to a channel depends on what was posted last: one at a time.
        self._turn = asyncio.Lock()
        # Posts that the store could not note yet. Until it has, nothing else is posted.
        self._unnoted: list[Callable[[], Awaitable[object]]] = []

    async def run(self, stop: asyncio.Event) -> None:
        """Pass after pass until `stop` is set; a delivery under way is then finished first."""
        while not stop.is_set():
            try:
                await self.run_due(stop)
            except StoreError as error:
                log.warning("%s Due posts wait for the next pass.", error)
            except Exception:
                log.exception("a pass over what is due failed; the next one will go on")
            try:
                await asyncio.wait_for(stop.wait(), self._between_passes.total_seconds())
            except TimeoutError:
                continue

    async def run_due(self, stop: asyncio.Event | None = None) -> None:
        """One pass: deliver everything that is due now, or until `stop` is set; notices first, so
        that no summary repeats one, and of either kind the oldest.

        Raises StoreError. An error that nobody foresaw ends the pass; what was claimed then comes
        round again when its lease has ended, behind the others.
        """
        await self._enqueue_due()
        while stop is None or not stop.is_set():
            async with self._turn:
                await self._note_all()
                if not (await self._deliver_notice() or await self._deliver_slot()):
                    return

    async def send_now(self, guild_id: int, schedule_id: int) -> Digest:
        """Post what is new to the channel at once, outside any slot and in quiet hours too, and
        return it.

        If nothing is new, nothing is posted and the digest has no points. Raises ScheduleError for
        an unknown schedule, ChannelLost, PostFailed, StoreError, and what `View.digest` raises.
        """
        schedule = await self._store.schedules.get(guild_id, schedule_id)
        form = (await self._store.preferences.get(guild_id)).form
        async with self._turn:
            await self._note_all()
            had = await self._store.posted_quotes.for_channel(schedule.channel_id)
            view = self._view(guild_id)
            digest = await asyncio.to_thread(view.digest, schedule.topic, already_posted=had)
            summary = self._standing(schedule, brief_of(digest))
            if not summary.points:
                return summary
            sent_at = self._now()
            attempt = Attempt(_nonce(schedule.id, sent_at), sent_at)
            sent = await self._sent(self._poster.summary(schedule, summary, form, attempt))
            post = Post("summary", guild_id, schedule.channel_id, sent.message_id, sent.thread_id)
            await self._note(
                partial(self._store.posted_quotes.record, post, summary.all_quotes, sent_at)
            )
            return summary

    async def _enqueue_due(self) -> None:
        for schedule in await self._store.schedules.list_active():
            await asyncio.sleep(0)  # working out a slot takes 0.1 ms, and there may be thousands
            try:
                found = due(schedule.timetable, schedule.due_after, self._now())
            except ScheduleError as error:
                await self._store.schedules.pause(schedule.guild_id, schedule.id, error.packed)
                continue
            if (
                found
                and await self._store.outbox.enqueue(schedule.id, found.slot)
                and found.skipped
            ):
                log.warning(
                    "schedule %d: the summary of %s stands for %d missed before it",
                    schedule.id,
                    found.slot,
                    found.skipped,
                )

    async def _deliver_slot(self) -> bool:
        """Deliver the slot that has waited longest; False if none does."""
        claim = await self._store.outbox.claim_summary(self._now(), self._lease, self._owner)
        if claim is None:
            return False
        schedule = claim.schedule
        preferences = await self._store.preferences.get(schedule.guild_id)
        if await self._put_off(claim, preferences.quiet_hours):
            return True
        brief = claim.brief or await self._composed(claim, preferences.form)
        if brief is None:
            return True
        summary = self._standing(schedule, brief)
        if summary.points or schedule.announce_empty:
            since = brief.composed_at or claim.slot
            # Nothing has been sent before there was a brief.
            attempt = Attempt(_nonce(schedule.id, claim.slot), since, again=claim.brief is not None)
            sending = self._poster.summary(schedule, summary, brief.form, attempt)
            await self._post(claim, summary.all_quotes, sending)
        else:
            await self._store.outbox.acknowledge(claim, "silent", (), self._now())
        return True

    async def _deliver_notice(self) -> bool:
        """Deliver the notice that has waited longest; False if none does."""
        claim = await self._store.outbox.claim_notice(self._now(), self._lease, self._owner)
        if claim is None:
            return False
        notice = claim.notice
        quiet = await self._quiet_for(notice)
        if await self._put_off(claim, quiet):
            return True
        since = _quiet_until(quiet, notice.happened_at) or notice.happened_at
        attempt = Attempt(
            f"n{_nonce(claim.id, notice.happened_at)}", since, again=claim.attempt > 1
        )
        if notice.kind != "watch":
            tell = self._poster.paused if notice.kind == "paused" else self._poster.flag
            await self._post(claim, (), tell(notice, attempt))
            return True
        summary = summary_of(notice.brief, self._view(notice.guild_id).article)
        found = summary.digest
        if found.points:
            sending = self._poster.watch(notice, found, claim.dropped_count, attempt)
            await self._post(claim, found.points, sending)
        elif claim.attempt < LOOKS:
            await self._store.outbox.release(claim, self._now() + FIRST_RETRY)
        else:
            log.info("%s is dropped: its quote stands no more", notice.key)
            await self._store.outbox.acknowledge(claim, "silent", (), self._now())
        return True

    async def _post(
        self,
        claim: SummaryClaim | NoticeClaim,
        quotes: Sequence[Quote],
        sending: Awaitable[SentMessage],
    ) -> None:
        """Await `sending` and settle the claim by what comes of it."""
        outbox = self._store.outbox
        try:
            sent = await self._sent(sending)
        except ChannelLost as error:
            log.warning("%s is given up or paused: %s", _name(claim), error)
            await outbox.suspend(claim, error.packed, self._now())
        except PostFailed as error:
            wait = min(FIRST_RETRY * 2 ** min(claim.attempt - 1, 10), LAST_RETRY)
            log.warning("%s: %s Next try in %s.", _name(claim), error, wait)
            await outbox.release(claim, self._now() + wait)
        else:
            acknowledge = partial(outbox.acknowledge, claim, "posted", quotes, self._now())
            await self._note(partial(acknowledge, sent))

    async def _quiet_for(self, notice: Notice) -> QuietHours | None:
        """The quiet hours that a notice keeps: those of the server in whose channel it is posted,
        unless that is to be told of a pause."""
        if notice.channel_id is None or notice.kind == "paused":
            return None
        return (await self._store.preferences.get(notice.guild_id)).quiet_hours

    async def _put_off(self, claim: SummaryClaim | NoticeClaim, quiet: QuietHours | None) -> bool:
        """Whether quiet hours put the claim off."""
        now = self._now()
        until = _quiet_until(quiet, now)
        if until is None:
            return False
        await self._store.outbox.postpone(claim, min(until, now + LONGEST_QUIET))
        return True

    async def _composed(self, claim: SummaryClaim, form: Form) -> Brief | None:
        """What to send, stored so that every attempt sends the same.

        None if there is nothing left to do for this claim.
        """
        schedule, outbox = claim.schedule, self._store.outbox
        try:
            had = await self._store.posted_quotes.for_channel(schedule.channel_id)
            view = self._view(schedule.guild_id)
            digest = await asyncio.to_thread(view.digest, schedule.topic, already_posted=had)
        except StoreError:
            raise
        except VerbatimError as error:
            log.warning("schedule %d is paused: %s", schedule.id, error)
            await outbox.suspend(claim, error.packed, self._now())
            return None
        brief = replace(brief_of(digest), form=form, composed_at=self._now())
        return brief if await outbox.store_brief(claim, brief) else None

    def _standing(self, schedule: Schedule, brief: Brief) -> Digest:
        """What of `brief` still stands in its articles, at the moment of sending."""
        summary = summary_of(brief, self._view(schedule.guild_id).article)
        for quote in summary.fallen:
            log.error(
                "schedule %d: a quote is not sent because article %s, paragraph %d, "
                "does not hold it",
                schedule.id,
                quote.article_id,
                quote.paragraph,
            )
        return summary.digest

    async def _sent(self, sending: Awaitable[SentMessage]) -> SentMessage:
        try:
            async with asyncio.timeout(self._post_timeout.total_seconds()):
                return await sending
        except TimeoutError as error:
            raise PostFailed("Discord did not answer in time.") from error

    async def _note(self, action: Callable[[], Awaitable[object]]) -> None:
        """Do `action`, which notes a post in the store; if the store fails, do it later.

        The post is out: to lose the note would be to post again.
        """
        self._unnoted.append(action)
        try:
            await self._note_all()
        except StoreError as error:
            log.warning("%s A post waits to be noted.", error)

    async def _note_all(self) -> None:
        while self._unnoted:
            await self._unnoted[0]()
            self._unnoted.pop(0)


def _name(claim: SummaryClaim | NoticeClaim) -> str:
    if isinstance(claim, SummaryClaim):
        return f"schedule {claim.schedule.id}"
    return claim.notice.key


def _quiet_until(quiet: QuietHours | None, moment: datetime) -> datetime | None:
    try:
        return quiet_until(quiet, moment)
    except ScheduleError as error:  # a zone that only another machine knows: better loud than lost
        log.warning("%s", error)
        return None


def _nonce(number: int, moment: datetime) -> str:
    """The same for every attempt at what is due then; at most 20 characters until the year 2500."""
    return f"{number:x}-{int(moment.timestamp() * 1000):x}"
