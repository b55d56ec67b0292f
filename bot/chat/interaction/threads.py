"""The threads that summaries are posted in, named so that a later attempt finds an earlier one's.

No nonce keeps Discord from creating a thread twice. So its name does not depend on the attempt, and
it is searched for, by its names in all languages, before it is created.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias, TypeGuard

import discord

from bot.chat.components.markdown import one_line, unescape
from bot.model import PostForm

Parent: TypeAlias = discord.TextChannel | discord.ForumChannel

_MAX_NAME = 100  # Discord's limit
_MAX_ARCHIVED = 100


def needs_thread(channel: object, form: PostForm) -> TypeGuard[Parent]:
    """Whether a summary of that form needs a thread of the channel; in a forum each does."""
    if isinstance(channel, discord.TextChannel):
        return form != "channel"
    return isinstance(channel, discord.ForumChannel)


def thread_name(form: PostForm, title: str, at: datetime) -> str:
    """Return the name of the thread for a summary; `at` is in the schedule's zone."""
    if form == "thread":
        return f"{at:%Y-%m-%d}"
    moment = f" · {at:%Y-%m-%d %H:%M}"
    # Discord leaves out what cannot be seen, and the name would not be found again.
    printable = "".join(character for character in title if character.isprintable())
    return unescape(one_line(printable, _MAX_NAME - len(moment))) + moment


def giveable_tags(forum: discord.ForumChannel) -> Sequence[discord.ForumTag]:
    """Return the tags of a forum that the bot may give, in the forum's order."""
    me: discord.Member | None = forum.guild.me  # None while the server is not known
    may_moderate = me is not None and forum.permissions_for(me).manage_threads
    return [tag for tag in forum.available_tags if may_moderate or not tag.moderated]


def tags_for_post(forum: discord.ForumChannel, tag_id: int | None) -> Sequence[discord.ForumTag]:
    """Return the tags of a new post: the one chosen if it is still there, else none, or the first
    where each post needs one; none also where there is none that the bot may give."""
    giveable = giveable_tags(forum)
    chosen = [tag for tag in giveable if tag.id == tag_id]
    return chosen or (giveable[:1] if forum.flags.require_tag else [])


async def find_threads(
    channel: Parent, names: Collection[str], owner_id: int, *, archived: bool
) -> Sequence[discord.Thread]:
    """Return the owner's threads of one of those names in the channel, `archived` ones too if asked
    for."""
    active = await channel.guild.active_threads()
    threads = [thread for thread in active if thread.parent_id == channel.id]
    if archived:
        threads += [thread async for thread in channel.archived_threads(limit=_MAX_ARCHIVED)]
    return [thread for thread in threads if thread.name in names and thread.owner_id == owner_id]


async def create_thread(channel: discord.TextChannel, name: str) -> discord.Thread:
    """Create a thread for everybody who sees the channel."""
    kind = "news_thread" if channel.is_news() else "public_thread"
    return await channel.create_thread(name=name, type=discord.ChannelType[kind])
