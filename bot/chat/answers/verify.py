"""/verify: whether a quotation stands in the articles."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.verify import MAX_TEXT_LENGTH
from bot.chat.answers.views import verification_page
from bot.chat.interaction.context import Interaction, is_private, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import computed, show, vouched_verification


@everywhere
@app_commands.command(description="Check whether a quotation stands in the articles, and where.")
@app_commands.describe(
    quote="A sentence or a part of one, word for word",
    private="Show the reply to you alone (otherwise to the whole channel)",
)
async def verify(
    interaction: Interaction,
    quote: app_commands.Range[str, 1, MAX_TEXT_LENGTH],
    private: bool | None = None,
) -> None:
    private = is_private(interaction, private)
    view = view_for(interaction)
    found = await computed(interaction, lambda: view.verify(quote), private=private)
    said = vouched_verification(found, view.is_current)
    await show(
        interaction,
        verification_page(said, interaction, private=private),
        private=private,
        quotes=[place.quote for place in said.matches],
        status=said.status,
    )
