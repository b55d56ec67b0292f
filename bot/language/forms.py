"""Dates and lists as the language that is spoken writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list

from bot.language.catalogues import ENGLISH, LANGUAGES
from bot.language.speech import language

# Of English we write the British kind: the day before the month, no comma before "and".
_KINDS: Final = {ENGLISH: "en_GB"}


def day(published: date) -> str:
    """ "20 February 2026"."""
    return format_date(published, "long", locale=_locale())


def short_day(published: date) -> str:
    """ "20 Feb"."""
    return format_skeleton("MMMd", published, locale=_locale())


def month(published: date) -> str:
    """ "Feb 2026"."""
    return format_skeleton("yMMM", published, locale=_locale())


def joined(items: Sequence[str]) -> str:
    """ "A, B and C"."""
    return format_list(items, locale=_locale())


def weekdays() -> list[str]:
    """The names of the days from Monday on."""
    names = get_day_names("wide", locale=_locale())
    return [names[number] for number in range(7)]


def written_weekdays() -> Iterator[tuple[str, int]]:
    """Each name of a day in every language, in full and as it is shortened, and the day, 0 for
    Monday."""
    for known in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_day_names(width, locale=known).items():
                yield name.casefold(), number


def own_name(language: str) -> str:
    """What a language calls itself: "English", "한국어"."""
    return Locale.parse(language).get_display_name() or language


def _locale() -> str:
    return _KINDS.get(language(), language())
