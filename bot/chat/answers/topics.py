"""/topics, and the suggestions of topics that other commands offer while a person types."""

from __future__ import annotations

from discord import app_commands

from bot.briefing.topics import EVERYTHING
from bot.chat.answers import render
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import show
from bot.chat.interaction.suggestions import MOST_SUGGESTIONS, suggestions
from bot.language import say


async def complete_topic(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Topics by title and alias; before anything is typed, "everything" and the first ones."""
    suggested = interaction.client.library.topics.suggest(typed, MOST_SUGGESTIONS)
    if not typed.strip():
        suggested = [EVERYTHING, *suggested]
    return suggestions(((say(topic.title), topic.slug) for topic in suggested), typed)


@everywhere
@app_commands.command(description="List the topics that /digest and /schedule know by name.")
async def topics(interaction: Interaction) -> None:
    known = interaction.client.library.topics.all()
    await show(interaction, render.topics(known), private=True)
