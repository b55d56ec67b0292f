"""The replies of /schedule: schedules in words, what each would do, and buttons to change it."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, preferences_of
from bot.chat.interaction.replies import edit_layout, note_nothing_held, send_layout
from bot.chat.posts.looks import describe_look
from bot.chat.posts.schedule_choices import schedule_title
from bot.chat.posts.schedule_entries import ScheduleEntry, schedules_page
from bot.chat.posts.schedule_forecast import Forecast, forecast_lines
from bot.language import say
from bot.model import Schedule


async def show_schedules(
    interaction: Interaction, heading: str, *schedules: Schedule, is_removed: bool = False
) -> None:
    """Reply privately with schedules in words."""
    entries = [make_entry(interaction, schedule, is_removed=is_removed) for schedule in schedules]
    await send_layout(interaction, schedules_page(heading, entries, interaction.client.now()))
    await note_nothing_held(interaction)


async def show_forecast(
    interaction: Interaction,
    heading: str,
    schedule: Schedule,
    forecast: Forecast,
    buttons: Sequence[PersistentButton],
) -> None:
    """Reply privately with a schedule, what it would post now, and buttons."""
    page = forecast_page(interaction, heading, schedule, forecast)
    await send_layout(interaction, with_buttons(page, buttons))
    await note_nothing_held(interaction)


def forecast_page(
    interaction: Interaction, heading: str, schedule: Schedule, forecast: Forecast
) -> ui.LayoutView:
    """Return a page on a schedule and what it would post now."""
    entry, now = make_entry(interaction, schedule), interaction.client.now()
    return schedules_page(heading, [entry], now, list(forecast_lines(forecast)))


async def post_now(interaction: Interaction, schedule: Schedule) -> None:
    """Post what is new for a schedule at once, and reply privately with what became of it.

    Raises as `Delivery.send_now` does.
    """
    client = interaction.client
    outcome = await client.delivery.send_now(schedule.guild_id, schedule.id, interaction.user.id)
    match outcome:
        case "posted":
            heading = say("Posted")
        case "nothing new":
            heading = say("Nothing new, so nothing was posted")
        case "pending":
            heading = say("Not confirmed by Discord yet. I will make sure it is posted just once")
    sent = await client.store.schedules.get(schedule.guild_id, schedule.id)
    await show_schedules(interaction, heading, sent)


async def show_removed(interaction: Interaction, schedule: Schedule) -> None:
    """Put in place of the message of a button that the schedule is removed."""
    entry = make_entry(interaction, schedule, is_removed=True)
    page = schedules_page(say("Removed"), [entry], interaction.client.now())
    await edit_layout(interaction, page)


def make_entry(
    interaction: Interaction, schedule: Schedule, *, is_removed: bool = False
) -> ScheduleEntry:
    """Return a schedule as it stands in a list."""
    preferences, guild = preferences_of(interaction), interaction.guild
    return ScheduleEntry(
        schedule,
        schedule_title(interaction, schedule),
        preferences.quiet_hours,
        is_removed,
        tuple(describe_look(schedule, guild if isinstance(guild, discord.Guild) else None)),
        preferences.zone,
    )
