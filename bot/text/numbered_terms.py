"""The terms of many texts at once, as numbers: what an index of articles is made from."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.text.joined_names import find_joined_names
from bot.text.names import Names
from bot.text.words import WordForm, list_written_words, read_word

_STOP_WORD = ""  # the term of one


class NumberedTerms(NamedTuple):
    """The terms of some texts: `numbers` are those of all texts, one text after the other, each the
    place of its term in `terms`, which holds each once. `lengths` are the numbers of terms of the
    texts."""

    terms: Sequence[str]
    numbers: NDArray[np.uint32]
    lengths: NDArray[np.intp]

    @classmethod
    def from_lists(cls, texts: Iterable[Sequence[str]]) -> NumberedTerms:
        """Return the terms that are given for each text."""
        terms = _Numbers()
        numbers, lengths = array("I"), []
        for text_terms in texts:
            numbers.extend(map(terms.__getitem__, text_terms))
            lengths.append(len(text_terms))
        return cls(list(terms), np.array(numbers, np.uint32), np.array(lengths, np.intp))

    def join(self, parts: Sequence[Sequence[int]]) -> NumberedTerms:
        """Return the terms of texts that consist of some of these, each given by their numbers."""
        chosen = np.fromiter(chain.from_iterable(parts), np.intp)
        lengths = self.lengths[chosen]
        # Where each starts here, less where it starts there.
        shifts = (np.cumsum(self.lengths) - self.lengths)[chosen] - (np.cumsum(lengths) - lengths)
        numbers = self.numbers[np.repeat(shifts, lengths) + np.arange(lengths.sum())]
        owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        joined = np.bincount(owners, lengths, len(parts)).astype(np.intp)
        return NumberedTerms(self.terms, numbers, joined)


class _Numbers(dict[str, int]):
    """The number of each text given so far, counted from 0 as they come."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


def number_terms(texts: Iterable[str], names: Names) -> tuple[NumberedTerms, Mapping[str, str]]:
    """Return the terms of `texts`, in the order of `Analyser.list_terms`, and the term of the form
    of each word that has one.

    Each distinct word is looked at once, and names only where one may begin: 10,000 paragraphs take
    .6 s instead of 1.4.
    """
    written = _Numbers()
    words, widths, joined_names = array("I"), [], []
    for number, text in enumerate(texts):
        text_words = list_written_words(text)
        words.extend(map(written.__getitem__, text_words))
        widths.append(len(text_words))
        joined_names += [(number, name.term) for name in find_joined_names(text)]
    word_forms = [*map(read_word, written)]
    terms = _Numbers({_STOP_WORD: 0})
    form_terms = np.array([terms[word.term] for word in word_forms], dtype=np.uint32)
    word_numbers = np.array(words, dtype=np.uint32)
    ends = np.cumsum(np.array(widths, dtype=np.intp))
    # What has a term beside those of the words: its text, the word that it precedes, its term.
    mentions = [
        *_find_names(word_numbers, word_forms, ends, names),
        *((number, int(ends[number]), term) for number, term in joined_names),
    ]
    mentions.sort(key=itemgetter(0, 1))
    places = [place for _, place, _ in mentions]
    name_terms = [terms[term] for *_, term in mentions]
    numbers = np.insert(form_terms[word_numbers], places, name_terms)
    owners = np.repeat(np.arange(len(ends)), widths)
    owners = np.insert(owners, places, [number for number, *_ in mentions])
    is_term = numbers != terms.pop(_STOP_WORD)
    lengths = np.bincount(owners[is_term], minlength=len(ends))
    forms = {word.form: word.term for word in word_forms if word.term}
    return NumberedTerms(list(terms), numbers[is_term] - 1, lengths), forms


def _find_names(
    word_numbers: NDArray[np.uint32],
    word_forms: Sequence[WordForm],
    ends: NDArray[np.intp],
    names: Names,
) -> Iterator[tuple[int, int, str]]:
    """Yield the names in the texts: the number of the text, that of the first word among all words,
    and the term."""

    def mark(is_marked: Callable[[WordForm], bool]) -> NDArray[np.bool_]:
        """Which words of all texts are of some kind."""
        marks = np.array([is_marked(word) for word in word_forms], dtype=bool)
        return marks[word_numbers]

    singles = [*map(names.find_single, word_forms)]
    is_single = np.array([single is not None for single in singles], dtype=bool)[word_numbers]
    needs_context = mark(lambda word: names.is_opening(word.form))
    needs_context[:-1] &= mark(lambda word: names.is_second(word.form))[1:]
    needs_context |= mark(lambda word: not word.term and names.is_single(word.form))
    places = np.flatnonzero(needs_context)
    text_numbers = ends.searchsorted(places, side="right")
    in_texts = zip(text_numbers.tolist(), places.tolist(), strict=True)
    for number, pairs in groupby(in_texts, key=itemgetter(0)):
        start = int(ends[number - 1]) if number else 0
        words = [word_forms[word] for word in word_numbers[start : ends[number]].tolist()]
        first_words = [place - start for _, place in pairs]
        for mention in names.find_mentions(words, first_words=first_words):
            yield number, start + mention.first, mention.name.term
            is_single[start + mention.first : start + mention.end] = False
    places = np.flatnonzero(is_single)
    text_numbers = ends.searchsorted(places, side="right")
    for number, place, word in zip(
        text_numbers.tolist(), places.tolist(), word_numbers[places].tolist(), strict=True
    ):
        name = singles[word]
        if name is not None:
            yield number, place, name.term
