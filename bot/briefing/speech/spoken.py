"""What the readers of direct speech find in one sentence."""

from __future__ import annotations

from typing import NamedTuple

from bot.model import Span

# One word between quotation marks is a term more often than speech.
MIN_WORDS = 2


class Spoken(NamedTuple):
    """The words quoted of a speaker in the sentences at `span` of a paragraph."""

    speaker: str
    span: Span
    words: tuple[Span, ...]
