"""The forms of the settings: a server's quiet hours and its time zone."""

from collections.abc import Awaitable
from typing import Any, Protocol, Self

from discord import ui

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.forms import Form
from bot.chat.interaction.permissions import managed_guild
from bot.language import say
from bot.model import QuietHours
from bot.schedule.times.quiet import parse_quiet
from bot.schedule.times.zones import parse_zone, zone_name

_MAX_PHRASE = 100


class ChangePreferences(Protocol):
    """Changes some preferences of a server, and shows what it has chosen now."""

    def __call__(self, interaction: Interaction, **choices: Any) -> Awaitable[None]:
        """Store the choices, each under the name of its preference. Raises StoreError."""


class QuietForm(Form):
    """A form that asks when a server's quiet hours begin and end, and in which time zone."""

    kind = "quiet hours"

    def __init__(self, quiet: QuietHours | None, zone: str, change: ChangePreferences) -> None:
        super().__init__(say("Quiet hours"))
        self._change = change
        self._start, self._end, self._zone = (
            ui.TextInput[Self](default=default, max_length=_MAX_PHRASE)
            for default in (
                f"{quiet.start:%H:%M}" if quiet else "22:00",
                f"{quiet.end:%H:%M}" if quiet else "07:00",
                zone_name(quiet.zone if quiet else zone),
            )
        )
        self.add_fields(
            (say("From"), say("Such as 22:00 or 10pm"), self._start),
            (say("Until"), say("Such as 07:00 or 7am"), self._end),
            (say("Time zone"), say("A city or time zone, such as London"), self._zone),
        )

    async def submit(self, interaction: Interaction) -> None:
        """Store the quiet hours, or report what is wrong with them."""
        managed_guild(interaction)
        quiet_hours = parse_quiet(self._start.value, self._end.value, self._zone.value)
        await self._change(interaction, quiet_hours=quiet_hours)


class ZoneForm(Form):
    """A form that asks for a server's time zone, by city."""

    kind = "time zone"

    def __init__(self, zone: str, change: ChangePreferences) -> None:
        super().__init__(say("Time zone"))
        self._change = change
        self._zone = ui.TextInput[Self](default=zone_name(zone), max_length=_MAX_PHRASE)
        self.add_fields((say("Time zone"), say("A city or time zone, such as London"), self._zone))

    async def submit(self, interaction: Interaction) -> None:
        """Store the zone, or report what is wrong with it."""
        managed_guild(interaction)
        await self._change(interaction, zone=parse_zone(self._zone.value))
