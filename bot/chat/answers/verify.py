"""/verify: whether a quotation stands in the articles, and where."""

from collections.abc import Sequence
from dataclasses import replace

from discord import app_commands, ui

from bot.briefing.verify import MAX_TEXT_LENGTH
from bot.chat.answers.quotations import quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.components.layout import AMBER, GREEN, GREY, framed
from bot.chat.components.markdown import block_quote, one_line
from bot.chat.interaction.buttons import with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, is_private, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import reply_with_quotes
from bot.language import say
from bot.model import Quote, Verification

_MAX_HEADING = 300


@everywhere
@app_commands.command(description="Check whether a quote is in the articles, and where.")
@app_commands.describe(
    quote="A sentence or part of one, word for word",
    private="Show the reply only to you (default: to the whole channel)",
)
async def verify(
    interaction: Interaction,
    quote: app_commands.Range[str, 1, MAX_TEXT_LENGTH],
    private: bool | None = None,
) -> None:
    """Reply with the places where the quotation stands."""
    private, view = is_private(interaction, private), view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: view.verify(quote),
        render=lambda checked: verification_page(checked, interaction, private=private),
        private=private,
        shows_failure=True,  # that a quotation stands nowhere is what was asked
    )


FEATURE = Feature(verify, position=30, help_place=("ask", 50))


def verification_page(
    checked: Checked[Verification], interaction: Interaction | None = None, *, private: bool = False
) -> ui.LayoutView:
    """Return whether a text stands in the articles, and where; words that differ are in bold."""
    verification = checked.result
    heading = f"### {one_line(verification.text, _MAX_HEADING)}"
    if not verification.matches:
        return framed(GREY, f"{heading}\n{say('This is not in the articles.')}")
    colour = AMBER
    if verification.status == "exact":
        colour = GREEN
        heading += f"\n{_exact_verdict(verification)}"
    elif verification.has_same_words:
        verdict = say("Its words are in the articles, but punctuation, spaces or capitals differ.")
        heading += f"\n{verdict}"
    else:
        verdict = say("The articles say this differently. The words in bold differ.")
        as_given = block_quote(verification.text, verification.differing_words)
        heading = f"### {say('Nearly')}\n{verdict}\n{say('You entered:')}\n{as_given}"
    layout = quotes_page(colour, heading, checked.part(_quotes))
    return with_buttons(layout, reply_buttons(interaction, private=private, rated=False))


def _exact_verdict(verification: Verification) -> str:
    if verification.is_apart:
        return say("Its sentences are in the articles, word for word, but not together.")
    return say("This is in the articles, word for word.")


def _quotes(verification: Verification) -> Sequence[Quote]:
    """Return the places, with the words in bold that differ, or the text as a part of them."""
    return [
        replace(match.quote, marks=match.other_words or match.quote.marks)
        for match in verification.matches
    ]
