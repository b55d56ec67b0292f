"""Delivers what is due: claims a slot or a notice, posts what is stored for it, acknowledges."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.errors import ScheduleError, StoreError, VerbatimError
from bot.model import Article, Brief, Digest, Notice, Post, PostedQuote, Quote, Schedule
from bot.schedule.brief import brief_of, summary_of
from bot.schedule.slots import due
from bot.store import NoticeClaim, SlotClaim, Store

log = logging.getLogger(__name__)

POST_TIMEOUT = timedelta(seconds=60)
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
BETWEEN_PASSES = timedelta(seconds=15)
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
    """One try at a post. All tries at one post have the same `nonce`, of at most 25 characters;
    `since` is None for the first, and for others when the first may have been made."""

    nonce: str
    since: datetime | None = None


class View(Protocol):
    """What a server sees of the articles."""

    def digest(self, topic: str, *, had: Sequence[PostedQuote]) -> Digest:
        """What `topic` holds beyond `had`. Raises VerbatimError if it cannot be searched for."""

    def article(self, article_id: str) -> Article | None: ...


class Poster(Protocol):
    """Where posts go. Each method returns the id of the message and raises ChannelLost or
    PostFailed. Where an earlier attempt at the post has arrived, the message is that one's."""

    async def summary(self, schedule: Schedule, summary: Digest, attempt: Attempt) -> int:
        """Send `summary` to the channel of `schedule`; without points it says "nothing new"."""

    async def watch(self, notice: Notice, found: Digest, left_out: int, attempt: Attempt) -> int:
        """Send what a watch has `found`, and that so many articles before it were left out."""

    async def flag(self, notice: Notice, attempt: Attempt) -> int:
        """Say below an earlier post that its quotes no longer stand."""

    async def paused(self, notice: Notice, attempt: Attempt) -> int:
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
        """Post what is new to the channel at once, outside any slot, and return it.

        If nothing is new, nothing is posted and the digest has no points. Raises ScheduleError for
        an unknown schedule, ChannelLost, PostFailed, StoreError, and what `View.digest` raises.
        """
        schedule = await self._store.schedules.get(guild_id, schedule_id)
        async with self._turn:
            await self._note_all()
            had = await self._store.posted.had(schedule.channel_id)
            digest = self._view(guild_id).digest(schedule.topic, had=had)
            summary = self._standing(schedule, brief_of(digest))
            if not summary.points:
                return summary
            sent_at = self._now()
            attempt = Attempt(_nonce(schedule.id, sent_at))
            message_id = await self._sent(self._poster.summary(schedule, summary, attempt))
            post = Post("summary", schedule.guild_id, schedule.channel_id, message_id)
            await self._note(partial(self._store.posted.note, post, summary.points, sent_at))
            return summary

    async def _enqueue_due(self) -> None:
        for schedule in await self._store.schedules.active():
            try:
                found = due(schedule.timetable, schedule.due_after, self._now())
            except ScheduleError as error:
                await self._store.schedules.pause(schedule.guild_id, schedule.id, str(error))
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
        claim = await self._store.outbox.claim(self._now(), self._lease, self._owner)
        if claim is None:
            return False
        schedule = claim.schedule
        summary = await self._summary(claim)
        if summary is None:
            return True
        if summary.points or schedule.announce_empty:
            # Nothing has been sent before there was a brief.
            since = claim.slot if claim.brief else None
            attempt = Attempt(_nonce(schedule.id, claim.slot), since)
            sending = self._poster.summary(schedule, summary, attempt)
            await self._post(claim, summary.points, sending)
        else:
            await self._store.outbox.acknowledge(claim, "silent", (), self._now())
        return True

    async def _deliver_notice(self) -> bool:
        """Deliver the notice that has waited longest; False if none does."""
        claim = await self._store.outbox.claim_notice(self._now(), self._lease, self._owner)
        if claim is None:
            return False
        notice = claim.notice
        since = notice.at if claim.attempt > 1 else None
        attempt = Attempt(f"n{_nonce(claim.id, notice.at)}", since)
        if notice.kind != "watch":
            tell = self._poster.paused if notice.kind == "paused" else self._poster.flag
            await self._post(claim, (), tell(notice, attempt))
            return True
        summary = summary_of(notice.brief, self._view(notice.guild_id).article)
        found = summary.digest
        if found.points:
            sending = self._poster.watch(notice, found, claim.left_out, attempt)
            await self._post(claim, found.points, sending)
        elif claim.attempt < LOOKS:
            await self._store.outbox.release(claim, self._now() + FIRST_RETRY)
        else:
            log.info("%s is dropped: its quote stands no more", notice.key)
            await self._store.outbox.acknowledge(claim, "silent", (), self._now())
        return True

    async def _post(
        self, claim: SlotClaim | NoticeClaim, quotes: Sequence[Quote], sending: Awaitable[int]
    ) -> None:
        """Await `sending` and settle the claim by what comes of it."""
        outbox = self._store.outbox
        try:
            message_id = await self._sent(sending)
        except ChannelLost as error:
            log.warning("%s is given up or paused: %s", _name(claim), error)
            await outbox.suspend(claim, str(error), self._now())
        except PostFailed as error:
            wait = min(FIRST_RETRY * 2 ** min(claim.attempt - 1, 10), LAST_RETRY)
            log.warning("%s: %s Next try in %s.", _name(claim), error, wait)
            await outbox.release(claim, self._now() + wait)
        else:
            acknowledge = partial(outbox.acknowledge, claim, "posted", quotes, self._now())
            await self._note(partial(acknowledge, message_id))

    async def _summary(self, claim: SlotClaim) -> Digest | None:
        """What to send: composed at the first attempt, the same again at the next ones.

        None if there is nothing left to do for this claim.
        """
        schedule, outbox = claim.schedule, self._store.outbox
        brief = claim.brief
        if brief is None:
            try:
                had = await self._store.posted.had(schedule.channel_id)
                view = self._view(schedule.guild_id)
                brief = brief_of(view.digest(schedule.topic, had=had))
            except StoreError:
                raise
            except VerbatimError as error:
                log.warning("schedule %d is paused: %s", schedule.id, error)
                await outbox.suspend(claim, str(error), self._now())
                return None
            if not await outbox.keep_brief(claim, brief):
                return None
        return self._standing(schedule, brief)

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

    async def _sent(self, sending: Awaitable[int]) -> int:
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


def _name(claim: SlotClaim | NoticeClaim) -> str:
    if isinstance(claim, SlotClaim):
        return f"schedule {claim.schedule.id}"
    return claim.notice.key


def _nonce(number: int, moment: datetime) -> str:
    """The same for every attempt at what is due then; at most 20 characters until the year 2500."""
    return f"{number:x}-{int(moment.timestamp() * 1000):x}"
