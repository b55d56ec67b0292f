"""The words by which it is found who said what, read from speech.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Casefolded words. `letters` has the letter by which a word of a class stands in the shape of
    a sentence (see shapes.py)."""

    letters: dict[str, str]
    goes_on: frozenset[str]
    asks: frozenset[str]
    mentions: frozenset[str]
    titles: frozenset[str]
    people: frozenset[str]
    bodies: frozenset[str]
    particles: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    text = files(__package__).joinpath("speech.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    listed = {name: frozenset(words.split()) for name, words in data["words"].items()}
    classes = data["classes"]
    return Vocabulary(
        letters={word: each["letter"] for each in classes for word in each["words"].split()},
        **listed,
    )
