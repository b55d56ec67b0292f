"""The Korean terms of postings that hold a word as a part, or are a part of it.

Korean writes compounds in one word or in several as one likes: 사드배치 and 사드 배치.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence

from bot.search.postings import Postings
from bot.text.stems import is_hangul

# Shorter parts are as often the end of another word.
MIN_PART = 2  # syllables
_MAX_NEW = 64  # terms that are put into their places one by one


class KoreanTerms:
    """The Korean terms that `postings` hold, sorted from their front and from their end.

    They are brought up to date when they are asked for: a change costs nothing until then. With
    200,000 terms the first time takes a second, after an article a millisecond.
    """

    def __init__(self, postings: Postings) -> None:
        """Start without looking at `postings`."""
        self._postings = postings
        self._term_count = 0  # of the postings when they were last looked at
        self._terms: set[str] = set()
        self._sorted: list[str] = []
        self._reversed: list[str] = []

    def find_compounds(self, term: str) -> Iterator[str]:
        """Yield the longer terms that begin or end with `term`, each once."""
        self._update()
        beginning = _find_beginning(term, self._sorted)
        ending = (backwards[::-1] for backwards in _find_beginning(term[::-1], self._reversed))
        for compound in (*beginning, *(word for word in ending if not word.startswith(term))):
            if compound in self._postings:  # it may have been removed since
                yield compound

    def _update(self) -> None:
        term_count = self._postings.term_count
        newest = self._postings.newest_terms(term_count - self._term_count)
        new = set(filter(is_hangul, newest)) - self._terms
        if len(new) <= _MAX_NEW:
            for term in new:
                insort(self._sorted, term)
                insort(self._reversed, term[::-1])
        else:
            self._sorted = sorted((*self._sorted, *new))
            self._reversed = sorted((*self._reversed, *(term[::-1] for term in new)))
        self._terms |= new
        self._term_count = term_count


def _find_beginning(prefix: str, sorted_terms: Sequence[str]) -> Iterator[str]:
    """Yield the longer ones of some sorted terms that begin with `prefix`."""
    for position in range(bisect_left(sorted_terms, prefix), len(sorted_terms)):
        term = sorted_terms[position]
        if not term.startswith(prefix):
            return
        if term != prefix:
            yield term
