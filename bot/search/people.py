"""The people whom a question names in full, and whether the articles hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from bot.model import Span
from bot.search.index import Index
from bot.text.lexicon import is_noun, is_ordinary_word
from bot.text.people import FullName, find_full_names, is_given_name
from bot.text.words import Word, split_words

# In how much a name is looked for: all paragraphs of 100 are shorter than that in every desk.
_MAX_PARAGRAPHS, _MAX_CHARACTERS = 100, 100_000
# "U.S." has the form "us", "28,500" "28500".
_LEFT_OUT_OF_FORMS = str.maketrans({".": None, ",": None, "’": "'"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a question names in full at `span`.

    `terms` are those of the words of the name, `surname` that of the surname. `is_known` says that
    a paragraph or title holds the name. `omitted` are the parts of the question that are not to be
    searched for by themselves: the name of an unknown person, and the given name of one whom the
    articles call by the surname alone.
    """

    span: Span
    terms: frozenset[str]
    surname: str
    is_known: bool
    omitted: tuple[Span, ...] = ()


def find_people(question: str, index: Index) -> tuple[Person, ...]:
    """Return the people whom `question`, perhaps typed without capitals, names in full."""
    words, paragraphs = split_words(question), _Paragraphs(index)
    full_names = list(find_full_names(question, words))
    people = [_look_up(full_name, question, words, paragraphs) for full_name in full_names]
    for further in (_find_extended_surnames, _find_written_names):
        for full_name in further(question, words, paragraphs):
            if not any(
                full_name.first < other.end and other.first < full_name.end for other in full_names
            ):
                full_names.append(full_name)
                people.append(_look_up(full_name, question, words, paragraphs))
    return tuple(people)


class _Places:
    """Where the words of a text stand, by their forms and their terms."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split_words(text)
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.words):
            self._numbers[word.form].append(number)
            if word.term not in ("", word.form):
                self._numbers[word.term].append(number)

    def find(self, word: Word) -> Iterator[int]:
        """Yield the numbers of the words of the same form or term."""
        for key in dict.fromkeys(filter(None, (word.form, word.term))):
            for number in self._numbers.get(key, ()):
                if _is_same(self.words[number], word):
                    yield number

    def holds(self, phrase: Sequence[Word]) -> bool:
        """Whether the words of the phrase stand in it, with at most one between each two."""
        return any(self._goes_on(number, phrase[1:]) for number in self.find(phrase[0]))

    def _goes_on(self, number: int, phrase: Sequence[Word]) -> bool:
        for part in phrase:
            following = enumerate(self.words[number + 1 : number + 3], number + 1)
            number = next((place for place, word in following if _is_same(word, part)), -1)
            if number < 0:
                return False
        return True


class _Paragraphs:
    """The paragraphs in which the names of one question are looked for, each split once at most."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._places: dict[int, _Places] = {}
        self._flattened: dict[int, str] = {}

    def matching(self, words: Sequence[Word]) -> Iterator[int]:
        """Yield the slots of the paragraphs that hold the terms of all `words`."""
        matching = self.index.bm25.matching
        slots = reduce(np.intersect1d, (matching([word.term]) for word in words if word.term))
        length = 0
        for slot in slots[:_MAX_PARAGRAPHS].tolist():
            if length > _MAX_CHARACTERS:
                return
            length += len(self.index.passage(slot).paragraph.text)
            yield slot

    def places(self, slot: int) -> _Places:
        """Return where the words of a paragraph stand."""
        if slot not in self._places:
            self._places[slot] = _Places(self.index.passage(slot).paragraph.text)
        return self._places[slot]

    def flattened(self, slot: int) -> str:
        """Return the text of a paragraph with its words as their forms are, but for endings."""
        if slot not in self._flattened:
            text = self.index.passage(slot).paragraph.text
            self._flattened[slot] = text.casefold().translate(_LEFT_OUT_OF_FORMS)
        return self._flattened[slot]


