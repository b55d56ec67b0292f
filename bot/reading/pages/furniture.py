"""Phrases that web pages print around their stories, compiled from furniture.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.reading.pages.page_numbers import is_page_number

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|@\w+")

# In words: a longer line with one of the phrases may be a story about them.
_MAX_MARKER = 10
_MAX_LINK = 25
_MAX_NOTICE = 45
_MAX_NOTE = 90
_MAX_POINTER = 35

# In characters, which bounds the time of every match.
_MAX_TEXT = 900

_REFERENCE = re.compile(r"(?:\d{1,3}\.?\s*)?[\^↑]\s")
_HATNOTE = re.compile(
    r"(?:for|not to be confused with)\s[^.]{3,80},?\ssee\s[^.]{2,80}\.", re.IGNORECASE
)
_POINTS_AWAY = re.compile(r"(?:[:：]|(?:https?://|www\.)\S+|\b[\w-]+\.[a-z]{2,}(?:/\S*)?)\.?$")
_QUOTED = re.compile(r"[“„\"«][^“”„\"«»]{3,200}[”“\"»]")
_SENTENCE_WITHIN = re.compile(r"[.!?]\s+[^\W\d_a-z]")
_EDIT_LINK = re.compile(r"\s*\[[^\[\]\d]{2,40}\]$")


@dataclass(frozen=True, slots=True)
class Furniture:
    """The compiled phrases. Every method takes a line without outer white space."""

    ends: frozenset[str]
    end_starts: re.Pattern[str]
    contents: frozenset[str]
    notices: frozenset[str]
    notice_starts: re.Pattern[str]
    pointers: re.Pattern[str]
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

    def opens_contents(self, line: str) -> bool:
        """Whether `line` is the title of a table of contents."""
        return len(line) <= _MAX_TEXT and _strip_marks(line) in self.contents

    def is_notice(self, line: str, words: int) -> bool:
        """Whether `line` interrupts a story: "Advertisement", "Editor's note: …", "Page 2 of 3",
        "For more about the harbour, visit: …"."""
        if words > _MAX_NOTE or len(line) > _MAX_TEXT:
            return False
        folded = line.casefold().replace("’", "'").lstrip("*_[(<【 ")
        if _strip_marks(line) in self.notices or is_page_number(line):
            return True
        if self.notice_starts.match(folded) or _HATNOTE.fullmatch(line):
            return True
        points_away = words <= _MAX_POINTER and _POINTS_AWAY.search(line)
        return bool(
            points_away and self.pointers.match(folded) and not _SENTENCE_WITHIN.search(line)
        )

    def is_furniture(self, line: str, words: int) -> bool:
        """Whether `line` is the site's: "Share", "Sign up for our newsletter", "12"."""
        if _REFERENCE.match(line):
            return True
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
        return bool(self.holds.search(drop_quoted(folded)))


@cache
def load_furniture() -> Furniture:
    """Return the phrases of furniture.toml, read once."""
    data = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
    ends, site, credit, names = data["ends"], data["furniture"], data["credits"], data["names"]
    notices = data["notices"]
    return Furniture(
        ends=frozenset(ends["lines"]),
        end_starts=re.compile(rf"(?:{_alternatives(ends['starts'])})(?!\w)"),
        contents=frozenset(notices["contents"]),
        notices=frozenset(notices["lines"]),
        notice_starts=re.compile(_alternatives(notices["starts"])),
        pointers=re.compile(_alternatives(notices["pointers"])),
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


def drop_quoted(text: str) -> str:
    """Return `text` without what stands in quotation marks: somebody speaks of such a phrase."""
    return _QUOTED.sub(" ", text)


def _strip_marks(line: str) -> str:
    line = _EDIT_LINK.sub("", line)
    letters = (n for n, character in enumerate(line) if character.isalpha())
    start = next(letters, len(line))
    end = next((n for n in range(len(line), start, -1) if line[n - 1].isalpha()), start)
    return " ".join(line[start:end].casefold().split())


def _alternatives(phrases: Iterable[str]) -> str:
    """Return an expression for any of `phrases`, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
