"""/schedule: summaries that a channel receives at set times; for those whom the server lets."""

from functools import partial
from typing import Any, Literal

import discord
from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, preferences_of, suggest, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ServerGroup
from bot.chat.interaction.permissions import posting_error, refuse_silenced, scheduling_guild
from bot.chat.interaction.replies import run_in_thread, send_layout
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, Choices, suggestions
from bot.chat.interaction.threads import Parent
from bot.chat.posts.schedule_choices import (
    complete_schedule,
    find_schedule,
    find_writable_schedule,
    schedule_title,
)
from bot.chat.posts.schedule_entries import ScheduleEntry, schedules_page
from bot.language import say
from bot.model import Schedule
from bot.schedule.times.phrases import parse_timetable
from bot.schedule.times.zones import suggest_zones

_MAX_PHRASE = 100


async def complete_zone(interaction: Interaction, typed: str) -> Choices:
    """Suggest time zones by name, city and abbreviation."""
    # The first search builds the list of zones, which takes 0.1 s.
    zones = await suggest(interaction, partial(suggest_zones, typed, MAX_SUGGESTIONS))
    return suggestions(((zone.label, zone.value) for zone in zones), typed)


class OpenChannel(app_commands.Transformer):
    """A channel for messages, or a forum; in a media channel each post would need a picture."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channel that Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, interaction: discord.Interaction[Any], value: app_commands.AppCommandChannel
    ) -> Parent:
        """Return the channel. Raises TransformerError for one that the bot does not see."""
        channel = value.resolve()
        if isinstance(channel, discord.TextChannel | discord.ForumChannel):
            return channel
        raise app_commands.TransformerError(value, self.type, self)


class ScheduleCommands(ServerGroup):
    """The commands of /schedule; each answers the person alone."""

    def __init__(self) -> None:
        super().__init__("schedule", "Post a summary to a channel at set times.")

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether the person may use the group. Raises what `scheduling_guild` raises."""
        scheduling_guild(interaction)
        return True

    @app_commands.command(description="Add a summary that is posted at set times.")
    @app_commands.describe(
        channel="Where to post",
        topic="Everything, a topic, or any words of your own",
        time="Such as: 9am, 18:30, weekdays at 8, every 6 hours",
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
        time: app_commands.Range[str, 1, _MAX_PHRASE],
        days: app_commands.Range[str, 1, _MAX_PHRASE] = "",
        zone: app_commands.Range[str, 1, _MAX_PHRASE] | None = None,
        when_empty: Literal["stay silent", "say so"] = "stay silent",
    ) -> None:
        """Add a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        refuse_silenced(interaction, channel)
        if error := posting_error(channel, preferences_of(interaction).form):
            raise error
        timetable = parse_timetable(
            time,
            days,
            zone or "",
            default_zone=preferences_of(interaction).zone or client.zone,
            now=client.now(),
        )
        # Refuse now what would be refused at every slot.
        view = view_for(interaction)
        await run_in_thread(interaction, lambda: view.digest(topic), private=True)
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
        """List the schedules of the server."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = scheduling_guild(interaction)
        schedules = await interaction.client.store.schedules.list(guild_id)
        await _show(interaction, say("Scheduled summaries"), *schedules)

    @app_commands.command(description="Remove a scheduled summary for good.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def remove(self, interaction: Interaction, schedule: str) -> None:
        """Remove a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_schedule(interaction, schedule)
        removed = await interaction.client.store.schedules.remove(chosen.guild_id, chosen.id)
        await _show(interaction, say("Removed"), removed, is_removed=True)

    @app_commands.command(description="Pause a scheduled summary until you resume it.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        """Pause a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_schedule(interaction, schedule)
        paused = await interaction.client.delivery.pause(chosen.guild_id, chosen.id)
        await _show(interaction, say("Paused"), paused)

    @app_commands.command(description="Resume a paused summary.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        """Resume a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_writable_schedule(interaction, schedule)
        resumed = await interaction.client.delivery.resume(chosen.guild_id, chosen.id)
        await _show(interaction, say("Resumed"), resumed)

    @app_commands.command(description="Post what is new at once, without waiting for its time.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def now(self, interaction: Interaction, schedule: str) -> None:
        """Post what is new for a schedule at once."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client, chosen = interaction.client, await find_writable_schedule(interaction, schedule)
        outcome = await client.delivery.send_now(chosen.guild_id, chosen.id, interaction.user.id)
        match outcome:
            case "posted":
                heading = say("Posted")
            case "nothing new":
                heading = say("Nothing new, so nothing was posted")
            case "pending":
                heading = say("Not confirmed by Discord yet; I see to it that it comes once")
        sent = await client.store.schedules.get(chosen.guild_id, chosen.id)
        await _show(interaction, heading, sent)


async def _show(
    interaction: Interaction, heading: str, *schedules: Schedule, is_removed: bool = False
) -> None:
    client, quiet_hours = interaction.client, preferences_of(interaction).quiet_hours
    entries = [
        ScheduleEntry(schedule, schedule_title(interaction, schedule), quiet_hours, is_removed)
        for schedule in schedules
    ]
    await send_layout(interaction, schedules_page(heading, entries, client.now()))


FEATURE = Feature(ScheduleCommands(), position=90, help_place=("post", 10))
