"""Differences of two sentences: a figure, a date, a denial, opposite verbs or a former office."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal

from bot.briefing.facts.contrasts import Contrasts, load_contrasts
from bot.briefing.facts.figures import find_dates, find_figures
from bot.model import Span
from bot.search.index import Index, Sentence
from bot.text.words import Word, split_words

Kind = Literal["figure", "date", "denial", "verb", "office"]

_NOT = re.compile(r"\b(?:not|never|cannot|no longer)\b|n['’]t\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.!?()–—]|\b(?:and|but|while|although|whereas|which|who)\b")
_NAME_AFTER = re.compile(r",? ([A-Z][\w’'-]*\w(?: [A-Z][\w’'-]*\w){0,3})")
_MAX_VERBS = (
    12  # of a sentence that are compared with another's: no sentence of five desks has more
)
# How many words a "not" reaches forward, and one that denies or doubts reaches back from a verb.
_REACH = 3
# How many words around two opposite verbs are compared, and how many terms they must share.
_CONTEXT_WORDS, _MIN_CONTEXT_SHARED = 7, 2
# The objects of two opposite verbs are the same where they share this many terms and this part of
# the shorter one.
_MIN_OBJECT_SHARED, _MIN_OBJECT_PART = 3, 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of two sentences that contradict each other, as spans of their texts.

    `is_one_act` says that the words around them already show that both speak of one act.
    """

    kind: Kind
    words: Span
    other_words: Span
    is_one_act: bool = False


def find_differences(first: Sentence, second: Sentence, index: Index) -> list[Difference]:
    """Return the differences of two sentences of any facts, at most one of each kind."""
    differences = (
        _compare_figures(first, second),
        _compare_dates(first, second),
        _compare_denials(first, second),
        _compare_verbs(first, second, index),
        _compare_offices(first, second),
    )
    return [difference for difference in differences if difference]


def have_opposite_verbs(first: Sentence, second: Sentence, index: Index) -> bool:
    """Whether the sentences have two opposite verbs of one act."""
    verb_terms = load_contrasts().verb_terms
    if not first.term_set & verb_terms or not second.term_set & verb_terms:
        return False
    difference = _compare_verbs(first, second, index)
    return difference is not None and difference.is_one_act


def _compare_figures(first: Sentence, second: Sentence) -> Difference | None:
    """Find two figures of one unit that cannot both be right, where none of that unit agree."""
    figures, other_figures = first.derive(find_figures), second.derive(find_figures)
    for figure, other_figure in product(figures, other_figures):
        pairs = product(
            (candidate for candidate in figures if candidate.has_same_unit(other_figure)),
            (candidate for candidate in other_figures if candidate.has_same_unit(figure)),
        )
        if figure.has_same_unit(other_figure) and not any(a.agrees(b) for a, b in pairs):
            return Difference("figure", figure.span, other_figure.span)
    return None


def _compare_dates(first: Sentence, second: Sentence) -> Difference | None:
    """Find the first dates of both, where no date of the one can be a date of the other."""
    dates, other_dates = first.derive(find_dates), second.derive(find_dates)
    agreements = [date.agrees(other_date) for date, other_date in product(dates, other_dates)]
    if True in agreements or False not in agreements:
        return None
    return Difference("date", dates[0].span, other_dates[0].span)


def _compare_denials(first: Sentence, second: Sentence) -> Difference | None:
    """Find what one sentence denies and the other, which denies nothing, states."""
    if spans := _find_denied(first, second):
        return Difference("denial", *spans)
    if spans := _find_denied(second, first):
        return Difference("denial", spans[1], spans[0])
    return None


