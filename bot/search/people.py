"""The people whom a question names in full, and whether the articles hold them."""

from __future__ import annotations

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

_MAX_PARAGRAPHS = 100  # in which a name is looked for


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
    words = split_words(question)
    full_names = list(find_full_names(question, words))
    people = [_look_up(full_name, question, words, index) for full_name in full_names]
    for further in (_find_extended_surnames, _find_written_names):
        for full_name in further(question, words, index):
            if not any(
                full_name.first < other.end and other.first < full_name.end for other in full_names
            ):
                full_names.append(full_name)
                people.append(_look_up(full_name, question, words, index))
    return tuple(people)


def _find_extended_surnames(
    question: str, words: Sequence[Word], index: Index
) -> Iterator[FullName]:
    """Yield the surnames of people of the desk with a word before that no article holds and that
    is hardly an English one: "ivanka trump" where the desk knows Donald Trump as Trump."""
    for mention in index.analyser.names.find_mentions(words, typed=True):
        if mention.name.kind != "person" or mention.end - mention.first > 1 or not mention.first:
            continue
        given, surname = words[mention.first - 1 : mention.end]
        if (
            question[given.end : surname.start] == " "
            and given.term
            and not index.bm25.frequency(given.term)
            and is_noun(given.form)
            and not is_ordinary_word(given.form)
        ):
            yield FullName(mention.first - 1, mention.end, mention.first)


def _find_written_names(question: str, words: Sequence[Word], index: Index) -> Iterator[FullName]:
    """Yield two words, neither of them an ordinary one, that articles write side by side with
    capitals: "ee durbin", whose given name no list has."""
    for number, (given, surname) in enumerate(pairwise(words)):
        if (
            question[given.end : surname.start] == " "
            and given.term
            and surname.term
            and not is_ordinary_word(given.form)
            and not is_ordinary_word(surname.form)
            and _is_written_as_name(given, surname, index)
        ):
            yield FullName(number, number + 2, number + 1)


def _is_written_as_name(given: Word, surname: Word, index: Index) -> bool:
    slots = np.intersect1d(index.bm25.matching([given.term]), index.bm25.matching([surname.term]))
    return any(
        first.capital and second.capital and (first.form, second.form) == (given.form, surname.form)
        for slot in slots[:_MAX_PARAGRAPHS].tolist()
        for first, second in pairwise(split_words(index.passage(slot).paragraph.text))
    )


def _look_up(full_name: FullName, question: str, words: Sequence[Word], index: Index) -> Person:
    named = words[full_name.first : full_name.end]
    span = Span(named[0].start, named[-1].end)
    terms = frozenset(word.term for word in named)
    surname = words[full_name.surname]
    if _holds_name(named, index) or _holds_phrase(named, index):
        return Person(span, terms, surname.term, is_known=True)
    if full_name.surname > full_name.first and _is_called_by_surname(surname, index):
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


def _holds_phrase(words: Sequence[Word], index: Index) -> bool:
    """Whether the words stand side by side in a paragraph or title, or with one between them."""
    terms = [word.term for word in words if word.term]
    slots = reduce(np.intersect1d, (index.bm25.matching([term]) for term in terms))
    for slot in slots[:_MAX_PARAGRAPHS].tolist():
        passage = index.passage(slot)
        for text in (passage.paragraph.text, passage.article.title):
            if _contains(split_words(text), words):
                return True
    return False


def _contains(words: Sequence[Word], phrase: Sequence[Word]) -> bool:
    for number, word in enumerate(words):
        if not _is_same(word, phrase[0]):
            continue
        last = number
        for part in phrase[1:]:
            following = words[last + 1 : last + 3]
            last = next(
                (last + step for step, other in enumerate(following, 1) if _is_same(other, part)),
                -1,
            )
            if last < 0:
                break
        else:
            return True
    return False


def _is_same(word: Word, other: Word) -> bool:
    return word.form == other.form or (word.term == other.term != "")


def _is_called_by_surname(surname: Word, index: Index) -> bool:
    """Whether paragraphs name somebody by this surname, never with another given name, and the desk
    knows nobody else by it."""
    if any(True for _ in index.analyser.names.find_mentions([surname], typed=True)):
        return False
    is_named = False
    for slot in index.bm25.matching([surname.term])[:_MAX_PARAGRAPHS].tolist():
        text = index.passage(slot).paragraph.text
        words = split_words(text)
        for number, word in enumerate(words):
            if word.term != surname.term or not word.capital:
                continue
            if number and text[words[number - 1].end : word.start] == " ":
                given = words[number - 1]
                if is_given_name(given.form) or (
                    given.capital and given.term and not is_ordinary_word(given.form)
                ):
                    return False
            is_named = True
    return is_named
