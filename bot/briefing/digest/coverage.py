"""Coverage: the excerpts that cover most of a topic, chosen greedily by the concepts each adds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from bot.briefing.facts.similarity import PostedContents, Similarity
from bot.briefing.quoting import Excerpt
from bot.model import Article

# The measures below are of the same 23 topics as those in salience.py: required points found and
# lines on the topic, .80 and .93 as it stands.

# A desk is about its main articles; related ones count less. 1.6 gives .73 and .92, 8 .78.
_MAIN_FACTOR = 4.0
# An early excerpt counts up to this much more, and up to so much more than that where its story has
# given no point yet, as a story opens with what it is about. On a second desk 21 of 37 required
# points instead of 20, and 42 of 44 points on the topic instead of 39.
_EARLY_BONUS, _LEAD_BONUS = 0.3, 0.5
_POSITION_SCALE = 3  # at this position half of the bonus is left
_NEW_STORY_FACTOR = 1.5  # .78 and .92 without
# How much a shorter excerpt is preferred: the gain is divided by its words to this power.
_LENGTH_EXPONENT = 0.3  # .79 and .92 without
# A story gives at most two points, or its share of so many where few are about the topic: with two
# of any story the topics of a second desk have 36 points, with this 44, and no more repetition.
_MAX_STORY_POINTS, _ROOM = 2, 6

# In a digest of everything an excerpt counts so much less for each chosen one of the same subject:
# whose titles share more than this part of the shorter one's terms. Without, five of the six points
# on one desk are about its president.
_SAME_SUBJECT_FACTOR, _MAX_SUBJECT_SHARED = 0.3, 0.2

Concept = str | tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An excerpt, how much it is about the topic (above 0, up to 1), and its concepts.

    `is_central` says that its article is about the topic, and does not just mention it. Where the
    topic is everything, `subject` is the terms of its article's title.
    """

    excerpt: Excerpt
    relevance: float
    concepts: frozenset[Concept]
    is_central: bool = True
    subject: frozenset[str] = frozenset()

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


def make_candidate(
    excerpt: Excerpt,
    relevance: float,
    *,
    is_central: bool = True,
    subject: frozenset[str] = frozenset(),
) -> Candidate:
    """Return an excerpt as a candidate, with its concepts."""
    terms = chain.from_iterable(sentence.content_terms for sentence in excerpt.sentences)
    return Candidate(excerpt, relevance, _find_concepts(list(terms)), is_central, subject)


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
    central_stories = {candidate.article.id for candidate in candidates if candidate.is_central}
    max_central_points = max(_MAX_STORY_POINTS, math.ceil(_ROOM / max(1, len(central_stories))))
    points_per_story: Counter[str] = Counter()
    remaining = list(_leave_out_posted(candidates, posted, similarity))
    factors = {candidate: _find_factors(candidate) for candidate in remaining}
    chosen: list[Candidate] = []
    while len(chosen) < limit:
        gains = [
            factors[candidate].gain(
                # fsum: a set has no order, and the same digest must come out of every process.
                math.fsum(weights[concept] for concept in candidate.concepts - covered),
                is_new_story=not points_per_story[candidate.article.id],
            )
            * _SAME_SUBJECT_FACTOR ** _count_same_subject(candidate, chosen)
            for candidate in remaining
        ]
        if not gains or max(gains) <= 0:
            break
        best = remaining[gains.index(max(gains))]
        chosen.append(best)
        points_per_story[best.article.id] += 1
        covered |= best.concepts
        remaining = [
            candidate
            for candidate in remaining
            if points_per_story[candidate.article.id]
            < (max_central_points if candidate.is_central else _MAX_STORY_POINTS)
            and not any(
                similarity.is_same_point(content, chosen_content)
                for chosen_content in best.contents
                for content in candidate.contents
            )
        ]
    return chosen


def is_more_to_cover(
    candidates: Iterable[Candidate], posted: Sequence[Sequence[str]], similarity: Similarity
) -> bool:
    """Whether `cover` would choose any of the candidates, without looking for the best."""
    covered = set(chain.from_iterable(map(_find_concepts, posted)))
    return any(
        not candidate.concepts <= covered
        for candidate in _leave_out_posted(candidates, posted, similarity)
    )


def _leave_out_posted(
    candidates: Iterable[Candidate], posted: Sequence[Sequence[str]], similarity: Similarity
) -> Iterator[Candidate]:
    """Yield the candidates that are not the same point as something posted."""
    posted_contents = PostedContents(posted, similarity)
    for candidate in candidates:
        if not any(map(posted_contents.find_same_points, candidate.contents)):
            yield candidate


def _count_same_subject(candidate: Candidate, chosen: Iterable[Candidate]) -> int:
    """Return how many of the chosen have a subject like the candidate's."""
    return sum(
        len(candidate.subject & other.subject)
        > _MAX_SUBJECT_SHARED * min(len(candidate.subject), len(other.subject))
        for other in chosen
    )


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
        root, story = math.sqrt(candidate.relevance), candidate.article.id
        for concept in candidate.concepts:
            relevance[concept] += root
            stories[concept].add(story)
    return {
        concept: math.log1p(relevance[concept]) * len(stories[concept]) for concept in relevance
    }


class _Factors(NamedTuple):
    """What the weight of a candidate's new concepts is multiplied by, or divided by."""

    relevance: float  # and how early it stands
    length: float
    new_story: float
    kind: float

    def gain(self, weight: float, *, is_new_story: bool) -> float:
        """Return what the candidate adds with new concepts of this weight."""
        gain = weight * self.relevance / self.length
        return gain * (self.new_story if is_new_story else 1.0) * self.kind


def _find_factors(candidate: Candidate) -> _Factors:
    nearness = 1 / (1 + candidate.excerpt.position / _POSITION_SCALE)
    return _Factors(
        relevance=candidate.relevance * (1 + _EARLY_BONUS * nearness),
        length=math.pow(candidate.excerpt.length, _LENGTH_EXPONENT),
        new_story=_NEW_STORY_FACTOR * (1 + _LEAD_BONUS * nearness),
        kind=_MAIN_FACTOR if candidate.article.kind == "main" else 1.0,
    )
