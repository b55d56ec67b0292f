"""The statements that cover most: chosen greedily by the concepts each adds, none said twice."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from bot.briefing.statements import Statement
from bot.model import Article
from bot.search.index import Index
from bot.text.terms import Term

# The measures below are of the same 23 topics as those in salience.py: required points found and
# lines on the topic, .80 and .93 as it stands.

# A desk is about its main stories; what related ones say counts less. 1.6 gives .73 and .92, 8 .78.
_MAIN = 4.0
# An early statement counts up to this much more. Of little effect here, but leads
# are what serves best on multi-document news (design.md).
_EARLY = 0.3
_NEW_STORY = 1.5  # .78 and .92 without
# How much a shorter statement is preferred: the gain is over its words to this power.
_SHORTER = 0.3  # .79 and .92 without
# Two sentences are one point where the weight of what they share is more than the first of these
# parts of both together or the second of the lighter one. Of 33 pairs of sentences that an editor
# called duplicates this finds 20, of 629 pairs that are none 10; the .25 and .45 of design.md find
# 13, and said four things twice.
_REPEATS = 0.12, 0.3
# They tell one fact where it is more than both, in this many terms at least: ten pairs of the seeds
# beyond what accounts.py finds, all but one of them rightly, and that one is a negation.
_RETELLS = 0.18, 0.4
_FEWEST = 4
# What a term of the topic itself weighs in this: whole, .74 of the required points.
_TOPICAL = 0.5
_A_STORY = 2  # points, unless it is the only one

Concept = str | tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A statement, how much it is about the topic (above 0, up to 1), its concepts and the content
    terms of each of its sentences."""

    statement: Statement
    relevance: float
    concepts: frozenset[Concept]
    contents: tuple[frozenset[str], ...]

    @property
    def article(self) -> Article:
        return self.statement.passage.article


def candidate(statement: Statement, relevance: float) -> Candidate:
    each = [content_terms(sentence.terms) for sentence in statement.sentences]
    concepts = _concepts(list(chain.from_iterable(each)))
    return Candidate(statement, relevance, concepts, tuple(map(frozenset, each)))


def content_terms(terms: Iterable[Term]) -> list[str]:
    """The content terms in order; a name counts once, without its words."""
    return [term.term for term in terms if not term.within]


class Likeness:
    """How much of their content two sentences share, by weight.

    A term weighs its rarity in `index`; one of the `topical` counts half, as what the topic itself
    says is hardly a repetition.
    """

    def __init__(self, index: Index, topical: Collection[str] = ()) -> None:
        self._index = index
        self._topical = topical
        self._weights: dict[str, float] = {}
        self._totals: dict[frozenset[str], float] = {}

    def one_point(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether a digest that has the one needs the other no more."""
        shared, contained = self.shares(one, other)
        return shared > _REPEATS[0] or contained > _REPEATS[1]

    def one_fact(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether the two are told in so much the same words that they tell the same fact."""
        shared, contained = self.shares(one, other)
        return shared > _RETELLS[0] and contained > _RETELLS[1] and len(one & other) >= _FEWEST

    def shares(self, one: frozenset[str], other: frozenset[str]) -> tuple[float, float]:
        """What the two have in common, as parts of both together and of the lighter one."""
        common = math.fsum(map(self.weight, one & other))
        if not common:
            return 0.0, 0.0
        first, second = self.total(one), self.total(other)
        return common / (first + second - common), common / min(first, second)

    def total(self, content: frozenset[str]) -> float:
        if content not in self._totals:
            self._totals[content] = math.fsum(map(self.weight, content))
        return self._totals[content]

    def weight(self, term: str) -> float:
        if term not in self._weights:
            rarity = self._index.bm25.rarity(term)
            self._weights[term] = rarity * _TOPICAL if term in self._topical else rarity
        return self._weights[term]


class Told:
    """What was told before, to be compared with all at once: a digest from 2,067 paragraphs for a
    channel that was told 3,000 times takes 0.4 s, and took 6.7 s one by one."""

    def __init__(self, contents: Iterable[Iterable[str]], likeness: Likeness) -> None:
        each = list(map(frozenset, contents))
        holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, content in enumerate(each):
            for term in content:
                holding[term].append(number)
        self._holding = {term: np.array(numbers) for term, numbers in holding.items()}
        self._totals = np.array([likeness.total(content) for content in each])
        self._likeness = likeness

    def one_point(self, content: frozenset[str]) -> Sequence[int]:
        """The numbers, from 0, of the contents that are one point with this one; see Likeness."""
        common = np.zeros(len(self._totals))
        for term in sorted(content & self._holding.keys()):
            common[self._holding[term]] += self._likeness.weight(term)
        total = self._likeness.total(content)
        shared = common > _REPEATS[0] * (self._totals + total - common)
        contained = common > _REPEATS[1] * np.minimum(self._totals, total)
        found: list[int] = np.flatnonzero(shared | contained).tolist()
        return found


def cover(
    candidates: Sequence[Candidate], said: Sequence[Sequence[str]], likeness: Likeness, most: int
) -> list[Candidate]:
    """At most `most` candidates that together cover their concepts, each in turn the one that
    gains most; none alike to another or to the contents of what was `said` before."""
    weights = _weights(candidates)
    covered = set(chain.from_iterable(map(_concepts, said)))
    only_story = len({candidate.article.id for candidate in candidates}) == 1
    per_story: Counter[str] = Counter()
    told = Told(said, likeness)
    left = [each for each in candidates if not any(map(told.one_point, each.contents))]
    chosen: list[Candidate] = []
    while len(chosen) < most:
        gains = [_gain(candidate, weights, covered, per_story) for candidate in left]
        if not gains or max(gains) <= 0:
            break
        best = left[gains.index(max(gains))]
        chosen.append(best)
        per_story[best.article.id] += 1
        covered |= best.concepts
        left = [
            candidate
            for candidate in left
            if (only_story or per_story[candidate.article.id] < _A_STORY)
            and not any(
                likeness.one_point(mine, other)
                for other in best.contents
                for mine in candidate.contents
            )
        ]
    return chosen


def _concepts(terms: Sequence[str]) -> frozenset[Concept]:
    return frozenset(chain(terms, pairwise(terms)))


def _weights(candidates: Iterable[Candidate]) -> dict[Concept, float]:
    """Each concept's weight: log(1 + the sum of the square roots of the relevances of the
    candidates that hold it) times the number of stories that do."""
    held: defaultdict[Concept, float] = defaultdict(float)
    stories: defaultdict[Concept, set[str]] = defaultdict(set)
    for candidate in candidates:
        for concept in candidate.concepts:
            held[concept] += math.sqrt(candidate.relevance)
            stories[concept].add(candidate.article.id)
    return {concept: math.log1p(held[concept]) * len(stories[concept]) for concept in held}


def _gain(
    candidate: Candidate,
    weights: Mapping[Concept, float],
    covered: Set[Concept],
    per_story: Mapping[str, int],
) -> float:
    statement = candidate.statement
    # fsum: a set has no order, and the same digest must come out of every process.
    gain = math.fsum(weights[concept] for concept in candidate.concepts - covered)
    gain *= candidate.relevance * (1 + _EARLY / (1 + statement.position / 3))
    gain /= math.pow(statement.length, _SHORTER)
    if not per_story[candidate.article.id]:
        gain *= _NEW_STORY
    if candidate.article.kind == "main":
        gain *= _MAIN
    return gain
