"""/watch: a quote as soon as a new article speaks of some words, in a channel or privately."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, collection_of, joined_guild, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild, manages, posting_error
from bot.chat.interaction.replies import send_layout
from bot.chat.interaction.suggestions import parse_id, suggestions
from bot.chat.posts import notices
from bot.errors import StoreError, WatchError
from bot.language import say
from bot.model import Watch

MOST_PER_HOUR = 20

_log = logging.getLogger(__name__)


async def complete_watch(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The watches that the person may remove, in words."""
    try:
        watches = await _watches_of(interaction)
    except StoreError as fault:
        _log.warning("no watches can be suggested: %s", fault)
        return []
    named = [(_in_words(interaction, watch), str(watch.id)) for watch in watches]
    meant = typed.strip().casefold()
    return suggestions((choice for choice in named if meant in choice[0].casefold()), typed)


class WatchCommands(app_commands.Group):
    """Every command here answers the person alone."""

    def __init__(self) -> None:
        super().__init__(
            name="watch",
            description="Get a quote when a new article speaks of your words.",
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

    @app_commands.command(description="Post a quote when a new article speaks of some words.")
    @app_commands.describe(
        words="A topic, a name, or any words of your own",
        channel="Where to post, if you manage the server (otherwise this channel)",
        per_hour="How many posts an hour at most (otherwise 3)",
        private="Tell you alone, in a direct message",
    )
    @app_commands.autocomplete(words=complete_topic)
    async def add(
        self,
        interaction: Interaction,
        words: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
        channel: discord.TextChannel | None = None,
        per_hour: app_commands.Range[int, 1, MOST_PER_HOUR] = 3,
        private: bool = False,
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        watch = await client.store.watches.add(
            guild_id=collection_of(interaction),
            channel_id=_channel(interaction, channel, private),
            user_id=interaction.user.id,
            words=view_for(interaction).resolve_watch(words).slug,
            per_hour=per_hour,
            now=client.now(),
        )
        await _show(interaction, say("Watching"), [watch])

    @app_commands.command(name="list", description="List your watches, and the server's.")
    async def list_all(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show(interaction, say("Watches"), await _watches_of(interaction))

    @app_commands.command(description="Remove a watch, and what it has not posted yet.")
    @app_commands.describe(watch="Which one")
    @app_commands.autocomplete(watch=complete_watch)
    async def remove(self, interaction: Interaction, watch: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.store.watches.remove(
            _number(watch),
            user_id=interaction.user.id,
            guild_id=managed_guild(interaction) if manages(interaction) else None,
        )
        await _show(interaction, say("Removed"), [removed])


FEATURE = Feature(WatchCommands(), position=110, help_section="post", help_position=20)


async def _watches_of(interaction: Interaction) -> Sequence[Watch]:
    """The private ones of the person, and of the channels of a server those of who manages it."""
    watches = interaction.client.store.watches
    private = await watches.list_for_user(interaction.user.id)
    if not manages(interaction):
        return private
    return [*private, *await watches.list_for_guild(managed_guild(interaction))]


async def _show(interaction: Interaction, heading: str, watches: Sequence[Watch]) -> None:
    topics = interaction.client.library.topics
    entries = [
        notices.Watched(
            say(topics.resolve(watch.words).title),
            watch.channel_id,
            watch.per_hour,
            watch.pause_reason,
        )
        for watch in watches
    ]
    await send_layout(interaction, notices.watches(heading, entries))


def _channel(
    interaction: Interaction, chosen: discord.TextChannel | None, private: bool
) -> int | None:
    """Where a watch is to post; None for direct messages. Raises WatchError."""
    if private or joined_guild(interaction) is None:
        if chosen:
            raise WatchError("Choose a channel, or private; a watch cannot post to both.")
        return None
    if not manages(interaction):
        raise WatchError(
            "To post in a channel you need the permission Manage Server. "
            "Set private to True to be told in a direct message."
        )
    channel = chosen or interaction.channel
    if not isinstance(channel, discord.TextChannel):
        raise WatchError("I cannot post here; choose a text channel.")
    if fault := posting_error(channel):
        raise fault
    return channel.id


def _in_words(interaction: Interaction, watch: Watch) -> str:
    """One line for a list to choose from."""
    title = say(interaction.client.library.topics.resolve(watch.words).title)
    channel = interaction.guild and interaction.guild.get_channel(watch.channel_id or 0)
    if watch.channel_id is None:
        watched = say("{title}, privately", title=title)
    elif channel:
        watched = say("{title} in {channel}", title=title, channel=f"#{channel.name}")
    else:
        watched = say("{title} in a channel that is gone", title=title)
    return say("{watched} (paused)", watched=watched) if watch.pause_reason else watched


def _number(chosen: str) -> int:
    """The id behind a choice; what was typed by hand instead is no watch."""
    number = parse_id(chosen)
    if number is None:
        raise WatchError("That is no watch of yours; choose one from the list.")
    return number
