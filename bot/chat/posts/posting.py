"""What goes out unasked: summaries to channels, quotes of watches, flags, and word of pauses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from typing import Any
from zlib import crc32

import discord
from discord import ui
from discord.abc import Messageable

from bot.charts import Picture
from bot.chat.answers.digest import summary_page
from bot.chat.answers.timeline import draw_week
from bot.chat.components.layout import paint
from bot.chat.components.pictures import add_picture, may_attach
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import BotClient
from bot.chat.interaction.replies import DISCORD_ERRORS, Content, Draft, post, post_thread
from bot.chat.interaction.threads import (
    Parent,
    create_thread,
    find_threads,
    needs_thread,
    thread_name,
)
from bot.chat.posts import notices
from bot.language import language_for, use_language
from bot.model import SHARED, Colours, Digest, Notice, PostForm, Schedule, SentMessage
from bot.schedule.poster import Attempt, ChannelLostError, PostFailedError
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.slots import to_local_time

# Discord's codes for what it refuses for good though it does not call it forbidden: a reply where
# the bot may not read what was said before, and a post without a tag in a forum that wants one.
_REFUSED = (160002, 40067)

# How far a channel is searched for an earlier attempt, a hundred messages a request, and how far
# Discord's clock may be behind ours.
_MOST_SEARCHED = 1000
_CLOCKS_DIFFER = timedelta(minutes=5)


class DiscordPoster:
    """The `Poster` of `Delivery`."""

    def __init__(self, client: BotClient) -> None:
        self._client = client

    async def post_summary(
        self, schedule: Schedule, summary: Digest, form: PostForm, attempt: Attempt
    ) -> SentMessage:
        guild_id, timetable = schedule.guild_id, schedule.timetable
        with _faults(
            ChannelLostError("The channel is gone. Schedule the summary for another."),
            _closed_to_summaries(form),
        ):
            channel = await self._whole_channel(schedule.channel_id)
            async with self._speaking_in(guild_id) as colours:
                picture = await self._chart(schedule, channel) if summary.points else None

                def render(checked: Checked[Digest]) -> Content:
                    layout = summary_page(checked, describe_timetable(timetable))
                    chart = picture if checked.result.points else None
                    files = [add_picture(layout, chart)] if chart else []
                    return Content(_marked(paint(layout, colours), attempt), files)

                draft = self._draft(guild_id, summary, render)
                if needs_thread(channel, form):
                    name = thread_name(
                        form, summary.title, to_local_time(timetable, attempt.not_before)
                    )
                    return await self._send_below(channel, name, draft, attempt)
                return await self._send(self._channel(guild_id, channel.id), draft, attempt)

    async def post_watch_quotes(
        self, notice: Notice, found: Digest, left_out: int, attempt: Attempt
    ) -> SentMessage:
        guild_id = notice.guild_id
        async with self._speaking_in(guild_id) as colours:

            def render(checked: Checked[Digest]) -> Content:
                layout = notices.spoken_of(checked, left_out)
                return Content(_marked(paint(layout, colours), attempt))

            draft = self._draft(guild_id, found, render)
            if notice.channel_id is not None:
                with _faults(
                    ChannelLostError("The channel is gone. Watch in another."),
                    ChannelLostError(
                        "I may not post in the channel. Grant me View Channel and Send Messages "
                        "there, then add the watch again."
                    ),
                ):
                    channel = self._channel(guild_id, notice.channel_id)
                    return await self._send(channel, draft, attempt)
            assert notice.user_id is not None
            await self._require_member(guild_id, notice.user_id)
            refused = ChannelLostError(
                "Discord does not let me send you direct messages. Allow them in the privacy "
                "settings of a server that we share, then add the watch again."
            )
            with _faults(refused, refused):
                return await self._send(await self._direct(notice.user_id), draft, attempt)

    async def post_flag(self, notice: Notice, attempt: Attempt) -> SentMessage:
        assert notice.channel_id is not None
        assert notice.reply_to is not None
        below = discord.MessageReference(
            message_id=notice.reply_to,
            channel_id=notice.channel_id,
            guild_id=notice.guild_id,
            fail_if_not_exists=False,
        )
        async with self._speaking_in(notice.guild_id) as colours:
            draft = self._plain_draft(paint(notices.flag(notice), colours), attempt)
        channel = self._channel(notice.guild_id, notice.channel_id)
        with _faults(
            ChannelLostError("The channel is gone."),
            ChannelLostError("I may not post in the channel."),
        ):
            return await self._send(channel, draft, attempt, below)

    async def post_pause(self, notice: Notice, attempt: Attempt) -> SentMessage:
        assert notice.user_id is not None
        async with self._speaking_in(notice.guild_id) as colours:
            draft = self._plain_draft(paint(notices.paused(notice), colours), attempt)
        nobody = ChannelLostError("Nobody can be told of the pause.")
        with suppress(ChannelLostError), _faults(nobody, nobody):
            return await self._send(await self._direct(notice.user_id), draft, attempt)
        with _faults(nobody, nobody):
            # Asked for even where it is known: its channels are not, if it was fetched.
            guild = await self._client.http.get_guild(notice.guild_id, with_counts=False)
            if guild["system_channel_id"] is None:
                raise nobody
            channel = self._channel(notice.guild_id, int(guild["system_channel_id"]))
            return await self._send(channel, draft, attempt)

    def _draft(
        self, guild_id: int, digest: Digest, render: Callable[[Checked[Digest]], Content]
    ) -> Draft[Digest]:
        return Draft(digest, self._client.library.view(guild_id).is_current, render)

    def _plain_draft(self, layout: ui.LayoutView, attempt: Attempt) -> Draft[None]:
        view = self._client.library.view()
        return Draft(None, view.is_current, lambda _: Content(_marked(layout, attempt)))

    @asynccontextmanager
    async def _speaking_in(self, guild_id: int) -> AsyncIterator[Colours]:
        """For a while, speak the language that the server prefers; with the colours it prefers."""
        preferred = await self._client.preferences.get(guild_id)
        with use_language(language_for(preferred.language or await self._locale(guild_id))):
            yield preferred.colours

    async def _chart(self, schedule: Schedule, channel: object) -> Picture | None:
        """The chart of a weekly summary, if it may be sent."""
        return await draw_week(self._client, schedule) if may_attach(channel) else None

    async def _locale(self, guild_id: int) -> str | None:
        """The one that Discord knows of the server; None where it cannot be asked for now."""
        if guild_id != SHARED:
            with suppress(*DISCORD_ERRORS):
                return str((await self._guild(guild_id)).preferred_locale)
        return None

    async def _guild(self, guild_id: int) -> discord.Guild:
        # Asked for where it is on another process's shards and so unknown here.
        return self._client.get_guild(guild_id) or await self._client.fetch_guild(guild_id)

    async def _send(
        self,
        channel: Messageable,
        draft: Draft[Any],
        attempt: Attempt,
        reply_to: discord.MessageReference | None = None,
    ) -> SentMessage:
        """Send the draft, unless an earlier attempt at it has arrived."""
        if arrived := await self._arrived(channel, attempt):
            return SentMessage(arrived)
        message = await post(channel, draft, nonce=attempt.nonce, reply_to=reply_to)
        return SentMessage(message.id)

    async def _send_below(
        self,
        channel: Parent,
        name: str,
        draft: Draft[Any],
        attempt: Attempt,
    ) -> SentMessage:
        """Send the draft to our thread of that name, unless an earlier attempt at it has arrived
        in one; in a forum it may itself begin the thread."""
        assert self._client.user is not None
        threads = await find_threads(channel, name, self._client.user.id, archived=attempt.is_retry)
        for each in threads:
            if arrived := await self._arrived(each, attempt):
                return SentMessage(arrived, each.id)
        thread = next((each for each in threads if not each.locked), None)
        if thread is None:
            if isinstance(channel, discord.ForumChannel):
                begun = await post_thread(channel, name, draft)
                return SentMessage(begun.message.id, begun.thread.id)
            thread = await create_thread(channel, name)
        return SentMessage((await post(thread, draft, nonce=attempt.nonce)).id, thread.id)

    async def _arrived(self, channel: Messageable, attempt: Attempt) -> int | None:
        """The message that an earlier attempt has left in the channel. None too where the bot may
        not read what was said: then the nonce alone keeps it from being said twice."""
        if not attempt.is_retry:
            return None
        assert self._client.user is not None
        mark, since = _mark(attempt), attempt.not_before - _CLOCKS_DIFFER
        with suppress(discord.Forbidden):
            async for message in channel.history(after=since, limit=_MOST_SEARCHED):
                frames = [c.id for c in message.components if isinstance(c, discord.Container)]
                if message.author.id == self._client.user.id and mark in frames:
                    return message.id
        return None

    def _channel(self, guild_id: int, channel_id: int) -> Messageable:
        return self._client.get_partial_messageable(channel_id, guild_id=guild_id)

    async def _whole_channel(self, channel_id: int) -> discord.abc.Snowflake:
        """The channel with its kind, which only another process may know of yet."""
        return self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)

    async def _direct(self, user_id: int) -> Messageable:
        return await self._client.create_dm(discord.Object(user_id))

    async def _require_member(self, guild_id: int, user_id: int) -> None:
        """Raise ChannelLostError for somebody who has left the server."""
        if guild_id == SHARED:
            return
        left = ChannelLostError("You or I have left the server whose articles this watched.")
        with _faults(left, left):
            await (await self._guild(guild_id)).fetch_member(user_id)


@contextmanager
def _faults(gone: ChannelLostError, closed: ChannelLostError) -> Iterator[None]:
    """Discord's faults as one of these, or as PostFailedError."""
    try:
        yield
    except discord.NotFound as fault:
        raise gone from fault
    except discord.Forbidden as fault:
        raise closed from fault
    except DISCORD_ERRORS as fault:
        if isinstance(fault, discord.HTTPException) and fault.code in _REFUSED:
            raise closed from fault
        raise PostFailedError("Discord did not take the post ({fault}).", fault=fault) from fault


def _closed_to_summaries(form: PostForm) -> ChannelLostError:
    if form == "channel":
        return ChannelLostError(
            "I may not post in the channel. Grant me View Channel and Send Messages there, then "
            "use /schedule resume."
        )
    return ChannelLostError(
        "I may not post in threads of the channel. Grant me View Channel, Send Messages, Create "
        "Public Threads, Send Messages in Threads and Read Message History there, then use "
        "/schedule resume."
    )


def _marked(layout: ui.LayoutView, attempt: Attempt) -> ui.LayoutView:
    """The layout, with a number on its frame that is that of all attempts and stays with the
    message: Discord remembers a nonce for a few minutes only, and tells it to nobody."""
    layout.children[0].id = _mark(attempt)
    return layout


def _mark(attempt: Attempt) -> int:
    """From 2^30 on, where Discord, which counts from 1, gives none of its own."""
    return 1 << 30 | crc32(attempt.nonce.encode()) >> 2
