"""Headlines: which lines can be one, which two are the same, which one is a story's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.reading.pages.lines import Line, Look

_MIN_LENGTH, _MAX_LENGTH = 3, 30  # words
_FULL_LENGTH = 8
_MAX_TEASER = 20
_MIN_SOLID_PROSE = 12
_MAX_DISTANCE = 60  # lines above the body
_MAX_HEAD = 8  # lines within the body
_MAX_SITE_NAME = 60  # characters

_NOT_WORD = re.compile(r"[\W_]+")
_SITE_NAME = re.compile(rf"(?:\s+[-–—|·•»:]\s+|\s*[|»]\s*)([^|·•»]{{1,{_MAX_SITE_NAME}}})$")
_TRAIL = re.compile(r"\s[>»›]\s|^\d+\.\s|^[»>o]\s")


def can_be_headline(line: Line) -> bool:
    """Whether `line` has the length and the ending of a headline."""
    if line.is_bullet or not _MIN_LENGTH <= line.words <= _MAX_LENGTH or _TRAIL.search(line.text):
        return False
    if line.look is Look.TEASER:
        return line.words <= _MAX_TEASER
    return line.look is Look.SHORT or (line.look is Look.PROSE and line.text[-1] not in ".:;,。")


def is_same_headline(first: str, second: str) -> bool:
    """Whether two lines differ at most in case, punctuation and a site's name."""
    if abs(len(first) - len(second)) > _MAX_SITE_NAME + 5 or not (first and second):
        return False
    if _normalise(first) == _normalise(second):
        return bool(_normalise(first))
    shorter, longer = sorted((first, second), key=len)
    words = _normalise(shorter)
    return bool(words) and _normalise(strip_site_name(longer)) == words


def strip_site_name(headline: str) -> str:
    """Return `headline` without the name of a site after its last dash or bar."""
    return _SITE_NAME.sub("", headline)


def find_headline(lines: Sequence[Line], body: range) -> int | None:
    """Return the index of the headline of the story with this body, None if it has none.

    A body may open with lines of its head: a headline that is a question, a standfirst. A line
    that can be a headline scores for being printed again on the page, for a byline or date
    below it, for no such line above it, for its length, and for being near the body.
    """
    opening = body[:_MAX_HEAD]
    head_end = next((n for n in opening if _is_solid(lines[n])), opening.stop)
    candidates = [
        n for n in range(max(0, body.start - _MAX_DISTANCE), head_end) if can_be_headline(lines[n])
    ]
    counts = Counter(
        _normalise(strip_site_name(line.text)) for line in lines if can_be_headline(line)
    )

    # By eye, 50 of the 61 pages of bench/pages.py get their headline; each part gains 3 or more.
    def score(n: int) -> float:
        repeated = counts[_normalise(strip_site_name(lines[n].text))] > 1
        signed = any(line.look in (Look.BYLINE, Look.STAMP) for line in lines[n + 1 : n + 4])
        first = n == 0 or not can_be_headline(lines[n - 1])
        length = min(lines[n].words, _FULL_LENGTH) / _FULL_LENGTH
        return repeated + 2 * signed + first + 2 * length - (head_end - n) / 6

    return max(candidates, key=score, default=None)


def find_best_form(lines: Sequence[Line], headline: str) -> str:
    """Return the form of `headline` in `lines` without a site's name and not all in capitals."""
    forms = [line.text for line in lines if is_same_headline(line.text, headline)]
    return min(forms, key=lambda form: (form.isupper(), len(form)))


def _is_solid(line: Line) -> bool:
    return line.look is Look.PROSE and line.words >= _MIN_SOLID_PROSE and not can_be_headline(line)


def _normalise(text: str) -> str:
    return _NOT_WORD.sub(" ", text.replace("’", "'").casefold()).strip()
