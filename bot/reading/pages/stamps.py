"""The dates and times with which pages state when something was published."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

MONTH = (
    r"(?:jan(?:uary?i?)?|feb(?:ruary?i?)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"märz|mai|juni|juli|okt(?:ober)?|dez(?:ember)?|maret|mei|agustus|desember|"
    r"janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"ene(?:ro)?|febrero|marzo|abr(?:il)?|mayo|junio|julio|ago(?:sto)?|septiembre|octubre|"
    r"noviembre|dic(?:iembre)?|janeiro|fev(?:ereiro)?|março|maio|junho|julho|setembro|"
    r"out(?:ubro)?|novembro|dezembro|января|февраля|марта|апреля|мая|июня|июля|августа|"
    r"сентября|октября|ноября|декабря)\b\.?"
)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_UNIT = r"(?:s|m|h|d|w|secs?|mins?|hrs?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
AGO = rf"(?:(?:\d+|an?)\s?{_UNIT}\s+ago\b|\d+\s?(?:초|분|시간|일|주|개월|년)\s?전)"
_AGO = re.compile(AGO, re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b,?(?:\s+{_YEAR})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{MONTH}(?:\s+(?:de\s+)?{_YEAR})?"
    rf"|{_YEAR}[-./년]\s?\d{{1,2}}[-./월]\s?\d{{1,2}}[일.]?"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-](?:19|20)?\d\d"
)
_STAMP = re.compile(rf"(?:time)?{AGO}|{_DATE}", re.IGNORECASE)
_STAMP_WORDS = re.compile(
    rf"\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?|\b\d{{1,2}}\s?[ap]\.?m\b\.?|{_YEAR}|"
    rf"\b{WEEKDAY}\b|"
    r"\b(?:published|updated|posted|created|modified|first|last|on|at|by|gmt|utc|[ecmp][sd]?t|"
    r"bst|kst|min(?:ute)?s? read)\b|입력|수정|등록|업데이트|오전|오후",
    re.IGNORECASE,
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(rf"\b({_YEAR})[-./년]\s?(\d{{1,2}})[-./월]\s?(\d{{1,2}})")
_MONTH_FIRST = re.compile(rf"\b([A-Za-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s*({_YEAR})")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+([A-Za-z]{{3,9}})\.?,?\s+({_YEAR})")


def has_stamp(text: str) -> bool:
    """Whether `text` holds a date, or how long ago something was."""
    return _STAMP.search(text) is not None


def has_time_ago(text: str) -> bool:
    """Whether `text` says how long ago something was: "2 hours ago"."""
    return _AGO.search(text) is not None


def strip_stamp(text: str) -> str:
    """Return `text` without its dates and times and the words around them, such as "updated"."""
    return _STAMP_WORDS.sub(" ", _STAMP.sub(" ", text))


def read_date(text: str) -> date | None:
    """Return the first day that `text` states in full: in English words, or in figures, year first.

    Figures in another order are ambiguous, and give None.
    """
    if match := _YEAR_FIRST.search(text):
        year, month, day = match.groups()
    elif match := _MONTH_FIRST.search(text):
        month, day, year = match.groups()
    elif match := _DAY_FIRST.search(text):
        day, month, year = match.groups()
    else:
        return None
    with suppress(ValueError):
        return date(int(year), _parse_month(month), int(day))
    return None


def _parse_month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].casefold()) + 1
