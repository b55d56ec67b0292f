"""The threads that summaries go into, named so that a later attempt finds what an earlier one made.

No nonce keeps Discord from creating a thread twice. So its name depends neither on the attempt nor
on the language that is spoken, and it is looked for before it is created.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias, TypeGuard

import discord

from bot.chat.components.markdown import one_line, unescape
from bot.model import Form

Parent: TypeAlias = discord.TextChannel | discord.ForumChannel

_LONGEST_NAME = 100  # Discord's limit
_MOST_CLOSED = 100


def goes_below(channel: object, form: Form) -> TypeGuard[Parent]:
    """Whether a summary of that form goes into a thread below the channel; in a forum each does,
    for its posts are threads."""
    if isinstance(channel, discord.TextChannel):
        return form != "channel"
    return isinstance(channel, discord.ForumChannel)


def thread_name(form: Form, title: str, at: datetime) -> str:
    """Of the thread for a summary with that title, composed `at` a moment of its own zone."""
    if form == "thread":
        return f"{at:%Y-%m-%d}"
    moment = f" · {at:%Y-%m-%d %H:%M}"
    # Discord leaves out what cannot be seen, and the name would not be found again.
    seen = "".join(character for character in title if character.isprintable())
    return unescape(one_line(seen, _LONGEST_NAME - len(moment))) + moment


async def threads_of(
    channel: Parent, name: str, owner_id: int, *, closed: bool
) -> Sequence[discord.Thread]:
    """Those of that name that the owner created below the channel, `closed` ones too if wanted."""
    found = [each for each in await channel.guild.active_threads() if each.parent_id == channel.id]
    if closed:
        found += [each async for each in channel.archived_threads(limit=_MOST_CLOSED)]
    return [each for each in found if each.name == name and each.owner_id == owner_id]


async def create_thread(channel: discord.TextChannel, name: str) -> discord.Thread:
    """A new thread, for everybody who sees the channel."""
    kind = "news_thread" if channel.is_news() else "public_thread"
    return await channel.create_thread(name=name, type=discord.ChannelType[kind])
