"""The same fact told elsewhere: which sentences say the same, and where two accounts differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace
from typing import TypeVar

from rapidfuzz.distance import Indel

from bot.briefing.facts.differences import Difference, differences, opposed
from bot.briefing.facts.figures import dates, figures
from bot.model import Comparison, Quote, Span
from bot.search.index import Index, Sentence
from bot.text.names import is_name
from bot.text.quotations import find_quotations
from bot.text.words import words

_Told = TypeVar("_Told")

# Two sentences tell the same where they share this part of the lighter one's weight and this part
# of both together, and this many terms that are no names: the sentences of one desk name the same
# few countries all the time, and a short sentence is soon held by a long one.
_CONTAINED = 0.54
_SHARED = 0.3
_FEWEST = 4
# Two accounts of one fact differ only where all but what differs is nearly the same.
_CONTAINED_DIFFERING = 0.7
_SHARED_DIFFERING = 0.4
# How far apart two accounts put one event.
_YEARS_APART = 5
# With what differs in them they share less; of 243,000 pairs of SQuAD none below this passed.
_CONTAINED_AT_ALL = 0.45
# As many words in common make up for no name in common: "the population density was … people per
# square mile" is said of every town.
_MANY = 7
# As many words of a quotation in both are the same speech.
_SPEECH_WORDS, _SPEECH_TERMS = 4, 2
# Sentences with this part of their words in common, in order, are copies of one text.
_COPY = 0.9
_MOST_DIFFERING = 2  # accounts shown beside one quote

# Who said it, at the end of a sentence or after "according to".
_ATTRIBUTION = re.compile(
    r",[^,;]*\b(?:said|says|told|reported|wrote)\b[^,;]*\W?$|\baccording to\b[^,;]*", re.IGNORECASE
)
_CALENDAR = frozenset(
    """
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    """.split()  # noqa: SIM905 - a word list reads best as words
)


def tells_the_same(one: Sentence, other: Sentence, index: Index) -> bool:
    """Whether two sentences tell the same and agree, as near as their words show."""
    first, second = content(one), content(other)
    return (
        _are_alike(first, second, index, _CONTAINED, _SHARED) or _quote_the_same(one, other)
    ) and not differences(one, other, index)


def difference(one: Sentence, other: Sentence, index: Index) -> Difference | None:
    """In what two sentences differ that are otherwise accounts of one fact; None where they agree,
    or tell of two facts.

    Accounts that differ in two respects (a figure and a date) are of two facts. So are those that
    differ in the date of what happens more than once, and those that name nobody and nothing in
    common or each somebody else: the turnout of two elections.
    """
    if not _may_differ(one, other, index):
        return None
    found = differences(one, other, index)
    if len(found) != 1:
        return None
    (only,) = found
    if only.one_act:
        return only
    if only.kind == "date" and not _happened_once(one.text, other.text):
        return None
    rest = content(one, without=only.words), content(other, without=only.other_words)
    alike = _are_alike(*rest, index, _CONTAINED_DIFFERING, _SHARED_DIFFERING)
    return only if alike and _speak_of_one(one, other) else None


def _happened_once(one: str, other: str) -> bool:
    """Whether differing dates can be of one event: nothing is measured, for that is done again and
    again, and the years are near, for a bridge may be opened now and another long after."""
    if any(figure.is_measured for figure in (*figures(one), *figures(other))):
        return False
    years = [date.year for date in (*dates(one), *dates(other)) if date.year]
    return not years or max(years) - min(years) <= _YEARS_APART


def _may_differ(one: Sentence, other: Sentence, index: Index) -> bool:
    """Whether a difference is worth looking for, which takes long: the sentences share enough even
    with what differs, or have opposite verbs of what may be one act."""
    shared = one.content_set & other.content_set
    if len(shared) < _FEWEST - 1 or len(_plain(shared)) < _FEWEST - 1:
        return False
    # By number first: weighing them takes longer.
    most = _CONTAINED_AT_ALL * min(len(one.content_set), len(other.content_set))
    enough = len(shared) >= most and (
        contained(one.content_set, other.content_set, index) >= _CONTAINED_AT_ALL
    )
    return enough or opposed(one, other, index)


def are_accounts(one: Sentence, other: Sentence, index: Index) -> bool:
    """Whether two sentences tell one fact, be it the same or differently."""
    return tells_the_same(one, other, index) or difference(one, other, index) is not None


def with_accounts(
    quote: Quote, sentence: Sentence, others: Iterable[tuple[Sentence, Quote]], index: Index
) -> Quote:
    """`quote`, which gives `sentence`, with what other stories tell of the same fact: in `also`
    where they agree, in `differs` where they do not.

    `others` are accounts of the fact, best first, and each story has one say: what it tells the
    same counts before what it tells otherwise. Of stories that copy one text only the first speaks.
    """
    also: dict[str, Quote] = {}
    differs: dict[str, Comparison] = {}
    for told, other in others:
        story = other.article.id
        if story == quote.article.id or story in also:
            continue
        if found := difference(sentence, told, index):
            differs.setdefault(story, _compared(quote, sentence, other, told, found))
        elif not differences(sentence, told, index):
            also[story] = other
    apart = [differs[story] for story in differs if story not in also]
    return replace(
        quote,
        repeats=tuple(_originals(also.values(), lambda other: other)),
        differs=tuple(_originals(apart, lambda told: told.quote))[:_MOST_DIFFERING],
    )


def is_copy(one: Quote, other: Quote) -> bool:
    """Whether two quotes are one text, as where two outlets carry one agency's report."""
    return Indel.normalized_similarity(_forms(one.text), _forms(other.text)) >= _COPY


