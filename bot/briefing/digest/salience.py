"""Salience: how much an excerpt is about a subject, or names it only in passing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from bot.briefing.quoting import Excerpt, find_excerpts
from bot.model import Topic
from bot.search.index import Index
from bot.text.terms import Analyser, Term

# What a mention counts for, and what is added where the article's title or the section's heading
# names the subject too, and for how near it stands to the front of its sentence, where English puts
# what a sentence is about. Judged on 23 topics of one desk, ten of them held out of the fitting:
# .80 of the required points and .93 of the lines on the topic; .78 and .92 without the title, .69
# and .89 without the front.
_MENTION, _HEADED, _FRONT = 0.25, 0.25, 0.5
# A related article that names the subject, but not in its title, is about something else. Without
# this .90 of the lines are on the topic.
_PASSING_FACTOR = 0.3

# More terms than this are no compound noun but a description, and this part of them suffices.
_MAX_COMPOUND_TERMS = 3
_MIN_DESCRIPTION_PART = 0.75

# In Russia-India-China each is named as one of several; in US-China both may be the subject.
_HYPHENED = re.compile(r"\w+(?:-\w+){2,}")

Compound = tuple[str, ...]
Phrase = tuple[Compound, ...]


@dataclass(frozen=True)
class Subject:
    """What a topic is about: phrases, any of which names it.

    A phrase is its compounds, each the terms that stand together in it: "US troops in Korea" is
    (US, troops) and (Korea). All of them must occur, anywhere.
    """

    phrases: tuple[Phrase, ...]

    @cached_property
    def terms(self) -> frozenset[str]:
        """All terms of the phrases."""
        return frozenset(chain.from_iterable(chain.from_iterable(self.phrases)))

    def find_mentions(self, terms: Iterable[Term]) -> list[int]:
        """Return where the terms that name the subject start; none where no phrase is complete."""
        content_terms = [term for term in terms if not term.within]
        starts: set[int] = set()
        for phrase in self.phrases:
            found_starts = [_find_compound(compound, content_terms) for compound in phrase]
            if all(found_starts):
                starts.update(chain.from_iterable(found_starts))
        return sorted(starts)


def read_subject(topic: Topic, analyser: Analyser) -> Subject:
    """Return the subject of a topic, without phrases where its names hold only stop words."""
    texts = (topic.title, *topic.aliases, *topic.words)
    phrases = (tuple(_split_compounds(text, analyser)) for text in texts)
    return Subject(tuple(phrase for phrase in phrases if phrase))


def find_salient(
    slots: Iterable[int], subject: Subject, index: Index
) -> Iterator[tuple[Excerpt, float]]:
    """Yield the excerpts of some paragraphs that name `subject`, and their salience, up to 1."""

    @cache  # the paragraphs of an article share its title, those of a section its heading
    def names_subject(heading: str) -> bool:
        return bool(subject.find_mentions(index.analyser.terms(heading)))

    for slot in slots:
        passage = index.passage(slot)
        title, heading = passage.article.title, passage.paragraph.heading
        is_headed = names_subject(title) or names_subject(heading or "")
        is_passing = passage.article.kind == "related" and not is_headed
        for excerpt in find_excerpts(slot, index):
            if starts := _find_own_mentions(subject, excerpt):
                salience = _MENTION + _HEADED * is_headed
                salience += _FRONT * _frontness(starts, excerpt)
                yield excerpt, salience * (_PASSING_FACTOR if is_passing else 1)


def _find_own_mentions(subject: Subject, excerpt: Excerpt) -> list[int]:
    """Return where the excerpt names the subject, as positions in its paragraph.

    A mention as one of several in a hyphened list does not count. The last sentence must hold one,
    or the sentence before would be reason enough by itself.
    """
    sentences = excerpt.sentences
    content_terms = chain.from_iterable(sentence.content_terms for sentence in sentences)
    if subject.terms.isdisjoint(content_terms):
        return []
    terms = [
        term._replace(start=term.start + sentence.span.start, end=term.end + sentence.span.start)
        for sentence in sentences
        for term in sentence.terms
        if not term.within
    ]
    listed: set[Term] = set()
    for match in _HYPHENED.finditer(excerpt.passage.paragraph.text):
        list_terms = {term for term in terms if match.start() <= term.start < match.end()}
        if not subject.terms.issuperset(term.term for term in list_terms):
            listed |= list_terms
    starts = subject.find_mentions(term for term in terms if term not in listed)
    return starts if starts and starts[-1] >= sentences[-1].span.start else []


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


def _find_compound(compound: Compound, terms: Sequence[Term]) -> list[int]:
    """Return where the compound's terms start among a text's content terms; none if incomplete.

    In order they may have one other term among them ("free bilateral trade"); in another order
    they stand side by side ("trade with China").
    """
    members = set(compound)
    if len(compound) > _MAX_COMPOUND_TERMS:
        present = [term for term in terms if term.term in members]
        distinct = {term.term for term in present}
        is_enough = len(distinct) >= _MIN_DESCRIPTION_PART * len(members)
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
