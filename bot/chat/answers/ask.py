"""/ask: a question, answered with quotations."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.ask import MAX_QUESTION_LENGTH
from bot.chat.answers.views import answer_page
from bot.chat.interaction.context import Interaction, is_private, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import computed, show, vouched_answer


@everywhere
@app_commands.command(description="Ask a question; the articles answer in their own words.")
@app_commands.describe(
    question="Such as: Will Lee choose between Washington and Beijing?",
    private="Show the answer to you alone (otherwise to the whole channel)",
)
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, MAX_QUESTION_LENGTH],
    private: bool | None = None,
) -> None:
    private = is_private(interaction, private)
    view = view_for(interaction)
    found = await computed(interaction, lambda: view.ask(question), private=private)
    said = vouched_answer(found, view.is_current)
    page = answer_page(said, interaction, private=private)
    await show(interaction, page, private=private, quotes=said.quotes, status=said.status)
