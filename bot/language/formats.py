"""Dates, lists and names of places in the current language, from the CLDR."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from babel import Locale
from babel.core import get_global
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    get_day_names,
    get_month_names,
)
from babel.lists import format_list

from bot.language.translation import ENGLISH, LANGUAGES, current_language

# English is written the British way: the day before the month, no comma before "and".
_LOCALES: Final = {ENGLISH: "en_GB"}


def format_day(published: date) -> str:
    """Format a date such as "20 February 2026"."""
    return format_date(published, "long", locale=_locale())


def format_weekday(day: date) -> str:
    """Format a date with its weekday, such as "Friday 20 February 2026"."""
    return format_date(day, "full", locale=_locale())


def format_days(first: date, last: date) -> str:
    """Format a range of days such as "1–5 March 2026"."""
    return format_interval(first, last, "yMMMMd", locale=_locale())


def format_whole_month(day: date) -> str:
    """Format the month of a day such as "March 2026"."""
    return format_skeleton("yMMMM", day, locale=_locale())


def format_brief_day(day: date) -> str:
    """Format a date for a line of small type, such as "20 Feb 2026"."""
    return format_date(day, "medium", locale=_locale())


def format_short_day(published: date) -> str:
    """Format a date such as "20 Feb"."""
    return format_skeleton("MMMd", published, locale=_locale())


def format_month(published: date) -> str:
    """Format a month such as "Feb 2026"."""
    return format_skeleton("yMMM", published, locale=_locale())


def join_list(items: Sequence[str]) -> str:
    """Join items as in "A, B and C"."""
    return format_list(items, locale=_locale())


def weekday_names() -> list[str]:
    """Return the names of the days, Monday first."""
    names = get_day_names("wide", locale=_locale())
    return [names[number] for number in range(7)]


def all_weekday_names() -> Iterator[tuple[str, int]]:
    """Yield the full and abbreviated names of the days in every language, in lower case, each with
    its day (0 for Monday)."""
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_day_names(width, locale=language).items():
                yield name.casefold(), number


def all_month_names() -> Iterator[tuple[str, int]]:
    """Yield the full and abbreviated names of the months in every language that has names for them,
    in lower case, each with its number from 1."""
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                if not any(map(str.isdigit, name)):
                    yield name.casefold().rstrip("."), number


def language_name(language: str) -> str:
    """Return a language's name in that language: "English", "한국어"."""
    return Locale.parse(language).get_display_name() or language


def city_name(zone: str, language: str) -> str | None:
    """Return the city of a time zone (an IANA name) in `language`; None if it has no name there."""
    # The CLDR uses the first name that a zone ever had (Asia/Calcutta).
    older_names = (old for old, new in get_global("zone_aliases").items() if new == zone)
    zones = Locale.parse(language).time_zones
    return next(
        (zones[name]["city"] for name in (zone, *older_names) if "city" in zones.get(name, ())),
        None,
    )


def country_name(code: str, language: str) -> str | None:
    """Return the country of a two-letter ISO 3166 code in `language`."""
    name: str | None = Locale.parse(language).territories.get(code)
    return name


def _locale() -> str:
    return _LOCALES.get(current_language(), current_language())
