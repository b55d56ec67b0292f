"""A paragraph to its sentences: whole quotations, whole abbreviations, no character touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sentencex

from bot.model import Span

# A piece this short that opens in lower case is a slip of the pen ("at the heart. of it all."),
# not a sentence.
_SLIP_WORDS = 3


def sentences(text: str, asides: Iterable[Span] = ()) -> tuple[Span, ...]:
    """The sentences of `text` in order, without the white space around them.

    `asides` are spans that belong to no sentence, such as a caption in the middle of a paragraph;
    the text before and after each is read by itself. sentencex keeps what stands between quotation
    marks together.
    """
    found: list[Span] = []
    start = 0
    for aside in (*sorted(asides), Span(len(text), len(text))):
        found.extend(_between(text, start, aside.start))
        start = max(start, aside.end)
    return tuple(found)


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    held: Span | None = None
    for boundary in sentencex.get_sentence_boundaries("en", text[start:end]):
        piece = text[start + boundary["start_index"] : start + boundary["end_index"]]
        if not piece.strip():
            continue
        first = start + boundary["start_index"] + len(piece) - len(piece.lstrip())
        span = Span(first, first + len(piece.strip()))
        if held and piece.lstrip()[0].islower() and len(piece.split()) <= _SLIP_WORDS:
            held = Span(held.start, span.end)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held
