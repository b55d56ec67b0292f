"""Evidence for a query: the sentences of the paragraphs that BM25 ranks first, reranked."""

import itertools
import math
from dataclasses import dataclass

from bot.search.index import Index, Sentence
from bot.search.query import Query
from bot.text.answer_types import has_answer
from bot.text.words import split_words

# The number of paragraphs whose sentences are ranked. 30 hold the gold sentence of 97% of the seed
# samples and of 98% of 3,000 SQuAD questions.
MAX_PARAGRAPHS = 30

# Two terms are near each other within this many characters, some four words.
_MAX_DISTANCE = 25

_PERSON_KINDS = ("", "person")

# The weights of the features below: a softmax over the candidate sentences of each question, fitted
# on SQuAD and the seed samples together by `bench/ranking.py`, then rounded. On 700 SQuAD questions
# they put the answering sentence first for .72 and among three for .85; the fit's own 6, 2.5, 2 and
# 3.5 for _PARAGRAPH to _PREVIOUS do so for .73 and .86, but lose one seed sample of 30. Beside
# each: what leaving it out changed in first places, on SQuAD and on the seeds.
_SHARE = 5.0  # -.023, -.034
_PARAGRAPH = 4.0  # +.005, -.069; among three -.024, 0
_DENSITY = 1.5  # 0, 0; the others make up for it
_ADJACENT = 1.5  # -.009, +.034
_PREVIOUS = 2.5  # -.007, 0
_ANSWER_TYPE = 1.0  # +.002, -.034
_MAIN = 0.8  # 0, 0; a desk is about its main stories
_QUESTION = -1.0  # 0, 0; a question answers only where nothing else does


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A sentence with its features for one query.

    `matched` are the query's terms that it or the previous sentence holds, and `share` is the part
    of the query's weight that these and synonyms there carry, from 0 to 1. `type_fit` is from
    `rate_answer_type`. `score` orders the evidence of one query and has no scale of its own.
    """

    sentence: Sentence
    matched: frozenset[str]
    share: float
    type_fit: float
    score: float


def rank(query: Query, index: Index) -> list[Evidence]:
    """Return the best paragraphs' sentences, best first; none where no term of `query` is held."""
    paragraph_scores = dict(index.bm25.top(query.search_terms, MAX_PARAGRAPHS))
    sentences = [sentence for slot in paragraph_scores for sentence in index.sentences(slot)]
    query_forms = frozenset(word.form for word in split_words(query.text))
    terms = {sentence: match_terms(query, sentence) for sentence in sentences}
    # Relative to the best, so that a question in other words than the articles' still has its
    # sentences told apart by their words and not by their paragraphs alone.
    best_share = max((weigh(query, matched) for matched in terms.values()), default=0.0) or 1.0
    best_paragraph = max((*paragraph_scores.values(), 1e-9))
    ranking = []
    for sentence in sentences:
        share = weigh(query, terms[sentence])
        held = terms[sentence] | match_terms(query, index.previous_sentence(sentence))
        share_with_previous = weigh(query, held)
        type_fit = rate_answer_type(query, sentence, query_forms)
        score = (
            _SHARE * share / best_share
            + _PARAGRAPH * paragraph_scores[sentence.passage.slot] / best_paragraph
            + _DENSITY * density(share, sentence)
            + _ADJACENT * weigh_adjacent_terms(query, sentence)
            + _PREVIOUS * (share_with_previous - share)
            + _ANSWER_TYPE * type_fit
            + _MAIN * (sentence.passage.article.kind == "main")
            + _QUESTION * sentence.text.endswith("?")
        )
        matched = frozenset(term.term for term in query.terms if term.term in held)
        ranking.append(Evidence(sentence, matched, share_with_previous, type_fit, score))
    ranking.sort(key=lambda evidence: -evidence.score)
    return ranking


def match_terms(query: Query, sentence: Sentence | None) -> frozenset[str]:
    """Return the sentence's terms that the query searches for."""
    return sentence.term_set & query.search_terms.keys() if sentence else frozenset()


def weigh(query: Query, terms: frozenset[str]) -> float:
    """Return the part of the query's weight that `terms` carry, from 0 to 1."""
    return sum(term.weight * term.credit(terms) for term in query.terms) / query.weight


def density(share: float, sentence: Sentence) -> float:
    """The sentence's share of the query for its length: of two with the same share, the shorter
    says it more plainly."""
    return share / math.log(len(sentence.text.split()) + 3)


def weigh_adjacent_terms(query: Query, sentence: Sentence) -> float:
    """Return the part of the query's weight in adjacent terms that are near each other here too."""
    pairs = [
        (first, second)
        for first, second in itertools.pairwise(query.terms)
        if first.term in sentence.term_set and second.term in sentence.term_set
    ]
    if not pairs:
        return 0.0
    starts: dict[str, list[int]] = {}
    for term in sentence.terms:
        starts.setdefault(term.term, []).append(term.start)
    weight = 0.0
    for first, second in pairs:
        distances = (
            abs(start - end)
            for start, end in itertools.product(starts[first.term], starts[second.term])
        )
        if min(distances) <= _MAX_DISTANCE:
            weight += (first.weight + second.weight) / 2
    return weight / query.weight


def rate_answer_type(query: Query, sentence: Sentence, query_forms: frozenset[str]) -> float:
    """Return from -1 to 1 how many of the expected types of answer the sentence holds; 0 where the
    query expects none. `query_forms` are the forms of the query's words."""
    if not query.answer_types:
        return 0.0
    # What is known for a place or the like is no person.
    other_names = {term.start for term in sentence.terms if term.kind not in _PERSON_KINDS}
    answered = sum(
        has_answer(kind, sentence.text, query_forms, other_names) for kind in query.answer_types
    )
    return 2 * answered / len(query.answer_types) - 1
