"""BM25 served from postings against rank-bm25 itself, and the traps of its formula."""

from __future__ import annotations

import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from bot.search.bm25 import BM25

# Few terms and short paragraphs make negative idf, ties and terms in half of the corpus common.
TERMS = st.sampled_from(["korea", "north", "talk", "trade", "us", "china", "visit", "tariff"])
PARAGRAPHS = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=20)
QUERIES = st.lists(TERMS | st.just("unknown"), max_size=6)


def index_of(paragraphs: list[list[str]]) -> BM25:
    index = BM25()
    for paragraph in paragraphs:
        index.add(paragraph)
    return index


@given(PARAGRAPHS.filter(lambda paragraphs: any(paragraphs)), QUERIES)
def test_scores_are_those_of_rank_bm25_to_the_last_bit(
    paragraphs: list[list[str]], query: list[str]
) -> None:
    theirs = BM25Okapi(paragraphs).get_scores(query)
    assert index_of(paragraphs).scores(query).tolist() == theirs.tolist()


@given(PARAGRAPHS, st.data(), QUERIES)
def test_scores_stay_the_same_through_additions_and_removals(
    paragraphs: list[list[str]], data: st.DataObject, query: list[str]
) -> None:
    index = BM25()
    held: dict[int, list[str]] = {}
    for paragraph in paragraphs:
        held[index.add(paragraph)] = paragraph
        if data.draw(st.booleans(), label="query in between"):
            index.scores(query)
        remove_one = data.draw(st.booleans(), label="remove one")
        if held and remove_one:
            gone = data.draw(st.sampled_from(sorted(held)), label="slot")
            index.remove(gone)
            del held[gone]
    assert len(index) == len(held)
    assert index.slots.tolist() == sorted(held)
    if any(held.values()):
        theirs = BM25Okapi([held[slot] for slot in sorted(held)]).get_scores(query)
        assert index.scores(query).tolist() == theirs.tolist()


@given(PARAGRAPHS, st.dictionaries(TERMS, st.floats(0, 2)))
def test_a_term_may_weigh_more_or_less(
    paragraphs: list[list[str]], query: dict[str, float]
) -> None:
    index = index_of(paragraphs)
    expected = sum((weight * index.scores([term]) for term, weight in query.items()), np.zeros(1))
    assert np.allclose(index.scores(query), expected)


@given(PARAGRAPHS, QUERIES, st.integers(0, 25))
def test_the_top_are_the_best_of_those_that_match_the_earlier_first(
    paragraphs: list[list[str]], query: list[str], count: int
) -> None:
    index = index_of(paragraphs)
    matching = index.matching(query)
    scores = dict(zip(matching.tolist(), index.scores(query, matching).tolist(), strict=True))
    ranked = sorted(scores, key=lambda slot: -scores[slot])
    assert index.top(query, count) == [(slot, scores[slot]) for slot in ranked[:count]]


def test_a_term_in_half_of_the_paragraphs_scores_nothing_but_is_matched() -> None:
    index = index_of([["korea", "talk"], ["korea"], ["china"], ["trade"]])
    assert index.scores(["korea"]).tolist() == [0, 0, 0, 0]
    assert index.matching(["korea"]).tolist() == [0, 1]


def test_a_term_in_all_paragraphs_scores_as_in_rank_bm25_and_is_matched() -> None:
    paragraphs = [["korea"], ["korea"], ["korea"]]
    index = index_of(paragraphs)
    assert index.scores(["korea"]).tolist() == BM25Okapi(paragraphs).get_scores(["korea"]).tolist()
    assert (index.scores(["korea"]) < 0).all()
    assert index.matching(["korea"]).tolist() == [0, 1, 2]


def test_the_empty_index_answers_every_query_with_nothing() -> None:
    index = BM25()
    assert index.scores(["korea"]).tolist() == []
    assert index.matching(["korea"]).tolist() == []
    assert index.idf("korea") == 0


def test_an_index_emptied_by_removal_is_as_good_as_new() -> None:
    index = index_of([["korea"], ["china"]])
    index.remove(0)
    index.remove(1)
    assert index.scores(["korea"]).tolist() == []
    index.add(["korea", "trade"])
    assert len(index) == 1
    assert index.matching(["trade"]).tolist() == [2]


def test_the_mean_idf_is_added_up_in_the_order_that_removals_leave() -> None:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(60)]
    paragraphs = [["korea", *chance.choices(words, k=6)] for _ in range(60)]
    index = index_of(paragraphs)
    while len(paragraphs) > 20:  # the first each time: its words are met later from then on
        del paragraphs[0]
        index.remove(60 - len(paragraphs) - 1)
        theirs = BM25Okapi(paragraphs).get_scores(["korea"])
        assert index.scores(["korea"]).tolist() == theirs.tolist()


def test_what_comes_and_goes_leaves_nothing_behind() -> None:
    index = index_of([["korea"]])
    tracemalloc.start()
    for number in range(2000):
        index.remove(index.add([f"word{number}.{place}" for place in range(5)]))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 200_000  # bytes; some 12 for each slot


def test_removing_what_is_not_held_is_refused() -> None:
    index = index_of([["korea"]])
    for slot in (-1, 1, 7):
        with pytest.raises(KeyError):
            index.remove(slot)
    index.remove(0)
    with pytest.raises(KeyError):
        index.remove(0)


def test_paragraphs_past_the_first_room_are_held() -> None:
    paragraphs = [[f"term{number % 7}", "korea"] for number in range(1000)]
    theirs = BM25Okapi(paragraphs).get_scores(["term3", "korea"])
    assert np.array_equal(index_of(paragraphs).scores(["term3", "korea"]), theirs)
