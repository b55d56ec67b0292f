"""/schedule: summaries that a channel receives at set times; for those who manage the server."""

from __future__ import annotations

import logging
from typing import Literal

import discord
from discord import app_commands

from bot.briefing.digest import LONGEST_TOPIC
from bot.chat import render
from bot.chat.commands.contexts import ManagersGroup
from bot.chat.commands.suggestions import MOST_SUGGESTIONS, chosen_number, suggestions
from bot.chat.commands.topics import complete_topic
from bot.chat.permissions import closed_to_posts, managed_guild, manages
from bot.chat.replies import show
from bot.chat.services import Interaction, view_for
from bot.errors import ScheduleError, StoreError
from bot.model import Schedule
from bot.schedule.phrases import describe, parse_timetable
from bot.schedule.slots import next_slot
from bot.schedule.zones import suggest_zones

_LONGEST_PHRASE = 100

_log = logging.getLogger(__name__)


async def complete_zone(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones by name, city and abbreviation."""
    zones = suggest_zones(typed, MOST_SUGGESTIONS)
    return suggestions(((zone.label, zone.value) for zone in zones), typed)


async def complete_schedule(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The server's schedules in words."""
    if not manages(interaction):
        return []
    try:
        schedules = await interaction.client.store.schedules.list(managed_guild(interaction))
    except StoreError as fault:
        _log.warning("no schedules can be suggested: %s", fault)
        return []
    named = [(_in_words(interaction, schedule), str(schedule.id)) for schedule in schedules]
    meant = typed.strip().casefold()
    return suggestions((choice for choice in named if meant in choice[0].casefold()), typed)


class ScheduleCommands(ManagersGroup):
    """Every command here answers the person alone."""

    def __init__(self) -> None:
        super().__init__("schedule", "Post a summary to a channel at set times.")

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
        channel: discord.TextChannel,
        topic: app_commands.Range[str, 1, LONGEST_TOPIC],
        time: app_commands.Range[str, 1, _LONGEST_PHRASE],
        days: app_commands.Range[str, 1, _LONGEST_PHRASE] = "every day",
        zone: app_commands.Range[str, 1, _LONGEST_PHRASE] | None = None,
        when_empty: Literal["stay silent", "say so"] = "stay silent",
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        if reason := closed_to_posts(channel):
            raise ScheduleError(reason)
        timetable = parse_timetable(time, days, zone or client.zone)
        view_for(interaction).digest(topic)  # refuses now what it would refuse at every slot
        schedule = await client.store.schedules.add(
            guild_id=channel.guild.id,
            channel_id=channel.id,
            topic=client.library.topics.topic(topic.strip()).slug,
            timetable=timetable,
            announce_empty=when_empty == "say so",
            created_by=interaction.user.id,
            now=client.now(),
        )
        await _show(interaction, "Scheduled", schedule)

    @app_commands.command(name="list", description="List this server's scheduled summaries.")
    async def list_all(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        schedules = await interaction.client.store.schedules.list(managed_guild(interaction))
        await _show(interaction, "Scheduled summaries", *schedules)

    @app_commands.command(description="Remove a scheduled summary for good.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def remove(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await interaction.client.store.schedules.remove(
            managed_guild(interaction), _number(schedule)
        )
        await _show(interaction, "Removed", removed)

    @app_commands.command(description="Pause a scheduled summary until you resume it.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        paused = await interaction.client.store.schedules.pause(
            managed_guild(interaction), _number(schedule)
        )
        await _show(interaction, "Paused", paused)

    @app_commands.command(description="Resume a paused summary.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        resumed = await client.store.schedules.resume(
            managed_guild(interaction), _number(schedule), client.now()
        )
        await _show(interaction, "Resumed", resumed)

    @app_commands.command(description="Post what is new at once, without waiting for its time.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def now(self, interaction: Interaction, schedule: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client, guild_id, number = interaction.client, managed_guild(interaction), _number(schedule)
        summary = await client.delivery.send_now(guild_id, number)
        heading = "Posted" if summary.points else "Nothing new, so nothing was posted"
        await _show(interaction, heading, await client.store.schedules.get(guild_id, number))


async def _show(interaction: Interaction, heading: str, *schedules: Schedule) -> None:
    library = interaction.client.library
    entries = [
        render.Entry(
            topic=library.topics.topic(schedule.topic).title,
            channel_id=schedule.channel_id,
            when=describe(schedule.timetable),
            next_slot=None
            if schedule.paused
            else next_slot(schedule.timetable, interaction.client.now()),
            pause_reason=schedule.pause_reason,
        )
        for schedule in schedules
    ]
    await show(interaction, render.schedules(heading, entries), private=True)


def _in_words(interaction: Interaction, schedule: Schedule) -> str:
    """One line for a list to choose from."""
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    title = interaction.client.library.topics.topic(schedule.topic).title
    where = f"#{channel.name}" if channel else "a channel that is gone"
    state = " (paused)" if schedule.paused else ""
    return f"{title} in {where}, {describe(schedule.timetable)}{state}"


def _number(chosen: str) -> int:
    """The id behind a choice; what was typed by hand instead is no schedule."""
    number = chosen_number(chosen)
    if number is None:
        raise ScheduleError("That is no schedule of this server; choose one from the list.")
    return number
