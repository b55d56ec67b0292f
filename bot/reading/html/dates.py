"""The day of publication that a page's elements and its address state; a change does not count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from lxml.html import HtmlElement

from bot.reading.html.surroundings import is_elsewhere, is_near_headline
from bot.reading.pages.stamps import read_date, read_moment

_MAX_LENGTH = 300  # characters
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?!\d)")
# What is written where no date is known.
_PLACEHOLDER_DAYS = (date(1, 1, 1), date(1970, 1, 1))
_EARLIEST = date(1990, 1, 1)  # of a page
_MONTHS = 12
_HAS_CLOCK = re.compile(r"\d\d:\d\d")
_HAS_ZONE = re.compile(r"[+-](?!00:?00)\d\d:?\d\d$")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)([/-]?)(\d\d?)\2(\d\d?)(?=[/_.-]|$)")
_CHANGED = re.compile(
    r"modif|update|edited|revised|reviewed|changed|aktualisier|geändert|mise? à jour|actuali[sz]a|"
    r"aggiorna|atualiza|수정|更新",
    re.IGNORECASE,
)
_MAX_LABEL = 40  # characters before an element in which it may be called that of a change
# What htmldate raises on malformed pages.
_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def parse_day(text: Any) -> date | None:
    """Return the day that a time such as 2025-09-19T23:30:00Z or "Fri, 19 Sep 2025" falls on where
    it was written; None where it states none."""
    text = text.strip()[:_MAX_LENGTH] if isinstance(text, str) else ""
    match = _ISO_DAY.match(text)
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(match[1]) if match else read_date(text)
    return None if day in _PLACEHOLDER_DAYS else day


def parse_moment(text: Any) -> datetime | None:
    """Return the moment (UTC) that a time states together with its zone; see `read_moment`."""
    return read_moment(text) if isinstance(text, str) and parse_day(text) else None


def correct_zone(time: str, day: date, others: Iterable[date | None]) -> date:
    """Return the day that `time` falls on where the page was written.

    A time in UTC, or without a zone, may fall on the day before or after there: then another
    statement of the page that is one day off is right.
    """
    if _HAS_ZONE.search(time) or not _HAS_CLOCK.search(time):
        return day
    near = [other for other in others if other and abs((other - day).days) == 1]
    return near[0] if near else day


def find_marked_times(tree: HtmlElement) -> Iterator[str]:
    """Yield the times that the page marks as those of its publication."""
    for element in tree.iter("time", "span", "meta", "abbr", "p", "div"):
        if element.get("itemprop") == "datePublished" or "pubdate" in element.attrib:
            yield element.get("datetime") or element.get("content") or element.get("title") or ""


def find_time_element(tree: HtmlElement) -> date | None:
    """Return the day of the first `time` element near the headline, or else of the only one."""
    days = []
    for element in tree.iter("time"):
        if is_elsewhere(element) or _is_of_change(element):
            continue
        if day := parse_day(element.get("datetime")) or parse_day(element.text_content()):
            if is_near_headline(element):
                return day
            days.append(day)
    return days[0] if len(set(days)) == 1 else None


def find_element_moment(tree: HtmlElement) -> datetime | None:
    """Return the moment that the first `time` element near the headline states, or else the only
    one that states any."""
    moments = []
    for element in tree.iter("time"):
        if is_elsewhere(element) or _is_of_change(element):
            continue
        if moment := parse_moment(element.get("datetime")):
            if is_near_headline(element):
                return moment
            moments.append(moment)
    return moments[0] if len(set(moments)) == 1 else None


def find_url_day(url: str | None) -> date | None:
    """Return the day in an address such as https://news.example/2026/03/05/ferry."""
    match = _URL_DAY.search(url or "")
    with suppress(ValueError):
        return date(int(match[1]), int(match[3]), int(match[4])) if match else None
    return None


def guess_day(tree: HtmlElement) -> date | None:
    """Return the day that htmldate finds on the page, by its stricter rules.

    Whatever states a change is hidden from it: it would take that for want of anything better.
    """
    from htmldate import find_date  # with trafilatura, which takes half a second to import

    copy = deepcopy(tree)
    for element in list(copy.iter("meta", "time", "span", "abbr", "script")):
        is_changed_time = element.tag == "time" and _is_of_change(element)
        if element.tag == "script" or is_changed_time or _states_change(element):
            element.clear(keep_tail=True)
    with suppress(*_ERRORS):
        found = find_date(copy, original_date=True, extensive_search=False)
        day = date.fromisoformat(found) if found else None
        return None if day and _is_ambiguous(tree, day) else day
    return None


def _is_ambiguous(tree: HtmlElement, day: date) -> bool:
    """Whether the page prints `day` in figures that may be the month and the day or the reverse."""
    if day.day > _MONTHS or day.day == day.month:
        return False
    figures = re.compile(
        rf"(?<!\d)(?:0?{day.day}/0?{day.month}|0?{day.month}/0?{day.day})/{day.year}(?!\d)"
    )
    return any(figures.search(text) for text in tree.itertext())


def _is_of_change(element: HtmlElement) -> bool:
    parent = element.getparent()
    marks = [element.get("class", ""), element.get("itemprop", "")]
    if parent is not None:
        marks.append(parent.get("class", ""))
        before = element.getprevious()
        label = (before.tail or before.text_content()) if before is not None else parent.text
        marks.append((label or "")[-_MAX_LABEL:])
    return bool(_CHANGED.search(" ".join(marks)))


def _states_change(element: HtmlElement) -> bool:
    names = (element.get(key, "") for key in ("property", "name", "itemprop", "class"))
    return bool(_CHANGED.search(" ".join(names)))