def _find_denied(denying: Sentence, stating: Sentence) -> tuple[Span, Span] | None:
    contrasts = load_contrasts()
    denial = _NOT.search(denying.text)
    if not denial or "?" in denying.text + stating.text:
        return None
    if denying.derive(_count_denials) != 1 or stating.derive(_count_denials):
        return None
    stated = stating.words
    denied = [word for word in denying.words if word.start >= denial.end()][:_REACH]
    if not denied or denied[0].form in contrasts.added:
        return None
    first_denied = next((word for word in denied if word.term), None)
    if first_denied is None:
        return None
    for number, word in enumerate(stated):
        if word.term == first_denied.term and not _is_unsure(stated, number, contrasts):
            return Span(denial.start(), first_denied.end), Span(word.start, word.end)
    return None


def _count_denials(sentence: Sentence) -> int:
    contrasts = load_contrasts()
    return sum(_is_denial(word, contrasts) for word in sentence.words)


def _compare_verbs(first: Sentence, second: Sentence, index: Index) -> Difference | None:
    """Find two opposite verbs of the same actor, in a similar context."""
    contrasts = load_contrasts()
    first_words, second_words = first.words, second.words
    verbs, other_verbs = (sentence.derive(_list_verbs) for sentence in (first, second))
    for number, other_number in product(verbs, other_verbs):
        verb, opposite = first_words[number], second_words[other_number]
        if (
            not contrasts.are_opposite(verb.form, opposite.form)
            or _has_opposite(verb, first_words, contrasts)
            or _has_opposite(opposite, second_words, contrasts)
        ):
            continue
        preceding = _terms(first_words[:number])
        other_preceding = _terms(second_words[:other_number])
        if preceding and other_preceding and not preceding & other_preceding:
            continue
        context = _terms_around(first_words, number)
        if len(context & _terms_around(second_words, other_number)) < _MIN_CONTEXT_SHARED:
            continue
        is_one_act = _have_same_object(first.text, verb, second.text, opposite) and (
            _have_same_actor(first, verb, second, opposite, index)
        )
        spans = Span(verb.start, verb.end), Span(opposite.start, opposite.end)
        return Difference("verb", *spans, is_one_act)
    return None


def _list_verbs(sentence: Sentence) -> Sequence[int]:
    return tuple(islice(_find_verbs(sentence.words, load_contrasts()), _MAX_VERBS))


def _find_verbs(sentence_words: Sequence[Word], contrasts: Contrasts) -> Iterator[int]:
    """Yield the numbers of opposable verbs, not denied, unsure or counted ("5 trillion won")."""
    for number, word in enumerate(sentence_words):
        if word.form not in contrasts.verbs or _is_unsure(sentence_words, number, contrasts):
            continue
        preceding = sentence_words[max(0, number - _REACH) : number]
        is_counted = number > 0 and bool(re.match(r"\d|[a-z]+illion$", preceding[-1].form))
        if not is_counted and not any(_is_denial(negator, contrasts) for negator in preceding):
            yield number


def _has_opposite(verb: Word, sentence_words: Sequence[Word], contrasts: Contrasts) -> bool:
    return any(contrasts.are_opposite(verb.form, word.form) for word in sentence_words)


def _is_denial(word: Word, contrasts: Contrasts) -> bool:
    return word.form in contrasts.denials or word.form.endswith("n't")


def _is_unsure(sentence_words: Sequence[Word], number: int, contrasts: Contrasts) -> bool:
    preceding = sentence_words[max(0, number - _REACH) : number]
    return any(word.form in contrasts.unsure for word in preceding)


def _terms(sentence_words: Sequence[Word]) -> set[str]:
    return {word.term for word in sentence_words if word.term}


def _terms_around(sentence_words: Sequence[Word], number: int) -> set[str]:
    start = max(0, number - _CONTEXT_WORDS)
    return _terms(sentence_words[start : number + _CONTEXT_WORDS + 1])


