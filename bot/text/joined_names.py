"""Names that are one thing though they hold stops or digits: Crew-8, 2FA, v16, nasa.gov."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.text.lazy import lazy_pattern

_TOP_DOMAINS = (
    "com|org|net|gov|edu|int|mil|info|io|dev|app|ai|co|me|tv|gg|xyz|eu|uk|us|ca|au|nz|kr|jp|cn|in"
    "|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|cz|ru|ua|br|mx|za"
)
_ADDRESS = rf"(?P<address>(?<![\w@.-])(?:[\w.+-]+@)?(?:[\w-]+\.)+(?:{_TOP_DOMAINS})(?![\w-]|\.\w))"
_NUMBERED = r"""
    (?<![\w-])v(?P<version>\d+(?:\.\d+)*)(?!\w)
    | (?<![\w-])(?P<numbered>(?!(?:mid|pre|post|late|early|non|sub|top|since)-)
        [A-Za-z]+(?:-[A-Za-z]+)*-\d+[A-Za-z]*(?:-\d+)*)(?![\w-]|[.,]\d)
    | (?<![\w.,-])(?P<coded>\d{1,2}(?!(?:st|nd|rd|th|am|pm|bn|mn|km|kg|cm|mm|ft|lb|gb|mb|tb|kb|hz
        |mph|pct|x|s|k|m)\b)[A-Za-z]{1,3})(?!\w)
    """
_FLAGS = re.VERBOSE | re.IGNORECASE
_JOINED = lazy_pattern(f"{_ADDRESS} | {_NUMBERED}", _FLAGS)
_JOINED_NUMBERS = re.compile(_NUMBERED, _FLAGS)
# What every address and every other joined name has: to look for these first takes a tenth.
_DOMAIN = re.compile(rf"\.(?:{_TOP_DOMAINS})\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_JOINED_DIGIT = re.compile(r"-\d|\d[^\W\d_]|v\d", re.IGNORECASE)


class JoinedName(NamedTuple):
    """A name that is one term, and the characters of the text that stand for it.

    The term is in lower case and without hyphens: Crew-8 is "crew8". That of a version is its
    number alone: v16 is "16".
    """

    term: str
    start: int
    end: int


def find_joined_names(text: str) -> Iterator[JoinedName]:
    """Yield the joined names of `text` in order: addresses, versions, names with a number."""
    if _DOMAIN.search(text):
        matches = _JOINED.finditer(text)
    elif _DIGIT.search(text) and _JOINED_DIGIT.search(text):
        matches = _JOINED_NUMBERS.finditer(text)
    else:
        return
    for match in matches:
        name = match.group(match.lastgroup or 0).casefold()
        if match.lastgroup in ("numbered", "coded"):
            name = name.replace("-", "")
        yield JoinedName(name, match.start(), match.end())
