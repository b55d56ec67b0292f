"""/privacy: what is kept, for how long, and an end to it."""

from __future__ import annotations

from discord import app_commands

from bot.chat.commands.contexts import everywhere
from bot.chat.pages.privacy import privacy_page
from bot.chat.permissions import manages
from bot.chat.replies import show
from bot.chat.services import Interaction, joined_guild


@everywhere
@app_commands.command(description="Say what Verbatim keeps, and for how long.")
async def privacy(interaction: Interaction) -> None:
    client, guild_id = interaction.client, joined_guild(interaction)
    kept = await client.store.guilds.kept(guild_id) if guild_id else None
    page = privacy_page(
        client.limits,
        kept,
        manages=manages(interaction),
        questions_logged=client.journal.with_questions,
    )
    await show(interaction, page, private=True)
