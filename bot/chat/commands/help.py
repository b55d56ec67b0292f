"""/help: what Verbatim is, and its commands by what they are for."""

from __future__ import annotations

from discord import app_commands

from bot.chat.commands.contexts import everywhere
from bot.chat.pages.welcome import help_page
from bot.chat.replies import show
from bot.chat.services import Interaction


@everywhere
@app_commands.command(name="help", description="Say what Verbatim does, and list its commands.")
async def show_help(interaction: Interaction) -> None:
    await show(interaction, help_page(interaction.client.tree), private=True)
