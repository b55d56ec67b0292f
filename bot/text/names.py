"""Many names, one thing: DPRK, Pyongyang and 북한 are all North Korea and become one term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.text.stems import is_hangul
from bot.text.words import STOP_WORDS, Word, words

# "us" after one of these is the pronoun, even in a question typed without capitals.
_BEFORE_PRONOUN = frozenset({"tell", "give", "show", "help", "let", "remind", "send", "brief"})


@dataclass(frozen=True, slots=True)
class Name:
    """A thing and what it is called. `kind` says what it is: "person", "place", "organisation"."""

    thing: str
    kind: str
    forms: tuple[str, ...]

    @property
    def term(self) -> str:
        """The one term it is indexed by; no word of a text can look like it."""
        return f"@{self.thing}"


def is_name(term: str) -> bool:
    """Whether a term is that of a thing named, and no word's."""
    return term.startswith("@")


class Mention(NamedTuple):
    """Words `first` up to, not including, `last` of a text name a thing."""

    name: Name
    first: int
    last: int


class Names:
    """Finds the things named among the words of a text, the longest name first.

    Names compare without case, stops, hyphens and possessives, but a name of one word that is
    given with a capital needs one in a text too: polish is not Polish. A name that is also a
    function word ("US") counts only in capitals or after "the". A particle may follow a name in
    Hangul.
    """

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self._by_form: dict[tuple[str, ...], Name] = {}
        self._small: set[str] = set()  # names of one word that are given without a capital
        for name in names:
            for form in name.forms:
                spelt = words(form)
                self._by_form.setdefault(tuple(word.form for word in spelt), name)
                if len(spelt) == 1 and not spelt[0].capital:
                    self._small.add(spelt[0].form)
        self._by_form.pop((), None)
        # How many words the longest name has that begins with a word.
        self._reach: dict[str, int] = {}
        for key in self._by_form:
            self._reach[key[0]] = max(self._reach.get(key[0], 0), len(key))

    def __iter__(self) -> Iterator[Name]:
        return iter(dict.fromkeys(self._by_form.values()))

    def mentions(self, found: Sequence[Word], *, typed: bool = False) -> Iterator[Mention]:
        """The names among the words of one text, left to right, none inside another.

        `typed` is for what people type without capitals: "us" is then the country unless a word
        such as "tell" stands before it.
        """
        at = 0
        while at < len(found):
            mention = self._mention_at(found, at, typed)
            if mention and found[at].form == "the":  # the South | South China Sea
                later = self._mention_at(found, at + 1, typed)
                mention = later if later and later.last > mention.last else mention
            if mention:
                yield mention
            at = mention.last if mention else at + 1

    def _mention_at(self, found: Sequence[Word], at: int, typed: bool) -> Mention | None:
        firsts = _bare_forms(found[at].form)
        if self._reach.keys().isdisjoint(firsts):
            return None
        reach = max(self._reach.get(form, 0) for form in firsts)
        for length in range(min(reach, len(found) - at), 0, -1):
            *before, last = (word.form for word in found[at : at + length])
            for form in _bare_forms(last):
                name = self._by_form.get((*before, form))
                if name and (length > 1 or self._is_meant(form, found, at, typed)):
                    return Mention(name, at, at + length)
        return None

    def _is_meant(self, form: str, found: Sequence[Word], at: int, typed: bool) -> bool:
        """Whether a word that may be just a common or a function word is used as a name."""
        word = found[at]
        if word.term or word.form not in STOP_WORDS:
            return typed or word.capital or form in self._small
        before = found[at - 1].form if at else ""
        return before == "the" or (typed and form == "us" and before not in _BEFORE_PRONOUN)


@lru_cache(maxsize=1 << 17)
def _bare_forms(form: str) -> tuple[str, ...]:
    """`form`, then what it may be an ending on: Trump for "trumps", 북한 for "북한의"."""
    if form.endswith("s"):
        return form, form[:-1]
    if is_hangul(form):
        return tuple(form[:length] for length in range(len(form), 1, -1)) or (form,)
    return (form,)
