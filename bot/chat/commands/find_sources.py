"""Find sources: a menu on a message, that shows which quotes speak to what it says."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat.commands.contexts import everywhere
from bot.chat.pages.findings import findings_page, said_in, vouched_sourcing
from bot.chat.replies import computed, show
from bot.chat.services import Interaction, view_for


@everywhere
@app_commands.context_menu(name="Find sources")
async def find_sources(interaction: Interaction, message: discord.Message) -> None:
    text = said_in(message, interaction.client.user)
    view = view_for(interaction)
    found = await computed(interaction, lambda: view.find_sources(text), private=True)
    said = vouched_sourcing(found, view.vouch)
    page = findings_page(said, message.jump_url, interaction)
    await show(interaction, page, private=True, status=said.status)
