"""A query to its evidence: the best sentences of the paragraphs that BM25 ranks first."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from bot.search.index import Index, Sentence
from bot.search.query import Query
from bot.text.answer_types import has_answer
from bot.text.words import split_words

# How many paragraphs are read sentence by sentence. 30 hold the gold sentence of 97% of the seed
# samples and of 98% of 3,000 SQuAD questions.
PARAGRAPHS = 30

# Two terms stand near each other within this many characters, some four words.
_NEAR = 25

_PEOPLE = ("", "person")

# The weights of the features below: a softmax over the candidate sentences of each question, fitted
# on SQuAD and the seed samples together by `bench/ranking.py`, then rounded. On 700 SQuAD questions
# they put the answering sentence first for .72 and among three for .85; the fit's own 6, 2.5, 2 and
# 3.5 for _PARAGRAPH to _BEFORE do so for .73 and .86, but lose one seed sample of 30. Behind each:
# what leaving it out changed in first places, on SQuAD and on the seeds.
_OWN = 5.0  # -.023, -.034
_PARAGRAPH = 4.0  # +.005, -.069; among three -.024, 0
_DENSITY = 1.5  # 0, 0; the others make up for it
_PAIRS = 1.5  # -.009, +.034
_BEFORE = 2.5  # -.007, 0
_WANTED = 1.0  # +.002, -.034
_MAIN = 0.8  # 0, 0; a desk is about its main stories
_QUESTION = -1.0  # 0, 0; a question answers only where nothing else does


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A sentence with what speaks for it.

    `matched` are the query's terms that stand in it or in the sentence before, and `share` the part
    of the query's weight that they and synonyms there carry, from 0 to 1; `fit` is `wanted`'s;
    `score` orders the evidence of one query and has no scale of its own.
    """

    sentence: Sentence
    matched: frozenset[str]
    share: float
    fit: float
    score: float


def rank(query: Query, index: Index) -> list[Evidence]:
    """The sentences of the best paragraphs for `query`, best first; none where no term is held."""
    best = dict(index.bm25.top(query.search_terms, PARAGRAPHS))
    sentences = [sentence for slot in best for sentence in index.sentences(slot)]
    asked = frozenset(word.form for word in split_words(query.text))
    own = {sentence: matching(query, sentence) for sentence in sentences}
    # Relative to the best found, so that a question in other words than the articles' still has
    # its sentences told apart by their words and not by their paragraphs alone.
    widest = max((share(query, matched) for matched in own.values()), default=0.0) or 1.0
    most_relevant = max((*best.values(), 1e-9))
    found = []
    for sentence in sentences:
        own_share = share(query, own[sentence])
        with_before = own[sentence] | matching(query, index.previous_sentence(sentence))
        matched = frozenset(term.term for term in query.terms if term.term in with_before)
        reach = share(query, with_before)
        fit = wanted(query, sentence, asked)
        score = (
            _OWN * own_share / widest
            + _PARAGRAPH * best[sentence.passage.slot] / most_relevant
            + _DENSITY * density(own_share, sentence)
            + _PAIRS * pairs(query, sentence)
            + _BEFORE * (reach - own_share)
            + _WANTED * fit
            + _MAIN * (sentence.passage.article.kind == "main")
            + _QUESTION * sentence.text.endswith("?")
        )
        found.append(Evidence(sentence, matched, reach, fit, score))
    found.sort(key=lambda evidence: -evidence.score)
    return found


def matching(query: Query, sentence: Sentence | None) -> frozenset[str]:
    """The sentence's terms that the query searches for."""
    return sentence.term_set & query.search_terms.keys() if sentence else frozenset()


def share(query: Query, held: frozenset[str]) -> float:
    """The part of the query's weight that the terms `held` carry, from 0 to 1."""
    return sum(term.weight * term.credit(held) for term in query.terms) / query.weight


def density(own_share: float, sentence: Sentence) -> float:
    """The sentence's share for its length: of two that say as much, the shorter says it plainer."""
    return own_share / math.log(len(sentence.text.split()) + 3)


def pairs(query: Query, sentence: Sentence) -> float:
    """The part of the query's weight in neighbouring terms that are near each other here too."""
    together = [
        (first, second)
        for first, second in itertools.pairwise(query.terms)
        if first.term in sentence.term_set and second.term in sentence.term_set
    ]
    if not together:
        return 0.0
    places: dict[str, list[int]] = {}
    for term in sentence.terms:
        places.setdefault(term.term, []).append(term.start)
    near = 0.0
    for first, second in together:
        starts = itertools.product(places[first.term], places[second.term])
        if any(abs(one - other) <= _NEAR for one, other in starts):
            near += (first.weight + second.weight) / 2
    return near / query.weight


def wanted(query: Query, sentence: Sentence, asked: frozenset[str]) -> float:
    """From -1 to 1: how many of the kinds of thing asked for the sentence holds; 0 if none is.
    `asked` are the words of the question."""
    if not query.answer_types:
        return 0.0
    # What the desk knows for a place or the like is no person.
    others = {term.start for term in sentence.terms if term.kind not in _PEOPLE}
    held = sum(has_answer(kind, sentence.text, asked, others) for kind in query.answer_types)
    return 2 * held / len(query.answer_types) - 1
