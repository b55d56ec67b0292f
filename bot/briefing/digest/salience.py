"""Salience: how much an excerpt is about a subject, or names it only in passing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, compress

import numpy as np

from bot.briefing.quoting import Excerpt, find_excerpts
from bot.errors import QuestionError
from bot.model import Topic
from bot.search.index import Index
from bot.text.lazy import lazy_property
from bot.text.lexicon import find_synonyms
from bot.text.terms import Analyser, Term

# What a mention counts for, and what is added where the article's title or the section's heading
# names the subject too, and for how near it stands to the front of its sentence, where English puts
# what a sentence is about. Judged on 23 topics of one desk, ten of them held out of the fitting:
# .80 of the required points and .93 of the lines on the topic; .78 and .92 without the title, .69
# and .89 without the front.
_MENTION, _HEADED, _FRONT = 0.25, 0.25, 0.5
MAX_SALIENCE = _MENTION + _HEADED + _FRONT
# A related article that names the subject, but not in its title, is about something else. Without
# this .90 of the lines are on the topic.
_PASSING_FACTOR = 0.3

# An article is about the subject where one excerpt in its first paragraph, one below a title that
# names it, or any two have this salience: where it is not just mentioned, but stands near the
# front. Of 181 mentions of 85 words in 45 news pages, titles left out, 114 were judged to be what
# the article is about: this finds .83 of them, and .97 of what it finds is right. Any mention finds
# all, .63 right; any excerpt of this salience .94, .75 right; two of them .71, .99 right.
MIN_CENTRAL_SALIENCE = 0.5

# More terms than this are no compound noun but a description, and this part of them suffices.
_MAX_COMPOUND_TERMS = 3
_MIN_DESCRIPTION_PART = 0.75

# Words of a free text that stand apart count this much less than together, and a sentence with less
# than this part of their weight is about something else under the same title.
_SCATTERED_FACTOR, _MIN_SENTENCE_PART = 0.8, 0.4
_SYNONYM_CREDIT = 0.5

# In Russia-India-China each is named as one of several; in US-China both may be the subject.
_HYPHENED = re.compile(r"\w+(?:-\w+){2,}")

Compound = tuple[str, ...]
Phrase = tuple[Compound, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a free text: its term, and the terms of its synonyms."""

    term: str
    synonyms: tuple[str, ...]

    @property
    def all_terms(self) -> frozenset[str]:
        """Its term and its synonyms'."""
        return frozenset((self.term, *self.synonyms))


@dataclass(frozen=True)
class Subject:
    """What a topic is about: phrases, any of which names it.

    A phrase is its compounds, each the terms that stand together in it: "US troops in Korea" is
    (US, troops) and (Korea). All of them must occur, anywhere. `words` are those of a free text of
    several: where they do not stand together, an excerpt that holds some of them is about it still
    if the others stand around it.
    """

    phrases: tuple[Phrase, ...]
    words: tuple[Word, ...] = ()

    @lazy_property
    def terms(self) -> frozenset[str]:
        """All terms of the phrases and words."""
        in_phrases = chain.from_iterable(chain.from_iterable(self.phrases))
        return frozenset(chain(in_phrases, *(word.all_terms for word in self.words)))

    def find_mentions(self, terms: Iterable[Term]) -> list[int]:
        """Return where the terms that name the subject start; none where no phrase is complete."""
        content_terms = [term for term in terms if not term.within]
        starts: set[int] = set()
        for phrase in self._find_phrases(frozenset([term.term for term in content_terms])):
            found_starts = [_find_compound(compound, content_terms) for compound in phrase]
            if all(found_starts):
                starts.update(chain.from_iterable(found_starts))
        return sorted(starts)

    def may_be_named(self, terms: frozenset[str]) -> bool:
        """Whether a text with these terms may name the subject, before looking where they stand."""
        return any(self._find_phrases(terms))

    def _find_phrases(self, terms: frozenset[str]) -> Iterator[Phrase]:
        """Yield the phrases of whose short compounds no term is missing."""
        for phrase in self.phrases:
            if all(
                len(compound) > _MAX_COMPOUND_TERMS or terms.issuperset(compound)
                for compound in phrase
            ):
                yield phrase


@dataclass(frozen=True, slots=True)
class ScatteredMention:
    """An excerpt that holds words of a free text apart, and its salience, up to 1.

    `is_headed` says that its title or heading holds one of the words, `needs_paragraph` that it,
    its title and its heading do not hold them all without the rest of the paragraph.
    """

    excerpt: Excerpt
    salience: float
    is_headed: bool
    needs_paragraph: bool


