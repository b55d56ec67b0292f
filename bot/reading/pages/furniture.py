"""Phrases that web pages print around their stories, compiled from furniture.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|@\w+")

# In words: a longer line with one of the phrases may be a story about them.
_MAX_MARKER = 10
_MAX_LINK = 25
_MAX_NOTICE = 45

# In characters, which bounds the time of every match.
_MAX_TEXT = 600


@dataclass(frozen=True, slots=True)
class Furniture:
    """The compiled phrases. Every method takes a line without outer white space."""

    ends: frozenset[str]
    end_starts: re.Pattern[str]
    lines: frozenset[str]
    starts: re.Pattern[str]
    holds: re.Pattern[str]
    closes: re.Pattern[str]
    agencies: str
    labels: str
    reports: str
    openers: frozenset[str]
    outlet_words: frozenset[str]
    sections: frozenset[str]
    roles: str

    def ends_story(self, line: str, words: int) -> bool:
        """Whether a story ends above `line`: "Related articles", "12 comments"."""
        if words > _MAX_MARKER or len(line) > _MAX_TEXT:
            return False
        bare = _strip_marks(line)
        if bare in self.ends:
            return True
        return not line.endswith(".") and bool(self.end_starts.match(bare))

    def is_furniture(self, line: str, words: int) -> bool:
        """Whether `line` is the site's: "Share", "Sign up for our newsletter", "12"."""
        if words > _MAX_NOTICE or len(line) > _MAX_TEXT:
            return False
        bare = _strip_marks(line)
        if not bare or bare in self.lines or _ADDRESS.fullmatch(line):
            return True
        if all(word in self.lines for word in bare.split()):
            return True
        folded = line.casefold()
        if words <= _MAX_LINK and self.starts.match(folded):
            return True
        if words <= _MAX_LINK and not line.endswith(".") and self.closes.search(bare):
            return True
        return bool(self.holds.search(folded))


@cache
def load_furniture() -> Furniture:
    """Return the phrases of furniture.toml, read once."""
    data = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
    ends, site, credit, names = data["ends"], data["furniture"], data["credits"], data["names"]
    return Furniture(
        ends=frozenset(ends["lines"]),
        end_starts=re.compile(rf"(?:{_alternatives(ends['starts'])})(?!\w)"),
        lines=frozenset(site["lines"]),
        starts=re.compile(_alternatives(site["starts"])),
        holds=re.compile(_alternatives(site["holds"])),
        closes=re.compile(rf"(?<!\w)(?:{_alternatives(site['closes'])})$"),
        agencies=_alternatives(credit["agencies"]),
        labels=_alternatives(credit["labels"]),
        reports=_alternatives(credit["reports"]),
        openers=frozenset(names["openers"]),
        outlet_words=frozenset(names["outlet_words"]),
        sections=frozenset(names["sections"]),
        roles=_alternatives(names["roles"]),
    )


def _strip_marks(line: str) -> str:
    letters = [n for n, character in enumerate(line) if character.isalpha()]
    return " ".join(line[letters[0] : letters[-1] + 1].casefold().split()) if letters else ""


def _alternatives(phrases: Iterable[str]) -> str:
    """Return an expression for any of `phrases`, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
