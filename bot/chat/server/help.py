"""/help: what Verbatim is, and its commands by what they are for."""

from __future__ import annotations

from discord import app_commands

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import show
from bot.chat.server.welcome import help_page


@everywhere
@app_commands.command(name="help", description="Say what Verbatim does, and list its commands.")
async def show_help(interaction: Interaction) -> None:
    await show(interaction, help_page(interaction.client.tree), private=True)
