"""The names and descriptions of commands in every language that there is a catalogue for."""

from typing import Final

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.language import language_for
from bot.language.translation import NAME, catalogue

NAMES: Final = (Location.command_name, Location.group_name, Location.parameter_name)


class CatalogueTranslator(app_commands.Translator):
    """Translates what Discord is sent once and shows to each person in their own language."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the translation; None where it is as in English, which Discord then shows."""
        texts, message = catalogue(language_for(locale.value)), string.message
        is_name = context.location in NAMES
        translation = str(texts.pgettext(NAME, message)) if is_name else texts.gettext(message)
        return translation if translation != message else None
