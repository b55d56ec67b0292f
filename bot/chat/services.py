"""What a command or button finds on the client that serves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import discord
from discord import app_commands

from bot.gathering import Gatherer
from bot.library import Library, View
from bot.library.librarian import Librarian
from bot.model import SHARED, Limits
from bot.operating.journal import Journal
from bot.schedule.delivery import Delivery
from bot.store import Store


class ServingClient(discord.AutoShardedClient):
    """A Discord client with the services behind its commands.

    `library` is the one that `librarian` keeps in step with `store`. `now` gives the time in UTC;
    `zone` is the time zone of schedules that name none.
    """

    tree: app_commands.CommandTree[ServingClient]
    library: Library
    librarian: Librarian
    gatherer: Gatherer
    limits: Limits
    store: Store
    delivery: Delivery
    journal: Journal
    now: Callable[[], datetime]
    zone: str


Interaction: TypeAlias = discord.Interaction[ServingClient]


def collection_of(interaction: Interaction) -> int:
    """Whose articles the person sees: the server's where the bot is a member of it; in direct
    messages, and where somebody brought the bot along for themselves, the shared desk alone."""
    return SHARED if (guild_id := joined_guild(interaction)) is None else guild_id


def joined_guild(interaction: Interaction) -> int | None:
    """The server that the person is in, if the bot is a member of it."""
    guild_id = interaction.guild_id
    return guild_id if guild_id and interaction.client.get_guild(guild_id) else None


def view_for(interaction: Interaction) -> View:
    """The articles that the person who interacts may see."""
    return interaction.client.library.view(collection_of(interaction))
