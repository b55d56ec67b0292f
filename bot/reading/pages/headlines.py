"""Headlines: which lines can be one, which two are the same, which one is a story's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.reading.pages.lines import Line, Look

_SHORTEST, _LONGEST = 3, 30  # words
_WHOLE = 8
_LONGEST_TEASER = 20
_SOLID_PROSE = 12
_FARTHEST = 60  # lines above the body
_LONGEST_HEAD = 8  # lines within the body
_LONGEST_SITE_NAME = 60  # characters

_NOT_WORD = re.compile(r"[\W_]+")
_SITE_NAME = re.compile(rf"(?:\s+[-–—|·•»:]\s+|\s*[|»]\s*)([^|·•»]{{1,{_LONGEST_SITE_NAME}}})$")
_TRAIL = re.compile(r"\s[>»›]\s|^\d+\.\s|^[»>o]\s")


def can_be_headline(line: Line) -> bool:
    """Whether `line` has the length and the ending of a headline."""
    if line.bullet or not _SHORTEST <= line.words <= _LONGEST or _TRAIL.search(line.text):
        return False
    if line.look is Look.TEASER:
        return line.words <= _LONGEST_TEASER
    return line.look is Look.SHORT or (line.look is Look.PROSE and line.text[-1] not in ".:;,。")


def same_headline(one: str, other: str) -> bool:
    """Whether two lines are one headline but for case, punctuation and a site's name."""
    if abs(len(one) - len(other)) > _LONGEST_SITE_NAME + 5 or not (one and other):
        return False
    a, b = _words(one), _words(other)
    if a == b:
        return bool(a)
    shorter, longer = sorted((one, other), key=len)
    return bool(_words(shorter)) and _words(without_site(longer)) == _words(shorter)


def without_site(headline: str) -> str:
    """`headline` without the name of a site after its last dash or bar."""
    return _SITE_NAME.sub("", headline)


def find_headline(lines: Sequence[Line], body: range) -> int | None:
    """The index of the headline of the story whose body is found at `body`, if it has one.

    A body may open with lines that are still its head: a headline that is a question, a
    standfirst. Of the lines that can be a headline, it is one that is printed again on the page,
    that a byline or date follows, that has no other above it, that is long enough to say
    something, and that stands near the body.
    """
    opening = body[:_LONGEST_HEAD]
    head = next((n for n in opening if _is_solid(lines[n])), opening.stop)
    candidates = [
        n for n in range(max(0, body.start - _FARTHEST), head) if can_be_headline(lines[n])
    ]
    times = Counter(_words(without_site(line.text)) for line in lines if can_be_headline(line))

    # By eye, 50 of the 61 pages of bench/pages.py get their headline; each part is worth 3 or more.
    def merit(n: int) -> float:
        again = times[_words(without_site(lines[n].text))] > 1
        signed = any(line.look in (Look.BYLINE, Look.STAMP) for line in lines[n + 1 : n + 4])
        first = n == 0 or not can_be_headline(lines[n - 1])
        length = min(lines[n].words, _WHOLE) / _WHOLE
        return again + 2 * signed + first + 2 * length - (head - n) / 6

    return max(candidates, key=merit, default=None)


def best_form(lines: Sequence[Line], headline: str) -> str:
    """`headline` as `lines` print it best: without a site's name, not all in capitals."""
    forms = [line.text for line in lines if same_headline(line.text, headline)]
    return min(forms, key=lambda form: (form.isupper(), len(form)))


def _is_solid(line: Line) -> bool:
    return line.look is Look.PROSE and line.words >= _SOLID_PROSE and not can_be_headline(line)


def _words(text: str) -> str:
    return _NOT_WORD.sub(" ", text.replace("’", "'").casefold()).strip()
