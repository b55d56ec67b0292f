"""Lists of Korean words, from korean.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class KoreanWords:
    """The word lists of korean.toml."""

    empty: frozenset[str]
    chat: frozenset[str]
    titles: frozenset[str]
    heads_of_state: frozenset[str]
    company: frozenset[str]
    times: frozenset[str]
    surnames: frozenset[str]
    long_surnames: frozenset[str]
    no_surnames: frozenset[str]
    no_names: frozenset[str]
    occupations: frozenset[str]


@cache
def load_korean_words() -> KoreanWords:
    """Return the word lists of korean.toml."""
    data = tomllib.loads(files("bot.text").joinpath("korean.toml").read_text("utf-8"))
    return KoreanWords(
        **{
            name.replace("-", "_"): frozenset(words.split())
            for table in data.values()
            for name, words in table.items()
        }
    )
