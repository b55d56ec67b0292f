"""/sources: the articles that every answer is drawn from."""

from __future__ import annotations

from discord import app_commands

from bot.chat.commands.contexts import everywhere
from bot.chat.pages.views import sources_page
from bot.chat.replies import show
from bot.chat.services import Interaction, view_for


@everywhere
@app_commands.command(description="List the articles that every quote comes from.")
async def sources(interaction: Interaction) -> None:
    page = sources_page(view_for(interaction).articles, 0)
    await show(interaction, page, private=True)
