"""Coverage: the excerpts that cover most of a topic, chosen greedily by the concepts each adds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise

from bot.briefing.facts.similarity import PostedContents, Similarity
from bot.briefing.quoting import Excerpt
from bot.model import Article

# The measures below are of the same 23 topics as those in salience.py: required points found and
# lines on the topic, .80 and .93 as it stands.

# A desk is about its main articles; related ones count less. 1.6 gives .73 and .92, 8 .78.
_MAIN_FACTOR = 4.0
# An early excerpt counts up to this much more. Of little effect here, but leads
# are what serves best on multi-document news (docs/design/briefing.md).
_EARLY_BONUS = 0.3
_NEW_STORY_FACTOR = 1.5  # .78 and .92 without
# How much a shorter excerpt is preferred: the gain is divided by its words to this power.
_LENGTH_EXPONENT = 0.3  # .79 and .92 without
_MAX_POINTS_PER_STORY = 2  # unless it is the only one

Concept = str | tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An excerpt, how much it is about the topic (above 0, up to 1), and its concepts."""

    excerpt: Excerpt
    relevance: float
    concepts: frozenset[Concept]

    @property
    def article(self) -> Article:
        """The article it is from."""
        return self.excerpt.passage.article

    @property
    def contents(self) -> Iterator[frozenset[str]]:
        """The distinct content terms of each of its sentences."""
        return (sentence.content_set for sentence in self.excerpt.sentences)

    @property
    def main_content(self) -> frozenset[str]:
        """The distinct content terms of its last sentence, which the one before only introduces."""
        return self.excerpt.sentences[-1].content_set

    @property
    def content_terms(self) -> list[str]:
        """The content terms of its sentences in order."""
        sentences = self.excerpt.sentences
        return list(chain.from_iterable(sentence.content_terms for sentence in sentences))


def make_candidate(excerpt: Excerpt, relevance: float) -> Candidate:
    """Return an excerpt as a candidate, with its concepts."""
    terms = chain.from_iterable(sentence.content_terms for sentence in excerpt.sentences)
    return Candidate(excerpt, relevance, _find_concepts(list(terms)))


def cover(
    candidates: Sequence[Candidate],
    posted: Sequence[Sequence[str]],
    similarity: Similarity,
    limit: int,
) -> list[Candidate]:
    """Return at most `limit` candidates that together cover their concepts.

    Each is the one that gains most after those before it. None is the same point as another, or as
    the content terms of something already `posted`.
    """
    weights = _weigh_concepts(candidates)
    covered = set(chain.from_iterable(map(_find_concepts, posted)))
    is_only_story = len({candidate.article.id for candidate in candidates}) == 1
    points_per_story: Counter[str] = Counter()
    posted_contents = PostedContents(posted, similarity)
    remaining = [
        candidate
        for candidate in candidates
        if not any(map(posted_contents.find_same_points, candidate.contents))
    ]
    chosen: list[Candidate] = []
    while len(chosen) < limit:
        gains = [_gain(candidate, weights, covered, points_per_story) for candidate in remaining]
        if not gains or max(gains) <= 0:
            break
        best = remaining[gains.index(max(gains))]
        chosen.append(best)
        points_per_story[best.article.id] += 1
        covered |= best.concepts
        remaining = [
            candidate
            for candidate in remaining
            if (is_only_story or points_per_story[candidate.article.id] < _MAX_POINTS_PER_STORY)
            and not any(
                similarity.is_same_point(content, chosen_content)
                for chosen_content in best.contents
                for content in candidate.contents
            )
        ]
    return chosen


def _find_concepts(terms: Sequence[str]) -> frozenset[Concept]:
    return frozenset(chain(terms, pairwise(terms)))


def _weigh_concepts(candidates: Iterable[Candidate]) -> dict[Concept, float]:
    """Return each concept's weight.

    It is log(1 + the sum of the square roots of the relevances of the candidates that hold it)
    times the number of stories that do.
    """
    relevance: defaultdict[Concept, float] = defaultdict(float)
    stories: defaultdict[Concept, set[str]] = defaultdict(set)
    for candidate in candidates:
        for concept in candidate.concepts:
            relevance[concept] += math.sqrt(candidate.relevance)
            stories[concept].add(candidate.article.id)
    return {
        concept: math.log1p(relevance[concept]) * len(stories[concept]) for concept in relevance
    }


def _gain(
    candidate: Candidate,
    weights: Mapping[Concept, float],
    covered: Set[Concept],
    points_per_story: Mapping[str, int],
) -> float:
    excerpt = candidate.excerpt
    # fsum: a set has no order, and the same digest must come out of every process.
    gain = math.fsum(weights[concept] for concept in candidate.concepts - covered)
    gain *= candidate.relevance * (1 + _EARLY_BONUS / (1 + excerpt.position / 3))
    gain /= math.pow(excerpt.length, _LENGTH_EXPONENT)
    if not points_per_story[candidate.article.id]:
        gain *= _NEW_STORY_FACTOR
    if candidate.article.kind == "main":
        gain *= _MAIN_FACTOR
    return gain
