"""Headlines: which lines can be one, which two are the same, which one is a story's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.reading.pages.credits import ends_in_agency
from bot.reading.pages.furniture import load_furniture
from bot.reading.pages.lines import Line, Look
from bot.reading.pages.stamps import opens_with_date

_MIN_LENGTH, _MAX_LENGTH = 3, 30  # words
_FULL_LENGTH = 8
_MAX_TEASER = 20
_MIN_SOLID_PROSE = 12
_MAX_DISTANCE = 60  # lines above the body
_MAX_HEAD = 8  # lines within the body
_MAX_SITE_NAME = 60  # characters

_NOT_WORD = re.compile(r"[\W_]+")
_SITE_NAME = re.compile(rf"(?:\s+[-–—|·•»:]\s+|\s*[|»｜]\s*)([^|·•»｜]{{1,{_MAX_SITE_NAME}}})$")
_TRAIL = re.compile(r"\s[>»›]\s|\w[»›]|››|→|^\d+\.\s|^[»>o«←→]\s")
_TERM = re.compile(r"[^\W\d_]{4,}|[가-힣]{2,}|[\u3040-\u30ff\u4e00-\u9fff]")
_MAX_COMPARED = 40  # lines of the body


def can_be_headline(line: Line) -> bool:
    """Whether `line` has the length and the ending of a headline."""
    if line.is_bullet or not _MIN_LENGTH <= line.words <= _MAX_LENGTH or _TRAIL.search(line.text):
        return False
    if opens_with_date(line.text) or ends_in_agency(line.text):
        return False
    if line.look is Look.TEASER:
        return line.words <= _MAX_TEASER
    return line.look is Look.SHORT or (line.look is Look.PROSE and line.text[-1] not in ".:;,。")


def _is_loose(line: Line) -> bool:
    """Whether `line` can be a headline but for its length: the name of a place or a person."""
    if line.words >= _MIN_LENGTH:
        return can_be_headline(line)
    is_section = line.text.casefold() in load_furniture().sections
    is_plain = line.look is Look.SHORT and not line.is_bullet and not is_section
    return is_plain and not _TRAIL.search(line.text)


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
    scores for being printed again on the page, for a byline or date below it, for no headline
    above it, for its length, for words that the body has too, and for being near the body.
    """
    opening = body[:_MAX_HEAD]
    head_end = next((n for n in opening if _is_solid(lines[n])), opening.stop)
    candidates = [
        n for n in range(max(0, body.start - _MAX_DISTANCE), head_end) if _is_loose(lines[n])
    ]
    normal_forms = [_normalise(strip_site_name(line.text)) for line in lines]
    counts = Counter(
        form for form, line in zip(normal_forms, lines, strict=True) if _is_loose(line)
    )
    body_terms = _terms(" ".join(lines[n].text for n in body[:_MAX_COMPARED]))

    # Fitted on the even pages of the web benchmark as plain text; the title found there is the
    # page's own on .60 of all pages, .53 without the shared terms and short titles.
    def score(n: int) -> float:
        line, terms = lines[n], _terms(lines[n].text)
        signed = any(below.look in (Look.BYLINE, Look.STAMP) for below in lines[n + 1 : n + 4])
        first = n == 0 or not can_be_headline(lines[n - 1])
        above_prose = lines[n + 1].look is Look.PROSE if n + 1 < len(lines) else False
        return (
            2 * (counts[normal_forms[n]] > 1 and line.words >= _MIN_LENGTH)
            + 2 * signed
            + first
            + 2 * min(line.words, _FULL_LENGTH) / _FULL_LENGTH
            + 3 * len(terms & body_terms) / max(1, len(terms))
            + 0.75 * above_prose
            - (_MIN_LENGTH - line.words + 1 if line.words < _MIN_LENGTH else 0)
            - (head_end - n) / 15
        )

    return max(candidates, key=score, default=None)


def _terms(text: str) -> set[str]:
    return set(_TERM.findall(text.casefold()))


def find_best_form(lines: Sequence[Line], headline: str) -> str:
    """Return the form of `headline` in `lines` without a site's name and not all in capitals; the
    headline itself where it holds no word, as a line of marks."""
    forms = [line.text for line in lines if is_same_headline(line.text, headline)] or [headline]
    return min(forms, key=lambda form: (form.isupper(), len(form)))


def _is_solid(line: Line) -> bool:
    return line.look is Look.PROSE and line.words >= _MIN_SOLID_PROSE and not can_be_headline(line)


def _normalise(text: str) -> str:
    return _NOT_WORD.sub(" ", text.replace("’", "'").casefold()).strip()
