"""What commands and buttons find on their client, and who they answer where."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

import discord
from discord import app_commands

from bot.charts import Charts
from bot.chat.interaction.discord_time import DiscordTime
from bot.chat.interaction.features import Feature
from bot.chat.interaction.silent_channels import SilentChannels
from bot.chat.interaction.workload import Workload
from bot.errors import QuestionError, StoreError
from bot.ingest import Ingester
from bot.language import language_for, set_language
from bot.library import Library, View
from bot.library.writer import LibraryWriter
from bot.model import SHARED, Limits, PostedQuote, Preferences
from bot.ops.journal import Journal
from bot.schedule.delivery import Delivery
from bot.store import Store

_T = TypeVar("_T")

# Seconds. Discord waits 3 s for a first reply; the command itself runs after this.
_PREFERENCES_SECONDS = 0.5
_PREFERENCES = "preferences"

log = logging.getLogger(__name__)


class PreferencesCache:
    """The preferences of servers, also while the database does not answer.

    The store is asked each time, for another process may have noted a choice; its last answer is
    used when it fails.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, Preferences] = {}

    async def get(self, guild_id: int) -> Preferences:
        """Return what the server prefers, or preferred when that was last known."""
        try:
            async with asyncio.timeout(_PREFERENCES_SECONDS):
                self._last[guild_id] = await self._store.preferences.get(guild_id)
        except (StoreError, TimeoutError) as error:
            log.warning("preferences of server %d not read: %s", guild_id, error)
        return self._last.get(guild_id, Preferences())


class BotClient(discord.AutoShardedClient):
    """A Discord client with what its commands work on.

    `library_writer` keeps `library` in step with `store`. `now` gives the time
    in UTC; `zone` is the time zone of schedules that name none.
    """

    tree: app_commands.CommandTree[BotClient]
    features: Sequence[Feature]
    library: Library
    library_writer: LibraryWriter
    ingester: Ingester
    limits: Limits
    store: Store
    preferences: PreferencesCache
    delivery: Delivery
    journal: Journal
    workload: Workload
    silent_channels: SilentChannels
    charts: Charts
    now: Callable[[], datetime]
    discord_time: DiscordTime
    zone: str


Interaction: TypeAlias = discord.Interaction[BotClient]


def collection_of(interaction: Interaction) -> int:
    """Return the server whose articles the person sees, SHARED where the bot is no member."""
    return SHARED if (guild_id := joined_guild(interaction)) is None else guild_id


async def suggest(interaction: Interaction, work: Callable[[], _T]) -> _T:
    """Return what `work` computes in a thread to be suggested to the person."""
    person, server = interaction.user.id, interaction.guild_id
    return await interaction.client.workload.suggest(work, person=person, server=server)


def joined_guild(interaction: Interaction) -> int | None:
    """Return the server that the person is in, if the bot is a member of it."""
    guild_id = interaction.guild_id
    return guild_id if guild_id and interaction.client.get_guild(guild_id) else None


def channel_and_thread(interaction: Interaction) -> tuple[int, int | None]:
    """Return the channel that the person is in, and the thread of it if they are in one."""
    assert interaction.channel_id is not None
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id, channel.id
    return interaction.channel_id, None


async def already_posted_here(interaction: Interaction) -> Sequence[PostedQuote]:
    """Return the quotes that the person's channel has had, oldest first.

    Raises QuestionError where the bot is no member, StoreError and BusyError.
    """
    if joined_guild(interaction) is None:
        raise QuestionError(
            "“New to this channel” works only in channels of a server that I have been added to; "
            "choose another period here."
        )
    channel_id, _ = channel_and_thread(interaction)
    client = interaction.client
    with client.workload.answering.admit(interaction.user.id, interaction.guild_id):
        return await client.store.posted_quotes.for_channel(channel_id)


def view_for(interaction: Interaction) -> View:
    """Return the articles that the person may see."""
    return interaction.client.library.view(collection_of(interaction))


async def apply_preferences(interaction: Interaction) -> None:
    """Read what the person's server prefers, for `preferences_of`, and speak the language that it
    chose, or else the person's own."""
    guild_id = joined_guild(interaction)
    preferences = await interaction.client.preferences.get(guild_id) if guild_id else Preferences()
    interaction.extras[_PREFERENCES] = preferences
    set_language(language_for(preferences.language or str(interaction.locale)))


def preferences_of(interaction: Interaction) -> Preferences:
    """Return what the person's server prefers; the defaults where the bot is no member of one."""
    preferences: Preferences = interaction.extras[_PREFERENCES]
    return preferences


def is_private(interaction: Interaction, private: bool | None) -> bool:
    """Whether a reply is to be private: as the person says, else as their server prefers."""
    return preferences_of(interaction).private if private is None else private
