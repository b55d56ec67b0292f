"""Who is meant by a name in an article: the people it has named so far, and their surnames."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.speech.vocabulary import vocabulary
from bot.text.names import Name, Names
from bot.text.words import words

_LONGEST_NAME = 3  # words
_ACRONYM = range(2, 5)  # letters: CEO, MP, NFL


class People:
    """The people of one article in the order of its telling.

    A full name is a person unless it is known as, or made of words for, something else. A word of
    it alone is that person as long as nobody else so called was named; of nobody named so far, it
    is whom `names` has under it, or, with a title, a person of no other name.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        # Who is so called, by one word of the name or by its first and last, casefolded.
        self._called: dict[tuple[str, ...], set[str]] = {}

    def meant(self, written: Sequence[str]) -> str | None:
        """The person meant by some words in capitals; None where they are none, or may be two."""
        name = _without_titles(written)
        forms = [word.casefold() for word in name]
        own = [form for form in forms if form not in vocabulary().particles]
        if not own or len(own) > _LONGEST_NAME or not vocabulary().bodies.isdisjoint(forms):
            return None
        known = self._known(" ".join(name))
        if known and known.kind != "person":
            return None
        ends = (forms[0],) if len(forms) == 1 else (forms[0], forms[-1])
        meant = set(self._called.get(ends, ()))
        if known:
            meant.add(known.thing)
        if not meant and (len(name) > 1 or len(name) < len(written)):
            meant.add(" ".join(name))
        if len(meant) != 1:
            return None
        (person,) = meant
        for key in (ends, ends[:1], ends[-1:]):
            self._called.setdefault(key, set()).add(person)
        return person

    def _known(self, name: str) -> Name | None:
        """What is known under the whole of a name."""
        spelt = words(name)
        return next((m.name for m in self._names.mentions(spelt) if m[1:] == (0, len(spelt))), None)


def _without_titles(written: Sequence[str]) -> Sequence[str]:
    """A name without what stands before it: "U.S. Secretary of State", "Browns DL"."""
    titles = vocabulary().titles
    heads = [
        place
        for place, word in enumerate(written, start=1)
        if word.casefold().rstrip(".") in titles
        or (word.isupper() and word.isalpha() and len(word) in _ACRONYM)
    ]
    return written[heads[-1] :] if heads else written
