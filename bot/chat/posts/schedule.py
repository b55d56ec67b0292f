"""/schedule: summaries that a channel receives at set times; for those whom the server lets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any, Literal

import discord
from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import escape, one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.interaction.context import Interaction, preferences_of, suggest, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ServerGroup
from bot.chat.interaction.permissions import (
    may_schedule,
    posting_error,
    refuse_silenced,
    scheduling_guild,
)
from bot.chat.interaction.replies import run_in_thread, send_layout
from bot.chat.interaction.suggestions import (
    MAX_SUGGESTIONS,
    Choices,
    matching_suggestions,
    parse_id,
    suggestions,
)
from bot.chat.interaction.threads import Parent
from bot.errors import ScheduleError, unpack_message
from bot.language import command_name, join_list, say, say_count
from bot.model import QuietHours, Schedule, Timetable
from bot.schedule.times.phrases import describe_timetable, parse_timetable
from bot.schedule.times.quiet import describe_quiet, quiet_until
from bot.schedule.times.slots import next_slot
from bot.schedule.times.zones import suggest_zones
from bot.store import Schedules

_MAX_PHRASE = 100
_MAX_REASON = 300


async def complete_zone(interaction: Interaction, typed: str) -> Choices:
    """Suggest time zones by name, city and abbreviation."""
    # The first search builds the list of zones, which takes 0.1 s.
    zones = await suggest(interaction, partial(suggest_zones, typed, MAX_SUGGESTIONS))
    return suggestions(((zone.label, zone.value) for zone in zones), typed)


async def complete_schedule(interaction: Interaction, typed: str) -> Choices:
    """Suggest the server's schedules in words."""
    if not may_schedule(interaction):
        return []
    return await matching_suggestions(_schedule_choices(interaction), typed)


