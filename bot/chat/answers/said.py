"""/said: what a person is quoted with."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.speech.speakers import MAX_NAME_LENGTH
from bot.chat.answers.said_page import show_sayings
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, is_private, view_for
from bot.chat.interaction.contexts import everywhere
from bot.chat.interaction.replies import PATIENCE
from bot.chat.interaction.suggestions import suggestions


async def complete_person(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The speakers in the person's articles; nobody as long as these are still being read."""
    view = view_for(interaction)
    task = asyncio.ensure_future(asyncio.to_thread(view.suggest_speakers, typed))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    return suggestions(((name, name) for name in task.result()), typed) if done else []


@everywhere
@app_commands.command(description="List what a person said, as the articles quote it, by date.")
@app_commands.describe(
    person="Somebody whom the articles quote; a surname does",
    topic="Only what they said on this (otherwise everything)",
    private="Show the reply to you alone (otherwise to the whole channel)",
)
@app_commands.autocomplete(person=complete_person, topic=complete_topic)
async def said(
    interaction: Interaction,
    person: app_commands.Range[str, 1, MAX_NAME_LENGTH],
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH] | None = None,
    private: bool | None = None,
) -> None:
    await show_sayings(interaction, person, topic, private=is_private(interaction, private))
