"""Which of a page's blocks its story tells: those that trafilatura extracts, found again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement

from bot.reading.html.blocks import Block
from bot.reading.pages.lines import Look

_Words = tuple[str, ...]

_SHINGLE = 4  # words
# Of a block's shingles, for trafilatura leaves out what stands within it, such as a caption.
# Anything from .6 to .8 gives the same F1 on the 33 pages of bench/pages_html.py.
_TAKEN = 0.8
_LONGEST_GAP = 4  # blocks; F1 .954 without any, .960 with 4 or 8

_WORD = re.compile(r"\w+")
_WITHIN_PARAGRAPH = frozenset(("hi", "ref", "del", "code", "lb"))
# What trafilatura raises on pages that are no pages.
_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def blocks_told(tree: HtmlElement, blocks: Sequence[Block]) -> list[int]:
    """Which of the `blocks` of `tree` its story tells, in their order; none where it has none.

    They are those that trafilatura extracts, each text once, and the prose between two of them
    that it passed over. Its own text is not kept: it is trimmed and put together anew.
    """
    extracted = list(_extracted(tree))
    whole = {_words(line) for text in extracted for line in text.split("\n")}
    taken = {shingle for text in extracted for shingle in _shingles(_words(text))}
    texts = [_words(block.text) for block in blocks]
    long = [n for n, words in enumerate(texts) if _share(words, taken) >= _TAKEN]
    if not long:
        return []
    # Fewer words than a shingle may stand anywhere on the page: they count within the story only.
    told: dict[_Words, int] = {}
    for n in range(long[0], long[-1] + 1):
        if texts[n] in whole or _share(texts[n], taken) >= _TAKEN:
            told.setdefault(texts[n], n)
    return sorted({*told.values(), *_passed_over(blocks, sorted(told.values()))})


def _passed_over(blocks: Sequence[Block], told: Sequence[int]) -> Iterator[int]:
    """The prose in small gaps between the blocks told."""
    for above, below in pairwise(told):
        if below - above <= _LONGEST_GAP:
            for n in range(above + 1, below):
                if not blocks[n].apart and blocks[n].line.look is Look.PROSE:
                    yield n


def _extracted(tree: HtmlElement) -> Iterator[str]:
    """Each paragraph, heading and item that trafilatura takes, line by line.

    With its setting for recall F1 is .960, with its default .951: what is too much, the page
    reader's own signs take out again.
    """
    import trafilatura  # half a second: only where pages are read

    try:
        found = trafilatura.bare_extraction(
            tree, favor_recall=True, include_comments=False, include_tables=False
        )
    except _FAULTS:
        return
    if not isinstance(found, trafilatura.settings.Document):
        return
    run: list[str] = []
    for event, element in etree.iterwalk(found.body, events=("start", "end")):
        if element.tag == "lb" and event == "start":
            run.append("\n")
        elif element.tag not in _WITHIN_PARAGRAPH:
            yield "".join(run)
            run.clear()
        run.append((element.text if event == "start" else element.tail) or "")
    yield "".join(run)


def _words(text: str) -> _Words:
    return tuple(_WORD.findall(text.casefold()))


def _shingles(words: _Words) -> list[_Words]:
    return [words[n : n + _SHINGLE] for n in range(len(words) - _SHINGLE + 1)]


def _share(words: _Words, taken: Collection[_Words]) -> float:
    """The share of the shingles of `words` that are among those `taken`; 0 where there are none."""
    shingles = _shingles(words)
    return sum(shingle in taken for shingle in shingles) / len(shingles) if shingles else 0.0
