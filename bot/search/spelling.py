"""Words by their first letter and length, so that few are compared with a misspelt one."""

from collections.abc import Iterable, Iterator

from bot.text.lexicon import MAX_EDITS


class SpellingIndex:
    """Words in the order in which they came in. One thread may add some while others read."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Start with some words, each given once."""
        self._words: dict[tuple[str, int], list[str]] = {}
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Add a word that is not yet in the list."""
        self._words.setdefault((word[0], len(word)), []).append(word)

    def near(self, form: str) -> Iterator[str]:
        """Yield the words that share the first letter of `form` and differ little in length."""
        for length in range(len(form) - MAX_EDITS, len(form) + MAX_EDITS + 1):
            yield from tuple(self._words.get((form[0], length), ()))
