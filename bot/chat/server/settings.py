"""/settings: how Verbatim replies and posts in a server; for those who manage it."""

from __future__ import annotations

from discord import app_commands

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import for_managers
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import send_layout
from bot.chat.server.settings_panel import (
    SchedulersMenu,
    SettingMenu,
    SettingsButton,
    settings_page,
)


@for_managers
@app_commands.command(description="Choose how I reply and post in this server.")
async def settings(interaction: Interaction) -> None:
    managed_guild(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await send_layout(interaction, await settings_page(interaction))


FEATURE = Feature(
    settings,
    (SettingMenu, SchedulersMenu, SettingsButton),
    position=100,
    help_section="manage",
    help_position=20,
)
