"""/settings: how Verbatim replies and posts in a server; for those who manage it."""

from __future__ import annotations

from discord import app_commands

from bot.chat.commands.contexts import for_managers
from bot.chat.pages.panel import settings_page
from bot.chat.permissions import managed_guild
from bot.chat.replies import show
from bot.chat.services import Interaction


@for_managers
@app_commands.command(description="Choose how I reply and post in this server.")
async def settings(interaction: Interaction) -> None:
    managed_guild(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show(interaction, await settings_page(interaction), private=True)
