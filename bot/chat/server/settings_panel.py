"""The panel on which those who manage a server choose how Verbatim replies and posts there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple, Self, TypeAlias

import discord
from discord import ui

from bot.chat.components.layout import BLUE
from bot.chat.interaction.buttons import PersistentButton, PersistentItem, handle
from bot.chat.interaction.context import Interaction, apply_preferences
from bot.chat.interaction.permissions import managed_guild, posting_error
from bot.chat.interaction.replies import edit_layout
from bot.chat.interaction.threads import Parent
from bot.errors import VerbatimError
from bot.language import LANGUAGES, language_name, say
from bot.model import Preferences, QuietHours, Schedule
from bot.schedule.times.quiet import describe_quiet, parse_quiet
from bot.schedule.times.zones import zone_name

_MOST_CLOSED = 3
_LONGEST_PHRASE = 100
_FORM_SECONDS = 15 * 60

_Container: TypeAlias = ui.Container[ui.LayoutView]


class _Option(NamedTuple):
    """An entry of a menu: its `value` there, and what is preferred by who chooses it."""

    value: str
    preferred: object
    label: str
    description: str | None = None


class SettingMenu(
    PersistentItem[ui.Select[Any]],
    kind="setting",
    values="(?:private|language|colours|form|keeps_gaps)",
):
    """Chooses the preference that is called like the menu's value."""

    def __init__(self, value: str, options: Sequence[discord.SelectOption]) -> None:
        super().__init__(value, ui.Select(custom_id=self.id_for(value), options=[*options]))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, ui.Select)
        return cls(match["value"], item.options)

    async def press(self, interaction: Interaction) -> None:
        meant = {option.value: option.preferred for option in _options(self.value)}
        [chosen] = _chosen(interaction)
        if chosen not in meant:
            raise VerbatimError("This menu is out of date; give /settings again for a new one.")
        await _choose(interaction, **{self.value: meant[chosen]})


class SchedulersMenu(PersistentItem[ui.RoleSelect[Any]], kind="schedulers", values="role"):
    """Chooses the role whose members may schedule."""

    def __init__(self, value: str = "role") -> None:
        menu = ui.RoleSelect[Any](custom_id=self.id_for(value), placeholder=say("Choose a role"))
        super().__init__(value, menu)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["value"])

    async def press(self, interaction: Interaction) -> None:
        [chosen] = _chosen(interaction)
        await _choose(interaction, scheduler_role=int(chosen))


class SettingsButton(PersistentButton, kind="settings", values="(?:managers|quiet|loud|usual)"):
    """What of the panel no menu can choose."""

    async def press(self, interaction: Interaction) -> None:
        guild_id, client = managed_guild(interaction), interaction.client
        match self.value:
            case "quiet":
                preferences = await client.store.preferences.get(guild_id)
                await interaction.response.send_modal(
                    QuietForm(preferences.quiet_hours, client.zone)
                )
            case "loud":
                await _choose(interaction, quiet_hours=None)
            case "managers":
                await _choose(interaction, scheduler_role=None)
            case "usual":
                await interaction.response.defer()
                await _keep(interaction, Preferences())


class QuietForm(ui.Modal):
    """Asks from when until when a server is to be quiet, and by whose clock."""

    def __init__(self, quiet: QuietHours | None, zone: str) -> None:
        super().__init__(title=say("Quiet hours"), timeout=_FORM_SECONDS)
        self._start, self._until, self._zone = (
            ui.TextInput[Self](default=default, max_length=_LONGEST_PHRASE)
            for default in (
                f"{quiet.start:%H:%M}" if quiet else "22:00",
                f"{quiet.end:%H:%M}" if quiet else "07:00",
                zone_name(quiet.zone if quiet else zone),
            )
        )
        for text, description, component in (
            (say("From"), say("Such as 22:00 or 10pm"), self._start),
            (say("Until"), say("Such as 07:00 or 7am"), self._until),
            (say("Whose clock"), say("A city or time zone, such as Seoul"), self._zone),
        ):
            self.add_item(ui.Label(text=text, description=description, component=component))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await handle(interaction, "form quiet hours", self._submit)

    async def _submit(self, interaction: Interaction) -> None:
        given = (self._start.value, self._until.value, self._zone.value)
        managed_guild(interaction)
        await _choose(interaction, quiet_hours=parse_quiet(*given))


async def settings_page(interaction: Interaction) -> ui.LayoutView:
    """What the server of the person has chosen, and everything to choose it by. Raises what
    `managed_guild` raises, and StoreError."""
    guild_id, store = managed_guild(interaction), interaction.client.store
    preferences = await store.preferences.get(guild_id)
    closed = _closed(interaction, await store.schedules.list(guild_id), preferences)
    return panel(preferences, list(islice(closed, _MOST_CLOSED)))


