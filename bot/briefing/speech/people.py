"""The people whom an article names: who is meant by a full name, a surname or a title with one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefing.speech.tagging import load_vocabulary
from bot.text.names import Names

_MAX_NAME_WORDS = 3
_ACRONYM_LENGTHS = range(2, 5)  # CEO, MP, NFL


class People:
    """The people of one article, in the order in which it names them.

    A full name is a person unless it is known as, or made of words for, something else. One word of
    it stands for that person as long as nobody else of that name was named. If nobody was, it
    stands for whom `names` has under it or, with a title, for a person of no other name.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        # The people of each name, by one word of it or by its first and last word, casefolded.
        self._by_words: dict[tuple[str, ...], set[str]] = {}

    def identify(self, capitals: Sequence[str]) -> str | None:
        """Return the person meant by some words in capitals; None if nobody, or perhaps two."""
        vocabulary = load_vocabulary()
        name = _remove_titles(capitals)
        forms = [word.casefold() for word in name]
        main_forms = [form for form in forms if form not in vocabulary.particles]
        is_given = len(forms) > 1 and forms[0] in vocabulary.given_names
        body_forms = forms[1:] if is_given else forms
        is_body = not vocabulary.bodies.isdisjoint(body_forms)
        if not 0 < len(main_forms) <= _MAX_NAME_WORDS or is_body:
            return None
        known_name = self._names.match(" ".join(name))
        if known_name and known_name.kind != "person":
            return None
        ends = (forms[0],) if len(forms) == 1 else (forms[0], forms[-1])
        candidates = set(self._by_words.get(ends, ()))
        if known_name:
            candidates.add(known_name.entity)
        if not candidates and (len(name) > 1 or len(name) < len(capitals)):
            candidates.add(" ".join(name))
        if len(candidates) != 1:
            return None
        (person,) = candidates
        for key in (ends, ends[:1], ends[-1:]):
            self._by_words.setdefault(key, set()).add(person)
        return person


def _remove_titles(capitals: Sequence[str]) -> Sequence[str]:
    """Return a name without what precedes it: "U.S. Secretary of State", "Browns DL"."""
    titles = load_vocabulary().titles
    title_ends = [
        number
        for number, word in enumerate(capitals, start=1)
        if word.casefold().rstrip(".") in titles
        or (word.isupper() and word.isalpha() and len(word) in _ACRONYM_LENGTHS)
    ]
    return capitals[title_ends[-1] :] if title_ends else capitals
