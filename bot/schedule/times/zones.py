"""Time zones from the words people use: cities, countries, abbreviations, offsets, IANA names."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from bot.errors import ScheduleError
from bot.language import LANGUAGES, accepted_words, city_name, country_name, current_language

# Continents of tzdata, whose names end in a city. The rest are old names and bare offsets.
REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
}  # fmt: skip
SPACES = str.maketrans("_-,.", "    ")
OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?")
MAX_OFFSET, MIN_OFFSET = 14, -12  # hours; the whole ones that exist as zones
# A name is taken for a typing error for another only with its first letter and so few letters
# changed, added, left out or swapped: "soeul" is Seoul, but "narnia" is no Armenia.
_MIN_TYPED, _LONG_NAME = 4, 10  # letters; a long name may have two
MAX_SHOWN_TEXT = 40  # characters of a person's own words within a sentence


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """A zone to suggest: `label` for people, `value` the IANA name."""

    label: str
    value: str


def parse_zone(text: str) -> str:
    """Return the IANA name of the zone that `text` names, in upper or lower case.

    Raises ScheduleError if it names none or could mean several.
    """
    offset = _parse_offset(text)
    if offset is not None:
        return offset
    zones = _zone_names().by_phrase.get(_phrase(text), ())
    if not zones:
        raise _unknown_zone_error(text)
    if len(zones) > 1:
        raise ScheduleError(
            "{place} has several time zones. Type one of them: {some}.",
            place=in_quotation_marks(text),
            some=", ".join(zones[:4]),
        )
    return zones[0]


def is_zone_name(text: str) -> bool:
    """Whether `text` names a time zone, or several, just as it is written."""
    try:
        return _parse_offset(text) is not None or _phrase(text) in _zone_names().by_phrase
    except ScheduleError:  # an offset that no zone has
        return True


def suggest_zones(text: str, limit: int = 25) -> Sequence[ZoneChoice]:
    """Return up to `limit` zones for somebody who has typed `text` so far, likeliest first."""
    zones: dict[str, None] = {}
    for zone in _candidates(text):
        zones[zone] = None
        if len(zones) == limit:
            break
    return [ZoneChoice(_label(zone), zone) for zone in zones]


def zone_name(zone: str) -> str:
    """Return `zone` as people write it: UTC+9 for Etc/GMT-9, whose sign is reversed."""
    match = re.fullmatch(r"Etc/GMT([+-])(\d+)", zone)
    return f"UTC{'-' if match[1] == '+' else '+'}{match[2]}" if match else zone


def in_quotation_marks(text: str) -> str:
    """Return at most 40 characters of `text` on one line, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line[: MAX_SHOWN_TEXT - 1]}…”" if len(line) > MAX_SHOWN_TEXT else f"“{line}”"


@dataclass(frozen=True, slots=True)
class ZoneNames:
    """The zones by the phrases that name them, the country code of each, and the common zones.

    `known_phrases` are the places among them, without the list of cities.
    """

    by_phrase: Mapping[str, tuple[str, ...]]
    country_codes: Mapping[str, str]
    common: tuple[str, ...]
    known_phrases: frozenset[str]


@cache
def _zone_names() -> ZoneNames:
    """Read all names; takes 0.1 s the first time."""
    tzdata = files("tzdata")
    added = tomllib.loads(files(__package__).joinpath("zones.toml").read_text("utf-8"))
    country_names = _read_columns(tzdata.joinpath("zoneinfo/iso3166.tab").read_text("utf-8"), 0, 1)
    countries = _read_columns(tzdata.joinpath("zoneinfo/zone.tab").read_text("utf-8"), 2, 0)
    all_zones = [
        zone for zone in tzdata.joinpath("zones").read_text("utf-8").split() if zone != "Factory"
    ]

    zones: dict[str, tuple[str, ...]] = {}
    for zone, code in countries.items():
        for name in {
            *_country_phrases(country_names[code]),
            *_translated_phrases(code, country_name),
        }:
            zones[name] = (*zones.get(name, ()), zone)
    for zone in [*countries, *all_zones]:  # where two zones end alike, the one on the map wins
        region, _, ending = zone.rpartition("/")
        if region.partition("/")[0] in REGIONS:
            zones.setdefault(_phrase(ending), (zone,))
    for zone in countries:
        for name in _translated_phrases(zone, city_name):
            zones.setdefault(name, (zone,))
    zones |= {_phrase(zone): (zone,) for zone in all_zones}
    added_zones = {
        table: {
            _phrase(name): (named,) if isinstance(named, str) else tuple(named)
            for name, named in added[table].items()
        }
        for table in ("places", "clocks", "abbreviations")
    }
    known_phrases = frozenset(zones | added_zones["places"])
    for table in added_zones.values():
        zones |= table
    cities: dict[str, tuple[str, ...]] = {}
    for city, zone in _read_cities():
        cities[city] = (*cities.get(city, ()), zone)
    zones = cities | zones
    common = tuple(added["common"])
    common_first = {
        phrase: tuple(sorted(names, key=lambda zone: zone not in common))
        for phrase, names in zones.items()
    }
    return ZoneNames(common_first, countries, common, known_phrases)