def panel(preferences: Preferences, closed: Sequence[str] = ()) -> ui.LayoutView:
    """`closed` says which channels of schedules are closed to summaries of the form chosen."""
    frame: _Container = ui.Container(accent_colour=BLUE)
    told = say("For this server. What you choose is kept at once.")
    frame.add_item(ui.TextDisplay(f"### {say('Settings')}\n-# {told}")).add_item(ui.Separator())
    for setting, heading in (
        ("private", say("**Replies** to commands that do not say whether they are private")),
        ("language", say("**Language** of everything but quotes")),
        ("colours", say("**Colours** at the side of replies")),
        ("form", say("**Scheduled summaries** are posted as")),
    ):
        frame.add_item(ui.TextDisplay(heading)).add_item(_menu(setting, preferences))
    if closed:
        frame.add_item(ui.TextDisplay("\n".join(f"-# {sentence}" for sentence in closed)))
    _add_schedulers(frame, preferences.scheduler_role)
    _add_quiet_hours(frame, preferences.quiet_hours)
    heading = say("**Questions without an answer**, for /library gaps")
    frame.add_item(ui.TextDisplay(heading)).add_item(_menu("keeps_gaps", preferences))
    frame.add_item(ui.Separator())
    frame.add_item(_row(SettingsButton("usual", say("Everything back to the usual"))))
    return ui.LayoutView(timeout=None).add_item(frame)


def _add_schedulers(frame: _Container, role_id: int | None) -> None:
    if role_id is None:
        heading = say("**Who may schedule**: those with Manage Server, and nobody else.")
    else:
        heading = say(
            "**Who may schedule**: those with Manage Server, and the members of {role}.",
            role=f"<@&{role_id}>",
        )
    frame.add_item(ui.TextDisplay(heading)).add_item(_row(SchedulersMenu()))
    if role_id is not None:
        frame.add_item(_row(SettingsButton("managers", say("Nobody else may schedule"))))


def _add_quiet_hours(frame: _Container, quiet: QuietHours | None) -> None:
    if quiet:
        heading = say(
            "**Quiet hours**: {hours}. What would be posted then waits until they end.",
            hours=describe_quiet(quiet),
        )
        buttons = [
            SettingsButton("quiet", say("Change quiet hours")),
            SettingsButton("loud", say("No quiet hours")),
        ]
    else:
        heading = say("**Quiet hours**: none. Summaries are posted at any hour.")
        buttons = [SettingsButton("quiet", say("Set quiet hours"))]
    frame.add_item(ui.TextDisplay(heading)).add_item(_row(*buttons))


def _row(*items: PersistentItem[Any]) -> ui.ActionRow[ui.LayoutView]:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for item in items:
        row.add_item(item)
    return row


def _menu(setting: str, preferences: Preferences) -> ui.ActionRow[ui.LayoutView]:
    """A menu that shows what is preferred now."""
    now = getattr(preferences, setting)
    options = [
        discord.SelectOption(
            label=option.label,
            value=option.value,
            description=option.description,
            default=option.preferred == now,
        )
        for option in _options(setting)
    ]
    return _row(SettingMenu(setting, options))


def _options(setting: str) -> Sequence[_Option]:
    match setting:
        case "private":
            return (
                _Option("everyone", False, say("Public"), say("The whole channel sees them")),
                _Option("asker", True, say("Private"), say("Only whoever asks sees them")),
            )
        case "language":
            languages = [_Option(each, each, language_name(each)) for each in LANGUAGES]
            return (_Option("own", None, say("Each person's own")), *languages)
        case "colours":
            return (
                _Option("kinds", "kinds", say("By kind of reply")),
                _Option("blue", "blue", say("Blue")),
                _Option("teal", "teal", say("Teal")),
                _Option("purple", "purple", say("Purple")),
                _Option("none", "none", say("None")),
            )
        case "form":
            return (
                _Option(
                    "channel",
                    "channel",
                    say("Messages"),
                    say("In a forum: a post for each summary"),
                ),
                _Option(
                    "thread",
                    "thread",
                    say("One thread a day"),
                    say("In a forum: one post a day, with the further summaries in it"),
                ),
                _Option("post", "post", say("A thread each")),
            )
        case _:
            return (
                _Option(
                    "kept", True, say("Kept for 90 days"), say("The words, never who asked them")
                ),
                _Option("dropped", False, say("Not kept")),
            )


def _closed(
    interaction: Interaction, schedules: Sequence[Schedule], preferences: Preferences
) -> Iterator[str]:
    """Why summaries of the form chosen cannot be posted to some channel, a sentence each."""
    assert interaction.guild is not None
    for channel_id in sorted({schedule.channel_id for schedule in schedules}):
        channel = interaction.guild.get_channel(channel_id)
        if isinstance(channel, Parent) and (fault := posting_error(channel, preferences.form)):
            yield fault.sentence


def _chosen(interaction: Interaction) -> Sequence[str]:
    """The values chosen in a menu, as Discord sends them."""
    data: Any = interaction.data
    values: list[str] = data["values"]
    return values


async def _choose(interaction: Interaction, **chosen: Any) -> None:
    """Prefer what was chosen, and for the rest what is preferred now."""
    guild_id = managed_guild(interaction)
    await interaction.response.defer()
    preferences = await interaction.client.store.preferences.get(guild_id)
    await _keep(interaction, replace(preferences, **chosen))


async def _keep(interaction: Interaction, preferences: Preferences) -> None:
    """Keep what is preferred, and show the panel as it then is."""
    await interaction.client.store.preferences.put(managed_guild(interaction), preferences)
    await apply_preferences(interaction)
    await edit_layout(interaction, await settings_page(interaction))
