"""Words that the news uses for one another, by their stems."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from bot.text.words import words


def synonyms(term: str) -> tuple[str, ...]:
    """The terms that are used for `term`, itself not among them; none for most."""
    return _synonyms().get(term, ())


@lru_cache(maxsize=1)
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """Each stem to the others of its lines in `synonyms.toml`, in their order."""
    subjects = tomllib.loads(files("bot.text").joinpath("synonyms.toml").read_text("utf-8"))
    found: dict[str, dict[str, None]] = {}
    for lines in subjects.values():
        for first, others in lines.items():
            stems = [word.term for word in words(" ".join((first, *others)))]
            for stem in stems:
                found.setdefault(stem, {}).update(dict.fromkeys(stems))
    return {stem: tuple(other for other in all_ if other != stem) for stem, all_ in found.items()}