def _read_cities() -> Iterator[tuple[str, str]]:
    """Yield the name of each city of the list and its zone; a name may stand in several zones."""
    for line in files(__package__).joinpath("cities.tsv").read_text("utf-8").splitlines()[1:]:
        zone, _, cities = line.partition("\t")
        for phrase in sorted({_phrase(city) for city in cities.split(", ")}):
            yield phrase, zone


def _read_columns(table: str, key: int, value: int) -> dict[str, str]:
    """Return two columns of one of tzdata's tables as a mapping."""
    rows = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return {row[key]: row[value] for row in rows}


def _country_phrases(name: str) -> Iterator[str]:
    """Yield the forms of a country's name: of "Korea (South)" also "South Korea" and "Korea"."""
    match = re.fullmatch(r"(.+) \((.+)\)", name)
    if match:
        yield _phrase(match[1])
        yield _phrase(f"{match[2]} {match[1]}")
    yield _phrase(name)


def _translated_phrases(key: str, name_of: Callable[[str, str], str | None]) -> set[str]:
    names = (name_of(key, language) for language in LANGUAGES)
    return {_phrase(name) for name in names if name}


def _phrase(text: str) -> str:
    """Normalise `text`: no case, accents or punctuation, and no "time" at its end."""
    return _time_words().sub("", _normalise(text))


@cache
def _time_words() -> re.Pattern[str]:
    words = map(_normalise, sorted(accepted_words("time, standard, daylight, summer")))
    return re.compile(rf"(?: (?:{'|'.join(words)}))+$")


def _normalise(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(mark for mark in letters if not unicodedata.combining(mark))
    return " ".join(re.sub(r"['’]", "", plain).translate(SPACES).split())


def _parse_offset(text: str) -> str | None:
    match = OFFSET.fullmatch("".join(text.casefold().split()).replace("−", "-"))
    if match is None:
        return None
    hours = int(match[1] + match[2])
    if match[3] not in (None, "00") or not MIN_OFFSET <= hours <= MAX_OFFSET:
        raise ScheduleError(
            "{zone} is not a time zone you can choose. Type a city in it, such as Kolkata.",
            zone=in_quotation_marks(text),
        )
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _candidates(text: str) -> Iterator[str]:
    names, typed = _zone_names(), _phrase(text[:100])
    if not typed:
        yield from names.common
        return
    try:
        offset = _parse_offset(text)
    except ScheduleError:
        return
    if offset is not None:
        yield offset
    yield from names.by_phrase.get(typed, ())
    matches = [
        (not name.startswith(typed), zones[0] not in names.common, name, zones)
        for name, zones in names.by_phrase.items()
        if typed in name
    ]
    for *_, zones in sorted(matches):
        yield from (zone for zone in zones if zone in names.country_codes)
    if not matches:
        yield from _similar_zones(typed)


def _similar_zones(typed: str) -> Iterator[str]:
    for _, zones in _similar_names(typed):
        yield from zones


def _similar_names(typed: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names that `typed` is a typing error for, the nearest first, with their zones."""
    names, most = _zone_names(), 1 if len(typed) < _LONG_NAME else 2
    if len(typed) < _MIN_TYPED:
        return
    distances = (
        (OSA.distance(typed, name, score_cutoff=most), name)
        for name in names.known_phrases
        if name[:1] == typed[:1]
    )
    for _, name in sorted(pair for pair in distances if pair[0] <= most):
        yield name, names.by_phrase[name]


def _unknown_zone_error(text: str) -> ScheduleError:
    similar_name = next(_similar_names(_phrase(text[:100])), None)
    if similar_name:
        return ScheduleError(
            "There is no time zone {zone}. Did you mean {near}?",
            zone=in_quotation_marks(text),
            near=similar_name[1][0],
        )
    return ScheduleError(
        "There is no time zone {zone}. Type a city, such as Tokyo, New York or London.",
        zone=in_quotation_marks(text),
    )


def _label(zone: str) -> str:
    code = _zone_names().country_codes.get(zone)
    if code is None:
        return zone_name(zone)
    spoken_language = current_language()
    name = city_name(zone, spoken_language) or zone.rpartition("/")[2].replace("_", " ")
    return f"{name} · {country_name(code, spoken_language)} · {zone}"
