"""Ordinals and numbered names, by which two events of one kind are told apart."""

from __future__ import annotations

import re

from bot.text.terms import AnalysedText
from bot.text.words import split_words

_ORDINALS = {
    word: number
    for number, word in enumerate(
        """
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
        """.split(),  # noqa: SIM905 - a word list reads best as words
        1,
    )
}
_ORDINAL = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<number>\d+)(?:st|nd|rd|th))\b", re.I
)
# How many words behind an ordinal may be what it counts: "seventh commercial rotation mission".
_MAX_COUNTED_WORDS = 5
_MIN_SHARED_COUNTED = 2
# Crew-8, Apollo 11, Harbor 2.4.1, Harrow Open (HO) 2025; a month with its day or year is a date,
# and other words stand before figures.
_NUMBERED_NAME = re.compile(
    r"\b([A-Z][A-Za-z]+)\)?(?:-| )(\d{1,3}(?:\.\d+)*|(?:19|20)\d\d)\b(?![,.:]?\d|\s?%)"
)
_EDITION = re.compile(r"(?:\b[Tt]he|\b[Oo]ur|\b[Ii]ts|['’]s) ((?:19|20)\d\d) ([A-Z][A-Za-z]+)")
_VERSION = re.compile(r"\b\d+(?:\.\d+)*-[A-Za-z]{1,5}\.?\d+\b")  # 15.0-RC2
_NO_NAMES = frozenset(
    """
    january february march april may june july august september october november december jan feb
    mar apr jun jul aug sep sept oct nov dec about above after before by category chapter day for
    from in level magnitude nearly of on only over page part phase section some stage step the to
    under until with
    """.split()  # noqa: SIM905 - a word list reads best as words
)


def tell_two_events(first: AnalysedText, second: AnalysedText) -> bool:
    """Whether two sentences count what they tell of differently, or number its name differently."""
    return any(
        not numbers & other_numbers
        for counted, numbers in first.derive(_find_ordinals)
        for other_counted, other_numbers in second.derive(_find_ordinals)
        if len(counted & other_counted) >= _MIN_SHARED_COUNTED
    ) or any(
        not numbers & second.derive(_find_numbered_names)[name]
        for name, numbers in first.derive(_find_numbered_names).items()
        if name in second.derive(_find_numbered_names)
    )


def _find_ordinals(sentence: AnalysedText) -> tuple[tuple[frozenset[str], frozenset[int]], ...]:
    """Return the ordinals of a sentence, each with the terms of the words behind it."""
    return tuple(
        (
            frozenset(
                word.term
                for word in split_words(sentence.text[match.end() :])[:_MAX_COUNTED_WORDS]
                if word.term
            ),
            frozenset({int(match["number"] or 0) or _ORDINALS[match["word"].casefold()]}),
        )
        for match in _ORDINAL.finditer(sentence.text)
    )


def _find_numbered_names(sentence: AnalysedText) -> dict[str, frozenset[str]]:
    """Return the names with a number, a version or a year, each with its numbers; and under no name
    the versions that are written as one code."""
    numbered = _NUMBERED_NAME.findall(sentence.text)
    numbered += ((name, year) for year, name in _EDITION.findall(sentence.text))
    numbered += (("", version) for version in _VERSION.findall(sentence.text))
    numbers: dict[str, set[str]] = {}
    for written, number in numbered:
        if (name := written.casefold()) not in _NO_NAMES:
            numbers.setdefault(name, set()).add(number.lstrip("0"))
    return {name: frozenset(values) for name, values in numbers.items()}
