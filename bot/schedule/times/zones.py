"""Time zones in the words people use: cities, countries, abbreviations, offsets, IANA names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from bot.errors import ScheduleError
from bot.language import LANGUAGES, accepted_words, city_name, country_name, current_language
from bot.schedule.times.echo import echo

# Continents of tzdata, whose names end in a city. The rest are old names and bare offsets.
REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
}  # fmt: skip
SPACES = str.maketrans("_-,.", "    ")
OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?")
EASTMOST, WESTMOST = 14, -12  # the whole hours that exist as zones


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """A suggestion: `label` for people, `value` the IANA name."""

    label: str
    value: str


def parse_zone(text: str) -> str:
    """The IANA name of the zone that `text` names, in any case.

    Raises ScheduleError if it names none or could mean several.
    """
    offset = _offset(text)
    if offset is not None:
        return offset
    zones = _atlas().zones.get(_phrase(text), ())
    if not zones:
        raise _unknown(text)
    if len(zones) > 1:
        raise ScheduleError(
            "{place} has several time zones. Type one of them: {some}.",
            place=echo(text),
            some=", ".join(zones[:4]),
        )
    return zones[0]


def suggest_zones(text: str, limit: int = 25) -> Sequence[ZoneChoice]:
    """Up to `limit` zones that a person who has typed `text` so far may mean, likeliest first."""
    found: dict[str, None] = {}
    for zone in _candidates(text):
        found[zone] = None
        if len(found) == limit:
            break
    return [ZoneChoice(_label(zone), zone) for zone in found]


def zone_name(zone: str) -> str:
    """How people write `zone`: its IANA name, but UTC+9 for Etc/GMT-9, whose sign is reversed."""
    match = re.fullmatch(r"Etc/GMT([+-])(\d+)", zone)
    return f"UTC{'-' if match[1] == '+' else '+'}{match[2]}" if match else zone


@dataclass(frozen=True, slots=True)
class Atlas:
    """`zones` by the phrases that name them, the code of its country by zone, and the `common`
    zones."""

    zones: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, str]
    common: tuple[str, ...]


@cache
def _atlas() -> Atlas:
    tzdata = files("tzdata")
    own = tomllib.loads(files(__package__).joinpath("zones.toml").read_text("utf-8"))
    listed = _columns(tzdata.joinpath("zoneinfo/iso3166.tab").read_text("utf-8"), 0, 1)
    countries = _columns(tzdata.joinpath("zoneinfo/zone.tab").read_text("utf-8"), 2, 0)
    every = [
        zone for zone in tzdata.joinpath("zones").read_text("utf-8").split() if zone != "Factory"
    ]

    zones: dict[str, tuple[str, ...]] = {}
    for zone, code in countries.items():
        for name in {*_country_names(listed[code]), *_translated(code, country_name)}:
            zones[name] = (*zones.get(name, ()), zone)
    for zone in [*countries, *every]:  # where two zones end alike, the one on the map wins
        region, _, ending = zone.rpartition("/")
        if region.partition("/")[0] in REGIONS:
            zones.setdefault(_phrase(ending), (zone,))
    for zone in countries:
        for name in _translated(zone, city_name):
            zones.setdefault(name, (zone,))
    zones |= {_phrase(zone): (zone,) for zone in every}
    for name, meant in {**own["places"], **own["abbreviations"]}.items():
        zones[_phrase(name)] = (meant,) if isinstance(meant, str) else tuple(meant)
    common = tuple(own["common"])
    ordered = {name: tuple(sorted(of, key=lambda z: z not in common)) for name, of in zones.items()}
    return Atlas(ordered, countries, common)


def _columns(table: str, key: int, value: int) -> dict[str, str]:
    """Two columns of one of tzdata's tables, as a mapping."""
    rows = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return {row[key]: row[value] for row in rows}


def _country_names(listed: str) -> Iterator[str]:
    """ "Korea (South)" is South Korea, "Britain (UK)" is Britain: both forms, and the whole."""
    match = re.fullmatch(r"(.+) \((.+)\)", listed)
    if match:
        yield _phrase(match[1])
        yield _phrase(f"{match[2]} {match[1]}")
    yield _phrase(listed)


def _translated(key: str, name_of: Callable[[str, str], str | None]) -> set[str]:
    """What people of every language call a place."""
    names = (name_of(key, language) for language in LANGUAGES)
    return {_phrase(name) for name in names if name}


def _phrase(text: str) -> str:
    """What of `text` counts: no case, accents, punctuation, or "time" at its end."""
    return _endings().sub("", _letters(text))


@cache
def _endings() -> re.Pattern[str]:
    words = map(_letters, sorted(accepted_words("time, standard, daylight")))
    return re.compile(rf"(?: (?:{'|'.join(words)}))+$")


def _letters(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(mark for mark in letters if not unicodedata.combining(mark))
    return " ".join(re.sub(r"['’]", "", plain).translate(SPACES).split())


def _offset(text: str) -> str | None:
    match = OFFSET.fullmatch("".join(text.casefold().split()).replace("−", "-"))
    if match is None:
        return None
    hours = int(match[1] + match[2])
    if match[3] not in (None, "00") or not WESTMOST <= hours <= EASTMOST:
        raise ScheduleError(
            "There is no time zone {zone} to choose. Type a city there, such as Kolkata.",
            zone=echo(text),
        )
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _candidates(text: str) -> Iterator[str]:
    atlas, typed = _atlas(), _phrase(text[:100])
    if not typed:
        yield from atlas.common
        return
    try:
        offset = _offset(text)
    except ScheduleError:
        return
    if offset is not None:
        yield offset
    yield from atlas.zones.get(typed, ())
    matches = [
        (not name.startswith(typed), zones[0] not in atlas.common, name, zones)
        for name, zones in atlas.zones.items()
        if typed in name
    ]
    for *_, zones in sorted(matches):
        yield from (zone for zone in zones if zone in atlas.countries)
    if not matches:
        yield from _nearest(typed)


def _nearest(typed: str) -> Iterator[str]:
    zones = _atlas().zones
    # A typing error in five letters scores 80 ("soeul"), another word 67 or less ("mars", Paris).
    for name, _score, _ in process.extract(typed, list(zones), scorer=fuzz.ratio, score_cutoff=75):
        yield from zones[name]


def _unknown(text: str) -> ScheduleError:
    near = next(_nearest(_phrase(text[:100])), None)
    if near:
        return ScheduleError(
            "There is no time zone {zone}. Did you mean {near}?", zone=echo(text), near=near
        )
    return ScheduleError(
        "There is no time zone {zone}. Type a city, such as Seoul, New York or London.",
        zone=echo(text),
    )


def _label(zone: str) -> str:
    code = _atlas().countries.get(zone)
    if code is None:
        return zone_name(zone)
    spoken = current_language()
    place = city_name(zone, spoken) or zone.rpartition("/")[2].replace("_", " ")
    return f"{place} · {country_name(code, spoken)} · {zone}"
