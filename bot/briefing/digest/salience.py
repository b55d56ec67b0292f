"""How much a statement is about a subject: told of it, or naming it in passing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from bot.briefing.statements import Statement, statements
from bot.model import Topic
from bot.search.index import Index
from bot.text.terms import Analyser, Term

# What a mention counts for, and what is added where the story's title or the section's heading
# names the subject too, and for how near it stands to the front of its sentence, where English puts
# what a sentence is about. Judged on 23 topics of one desk, ten of them held out of the fitting:
# .80 of the required points and .93 of the lines on the topic; .78 and .92 without the title, .69
# and .89 without the front.
_MENTION, _HEADED, _FRONT = 0.25, 0.25, 0.5
# A related story that names the subject, but not in its title, is about something else. Without
# this .90 of the lines are on the topic.
_ASIDE = 0.3

# More terms than this are no compound noun but a description, and this part of them suffices.
_COMPOUND = 3
_ENOUGH = 0.75

# In Russia-India-China each is named as one of several; in US-China both may be spoken of.
_HYPHENED = re.compile(r"\w+(?:-\w+){2,}")


@dataclass(frozen=True)
class Subject:
    """What a topic speaks of: phrases, any of which names it.

    A phrase is its compounds, each the terms that stand together in it: "US troops in Korea" is
    (US, troops) and (Korea). All of them must be held, wherever they stand.
    """

    phrases: tuple[tuple[tuple[str, ...], ...], ...]

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(chain.from_iterable(self.phrases)))

    def mentions(self, terms: Iterable[Term]) -> list[int]:
        """Where the terms of a text that name the subject start; none where no phrase is whole."""
        run = [term for term in terms if not term.within]
        starts: set[int] = set()
        for phrase in self.phrases:
            held = [_compound(compound, run) for compound in phrase]
            if all(held):
                starts.update(chain.from_iterable(held))
        return sorted(starts)


def read_subject(topic: Topic, analyser: Analyser) -> Subject:
    """The subject of a topic; without phrases where its names hold only stop words."""
    texts = (topic.title, *topic.aliases, *topic.words)
    phrases = (tuple(_compounds(text, analyser)) for text in texts)
    return Subject(tuple(phrase for phrase in phrases if phrase))


def salient(
    slots: Iterable[int], subject: Subject, index: Index
) -> Iterator[tuple[Statement, float]]:
    """The statements of some paragraphs that are about `subject` at all, and how much, up to 1."""

    @cache  # the paragraphs of a story share its title, those of a section theirs
    def names(head: str) -> bool:
        return bool(subject.mentions(index.analyser.terms(head)))

    for slot in slots:
        passage = index.passage(slot)
        headed = names(passage.article.title) or names(passage.paragraph.heading or "")
        passing = passage.article.kind == "related" and not headed
        for statement in statements(slot, index):
            if starts := _own_mentions(subject, statement):
                salience = _MENTION + _HEADED * headed
                salience += _FRONT * _frontness(starts, statement)
                yield statement, salience * (_ASIDE if passing else 1)


def _own_mentions(subject: Subject, statement: Statement) -> list[int]:
    """Where the statement names the subject: not only as one of several in a hyphened list, and in
    its last sentence too, or the one before would be reason enough by itself."""
    sentences = statement.sentences
    content = chain.from_iterable(sentence.content_terms for sentence in sentences)
    if subject.terms.isdisjoint(content):
        return []
    terms = [
        term._replace(start=term.start + sentence.span.start, end=term.end + sentence.span.start)
        for sentence in sentences
        for term in sentence.terms
        if not term.within
    ]
    listed: set[Term] = set()
    for match in _HYPHENED.finditer(statement.passage.paragraph.text):
        run = {term for term in terms if match.start() <= term.start < match.end()}
        if not subject.terms.issuperset(term.term for term in run):
            listed |= run
    starts = subject.mentions(term for term in terms if term not in listed)
    return starts if starts and starts[-1] >= statement.sentences[-1].span.start else []


def _frontness(starts: Sequence[int], statement: Statement) -> float:
    """From 1, at the very front of a sentence, to 0, at its end."""
    ends = 1.0
    for sentence in statement.sentences:
        inside = [start for start in starts if sentence.span.start <= start < sentence.span.end]
        if inside:
            ends = min(ends, (inside[0] - sentence.span.start) / len(sentence.text))
    return 1 - ends


def _compounds(text: str, analyser: Analyser) -> Iterator[tuple[str, ...]]:
    """The terms of a phrase, parted where a function word stands between them."""
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


def _compound(compound: tuple[str, ...], run: Sequence[Term]) -> list[int]:
    """Where the compound's terms start in a text's `run` of terms; none where it is not held.

    In order they may have one other term among them ("free bilateral trade"); in another order
    they stand side by side ("trade with China").
    """
    wanted = set(compound)
    if len(compound) > _COMPOUND:
        found = [term for term in run if term.term in wanted]
        enough = len({term.term for term in found}) >= _ENOUGH * len(wanted)
        return [term.start for term in found] if enough else []
    starts: list[int] = []
    for at, term in enumerate(run):
        reach = len(compound) + (len(compound) > 1 and term.term == compound[0])
        near = run[at : at + reach]
        if term.term in wanted and wanted <= {other.term for other in near}:
            starts += (other.start for other in near if other.term in wanted)
    return starts
