"""The words that set two accounts against each other, read from contrasts.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.text.stems import stem


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Casefolded words. `verbs` holds for each form of a verb the groups of verbs that do not go
    together with it, as (number, side); the other side of one number is its opposite. `verb_terms`
    are the terms of all these forms."""

    verbs: dict[str, frozenset[tuple[int, int]]]
    verb_terms: frozenset[str]
    denials: frozenset[str]
    unsure: frozenset[str]
    added: frozenset[str]
    offices: frozenset[str]
    past: frozenset[str]
    present: frozenset[str]

    def are_opposite(self, one: str, other: str) -> bool:
        """Whether two forms of verbs stand on the two sides of a pair, and never on one."""
        first, second = self.verbs.get(one, frozenset()), self.verbs.get(other, frozenset())
        return not first & second and any((pair, 1 - side) in second for pair, side in first)


@cache
def contrasts() -> Contrasts:
    """The words of contrasts.toml, with every regular form of each verb."""
    text = files(__package__).joinpath("contrasts.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    verbs: dict[str, set[tuple[int, int]]] = {}
    for pair, sides in enumerate(data["verbs"]):
        for side, listed in enumerate(sides):
            for verb in listed.split():
                for form in _forms(verb):
                    verbs.setdefault(form, set()).add((pair, side))

    def listed_words(key: str) -> frozenset[str]:
        return frozenset(data[key].split())

    return Contrasts(
        verbs={form: frozenset(sides) for form, sides in verbs.items()},
        verb_terms=frozenset(stem(form) for form in verbs),
        denials=frozenset(form for word in listed_words("denials") for form in _forms(word)),
        unsure=listed_words("unsure"),
        added=listed_words("added"),
        offices=listed_words("offices"),
        past=listed_words("past"),
        present=listed_words("present"),
    )


def _forms(verb: str) -> Iterator[str]:
    """The regular forms of an English verb; some are no words, and so are never met."""
    yield from (verb, verb + "s", verb + "es", verb + "ed", verb + "ing")
    if verb.endswith("e"):
        yield from (verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y"):
        yield from (verb[:-1] + "ies", verb[:-1] + "ied")
    else:
        yield from (verb + verb[-1] + "ed", verb + verb[-1] + "ing")
