"""/settings: the panel on which managers of a server choose how Verbatim replies and posts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeAlias

import discord
from discord import app_commands, ui

from bot.chat.components.layout import BLUE
from bot.chat.interaction.buttons import (
    PersistentButton,
    PersistentItem,
    action_row,
    selected_values,
)
from bot.chat.interaction.context import Interaction, apply_preferences
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import for_managers
from bot.chat.interaction.permissions import managed_guild, posting_error
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.chat.interaction.threads import Parent
from bot.chat.server.setting_options import setting_options
from bot.chat.server.settings_forms import QuietForm, ZoneForm
from bot.errors import VerbatimError
from bot.language import say
from bot.model import Preferences, QuietHours, Schedule
from bot.schedule.times.quiet import describe_quiet
from bot.schedule.times.zones import zone_name

_MAX_WARNINGS = 3
_MAX_TALK_CHANNELS = 25  # Discord's limit of a menu
_TALK_CHANNELS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
]

_Container: TypeAlias = ui.Container[ui.LayoutView]


class SettingMenu(
    PersistentItem[ui.Select[Any]],
    kind="setting",
    values="(?:private|public_failures|language|colours|form|keeps_gaps|shared|talks)",
):
    """A menu for the preference whose name is the menu's value."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        preferences = {option.value: option.preference for option in setting_options(self.value)}
        [value] = selected_values(interaction)
        if value not in preferences:
            raise VerbatimError("This menu is out of date; use /settings for a new one.")
        await _change_preferences(interaction, **{self.value: preferences[value]})


class SchedulersMenu(PersistentItem[ui.RoleSelect[Any]], kind="schedulers", values="role"):
    """A menu for the role whose members may schedule."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        [role_id] = selected_values(interaction)
        await _change_preferences(interaction, scheduler_role=int(role_id))


class TalkChannelsMenu(PersistentItem[ui.ChannelSelect[Any]], kind="talk-channels", values="all"):
    """A menu for the channels in which messages that mention the bot are answered; none for all."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        channels = tuple(map(int, selected_values(interaction)))
        await _change_preferences(interaction, talk_channels=channels or None)


class SettingsButton(
    PersistentButton, kind="settings", values="(?:managers|quiet|loud|zone|usual)"
):
    """A button for what no menu can choose."""

    async def press(self, interaction: Interaction) -> None:
        """Store the choice and show the panel again."""
        guild_id, client = managed_guild(interaction), interaction.client
        match self.value:
            case "quiet":
                preferences = await client.store.preferences.get(guild_id)
                zone = preferences.zone or client.zone
                await interaction.response.send_modal(
                    QuietForm(preferences.quiet_hours, zone, _change_preferences)
                )
            case "zone":
                preferences = await client.store.preferences.get(guild_id)
                zone = preferences.zone or client.zone
                await interaction.response.send_modal(ZoneForm(zone, _change_preferences))
            case "loud":
                await _change_preferences(interaction, quiet_hours=None)
            case "managers":
                await _change_preferences(interaction, scheduler_role=None)
            case "usual":
                await interaction.response.defer()
                await _store_preferences(interaction, Preferences())


async def settings_page(interaction: Interaction) -> ui.LayoutView:
    """Return the panel for the person's server.

    Raises what `managed_guild` raises, and StoreError.
    """
    guild_id, store = managed_guild(interaction), interaction.client.store
    preferences = await store.preferences.get(guild_id)
    warnings = _posting_warnings(interaction, await store.schedules.list(guild_id), preferences)
    return panel(preferences, list(islice(warnings, _MAX_WARNINGS)))


def panel(preferences: Preferences, warnings: Sequence[str] = ()) -> ui.LayoutView:
    """Return the panel; `warnings` say which channels are closed to the form of posts chosen."""
    frame: _Container = ui.Container(accent_colour=BLUE)
    note = say("For this server. Choices are saved immediately.")
    frame.add_item(ui.TextDisplay(f"### {say('Settings')}\n-# {note}"))
    for setting, heading in (
        ("private", say("**Replies** to commands used without the option private")),
        ("public_failures", say("**Replies without an answer**")),
        ("language", say("**Language** of everything but quotes")),
        ("colours", say("**Colours** at the side of replies")),
        ("shared", say("**Shared articles**, which all servers can see")),
        ("form", say("**Scheduled summaries** are posted as")),
    ):
        frame.add_item(ui.TextDisplay(heading)).add_item(_menu(setting, preferences))
    if warnings:
        frame.add_item(ui.TextDisplay("\n".join(f"-# {sentence}" for sentence in warnings)))
    _add_talk(frame, preferences)
    _add_schedulers(frame, preferences.scheduler_role)
    _add_clock(frame, preferences)
    heading = say("**Unanswered questions**, for /library gaps")
    frame.add_item(ui.TextDisplay(heading)).add_item(_menu("keeps_gaps", preferences))
    buttons = [SettingsButton("usual", say("Restore the defaults"))]
    if preferences.scheduler_role is not None:
        buttons.insert(0, SettingsButton("managers", say("Nobody else can schedule")))
    frame.add_item(action_row(*buttons))
    return ui.LayoutView(timeout=None).add_item(frame)


