"""/digest: what the articles say about a topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal

from discord import app_commands

from bot.briefing.digest import LONGEST_TOPIC
from bot.chat.commands.contexts import anywhere
from bot.chat.commands.topics import complete_topic
from bot.chat.replies import computed, show, vouched_digest
from bot.chat.services import Interaction, view_for
from bot.chat.views import digest_page

Period = Literal["past day", "past week", "past month"]

PERIODS: Final[Mapping[Period, timedelta]] = MappingProxyType(
    {
        "past day": timedelta(days=1),
        "past week": timedelta(weeks=1),
        "past month": timedelta(days=30),
    }
)


@anywhere
@app_commands.command(description="Get the main points on a topic, quoted from the articles.")
@app_commands.describe(
    topic="Choose one, or write any words of your own",
    period="Only articles from this time (otherwise all)",
    private="Show the digest to you alone (otherwise to the whole channel)",
)
@app_commands.autocomplete(topic=complete_topic)
async def digest(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, LONGEST_TOPIC],
    period: Period | None = None,
    private: bool = False,
) -> None:
    view = view_for(interaction)
    since = interaction.client.now() - PERIODS[period] if period else None
    found = await computed(interaction, lambda: view.digest(topic, since=since), private=private)
    said = vouched_digest(found, view.vouch)
    page = digest_page(said, period or "")
    await show(interaction, page, private=private, quotes=said.points, status=said.status)
