"""The schedules of a server to choose from, and the one that a person chose."""

from collections.abc import Sequence

import discord

from bot.chat.components.titles import all_titles, topic_title
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.permissions import may_schedule, refuse_silenced, scheduling_guild
from bot.chat.interaction.suggestions import Choices, is_id, matching_suggestions
from bot.errors import ScheduleError
from bot.language import join_list, say
from bot.model import Schedule
from bot.schedule.times.phrases import describe_timetable

_MAX_NAMED = 3


async def complete_schedule(interaction: Interaction, typed: str) -> Choices:
    """Suggest the server's schedules in words."""
    if not may_schedule(interaction):
        return []
    return await matching_suggestions(_schedule_choices(interaction), typed)


async def find_schedule(interaction: Interaction, chosen: str) -> Schedule:
    """Return the schedule that was chosen from the list, or named by words of its line there.

    Raises what `scheduling_guild` raises, and ScheduleError where none or several are meant.
    """
    guild_id = scheduling_guild(interaction)
    schedules = interaction.client.store.schedules
    if is_id(chosen):
        return await schedules.get(guild_id, int(chosen))
    lines = {
        schedule_line(interaction, schedule): schedule
        for schedule in await schedules.list(guild_id)
    }
    words = chosen.casefold().replace(",", " ").split()

    def has_words(line: str) -> bool:
        searched = " ".join((line, *_titles(interaction, lines[line]))).casefold()
        return bool(words) and all(word in searched for word in words)

    matches = list(filter(has_words, lines))
    if len(matches) > 1:  # "kites" is not "kites but not drones"
        titled = [line for line in matches if _is_called(interaction, lines[line], chosen)]
        matches = titled if len(titled) == 1 else matches
    if len(matches) > 1:
        raise ScheduleError(
            "Several summaries match: {summaries}. Choose one from the list.",
            summaries=join_list(matches[:_MAX_NAMED]),
        )
    if not matches:
        raise ScheduleError("This server has no such schedule; choose one from the list.")
    return lines[matches[0]]


def _is_called(interaction: Interaction, schedule: Schedule, typed: str) -> bool:
    titles = _titles(interaction, schedule)
    return typed.strip().casefold() in {title.casefold() for title in titles}


def _titles(interaction: Interaction, schedule: Schedule) -> Sequence[str]:
    """Return the titles of a schedule's topic in all languages, by each of which it is found."""
    return all_titles(view_for(interaction).topics.resolve(schedule.query))


async def find_writable_schedule(interaction: Interaction, chosen: str) -> Schedule:
    """Do as `find_schedule` does, and raise ScheduleError also where the person may not write in
    the channel of the schedule."""
    schedule = await find_schedule(interaction, chosen)
    if channel := posting_channel(interaction, schedule):
        refuse_silenced(interaction, channel)
    return schedule


def posting_channel(
    interaction: Interaction, schedule: Schedule
) -> discord.TextChannel | discord.ForumChannel | None:
    """Return the channel that a schedule posts to; None where it is gone or was never of a kind
    that can be posted to."""
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    return channel if isinstance(channel, discord.TextChannel | discord.ForumChannel) else None


def schedule_title(interaction: Interaction, schedule: Schedule) -> str:
    """Return the title of a schedule's topic."""
    return topic_title(view_for(interaction).topics.resolve(schedule.query))


def schedule_line(interaction: Interaction, schedule: Schedule) -> str:
    """Return one line for a list to choose from."""
    channel = interaction.guild and interaction.guild.get_channel(schedule.channel_id)
    title = schedule_title(interaction, schedule)
    when = describe_timetable(schedule.timetable)
    if channel:
        name = f"#{channel.name}"
        line = say("{title} in {channel}, {when}", title=title, channel=name, when=when)
    else:
        line = say("{title} in a deleted channel, {when}", title=title, when=when)
    return say("{line} (paused)", line=line) if schedule.paused else line


async def _schedule_choices(interaction: Interaction) -> Sequence[tuple[str, ...]]:
    schedules = await interaction.client.store.schedules.list(scheduling_guild(interaction))
    return [
        (
            schedule_line(interaction, schedule),
            str(schedule.id),
            *_titles(interaction, schedule),
        )
        for schedule in schedules
    ]
