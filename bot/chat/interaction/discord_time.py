"""Discord's clock, as the answers of its REST API state it, beside the clock of this machine."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.errors import SettingsError

log = logging.getLogger(__name__)

MAX_DIFFERENCE = timedelta(minutes=1)


class DiscordTime:
    """How far this machine's clock, which `now` reads, is from Discord's.

    `difference` is Discord's time minus ours, to a second or two; None before the first answer.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._is_warned = False
        self._stated: tuple[datetime, float] | None = None
        self.difference: timedelta | None = None

    def now(self) -> datetime:
        """Return the time by Discord's clock; by ours before the first answer.

        It goes on from the last answer whatever becomes of our clock meanwhile.
        """
        if self._stated is None:
            return self._now()
        moment, loop_time = self._stated
        return moment + timedelta(seconds=asyncio.get_running_loop().time() - loop_time)

    def trace(self) -> aiohttp.TraceConfig:
        """Return the trace with which a client of discord.py notes the time of every answer."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._note_answer)
        return config

    async def check(self) -> str:
        """Return a sentence on a clock that is right. Raises SettingsError for one that is not."""
        if self.difference is None:
            return "Discord did not say what time it is."
        if abs(self.difference) > MAX_DIFFERENCE:
            raise SettingsError(
                "This machine's clock is {difference} {side} Discord's. Set it, for example with "
                "NTP. Until then schedules post at the wrong times.",
                difference=_round_duration(self.difference),
                side="behind" if self.difference > timedelta(0) else "ahead of",
            )
        return "This machine's clock agrees with Discord's."

    async def _note_answer(
        self, session: Any, context: Any, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        stated = answer.response.headers.get("Date")
        if stated is None or not answer.response.ok:  # an error may come from a proxy
            return
        try:
            moment = parsedate_to_datetime(stated)
        except ValueError:
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        self._stated = moment, asyncio.get_running_loop().time()
        self.difference = moment - self._now()
        is_wrong = abs(self.difference) > MAX_DIFFERENCE
        if is_wrong and not self._is_warned:
            side = "behind" if self.difference > timedelta(0) else "ahead of"
            log.warning(
                "clock is wrong: it is %s %s Discord's; schedules post at the wrong times until it "
                "is "
                "set",
                _round_duration(self.difference),
                side,
            )
        self._is_warned = is_wrong


def _round_duration(difference: timedelta) -> timedelta:
    return timedelta(seconds=round(abs(difference).total_seconds()))
