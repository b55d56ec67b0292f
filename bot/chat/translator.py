"""The names and descriptions of commands in every language that there is a catalogue for."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.language import language_for
from bot.language.translation import NAME, catalogue

NAMES: Final = (Location.command_name, Location.group_name, Location.parameter_name)


class CatalogueTranslator(app_commands.Translator):
    """What is told to Discord once and shown to each person in their own language."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """None where it stays as it is in English, which Discord then shows."""
        known, message = catalogue(language_for(locale.value)), string.message
        named = context.location in NAMES
        said = str(known.pgettext(NAME, message)) if named else known.gettext(message)
        return said if said != message else None
