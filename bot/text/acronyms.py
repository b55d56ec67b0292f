"""Initials and the capitalised phrases that they stand for: EFF, Electronic Frontier Foundation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.words import Word, split_words

_MAX_LOWERCASE = 2  # words in lower case among those that letters stand for, one after the other
_BETWEEN = r"(?:[ -](?:of|for|and|the|on|in|de|&)){0,2}[ -]"


def match_initials(letters: str) -> re.Pattern[str]:
    """Return a pattern for the capitalised phrases with the initials `letters`, which stand side by
    side or with "of" or the like between them: Electronic Frontier Foundation for eff."""
    return re.compile(
        r"\b" + _BETWEEN.join(rf"{letter.upper()}[a-z][\w’']*" for letter in letters) + r"\b"
    )


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