def content(sentence: Sentence, without: Span | None = None) -> frozenset[str]:
    """The sentence's distinct terms, a name counted once; `without` leaves out those at a place in
    its text."""
    if not without:
        return sentence.content_set
    return frozenset(
        term.term
        for term in sentence.terms
        if not term.within and not without.start <= term.start < without.end
    )


def contained(one: Set[str], other: Set[str], index: Index) -> float:
    """The part of the lighter set's weight that the other holds too, from 0 to 1; a term weighs its
    rarity."""
    fewest = min(weight(one, index), weight(other, index))
    return weight(one & other, index) / fewest if fewest else 0.0


def weight(terms: Set[str], index: Index) -> float:
    return sum(index.bm25.rarity(term) for term in terms)


def _are_alike(
    first: Set[str], second: Set[str], index: Index, least_contained: float, least_shared: float
) -> bool:
    shared = first & second
    return (
        len(shared) >= _FEWEST
        and len(_plain(shared)) >= _FEWEST
        and contained(first, second, index) >= least_contained
        and weight(shared, index) >= least_shared * weight(first | second, index)
    )


def _plain(terms: Iterable[str]) -> list[str]:
    """The terms that are no names."""
    return [term for term in terms if not is_name(term)]


def _speak_of_one(one: Sentence, other: Sentence) -> bool:
    """Whether the sentences name something in common, or share more words than two facts would, and
    do not each name something that the other lacks; who is named as having said it does not count.
    """
    first, second = _named(one), _named(other)
    in_common = first & second or len(_plain(one.content_set & other.content_set)) >= _MANY
    return bool(in_common) and not (first - other.term_set and second - one.term_set)


def _named(sentence: Sentence) -> set[str]:
    """The terms of the names in a sentence: those known, and words in capitals; the first word only
    where the next is in capitals too."""
    text = sentence.text
    said = [match.span() for match in _ATTRIBUTION.finditer(text)]
    first_is_name = bool(re.match(r"[A-Z]\w+ [A-Z]", text))
    return {
        term.term
        for term in sentence.terms
        if (term.kind or (text[term.start].isupper() and (term.start > 0 or first_is_name)))
        and not term.within
        and term.form not in _CALENDAR
        and not any(first <= term.start < last for first, last in said)
    }


def _quote_the_same(one: Sentence, other: Sentence) -> bool:
    """Whether both hold the same quotation of some words."""
    if len(_plain(one.content_set & other.content_set)) < _SPEECH_TERMS:
        return False
    return any(
        f" {shorter} " in f" {longer} " or f" {longer} " in f" {shorter} "
        for shorter in _quotations(one.text)
        for longer in _quotations(other.text)
    )


def _quotations(text: str) -> Iterator[str]:
    """The quotations of some words in `text`, as their forms with single spaces."""
    for quotation in find_quotations(text):
        forms = _forms(text[slice(*quotation.words)])
        if len(forms) >= _SPEECH_WORDS and not quotation.is_open:
            yield " ".join(forms)


def _forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


def _originals(told: Iterable[_Told], quote_of: Callable[[_Told], Quote]) -> list[_Told]:
    """What is told, without that whose quote copies an earlier one."""
    originals: list[_Told] = []
    for each in told:
        if not any(is_copy(quote_of(each), quote_of(original)) for original in originals):
            originals.append(each)
    return originals


def _compared(
    quote: Quote, sentence: Sentence, other: Quote, told: Sentence, found: Difference
) -> Comparison:
    """A difference between two sentences as one between the quotes that give them."""
    return Comparison(
        other,
        words=(_within(found.words, sentence, quote),),
        other_words=(_within(found.other_words, told, other),),
    )


def _within(place: Span, sentence: Sentence, quote: Quote) -> Span:
    shift = sentence.span.start - quote.start
    return Span(place.start + shift, place.end + shift)
