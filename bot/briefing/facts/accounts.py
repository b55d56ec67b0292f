"""Accounts of one fact: which sentences state the same, and where two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import product

from rapidfuzz.distance import Indel

from bot.briefing.facts.differences import Difference, find_differences, have_opposite_verbs
from bot.briefing.facts.figures import find_dates, find_figures
from bot.briefing.facts.ordinals import tell_two_events
from bot.briefing.facts.similarity import Similarity
from bot.model import Comparison, Quote, Span
from bot.search.index import Index, Sentence
from bot.text.names import is_name
from bot.text.quotations import find_quotations
from bot.text.terms import AnalysedText
from bot.text.words import split_forms

# Two sentences state the same where they share this part of the lighter one's weight and this part
# of both together, and this many terms that are no names: the sentences of one desk name the same
# few countries all the time, and a short sentence is easily contained in a long one.
_SAME = 0.54, 0.3
_MIN_SHARED_TERMS = 4
# They share this part of the lighter one's weight without the names of both too, or less and a
# verb: who is named with whom is no fact. Of 57 accounts shown on five desks as telling the same
# this takes 13 of some 20 wrong ones, such as lists of crew members, and 4 right ones.
_MIN_CONTAINED_BESIDE_NAMES, _MIN_CONTAINED_WITH_VERB = 0.35, 0.2
# A form that is surely a verb: "revived", "in reviving", "to revive", but not "a landing".
_VERB_FORM = re.compile(
    r"\b(?:(?:about|are|at|be|been|by|for|from|in|is|of|on|to|was|were|without) (\w+ing)"
    r"|to (\w+)|(\w+ed))\b"
)
# Two accounts of one fact differ only where all but what differs is nearly the same.
_SAME_BUT_FOR_DIFFERENCE = 0.7, 0.4
# Two dates for what is planned differ with less in common, as plans are told in many words.
_SAME_PLAN = 0.5, 0.2
_PLAN = re.compile(
    r"\b(?:scheduled|planned|slated|due|expected|set) (?:to|for|on|no earlier)\b"
    r"|\b(?:is|are) targeting\b|\bno (?:earlier|later) than\b",
    re.IGNORECASE,
)
# The years in which two accounts put one event are at most this far apart.
_MAX_YEARS_APART = 5
# What comes again is told of in articles so many months apart or more, and its dates lie as far
# apart as these but for a part. A launch that is put off by weeks is told of again within weeks.
_MIN_MONTHS_APART, _MAX_DRIFT = 2.0, 0.35
_DAYS_A_MONTH = 30.4
# With what differs in them they share less; of 243,000 pairs of SQuAD none below this passed.
_MIN_CONTAINED_TO_DIFFER = 0.45
# So many words in common make up for no name in common: "the population density was … people per
# square mile" is said of every town.
_MANY_SHARED_TERMS = 7
# So many words of a quotation in both sentences are the same speech.
_MIN_SPEECH_WORDS, _MIN_SPEECH_TERMS = 4, 2
# Sentences with this part of their words in common, in order, are copies of one text.
_MIN_COPIED = 0.9
_MAX_DIFFERING = 2  # accounts shown with one quote

# The source of a statement, at the end of a sentence or after "according to".
_ATTRIBUTION = re.compile(
    r",[^,;]*\b(?:said|says|told|reported|wrote)\b[^,;]*\W?$|\baccording to\b[^,;]*", re.IGNORECASE
)
_CALENDAR = frozenset(
    """
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    """.split()  # noqa: SIM905 - a word list reads best as words
)


class AccountComparer:
    """Compares sentences of `index` as accounts of facts."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._similarity = Similarity(index)
        # Looked for twice or more: to group sentences by facts, and to show how they differ.
        self._find_differences = cache(partial(find_differences, index=index))

    def tell_one_fact(self, first: Sentence, second: Sentence) -> bool:
        """Whether two sentences state one fact, whether they agree on it or differ."""
        if len(_share_words(first, second)) < _MIN_SPEECH_TERMS:
            return False  # as of most pairs: no test below asks for less
        return self.agree(first, second) or self.find_difference(first, second) is not None

    def share_more_than_names(self, first: Sentence, second: Sentence) -> bool:
        """Whether two sentences have enough in common beside names, and speak of one event.

        They do not where they count it differently (the seventh mission and the eighth) or number
        what it is of differently (Crew-7 and Crew-8).
        """
        if first.text == second.text:
            return True
        if tell_two_events(first, second):
            return False
        names = first.derive(_find_names) | second.derive(_find_names)
        contents = (
            frozenset(_without_names(sentence.content_set - names)) for sentence in (first, second)
        )
        _, contained = self._similarity.overlap(*contents)
        verbs = first.derive(_find_verbs) & second.derive(_find_verbs) - names
        return contained >= (_MIN_CONTAINED_WITH_VERB if verbs else _MIN_CONTAINED_BESIDE_NAMES)

    def agree(self, first: Sentence, second: Sentence) -> bool:
        """Whether two sentences state the same, as far as their words show."""
        contents = first.content_set, second.content_set
        is_same = self._are_similar(*contents, _SAME) and self.share_more_than_names(first, second)
        if is_same or _share_quotation(first, second):
            return not self._find_differences(first, second)
        return False

    def find_difference(self, first: Sentence, second: Sentence) -> Difference | None:
        """Return the difference of two sentences that are otherwise accounts of one fact.

        None where they agree, or speak of two facts. Accounts that differ in two respects (a figure
        and a date) are of two facts. So are those that differ in the date of what happens more than
        once, and those that name nobody and nothing in common or each somebody else: the turnout of
        two elections.
        """
        if not self._may_differ(first, second) or tell_two_events(first, second):
            return None
        differences = self._find_differences(first, second)
        if len(differences) != 1:
            return None
        (difference,) = differences
        if difference.is_one_act:
            return difference
        if difference.kind == "date" and (
            not _happened_once(first, second) or _come_again(first, second)
        ):
            return None
        content = _content_without(first, difference.words)
        other_content = _content_without(second, difference.other_words)
        are_plans = bool(_PLAN.search(first.text) and _PLAN.search(second.text))
        minimum = (
            _SAME_PLAN if difference.kind == "date" and are_plans else _SAME_BUT_FOR_DIFFERENCE
        )
        are_similar = self._are_similar(content, other_content, minimum)
        return difference if are_similar and _have_same_names(first, second) else None

    def add_accounts(
        self, quote: Quote, sentence: Sentence, accounts: Iterable[tuple[Sentence, Quote]]
    ) -> Quote:
        """Return the `quote` of `sentence` with the accounts that other stories give of its fact.

        Those that agree are its `repeats`, the others its `differs`. `accounts` are best first.
        A story counts once, if possible as one that agrees, and not if it copies an earlier one.
        """
        repeats: dict[str, Quote] = {}
        differs: dict[str, Comparison] = {}
        for other_sentence, other_quote in accounts:
            story = other_quote.article.id
            if story == quote.article.id or story in repeats:
                continue
            if difference := self.find_difference(sentence, other_sentence):
                span = _span_in_quote(difference.words, sentence, quote)
                other_span = _span_in_quote(difference.other_words, other_sentence, other_quote)
                differs.setdefault(story, Comparison(other_quote, (span,), (other_span,)))
            elif not self._find_differences(sentence, other_sentence):
                repeats[story] = other_quote
        only_differing = [differs[story] for story in differs if story not in repeats]
        originals = _drop_copies(comparison.quote for comparison in only_differing)
        return replace(
            quote,
            repeats=tuple(_drop_copies(repeats.values())),
            differs=tuple(
                comparison for comparison in only_differing if comparison.quote in originals
            )[:_MAX_DIFFERING],
        )

    def _may_differ(self, first: Sentence, second: Sentence) -> bool:
        """Whether two sentences share enough to look for a difference, which takes long."""
        contents = first.content_set, second.content_set
        shared = contents[0] & contents[1]
        if len(_share_words(first, second)) < _MIN_SHARED_TERMS - 1:
            return False
        # By number first: weighing them takes longer.
        if len(shared) >= _MIN_CONTAINED_TO_DIFFER * min(map(len, contents)):
            _, contained = self._similarity.overlap(*contents)
            if contained >= _MIN_CONTAINED_TO_DIFFER:
                return True
        return have_opposite_verbs(first, second, self._index)

    def _are_similar(
        self, first: frozenset[str], second: frozenset[str], minimum: tuple[float, float]
    ) -> bool:
        """Whether two contents share `minimum` parts: of the lighter one, and of both together."""
        if len(_without_names(first & second)) < _MIN_SHARED_TERMS:
            return False
        shared, contained = self._similarity.overlap(first, second)
        return contained >= minimum[0] and shared >= minimum[1]