def read_subject(topic: Topic, analyser: Analyser) -> Subject:
    """Return the subject of a topic, without phrases where its names hold only stop words."""
    texts = (topic.phrase or topic.title, *topic.aliases, *topic.words)
    phrases = tuple(filter(None, (tuple(_split_compounds(text, analyser)) for text in texts)))
    return Subject(phrases, _read_words(phrases[0]) if len(phrases) == 1 else ())


def require_words(subject: Subject) -> Subject:
    """Return the subject. Raises QuestionError where it has no word to search for."""
    if not subject.phrases:
        raise QuestionError("The topic has no word to search for; /topics list shows some topics.")
    return subject


def find_excluded(topic: Topic, index: Index) -> frozenset[str]:
    """Return the ids of the articles that hold a phrase which the topic excludes, in whatever form
    of its words: in the title, a heading or the text."""
    article_ids: set[str] = set()
    for phrase in topic.excluded:
        subject = read_subject(Topic(phrase, phrase), index.analyser)
        for slot in map(int, index.bm25.matching(subject.terms)):
            passage = index.passage(slot)
            if passage.article.id in article_ids:
                continue
            texts = (passage.article.title, passage.paragraph.heading, passage.paragraph.text)
            if any(subject.find_mentions(index.analyser.terms(text)) for text in texts if text):
                article_ids.add(passage.article.id)
    return frozenset(article_ids)


def _read_words(phrase: Phrase) -> tuple[Word, ...]:
    """Return the words of a phrase of several."""
    terms = dict.fromkeys(chain.from_iterable(phrase))
    return tuple(Word(term, find_synonyms(term)) for term in terms) if len(terms) > 1 else ()


def find_salient(
    slots: Iterable[int], subject: Subject, index: Index
) -> Iterator[tuple[Excerpt, float]]:
    """Yield the excerpts of some paragraphs that name `subject`, and their salience, up to 1."""
    # The paragraphs of an article share its title, those of a section its heading.
    names_subject = cache(partial(_names_subject, subject, index))
    for slot in slots:
        passage = index.passage(slot)
        title, heading = passage.article.title, passage.paragraph.heading
        is_headed = names_subject(title) or names_subject(heading or "")
        is_passing = passage.article.kind == "related" and not is_headed
        for excerpt in find_excerpts(slot, index, subject.terms):
            if starts := _find_own_mentions(subject, excerpt):
                salience = _MENTION + _HEADED * is_headed
                salience += _FRONT * _frontness(starts, excerpt)
                salience *= _PASSING_FACTOR if is_passing else 1
                yield excerpt, salience


def find_scattered(
    slots: Iterable[int], subject: Subject, index: Index
) -> Iterator[ScatteredMention]:
    """Yield the excerpts of some paragraphs that hold a part of a free text's words whose others
    stand around them, in no order."""
    weigh = _WordWeights(subject.words, index)
    for slot in weigh.select_complete(slots):
        passage = index.passage(slot)
        title, heading = passage.article.title, passage.paragraph.heading or ""
        headed = index.analyser.term_set(title) | index.analyser.term_set(heading)
        is_complete = weigh.is_complete(headed)
        for excerpt in find_excerpts(slot, index):
            sentence = excerpt.sentences[-1]
            if weigh.share(sentence.term_set) < _MIN_SENTENCE_PART:
                continue
            starts = [
                sentence.span.start + term.start
                for term in sentence.terms
                if term.term in subject.terms
            ]
            salience = _MENTION + _HEADED * is_complete
            salience += _FRONT * _frontness(starts, excerpt)
            yield ScatteredMention(
                excerpt,
                salience * _SCATTERED_FACTOR,
                is_headed=not headed.isdisjoint(subject.terms),
                needs_paragraph=not (is_complete or weigh.is_complete(headed | sentence.term_set)),
            )


class _WordWeights:
    """How much each word of a free text weighs: its rarity, a synonym half of that."""

    def __init__(self, words: Sequence[Word], index: Index) -> None:
        self._words = words
        self._bm25 = index.bm25
        self._weights = [index.bm25.rarity(word.term) for word in words]
        self._total = math.fsum(self._weights)
        self._min_share = 1.0 if len(words) <= _MAX_COMPOUND_TERMS else _MIN_DESCRIPTION_PART

    def share(self, terms: Set[str]) -> float:
        """Return what part of all words' weight `terms` hold."""
        credits = (
            weight * (1.0 if word.term in terms else _SYNONYM_CREDIT)
            for word, weight in zip(self._words, self._weights, strict=True)
            if not word.all_terms.isdisjoint(terms)
        )
        return math.fsum(credits) / self._total

    def is_complete(self, terms: Set[str]) -> bool:
        """Whether `terms` hold every word or a synonym of it, or of a description most."""
        return self._are_enough([not word.all_terms.isdisjoint(terms) for word in self._words])

    def select_complete(self, slots: Iterable[int]) -> Iterator[int]:
        """Yield those of the paragraphs that are complete with their titles and headings."""
        numbers = np.fromiter(slots, np.intp)
        is_held = [self._bm25.counts(word.all_terms, numbers).any(axis=0) for word in self._words]
        for slot, are_held in zip(numbers.tolist(), np.transpose(is_held).tolist(), strict=True):
            if self._are_enough(are_held):
                yield slot

    def _are_enough(self, are_held: Sequence[bool]) -> bool:
        if all(are_held):
            return True
        held_weight = math.fsum(compress(self._weights, are_held))
        return held_weight >= self._min_share * self._total


