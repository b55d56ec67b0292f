"""Delivers what is due: claims a slot, composes its brief, stores it, posts it, acknowledges."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.errors import ScheduleError, StoreError, VerbatimError
from bot.model import Article, Brief, Digest, PostedQuote, Schedule
from bot.schedule.brief import brief_of, summary_of
from bot.schedule.slots import due
from bot.store import Claim, Store

log = logging.getLogger(__name__)

POST_TIMEOUT = timedelta(seconds=60)
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
BETWEEN_PASSES = timedelta(seconds=15)


class ChannelLost(ScheduleError):
    """The channel is gone or closed to the bot; the text says which, and what an administrator can
    do. Trying again is of no use until someone acts."""


class PostFailed(ScheduleError):
    """The post may not have arrived, for a reason that is expected to pass."""


class View(Protocol):
    """What a server sees of the articles."""

    def digest(self, topic: str, *, had: Sequence[PostedQuote]) -> Digest:
        """What `topic` holds beyond `had`. Raises VerbatimError if it cannot be searched for."""

    def article(self, article_id: str) -> Article | None: ...


class Post(Protocol):
    async def __call__(self, schedule: Schedule, summary: Digest, nonce: str) -> None:
        """Send `summary` to the channel of `schedule`; without points it says "nothing new".

        Two calls with one `nonce` (at most 25 characters) are one post. Raises ChannelLost or
        PostFailed.
        """


class Delivery:
    """Posts the summaries of every schedule, each slot once.

    `view` gives what a server sees, by its id; `now` gives the time in UTC, and `owner` names this
    process among those that share the store.
    """

    def __init__(
        self,
        store: Store,
        *,
        view: Callable[[int], View],
        post: Post,
        now: Callable[[], datetime],
        owner: str,
        post_timeout: timedelta = POST_TIMEOUT,
        between_passes: timedelta = BETWEEN_PASSES,
    ) -> None:
        self._store = store
        self._view = view
        self._post = post
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
                log.warning("%s Due summaries wait for the next pass.", error)
            except Exception:
                log.exception("a pass over the due summaries failed; the next one will go on")
            try:
                await asyncio.wait_for(stop.wait(), self._between_passes.total_seconds())
            except TimeoutError:
                continue

    async def run_due(self, stop: asyncio.Event | None = None) -> None:
        """One pass: deliver everything that is due now, oldest first, or until `stop` is set.

        Raises StoreError. An error that nobody foresaw ends the pass; what was claimed then comes
        round again when its lease has ended, behind the others.
        """
        await self._enqueue_due()
        while stop is None or not stop.is_set():
            async with self._turn:
                await self._note_all()
                claim = await self._store.outbox.claim(self._now(), self._lease, self._owner)
                if claim is None:
                    return
                await self._deliver(claim)

    async def send_now(self, guild_id: int, schedule_id: int) -> Digest:
        """Post what is new to the channel at once, outside any slot, and return it.

        If nothing is new, nothing is posted and the digest has no points. Raises ScheduleError for
        an unknown schedule, ChannelLost, PostFailed, StoreError, and what `View.digest` raises.
        """
        schedule = await self._store.schedules.get(guild_id, schedule_id)
        async with self._turn:
            await self._note_all()
            had = await self._store.outbox.had(schedule.channel_id)
            digest = self._view(guild_id).digest(schedule.topic, had=had)
            summary = self._standing(schedule, brief_of(digest))
            if not summary.points:
                return summary
            sent_at = self._now()
            await self._send(schedule, summary, sent_at)
            note, channel_id = self._store.outbox.note, schedule.channel_id
            await self._note(partial(note, channel_id, summary.points, sent_at))
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

    async def _deliver(self, claim: Claim) -> None:
        schedule, outbox = claim.schedule, self._store.outbox
        summary = await self._summary(claim)
        if summary is None:
            return
        if not (summary.points or schedule.announce_empty):
            await outbox.acknowledge(claim, "silent", (), self._now())
            return
        try:
            await self._send(schedule, summary, claim.slot)
        except ChannelLost as error:
            log.warning("schedule %d is paused: %s", schedule.id, error)
            await outbox.suspend(claim, str(error))
        except PostFailed as error:
            wait = min(FIRST_RETRY * 2 ** min(claim.attempt - 1, 10), LAST_RETRY)
            log.warning("schedule %d: %s Next try in %s.", schedule.id, error, wait)
            await outbox.release(claim, self._now() + wait)
        else:
            quotes = summary.points
            await self._note(partial(outbox.acknowledge, claim, "posted", quotes, self._now()))

    async def _summary(self, claim: Claim) -> Digest | None:
        """What to send: composed at the first attempt, the same again at the next ones.

        None if there is nothing left to do for this claim.
        """
        schedule, outbox = claim.schedule, self._store.outbox
        brief = claim.brief
        if brief is None:
            try:
                had = await outbox.had(schedule.channel_id)
                view = self._view(schedule.guild_id)
                brief = brief_of(view.digest(schedule.topic, had=had))
            except StoreError:
                raise
            except VerbatimError as error:
                log.warning("schedule %d is paused: %s", schedule.id, error)
                await outbox.suspend(claim, str(error))
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

    async def _send(self, schedule: Schedule, summary: Digest, slot: datetime) -> None:
        try:
            async with asyncio.timeout(self._post_timeout.total_seconds()):
                await self._post(schedule, summary, _nonce(schedule, slot))
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


def _nonce(schedule: Schedule, slot: datetime) -> str:
    """The same for every attempt at one slot; at most 20 characters until the year 2500."""
    return f"{schedule.id:x}-{int(slot.timestamp() * 1000):x}"
