"""The panel on which one schedule is changed: menus, a form for its words, and buttons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import discord
from discord import ui

from bot.chat.components.layout import BLUE
from bot.chat.interaction.buttons import (
    PersistentButton,
    PersistentItem,
    action_row,
    selected_values,
)
from bot.chat.interaction.context import Interaction, preferences_of
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import (
    manages,
    posting_error,
    refuse_silenced,
    scheduling_guild,
)
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.chat.interaction.threads import giveable_tags
from bot.chat.posts.looks import check_role, describe_form
from bot.chat.posts.schedule_choices import find_writable_schedule, posting_channel, schedule_title
from bot.chat.posts.schedule_entries import entry_lines
from bot.chat.posts.schedule_form import ClockForm, ScheduleWordsForm, change_schedule
from bot.chat.posts.schedule_replies import make_entry, post_now, show_removed
from bot.errors import VerbatimError
from bot.language import say
from bot.model import Schedule

MAX_QUOTES = 6
_NONE = "none"

_Container: TypeAlias = ui.Container[ui.LayoutView]


class LookOption(NamedTuple):
    """An entry of a menu: its `value` in Discord, and what it changes a field of a schedule to."""

    value: str
    field: object
    label: str


class LookMenu(
    PersistentItem[ui.Select[Any]],
    kind="schedule-look",
    values=r"\d{1,18}:(?:max_quotes|titled|form|tag_id|announce_empty)",
):
    """A menu for one field of a schedule; its value is the schedule's id and the field's name."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        chosen_id, _, name = self.value.partition(":")
        await interaction.response.defer()
        schedule = await find_writable_schedule(interaction, chosen_id)
        options = {option.value: option.field for option in _options(interaction, schedule, name)}
        [value] = selected_values(interaction)
        if value not in options:
            raise VerbatimError("This menu is out of date; use /schedule edit for a new one.")
        await _change(interaction, schedule, **{name: options[value]})


class MentionMenu(PersistentItem[ui.RoleSelect[Any]], kind="schedule-role", values=r"\d{1,18}"):
    """A menu for the role that a schedule mentions; its value is the schedule's id."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        await interaction.response.defer()
        schedule = await find_writable_schedule(interaction, self.value)
        values = selected_values(interaction)
        role_id = int(values[0]) if values else None
        if role_id is not None:
            check_role(interaction, role_id, posting_channel(interaction, schedule))
        await _change(interaction, schedule, role_id=role_id)


class PlaceMenu(PersistentItem[ui.ChannelSelect[Any]], kind="schedule-place", values=r"\d{1,18}"):
    """A menu for the channel that a schedule posts to; its value is the schedule's id."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        await interaction.response.defer()
        schedule = await find_writable_schedule(interaction, self.value)
        [value] = selected_values(interaction)
        elsewhere = replace(schedule, channel_id=int(value), tag_id=None)
        channel = posting_channel(interaction, elsewhere)
        if channel is None:
            raise VerbatimError(
                "That channel cannot be used; choose a text channel that I can see."
            )
        refuse_silenced(interaction, channel)
        if error := posting_error(channel, schedule.form or preferences_of(interaction).form):
            raise error
        if schedule.channel_id != channel.id:
            await _change(interaction, schedule, channel_id=channel.id, tag_id=None)


class ScheduleButton(
    PersistentButton, kind="schedule", values=r"(?:now|edit|words|clock|undo):\d{1,18}"
):
    """A button for one schedule; its value is what it does and the schedule's id."""

    async def press(self, interaction: Interaction) -> None:
        """Post now, show the panel or the form, or take back that the schedule was added."""
        action, _, chosen_id = self.value.partition(":")
        match action:
            case "now":
                await interaction.response.defer(ephemeral=True, thinking=True)
                await post_now(interaction, await find_writable_schedule(interaction, chosen_id))
            case "words":
                schedule = await find_writable_schedule(interaction, chosen_id)
                title = schedule_title(interaction, schedule)
                await interaction.response.send_modal(
                    ScheduleWordsForm(schedule, title, show_panel)
                )
            case "clock":
                schedule = await find_writable_schedule(interaction, chosen_id)
                await interaction.response.send_modal(ClockForm(schedule, show_panel))
            case "edit":
                await interaction.response.defer()
                await show_panel(interaction, await find_writable_schedule(interaction, chosen_id))
            case _:
                await interaction.response.defer()
                schedules = interaction.client.store.schedules
                removed = await schedules.remove(scheduling_guild(interaction), int(chosen_id))
                await show_removed(interaction, removed)


FEATURE = Feature(buttons=(LookMenu, MentionMenu, PlaceMenu, ScheduleButton))


def schedule_buttons(
    interaction: Interaction, schedule: Schedule, *, is_new: bool
) -> list[PersistentButton]:
    """Return the buttons below a schedule: to post now, to change it and, if it `is_new`, to take
    it back; and to name the server's city where it keeps our clock, as the server has chosen none.
    """
    buttons: list[PersistentButton] = [
        ScheduleButton(f"now:{schedule.id}", say("Post now"), discord.ButtonStyle.primary),
        ScheduleButton(f"edit:{schedule.id}", say("Edit")),
    ]
    if is_new:
        buttons.append(ScheduleButton(f"undo:{schedule.id}", say("Undo")))
    is_our_clock = schedule.timetable.zone == interaction.client.zone
    if is_our_clock and preferences_of(interaction).zone is None:
        buttons.append(ScheduleButton(f"clock:{schedule.id}", say("Time zone")))
    return buttons


