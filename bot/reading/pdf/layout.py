"""The lines of a PDF's pages in reading order: columns one after the other, no running heads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.reading.pdf.glyphs import Run, is_raised, raise_figures

_MAX_SHIFT = 0.3  # of the baseline within a line, in sizes of the type
_MIN_WORD_GAP = 0.12
_MAX_DROP = 0.75  # of a quotation mark at the foot of a line
_MARK = re.compile(r"[\d*†‡§]{1,3}|[”“]")
_LOWERED = {"”": "„", "“": "„"}
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

# A gap is one between columns if lines of text stand on both sides of it, next to each other.
_STEP = 4.0  # points between two places that are tried
_BAND = 6.0  # points of height
_MIN_HEIGHT = 5  # bands that both columns share
_NEARLY = 0.85
_CUT_COST = 15.0  # points of width
_MAX_CROSSING = 0.4  # of the runs
_MIN_COLUMN_TEXT = 14  # characters, the median of its lines
_MAX_DEPTH = 4

_MARGIN_LINES = 3  # at the head and at the foot of a page, among which running ones are searched
_SAME_HEIGHT = 4.0  # points
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|página|pagina|p\.|s\.)\s*)?[-–—|\[(·•]*\s*(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|of|von|de|di|sur|van)\s*\d{1,4})?\s*[-–—|\])·•]*|제?\s*\d{1,4}\s*(?:쪽|페이지)|第?\d{1,4}页",
    re.IGNORECASE,
)
_TAIL = 80  # characters
_CONTENTS_ENTRY = re.compile(r"(?:\s?[.·…]){4,}\s*(?:\d+|[ivxlc]+)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a column; `column` is where the column begins and ends."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool
    ends_in_space: bool
    page: int
    column: tuple[float, float]


def read_page_lines(runs: Sequence[Run], page: int) -> list[TextLine]:
    """Return the lines of a page in reading order."""
    return [line for column in _split_columns(runs) for line in _make_lines(column, page)]


def _split_columns(runs: Sequence[Run], depth: int = 0) -> Iterator[Sequence[Run]]:
    """Yield the runs column by column.

    A line across a gap ends the columns above it; others begin below.
    """
    gap = _find_gap(runs) if runs and depth < _MAX_DEPTH else None
    if gap is None:
        if runs:
            yield runs
        return
    crossing = sorted((run for run in runs if run.left < gap < run.right), key=_from_above)
    bands: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        if run not in crossing:
            bands[sum(run.baseline < other.baseline for other in crossing)].append(run)
    for n in range(len(crossing) + 1):
        for is_right in (False, True):
            side = [run for run in bands[n] if (run.left >= gap) is is_right]
            yield from _split_columns(side, depth + 1)
        # What stands beside a line across the gap continues it.
        if n < len(crossing):
            yield [crossing[n]]


def _from_above(run: Run) -> float:
    return -run.baseline


def _find_gap(runs: Sequence[Run]) -> float | None:
    """Return the place of the gap between two columns, or None where the text has one column.

    Of the places with text on both sides over nearly the same height, the widest gap counts; one
    that cuts the end off a line is none between columns.
    """
    start, end = min(run.left for run in runs), max(run.right for run in runs)
    gaps: list[tuple[int, float, float]] = []
    for n in range(1, int((end - start) // _STEP)):
        place = start + n * _STEP
        crossing = [run for run in runs if run.left < place < run.right]
        if len(crossing) > _MAX_CROSSING * len(runs):
            continue
        left = [run for run in runs if run.right <= place]
        right = [run for run in runs if run.left >= place]
        shared = _find_bands(left) & _find_bands(right)
        height = len(shared) - len(_find_bands(crossing) & (_find_bands(left) | _find_bands(right)))
        if height >= _MIN_HEIGHT and _is_text(left) and _is_text(right):
            width = min(run.left for run in right) - max(run.right for run in left)
            cut = sum(min(place - run.left, run.right - place) < run.size for run in crossing)
            gaps.append((height, width - _CUT_COST * cut, place))
    if not gaps:
        return None
    least = _NEARLY * max(height for height, _, _ in gaps)
    _, place = max((width, place) for height, width, place in gaps if height >= least)
    return place


def _find_bands(runs: Iterable[Run]) -> set[int]:
    """Return the bands of height that the runs reach into."""
    return {
        band
        for run in runs
        for band in range(int(run.baseline // _BAND), int((run.baseline + run.size) // _BAND) + 1)
    }


def _is_text(runs: Sequence[Run]) -> bool:
    """Whether the runs are lines of a column rather than the cells of a table."""
    lines: Counter[int] = Counter()
    for run in runs:
        lines[round(run.baseline)] += len(run.text)
    lengths = sorted(lines.values())
    return bool(lengths) and lengths[len(lengths) // 2] >= _MIN_COLUMN_TEXT


def _make_lines(runs: Sequence[Run], page: int) -> list[TextLine]:
    """Return the lines of one column from its head to its foot."""
    marks = [run for run in runs if _MARK.fullmatch(run.text)]
    lines: list[list[Run]] = []
    for run in sorted((run for run in runs if run not in marks), key=_from_above):
        if lines and abs(lines[-1][0].baseline - run.baseline) <= _MAX_SHIFT * max(
            run.size, lines[-1][0].size
        ):
            lines[-1].append(run)
        else:
            lines.append([run])
    for mark in marks:
        if (line := _find_line(lines, mark)) is not None:
            base = line[0]
            is_quote = (
                mark.text in _LOWERED and mark.baseline < base.baseline - _MAX_SHIFT * base.size
            )
            text = _LOWERED[mark.text] if is_quote else mark.text
            line.append(replace(mark, text=raise_figures(text) if is_raised(base, mark) else text))
        else:
            lines.append([mark])
    column = (min(run.left for run in runs), max(run.right for run in runs))
    joined = [_join_runs(line, page, column) for line in lines]
    return sorted(joined, key=lambda line: -line.baseline)


def _find_line(lines: Sequence[list[Run]], mark: Run) -> list[Run] | None:
    """Return the line that a raised figure or a lowered quotation mark stands on."""
    candidates = [
        line
        for line in lines
        if abs(mark.baseline - line[0].baseline) <= _MAX_DROP * line[0].size
        and (mark.baseline >= line[0].baseline - _MAX_SHIFT or mark.text in _LOWERED)
    ]
    return min(candidates, key=lambda line: abs(mark.baseline - line[0].baseline), default=None)


def _join_runs(runs: Sequence[Run], page: int, column: tuple[float, float]) -> TextLine:
    """Return runs that stand side by side as one line."""
    letters = "".join(run.text for run in runs)
    is_reversed = len(_RIGHT_TO_LEFT.findall(letters)) > len(letters) / 3
    ordered = sorted(runs, key=lambda run: -run.right if is_reversed else run.left)
    text = ordered[0].text
    for run, following in pairwise(ordered):
        gap = run.left - following.right if is_reversed else following.left - run.right
        is_apart = run.ends_in_space or gap > _MIN_WORD_GAP * max(run.size, following.size)
        text += " " * is_apart + following.text
    longest = max(runs, key=lambda run: len(run.text))
    return TextLine(
        text,
        left=min(run.left for run in runs),
        right=max(run.right for run in runs),
        baseline=longest.baseline,
        size=longest.size,
        is_bold=all(run.is_bold for run in runs),
        ends_in_space=ordered[-1].ends_in_space,
        page=page,
        column=column,
    )


def drop_running_lines(pages: Sequence[Sequence[TextLine]]) -> list[TextLine]:
    """Return the lines of all pages without headers, footers, page numbers and contents.

    A header or footer is printed at the same height on several pages, with other numbers at most;
    at the height of one on most pages, whatever stands there is one.
    """
    margins = [_find_margins(lines) for lines in pages]
    printed = Counter(key for lines in margins for key in {_running_key(line) for line in lines})
    running_heights = Counter(
        _round_height(line)
        for lines in margins
        for line in lines
        if printed[_running_key(line)] > 1
    )
    kept = []
    for lines, margin in zip(pages, margins, strict=True):
        running = {
            id(line)
            for line in margin
            if printed[_running_key(line)] > 1
            or (len(pages) > 2 and running_heights[_round_height(line)] > len(pages) / 2)
        }
        numbers = [line for line in _find_edges(lines) if _PAGE_NUMBER.fullmatch(line.text)]
        running |= {id(line) for line in numbers}
        kept += [
            line for line in lines if id(line) not in running and not _is_contents_entry(line.text)
        ]
    return kept


def _is_contents_entry(text: str) -> bool:
    """Whether dots lead to the number of a page at the end of `text`."""
    return text[-1:].isalnum() and bool(_CONTENTS_ENTRY.search(text[-_TAIL:]))


def _find_margins(lines: Sequence[TextLine]) -> list[TextLine]:
    ordered = sorted(lines, key=lambda line: -line.baseline)
    return [*ordered[:_MARGIN_LINES], *ordered[_MARGIN_LINES:][-_MARGIN_LINES:]]


def _find_edges(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines at the very head and foot of a page."""
    heights = {line.baseline for line in lines}
    edges = (max(heights, default=0.0), min(heights, default=0.0))
    return [line for line in lines if line.baseline in edges]


def _running_key(line: TextLine) -> tuple[str, int]:
    return _NUMBER.sub("#", line.text.casefold()), _round_height(line)


def _round_height(line: TextLine) -> int:
    return round(line.baseline / _SAME_HEIGHT)
