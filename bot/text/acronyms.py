"""Initials and the capitalised phrases that they stand for: EFF, Electronic Frontier Foundation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.text.words import Word, split_words

_CONNECTIVES = frozenset({"and", "of", "the", "for", "on", "in", "de", "to"})
_MIN_INITIALS, _MAX_INITIALS = 3, 6
_MAX_LOWERCASE = 2  # words in lower case among those that letters stand for, one after the other


class Initials(NamedTuple):
    """The initials, in lower case, of a capitalised phrase: words `first` to `end` of a text, the
    end not included."""

    letters: str
    first: int
    end: int


def find_initials(text: str, words: Sequence[Word]) -> Iterator[Initials]:
    """Yield the initials of the capitalised phrases of three to six words among `words`.

    The words stand side by side, or with a hyphen, "of" or the like between them; a function word
    that opens a sentence is no part of the phrase.
    """
    number = 0
    while number < len(words):
        if not _is_part(words[number]):
            number += 1
            continue
        first, end, letters = number, number + 1, words[number].form[0]
        number += 1
        while number < len(words) and text[words[number - 1].end : words[number].start] in " -":
            if _is_part(words[number]):
                letters += words[number].form[0]
                end = number + 1
            elif words[number].form not in _CONNECTIVES or words[number].capital:
                break
            number += 1
        if _MIN_INITIALS <= len(letters) <= _MAX_INITIALS:
            yield Initials(letters, first, end)


def spells_out(text: str, letters: str) -> bool:
    """Whether the text holds a phrase for whose words the `letters` stand: "the Plankton, Aerosol,
    Cloud, ocean Ecosystem satellite" for pace."""
    if len(letters) < 2 or not letters.isalpha():
        return False
    words = split_words(text)
    return any(_spells_from(words, number, letters) for number in range(len(words)))


def _spells_from(words: Sequence[Word], number: int, letters: str) -> bool:
    """Whether the words from `number` on, in capitals but for a few, have these initials."""
    lowercase_count = 0
    for word in words[number:]:
        if word.capital and word.form.startswith(letters[0]) and len(word.form) > 1:
            letters, lowercase_count = letters[1:], 0
            if not letters:
                return True
        elif word.capital or lowercase_count == _MAX_LOWERCASE:
            return False
        else:
            lowercase_count += 1
    return False


def _is_part(word: Word) -> bool:
    """Whether a word can be one that an initial stands for: in capitals, and no function word."""
    return word.capital and bool(word.term) and word.form[0].isalpha() and word.form[0].isascii()