def is_copy(first: Quote, second: Quote) -> bool:
    """Whether two quotes are one text, as where two outlets carry one agency's report."""
    return _are_copies(_forms(first.text), _forms(second.text))


def _are_copies(forms: Sequence[str], other_forms: Sequence[str]) -> bool:
    return Indel.normalized_similarity(forms, other_forms) >= _MIN_COPIED


def _happened_once(first: Sentence, second: Sentence) -> bool:
    """Whether differing dates can be of one event: nothing is measured, and the years are near.

    Measuring is repeated, and a bridge may be opened now and another long after.
    """
    figures = (*first.derive(find_figures), *second.derive(find_figures))
    if any(figure.is_measured for figure in figures):
        return False
    dates = (*first.derive(find_dates), *second.derive(find_dates))
    years = [date.year for date in dates if date.year]
    return not years or max(years) - min(years) <= _MAX_YEARS_APART


def _come_again(first: Sentence, second: Sentence) -> bool:
    """Whether the dates lie as far apart as the articles do, and that is months: each tells of its
    own year's survey or election."""
    day, other_day = (sentence.passage.article.published for sentence in (first, second))
    if day is None or other_day is None:
        return False
    months_apart = abs((day - other_day).days) / _DAYS_A_MONTH
    if months_apart < _MIN_MONTHS_APART:
        return False
    return any(
        abs(date.months_from(other_date) - months_apart) <= _MAX_DRIFT * months_apart
        for date, other_date in product(first.derive(find_dates), second.derive(find_dates))
        if date.year and other_date.year
    )


