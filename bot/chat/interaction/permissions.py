"""Who may change what a server keeps, who may schedule, and where the bot may post."""

from collections.abc import Iterator

import discord
from discord import app_commands

from bot.chat.interaction.context import Interaction, joined_guild, preferences_of
from bot.chat.interaction.threads import Parent, giveable_tags, needs_thread
from bot.errors import ScheduleError, VerbatimError
from bot.language import join_list, say
from bot.model import PostForm


class MayNotSchedule(ScheduleError, app_commands.CheckFailure):
    """A ScheduleError that discord.py hands on: of what a check raises it handles only its own."""


def manages(interaction: Interaction) -> bool:
    """Whether the person has Manage Server in a server that the bot is a member of."""
    return joined_guild(interaction) is not None and interaction.permissions.manage_guild


def managed_guild(interaction: Interaction) -> int:
    """Return the server that the person manages. Raises NoPrivateMessage or MissingPermissions.

    What Discord itself checks before a command is only a default that a server can change, and
    before a button it checks nothing.
    """
    guild_id = joined_guild(interaction)
    if guild_id is None:
        raise app_commands.NoPrivateMessage
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return guild_id


def may_schedule(interaction: Interaction) -> bool:
    """Whether the person manages the server, or has the role whose members may schedule there."""
    if manages(interaction):
        return True
    user, role_id = interaction.user, preferences_of(interaction).scheduler_role
    return isinstance(user, discord.Member) and role_id in {role.id for role in user.roles}


def scheduling_guild(interaction: Interaction) -> int:
    """Return the server that the person may schedule in. Raises NoPrivateMessage,
    MissingPermissions, or MayNotSchedule, which names the role."""
    if may_schedule(interaction):
        assert interaction.guild_id is not None
        return interaction.guild_id
    role_id = preferences_of(interaction).scheduler_role
    role = interaction.guild and role_id and interaction.guild.get_role(role_id)
    if role:
        raise MayNotSchedule(
            "You need the Manage Server permission or the role {role} for this.", role=role.name
        )
    return managed_guild(interaction)


def refuse_silenced(interaction: Interaction, channel: Parent) -> None:
    """Raise ScheduleError where a person who schedules by their role alone may not write."""
    user = interaction.user
    if manages(interaction) or not isinstance(user, discord.Member):
        return
    permissions = channel.permissions_for(user)
    if not (permissions.view_channel and permissions.send_messages):
        raise ScheduleError(
            "You cannot write in #{channel}, so I cannot post there for you. Choose a channel "
            "that you can write in.",
            channel=channel.name,
        )


def posting_error(channel: Parent, form: PostForm = "channel") -> VerbatimError | None:
    """Return the error to raise where the bot may not post in `channel` in that form, which says
    what it lacks and what to do; None where it may."""
    permissions = channel.permissions_for(channel.guild.me)
    missing = [label for name, label in _needed(channel, form) if not getattr(permissions, name)]
    if missing:
        return VerbatimError(
            "I cannot post in #{channel}: I need {permissions} there. Grant me that, or choose "
            "another channel.",
            channel=channel.name,
            permissions=join_list(missing),
        )
    if isinstance(channel, discord.ForumChannel) and lacks_tags(channel):
        return VerbatimError(
            "I cannot post in #{channel}: each post there needs a tag, and there is none that I "
            "can use. Add a tag, or allow posts without one.",
            channel=channel.name,
        )
    return None


def lacks_tags(forum: discord.ForumChannel) -> bool:
    """Whether each post of a forum needs a tag, and there is none that the bot may give."""
    return forum.flags.require_tag and not giveable_tags(forum)


def _needed(channel: Parent, form: PostForm) -> Iterator[tuple[str, str]]:
    """The permissions needed, as discord.py names them and as people see them."""
    yield "view_channel", say("View Channel")
    if isinstance(channel, discord.ForumChannel) or form == "channel":
        yield "send_messages", say("Send Messages")
    else:
        yield "create_public_threads", say("Create Public Threads")
    if needs_thread(channel, form):
        yield "send_messages_in_threads", say("Send Messages in Threads")
        yield "read_message_history", say("Read Message History")
