"""A page to its raw lines, with those that were broken at a fixed width put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.model import Span

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SENTENCE_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")

_WIDEST = 120  # characters
_FILLED = 0.6  # of the widest line: what is shorter was broken by its author
_FEWEST_RUN_ONS = 3
_RUN_ON_SHARE = 1 / 3


def split_lines(page: str) -> Iterator[str]:
    """The lines of `page` in order, each a part of it, character for character.

    Where the page is wrapped, a line goes on until a sentence ends, a line is not filled, or the
    next holds nothing or opens with a mark, as a list item does.
    """
    spans = list(_spans(page))
    texts = [page[span.start : span.end].rstrip() for span in spans]
    goes_on = _run_ons(texts)
    start = spans[0].start
    for n, span in enumerate(spans):
        if not goes_on[n]:
            yield page[start : span.end]
            start = spans[n + 1].start if n + 1 < len(spans) else len(page)


def _spans(page: str) -> Iterator[Span]:
    start = 0
    for found in _BREAK.finditer(page):
        yield Span(start, found.start())
        start = found.end()
    yield Span(start, len(page))


def _run_ons(lines: Sequence[str]) -> list[bool]:
    """For each line whether the next one continues it.

    A page is wrapped if no line is wide and many that are filled run on into lower case.
    """
    none = [False] * len(lines)
    widest = max(map(len, lines))
    if widest > _WIDEST:
        return none
    below = [line.lstrip()[:1] for line in lines[1:]] + [""]
    open_ended = [
        len(line) >= _FILLED * widest and opening.isalnum() and not _SENTENCE_ENDS.search(line)
        for line, opening in zip(lines, below, strict=True)
    ]
    run_ons = sum(
        runs and opening.islower() for runs, opening in zip(open_ended, below, strict=True)
    )
    if run_ons < max(_FEWEST_RUN_ONS, _RUN_ON_SHARE * sum(open_ended)):
        return none
    return open_ended