def _content_without(sentence: Sentence, span: Span) -> frozenset[str]:
    """Return the distinct content terms of a sentence outside a span of its text."""
    return frozenset(
        term.term
        for term in sentence.terms
        if not term.within and not span.start <= term.start < span.end
    )


def _without_names(terms: Iterable[str]) -> list[str]:
    return [term for term in terms if not is_name(term)]


def _share_words(first: Sentence, second: Sentence) -> frozenset[str]:
    """Return the content terms that both sentences have and that are no names."""
    return first.derive(_find_words) & second.derive(_find_words)


def _find_words(sentence: AnalysedText) -> frozenset[str]:
    """Return the distinct content terms of a sentence that are no names."""
    return frozenset(_without_names(sentence.content_set))


def _have_same_names(first: Sentence, second: Sentence) -> bool:
    """Whether the sentences name something in common, or share more words than two facts would.

    They must not each name something that the other lacks. Sources of a statement do not count.
    """
    names, other_names = first.derive(_find_names), second.derive(_find_names)
    if not names & other_names and len(_share_words(first, second)) < _MANY_SHARED_TERMS:
        return False
    return not (names - second.term_set and other_names - first.term_set)


def _find_names(sentence: AnalysedText) -> frozenset[str]:
    """Return the terms of the names in a sentence: those known, and words in capitals.

    Its first word counts only where the next is in capitals too.
    """
    text = sentence.text
    attributions = [match.span() for match in _ATTRIBUTION.finditer(text)]
    first_is_name = bool(re.match(r"[A-Z]\w+ [A-Z]", text))
    return frozenset(
        term.term
        for term in sentence.terms
        if (term.kind or (text[term.start].isupper() and (term.start > 0 or first_is_name)))
        and not term.within
        and term.form not in _CALENDAR
        and not any(start <= term.start < end for start, end in attributions)
    )


def _find_verbs(sentence: AnalysedText) -> frozenset[str]:
    """Return the terms of the words that are surely verbs."""
    starts = {match.start(match.lastindex or 0) for match in _VERB_FORM.finditer(sentence.text)}
    return frozenset(term.term for term in sentence.terms if term.start in starts)


def _share_quotation(first: Sentence, second: Sentence) -> bool:
    """Whether both sentences hold the same quotation of some words."""
    if len(_share_words(first, second)) < _MIN_SPEECH_TERMS:
        return False
    return any(
        f" {quoted} " in f" {other} " or f" {other} " in f" {quoted} "
        for quoted in first.derive(_find_quoted_words)
        for other in second.derive(_find_quoted_words)
    )


def _find_quoted_words(sentence: AnalysedText) -> tuple[str, ...]:
    """Return the longer quotations in a sentence, as their words' forms with single spaces."""
    quotations = (
        _forms(sentence.text[slice(*quotation.words)])
        for quotation in find_quotations(sentence.text)
        if not quotation.is_open
    )
    return tuple(" ".join(forms) for forms in quotations if len(forms) >= _MIN_SPEECH_WORDS)


def _forms(text: str) -> list[str]:
    return [word.form for word in split_forms(text)]


def _drop_copies(quotes: Iterable[Quote]) -> list[Quote]:
    """Return the quotes without those that copy an earlier one."""
    originals: list[tuple[list[str], Quote]] = []
    for quote in quotes:
        forms = _forms(quote.text)
        if not any(_are_copies(forms, other_forms) for other_forms, _ in originals):
            originals.append((forms, quote))
    return [quote for _, quote in originals]


def _span_in_quote(span: Span, sentence: Sentence, quote: Quote) -> Span:
    """Return a span of a sentence as a span of the quote that holds it."""
    shift = sentence.span.start - quote.start
    return Span(span.start + shift, span.end + shift)
