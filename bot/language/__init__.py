"""What Verbatim itself says, in the language of whoever is told; quotes stay as they are."""

from bot.language.catalogues import ENGLISH, LANGUAGES, language_for
from bot.language.forms import day, joined, month, own_name, short_day, weekdays, written_weekdays
from bot.language.places import city, country
from bot.language.speech import (
    counted,
    language,
    named,
    say,
    speak,
    speaking,
    translatable,
    understood,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "city",
    "counted",
    "country",
    "day",
    "joined",
    "language",
    "language_for",
    "month",
    "named",
    "own_name",
    "say",
    "short_day",
    "speak",
    "speaking",
    "translatable",
    "understood",
    "weekdays",
    "written_weekdays",
]
