"""/help: what Verbatim is, and its commands by what they are for."""

from __future__ import annotations

from discord import app_commands

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import send_layout
from bot.chat.server.welcome import TryButton, help_page


@everywhere
@app_commands.command(name="help", description="Say what Verbatim does, and list its commands.")
async def show_help(interaction: Interaction) -> None:
    await send_layout(interaction, help_page(interaction.client.features))


FEATURE = Feature(show_help, (TryButton,), position=140, help_section="about", help_position=20)