async def show_panel(
    interaction: Interaction, schedule: Schedule, notes: Sequence[str] = (), *, edit: bool = True
) -> None:
    """Put the panel of a schedule in place of the message, or reply with it privately; the `notes`
    stand below what the schedule is."""
    layout = panel(interaction, schedule, notes)
    await (edit_layout if edit else send_layout)(interaction, layout)


def panel(interaction: Interaction, schedule: Schedule, notes: Sequence[str] = ()) -> ui.LayoutView:
    """Return the panel of a schedule; for the role it has a menu if the person may choose one."""
    frame: _Container = ui.Container(accent_colour=BLUE)
    entry = entry_lines(make_entry(interaction, schedule), interaction.client.now())
    saved = say("Choices are saved immediately.")
    text = "\n".join((f"### {say('Change a summary')}\n-# {saved}\n{entry}", *notes))
    frame.add_item(ui.TextDisplay(text)).add_item(ui.Separator())
    for name, heading in _menus():
        options = _options(interaction, schedule, name)
        if options:
            frame.add_item(ui.TextDisplay(heading))
            frame.add_item(action_row(_look_menu(schedule, name, options)))
    if manages(interaction):
        frame.add_item(ui.TextDisplay(say("**Role** that each post mentions, usually none")))
        frame.add_item(action_row(_mention_menu(interaction, schedule)))
    frame.add_item(ui.TextDisplay(say("**Channel**")))
    frame.add_item(action_row(_place_menu(interaction, schedule)))
    frame.add_item(ui.Separator())
    words = ScheduleButton(f"words:{schedule.id}", say("Topic, times and title"))
    now = ScheduleButton(f"now:{schedule.id}", say("Post now"), discord.ButtonStyle.primary)
    frame.add_item(action_row(words, now))
    return ui.LayoutView(timeout=None).add_item(frame)


def _menus() -> Iterator[tuple[str, str]]:
    yield "max_quotes", say("**Quotes** per post")
    yield "titled", say("**Title line** above the topic")
    yield "form", say("**Posted as**")
    yield "tag_id", say("**Tag** of posts in the forum")
    yield "announce_empty", say("**When there is nothing new**")


def _options(interaction: Interaction, schedule: Schedule, name: str) -> Sequence[LookOption]:
    """Return the entries of the menu for the field of that name; none where it has no meaning."""
    match name:
        case "max_quotes":
            usual = LookOption(_NONE, None, say("As many as fit, {most} at most", most=MAX_QUOTES))
            numbers = range(1, MAX_QUOTES + 1)
            return (usual, *(LookOption(str(number), number, str(number)) for number in numbers))
        case "titled":
            return (
                LookOption(_NONE, False, say("None")),
                LookOption("date", True, say("With the date")),
            )
        case "form":
            forms = (
                LookOption("channel", "channel", describe_form("channel")),
                LookOption("thread", "thread", describe_form("thread")),
                LookOption("post", "post", describe_form("post")),
            )
            return (LookOption(_NONE, None, say("As in /settings")), *forms)
        case "tag_id":
            forum = posting_channel(interaction, schedule)
            if not isinstance(forum, discord.ForumChannel):
                return ()
            tags = (LookOption(str(tag.id), tag.id, tag.name) for tag in giveable_tags(forum))
            is_required = forum.flags.require_tag
            label = say("The first one (each post needs a tag)") if is_required else say("None")
            return (LookOption(_NONE, None, label), *tags)
        case _:
            return (
                LookOption("silent", False, say("Stay silent")),
                LookOption("told", True, say("Say so")),
            )


def _look_menu(schedule: Schedule, name: str, options: Sequence[LookOption]) -> LookMenu:
    current = getattr(schedule, name)
    value = f"{schedule.id}:{name}"
    choices = [
        discord.SelectOption(
            label=option.label, value=option.value, default=option.field == current
        )
        for option in options
    ]
    return LookMenu(value, ui.Select[Any](custom_id=LookMenu.id_for(value), options=choices))


def _mention_menu(interaction: Interaction, schedule: Schedule) -> MentionMenu:
    value, guild = str(schedule.id), interaction.guild
    role = guild and schedule.role_id and guild.get_role(schedule.role_id)
    menu = ui.RoleSelect[Any](
        custom_id=MentionMenu.id_for(value),
        placeholder=say("Choose a role, or none"),
        min_values=0,
        default_values=[role] if role else [],
    )
    return MentionMenu(value, menu)


def _place_menu(interaction: Interaction, schedule: Schedule) -> PlaceMenu:
    value, channel = str(schedule.id), posting_channel(interaction, schedule)
    menu = ui.ChannelSelect[Any](
        custom_id=PlaceMenu.id_for(value),
        channel_types=[
            discord.ChannelType.text,
            discord.ChannelType.news,
            discord.ChannelType.forum,
        ],
        placeholder=say("Choose a channel"),
        default_values=[channel] if channel else [],
    )
    return PlaceMenu(value, menu)


async def _change(interaction: Interaction, schedule: Schedule, **fields: Any) -> None:
    """Change fields of a schedule and show its panel again."""
    changed = await change_schedule(interaction, schedule, replace(schedule, **fields))
    await show_panel(interaction, changed)
