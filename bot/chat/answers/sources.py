"""/sources: the articles that every answer is drawn from."""

from __future__ import annotations

from discord import app_commands

from bot.chat.answers.views import sources_page
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import show


@everywhere
@app_commands.command(description="List the articles that every quote comes from.")
async def sources(interaction: Interaction) -> None:
    page = sources_page(view_for(interaction).articles, 0)
    await show(interaction, page, private=True)
