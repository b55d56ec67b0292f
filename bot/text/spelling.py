"""Typing errors: the word of a vocabulary that a strange word most likely stands for."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

# Words of this length or less are another word after most changes of a letter (price, prize), so
# only a slip of order or a letter too many or too few counts as an error in them.
_SHORT = 5
_PLACES = 2
_ALIKE = 0.9  # Jaro-Winkler; tarrif and tariff are .92 alike, seats and states .82


def nearest(form: str, vocabulary: Iterable[str]) -> str | None:
    """The word of `vocabulary` nearest to the casefolded `form`, or None where none is near enough.

    A slip keeps the first letter and changes at most two places (optimal string alignment); words
    under four letters and words with digits are left alone.
    """
    if len(form) < 4 or not form.isalpha():
        return None
    first, length = form[0], len(form)
    likely = [w for w in vocabulary if w[0] == first and abs(len(w) - length) <= _PLACES]
    near = process.extract(
        form, likely, scorer=JaroWinkler.similarity, score_cutoff=_ALIKE, limit=5
    )
    slips = [word for word, _, _ in near if _is_slip(form, word)]
    return min(slips, key=lambda word: OSA.distance(form, word), default=None)


def _is_slip(typed: str, meant: str) -> bool:
    if len(typed) <= _SHORT:
        letters = abs(len(typed) - len(meant))
        return sorted(typed) == sorted(meant) or letters == 1 == OSA.distance(typed, meant)
    return OSA.distance(typed, meant) <= _PLACES
