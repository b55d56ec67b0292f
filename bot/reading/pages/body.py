"""The body of a story among the lines of a page: the best-scoring run of lines, cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.model import Paragraph, Span
from bot.reading.pages.credits import find_asides, is_agency, is_signed_off
from bot.reading.pages.headlines import is_same_headline
from bot.reading.pages.lines import Line, Look
from bot.reading.pages.structure import mark_structure, strip_edit_link
from bot.text.sentences import split_sentences

# Gains are in words, tuned on the even ones of the 61 pages that bench/pages.py measures and
# checked on the odd ones: F1 .932 and .947, without the pages' indentation .919 and .943. Most
# can be halved or doubled for less than .01.
_MAX_COUNTED = 60
_GAINS = {
    Look.TEASER: -3.0,
    Look.SHORT: -3.0,
    Look.BYLINE: -8.0,
    Look.STAMP: -8.0,
    Look.CREDIT: -8.0,
    Look.NOTICE: -2.0,
    Look.HEADING: 0.0,
    Look.ITEM: 0.0,
    Look.FURNITURE: -8.0,
    Look.END: -80.0,
}
# The weight of prose with prose next to it on no side, on one, on both: teasers and comments are
# isolated between headlines and names. Equal weights cost .02.
_NEIGHBOUR_WEIGHTS = (0.25, 0.8, 1.0)
_OFF_COLUMN_WEIGHT = 0.5
_END_WEIGHT = 0.7  # of the prose after each END; 1.0 costs .02 on the odd pages
_NUMBERED_GAIN = -1.0  # at least, between the headings of a numbered story
_MAX_INTERRUPTION = 4  # lines
_MAX_BETWEEN = 30  # lines, with list items and notices
_MAX_INSET = 7
MAX_PARAGRAPH = 4_000  # characters; the longest of bench's pages and of the seeds has fewer
_LIST_INDENT = 4  # characters

_STORY_LOOKS = (Look.PROSE, Look.SHORT, Look.TEASER, Look.HEADING, Look.ITEM)
_MAX_LAST_TEASER = 25
_MAX_HEADING = 12  # words
_MIN_UNHEADED = 4
_MAX_CAPTION = 70
_MAX_SIGNED_CAPTION = 30


def find_body(lines: Sequence[Line]) -> range:
    """Return the run of `lines` with the largest sum of gains (Kadane's maximum subarray)."""
    best, total, start = 0.0, 0.0, 0
    run = range(0)
    for n, gain in enumerate(_compute_gains(lines)):
        total += gain
        if total <= 0:
            total, start = 0.0, n + 1
        elif total >= best:
            best, run = total, range(start, n + 1)
    return run


def _compute_gains(lines: Sequence[Line]) -> list[float]:
    """Return what each line adds to a run that contains it."""
    gains = []
    weight = 1.0
    indent = None
    numbered = _find_numbered_part(lines)
    for n, line in enumerate(lines):
        if n in numbered and line.look is not Look.PROSE:
            gains.append(max(_GAINS[line.look], _NUMBERED_GAIN))
        elif line.look is Look.PROSE:
            above, below = range(n - 1, -1, -1), range(n + 1, len(lines))
            neighbours = _NEIGHBOUR_WEIGHTS[_has_prose(lines, above) + _has_prose(lines, below)]
            gains.append(min(line.words, _MAX_COUNTED) * neighbours * weight)
            indent = line.indent
        elif line.look is Look.END and _heads_inset(lines, n, indent):
            gains.append(_GAINS[Look.SHORT])
        elif _lacks_full_stop(lines, n):
            gains.append(0.0)
        else:
            gains.append(_GAINS[line.look])
            if line.look is Look.END:
                weight *= _END_WEIGHT
    return _weigh_by_column(lines, gains)


def _find_numbered_part(lines: Sequence[Line]) -> range:
    """Return the lines from the first to the last heading of a numbered story."""
    headings = [n for n, line in enumerate(lines) if line.look is Look.HEADING]
    if not headings or any(line.look is Look.END for line in lines[headings[0] : headings[-1]]):
        return range(0)
    return range(headings[0], headings[-1])


def _has_prose(lines: Sequence[Line], numbers: range) -> bool:
    """Whether the first of these lines that is not an interruption is prose."""
    between = 0
    for n in numbers[:_MAX_BETWEEN]:
        if lines[n].look in (Look.FURNITURE, Look.CREDIT):
            between += 1
        elif lines[n].look not in (Look.NOTICE, Look.HEADING, Look.ITEM):
            return lines[n].look is Look.PROSE
        if between == _MAX_INTERRUPTION:
            return False
    return False


def _lacks_full_stop(lines: Sequence[Line], n: int) -> bool:
    """Whether the line at `n` is prose but for its full stop: too long a heading, between prose."""
    line, neighbours = lines[n], (*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2])
    is_long = line.look is Look.SHORT and line.words >= _MAX_HEADING
    return is_long and all(neighbour.look is Look.PROSE for neighbour in neighbours)


def _heads_inset(lines: Sequence[Line], end: int, indent: int | None) -> bool:
    """Whether the story continues, at its `indent`, below a few links that the line `end` heads."""
    for n in range(end + 1, min(end + 1 + _MAX_INSET, len(lines) - 1)):
        if lines[n].look is Look.PROSE:
            return lines[n].indent == indent and lines[n + 1].look is Look.PROSE
    return False


