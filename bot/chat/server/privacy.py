"""/privacy: what is kept, for how long, and an end to it."""

from __future__ import annotations

from discord import app_commands

from bot.chat.interaction.context import Interaction, joined_guild
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.permissions import manages
from bot.chat.interaction.replies import send_layout
from bot.chat.server.privacy_page import ForgetButton, privacy_page


@everywhere
@app_commands.command(description="Say what Verbatim keeps, and for how long.")
async def privacy(interaction: Interaction) -> None:
    client, guild_id = interaction.client, joined_guild(interaction)
    kept = await client.store.guilds.count_stored(guild_id) if guild_id else None
    page = privacy_page(
        client.limits,
        kept,
        manages=manages(interaction),
        questions_logged=client.journal.with_questions,
    )
    await send_layout(interaction, page)


FEATURE = Feature(privacy, (ForgetButton,), position=130, help_section="about", help_position=10)
