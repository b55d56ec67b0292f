"""An index laid over another: the scores of both together, and nothing of it in the other."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from rank_bm25 import BM25Okapi

from bot.briefing.verify import verify
from bot.model import Article, Paragraph
from bot.search.bm25 import IncrementalBM25
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.names import Name, Names
from bot.text.terms import Analyser
from tests.support.bm25 import assert_same

TERMS = st.sampled_from(["korea", "north", "talk", "trade", "us", "china", "visit", "tariff"])
TEXTS = st.lists(TERMS, max_size=8)
QUERY = ["korea", "trade", "trade", "tariff", "unknown"]
ANALYSER = Analyser(Names([Name("North Korea", "place", ("North Korea", "DPRK"))]))


class Layers(RuleBasedStateMachine):
    """A base and two layers over it, each beside a list of what it must hold."""

    def __init__(self) -> None:
        super().__init__()
        base = IncrementalBM25()
        self.indexes = [base, IncrementalBM25(base=base), IncrementalBM25(base=base)]
        self.held: list[dict[int, list[str]]] = [{}, {}, {}]

    @rule(which=st.integers(0, 2), text=TEXTS)
    def add(self, which: int, text: list[str]) -> None:
        slot = self.indexes[which].add(text)
        assert slot not in self.held[which]
        self.held[which][slot] = text

    @rule(which=st.integers(0, 2), data=st.data())
    def remove(self, which: int, data: st.DataObject) -> None:
        if self.held[which]:
            slot = data.draw(st.sampled_from(sorted(self.held[which])))
            self.indexes[which].remove(slot)
            del self.held[which][slot]

    @invariant()
    def every_index_is_the_union_of_what_it_sees(self) -> None:
        self.compare(self.indexes[0], self.held[0])
        for index, own in zip(self.indexes[1:], self.held[1:], strict=True):
            self.compare(index, self.held[0] | own)

    def compare(self, index: IncrementalBM25, held: dict[int, list[str]]) -> None:
        paragraphs = list(held.values())  # the base's first
        assert index.slots.tolist() == list(held) == sorted(held)
        assert index.corpus_size == len(held)
        plain = IncrementalBM25(paragraphs)
        slots = list(held)
        assert index.matching(QUERY).tolist() == [slots[at] for at in plain.matching(QUERY)]
        assert index.top(QUERY, 3) == [(slots[at], score) for at, score in plain.top(QUERY, 3)]
        for term in set(QUERY):
            assert index.frequency(term) == plain.frequency(term)
            assert index.rarity(term) == plain.rarity(term)
            assert index.idf.get(term) == plain.idf.get(term)
        for slot, paragraph in held.items():
            assert set(index.terms(slot)) == set(paragraph)
        if any(paragraphs):
            assert_same(index, BM25Okapi(paragraphs), QUERY)


TestLayers = Layers.TestCase
TestLayers.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6), st.data())
def test_the_scores_asked_for_are_those_of_the_slots_in_the_order_given(
    below: list[list[str]], above: list[list[str]], data: st.DataObject
) -> None:
    base = IncrementalBM25()
    layer = IncrementalBM25(base=base)
    slots = [base.add(text) for text in below] + [layer.add(text) for text in above]
    whole = dict(zip(slots, layer.get_scores(QUERY).tolist(), strict=True))
    chosen = data.draw(st.permutations(slots))
    asked = layer.slots[[slots.index(slot) for slot in chosen]] if chosen else layer.slots
    assert layer.scores(QUERY, asked).tolist() == [whole[slot] for slot in chosen]
    held = dict(zip(slots, (*below, *above), strict=True))
    counts = [[held[slot].count(term) for slot in chosen] for term in QUERY]
    assert layer.counts(QUERY, asked).tolist() == counts


def test_a_layer_removes_nothing_of_its_base() -> None:
    base = IncrementalBM25()
    layer = IncrementalBM25(base=base)
    slot = base.add(["korea"])
    with pytest.raises(KeyError):
        layer.remove(slot)
    with pytest.raises(KeyError):
        base.remove(layer.add(["trade"]))
    assert layer.frequency("korea") == layer.frequency("trade") == 1


@pytest.mark.parametrize("below", [1, 3000])
def test_a_layer_takes_room_for_its_own_paragraphs_alone(below: int) -> None:
    base = IncrementalBM25()
    for number in range(below):
        base.add(["korea", "north", f"word{number}"])
    base.top(["korea", "trade"], 3)
    tracemalloc.start()
    layers = [IncrementalBM25(base=base) for _ in range(50)]
    for layer in layers:
        layer.add(["korea", "trade"])
        layer.top(["korea", "trade"], 3)  # the floor is asked for, too
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 10_000 * len(layers)  # bytes


def test_no_layer_is_laid_over_a_layer() -> None:
    with pytest.raises(ValueError, match="over a plain one only"):
        IncrementalBM25(base=IncrementalBM25(base=IncrementalBM25()))


def article(name: str, *texts: str) -> Article:
    return Article(name, name, tuple(map(Paragraph, texts)), "desk.txt")


SHARED = [
    article("Weather", "Rain fell on the coast all day.", "The wind turned in the evening."),
    article("Talks", "The DPRK sent an envoy to Geneva. He spoke of sanctions."),
]
OWN = [
    article("Harbour", "The freighter Meridian left Geneva's lake.", "Its captain praised Seoul."),
    article("Trade", "An envoy signed a tariff treaty about sanctions in the rain."),
]
QUESTIONS = (
    *("who sent an envoy", "sanctions in Geneva", "wind", "Meridian", "tarrif", "sanctoins"),
    *("what did the captain praise", "북한", "nothing of this kind"),
)


def plain(articles: Sequence[Article]) -> Index:
    index = Index(ANALYSER)
    for each in articles:
        index.add(each)
    return index


def layered() -> tuple[Index, Index]:
    base = plain(SHARED)
    layer = Index(ANALYSER, base)
    for each in OWN:
        layer.add(each)
    return base, layer


def found(index: Index, question: str) -> list[tuple[str, int, str, float]]:
    return [
        (
            each.sentence.passage.article.id,
            each.sentence.passage.number,
            each.sentence.text,
            each.score,
        )
        for each in rank(read_query(question, index), index)
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_layer_answers_as_one_index_of_all_its_articles_would(question: str) -> None:
    base, layer = layered()
    assert found(layer, question) == found(plain([*SHARED, *OWN]), question)
    assert found(base, question) == found(plain(SHARED), question)


def test_a_base_learns_nothing_of_its_layers() -> None:
    base, layer = layered()
    other = Index(ANALYSER, base)
    assert layer.find_nearest_word("meridain") == "meridian"
    for index in (base, other):
        assert index.find_nearest_word("meridain") is None
        assert index.bm25.frequency("meridian") == 0
        assert [each.id for each in index.articles()] == ["Weather", "Talks"]
        assert verify("Its captain praised Seoul.", index).status == "none"
        with pytest.raises(KeyError):
            index.slots("Harbour")
    assert verify("Its captain praised Seoul.", layer).status == "exact"


def test_a_layer_hears_of_what_its_base_gains_and_loses() -> None:
    base, layer = layered()
    late = article("Late", "A heron nested by the quay.")
    base.add(late)
    base.remove("Weather")
    assert [each.id for each in layer.articles()] == ["Talks", "Late", "Harbour", "Trade"]
    for question in ("heron", "wind", "envoy"):
        assert found(layer, question) == found(plain([SHARED[1], late, *OWN]), question)
    assert layer.find_nearest_word("heorn") == "heron"


def test_a_passage_is_found_by_its_slot_in_base_and_layer_alike() -> None:
    base, layer = layered()
    for each in (*SHARED, *OWN):
        for number, slot in enumerate(layer.slots(each.id), start=1):
            passage = layer.passage(slot)
            assert (passage.article, passage.number, passage.slot) == (each, number, slot)
            assert layer.sentences(slot)[0].passage.article == each
    gone = layer.slots("Harbour")
    layer.remove("Harbour")
    for slot in gone:
        with pytest.raises(KeyError):
            layer.passage(slot)
    with pytest.raises(KeyError):
        layer.remove("Weather")
    assert [each.id for each in base.articles()] == ["Weather", "Talks"]


def test_text_of_stop_words_alone_is_verified_after_a_removal() -> None:
    text = "So be it, as it is what it is."
    index = plain([article("a", "It is what it is."), article("b", text)])
    index.remove("a")
    assert verify(text, index).status == "exact"


def test_a_word_is_offered_while_an_article_can_be_found_by_it() -> None:
    index = plain([article("a", "The tariffs rose."), article("b", "A tariff rose.")])
    index.remove("a")
    assert index.find_nearest_word("tarifs") == "tariffs"
    index.remove("b")
    assert index.find_nearest_word("tarifs") is None
