"""What two sentences say differently: a figure, a date, a denial, a verb, a former office."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from bot.briefing.facts.contrasts import Contrasts, contrasts
from bot.briefing.facts.figures import dates, figures
from bot.model import Span
from bot.search.index import Index, Sentence
from bot.text.words import Word, words

Kind = Literal["figure", "date", "denial", "verb", "office"]

_NOT = re.compile(r"\b(?:not|never|cannot|no longer)\b|n['’]t\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.!?()–—]|\b(?:and|but|while|although|whereas|which|who)\b")
_NAME_AFTER = re.compile(r",? ([A-Z][\w’'-]*\w(?: [A-Z][\w’'-]*\w){0,3})")
# How many words a "not" reaches forward, and one that denies or doubts reaches back from a verb.
_REACH = 3
# How many words around two opposite verbs are compared, and how many terms they must share.
_AROUND, _AROUND_SHARED = 7, 2
# The objects of two opposite verbs are one where they share this many terms and this part of the
# shorter one.
_OBJECT_SHARED, _OBJECT_PART = 3, 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of one sentence and of another that do not go together, as places in their texts.

    `one_act` says that the words around them already show that both speak of one act.
    """

    kind: Kind
    words: Span
    other_words: Span
    one_act: bool = False


def differences(one: Sentence, other: Sentence, index: Index) -> list[Difference]:
    """The respects in which the sentences differ, whether or not they tell of the same thing; at
    most one difference of each kind."""
    found = (
        _figure(one.text, other.text),
        _date(one.text, other.text),
        _denial(one.text, other.text),
        _verb(one, other, index),
        _office(one.text, other.text),
    )
    return [difference for difference in found if difference]


def _figure(one: str, other: str) -> Difference | None:
    """Two figures of one unit that cannot both be right, where none of that unit agree."""
    ours, theirs = figures(one), figures(other)
    for first, second in product(ours, theirs):
        pairs = product(
            (figure for figure in ours if figure.counts_the_same(second)),
            (figure for figure in theirs if figure.counts_the_same(first)),
        )
        if first.counts_the_same(second) and not any(a.agrees(b) for a, b in pairs):
            return Difference("figure", first.span, second.span)
    return None


def _date(one: str, other: str) -> Difference | None:
    """The first dates of both, where none of the one can be a date of the other."""
    ours, theirs = dates(one), dates(other)
    agreed = [first.agrees(second) for first, second in product(ours, theirs)]
    if True in agreed or False not in agreed:
        return None
    return Difference("date", ours[0].span, theirs[0].span)


def _denial(one: str, other: str) -> Difference | None:
    """What one sentence says is not so, and the other, which denies nothing, says is."""
    if denied := _denied(one, other):
        return Difference("denial", *denied)
    if denied := _denied(other, one):
        return Difference("denial", denied[1], denied[0])
    return None


def _denied(denying: str, stating: str) -> tuple[Span, Span] | None:
    known = contrasts()
    denials = [word for word in words(denying) if _denies(word, known)]
    denial = _NOT.search(denying)
    if not denial or len(denials) != 1 or "?" in denying + stating:
        return None
    stated = words(stating)
    if any(_denies(word, known) for word in stated):
        return None
    after = [word for word in words(denying) if word.start >= denial.end()][:_REACH]
    if not after or after[0].form in known.added:
        return None
    for word in after:
        if not word.term:
            continue
        for at, other in enumerate(stated):
            if other.term == word.term and not _is_unsure(stated, at, known):
                return Span(denial.start(), word.end), Span(other.start, other.end)
        return None
    return None


def _verb(one: Sentence, other: Sentence, index: Index) -> Difference | None:
    """Two verbs that do not go together, of the same actor and with much the same around them."""
    known = contrasts()
    ours, theirs = words(one.text), words(other.text)
    for first, second in product(_verbs(ours, known), _verbs(theirs, known)):
        verb, opposite = ours[first], theirs[second]
        if not known.are_opposite(verb.form, opposite.form):
            continue
        if _has_opposite(verb, ours, known) or _has_opposite(opposite, theirs, known):
            continue
        before, other_before = _terms(ours[:first]), _terms(theirs[:second])
        if before and other_before and not before & other_before:
            continue
        around = _terms(ours[max(0, first - _AROUND) : first + _AROUND + 1])
        other_around = _terms(theirs[max(0, second - _AROUND) : second + _AROUND + 1])
        if len(around & other_around) < _AROUND_SHARED:
            continue
        one_act = _have_one_object(one.text, verb, other.text, opposite) and _have_one_actor(
            one, verb, other, opposite, index
        )
        places = Span(verb.start, verb.end), Span(opposite.start, opposite.end)
        return Difference("verb", *places, one_act)
    return None