def _find_extended_surnames(
    question: str, words: Sequence[Word], paragraphs: _Paragraphs
) -> Iterator[FullName]:
    """Yield the surnames of people of the desk with a word before that no article holds and that
    is hardly an English one: "ivanka trump" where the desk knows Donald Trump as Trump."""
    for mention in paragraphs.index.analyser.names.find_mentions(words, typed=True):
        if mention.name.kind != "person" or mention.end - mention.first > 1 or not mention.first:
            continue
        given, surname = words[mention.first - 1 : mention.end]
        if (
            question[given.end : surname.start] == " "
            and given.term
            and not paragraphs.index.bm25.frequency(given.term)
            and is_noun(given.form)
            and not is_ordinary_word(given.form)
        ):
            yield FullName(mention.first - 1, mention.end, mention.first)


def _find_written_names(
    question: str, words: Sequence[Word], paragraphs: _Paragraphs
) -> Iterator[FullName]:
    """Yield two words, neither of them an ordinary one, that articles write side by side with
    capitals: "ee durbin", whose given name no list has."""
    for number, (given, surname) in enumerate(pairwise(words)):
        if (
            question[given.end : surname.start] == " "
            and given.term
            and surname.term
            and not is_ordinary_word(given.form)
            and not is_ordinary_word(surname.form)
            and _is_written_as_name(given, surname, paragraphs)
        ):
            yield FullName(number, number + 2, number + 1)


def _is_written_as_name(given: Word, surname: Word, paragraphs: _Paragraphs) -> bool:
    # Few of the paragraphs that hold both have them side by side; the others are not split.
    side_by_side = re.compile(rf"{re.escape(given.form)}(?:'s?)?[\W_]*{re.escape(surname.form)}")
    return any(
        first.capital and second.capital and (first.form, second.form) == (given.form, surname.form)
        for slot in paragraphs.matching([given, surname])
        if side_by_side.search(paragraphs.flattened(slot))
        for number in paragraphs.places(slot).find(given)
        for first, second in pairwise(paragraphs.places(slot).words[number : number + 2])
    )


def _look_up(
    full_name: FullName, question: str, words: Sequence[Word], paragraphs: _Paragraphs
) -> Person:
    named = words[full_name.first : full_name.end]
    span = Span(named[0].start, named[-1].end)
    terms = frozenset(word.term for word in named)
    surname = words[full_name.surname]
    if _holds_name(named, paragraphs.index) or _holds_phrase(named, paragraphs):
        return Person(span, terms, surname.term, is_known=True)
    if full_name.surname > full_name.first and _is_called_by_surname(surname, paragraphs):
        given_name = Span(named[0].start, surname.start)
        return Person(span, terms, surname.term, is_known=True, omitted=(given_name,))
    return Person(span, terms, surname.term, is_known=False, omitted=(span,))


def _holds_name(words: Sequence[Word], index: Index) -> bool:
    """Whether the words are a name of the desk, and some paragraph holds a form of it."""
    mention = next(index.analyser.names.find_mentions(words, typed=True), None)
    return (
        mention is not None
        and mention.end - mention.first == len(words)
        and bool(index.bm25.frequency(mention.name.term))
    )


def _holds_phrase(words: Sequence[Word], paragraphs: _Paragraphs) -> bool:
    """Whether the words stand side by side in a paragraph or title, or with one between them."""
    return any(
        paragraphs.places(slot).holds(words)
        or _Places(paragraphs.index.passage(slot).article.title).holds(words)
        for slot in paragraphs.matching(words)
    )


def _is_same(word: Word, other: Word) -> bool:
    return word.form == other.form or (word.term == other.term != "")


def _is_called_by_surname(surname: Word, paragraphs: _Paragraphs) -> bool:
    """Whether paragraphs name somebody by this surname, never with another given name, and the desk
    knows nobody else by it."""
    names = paragraphs.index.analyser.names
    if any(True for _ in names.find_mentions([surname], typed=True)):
        return False
    is_named = False
    for places in map(paragraphs.places, paragraphs.matching([surname])):
        for number in places.find(surname):
            word = places.words[number]
            if word.term != surname.term or not word.capital:
                continue
            given = places.words[number - 1] if number else None
            is_named = True
            if given and places.text[given.end : word.start] == " " and _is_given_name(given):
                return False
    return is_named


def _is_given_name(word: Word) -> bool:
    return is_given_name(word.form) or (
        word.capital and word.term != "" and not is_ordinary_word(word.form)
    )
