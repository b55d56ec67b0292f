"""Post to Discord what is due: summaries, quotes for watches, flags, and notes on pauses."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import discord
from discord import ui
from discord.abc import Messageable

from bot.chat.answers.digest import summary_page
from bot.chat.answers.timeline import draw_week
from bot.chat.components.layout import paint
from bot.chat.components.markdown import one_line
from bot.chat.components.pictures import add_picture, may_attach
from bot.chat.components.stories import MAX_TITLE
from bot.chat.components.titles import all_titles, topic_title
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import BotClient
from bot.chat.interaction.permissions import lacks_tags
from bot.chat.interaction.replies import DISCORD_ERRORS, Content, Draft, post, post_thread
from bot.chat.interaction.threads import (
    Parent,
    create_thread,
    find_threads,
    needs_thread,
    tags_for_post,
    thread_name,
)
from bot.chat.posts.notice_pages import flag_page, maker_page, watch_quotes_page
from bot.chat.posts.refusals import is_closed, mapped_errors
from bot.language import format_weekday, language_for, use_language
from bot.model import SHARED, Colours, Digest, Notice, PostForm, PostLook, Schedule, SentMessage
from bot.schedule.poster import Attempt, ChannelLostError
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.slots import to_local_time

# How many messages of a channel are searched for an earlier attempt, a hundred a request, and how
# long before the first attempt the search begins.
_MAX_SEARCHED = 1000
_MARGIN = timedelta(minutes=5)


class DiscordPoster:
    """The `Poster` of `Delivery`, which documents what its methods promise."""

    def __init__(self, client: BotClient) -> None:
        self._client = client

    def discord_time(self) -> datetime:
        """Return the present moment by Discord's clock."""
        return self._client.discord_time.now()

    async def post_summary(
        self, schedule: Schedule, summary: Digest, look: PostLook, attempt: Attempt
    ) -> SentMessage:
        """Post a summary, in the thread that its form requires, if it requires one."""
        guild_id, timetable = schedule.guild_id, schedule.timetable
        local_time = partial(to_local_time, timetable, attempt.not_before)
        with mapped_errors(
            ChannelLostError("The channel no longer exists. Schedule the summary in another one."),
            _closed_error(look.form),
        ):
            channel = await self._fetch_channel(schedule.channel_id)
            async with self._server_language(guild_id) as colours:
                has_chart = summary.points and may_attach(channel)
                picture = await draw_week(self._client, schedule) if has_chart else None
                role_id = await self._find_role(guild_id, look.role_id)

                def render(checked: Checked[Digest]) -> Content:
                    has_points = bool(checked.result.points)
                    pinged_role = role_id if has_points else None
                    layout = summary_page(
                        checked,
                        describe_timetable(timetable),
                        is_first=look.is_first,
                        above=_lines_above(look, local_time, pinged_role),
                    )
                    files = [add_picture(layout, picture)] if picture and has_points else []
                    marked = _marked(paint(layout, colours), attempt)
                    return Content(marked, files, pinged_role=pinged_role)

                draft = self._draft(guild_id, summary, render)
                if needs_thread(channel, look.form):
                    names = [
                        thread_name(look.form, title, local_time()) for title in all_titles(summary)
                    ]
                    return await self._send_in_thread(channel, look, names, draft, attempt)
                return await self._send(self._channel(guild_id, channel.id), draft, attempt)

    async def post_watch_quotes(
        self, notice: Notice, digest: Digest, left_out: int, attempt: Attempt
    ) -> SentMessage:
        """Post the quotes for a watch, in its channel or as a direct message."""
        guild_id = notice.guild_id
        async with self._server_language(guild_id) as colours:

            def render(checked: Checked[Digest]) -> Content:
                layout = watch_quotes_page(checked, left_out)
                return Content(_marked(paint(layout, colours), attempt))

            draft = self._draft(guild_id, digest, render)
            if notice.channel_id is not None:
                with mapped_errors(
                    ChannelLostError("The channel no longer exists. Add the watch in another one."),
                    ChannelLostError(
                        "I cannot post in the channel. Grant me View Channel and Send Messages "
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
            with mapped_errors(refused, refused):
                return await self._send(await self._direct_channel(notice.user_id), draft, attempt)

    async def post_flag(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Post a flag as a reply to the post that it is about."""
        assert notice.channel_id is not None
        assert notice.reply_to is not None
        flagged_post = discord.MessageReference(
            message_id=notice.reply_to,
            channel_id=notice.channel_id,
            guild_id=notice.guild_id,
            fail_if_not_exists=False,
        )
        async with self._server_language(notice.guild_id) as colours:
            draft = self._plain_draft(paint(flag_page(notice), colours), attempt)
        channel = self._channel(notice.guild_id, notice.channel_id)
        with mapped_errors(
            ChannelLostError("The channel no longer exists."),
            ChannelLostError("I cannot post in the channel."),
        ):
            return await self._send(channel, draft, attempt, flagged_post)

    async def tell_maker(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Post a note on a pause or refusal as a direct message, or else in the server's system
        channel."""
        assert notice.user_id is not None
        topics = self._client.library.view(notice.guild_id).topics
        async with self._server_language(notice.guild_id) as colours:
            page = maker_page(notice, topic_title(topics.resolve(notice.brief.title)))
            draft = self._plain_draft(paint(page, colours), attempt)
        undeliverable = ChannelLostError("There is nobody I can tell.")
        with suppress(ChannelLostError), mapped_errors(undeliverable, undeliverable):
            return await self._send(await self._direct_channel(notice.user_id), draft, attempt)
        with mapped_errors(undeliverable, undeliverable):
            # Fetched even where it is cached: a guild that was fetched has no channels.
            guild = await self._client.http.get_guild(notice.guild_id, with_counts=False)
            if guild["system_channel_id"] is None:
                raise undeliverable
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
    async def _server_language(self, guild_id: int) -> AsyncIterator[Colours]:
        """Speak the language that the server prefers meanwhile; yield the colours it prefers."""
        preferences = await self._client.preferences.get(guild_id)
        locale = preferences.language or await self._server_locale(guild_id)
        with use_language(language_for(locale)):
            yield preferences.colours

    async def _server_locale(self, guild_id: int) -> str | None:
        """Return the locale that Discord has for the server; None if it cannot be fetched now."""
        if guild_id != SHARED:
            with suppress(*DISCORD_ERRORS):
                return str((await self._fetch_guild(guild_id)).preferred_locale)
        return None

    async def _find_role(self, guild_id: int, role_id: int | None) -> int | None:
        """Return the id of the role if the server still has it; never that of @everyone."""
        if role_id is None:
            return None
        role = (await self._fetch_guild(guild_id)).get_role(role_id)
        return None if role is None or role.is_default() else role.id

    async def _fetch_guild(self, guild_id: int) -> discord.Guild:
        # It is not cached here if it is on another process's shards.
        return self._client.get_guild(guild_id) or await self._client.fetch_guild(guild_id)

    async def _send(
        self,
        channel: Messageable,
        draft: Draft[Any],
        attempt: Attempt,
        reply_to: discord.MessageReference | None = None,
    ) -> SentMessage:
        """Send the draft, unless an earlier attempt at it has arrived."""
        if message_id := await self._find_arrived(channel, attempt):
            return SentMessage(message_id)
        message = await post(channel, draft, nonce=attempt.nonce, reply_to=reply_to)
        return SentMessage(message.id)

    async def _send_in_thread(
        self,
        channel: Parent,
        look: PostLook,
        names: Sequence[str],
        draft: Draft[Any],
        attempt: Attempt,
    ) -> SentMessage:
        """Send the draft to the bot's thread of one of these names, one for each language, as that
        of the server may have changed, unless an earlier attempt has arrived.

        A thread of the first name is created if there is none; in a forum, with the draft as its
        first post.
        """
        assert self._client.user is not None
        # The thread of a day may have been archived since its last summary; to post opens it again.
        may_be_archived = attempt.is_retry or look.form == "thread"
        threads = await find_threads(channel, names, self._client.user.id, archived=may_be_archived)
        for thread in threads:
            if message_id := await self._find_arrived(thread, attempt):
                return SentMessage(message_id, thread.id)
        open_thread = next((thread for thread in threads if not thread.locked), None)
        if open_thread is None:
            if isinstance(channel, discord.ForumChannel):
                if lacks_tags(channel):
                    raise ChannelLostError(
                        "Each post in the forum needs a tag, and there is none that I can use. Add "
                        "one there, then use /schedule resume."
                    )
                tags = tags_for_post(channel, look.tag_id)
                created = await post_thread(channel, names[0], draft, tags)
                return SentMessage(created.message.id, created.thread.id)
            open_thread = await create_thread(channel, names[0])
        message = await post(open_thread, draft, nonce=attempt.nonce)
        return SentMessage(message.id, open_thread.id)

    async def _find_arrived(self, channel: Messageable, attempt: Attempt) -> int | None:
        """Return the message of an earlier attempt in the channel, if there is one.

        None also where the bot may not read the history: then the nonce alone prevents a repeat.
        """
        if not attempt.is_retry:
            return None
        assert self._client.user is not None
        mark, since = _mark(attempt), (attempt.sent_after or attempt.not_before) - _MARGIN
        try:
            async for message in channel.history(after=since, limit=_MAX_SEARCHED):
                frames = [
                    component.id
                    for component in message.components
                    if isinstance(component, discord.Container)
                ]
                if message.author.id == self._client.user.id and mark in frames:
                    return message.id
        except discord.Forbidden as error:
            if not is_closed(error):
                raise
        return None

    def _channel(self, guild_id: int, channel_id: int) -> Messageable:
        return self._client.get_partial_messageable(channel_id, guild_id=guild_id)

    async def _fetch_channel(self, channel_id: int) -> discord.abc.Snowflake:
        """Return the channel with its kind; Discord is asked where it is not cached here yet."""
        return self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)

    async def _direct_channel(self, user_id: int) -> Messageable:
        return await self._client.create_dm(discord.Object(user_id))

    async def _require_member(self, guild_id: int, user_id: int) -> None:
        """Raise ChannelLostError for somebody who has left the server."""
        if guild_id == SHARED:
            return
        not_member = ChannelLostError(
            "You or I have left the server whose articles this watch covered."
        )
        with mapped_errors(not_member, not_member):
            await (await self._fetch_guild(guild_id)).fetch_member(user_id)


def _closed_error(form: PostForm) -> ChannelLostError:
    if form == "channel":
        return ChannelLostError(
            "I cannot post in the channel. Grant me View Channel and Send Messages there, then "
            "use /schedule resume."
        )
    return ChannelLostError(
        "I cannot post in threads of the channel. Grant me View Channel, Send Messages, Create "
        "Public Threads, Send Messages in Threads and Read Message History there, then use "
        "/schedule resume."
    )


def _lines_above(
    look: PostLook, local_time: Callable[[], datetime], pinged_role: int | None
) -> str:
    """Return the lines over the topic of a summary: the role that it pings, and its title line."""
    lines = [f"<@&{pinged_role}>"] if pinged_role else []
    if look.is_titled:
        title = one_line(look.title or "", MAX_TITLE)
        day = format_weekday(local_time().date())
        lines.append(f"## {title} · {day}" if title else f"## {day}")
    return "".join(f"{line}\n" for line in lines)


def _marked(layout: ui.LayoutView, attempt: Attempt) -> ui.LayoutView:
    """Set the mark of all attempts as the id of the layout's frame, and return the layout.

    It stays with the message; Discord remembers a nonce for a few minutes, and does not show it.
    """
    layout.children[0].id = _mark(attempt)
    return layout


def _mark(attempt: Attempt) -> int:
    """Return a number from 2^30 on; the ids that Discord itself assigns count from 1."""
    return 1 << 30 | crc32(attempt.nonce.encode()) >> 2