async def _schedule_choices(interaction: Interaction) -> Iterable[tuple[str, str]]:
    schedules = await _store(interaction).list(scheduling_guild(interaction))
    return ((_in_words(interaction, schedule), str(schedule.id)) for schedule in schedules)


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
        time: app_commands.Range[str, 1, _MAX_PHRASE],
        days: app_commands.Range[str, 1, _MAX_PHRASE] = "every day",
        zone: app_commands.Range[str, 1, _MAX_PHRASE] | None = None,
        when_empty: Literal["stay silent", "say so"] = "stay silent",
    ) -> None:
        """Add a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        refuse_silenced(interaction, channel)
        if error := posting_error(channel, preferences_of(interaction).form):
            raise error
        timetable = parse_timetable(time, days, zone or client.zone)
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
        schedules = await _store(interaction).list(scheduling_guild(interaction))
        await _show(interaction, say("Scheduled summaries"), *schedules)

    @app_commands.command(description="Remove a scheduled summary for good.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def remove(self, interaction: Interaction, schedule: str) -> None:
        """Remove a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await _store(interaction).remove(*_key(interaction, schedule))
        await _show(interaction, say("Removed"), removed, is_removed=True)

    @app_commands.command(description="Pause a scheduled summary until you resume it.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        """Pause a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        paused = await interaction.client.delivery.pause(*_key(interaction, schedule))
        await _show(interaction, say("Paused"), paused)

    @app_commands.command(description="Resume a paused summary.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        """Resume a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        key = _key(interaction, schedule)
        await _refuse_silenced(interaction, key)
        resumed = await interaction.client.delivery.resume(*key)
        await _show(interaction, say("Resumed"), resumed)

    @app_commands.command(description="Post what is new at once, without waiting for its time.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def now(self, interaction: Interaction, schedule: str) -> None:
        """Post what is new for a schedule at once."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        key = _key(interaction, schedule)
        await _refuse_silenced(interaction, key)
        outcome = await interaction.client.delivery.send_now(*key, interaction.user.id)
        match outcome:
            case "posted":
                heading = say("Posted")
            case "nothing new":
                heading = say("Nothing new, so nothing was posted")
            case "pending":
                heading = say("Not confirmed by Discord yet; I see to it that it comes once")
        await _show(interaction, heading, await _store(interaction).get(*key))


async def _refuse_silenced(interaction: Interaction, key: tuple[int, int]) -> None:
    """Raise ScheduleError where the person may not write in the channel of the schedule."""
    schedule = await _store(interaction).get(*key)
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    if isinstance(channel, discord.TextChannel | discord.ForumChannel):
        refuse_silenced(interaction, channel)


async def _show(
    interaction: Interaction, heading: str, *schedules: Schedule, is_removed: bool = False
) -> None:
    client, quiet_hours = interaction.client, preferences_of(interaction).quiet_hours
    entries = [
        ScheduleEntry(schedule, _title(interaction, schedule), quiet_hours, is_removed)
        for schedule in schedules
    ]
    await send_layout(interaction, schedules_page(heading, entries, client.now()))


def _title(interaction: Interaction, schedule: Schedule) -> str:
    return say(interaction.client.library.topics.resolve(schedule.topic).title)


def _in_words(interaction: Interaction, schedule: Schedule) -> str:
    """Return one line for a list to choose from."""
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    title, when = _title(interaction, schedule), describe_timetable(schedule.timetable)
    if channel:
        name = f"#{channel.name}"
        line = say("{title} in {channel}, {when}", title=title, channel=name, when=when)
    else:
        line = say("{title} in a channel that is gone, {when}", title=title, when=when)
    return say("{line} (paused)", line=line) if schedule.paused else line


def _store(interaction: Interaction) -> Schedules:
    return interaction.client.store.schedules


def _key(interaction: Interaction, chosen: str) -> tuple[int, int]:
    """Return the person's server and the id of the schedule chosen, by which the store knows it."""
    error = ScheduleError("That is no schedule of this server; choose one from the list.")
    return scheduling_guild(interaction), parse_id(chosen, error)


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """A schedule in a list, with its topic's title and the quiet hours that it keeps."""

    schedule: Schedule
    title: str
    quiet_hours: QuietHours | None = None
    is_removed: bool = False

    def next_post(self, now: datetime) -> datetime | None:
        """Return when it posts next; None while it is paused.

        Raises ScheduleError for a zone that this machine does not know.
        """
        if self.schedule.paused:
            return None
        slot = next_slot(self.schedule.timetable, now)
        return quiet_until(self.quiet_hours, slot) or slot

    def quiet_times(self, now: datetime) -> Sequence[time]:
        """Return its times that next fall in quiet hours. Raises as `next_post` does."""
        timetable = self.schedule.timetable
        return [
            at
            for at in timetable.times
            if quiet_until(
                self.quiet_hours, next_slot(Timetable((at,), timetable.days, timetable.zone), now)
            )
        ]


def schedules_page(heading: str, entries: Sequence[ScheduleEntry], now: datetime) -> ui.LayoutView:
    """List schedules, with the next time in the reader's own zone."""
    if not entries:
        none = say(
            "**No summaries are scheduled here.** Add one with /{command}.",
            command=command_name("schedule add"),
        )
        return framed(GREY, none)
    return listed(f"### {escape(heading)}", [_entry_line(entry, now) for entry in entries])


def _entry_line(entry: ScheduleEntry, now: datetime) -> str:
    schedule = entry.schedule
    topic = one_line(entry.title, MAX_TITLE)
    where = say("**{topic}** in {channel}", topic=topic, channel=f"<#{schedule.channel_id}>")
    line = f"{where} · {escape(describe_timetable(schedule.timetable))}"
    if entry.is_removed:
        return line
    try:
        return line + _state_lines(entry, now)
    except ScheduleError as error:  # a time zone that this machine does not know any more
        return f"{line}\n-# {one_line(error.sentence, _MAX_REASON)}"


def _state_lines(entry: ScheduleEntry, now: datetime) -> str:
    """Return when it posts next, or why not, and which of its times lie in quiet hours."""
    line = f"\n-# {_state_line(entry, now)}"
    if entry.quiet_hours and (times := entry.quiet_times(now)):
        waits = say_count(
            len(times),
            "{times} lies in the quiet hours, {hours}; what is due then waits until they end.",
            "{times} lie in the quiet hours, {hours}; what is due then waits until they end.",
            times=join_list([f"{at:%H:%M}" for at in times]),
            hours=describe_quiet(entry.quiet_hours),
        )
        line += f"\n-# {waits}"
    return line


def _state_line(entry: ScheduleEntry, now: datetime) -> str:
    if next_post := entry.next_post(now):
        return say("next {time}", time=discord.utils.format_dt(next_post, "f"))
    if reason := entry.schedule.pause_reason:
        return say("paused: {reason}", reason=one_line(unpack_message(reason), _MAX_REASON))
    return say("paused until /{command}", command=command_name("schedule resume"))


FEATURE = Feature(ScheduleCommands(), position=90, help_place=("post", 10))
