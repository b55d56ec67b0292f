"""/digest: what the articles say about a topic."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.answers.views import digest_page
from bot.chat.components.periods import SINCE_LAST, Period, began
from bot.chat.interaction.context import Interaction, had_here, is_private, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import computed, show, vouched_digest


@everywhere
@app_commands.command(description="Get the main points on a topic, quoted from the articles.")
@app_commands.describe(
    topic="Choose one, or write any words of your own",
    period="Only articles from this time, or what this channel has not had (otherwise all)",
    private="Show the digest to you alone (otherwise to the whole channel)",
)
@app_commands.autocomplete(topic=complete_topic)
async def digest(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
    period: Period | None = None,
    private: bool | None = None,
) -> None:
    private = is_private(interaction, private)
    view = view_for(interaction)
    since = began(period or "", interaction.client.now())
    had = await had_here(interaction) if period == SINCE_LAST else ()
    found = await computed(
        interaction, lambda: view.digest(topic, already_posted=had, since=since), private=private
    )
    said = vouched_digest(found, view.is_current)
    await show(
        interaction,
        digest_page(said, interaction, period=period or "", private=private),
        private=private,
        quotes=said.points,
        status=said.status,
        kind="digest" if period == SINCE_LAST else "reply",
    )
