"""Names of one entity as one term: DPRK, Pyongyang and 북한 are all North Korea."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from bot.text.lazy import lazy_property
from bot.text.stems import is_hangul
from bot.text.words import STOP_WORDS, Word, WordForm, split_words

# "us" after one of these is the pronoun, even in a question typed without capitals.
_VERBS_BEFORE_US = frozenset({"tell", "give", "show", "help", "let", "remind", "send", "brief"})


# A name of several words is known without its spaces too ("leejaemyung") where it is this long.
_MIN_JOINED_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Name:
    """An entity, its kind ("person", "place", "organisation") and the forms of its name."""

    entity: str
    kind: str
    forms: tuple[str, ...]

    @property
    def term(self) -> str:
        """The term that all forms are indexed by; no word of a text can look like it."""
        return f"@{self.entity}"


def is_name(term: str) -> bool:
    """Whether a term is that of a name and not that of a word."""
    return term.startswith("@")


class NameMention(NamedTuple):
    """A name in a text: its words are numbers `first` to `end`, the end not included."""

    name: Name
    first: int
    end: int


class Names:
    """Finds names among the words of a text, the longest first.

    Names compare without case, stops, hyphens and possessives, but a name of one word that is
    given with a capital needs one in a text too: polish is not Polish. A name that is also a
    function word ("US") counts only in capitals or after "the". A particle may follow a name in
    Hangul.
    """

    def __init__(self, names: Iterable[Name] = ()) -> None:
        """Of two names with the same form, the first has it."""
        self._by_form: dict[tuple[str, ...], Name] = {}
        self._lowercase: set[str] = set()  # names of one word that are given without a capital
        for name in names:
            for form in name.forms:
                form_words = split_words(form)
                forms = [word.form for word in form_words]
                self._by_form.setdefault(tuple(forms), name)
                joined = "".join(forms)
                if len(forms) > 1 and len(joined) >= _MIN_JOINED_LETTERS:
                    self._by_form.setdefault((joined,), name)
                    self._lowercase.add(joined)
                if len(form_words) == 1 and not form_words[0].capital:
                    self._lowercase.add(form_words[0].form)
        self._by_form.pop((), None)
        # The number of words of the longest name that begins with a word.
        self._lengths: dict[str, int] = {}
        for key in self._by_form:
            self._lengths[key[0]] = max(self._lengths.get(key[0], 0), len(key))
        # With these a name may begin: alone, or where one of the second forms follows.
        self._single_forms = _with_plurals(key[0] for key in self._by_form if len(key) == 1)
        self._opening_forms = {key[0] for key in self._by_form if len(key) > 1}
        self._second_forms = _with_plurals(key[1] for key in self._by_form if len(key) > 1)

    def __iter__(self) -> Iterator[Name]:
        """The names, each once."""
        return iter(dict.fromkeys(self._by_form.values()))

    @lazy_property
    def word_forms(self) -> frozenset[str]:
        """The forms of all words of all names."""
        return frozenset(
            word.form for name in self for form in name.forms for word in split_words(form)
        )

    def match(self, text: str, *, typed: bool = False) -> Name | None:
        """Return the name that `text` is as a whole; None where it is no name or holds more."""
        words = split_words(text)
        mention = next(self.find_mentions(words, typed=typed), None)
        is_whole = mention is not None and (mention.first, mention.end) == (0, len(words))
        return mention.name if mention and is_whole else None

    def find_mentions(
        self,
        words: Sequence[Word | WordForm],
        *,
        typed: bool = False,
        first_words: Iterable[int] | None = None,
    ) -> Iterator[NameMention]:
        """Yield the names among the words of one text, left to right, none inside another.

        `typed` is for what people type without capitals: "us" is then the country unless a word
        such as "tell" precedes it. `first_words` are the numbers of those with which one may begin,
        where they are known.
        """
        end = 0
        for number in self._find_first_words(words) if first_words is None else first_words:
            if number < end:
                continue
            mention = self._find_mention_at(words, number, typed)
            if mention and words[number].form == "the":  # the South | South China Sea
                later = self._find_mention_at(words, number + 1, typed)
                mention = later if later and later.end > mention.end else mention
            if mention:
                yield mention
                end = mention.end

    def is_single(self, form: str) -> bool:
        """Whether a word of this form may be a name by itself."""
        return form in self._single_forms or not form.isascii()

    def find_single(self, word: WordForm) -> Name | None:
        """Return the name that a word of a text is by itself, whatever stands before it; None for a
        function word such as "US", where that decides."""
        if word.term and self.is_single(word.form):
            mention = self._find_mention_at([word], 0, typed=False)
            return mention.name if mention else None
        return None

    def is_opening(self, form: str) -> bool:
        """Whether a name of several words may begin with a word of this form."""
        return form in self._opening_forms

    def is_second(self, form: str) -> bool:
        """Whether a word of this form may be the second of a name."""
        return form in self._second_forms or not form.isascii()

    def _find_first_words(self, words: Sequence[Word | WordForm]) -> list[int]:
        """The numbers of the words with which a name may begin: few, and found without a call for
        each word."""
        single_forms, opening_forms = self._single_forms, self._opening_forms
        return [
            number
            for number, word in enumerate(words)
            if word.form in single_forms
            or not word.form.isascii()
            or (
                word.form in opening_forms
                and number + 1 < len(words)
                and self.is_second(words[number + 1].form)
            )
        ]

    def _find_mention_at(
        self, words: Sequence[Word | WordForm], number: int, typed: bool
    ) -> NameMention | None:
        first_forms = _bare_forms(words[number].form)
        if self._lengths.keys().isdisjoint(first_forms):
            return None
        longest = max(self._lengths.get(form, 0) for form in first_forms)
        for length in range(min(longest, len(words) - number), 0, -1):
            *forms, last = (word.form for word in words[number : number + length])
            for form in _bare_forms(last):
                name = self._by_form.get((*forms, form))
                if name and (length > 1 or self._is_used_as_name(form, words, number, typed)):
                    return NameMention(name, number, number + length)
        return None

    def _is_used_as_name(
        self, form: str, words: Sequence[Word | WordForm], number: int, typed: bool
    ) -> bool:
        """Whether a word that may be just a common or a function word is used as a name."""
        word = words[number]
        if word.term or word.form not in STOP_WORDS:
            return typed or word.capital or form in self._lowercase
        preceding = words[number - 1].form if number else ""
        return preceding == "the" or (typed and form == "us" and preceding not in _VERBS_BEFORE_US)


def add_general_names(names: Iterable[Name]) -> tuple[Name, ...]:
    """Return a desk's `names` with the forms that general names add, then the other general names:
    countries, the largest organisations, common abbreviations.

    A general name adds its forms to the desk's name of the same kind that has its entity or else
    shares a form with it. A form that the desk gives to an entity is never taken from it.
    """
    merged = {name.entity: name for name in names}
    owners = {form.casefold(): name for name in reversed(merged.values()) for form in name.forms}
    for general in read_general_names():
        owning = [owners[form.casefold()] for form in general.forms if form.casefold() in owners]
        target = next((name for name in owning if name.kind == general.kind), general)
        forms = (form for form in general.forms if owners.get(form.casefold(), target) == target)
        name = merged.get(target.entity, replace(target, forms=()))
        if name.kind == general.kind:
            merged[target.entity] = replace(name, forms=tuple(dict.fromkeys((*name.forms, *forms))))
    return tuple(merged.values())


@lru_cache(maxsize=4)
def make_names(own: tuple[Name, ...]) -> Names:
    """Return a desk's `own` names and the general ones, which take 10 ms to put together; those of
    the last desks are kept."""
    return Names(add_general_names(own))


def read_general_names() -> Iterator[Name]:
    """Yield the names that every desk shares."""
    tables = tomllib.loads(files("bot.text").joinpath("general.toml").read_text("utf-8"))
    for kind, lines in tables.items():
        for line in lines.splitlines():
            entity, _, forms = line.partition(":")
            yield Name(entity, kind, (entity, *filter(None, map(str.strip, forms.split(",")))))


def _with_plurals(forms: Iterable[str]) -> set[str]:
    return {ending for form in forms for ending in (form, f"{form}s")}


@lru_cache(maxsize=1 << 17)
def _bare_forms(form: str) -> tuple[str, ...]:
    """`form`, then what it may be without an ending: Trump for "trumps", 북한 for "북한의"."""
    if form.endswith("s"):
        return form, form[:-1]
    if is_hangul(form):
        return tuple(form[:length] for length in range(len(form), 1, -1)) or (form,)
    return (form,)
