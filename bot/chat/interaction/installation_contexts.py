"""Where a command can be used and by whom, stated in full since Discord's defaults can change."""

from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.interaction.permissions import managed_guild

_Command = TypeVar("_Command", app_commands.Command[Any, ..., Any], app_commands.ContextMenu)


def everywhere(command: _Command) -> _Command:
    """Allow a command in servers and direct messages, also for people who installed the app for
    themselves and are where the bot is no member; there they see the shared desk alone."""
    app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command)
    app_commands.allowed_installs(guilds=True, users=True)(command)
    return command


def for_managers(command: _Command) -> _Command:
    """Allow a command in servers, for members with Manage Server, which it must check itself."""
    app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(command)
    app_commands.allowed_installs(guilds=True, users=False)(command)
    app_commands.default_permissions(manage_guild=True)(command)
    return command


class ServerGroup(app_commands.Group):
    """Commands in servers, and with `in_direct_messages` also there."""

    def __init__(
        self,
        name: str,
        description: str,
        *,
        in_direct_messages: bool = False,
        default_permissions: discord.Permissions | None = None,
    ) -> None:
        super().__init__(
            name=name,
            description=description,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=in_direct_messages, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            default_permissions=default_permissions,
        )


class ManagersGroup(ServerGroup):
    """Commands in servers, for members with Manage Server."""

    def __init__(self, name: str, description: str) -> None:
        permissions = discord.Permissions(manage_guild=True)
        super().__init__(name, description, default_permissions=permissions)

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether the person may use the group. Raises what `managed_guild` raises."""
        managed_guild(interaction)
        return True
