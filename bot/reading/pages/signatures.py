"""The author, outlet and date that the lines around a story state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import zip_longest

from bot.reading.pages.furniture import load_furniture
from bot.reading.pages.lines import Line, Look
from bot.reading.pages.stamps import AGO, MONTH, WEEKDAY, has_time_ago, read_date, strip_stamp
from bot.text.lazy import lazy_pattern
from bot.text.stems import has_hangul

_NAME_WORD = r"[^\W\d_a-z][\w.'’-]*"
_NO_NAME = rf"(?:On|At|In|For|Updated|Published|Posted|Staff|{WEEKDAY})(?!\w)|{MONTH}\s+\d"
_NAME = (
    rf"{_NAME_WORD}"
    rf"(?:\s+(?:(?:de|del|der|van|von|bin|al|la|le)\s+)?(?!(?i:{_NO_NAME})){_NAME_WORD}){{1,3}}"
)
_BYLINE = re.compile(
    r"(?:\b(?i:by|von|por|par|oleh|автор)\b|^(?i:di|door|av|af|przez)\b"
    r"|^(?i:text[eo]?|autor(?:in|en)?|auteure?|autore|verfasser|words):)[:\s]*"
    rf"({_NAME}(?:\s+(?:and|&|und|y|et|e|en|och|og|i)\s+{_NAME})*)"
)
_KOREAN_ROLE = (
    r"(?:(?:선임|수습|인턴|객원|전문|편집|탐사)\s?)?(?:기자|특파원|논설위원|통신원)(?![가-힣])"
)
_KOREAN_NAMES = rf"([가-힣]{{2,4}}(?:\s?[·,]\s?[가-힣]{{2,4}}){{0,4}}?)\s?{_KOREAN_ROLE}"
_KOREAN_BYLINE = lazy_pattern(rf"{_KOREAN_NAMES}|기자명[\s:]*([가-힣]{{2,4}})(?![가-힣])")
_CHINESE_BYLINE = lazy_pattern(
    r"(?:本[报報]|特[约約])?[记記]者\s?[/／:：]?\s?([\u4e00-\u9fff]{2,4})(?:\s?[/／].{1,12})?$"
    r"|(?:文|撰文|作者|取材・文|執筆)\s?[/／・:：=＝]\s?([\u3040-\u30ff\u4e00-\u9fff]{2,8})$"
)
_KOREAN_PICTURE = lazy_pattern(r"(?<!글·)(?<!글/)(?:사진|영상|그래픽|자료)\s?[=:/]?\s?$")
_NAME_SEPARATOR = re.compile(r"\s?[·,]\s?")
_KOREAN_DATELINE = lazy_pattern(
    rf"[(\[][^()\[\]=]{{1,30}}=[^()\[\]=]{{1,20}}[)\]]\s*{_KOREAN_NAMES}\s?="
)

_MAX_BIOGRAPHY = 400  # characters
_MAX_OUTLET = 6  # words
_SITE_NAME = re.compile(
    r"discover more from\s+(.{2,60})"
    r"|the post .{1,300} (?:appeared first|first appeared) on (.{2,60})",
    re.IGNORECASE,
)
_OTHER_DATE = re.compile(
    r"registr|joined|member|mitglied|inscrit|available|verfügbar|disponible|until|valid|gültig|bis\b",
    re.IGNORECASE,
)
_OUTLET_AND_TIME = re.compile(rf"(.{{2,60}}?)[\s·|•,–—-]*(?:time)?{AGO}$", re.IGNORECASE)


def is_biography(text: str) -> bool:
    """Whether `text` describes its author: "Ann Lee is professor of law at …"."""
    return bool(_match_biography(text))


def find_author(head: Sequence[Line], tail: Sequence[Line]) -> str | None:
    """Return the author in a byline of the story's `head`, or in a biography of its `tail`."""
    for n, line in enumerate(head):
        is_korean = has_hangul(line.text)
        if is_korean and (dateline := _KOREAN_DATELINE.match(line.text)):
            return ", ".join(_NAME_SEPARATOR.split(dateline[1]))
        if line.look not in (Look.BYLINE, Look.STAMP):
            continue
        if is_korean and (names := find_korean_names(line.text)):
            return ", ".join(names)
        match = _BYLINE.search(line.text)
        if not line.text.isascii() and (chinese := _CHINESE_BYLINE.match(line.text)):
            return chinese[1] or chinese[2]
        if not match and line.words == 1 and line.look is Look.BYLINE and n + 1 < len(head):
            match = re.fullmatch(f"({_NAME})", head[n + 1].text)
        if match:
            return match[1]
    for line in tail:
        if biography := _match_biography(line.text):
            return biography[1]
    return None


def find_korean_names(text: str) -> list[str]:
    """Return the reporters that a Korean byline names, without who took its pictures."""
    names = [
        name
        for match in _KOREAN_BYLINE.finditer(text)
        if not _KOREAN_PICTURE.search(text[: match.start()])
        for name in _NAME_SEPARATOR.split(match[1] or match[2])
    ]
    return list(dict.fromkeys(names))


def _match_biography(text: str) -> re.Match[str] | None:
    return _compile_biography().match(text[:_MAX_BIOGRAPHY])


@cache
def _compile_biography() -> re.Pattern[str]:
    return re.compile(
        rf"({_NAME})(?:,[^,]{{1,60}},)?\s+(?:is|was)\s+(?:[\w’'-]+\s+){{0,6}}?(?:{load_furniture().roles})\b"
    )


def find_outlet(head: Sequence[Line]) -> str | None:
    """Return the outlet that the lines between headline and body state.

    It is a name with a newspaper's word or in capitals that is printed with the age of the story
    ("Valley Times17 hours ago", "KBNC" above "7 hours ago"), or printed twice.
    """
    counts = Counter(line.text for line in head)
    for line, below in zip_longest(head, head[1:]):
        match = _OUTLET_AND_TIME.fullmatch(line.text)
        name = match[1] if match else line.text
        is_marked = match or counts[name] > 1 or (below and has_time_ago(below.text))
        if is_marked and _is_outlet(name):
            return name
    return None


def find_site(lines: Sequence[Line]) -> str | None:
    """Return the name of the site, where the end of the page states it."""
    for line in reversed(lines):
        match = _SITE_NAME.fullmatch(line.text)
        if match:
            return (match[1] or match[2]).rstrip(".")
    return None


def _is_outlet(name: str) -> bool:
    """Whether `name` looks like an outlet: "KBNC", "Valley Times", but not "World News"."""
    words = name.casefold().split()
    if (
        all(word in load_furniture().sections for word in words)
        or len(words) > _MAX_OUTLET
        or not strip_stamp(name).strip(" ·|•,–—-")
    ):
        return False
    if len(words) == 1 and name.isupper():
        return name.isalpha()
    return any(word in load_furniture().outlet_words for word in words) and name[0].isalnum()


def find_date(head: Sequence[Line]) -> date | None:
    """Return the day that the first dated line of `head` states in full.

    A line of figures alone counts; one that says since when or until when something holds does not.
    """
    for line in head:
        is_stamp = line.look in (Look.STAMP, Look.BYLINE)
        is_figures = line.look is Look.FURNITURE and not any(map(str.isalpha, line.text))
        if not (is_stamp or is_figures) or _OTHER_DATE.search(line.text):
            continue
        if day := read_date(line.text):
            return day
    return None
