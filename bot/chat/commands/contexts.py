"""Where a command can be used and by whom, said in full: what Discord assumes can be changed."""

from __future__ import annotations

from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.permissions import managed_guild

_Command = TypeVar("_Command", bound=app_commands.Command[Any, ..., Any])


def anywhere(command: _Command) -> _Command:
    """In servers and in direct messages with the bot; installed in servers, not by single users."""
    app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)(command)
    app_commands.allowed_installs(guilds=True, users=False)(command)
    return command


class ManagersGroup(app_commands.Group):
    """Commands in servers, for members with Manage Server."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(
            name=name,
            description=description,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            default_permissions=discord.Permissions(manage_guild=True),
        )

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        managed_guild(interaction)
        return True
