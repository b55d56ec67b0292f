"""What web pages print around their stories, read from furniture.toml and ready to be matched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|@\w+")

# A longer line that holds one of the phrases may well be the story talking about them.
_LONGEST_MARKER = 10
_LONGEST_LINK = 25
_LONGEST_NOTICE = 45

# The longest a link or notice can be in characters, whatever its words: keeps every match cheap.
_LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Furniture:
    """The phrases, compiled. Every method takes a line without outer white space."""

    ends: frozenset[str]
    end_starts: re.Pattern[str]
    lines: frozenset[str]
    starts: re.Pattern[str]
    holds: re.Pattern[str]
    closes: re.Pattern[str]
    agencies: str
    labels: str
    outlet_words: frozenset[str]
    sections: frozenset[str]
    roles: str

    def ends_story(self, line: str, words: int) -> bool:
        """Whether a story is over where `line` stands: "Related articles", "12 comments"."""
        if words > _LONGEST_MARKER or len(line) > _LONGEST_TEXT:
            return False
        bare = _bare(line)
        if bare in self.ends:
            return True
        return not line.endswith(".") and bool(self.end_starts.match(bare))

    def is_furniture(self, line: str, words: int) -> bool:
        """Whether `line` belongs to the site: "Share", "Sign up for our newsletter", "12"."""
        if words > _LONGEST_NOTICE or len(line) > _LONGEST_TEXT:
            return False
        bare = _bare(line)
        if not bare or bare in self.lines or _ADDRESS.fullmatch(line):
            return True
        if all(word in self.lines for word in bare.split()):
            return True
        folded = line.casefold()
        if words <= _LONGEST_LINK and self.starts.match(folded):
            return True
        if words <= _LONGEST_LINK and not line.endswith(".") and self.closes.search(bare):
            return True
        return bool(self.holds.search(folded))


@cache
def furniture() -> Furniture:
    """The furniture of furniture.toml, read once."""
    data = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
    ends, site, credit, names = data["ends"], data["furniture"], data["credits"], data["names"]
    return Furniture(
        ends=frozenset(ends["lines"]),
        end_starts=re.compile(rf"(?:{_any(ends['starts'])})(?!\w)"),
        lines=frozenset(site["lines"]),
        starts=re.compile(_any(site["starts"])),
        holds=re.compile(_any(site["holds"])),
        closes=re.compile(rf"(?<!\w)(?:{_any(site['closes'])})$"),
        agencies=_any(credit["agencies"]),
        labels=_any(credit["labels"]),
        outlet_words=frozenset(names["outlet_words"]),
        sections=frozenset(names["sections"]),
        roles=_any(names["roles"]),
    )


def _bare(line: str) -> str:
    letters = [n for n, character in enumerate(line) if character.isalpha()]
    return " ".join(line[letters[0] : letters[-1] + 1].casefold().split()) if letters else ""


def _any(phrases: Iterable[str]) -> str:
    """An expression for any of `phrases`, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
