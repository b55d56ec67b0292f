"""Which messages are meant for the bot, and which of its own messages they follow."""

from __future__ import annotations

from typing import Final

import discord

from bot.chat.components.quote_ids import is_reply_layout, read_subject
from bot.model import Preferences

# How many messages of a thread are looked through for the last answer there.
_MAX_LOOKED_BACK: Final = 25
_MEANT_TYPES = (discord.MessageType.default, discord.MessageType.reply)


def is_addressed(message: discord.Message, me: discord.ClientUser | None) -> bool:
    """Whether a person wrote the message to the bot: a direct message, or one that mentions it.

    That Discord adds a mention to each reply is enough only below what the bot replied to somebody.
    """
    if me is None or message.author.bot or message.webhook_id is not None:
        return False
    if message.type not in _MEANT_TYPES:
        return False
    if isinstance(message.channel, discord.DMChannel):
        return True
    if not any(user.id == me.id for user in message.mentions):
        return False
    if f"<@{me.id}>" in message.content or f"<@!{me.id}>" in message.content:
        return True
    answered = replied_to(message)
    return bool(message.content) and answered is not None and _is_reply_to_somebody(answered, me)


def may_talk(preferences: Preferences, channel: object) -> bool:
    """Whether a server has the bot answer in that channel or thread."""
    if not preferences.talks:
        return False
    if preferences.talk_channels is None:
        return True
    places = {getattr(channel, "id", None), getattr(channel, "parent_id", None)}
    return not places.isdisjoint(preferences.talk_channels)


def permissions_at(message: discord.Message) -> discord.Permissions:
    """Return what the bot may do where the message is; all where that is not known beforehand."""
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable | discord.DMChannel):
        return discord.Permissions.all()
    me: discord.Member | None = guild.me  # None while the server is not known
    try:
        return channel.permissions_for(me) if me else discord.Permissions.all()
    except discord.ClientException:  # a thread of a channel that is not known
        return discord.Permissions.all()


def may_reply(message: discord.Message) -> bool:
    """Whether the bot may reply to a message, as far as is known beforehand."""
    permissions = permissions_at(message)
    if not permissions.read_message_history:  # without which Discord refuses replies
        return False
    if isinstance(message.channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def replied_to(message: discord.Message) -> discord.Message | None:
    """Return the message that this one replies to, if Discord sent it along."""
    reference = message.reference
    resolved = reference.resolved if reference else None
    return resolved if isinstance(resolved, discord.Message) else None


def _is_reply_to_somebody(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether the bot wrote the message to somebody: an answer, what one can ask, or what is wrong
    with a question; no summary, welcome, or notice below a post."""
    if is_answer(message, me):
        return True
    is_reply = message.author.id == me.id and message.type is discord.MessageType.reply
    return is_reply and (bool(message.content) or is_reply_layout(message))


def is_answer(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether it is the bot's answer to somebody, and no summary, notice or welcome."""
    if message.author.id != me.id or not read_subject(message):
        return False
    return message.interaction_metadata is not None or message.type is discord.MessageType.reply


async def find_last_answer(
    message: discord.Message, me: discord.ClientUser
) -> discord.Message | None:
    """Return the bot's last answer above a message in its thread or among the direct messages; None
    elsewhere. Raises what discord.py does."""
    channel = message.channel
    if not isinstance(channel, discord.Thread | discord.DMChannel):
        return None
    async for earlier in channel.history(limit=_MAX_LOOKED_BACK, before=message):
        # The first message of a thread that was begun on a message refers to that message.
        is_first = earlier.type is discord.MessageType.thread_starter_message
        begun_on = replied_to(earlier) if is_first else None
        for candidate in filter(None, (earlier, begun_on)):
            if is_answer(candidate, me):
                return candidate
    return None
