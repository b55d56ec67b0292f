"""/schedule: summaries that a channel receives at set times; for those whom the server lets."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Literal

import discord
from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, preferences_of, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ServerGroup
from bot.chat.interaction.permissions import may_schedule, posting_error, scheduling_guild
from bot.chat.interaction.replies import send_layout
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, parse_id, suggestions
from bot.chat.interaction.threads import Parent
from bot.chat.posts import schedule_page as scheduled
from bot.errors import ScheduleError, StoreError
from bot.language import say
from bot.model import Schedule
from bot.schedule.times.phrases import describe_timetable, parse_timetable
from bot.schedule.times.zones import suggest_zones

_LONGEST_PHRASE = 100

_log = logging.getLogger(__name__)


async def complete_zone(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones by name, city and abbreviation."""
    # The first search builds the list of zones, which takes 0.1 s.
    zones = await asyncio.to_thread(suggest_zones, typed, MAX_SUGGESTIONS)
    return suggestions(((zone.label, zone.value) for zone in zones), typed)


async def complete_schedule(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The server's schedules in words."""
    if not may_schedule(interaction):
        return []
    try:
        schedules = await interaction.client.store.schedules.list(scheduling_guild(interaction))
    except StoreError as fault:
        _log.warning("no schedules can be suggested: %s", fault)
        return []
    named = [(_in_words(interaction, schedule), str(schedule.id)) for schedule in schedules]
    meant = typed.strip().casefold()
    return suggestions((choice for choice in named if meant in choice[0].casefold()), typed)


class OpenChannel(app_commands.Transformer):
    """A channel for messages, or a forum; in a media channel each post would need a picture."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, interaction: discord.Interaction[Any], value: app_commands.AppCommandChannel
    ) -> Parent:
        channel = value.resolve()
        if isinstance(channel, discord.TextChannel | discord.ForumChannel):
            return channel
        raise app_commands.TransformerError(value, self.type, self)


class ScheduleCommands(ServerGroup):
    """Every command here answers the person alone."""

    def __init__(self) -> None:
        super().__init__("schedule", "Post a summary to a channel at set times.")

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        scheduling_guild(interaction)
        return True

    @app_commands.command(description="Add a summary that is posted at set times.")
    @app_commands.describe(
        channel="Where to post",
        topic="Everything, a topic, or any words of your own",
        time="Such as: 9am, 18:30, noon",
        days="Such as: every day, weekdays, mon and thu (otherwise every day)",
        zone="Whose clock: a city or time zone, such as Seoul or Europe/London",
        when_empty="What to do when there is nothing new (otherwise stay silent)",
    )
    @app_commands.autocomplete(topic=complete_topic, zone=complete_zone)
    async def add(
        self,
        interaction: Interaction,
        channel: app_commands.Transform[Parent, OpenChannel],
        topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
        time: app_commands.Range[str, 1, _LONGEST_PHRASE],
        days: app_commands.Range[str, 1, _LONGEST_PHRASE] = "every day",
        zone: app_commands.Range[str, 1, _LONGEST_PHRASE] | None = None,
        when_empty: Literal["stay silent", "say so"] = "stay silent",
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        if fault := posting_error(channel, preferences_of(interaction).form):
            raise fault
        timetable = parse_timetable(time, days, zone or client.zone)
        # Refuse now what would be refused at every slot.
        await asyncio.to_thread(view_for(interaction).digest, topic)
        schedule = await client.store.schedules.add(
            guild_id=channel.guild.id,
            channel_id=channel.id,
            topic=client.library.topics.resolve(topic.strip()).slug,
            timetable=timetable,
            announce_empty=when_empty == "say so",
            created_by=interaction.user.id,
            now=client.now(),
        )
        await _show(interaction, say("Scheduled"), schedule)

    @app_commands.command(name="list", description="List this server's scheduled summaries.")
    async def list_all(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        schedules = await interaction.client.store.schedules.list(scheduling_guild(interaction))
        await _show(interaction, say("Scheduled summaries"), *schedules)

    @app_commands.command(description="Remove a scheduled summary for good.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def remove(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.store.schedules.remove(
            scheduling_guild(interaction), _number(schedule)
        )
        await _show(interaction, say("Removed"), removed, gone=True)

    @app_commands.command(description="Pause a scheduled summary until you resume it.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        paused = await interaction.client.store.schedules.pause(
            scheduling_guild(interaction), _number(schedule)
        )
        await _show(interaction, say("Paused"), paused)

    @app_commands.command(description="Resume a paused summary.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        resumed = await client.store.schedules.resume(
            scheduling_guild(interaction), _number(schedule), client.now()
        )
        await _show(interaction, say("Resumed"), resumed)

    @app_commands.command(description="Post what is new at once, without waiting for its time.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def now(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client, guild_id = interaction.client, scheduling_guild(interaction)
        number = _number(schedule)
        summary = await client.delivery.send_now(guild_id, number)
        posted = say("Posted") if summary.points else say("Nothing new, so nothing was posted")
        await _show(interaction, posted, await client.store.schedules.get(guild_id, number))


FEATURE = Feature(ScheduleCommands(), position=90, help_section="post", help_position=10)


async def _show(
    interaction: Interaction, heading: str, *schedules: Schedule, gone: bool = False
) -> None:
    client, quiet = interaction.client, preferences_of(interaction).quiet_hours
    entries = [
        scheduled.Entry(schedule, _title(interaction, schedule), quiet, gone)
        for schedule in schedules
    ]
    await send_layout(interaction, scheduled.schedules(heading, entries, client.now()))


def _title(interaction: Interaction, schedule: Schedule) -> str:
    return say(interaction.client.library.topics.resolve(schedule.topic).title)


def _in_words(interaction: Interaction, schedule: Schedule) -> str:
    """One line for a list to choose from."""
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    title, when = _title(interaction, schedule), describe_timetable(schedule.timetable)
    if channel:
        line = say(
            "{title} in {channel}, {when}", title=title, channel=f"#{channel.name}", when=when
        )
    else:
        line = say("{title} in a channel that is gone, {when}", title=title, when=when)
    return say("{line} (paused)", line=line) if schedule.paused else line


def _number(chosen: str) -> int:
    """The id behind a choice; what was typed by hand instead is no schedule."""
    number = parse_id(chosen)
    if number is None:
        raise ScheduleError("That is no schedule of this server; choose one from the list.")
    return number
