"""BM25 served from postings against rank-bm25 itself, and the traps of its formula."""

from __future__ import annotations

import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from bot.search.bm25 import IncrementalBM25
from tests.support.bm25 import assert_same

# Few terms and short documents make negative idf, ties and terms in half of the corpus common.
TERMS = st.sampled_from(["korea", "north", "talk", "trade", "us", "china", "visit", "tariff"])
CORPORA = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=20)
QUERIES = st.lists(TERMS | st.just("unknown"), max_size=6)


@given(CORPORA.filter(any), QUERIES)
def test_everything_is_as_in_rank_bm25_to_the_last_bit(
    corpus: list[list[str]], query: list[str]
) -> None:
    assert_same(IncrementalBM25(corpus), BM25Okapi(corpus), query)


# With b = 1 an empty document has no score in rank-bm25: 0 / 0.
@given(
    CORPORA.filter(any),
    QUERIES,
    st.floats(0.1, 3),
    st.floats(0, 1, exclude_max=True, width=16),
    st.floats(0, 1, width=16),
)
def test_the_parameters_are_those_of_rank_bm25(
    corpus: list[list[str]], query: list[str], k1: float, b: float, epsilon: float
) -> None:
    plain = BM25Okapi(corpus, k1=k1, b=b, epsilon=epsilon)
    assert_same(IncrementalBM25(corpus, None, k1, b, epsilon), plain, query)


def test_a_tokenizer_makes_the_terms_of_each_document() -> None:
    texts = ["North Korea", "trade with Korea", "tariffs"]
    ours = IncrementalBM25(texts, tokenizer=str.split)
    assert_same(ours, BM25Okapi(list(map(str.split, texts))), ["Korea", "trade"])


@given(CORPORA, st.data(), QUERIES)
def test_everything_stays_the_same_through_additions_and_removals(
    corpus: list[list[str]], data: st.DataObject, query: list[str]
) -> None:
    bm25 = IncrementalBM25()
    documents: dict[int, list[str]] = {}  # by slot
    for document in corpus:
        documents[bm25.add(document)] = document
        if data.draw(st.booleans(), label="query in between"):
            bm25.get_scores(query)
        remove_one = data.draw(st.booleans(), label="remove one")
        if documents and remove_one:
            slot = data.draw(st.sampled_from(sorted(documents)), label="slot")
            bm25.remove(slot)
            del documents[slot]
    assert bm25.corpus_size == len(documents)
    assert bm25.slots.tolist() == sorted(documents)
    if any(documents.values()):
        assert_same(bm25, BM25Okapi([documents[slot] for slot in sorted(documents)]), query)


@given(CORPORA, st.dictionaries(TERMS, st.floats(0, 2)))
def test_a_term_may_weigh_more_or_less(corpus: list[list[str]], query: dict[str, float]) -> None:
    bm25 = IncrementalBM25(corpus)
    scores = (weight * bm25.get_scores([term]) for term, weight in query.items())
    assert np.allclose(bm25.get_scores(query), sum(scores, np.zeros(1)))


@given(CORPORA, QUERIES, st.integers(0, 25))
def test_the_top_are_the_best_of_those_that_match_the_earlier_first(
    corpus: list[list[str]], query: list[str], count: int
) -> None:
    bm25 = IncrementalBM25(corpus)
    matching = bm25.matching(query)
    scores = dict(zip(matching.tolist(), bm25.scores(query, matching).tolist(), strict=True))
    ranked = sorted(scores, key=lambda slot: -scores[slot])
    assert bm25.top(query, count) == [(slot, scores[slot]) for slot in ranked[:count]]


def test_a_term_in_half_of_the_documents_scores_nothing_but_is_matched() -> None:
    bm25 = IncrementalBM25([["korea", "talk"], ["korea"], ["china"], ["trade"]])
    assert bm25.get_scores(["korea"]).tolist() == [0, 0, 0, 0]
    assert bm25.matching(["korea"]).tolist() == [0, 1]


def test_a_term_in_all_documents_scores_as_in_rank_bm25_and_is_matched() -> None:
    corpus = [["korea"], ["korea"], ["korea"]]
    bm25 = IncrementalBM25(corpus)
    assert_same(bm25, BM25Okapi(corpus), ["korea"])
    assert (bm25.get_scores(["korea"]) < 0).all()
    assert bm25.matching(["korea"]).tolist() == [0, 1, 2]


def test_the_empty_corpus_answers_every_query_with_nothing() -> None:
    bm25 = IncrementalBM25()
    assert bm25.get_scores(["korea"]).tolist() == []
    assert bm25.get_batch_scores(["korea"], []) == []
    assert bm25.get_top_n(["korea"], []) == []
    assert bm25.matching(["korea"]).tolist() == []
    assert (bm25.avgdl, bm25.average_idf, dict(bm25.idf)) == (0, 0, {})


def test_a_document_that_is_not_held_has_no_score() -> None:
    bm25 = IncrementalBM25([["korea"]])
    with pytest.raises(IndexError):
        bm25.get_batch_scores(["korea"], [1])
    with pytest.raises(KeyError):
        bm25.idf["unknown"]


def test_a_corpus_emptied_by_removal_is_as_good_as_new() -> None:
    bm25 = IncrementalBM25([["korea"], ["china"]])
    bm25.remove(0)
    bm25.remove(1)
    assert bm25.get_scores(["korea"]).tolist() == []
    bm25.add(["korea", "trade"])
    assert bm25.corpus_size == 1
    assert bm25.matching(["trade"]).tolist() == [2]


def test_the_mean_idf_is_added_up_in_the_order_that_removals_leave() -> None:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(60)]
    corpus = [["korea", *chance.choices(words, k=6)] for _ in range(60)]
    bm25 = IncrementalBM25(corpus)
    while len(corpus) > 20:  # the first each time: its words occur first later from then on
        del corpus[0]
        bm25.remove(60 - len(corpus) - 1)
        assert_same(bm25, BM25Okapi(corpus), ["korea"])


def test_what_is_added_and_removed_leaves_nothing_behind() -> None:
    bm25 = IncrementalBM25([["korea"]])
    tracemalloc.start()
    for number in range(2000):
        bm25.remove(bm25.add([f"word{number}.{place}" for place in range(5)]))
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert traced < 200_000  # bytes; some 12 for each slot


def test_removing_what_is_not_held_is_refused() -> None:
    bm25 = IncrementalBM25([["korea"]])
    for slot in (-1, 1, 7):
        with pytest.raises(KeyError):
            bm25.remove(slot)
    bm25.remove(0)
    with pytest.raises(KeyError):
        bm25.remove(0)


def test_documents_past_the_first_room_are_held() -> None:
    corpus = [[f"term{number % 7}", "korea"] for number in range(1000)]
    assert_same(IncrementalBM25(corpus), BM25Okapi(corpus), ["term3", "korea"])