def _add_talk(frame: _Container, preferences: Preferences) -> None:
    heading = say("**Messages that mention me**, and in which channels I answer them")
    frame.add_item(ui.TextDisplay(heading)).add_item(_menu("talks", preferences))
    if preferences.talks:
        menu = ui.ChannelSelect[Any](
            custom_id=TalkChannelsMenu.id_for("all"),
            placeholder=say("In all channels"),
            channel_types=_TALK_CHANNELS,
            min_values=0,
            max_values=_MAX_TALK_CHANNELS,
            default_values=[
                discord.SelectDefaultValue.from_channel(discord.Object(channel_id))
                for channel_id in preferences.talk_channels or ()
            ],
        )
        frame.add_item(action_row(TalkChannelsMenu("all", menu)))


def _add_schedulers(frame: _Container, role_id: int | None) -> None:
    if role_id is None:
        heading = say("**Who can schedule**: only people with Manage Server.")
    else:
        heading = say(
            "**Who can schedule**: people with Manage Server and members of {role}.",
            role=f"<@&{role_id}>",
        )
    custom_id = SchedulersMenu.id_for("role")
    menu = ui.RoleSelect[Any](custom_id=custom_id, placeholder=say("Choose a role"))
    frame.add_item(ui.TextDisplay(heading)).add_item(action_row(SchedulersMenu("role", menu)))


def _add_clock(frame: _Container, preferences: Preferences) -> None:
    """Add the time zone and the quiet hours: together, as a message holds 40 components."""
    zone_line, zone_button = _zone(preferences.zone)
    quiet_line, quiet_buttons = _quiet_hours(preferences.quiet_hours)
    frame.add_item(ui.TextDisplay(f"{zone_line}\n{quiet_line}"))
    frame.add_item(action_row(zone_button, *quiet_buttons))


def _zone(zone: str | None) -> tuple[str, SettingsButton]:
    if zone:
        heading = say(
            "**Time zone**: {zone}, for new schedules and periods such as today.",
            zone=zone_name(zone),
        )
        button = SettingsButton("zone", say("Change time zone"))
    else:
        heading = say("**Time zone**: not chosen. New schedules and periods use mine.")
        button = SettingsButton("zone", say("Set time zone"))
    return heading, button


def _quiet_hours(quiet: QuietHours | None) -> tuple[str, Sequence[SettingsButton]]:
    if quiet:
        heading = say(
            "**Quiet hours**: {hours}. Posts due then wait until they end.",
            hours=describe_quiet(quiet),
        )
        buttons = [
            SettingsButton("quiet", say("Change quiet hours")),
            SettingsButton("loud", say("No quiet hours")),
        ]
    else:
        heading = say("**Quiet hours**: none. Summaries are posted at any hour.")
        buttons = [SettingsButton("quiet", say("Set quiet hours"))]
    return heading, buttons


def _menu(setting: str, preferences: Preferences) -> ui.ActionRow[ui.LayoutView]:
    current = getattr(preferences, setting)
    options = [
        discord.SelectOption(
            label=option.label,
            value=option.value,
            description=option.description,
            default=option.preference == current,
        )
        for option in setting_options(setting)
    ]
    menu = ui.Select[Any](custom_id=SettingMenu.id_for(setting), options=options)
    return action_row(SettingMenu(setting, menu))


def _posting_warnings(
    interaction: Interaction, schedules: Sequence[Schedule], preferences: Preferences
) -> Iterator[str]:
    """Yield why summaries of the form chosen cannot be posted to some channels, a sentence each."""
    assert interaction.guild is not None
    posted_forms = {
        (schedule.channel_id, schedule.form or preferences.form) for schedule in schedules
    }
    for channel_id, form in sorted(posted_forms):
        channel = interaction.guild.get_channel(channel_id)
        if isinstance(channel, Parent) and (error := posting_error(channel, form)):
            yield error.sentence


async def _change_preferences(interaction: Interaction, **choices: Any) -> None:
    guild_id = managed_guild(interaction)
    await interaction.response.defer()
    preferences = await interaction.client.store.preferences.get(guild_id)
    await _store_preferences(interaction, replace(preferences, **choices))


async def _store_preferences(interaction: Interaction, preferences: Preferences) -> None:
    await interaction.client.store.preferences.put(managed_guild(interaction), preferences)
    await interaction.client.library_writer.sync()
    await apply_preferences(interaction)
    await edit_layout(interaction, await settings_page(interaction))


@for_managers
@app_commands.command(description="Choose how I reply and post in this server.")
async def settings(interaction: Interaction) -> None:
    """Show the settings panel."""
    managed_guild(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await send_layout(interaction, await settings_page(interaction))


FEATURE = Feature(
    settings,
    (SettingMenu, TalkChannelsMenu, SchedulersMenu, SettingsButton),
    position=100,
    help_place=("manage", 20),
)
