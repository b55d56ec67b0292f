"""Replies to messages that people write to the bot.

As in `replies`, nothing is awaited between the check of the quotes and the request.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import discord
from discord import ui

from bot.chat.components.layout import paint
from bot.chat.components.markdown import one_line
from bot.chat.components.quote_ids import REPLY_ID
from bot.chat.interaction.checked import Checked, check_quotes, quotes_in
from bot.chat.interaction.context import BotClient
from bot.chat.interaction.replies import DISCORD_ERRORS, MAX_CONTENT, Content, note_quotes
from bot.library import View
from bot.model import SHARED, Post, Preferences

_T = TypeVar("_T")

# Seconds: until the bot is shown as typing, which Discord shows for ten.
_TYPING_AFTER = 1.0
_TYPING_AGAIN = 8.0


@dataclass(frozen=True, slots=True)
class AskedMessage:
    """A message that is answered, and what its server prefers."""

    client: BotClient
    message: discord.Message
    preferences: Preferences

    @property
    def me(self) -> discord.ClientUser:
        """The bot's own user."""
        assert self.client.user is not None  # Discord sent the message to it
        return self.client.user

    @property
    def guild_id(self) -> int | None:
        """The server that it was written in; None for a direct message."""
        return self.message.guild.id if self.message.guild else None

    @property
    def channel_and_thread(self) -> tuple[int, int | None]:
        """The channel, and the thread of it if the message is in one."""
        channel = self.message.channel
        if isinstance(channel, discord.Thread):
            return channel.parent_id, channel.id
        return channel.id, None

    @property
    def collection(self) -> int:
        """The server whose articles the person sees, SHARED in a direct message."""
        return SHARED if self.guild_id is None else self.guild_id

    @property
    def view(self) -> View:
        """The articles that the person may see."""
        return self.client.library.view(self.collection)


async def reply_to_message(
    asked: AskedMessage,
    *,
    compute: Callable[[], _T],
    render: Callable[[Checked[_T]], Content | ui.LayoutView | str],
) -> str:
    """Compute in a thread, check every quote, render and reply to the message, pinging nobody.

    Returns the outcome: that of the content or of the result, "done" for a sentence. The quotes are
    noted as those of other public replies are. Raises BusyError, and what `compute` and discord.py
    raise.
    """
    result = await _compute_while_typing(asked, compute)
    checked = check_quotes(result, asked.view.is_current)
    content = render(checked)
    if isinstance(content, str):
        await reply_with_sentence(asked, content)
        return "done"
    if isinstance(content, ui.LayoutView):
        content = Content(content, status=getattr(checked.result, "status", None))
    sent = await _reply(asked, content)
    if asked.guild_id is not None:
        channel_id, thread_id = asked.channel_and_thread
        post = Post("reply", asked.guild_id, channel_id, sent.id, thread_id)
        await note_quotes(asked.client, post, [*quotes_in(checked.result)])
    return content.status or "done"


async def reply_with_layout(asked: AskedMessage, layout: ui.LayoutView) -> None:
    """Reply to the message with a layout without quotes."""
    await _reply(asked, Content(layout))


async def reply_with_sentence(asked: AskedMessage, sentence: str) -> None:
    """Reply to the message with one plain sentence."""
    message = asked.message
    await message.reply(
        one_line(sentence, MAX_CONTENT), nonce=str(message.id), mention_author=False
    )


async def _reply(asked: AskedMessage, content: Content) -> discord.Message:
    """Send the reply; Discord takes one with the same nonce for the same, so that none is sent
    twice."""
    message = asked.message
    for frame in content.layout.children:
        if isinstance(frame, ui.Container):
            frame.id = REPLY_ID
            break
    return await message.reply(
        view=paint(content.layout, asked.preferences.colours),
        files=content.files,
        nonce=str(message.id),
        mention_author=False,
    )


async def _compute_while_typing(asked: AskedMessage, work: Callable[[], _T]) -> _T:
    """Return what `work` returns; the bot is shown as typing where that takes long."""
    person, channel = asked.message.author.id, asked.message.channel
    answer = asked.client.workload.answer(work, person=person, server=asked.guild_id)
    task = asyncio.ensure_future(answer)
    seconds = _TYPING_AFTER
    while not (await asyncio.wait({task}, timeout=seconds))[0]:
        with contextlib.suppress(*DISCORD_ERRORS):
            await channel.typing()
        seconds = _TYPING_AGAIN
    return await task
