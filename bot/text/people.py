"""Full names of people in what somebody typed, perhaps without capitals: "jane doe"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from bot.text.lexicon import is_ordinary_word
from bot.text.words import Word

# The surnames of nine Koreans in ten, as they are spelt in English.
_KOREAN_SURNAMES = frozenset(
    """
    ahn bae baek ban byun cha cho choi chun chung gil gu ha han heo hong hwang im jang jeon jeong ji
    jin jo joo jung kang kim ko koo kwak kwon lee lim ma min moon na nam noh oh paik park rhee roh
    ryu seo shim shin sohn son song suh sung uhm um woo yang yeo yi yoo yoon yu
    """.split()  # noqa: SIM905 - a word list reads best as words
)
_SYLLABLE = re.compile(
    r"(?:kk|tt|pp|ss|jj|ch|sh|[bcdghjklmnprstwy])?"
    r"(?:yae|yeo|yoo|eui|wae|woo|ya|ye|yo|yu|ae|ai|eo|eu|ee|oe|oo|ou|wa|wo|we|wi|ui|[aeiou])"
    r"(?:ng|[bcgklmnprst])?h?"
)


class FullName(NamedTuple):
    """A person's full name among the words of a text: those from `first` to `end`, the end not
    included. `surname` is the number of its surname's word."""

    first: int
    end: int
    surname: int


def find_full_names(text: str, words: Sequence[Word]) -> Iterator[FullName]:
    """Yield the full names among the `words` of `text`, left to right: a given name and a surname,
    or a Korean surname and the two syllables of a given name."""
    number = 0
    while number < len(words) - 1:
        length = _count_korean_words(text, words[number : number + 3])
        surname = number
        if not length and _is_western_name(text, *words[number : number + 2]):
            length, surname = 2, number + 1
        if length:
            yield FullName(number, number + length, surname)
        number += length or 1


def is_given_name(form: str) -> bool:
    """Whether the casefolded `form` is a common given name."""
    return form in _read_census()["given"]


def _is_western_name(text: str, given: Word, surname: Word) -> bool:
    """Whether a given name and a surname stand side by side. A surname is a common one or a word
    that is none of ordinary English."""
    names = _read_census()
    return (
        given.form in names["given"]
        and bool(given.term and surname.term)
        and surname.form.isalpha()
        and text[given.end : surname.start] == " "
        and _is_bare(text, given)
        and (surname.form in names["surnames"] or not is_ordinary_word(surname.form))
    )


def _count_korean_words(text: str, words: Sequence[Word]) -> int:
    """Return 3 where a Korean surname is followed by two syllables, else 0. Without a hyphen
    between these they may not both be common English words."""
    if len(words) < 3 or words[0].form not in _KOREAN_SURNAMES or not _is_bare(text, words[0]):
        return 0
    surname, *syllables = words
    if not all(_SYLLABLE.fullmatch(word.form) for word in syllables):
        return 0
    is_joined = text[syllables[0].end : syllables[1].start] == "-"
    is_adjacent = text[surname.end : syllables[0].start] in (" ", "-")
    is_apart = (
        text[syllables[0].end : syllables[1].start] == " "
        and all(word.term for word in syllables)
        and not all(is_ordinary_word(word.form) for word in syllables)
    )
    return 3 if is_adjacent and (is_joined or is_apart) else 0


def _is_bare(text: str, word: Word) -> bool:
    """Whether a word is written without a possessive, after which no name goes on."""
    return text[word.start : word.end].casefold() == word.form


@lru_cache(maxsize=1)
def _read_census() -> dict[str, frozenset[str]]:
    tables = tomllib.loads(files("bot.text").joinpath("people.toml").read_text("utf-8"))
    return {key: frozenset(names.split()) for key, names in tables.items()}
