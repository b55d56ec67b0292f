"""The Korean terms of postings that hold a word as a part, or are a part of it.

Korean writes compounds in one word or in several as one likes: 사드배치 and 사드 배치.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.search.postings import Postings
from bot.text.stems import is_hangul

# Shorter parts are as often the end of another word.
MIN_PART = 2  # syllables
_MAX_NEW = 64  # terms that are put into their places one by one


class _Sorted(NamedTuple):
    """The Korean terms among the first `term_count` of postings, from their front and their end."""

    term_count: int = 0
    forwards: Sequence[str] = ()
    backwards: Sequence[str] = ()


class KoreanTerms:
    """The Korean terms that `postings` hold, sorted from their front and from their end.

    They are brought up to date when they are asked for: a change costs nothing until then. With
    200,000 terms the first time takes a second, after an article a millisecond. Several threads may
    ask: the sorted terms never change and are replaced as a whole.
    """

    def __init__(self, postings: Postings) -> None:
        """Start without looking at `postings`."""
        self._postings = postings
        self._sorted = _Sorted()

    def find_compounds(self, term: str) -> Iterator[str]:
        """Yield the longer terms that begin or end with `term`, each once."""
        terms = self._sorted = self._update(self._sorted)
        beginning = _find_beginning(term, terms.forwards)
        ending = (backwards[::-1] for backwards in _find_beginning(term[::-1], terms.backwards))
        for compound in (*beginning, *(word for word in ending if not word.startswith(term))):
            if compound in self._postings:  # it may have been removed since
                yield compound

    def _update(self, terms: _Sorted) -> _Sorted:
        newest = self._postings.terms_since(terms.term_count)
        term_count = terms.term_count + len(newest)
        new = [
            term
            for term in set(filter(is_hangul, filter(None, newest)))
            if not _has(term, terms.forwards)
        ]
        if not new:
            return terms._replace(term_count=term_count)
        backwards = [term[::-1] for term in new]
        return _Sorted(term_count, _add(new, terms.forwards), _add(backwards, terms.backwards))


def _add(new: Sequence[str], sorted_terms: Sequence[str]) -> Sequence[str]:
    if len(new) > _MAX_NEW:
        return sorted((*sorted_terms, *new))
    terms = [*sorted_terms]
    for term in new:
        insort(terms, term)
    return terms


def _has(term: str, sorted_terms: Sequence[str]) -> bool:
    position = bisect_left(sorted_terms, term)
    return position < len(sorted_terms) and sorted_terms[position] == term


def _find_beginning(prefix: str, sorted_terms: Sequence[str]) -> Iterator[str]:
    """Yield the longer ones of some sorted terms that begin with `prefix`."""
    for position in range(bisect_left(sorted_terms, prefix), len(sorted_terms)):
        term = sorted_terms[position]
        if not term.startswith(prefix):
            return
        if term != prefix:
            yield term
