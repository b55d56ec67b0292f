"""A paragraph split into sentences: quotations and abbreviations whole, no character changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sentencex

from bot.model import Span

# A piece of so few words that opens in lower case is a slip of the pen ("at the heart. of it
# all."), not a sentence.
_MAX_SLIP_WORDS = 3


def split_sentences(text: str, asides: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Return the sentences of `text` in order, without the white space around them.

    `asides` are spans that belong to no sentence, such as a caption in the middle of a paragraph;
    the text before and after each is split separately. sentencex keeps what stands between
    quotation marks together.
    """
    sentences: list[Span] = []
    start = 0
    for aside in (*sorted(asides), Span(len(text), len(text))):
        sentences.extend(_split_range(text, start, aside.start))
        start = max(start, aside.end)
    return tuple(sentences)


def _split_range(text: str, start: int, end: int) -> Iterator[Span]:
    pending: Span | None = None
    for boundary in sentencex.get_sentence_boundaries("en", text[start:end]):
        piece = text[start + boundary["start_index"] : start + boundary["end_index"]]
        if not piece.strip():
            continue
        first = start + boundary["start_index"] + len(piece) - len(piece.lstrip())
        span = Span(first, first + len(piece.strip()))
        if pending and piece.lstrip()[0].islower() and len(piece.split()) <= _MAX_SLIP_WORDS:
            pending = Span(pending.start, span.end)
            continue
        if pending:
            yield pending
        pending = span
    if pending:
        yield pending
