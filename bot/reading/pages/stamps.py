"""The dates and times with which pages state when something was published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time

# The months in the languages of Europe, from January to December, with their usual abbreviations.
_MONTH_NAMES = (
    "jan january januari januar jän jänner janvier janv ene enero gen gennaio janeiro ianuarie "
    "stycznia styczeń sty ledna leden ocak tammikuuta январь января янв január январ січня",
    "feb february februari februar feber février fevrier févr fév febrero febbraio fevereiro fev "
    "februarie lutego luty lut února únor şubat helmikuuta февраль февраля фев február лютого",
    "mar march märz mrz maerz maart mrt mars marzo março martie marca marzec března březen mart "
    "maaliskuuta maret март марта мар március березня",
    "apr april avril avr abril abr aprile aprilie kwietnia kwiecień kwi dubna duben nisan "
    "huhtikuuta апрель апреля апр április квітня",
    "may mai mei maj mayo maio maggio mag maja května květen mayıs toukokuuta май мая május травня",
    "jun june juni juin junio junho giugno giu iunie czerwca czerwiec cze června červen haziran "
    "kesäkuuta июнь июня июн június червня",
    "jul july juli juillet juil julio julho luglio lug iulie lipca lipiec lip července červenec "
    "temmuz heinäkuuta июль июля июл július липня",
    "aug august augustus augusti août aout ago agosto sierpnia sierpień sie srpna srpen ağustos "
    "elokuuta agustus август августа авг augusztus серпня",
    "sep sept september septembre septiembre setiembre setembro set settembre septembrie września "
    "wrzesień wrz září eylül syyskuuta сентябрь сентября сен szeptember сент вересня",
    "oct october okt oktober octobre octubre outubro out ottobre ott octombrie października "
    "październik paź října říjen ekim lokakuuta октябрь октября окт október жовтня",
    "nov november novembre noviembre novembro noiembrie listopada listopad lis listopadu kasım "
    "marraskuuta ноябрь ноября ноя нояб листопада",
    "dec december dez dezember decembre décembre déc dic diciembre dezembro dicembre decembrie "
    "grudnia grudzień gru prosince prosinec aralık joulukuuta desember des декабрь декабря дек "
    "грудня",
)
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
# These are words too, and name a month only next to a year.
_WORDS_TOO = frozenset(("set", "out", "ago", "gen", "mag", "lip", "lis", "mart", "sty"))


def _alternatives(names: Iterable[str]) -> str:
    return rf"(?:{'|'.join(sorted(names, key=len, reverse=True))})\b\.?"


MONTH = _alternatives(_MONTHS.keys() - _WORDS_TOO)
_ANY_MONTH = _alternatives(_MONTHS)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_UNIT = r"(?:s|m|h|d|w|secs?|mins?|hrs?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
AGO = rf"(?:(?:\d+|an?)\s?{_UNIT}\s+ago\b|\d+\s?(?:초|분|시간|일|주|개월|년)\s?전)"
_AGO = re.compile(AGO, re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = r"(?:st|nd|rd|th|er|[.ºª])?"
_OF = r"(?:(?:de|del|of|d[’'])\s*)?"
_DATE = (
    rf"{MONTH}\s+\d{{1,2}}{_ORDINAL}(?!\w),?(?:\s+{_YEAR})?"
    rf"|\d{{1,2}}{_ORDINAL}\s+{_OF}(?:{MONTH}(?:,?\s+{_OF}{_YEAR})?|{_ANY_MONTH},?\s+{_OF}{_YEAR})"
    rf"|{_YEAR}\s?[-./년年]\s?\d{{1,2}}\s?[-./월月]\s?\d{{1,2}}[일日.]?"
    rf"|\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?(?:19|20)?\d\d"
)
_STAMP = re.compile(rf"(?:time)?{AGO}|(?P<date>{_DATE})", re.IGNORECASE)
# What all of these have, looked for first, as it is found in a hundredth of the time.
_MAY_BE_STAMP = re.compile(r"\d|\sago\b", re.IGNORECASE)
_BEFORE_DATE = re.compile(rf"{WEEKDAY},?\s", re.IGNORECASE)
_STAMP_WORDS = re.compile(
    rf"\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?|\b\d{{1,2}}\s?[ap]\.?m\b\.?|{_YEAR}|"
    rf"\b{WEEKDAY}\b|"
    r"\b(?:published|updated|posted|created|modified|first|last|on|at|by|gmt|utc|[ecmp][sd]?t|"
    r"bst|kst|min(?:ute)?s? read)\b|입력|수정|등록|업데이트|오전|오후|기사|최종|송고(?:시간)?|승인|"
    r"발행|게시|\b(?:aktualisiert|veröffentlicht|erstellt|stand|uhr|am|um|publié|mis à jour|le|à|"
    r"modifié|publicado|actualizado|actualizada|el|las?|pubblicato|aggiornato|il|alle|atualizado|"
    r"em|às)\b",
    re.IGNORECASE,
)

_HAS_CLOCK = re.compile(r"\d\d:\d\d")
_MAX_MOMENT = 100  # characters
_NO_ZONE = re.compile(r"-0000$")  # of mail: the time is in UTC, and whose it is is not said

_NOT_IN_FIGURE = r"(?<![\d./-])"
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})\s?[-./년年]\s?(?P<month>\d{{1,2}})\s?[-./월月]\s?(?P<day>\d{{1,2}})"
    rf"|(?<!\d)(?P<year_2>{_YEAR})\.?\s(?P<month_2>{_ANY_MONTH})\s(?P<day_2>\d{{1,2}})",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_ANY_MONTH})\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s*(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}}){_ORDINAL}\s+{_OF}(?P<month>{_ANY_MONTH}),?\s+{_OF}(?P<year>{_YEAR})"
    rf"|{_NOT_IN_FIGURE}(?P<day_2>\d{{1,2}})\.\s?(?P<month_2>\d{{1,2}})\.\s?(?P<year_2>{_YEAR})(?!\d)",
    re.IGNORECASE,
)
_FIGURES = re.compile(rf"{_NOT_IN_FIGURE}(\d{{1,2}})([/-])(\d{{1,2}})\2({_YEAR})(?!\d)")
# A date after one of these words is that of a change.
_CHANGED = re.compile(
    r"(?:updated?|modified|edited|revised|corrected|aktualisiert|geändert|bearbeitet|mise? à jour|"
    r"modifiée?|actuali[sz]ad[oa]|modificad[oa]|aggiornat[oa]|modificat[oa]|atualizad[oa]|bijgewerkt|"
    r"gewijzigd|zaktualizowano|aktualizacja|uppdaterad|opdateret|oppdatert|güncelleme|обновлено|"
    r"diperbarui|수정|업데이트|更新|修改)(?:\s(?:on|at|am|le|el|il|em|op|den|:))?[^\w]{0,4}(?:\w{2,10},?\s)?$",
    re.IGNORECASE,
)
_MAX_BEFORE = 40  # characters before a date in which such a word is searched


def has_stamp(text: str) -> bool:
    """Whether `text` holds a date, or how long ago something was."""
    return _MAY_BE_STAMP.search(text) is not None and _STAMP.search(text) is not None


def opens_with_date(text: str) -> bool:
    """Whether `text` begins with a date, or with a day of the week and a date."""
    weekday = _BEFORE_DATE.match(text)
    stamp = _STAMP.match(text, weekday.end() if weekday else 0)
    return stamp is not None and stamp["date"] is not None


def has_time_ago(text: str) -> bool:
    """Whether `text` says how long ago something was: "2 hours ago"."""
    return _AGO.search(text) is not None


def strip_stamp(text: str) -> str:
    """Return `text` without its dates and times and the words around them, such as "updated"."""
    return _STAMP_WORDS.sub(" ", _STAMP.sub(" ", text))


def read_date(text: str) -> date | None:
    """Return the first day that `text` states in full and not as that of a change.

    Figures count with the year first, with dots (day first), or where only one order is possible:
    03/04/2025 gives None.
    """
    days = [
        (match.start(), day)
        for read in (_read_named, _read_figures)
        for match, day in read(text)
        if not _CHANGED.search(text[max(0, match.start() - _MAX_BEFORE) : match.start()])
    ]
    return min(days, default=(0, None))[1]


def read_moment(text: str) -> datetime | None:
    """Return the moment (UTC) that a time such as 2025-09-19T23:30:00+09:00 or "Fri, 19 Sep 2025
    23:30:00 GMT" states; None where it states no time of day, or not in which zone.

    Midnight sharp is how many sites write a day whose time they do not know.
    """
    text = " ".join(text.split())[:_MAX_MOMENT]
    if not _HAS_CLOCK.search(text):
        return None
    moment = None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        from email.utils import parsedate_to_datetime  # of feeds: pages need not wait for it

        with suppress(ValueError, TypeError, OverflowError):
            moment = parsedate_to_datetime(text)
            if moment.tzinfo is None and _NO_ZONE.search(text):
                moment = moment.replace(tzinfo=UTC)
    if moment is None or moment.tzinfo is None or moment.time() == time():
        return None
    with suppress(OverflowError):
        return moment.astimezone(UTC)
    return None


def _read_named(text: str) -> Iterator[tuple[re.Match[str], date]]:
    """Yield the dates whose order is certain."""
    for pattern in (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            groups = {key.removesuffix("_2"): n for key, n in match.groupdict().items() if n}
            month = groups["month"].casefold().rstrip(".")
            number = int(month) if month.isdigit() else _MONTHS[month]
            with suppress(ValueError):
                yield match, date(int(groups["year"]), number, int(groups["day"]))


def _read_figures(text: str) -> Iterator[tuple[re.Match[str], date]]:
    """Yield the dates in figures that are the same day in any possible order."""
    for match in _FIGURES.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        days = set()
        for day, month in ((first, second), (second, first)):
            with suppress(ValueError):
                days.add(date(year, month, day))
        if len(days) == 1:
            yield match, days.pop()
