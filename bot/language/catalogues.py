"""The languages Verbatim speaks: English, and one for each folder here with a catalogue in it.

A catalogue, `<language>/messages.po`, is gettext's; the English sentences are its keys.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

ENGLISH: Final = "en"
NAME: Final = "name"  # the context of the names of commands and their options
FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = (ENGLISH, *sorted(file.parent.name for file in FOLDER.glob("*/messages.po")))


@cache
def language_for(locale: str | None) -> str:
    """The language spoken to people of a locale as Discord names it ("ko", "pt-BR")."""
    if not locale:
        return ENGLISH
    return negotiate_locale([locale.replace("-", "_")], LANGUAGES) or ENGLISH


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations into a language of LANGUAGES, read at its first use."""
    if language == ENGLISH:
        return NullTranslations()
    with (FOLDER / language / "messages.po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)
