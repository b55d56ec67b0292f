"""Send what was claimed, and settle the claim by what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, TypeAlias

from bot.errors import StoreError, VerbatimError
from bot.model import Quote, SentMessage
from bot.schedule.poster import ChannelLostError, PostFailedError, PostRefusedError
from bot.store import NoticeClaim, Outbox, SummaryClaim

log = logging.getLogger(__name__)

# How often a post is tried that Discord refuses as it is, with waits that grow to two hours in all.
MAX_REFUSED_ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=1)
MAX_RETRY = timedelta(hours=1)

# What became of a summary that somebody asked for.
RequestOutcome: TypeAlias = Literal["posted", "nothing new", "pending"]
Claim: TypeAlias = SummaryClaim | NoticeClaim


class Sender:
    """Sends posts and settles their claims in the outbox. A post may take `post_timeout`."""

    def __init__(
        self, outbox: Outbox, now: Callable[[], datetime], post_timeout: timedelta
    ) -> None:
        self._outbox = outbox
        self._now = now
        self._post_timeout = post_timeout
        # Posts that the store could not record yet. Until it has, nothing else is posted.
        self._unrecorded: list[Callable[[], Awaitable[object]]] = []
        self._recording = asyncio.Lock()

    async def send(
        self, claim: Claim, quotes: Sequence[Quote], sending: Awaitable[SentMessage]
    ) -> RequestOutcome | VerbatimError:
        """Await `sending`, then acknowledge, release, suspend or set aside the claim; returns what
        became of it, or why it was given up."""
        outbox = self._outbox
        try:
            sent = await self._await_post(sending)
        except ChannelLostError as error:
            await self.give_up(claim, error)
            return error
        except PostFailedError as error:
            delay = _retry_delay(claim.attempt)
            log.warning("post failed, next try in %s: %s: %s", delay, _claim_name(claim), error)
            await outbox.release(claim, self._now() + delay)
        except PostRefusedError as error:
            if _is_first_request(claim):
                await self.give_up(claim, error)
                return error
            await self._retry_refused(claim, error)
        else:
            acknowledge = partial(outbox.acknowledge, claim, "posted", quotes, self._now())
            await self._record(partial(acknowledge, sent))
            return "posted"
        return "pending"

    async def give_up(self, claim: Claim, error: VerbatimError) -> None:
        """Drop what a user asked for, who is told why; else pause the schedule or watch."""
        log.warning("post given up or paused: %s: %s", _claim_name(claim), error)
        if isinstance(claim, SummaryClaim) and claim.requested_by is not None:
            await self._outbox.drop(claim, self._now())
        else:
            await self._outbox.suspend(claim, error.packed, self._now())

    async def _retry_refused(self, claim: Claim, error: PostRefusedError) -> None:
        """Let a refused post be tried again later, or set it aside after the last attempt."""
        outbox, now = self._outbox, self._now()
        if claim.attempt >= MAX_REFUSED_ATTEMPTS:
            log.error(
                "post set aside, refused %d times: %s: %s",
                claim.attempt,
                _claim_name(claim),
                error,
            )
            await outbox.set_aside(claim, error.packed, now)
            return
        delay = _retry_delay(claim.attempt)
        log.warning("post refused, next try in %s: %s: %s", delay, _claim_name(claim), error)
        await outbox.release_refused(claim, error.packed, now, now + delay)

    async def _await_post(self, sending: Awaitable[SentMessage]) -> SentMessage:
        try:
            async with asyncio.timeout(self._post_timeout.total_seconds()):
                return await sending
        except TimeoutError as error:
            raise PostFailedError("Discord did not answer in time.") from error

    async def _record(self, action: Callable[[], Awaitable[object]]) -> None:
        """Do `action`, which records a post in the store; if the store fails, do it later.

        The post is out: to lose the record would be to post again.
        """
        self._unrecorded.append(action)
        try:
            await self.record_pending()
        except StoreError as error:
            log.warning("post not recorded yet: %s", error)

    async def record_pending(self) -> None:
        """Record the posts that are not recorded yet. Raises StoreError."""
        async with self._recording:
            while self._unrecorded:
                await self._unrecorded[0]()
                self._unrecorded.pop(0)


def _is_first_request(claim: Claim) -> bool:
    """Whether a user asked for the summary just now and waits to be told what became of it."""
    is_requested = isinstance(claim, SummaryClaim) and claim.requested_by is not None
    return is_requested and claim.attempt == 1


def _retry_delay(attempt: int) -> timedelta:
    """Return how long to wait after that attempt."""
    doublings: int = min(attempt - 1, 10)
    return min(FIRST_RETRY * (1 << doublings), MAX_RETRY)


def _claim_name(claim: Claim) -> str:
    return claim.notice.key if isinstance(claim, NoticeClaim) else f"schedule {claim.schedule.id}"