def opposed(one: Sentence, other: Sentence, index: Index) -> bool:
    """Whether the sentences have two verbs that do not go together and are of one act."""
    known = contrasts()
    if not one.term_set & known.verb_terms or not other.term_set & known.verb_terms:
        return False
    found = _verb(one, other, index)
    return found is not None and found.one_act


def _verbs(found: Sequence[Word], known: Contrasts) -> Iterator[int]:
    """The places of the verbs that have an opposite and are said to be so: not denied, not unsure,
    not counted ("5 trillion won")."""
    for at, word in enumerate(found):
        if word.form not in known.verbs or _is_unsure(found, at, known):
            continue
        counted = at > 0 and bool(re.match(r"\d|[a-z]+illion$", found[at - 1].form))
        denied = any(_denies(each, known) for each in found[max(0, at - _REACH) : at])
        if not counted and not denied:
            yield at


def _has_opposite(verb: Word, found: Sequence[Word], known: Contrasts) -> bool:
    return any(known.are_opposite(verb.form, word.form) for word in found)


def _denies(word: Word, known: Contrasts) -> bool:
    return word.form in known.denials or word.form.endswith("n't")


def _is_unsure(found: Sequence[Word], at: int, known: Contrasts) -> bool:
    return any(word.form in known.unsure for word in found[max(0, at - _REACH) : at])


def _terms(found: Sequence[Word]) -> set[str]:
    return {word.term for word in found if word.term}


def _have_one_object(one: str, verb: Word, other: str, opposite: Word) -> bool:
    """Whether what follows two verbs, up to the end of the clause, is much the same."""
    ours, theirs = _object(one, verb), _object(other, opposite)
    shared = len(ours & theirs)
    return shared >= _OBJECT_SHARED and shared >= _OBJECT_PART * min(len(ours), len(theirs))


def _object(text: str, verb: Word) -> set[str]:
    end = _CLAUSE_END.search(text, verb.end)
    return _terms(words(text[verb.end : end.start() if end else len(text)]))


def _have_one_actor(
    one: Sentence, verb: Word, other: Sentence, opposite: Word, index: Index
) -> bool:
    """Whether two verbs have one subject: a noun that stands before both, with one name to it, or
    with a name in the one that the other's article ties to what it calls former."""
    ours, theirs = _subjects(one, verb), _subjects(other, opposite)
    for noun in ours.keys() & theirs.keys():
        names, other_names = ours[noun].names, theirs[noun].names
        past, other_past = ours[noun].is_past, theirs[noun].is_past
        if names.keys() & other_names.keys():
            return past == other_past
        if set(names.values()) & set(other_names.values()):
            continue  # two people, or two countries
        if past and other_names and not other_past:
            return _calls_former(other_names, one, index)
        if other_past and names and not past:
            return _calls_former(names, other, index)
    return False


@dataclass(frozen=True, slots=True)
class _Subject:
    """What stands right before a noun: the names by their terms, with their kinds, and whether a
    word such as "former" is there."""

    names: dict[str, str]
    is_past: bool


def _subjects(sentence: Sentence, verb: Word) -> dict[str, _Subject]:
    """The nouns before a verb, by their terms; a name is its own."""
    known = contrasts()
    terms = [term for term in sentence.terms if term.end <= verb.start and not term.within]
    subjects = {}
    for at, noun in enumerate(terms):
        near = terms[max(0, at - _REACH) : at + 1]
        subjects[noun.term] = _Subject(
            names={term.term: term.kind for term in near if term.kind},
            is_past=any(term.form in known.past for term in near),
        )
    return subjects


def _calls_former(names: Collection[str], sentence: Sentence, index: Index) -> bool:
    """Whether a sentence of the article has one of the names beside a word such as "former"."""
    past = contrasts().past
    return any(
        each.form in past
        for slot in index.slots(sentence.passage.article.id)
        for told in index.sentences(slot)
        for at, name in enumerate(told.terms)
        if name.term in names
        for each in told.terms[max(0, at - _REACH) : at]
    )


def _office(one: str, other: str) -> Difference | None:
    """The same office of the same person, called a former one in one sentence alone."""
    for first, second in product(_offices(one), _offices(other)):
        same = first.office == second.office and first.name & second.name
        if same and first.is_past != second.is_past:
            return Difference("office", first.span, second.span)
    return None


@dataclass(frozen=True, slots=True)
class _Office:
    """An office with the name of its holder; `span` begins with "former" where that is said."""

    office: str
    name: frozenset[str]
    is_past: bool
    span: Span


def _offices(text: str) -> Iterator[_Office]:
    known = contrasts()
    found = words(text)
    for at, word in enumerate(found):
        name = _NAME_AFTER.match(text, word.end)
        if word.form not in known.offices or not name:
            continue
        past = next(
            (each for each in found[max(0, at - _REACH) : at] if each.form in known.past), None
        )
        holder = frozenset(each.form for each in words(name[1]))
        yield _Office(word.form, holder, past is not None, Span((past or word).start, word.end))
