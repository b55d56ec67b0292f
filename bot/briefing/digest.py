"""A topic to its digest: a greedy coverage of concepts by sentences of several stories."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import chain, pairwise

import numpy as np

from bot.briefing.accounts import contained, tells_the_same, weight
from bot.briefing.quoting import points_back, quote
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, Digest, PostedQuote, Quote, Topic
from bot.search.index import Index, Sentence
from bot.text.sentences import is_balanced
from bot.text.terms import Term

POINTS = 6
LONGEST_TOPIC = 100  # characters

_PARAGRAPHS = 300  # how many of a topic's paragraphs are read, best first
_WORDS = range(6, 61)
_ENDS_WHOLE = re.compile(r"[.!]['\"”’)\]]*$")
_CONNECTS = re.compile(r"(?:but|and|so|also|however|nevertheless|meanwhile|yet)\b", re.IGNORECASE)

# A sentence is on topic that holds this part of one of the topic's phrases, by weight.
_ON_TOPIC = 0.6
# What a sentence without the topic's words counts for in a story whose title has them.
_BY_TITLE = 0.3
# A desk is about its main stories; what related ones say counts less.
_MAIN = 1.6
# Two sentences alike beyond either are one point (design.md: 0% of digests then repeat themselves).
_JACCARD, _CONTAINED = 0.25, 0.45
_A_STORY = 2  # points, unless it is the only one
# How much a shorter sentence is preferred: the gain is over its words to this power.
_SHORTER = 0.3
# A point worth less than this part of the first is padding.
_LEAST = 0.05

Concept = str | tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A sentence that may be a point, its relevance to the topic (0 to 1) and its content terms in
    order; `position` counts the sentences of its story from 0."""

    sentence: Sentence
    relevance: float
    position: int
    content: tuple[str, ...]

    @property
    def article(self) -> Article:
        return self.sentence.passage.article

    @property
    def concepts(self) -> frozenset[Concept]:
        return frozenset(chain(self.content, pairwise(self.content)))


def make_digest(
    topic: str,
    index: Index,
    topics: Topics,
    *,
    had: Sequence[PostedQuote] = (),
    since: datetime | None = None,
) -> Digest:
    """Digest what the articles of `index` hold on `topic`: its slug, an alias or any text.

    `had` was said before and is not said again; `since` (UTC) leaves out articles published, or
    added where that is unknown, before then. Raises QuestionError, with a sentence for the person
    who asked, where there is nothing to search for.
    """
    asked = " ".join(topic.split())
    if not asked or len(asked) > LONGEST_TOPIC:
        raise QuestionError(f"Name a topic in 1 to {LONGEST_TOPIC} characters; /topics lists some.")
    meant = topics.topic(asked)
    candidates = [
        candidate
        for candidate in _candidates(meant, index)
        if since is None or _dated(candidate.article) >= since
    ]
    said = [_content(index.analyser.terms(posted.text)) for posted in had]
    chosen = _cover(candidates, said, index)
    return Digest(
        topic=meant.slug,
        title=meant.title,
        points=tuple(_point(candidate, candidates, index) for candidate in chosen),
        nearest=() if chosen else tuple(topics.nearest(asked)),
    )


def _candidates(topic: Topic, index: Index) -> list[_Candidate]:
    """The sentences on the topic that may stand in a digest."""
    phrases = _phrases(topic, index)
    if topic is not EVERYTHING and not phrases:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    by_title: dict[str, float] = {}
    found = []
    for slot in _slots(phrases, index):
        article = index.passage(slot).article
        if article.id not in by_title:
            title = _relevance(phrases, index.title_terms(article.id))
            by_title[article.id] = _BY_TITLE if title >= _ON_TOPIC else 0.0
        for sentence in index.sentences(slot):
            held = frozenset(term.term for term in sentence.terms)
            relevance = _relevance(phrases, held)
            if relevance < _ON_TOPIC:
                relevance = by_title[article.id]
            if relevance and _may_stand(sentence):
                position = _position(sentence, index)
                found.append(_Candidate(sentence, relevance, position, _content(sentence.terms)))
    return found


def _phrases(topic: Topic, index: Index) -> list[dict[str, float]]:
    """The topic's phrases, each as its terms with their part of its weight."""
    phrases = []
    for text in (topic.title, *topic.aliases, *topic.words) if topic is not EVERYTHING else ():
        terms = [term.term for term in index.analyser.terms(text, typed=True) if not term.within]
        whole = sum(index.bm25.rarity(term) for term in terms)
        if whole:
            phrases.append({term: index.bm25.rarity(term) / whole for term in terms})
    return phrases


def _slots(phrases: Sequence[dict[str, float]], index: Index) -> list[int]:
    """The slots of the topic's paragraphs, best first; the newest where it has no phrase."""
    if not phrases:
        articles = sorted(index.articles(), key=_dated, reverse=True)
        slots = [slot for article in articles for slot in index.slots(article.id)]
        return slots[:_PARAGRAPHS]
    terms = list(dict.fromkeys(chain.from_iterable(phrases)))
    matching = index.bm25.matching(terms)
    scores = index.bm25.scores(terms)[matching]
    best = matching[np.argsort(-scores, kind="stable")[:_PARAGRAPHS]]
    return [int(slot) for slot in best]


