"""Which of a page's blocks belong to its story: those that trafilatura extracts, located again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from bot.reading.html.blocks import Block, drop_invisible
from bot.reading.pages.lines import UNSPACED, Look

_Words: TypeAlias = tuple[str, ...]

_SHINGLE = 4  # words
# Of a block's shingles, for trafilatura leaves out what is within it, such as a caption.
# Anything from .6 to .8 gives the same F1 on the 33 pages of bench/pages_html.py.
_MIN_EXTRACTED = 0.8
_MAX_WIDE_GAP = 40  # of the same element
_MAX_LEAD_IN = 12  # words
_MAX_GAP = 4  # blocks; F1 .954 without any, .960 with 4 or 8

_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")  # a character where no spaces divide words
_WITHIN_PARAGRAPH = frozenset(("hi", "ref", "del", "code", "lb"))
# What trafilatura raises on malformed pages.
_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def find_story_blocks(tree: HtmlElement, blocks: Sequence[Block]) -> list[int]:
    """Return the indices of the `blocks` of `tree` that belong to its story, in order.

    They are those that trafilatura extracts, each text once, and the prose between two of them
    that it passed over. Its own text is not kept: it is trimmed and rejoined.
    """
    texts = list(_extract_texts(tree))
    lines = {_split_words(line) for text in texts for line in text.split("\n")}
    extracted = {shingle for text in texts for shingle in _shingles(_split_words(text))}
    block_words = [_split_words(block.text) for block in blocks]
    certain = [
        n for n, words in enumerate(block_words) if _share(words, extracted) >= _MIN_EXTRACTED
    ]
    if not certain:
        return []
    # Fewer words than a shingle may occur anywhere on the page: they count within the story only.
    first_uses: dict[_Words, int] = {}
    for n in range(certain[0], _find_end(blocks, block_words, lines, certain[-1]) + 1):
        words = block_words[n]
        if words in lines or _share(words, extracted) >= _MIN_EXTRACTED:
            first_uses.setdefault(words, n)
    numbers = sorted(n for n in first_uses.values() if not _is_bare_link(blocks[n]))
    numbers = sorted({*numbers, *_find_gap_prose(blocks, numbers)})
    while numbers and blocks[numbers[-1]].is_heading:
        numbers.pop()
    return [n for n in numbers if not _announces_links(blocks, n)]


def _find_end(
    blocks: Sequence[Block], block_words: Sequence[_Words], lines: Collection[_Words], end: int
) -> int:
    """Return the last block of the story, `end` or an extracted sentence of few words below it."""
    for n in range(end + 1, len(blocks)):
        if n - end > _MAX_GAP or blocks[n].line.look is Look.END:
            break
        if blocks[n].line.look is Look.PROSE and block_words[n] in lines:
            end = n
    return end


def _announces_links(blocks: Sequence[Block], n: int) -> bool:
    """Whether the block at `n` ends in a colon above a link to another page: "Read also:"."""
    if not blocks[n].text.endswith((":", "：")) or blocks[n].line.words > _MAX_LEAD_IN:
        return False
    return n + 1 == len(blocks) or _is_bare_link(blocks[n + 1])


def _is_bare_link(block: Block) -> bool:
    """Whether `block` is nothing but a link to another page: a related headline, a button."""
    return block.is_link and block.line.look is not Look.PROSE


def _find_gap_prose(blocks: Sequence[Block], numbers: Sequence[int]) -> Iterator[int]:
    """Yield the indices of prose in small gaps between the blocks of the story."""
    for above, below in pairwise(numbers):
        containers = {blocks[above].container, blocks[below].container}
        is_small = below - above <= _MAX_GAP
        for n in range(above + 1, min(below, above + _MAX_WIDE_GAP)):
            is_near = is_small or blocks[n].container in containers
            if is_near and not blocks[n].is_aside and blocks[n].line.look is Look.PROSE:
                yield n


def _extract_texts(tree: HtmlElement) -> Iterator[str]:
    """Yield each paragraph, heading and item that trafilatura extracts, line by line.

    Its default precedes its setting for recall by .006 of F1 on the 343 pages of bench/web.py.
    """
    import trafilatura  # half a second: only where pages are read

    try:
        document = trafilatura.bare_extraction(tree, include_comments=False, include_tables=False)
    except _ERRORS:
        return
    if not isinstance(document, trafilatura.settings.Document):
        return
    run: list[str] = []
    for event, element in etree.iterwalk(document.body, events=("start", "end")):
        if element.tag == "lb" and event == "start":
            run.append("\n")
        elif element.tag not in _WITHIN_PARAGRAPH:
            yield "".join(run)
            run.clear()
        run.append((element.text if event == "start" else element.tail) or "")
    yield "".join(run)


def _split_words(text: str) -> _Words:
    return tuple(_WORD.findall(drop_invisible(text).casefold()))


def _shingles(words: _Words) -> list[_Words]:
    return [words[n : n + _SHINGLE] for n in range(len(words) - _SHINGLE + 1)]


def _share(words: _Words, extracted: Collection[_Words]) -> float:
    """Return the share of the shingles of `words` that are `extracted`; 0 where there are none."""
    shingles = _shingles(words)
    return sum(shingle in extracted for shingle in shingles) / len(shingles) if shingles else 0.0
