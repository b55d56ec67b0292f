"""The form for the words of a schedule: its topic, its times and its title."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Protocol, Self

from discord import ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.topics import EVERYTHING
from bot.chat.interaction.context import Interaction, apply_preferences, view_for
from bot.chat.interaction.forms import Form
from bot.chat.interaction.permissions import manages, scheduling_guild
from bot.chat.interaction.selections import zone_of
from bot.chat.posts.schedule_forecast import forecast_lines, make_forecast
from bot.errors import ScheduleError
from bot.language import say
from bot.model import Schedule, Timetable
from bot.schedule.times.phrases import describe_timetable, parse_timetable
from bot.schedule.times.zones import parse_zone
from bot.text.exclusions import split_exclusions

MAX_PHRASE = 100
MAX_TITLE_LINE = 80


class ShowChanged(Protocol):
    """Shows a schedule after it was changed, with notes on it."""

    def __call__(
        self, interaction: Interaction, schedule: Schedule, notes: Sequence[str], /
    ) -> Awaitable[None]:
        """Show it in place of the message."""


class ClockForm(Form):
    """A form that asks at a server's first schedule whose clock counts there, by city."""

    kind = "clock"

    def __init__(self, schedule: Schedule, show: ShowChanged) -> None:
        super().__init__(say("Time zone"))
        self._schedule, self._show = schedule, show
        self._zone = ui.TextInput[Self](max_length=MAX_PHRASE)
        self.add_fields((say("Time zone"), say("A city or time zone, such as London"), self._zone))

    async def submit(self, interaction: Interaction) -> None:
        """Let the schedule keep the clock, and from now on the server, if the person manages it."""
        guild_id, client = scheduling_guild(interaction), interaction.client
        await interaction.response.defer()
        zone = parse_zone(self._zone.value)
        timetable = replace(self._schedule.timetable, zone=zone)
        wanted = replace(self._schedule, timetable=timetable)
        changed = await change_schedule(interaction, self._schedule, wanted)
        if manages(interaction):
            preferences = await client.store.preferences.get(guild_id)
            await client.store.preferences.put(guild_id, replace(preferences, zone=zone))
            await apply_preferences(interaction)
        await self._show(interaction, changed, ())


class ScheduleWordsForm(Form):
    """A form that shows the words of a schedule as they are, and stores those that were changed."""

    kind = "schedule"

    def __init__(self, schedule: Schedule, topic_title: str, show: ShowChanged) -> None:
        super().__init__(say("Change a summary"))
        self._schedule, self._show = schedule, show
        self._shown = (
            topic_title,
            describe_timetable(schedule.timetable),
            schedule.title or "",
        )
        self._topic, self._times, self._title = (
            ui.TextInput[Self](default=default, max_length=length, required=is_required)
            for default, length, is_required in zip(
                self._shown,
                (3 * MAX_TOPIC_LENGTH, 2 * MAX_PHRASE, MAX_TITLE_LINE),
                (True, True, False),
                strict=True,
            )
        )
        self.add_fields(
            (say("Topic"), say("Any words, such as: samsung but not galaxy"), self._topic),
            (say("When"), say("Such as: weekdays at 9am London"), self._times),
            (say("Title line"), say("Shown before the date; leave empty for none"), self._title),
        )

    async def submit(self, interaction: Interaction) -> None:
        """Store what was changed, or report what is wrong with it."""
        scheduling_guild(interaction)
        await interaction.response.defer()
        seen, wanted = self._schedule, self._schedule
        topic, times, title = (
            " ".join(field.value.split()) for field in (self._topic, self._times, self._title)
        )
        if topic != self._shown[0]:
            slug, exclude = split_topic(interaction, topic)
            wanted = replace(wanted, topic=slug, exclude=exclude)
        if times != self._shown[1]:
            timetable = read_timetable(interaction, times, default_zone=seen.timetable.zone)
            wanted = replace(wanted, timetable=timetable)
        if title != self._shown[2]:
            wanted = replace(wanted, title=title or None, titled=bool(title))
        forecast = await make_forecast(
            interaction, wanted.channel_id, wanted.query, wanted.max_quotes
        )
        changed = await change_schedule(interaction, seen, wanted)
        await self._show(interaction, changed, list(forecast_lines(forecast)))


async def change_schedule(
    interaction: Interaction, seen: Schedule, wanted: Schedule, /
) -> Schedule:
    """Change a schedule as `Schedules.change` does, and return it.

    Raises ScheduleError also where the server has another for the same summary at the same times.
    """
    client = interaction.client
    identical = await client.store.schedules.find_identical(
        wanted.guild_id, wanted.channel_id, wanted.topic, wanted.exclude, wanted.timetable
    )
    if identical and identical.id != wanted.id:
        raise ScheduleError("This summary is already scheduled; /schedule list shows it.")
    return await client.store.schedules.change(seen, wanted, client.now())


def split_topic(interaction: Interaction, typed: str) -> tuple[str, str | None]:
    """Return the `topic` and `exclude` of a schedule for what was typed: "samsung but not galaxy".

    Raises ScheduleError where that is too long.
    """
    words, excluded = split_exclusions(typed)
    exclude = ", ".join(excluded)
    if max(len(words), len(exclude)) > MAX_TOPIC_LENGTH:
        raise ScheduleError(
            "Use up to {most} characters each for the topic and the words to exclude.",
            most=MAX_TOPIC_LENGTH,
        )
    return view_for(interaction).topics.resolve(words or EVERYTHING.slug).slug, exclude or None


def read_timetable(
    interaction: Interaction,
    times: str,
    days: str = "",
    zone: str = "",
    *,
    default_zone: str | None = None,
) -> Timetable:
    """Return the timetable that these words mean, by the clock of the server where they name none.

    Raises ScheduleError.
    """
    default_zone, now = default_zone or zone_of(interaction), interaction.client.now()
    return parse_timetable(times, days, zone, default_zone=default_zone, now=now)
