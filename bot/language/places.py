"""Cities and countries as each language calls them, from the CLDR."""

from __future__ import annotations

from babel import Locale
from babel.core import get_global


def city(zone: str, language: str) -> str | None:
    """The city that a time zone, by its IANA name, is called after; None where it has no name in
    the language."""
    # The CLDR goes by the first name that a zone ever had (Asia/Calcutta).
    older = (old for old, new in get_global("zone_aliases").items() if new == zone)
    known = Locale.parse(language).time_zones
    return next(
        (known[name]["city"] for name in (zone, *older) if "city" in known.get(name, ())), None
    )


def country(code: str, language: str) -> str | None:
    """The country of a two-letter ISO 3166 code."""
    name: str | None = Locale.parse(language).territories.get(code)
    return name
