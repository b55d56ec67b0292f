"""What a command or button finds on the client that serves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import discord
from discord import app_commands

from bot.library import Library, View
from bot.model import SHARED
from bot.schedule.delivery import Delivery
from bot.store import Store


class ServingClient(discord.Client):
    """A Discord client with the services behind its commands.

    `now` gives the time in UTC; `zone` is the time zone of schedules that name none.
    """

    tree: app_commands.CommandTree[ServingClient]
    library: Library
    store: Store
    delivery: Delivery
    now: Callable[[], datetime]
    zone: str


Interaction: TypeAlias = discord.Interaction[ServingClient]


def collection_of(interaction: Interaction) -> int:
    """Whose articles the person sees: the server's where the bot is a member of it; in direct
    messages, and where somebody brought the bot along for themselves, the shared desk alone."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        return SHARED
    return interaction.guild_id


def view_for(interaction: Interaction) -> View:
    """The articles that the person who interacts may see."""
    return interaction.client.library.view(collection_of(interaction))
