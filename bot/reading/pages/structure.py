"""Lists, numbered headings and tables of contents among the lines of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.reading.pages.furniture import load_furniture
from bot.reading.pages.lines import Line, Look

_MIN_LEAD = 3  # words of the line that announces a list
_MAX_ITEMS = 30
_MAX_LAST_ITEMS = 12  # of a list that no prose follows
_MAX_ITEM = 40  # words
_MAX_HEADING = 12
_MIN_HEADINGS = 2

_NUMBER = re.compile(r"(?:#|No\.\s|\()?(\d{1,3})[.):]?\s+(?=\S*[^\W\d])")
_ENTRY_NUMBER = re.compile(r"^\d{1,3}(?:\.\d{1,3})*[.):]?\s+")
_LABEL = re.compile(r"[^:：]{2,60}[:：]\s?\S")
_HAS_WORD = re.compile(r"[^\W_]")
_EDIT_LINK = re.compile(r"\s*\[[^\[\]\d]{2,40}\]$")


def mark_structure(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` with the looks that their order shows, list items and numbered headings, and
    without tables of contents. Marking twice changes nothing."""
    contents = set(_find_contents(lines))
    marked = [line for n, line in enumerate(lines) if n not in contents]
    for n in _find_numbered_headings(marked):
        marked[n] = replace(marked[n], look=Look.HEADING)
    for n in _find_items(marked):
        marked[n] = replace(marked[n], look=Look.ITEM)
    return marked


def strip_edit_link(heading: str) -> str:
    """Return a heading without the link "[edit]" that wikis print beside it."""
    return _EDIT_LINK.sub("", heading)


def _find_contents(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the lines of tables of contents: entries that are numbered or are headings below."""
    titles = {n: _bare_title(line.text) for n, line in enumerate(lines)}
    last_uses = {title: n for n, title in titles.items()}
    for start, line in enumerate(lines):
        if not load_furniture().opens_contents(line.text):
            continue
        entries = []
        for n in range(start + 1, len(lines)):
            is_entry = lines[n].words <= _MAX_HEADING and lines[n].look is not Look.PROSE
            is_numbered = bool(_ENTRY_NUMBER.match(lines[n].text))
            if not is_entry or not (
                is_numbered or lines[n].look is Look.FURNITURE or last_uses[titles[n]] > n
            ):
                break
            entries.append(n)
        if len(entries) >= _MIN_HEADINGS:
            yield from (start, *entries)


def _bare_title(text: str) -> str:
    return strip_edit_link(_ENTRY_NUMBER.sub("", text, count=1)).casefold()


def _find_numbered_headings(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the headings of a numbered story: short, in sequence, with prose below each."""
    numbered = [
        (n, int(match[1]))
        for n, line in enumerate(lines)
        if line.look in (Look.SHORT, Look.HEADING)
        and line.words <= _MAX_HEADING
        and (match := _NUMBER.match(line.text))
    ]
    headings: set[int] = set()
    for (n, number), (below, number_below) in pairwise(numbered):
        between = [line.look for line in lines[n + 1 : below]]
        if abs(number_below - number) == 1 and Look.PROSE in between and Look.END not in between:
            headings |= {n, below}
    yield from sorted(headings)


def _find_items(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the short lines that a line ending in a colon announces."""
    has_gaps = any(
        line.follows_gap and line.look is above.look is Look.PROSE
        for above, line in pairwise(lines)
    )
    for lead, line in enumerate(lines):
        if line.look is Look.PROSE and line.text[-1] in ":：" and line.words >= _MIN_LEAD:
            yield from _find_announced(lines, lead, has_gaps)


def _find_announced(lines: Sequence[Line], lead: int, has_gaps: bool) -> Sequence[int]:
    items: list[int] = []
    for n in range(lead + 1, min(lead + 1 + _MAX_ITEMS, len(lines))):
        if not _can_be_item(lines[n]):
            break
        if items and _ends_block(lines, items, n, has_gaps=has_gaps):
            break
        items.append(n)
    below = items[-1] + 1 if items else lead + 1
    listed = [lines[n] for n in items]
    alike = all(item.is_bullet for item in listed) or all(
        _NUMBER.match(item.text) or _LABEL.match(item.text) for item in listed
    )
    if len(items) < _MIN_HEADINGS and not (items and alike):
        return ()
    if below < len(lines) and lines[below].look in (Look.PROSE, Look.HEADING):
        return items
    if alike or (has_gaps and not any(item.follows_gap for item in listed[1:])):
        return items
    return items if below == len(lines) and len(items) <= _MAX_LAST_ITEMS else ()


def _can_be_item(line: Line) -> bool:
    if line.look is Look.FURNITURE:
        return not _HAS_WORD.search(line.text)
    return line.look not in (Look.END, Look.NOTICE, Look.HEADING, Look.PROSE) and (
        line.words <= _MAX_ITEM
    )


def _ends_block(lines: Sequence[Line], items: Sequence[int], n: int, *, has_gaps: bool) -> bool:
    """Whether the line at `n` stands apart from the `items` above it: after bullets without one,
    or below a gap that is not between them."""
    if lines[items[-1]].is_bullet and not lines[n].is_bullet:
        return True
    together = len(items) > 1 and not any(lines[item].follows_gap for item in items[1:])
    return has_gaps and together and lines[n].follows_gap
