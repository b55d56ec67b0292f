"""/settings: how Verbatim replies and posts in a server; for those who manage it."""

from __future__ import annotations

from discord import app_commands

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.contexts import for_managers
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import show
from bot.chat.server.settings_panel import settings_page


@for_managers
@app_commands.command(description="Choose how I reply and post in this server.")
async def settings(interaction: Interaction) -> None:
    managed_guild(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show(interaction, await settings_page(interaction), private=True)
