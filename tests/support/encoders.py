"""An encoder that knows which words mean the same, for tests without the sentence model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.semantic.encoder import Vectors
from bot.text.words import split_words

# Words of one line mean the same.
MEANINGS = (
    "sank sunk under foundered wreck",
    "painted blue colour paint",
    "paid cost money crowns price",
    "captain commanded steered charge",
)
SIZE = len(MEANINGS) + 1


class WordEncoder:
    """Counts the meanings in a text; what it encodes is in `texts`."""

    def __init__(
        self, identity: str = "words", on_encode: Callable[[], None] | None = None
    ) -> None:
        """`on_encode` is called before each encoding."""
        self.identity = identity
        self.texts: list[str] = []
        self._on_encode = on_encode

    def reads(self, text: str) -> bool:
        return text.isascii()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._on_encode:
            self._on_encode()
        self.texts += texts
        vectors = np.zeros((len(texts), SIZE), dtype=np.int8)
        for row, text in enumerate(texts):
            forms = {word.form for word in split_words(text)}
            vectors[row] = [*(100 * len(forms & set(line.split())) for line in MEANINGS), 1]
        return vectors
