"""The body of a story among the lines of a page: the run of lines that says most, cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.model import Paragraph
from bot.reading.pages.credits import find_asides, is_signed_off
from bot.reading.pages.headlines import same_headline
from bot.reading.pages.lines import Line, Look

# Gains are in words, tuned on the even ones of the 61 pages that bench/pages.py measures and
# checked on the odd ones: F1 .932 and .947, without the pages' indentation .919 and .943. Most
# can be halved or doubled for less than .01.
_LONGEST_COUNTED = 60
_GAINS = {
    Look.TEASER: -3.0,
    Look.SHORT: -3.0,
    Look.BYLINE: -8.0,
    Look.STAMP: -8.0,
    Look.CREDIT: -8.0,
    Look.FURNITURE: -8.0,
    Look.END: -80.0,
}
# What prose counts with no prose beside it, on one side, on both: teasers and comments stand
# alone between headlines and names. Counting all alike costs .02.
_COMPANY = (0.25, 0.8, 1.0)
_OFF_COLUMN = 0.5
_AFTER_END = 0.7  # each; 1.0 costs .02 on the odd pages
_LONGEST_INTERRUPTION = 4  # lines
_LONGEST_INSET = 7
_LIST_INDENT = 4  # characters

_LONGEST_HEADING = 12  # words
_SHORTEST_UNHEADED = 4
_LONGEST_CAPTION = 70
_LONGEST_SIGNED_CAPTION = 30


def find_body(lines: Sequence[Line]) -> range:
    """The run of `lines` with the largest sum of gains (Kadane's maximum subarray)."""
    best, total, start = 0.0, 0.0, 0
    run = range(0)
    for n, gain in enumerate(_gains(lines)):
        total += gain
        if total <= 0:
            total, start = 0.0, n + 1
        elif total >= best:
            best, run = total, range(start, n + 1)
    return run


def _gains(lines: Sequence[Line]) -> list[float]:
    """What each line adds to a run that holds it."""
    gains = []
    trust = 1.0
    indent = None
    for n, line in enumerate(lines):
        if line.look is Look.PROSE:
            above, below = range(n - 1, -1, -1), range(n + 1, len(lines))
            company = _COMPANY[_has_prose(lines, above) + _has_prose(lines, below)]
            gains.append(min(line.words, _LONGEST_COUNTED) * company * trust)
            indent = line.indent
        elif line.look is Look.END and _is_inset(lines, n, indent):
            gains.append(_GAINS[Look.SHORT])
        elif _lacks_its_stop(lines, n):
            gains.append(0.0)
        else:
            gains.append(_GAINS[line.look])
            if line.look is Look.END:
                trust *= _AFTER_END
    return _weighed_by_column(lines, gains)


def _has_prose(lines: Sequence[Line], beside: range) -> bool:
    """Whether the first of the lines `beside` that is no interruption is prose."""
    for n in beside[:_LONGEST_INTERRUPTION]:
        if lines[n].look not in (Look.FURNITURE, Look.CREDIT):
            return lines[n].look is Look.PROSE
    return False


def _lacks_its_stop(lines: Sequence[Line], n: int) -> bool:
    """Whether the line at `n`, too long for a heading, only lacks the full stop to be prose."""
    line, beside = lines[n], (*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2])
    long = line.look is Look.SHORT and line.words >= _LONGEST_HEADING
    return long and all(other.look is Look.PROSE for other in beside)


def _is_inset(lines: Sequence[Line], end: int, indent: int | None) -> bool:
    """Whether the story goes on, at its own `indent`, below the few links that `end` heads."""
    for n in range(end + 1, min(end + 1 + _LONGEST_INSET, len(lines) - 1)):
        if lines[n].look is Look.PROSE:
            return lines[n].indent == indent and lines[n + 1].look is Look.PROSE
    return False


def _weighed_by_column(lines: Sequence[Line], gains: Sequence[float]) -> list[float]:
    """The gains, given that a body stands at one indent: the one where most is said.

    Prose elsewhere counts less. A short line on the column costs less the fewer of the page's
    short lines stand there; where the page has no indents, all do and nothing changes.
    """
    column = _column(lines, gains)
    short = [_stands_on(column, line) for line in lines if line.look is Look.SHORT]
    crowd = sum(short) / len(short) if short else 1.0
    weighed = []
    for line, gain in zip(lines, gains, strict=True):
        on_column = _stands_on(column, line)
        if gain > 0 and not on_column:
            gain *= _OFF_COLUMN
        elif line.look is Look.SHORT and on_column:
            gain *= crowd
        weighed.append(gain)
    return weighed


def _column(lines: Sequence[Line], gains: Sequence[float]) -> int:
    """The indent at which most is said."""
    said: Counter[int] = Counter()
    for line, gain in zip(lines, gains, strict=True):
        if gain > 0:
            said[line.indent] += round(gain)
    return max(said, key=lambda indent: (said[indent], -indent), default=0)


def _stands_on(column: int, line: Line) -> bool:
    deeper = line.indent - column
    return deeper == 0 or (line.bullet and 0 < deeper <= _LIST_INDENT)


def read_paragraphs(lines: Sequence[Line], title: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a run of body lines, each under the heading that the page printed.

    A short line is the heading of the prose that follows it; with no prose to head it is itself
    said, as in a list.
    """
    said = list(_said(lines, title))
    paragraphs: list[Paragraph] = []
    heading: str | None = None
    for n, line in enumerate(said):
        if line.look is Look.SHORT and not line.bullet and line.words < _LONGEST_HEADING:
            if n + 1 < len(said) and (said[n + 1].look is not Look.SHORT or said[n + 1].bullet):
                heading = line.text
                continue
            if line.words < _SHORTEST_UNHEADED:
                continue
        paragraphs.append(Paragraph(line.text, heading, find_asides(line.text, title)))
    return tuple(paragraphs)


def _said(lines: Sequence[Line], title: str) -> Iterator[Line]:
    """The lines that belong to the story, section headings among them."""
    among_links = False
    column = _column(lines, [float(line.words) for line in lines])
    for n, (line, below) in enumerate(zip_longest(lines, lines[1:])):
        if line.look in (Look.END, Look.FURNITURE):
            among_links = True
        if line.look is Look.PROSE:
            among_links = False
        if line.look not in (Look.PROSE, Look.SHORT, Look.TEASER) or among_links:
            continue
        if same_headline(line.text, title):
            continue
        if below and (_is_caption(line, below, column) or (n == 0 and _is_signed_caption(line))):
            continue
        if line.look is Look.TEASER and (below is None or below.look is Look.FURNITURE):
            continue
        yield line


def _is_caption(line: Line, below: Line, column: int) -> bool:
    """Whether the line `below` credits the picture that `line`, set apart, describes."""
    set_apart = line.gap or line.indent != column
    credited = below.look is Look.CREDIT and not below.gap
    return credited and set_apart and line.words <= _LONGEST_CAPTION


def _is_signed_caption(line: Line) -> bool:
    """Whether `line`, the first of a body, can only be the caption of its opening picture."""
    return line.words <= _LONGEST_SIGNED_CAPTION and is_signed_off(line.text)