def find_central(
    salient: Sequence[tuple[Excerpt, float]], subject: Subject, index: Index
) -> Sequence[tuple[Excerpt, float]]:
    """Return the excerpts of one article that show it to be about the subject, or none."""
    central = [pair for pair in salient if pair[1] >= MIN_CENTRAL_SALIENCE]
    if len(central) >= 2 or not central:
        return central
    passage = central[0][0].passage
    is_central = passage.number == 1 or _names_subject(subject, index, passage.article.title)
    return central if is_central else ()


def _names_subject(subject: Subject, index: Index, heading: str) -> bool:
    """Whether a title or heading names the subject."""
    if not subject.may_be_named(index.analyser.term_set(heading)):
        return False
    return bool(subject.find_mentions(index.analyser.terms(heading)))


def _find_own_mentions(subject: Subject, excerpt: Excerpt) -> list[int]:
    """Return where the excerpt names the subject, as positions in its paragraph.

    A mention as one of several in a hyphened list does not count. The last sentence must hold one,
    or the sentence before would be reason enough by itself.
    """
    contents = (sentence.content_set for sentence in excerpt.sentences)
    if not subject.may_be_named(frozenset[str]().union(*contents)):
        return []
    terms = list(_list_terms(excerpt))
    start = excerpt.sentences[0].span.start
    listed: set[Term] = set()
    for match in _HYPHENED.finditer(excerpt.text):
        list_terms = {term for term in terms if match.start() <= term.start < match.end()}
        if not subject.terms.issuperset(term.term for term in list_terms):
            listed |= list_terms
    starts = subject.find_mentions(term for term in terms if term not in listed)
    is_in_last = starts and start + starts[-1] >= excerpt.sentences[-1].span.start
    return [start + mention_start for mention_start in starts] if is_in_last else []


def _list_terms(excerpt: Excerpt) -> Iterator[Term]:
    """Yield the content terms of an excerpt, with their places in its text."""
    for sentence in excerpt.sentences:
        shift = sentence.span.start - excerpt.sentences[0].span.start
        for term in sentence.terms:
            if not term.within:
                yield (
                    term._replace(start=term.start + shift, end=term.end + shift) if shift else term
                )


def _frontness(starts: Sequence[int], excerpt: Excerpt) -> float:
    """Return from 1, for a mention at the very front of a sentence, to 0, at its end."""
    distance = 1.0
    for sentence in excerpt.sentences:
        span = sentence.span
        first = next((start for start in starts if span.start <= start < span.end), None)
        if first is not None:
            distance = min(distance, (first - span.start) / len(sentence.text))
    return 1 - distance


def _split_compounds(text: str, analyser: Analyser) -> Iterator[Compound]:
    """Yield the terms of a phrase, split where a function word stands between them."""
    compound: list[str] = []
    end = 0
    for term in analyser.terms(text, typed=True):
        if term.within:
            continue
        if compound and any(letter.isalpha() for letter in text[end : term.start]):
            yield tuple(compound)
            compound = []
        compound.append(term.term)
        end = term.end
    if compound:
        yield tuple(compound)


def count_needed(compound: Compound) -> float:
    """Return how many of a compound's distinct terms name it at least; of a description a part."""
    part = _MIN_DESCRIPTION_PART if len(compound) > _MAX_COMPOUND_TERMS else 1.0
    return part * len(set(compound))


def _find_compound(compound: Compound, terms: Sequence[Term]) -> list[int]:
    """Return where the compound's terms start among a text's content terms; none if incomplete.

    In order they may have one other term among them ("free bilateral trade"); in another order
    they stand side by side ("trade with China").
    """
    members = set(compound)
    if len(compound) > _MAX_COMPOUND_TERMS:
        present = [term for term in terms if term.term in members]
        is_enough = len({term.term for term in present}) >= count_needed(compound)
        return [term.start for term in present] if is_enough else []
    starts: list[int] = []
    for number, term in enumerate(terms):
        if term.term not in members:
            continue
        reach = len(compound) + (len(compound) > 1 and term.term == compound[0])
        window = terms[number : number + reach]
        if members <= {neighbour.term for neighbour in window}:
            starts += (term.start for term in window if term.term in members)
    return starts