def _relevance(phrases: Sequence[dict[str, float]], held: frozenset[str]) -> float:
    """How much of the topic's best fitting phrase is held, from 0 to 1; 1 where it has none."""
    return max((sum(phrase[t] for t in phrase if t in held) for phrase in phrases), default=1.0)


def _may_stand(sentence: Sentence) -> bool:
    """Whether a digest may hold the sentence: whole, of fair length, no question, and not in need
    of a sentence before that its paragraph does not have."""
    text = sentence.text
    return (
        len(text.split()) in _WORDS
        and bool(_ENDS_WHOLE.search(text))
        and is_balanced(text)
        and (sentence.place > 0 or not points_back(sentence))
    )


def _position(sentence: Sentence, index: Index) -> int:
    passage = sentence.passage
    earlier = index.slots(passage.article.id)[: passage.number - 1]
    # Only whether it stands early matters, so that not every paragraph is split for its count.
    return sum(len(index.sentences(slot)) for slot in earlier[:5]) + sentence.place


def _content(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(term.term for term in terms if not term.within)


def _dated(article: Article) -> datetime:
    """When the article was published, or added where that is unknown (UTC)."""
    if article.published:
        return datetime.combine(article.published, time(), UTC)
    return article.added or datetime.min.replace(tzinfo=UTC)


def _cover(
    candidates: Sequence[_Candidate], said: Iterable[Sequence[str]], index: Index
) -> list[_Candidate]:
    """The candidates that together cover the topic's concepts, each in turn the one that gains
    most; none alike to another or to what was `said` before."""
    said = list(said)
    weights = _weights(candidates)
    told = [frozenset(content) for content in said]
    covered: set[Concept] = set()
    for content in said:
        covered.update(content, pairwise(content))
    stories = {candidate.article.id for candidate in candidates}
    chosen: list[_Candidate] = []
    per_story: Counter[str] = Counter()
    left = list(candidates)
    least = _LEAST * max((_gain(c, weights, set(), per_story) for c in candidates), default=0.0)
    while left and len(chosen) < POINTS:
        left = [
            candidate
            for candidate in left
            if (per_story[candidate.article.id] < _A_STORY or len(stories) == 1)
            and not any(_alike(frozenset(candidate.content), other, index) for other in told)
        ]
        gains = [_gain(candidate, weights, covered, per_story) for candidate in left]
        if not gains or max(gains) <= least:
            break
        best = left[gains.index(max(gains))]
        chosen.append(best)
        per_story[best.article.id] += 1
        covered |= best.concepts
        told.append(frozenset(best.content))
    return chosen


def _weights(candidates: Iterable[_Candidate]) -> dict[Concept, float]:
    """Each concept's weight: log(1 + the sum of the square roots of the relevances of the sentences
    that hold it) times the number of stories that do."""
    held: defaultdict[Concept, float] = defaultdict(float)
    stories: defaultdict[Concept, set[str]] = defaultdict(set)
    for candidate in candidates:
        for concept in candidate.concepts:
            held[concept] += math.sqrt(candidate.relevance)
            stories[concept].add(candidate.article.id)
    return {concept: math.log1p(held[concept]) * len(stories[concept]) for concept in held}


def _gain(
    candidate: _Candidate,
    weights: dict[Concept, float],
    covered: set[Concept],
    per_story: Counter[str],
) -> float:
    gain = sum(weights[concept] for concept in candidate.concepts - covered)
    gain *= (1 + 1 / (1 + candidate.position / 3)) * (1 + candidate.relevance)
    gain /= math.pow(len(candidate.sentence.text.split()), _SHORTER)
    if not per_story[candidate.article.id]:
        gain *= 1.5
    if candidate.article.kind == "main":
        gain *= _MAIN
    if points_back(candidate.sentence) or _CONNECTS.match(candidate.sentence.text):
        gain *= 0.3
    return gain


def _alike(one: frozenset[str], other: frozenset[str], index: Index) -> bool:
    """Whether two contents are one point, by the weight of what they share."""
    shared, both = weight(one & other, index), weight(one | other, index)
    return shared > _JACCARD * both or contained(one, other, index) > _CONTAINED


def _point(candidate: _Candidate, candidates: Iterable[_Candidate], index: Index) -> Quote:
    """The candidate as a quote, with one quote of each other story that says the same behind it."""
    also: dict[str, Quote] = {}
    for other in candidates:
        if other.article.id != candidate.article.id and tells_the_same(
            other.sentence, candidate.sentence, index
        ):
            also.setdefault(other.article.id, quote(other.sentence, index))
    return replace(quote(candidate.sentence, index), also=tuple(also.values()))
