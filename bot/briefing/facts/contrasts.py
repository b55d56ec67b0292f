"""The words by which two accounts contradict each other, read from contrasts.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.text.stems import stem


@dataclass(frozen=True, slots=True)
class Contrasts:
    """The word lists of contrasts.toml, casefolded.

    `verbs` maps each form of a verb to its sides, as (pair, side) with side 0 or 1: verbs on the
    two sides of a pair are opposites. `verb_terms` are the terms of all these forms.
    """

    verbs: dict[str, frozenset[tuple[int, int]]]
    verb_terms: frozenset[str]
    denials: frozenset[str]
    unsure: frozenset[str]
    added: frozenset[str]
    offices: frozenset[str]
    past: frozenset[str]

    def are_opposite(self, first: str, second: str) -> bool:
        """Whether two forms of verbs are on the two sides of a pair, and never on the same."""
        sides = self.verbs.get(first, frozenset())
        other_sides = self.verbs.get(second, frozenset())
        return not sides & other_sides and any(
            (pair, 1 - side) in other_sides for pair, side in sides
        )


@cache
def load_contrasts() -> Contrasts:
    """Return the word lists of contrasts.toml, with every regular form of each verb."""
    text = files(__package__).joinpath("contrasts.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    verbs: dict[str, set[tuple[int, int]]] = {}
    for pair, sides in enumerate(data["verbs"]):
        for side, side_verbs in enumerate(sides):
            for verb in side_verbs.split():
                for form in _regular_forms(verb):
                    verbs.setdefault(form, set()).add((pair, side))

    def read_list(key: str) -> frozenset[str]:
        return frozenset(data[key].split())

    return Contrasts(
        verbs={form: frozenset(sides) for form, sides in verbs.items()},
        verb_terms=frozenset(stem(form) for form in verbs),
        denials=frozenset(form for word in read_list("denials") for form in _regular_forms(word)),
        unsure=read_list("unsure"),
        added=read_list("added"),
        offices=read_list("offices"),
        past=read_list("past"),
    )


def _regular_forms(verb: str) -> Iterator[str]:
    """Yield the regular forms of an English verb; some are no words, which does no harm."""
    yield from (verb, verb + "s", verb + "es", verb + "ed", verb + "ing")
    if verb.endswith("e"):
        yield from (verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y"):
        yield from (verb[:-1] + "ies", verb[:-1] + "ied")
    else:
        yield from (verb + verb[-1] + "ed", verb + verb[-1] + "ing")