def _have_same_object(text: str, verb: Word, other_text: str, opposite: Word) -> bool:
    """Whether what follows two verbs, up to the end of the clause, is much the same."""
    terms, other_terms = _object_terms(text, verb), _object_terms(other_text, opposite)
    shared = len(terms & other_terms)
    shorter = min(len(terms), len(other_terms))
    return shared >= _MIN_OBJECT_SHARED and shared >= _MIN_OBJECT_PART * shorter


def _object_terms(text: str, verb: Word) -> set[str]:
    clause_end = _CLAUSE_END.search(text, verb.end)  # may be within a word of the sentence: 2,000
    return _terms(split_words(text[verb.end : clause_end.start() if clause_end else len(text)]))


def _have_same_actor(
    first: Sentence, verb: Word, second: Sentence, opposite: Word, index: Index
) -> bool:
    """Whether two verbs have one subject: a noun that precedes both, with one name next to it.

    Two names are enough where the article of one sentence calls the other's name a former holder.
    """
    subjects, other_subjects = _find_subjects(first, verb), _find_subjects(second, opposite)
    for noun in subjects.keys() & other_subjects.keys():
        subject, other = subjects[noun], other_subjects[noun]
        if subject.names.keys() & other.names.keys():
            return subject.is_past == other.is_past
        if set(subject.names.values()) & set(other.names.values()):
            continue  # two people, or two countries
        if subject.is_past and other.names and not other.is_past:
            return _calls_former(other.names, first, index)
        if other.is_past and subject.names and not subject.is_past:
            return _calls_former(subject.names, second, index)
    return False


@dataclass(frozen=True, slots=True)
class _Subject:
    """The names right before a noun, by their terms, with their kinds, and any "former"."""

    names: dict[str, str]
    is_past: bool


def _find_subjects(sentence: Sentence, verb: Word) -> dict[str, _Subject]:
    """Return the nouns before a verb, by their terms; each is a name of itself."""
    past = load_contrasts().past
    nouns = [term for term in sentence.terms if term.end <= verb.start and not term.within]
    subjects = {}
    for number, noun in enumerate(nouns):
        nearby = nouns[max(0, number - _REACH) : number + 1]
        subjects[noun.term] = _Subject(
            names={term.term: term.kind for term in nearby if term.kind},
            is_past=any(term.form in past for term in nearby),
        )
    return subjects


def _calls_former(names: Collection[str], sentence: Sentence, index: Index) -> bool:
    """Whether a sentence of the article has one of the names after a word such as "former"."""
    past = load_contrasts().past
    return any(
        term.form in past
        for slot in index.slots(sentence.passage.article.id)
        for candidate in index.sentences(slot)
        for number, name in enumerate(candidate.terms)
        if name.term in names
        for term in candidate.terms[max(0, number - _REACH) : number]
    )


def _compare_offices(first: Sentence, second: Sentence) -> Difference | None:
    """Find one office of one person who is called a former holder of it in one sentence alone."""
    for office, other in product(first.derive(_list_offices), second.derive(_list_offices)):
        is_same = office.title == other.title and office.name & other.name
        if is_same and office.is_past != other.is_past:
            return Difference("office", office.span, other.span)
    return None


@dataclass(frozen=True, slots=True)
class _Office:
    """An office with the name of its holder; `span` includes a "former" before it."""

    title: str
    name: frozenset[str]
    is_past: bool
    span: Span


def _list_offices(sentence: Sentence) -> Sequence[_Office]:
    return tuple(_find_offices(sentence))


def _find_offices(sentence: Sentence) -> Iterator[_Office]:
    contrasts = load_contrasts()
    for number, word in enumerate(sentence.words):
        if word.form not in contrasts.offices:
            continue
        name = _NAME_AFTER.match(sentence.text, word.end)
        if not name:
            continue
        preceding = sentence.words[max(0, number - _REACH) : number]
        past = next((former for former in preceding if former.form in contrasts.past), None)
        forms = frozenset(name_word.form for name_word in split_words(name[1]))
        yield _Office(word.form, forms, past is not None, Span((past or word).start, word.end))
