"""Find sources: a menu on a message, that shows which quotes speak to what it says."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.answers.find_sources_page import findings_page, said_in, vouched_sourcing
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import computed, show


@everywhere
@app_commands.context_menu(name="Find sources")
async def find_sources(interaction: Interaction, message: discord.Message) -> None:
    text = said_in(message, interaction.client.user)
    view = view_for(interaction)
    found = await computed(interaction, lambda: view.find_sources(text), private=True)
    said = vouched_sourcing(found, view.is_current)
    page = findings_page(said, message.jump_url, interaction)
    await show(interaction, page, private=True, status=said.status)