def _weigh_by_column(lines: Sequence[Line], gains: Sequence[float]) -> list[float]:
    """Return the gains, given that a body has one indent: the column with the largest gains.

    Prose elsewhere counts less. A short line on the column costs less the fewer of the page's
    short lines are there; where the page has no indents, nothing changes.
    """
    column = _find_column(lines, gains)
    on_column = [_is_on(column, line) for line in lines if line.look is Look.SHORT]
    short_share = sum(on_column) / len(on_column) if on_column else 1.0
    weighed = []
    for line, gain in zip(lines, gains, strict=True):
        if gain > 0 and not _is_on(column, line):
            gain *= _OFF_COLUMN_WEIGHT
        elif line.look is Look.SHORT and _is_on(column, line):
            gain *= short_share
        weighed.append(gain)
    return weighed


def _find_column(lines: Sequence[Line], gains: Sequence[float]) -> int:
    """Return the indent with the largest gains."""
    totals: Counter[int] = Counter()
    for line, gain in zip(lines, gains, strict=True):
        if gain > 0:
            totals[line.indent] += round(gain)
    return max(totals, key=lambda indent: (totals[indent], -indent), default=0)


def _is_on(column: int, line: Line) -> bool:
    depth = line.indent - column
    return depth == 0 or (line.is_bullet and 0 < depth <= _LIST_INDENT)


def read_paragraphs(lines: Sequence[Line], title: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a run of body lines, each with the heading that the page printed.

    A short line is the heading of the prose that follows it; without prose to head it is a
    paragraph itself, as in a list.
    """
    story_lines = list(_select_lines(mark_structure(lines), title))
    paragraphs: list[Paragraph] = []
    heading: str | None = None
    for n, line in enumerate(story_lines):
        if line.look is Look.HEADING:
            heading = line.text
            continue
        if line.look is Look.SHORT and not line.is_bullet and line.words < _MAX_HEADING:
            below = story_lines[n + 1] if n + 1 < len(story_lines) else None
            if below and (below.look is not Look.SHORT or below.is_bullet):
                heading = strip_edit_link(line.text)
                continue
            if line.words < _MIN_UNHEADED:
                continue
        asides = find_asides(line.text, title)
        if asides[:1] != (Span(0, len(line.text)),):  # nothing but a caption with its credit
            paragraphs.extend(split_long(Paragraph(line.text, heading, asides)))
    return tuple(paragraphs)


def split_long(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield a paragraph, in parts between sentences where it is longer than MAX_PARAGRAPH; where no
    sentence ends for so long, between words.

    Transcripts come on one line. What is done with a paragraph may take long for long ones.
    """
    text, start = paragraph.text, 0
    while start < len(text):
        end = _find_part_end(text, start)
        part = text[start:end].strip()
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        asides = (
            Span(max(aside.start, first) - first, min(aside.end, first + len(part)) - first)
            for aside in paragraph.asides
            if aside.start < first + len(part) and aside.end > first
        )
        if part:
            yield Paragraph(part, paragraph.heading, tuple(asides)) if part != text else paragraph
        start = end


def _find_part_end(text: str, start: int) -> int:
    """Return where the part of a long text that begins at `start` ends."""
    if len(text) - start <= MAX_PARAGRAPH:
        return len(text)
    window = text[start : start + MAX_PARAGRAPH]
    *_, last = (Span(0, 0), *split_sentences(window))
    if last.start:
        return start + last.start
    return start + (window.rfind(" ") + 1 or MAX_PARAGRAPH)


def _select_lines(lines: Sequence[Line], title: str) -> Iterator[Line]:
    """Yield the lines that belong to the story, with its section headings."""
    in_links = False
    column = _find_column(lines, [float(line.words) for line in lines])
    for n, (line, below) in enumerate(zip_longest(lines, lines[1:])):
        if line.look in (Look.END, Look.FURNITURE):
            in_links = True
        if line.look in (Look.PROSE, Look.HEADING, Look.ITEM):
            in_links = False
        if line.look not in _STORY_LOOKS or in_links:
            continue
        if line.look is not Look.ITEM and is_same_headline(line.text, title):
            continue
        if below and _is_caption(line, below, column):
            continue
        if n == 0 and below and (_is_signed_caption(line) or is_agency(below.text)):
            continue
        is_last = below is None or below.look is Look.FURNITURE
        if line.look is Look.TEASER and is_last and line.words <= _MAX_LAST_TEASER:
            continue
        yield line


def _is_caption(line: Line, below: Line, column: int) -> bool:
    """Whether `line`, set off from the text, is a caption that the line `below` credits."""
    is_separate = line.follows_gap or line.indent != column
    is_credited = below.look is Look.CREDIT and not below.follows_gap
    return is_credited and is_separate and line.words <= _MAX_CAPTION


def _is_signed_caption(line: Line) -> bool:
    """Whether `line`, the first of a body, is the signed caption of its opening picture."""
    return line.words <= _MAX_SIGNED_CAPTION and is_signed_off(line.text)
