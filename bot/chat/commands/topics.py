"""/topics, and the suggestions of topics that other commands offer while a person types."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.topics import EVERYTHING
from bot.chat import render
from bot.chat.commands.contexts import anywhere
from bot.chat.replies import Interaction, show

# Discord's limits for suggestions.
MOST_SUGGESTIONS = 25
LONGEST_SUGGESTION = 100


async def complete_topic(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Topics by title and alias; before anything is typed, "everything" and the first ones."""
    suggested = interaction.client.library.topics.suggest(typed, MOST_SUGGESTIONS)
    if not typed.strip():
        suggested = [EVERYTHING, *suggested][:MOST_SUGGESTIONS]
    return [
        app_commands.Choice(name=topic.title[:LONGEST_SUGGESTION], value=topic.slug)
        for topic in suggested
        if len(topic.slug) <= LONGEST_SUGGESTION
    ]


@anywhere
@app_commands.command(description="List the topics that /digest and /schedule know by name.")
async def topics(interaction: Interaction) -> None:
    known = interaction.client.library.topics.all()
    await show(interaction, render.topics(known), private=True)
