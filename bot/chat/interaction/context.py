"""What a command or button finds on the client that serves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import discord
from discord import app_commands

from bot.charts import Charts
from bot.chat.interaction.preferences import Preferred
from bot.errors import QuestionError
from bot.ingest import Ingester
from bot.language import language_for, set_language
from bot.library import Library, View
from bot.library.writer import LibraryWriter
from bot.model import SHARED, Limits, PostedQuote, Preferences
from bot.ops.journal import Journal
from bot.schedule.delivery import Delivery
from bot.store import Store


class ServingClient(discord.AutoShardedClient):
    """A Discord client with the services behind its commands.

    `library_writer` keeps `library` in step with `store`. `now` gives the time
    in UTC; `zone` is the time zone of schedules that name none.
    """

    tree: app_commands.CommandTree[ServingClient]
    library: Library
    library_writer: LibraryWriter
    ingester: Ingester
    limits: Limits
    store: Store
    preferred: Preferred
    delivery: Delivery
    journal: Journal
    charts: Charts
    now: Callable[[], datetime]
    zone: str


Interaction: TypeAlias = discord.Interaction[ServingClient]

_PREFERENCES = "preferences"


def collection_of(interaction: Interaction) -> int:
    """Whose articles the person sees: the server's where the bot is a member of it; in direct
    messages, and where somebody brought the bot along for themselves, the shared desk alone."""
    return SHARED if (guild_id := joined_guild(interaction)) is None else guild_id


def joined_guild(interaction: Interaction) -> int | None:
    """The server that the person is in, if the bot is a member of it."""
    guild_id = interaction.guild_id
    return guild_id if guild_id and interaction.client.get_guild(guild_id) else None


def place_of(interaction: Interaction) -> tuple[int, int | None]:
    """The channel that the person is in, and the thread of it if they are in one."""
    assert interaction.channel_id is not None
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id, channel.id
    return interaction.channel_id, None


async def had_here(interaction: Interaction) -> Sequence[PostedQuote]:
    """What the channel that the person is in has had, oldest first.

    Raises QuestionError where the bot is no member, and StoreError.
    """
    if joined_guild(interaction) is None:
        raise QuestionError(
            "What is new since the last time is known in channels of a server that I am a member "
            "of; choose another period here."
        )
    channel_id, _ = place_of(interaction)
    return await interaction.client.store.posted_quotes.for_channel(channel_id)


def view_for(interaction: Interaction) -> View:
    """The articles that the person who interacts may see."""
    return interaction.client.library.view(collection_of(interaction))


async def heed_preferences(interaction: Interaction) -> None:
    """From here on, `preferences_of` knows what the server that the person is in prefers, and the
    language that it has chosen is spoken, or else the person's own."""
    guild_id = joined_guild(interaction)
    preferred = await interaction.client.preferred.by(guild_id) if guild_id else Preferences()
    interaction.extras[_PREFERENCES] = preferred
    set_language(language_for(preferred.language or str(interaction.locale)))


def preferences_of(interaction: Interaction) -> Preferences:
    """What the server that the person is in prefers; in direct messages, and where the bot is no
    member, what is usual."""
    preferred: Preferences = interaction.extras[_PREFERENCES]
    return preferred


def is_private(interaction: Interaction, private: bool | None) -> bool:
    """Whether a reply is to be private: as the person says, else as their server prefers."""
    return preferences_of(interaction).private if private is None else private
