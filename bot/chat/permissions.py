"""Who may change what a server keeps, and where the bot may post."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.services import Interaction, joined_guild

_NEEDED_TO_POST = ("View Channel", "Send Messages")


def manages(interaction: Interaction) -> bool:
    """Whether the person has Manage Server in a server that the bot is a member of."""
    return joined_guild(interaction) is not None and interaction.permissions.manage_guild


def managed_guild(interaction: Interaction) -> int:
    """The server that the person manages. Raises NoPrivateMessage or MissingPermissions.

    What Discord itself checks before a command is only a default that a server can change, and
    before a button it checks nothing.
    """
    guild_id = joined_guild(interaction)
    if guild_id is None:
        raise app_commands.NoPrivateMessage
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return guild_id


def closed_to_posts(channel: discord.TextChannel) -> str | None:
    """What the bot lacks to post in `channel`, and what to do, in a sentence; None if nothing."""
    held = channel.permissions_for(channel.guild.me)
    missing = [
        name for name in _NEEDED_TO_POST if not getattr(held, name.lower().replace(" ", "_"))
    ]
    if not missing:
        return None
    return (
        f"I cannot post in #{channel.name}: I lack {' and '.join(missing)} there. "
        "Grant that permission, or choose another channel."
    )
