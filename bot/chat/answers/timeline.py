"""/timeline: the stories on a topic in order of date."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.timeline_page import show_timeline
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, is_private
from bot.chat.interaction.contexts import everywhere


@everywhere
@app_commands.command(description="List the stories on a topic by date, each with its best quote.")
@app_commands.describe(
    topic="Choose one, or write any words of your own",
    private="Show the timeline to you alone (otherwise to the whole channel)",
)
@app_commands.autocomplete(topic=complete_topic)
async def timeline(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
    private: bool | None = None,
) -> None:
    await show_timeline(interaction, topic, private=is_private(interaction, private))
