"""What goes out unasked: summaries to channels, quotes of watches, flags, and word of pauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from zlib import crc32

import discord
from discord import ui
from discord.abc import Messageable

from bot.chat import notices, render
from bot.chat.faults import FAULTS
from bot.chat.replies import vouched_digest
from bot.chat.services import ServingClient
from bot.model import SHARED, Digest, Notice, Schedule
from bot.schedule.delivery import Attempt, ChannelLost, PostFailed
from bot.schedule.phrases import describe

# Discord's code for a reply where the bot may post but not read what was said before.
_NO_HISTORY = 160002

# How far a channel is searched for an earlier attempt, a hundred messages a request, and how far
# Discord's clock may be behind ours.
_MOST_SEARCHED = 1000
_CLOCKS_DIFFER = timedelta(minutes=5)

_LOST = "The channel is gone."
_CLOSED = "I may not post in the channel. Grant me View Channel and Send Messages there, then "
_NO_MESSAGES = (
    "Discord does not let me send you direct messages. Allow them in the privacy settings of a "
    "server that we share, then add the watch again."
)
_LEFT = "You or I have left the server whose articles this watched."
_NOBODY = "Nobody can be told of the pause."


class DiscordPoster:
    """The `Poster` of `Delivery`."""

    def __init__(self, client: ServingClient) -> None:
        self._client = client

    async def summary(self, schedule: Schedule, summary: Digest, attempt: Attempt) -> int:
        layout = render.summary(
            self._vouched(schedule.guild_id, summary), describe(schedule.timetable)
        )
        channel = self._channel(schedule.guild_id, schedule.channel_id)
        with _faults(
            f"{_LOST} Schedule the summary for another.", f"{_CLOSED}use /schedule resume."
        ):
            return await self._send(channel, layout, attempt)

    async def watch(self, notice: Notice, found: Digest, left_out: int, attempt: Attempt) -> int:
        layout = notices.spoken_of(self._vouched(notice.guild_id, found), left_out)
        if notice.channel_id is not None:
            channel = self._channel(notice.guild_id, notice.channel_id)
            with _faults(f"{_LOST} Watch in another.", f"{_CLOSED}add the watch again."):
                return await self._send(channel, layout, attempt)
        assert notice.user_id is not None
        await self._require_member(notice.guild_id, notice.user_id)
        with _faults(_NO_MESSAGES, _NO_MESSAGES):
            return await self._send(await self._direct(notice.user_id), layout, attempt)

    async def flag(self, notice: Notice, attempt: Attempt) -> int:
        assert notice.channel_id is not None
        assert notice.reply_to is not None
        below = discord.MessageReference(
            message_id=notice.reply_to,
            channel_id=notice.channel_id,
            guild_id=notice.guild_id,
            fail_if_not_exists=False,
        )
        channel = self._channel(notice.guild_id, notice.channel_id)
        with _faults(_LOST, "I may not post in the channel."):
            return await self._send(channel, notices.flag(notice), attempt, below)

    async def paused(self, notice: Notice, attempt: Attempt) -> int:
        assert notice.user_id is not None
        layout = notices.paused(notice)
        with suppress(ChannelLost), _faults(_NOBODY, _NOBODY):
            return await self._send(await self._direct(notice.user_id), layout, attempt)
        with _faults(_NOBODY, _NOBODY):
            # Asked for, as the server may be on another process's shards and so unknown here.
            guild = await self._client.http.get_guild(notice.guild_id, with_counts=False)
            if guild["system_channel_id"] is None:
                raise ChannelLost(_NOBODY)
            channel = self._channel(notice.guild_id, int(guild["system_channel_id"]))
            return await self._send(channel, layout, attempt)

    async def _send(
        self,
        channel: Messageable,
        layout: ui.LayoutView,
        attempt: Attempt,
        reply_to: discord.MessageReference | None = None,
    ) -> int:
        """Send the layout, unless an earlier attempt at it has arrived; the message's id.

        Discord remembers a nonce for a few minutes and tells it to nobody. So the layout's frame is
        marked as well, with a number that stays with the message.
        """
        mark = _mark(attempt.nonce)
        arrived = await self._arrived(channel, mark, attempt)
        if arrived is not None:
            return arrived
        layout.children[0].id = mark
        if reply_to is None:
            return (await channel.send(view=layout, nonce=attempt.nonce)).id
        sent = await channel.send(
            view=layout, nonce=attempt.nonce, reference=reply_to, mention_author=False
        )
        return sent.id

    async def _arrived(self, channel: Messageable, mark: int, attempt: Attempt) -> int | None:
        """The message that an earlier attempt has left in the channel. None too where the bot may
        not read what was said: then the nonce alone keeps it from being said twice."""
        if attempt.since is None:
            return None
        assert self._client.user is not None
        since = attempt.since - _CLOCKS_DIFFER
        with suppress(discord.Forbidden):
            async for message in channel.history(after=since, limit=_MOST_SEARCHED):
                frames = [c.id for c in message.components if isinstance(c, discord.Container)]
                if message.author.id == self._client.user.id and mark in frames:
                    return message.id
        return None

    def _vouched(self, guild_id: int, digest: Digest) -> Digest:
        return vouched_digest(digest, self._client.library.view(guild_id).vouch)

    def _channel(self, guild_id: int, channel_id: int) -> Messageable:
        return self._client.get_partial_messageable(channel_id, guild_id=guild_id)

    async def _direct(self, user_id: int) -> Messageable:
        return await self._client.create_dm(discord.Object(user_id))

    async def _require_member(self, guild_id: int, user_id: int) -> None:
        """Raises ChannelLost for somebody who has left the server: its articles are its own."""
        if guild_id == SHARED:
            return
        with _faults(_LEFT, _LEFT):
            guild = self._client.get_guild(guild_id) or await self._client.fetch_guild(guild_id)
            await guild.fetch_member(user_id)


@contextmanager
def _faults(gone: str, closed: str) -> Iterator[None]:
    """Discord's faults as ChannelLost, in the sentence given, or PostFailed."""
    try:
        yield
    except discord.NotFound as fault:
        raise ChannelLost(gone) from fault
    except discord.Forbidden as fault:
        raise ChannelLost(closed) from fault
    except FAULTS as fault:
        if isinstance(fault, discord.HTTPException) and fault.code == _NO_HISTORY:
            raise ChannelLost(closed) from fault
        raise PostFailed(f"Discord did not take the post ({fault}).") from fault


def _mark(nonce: str) -> int:
    """A number from 2^30 on, where Discord, which counts from 1, gives none of its own."""
    return 1 << 30 | crc32(nonce.encode()) >> 2
