"""An index in which only some articles are found."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article
from bot.search.index import Index
from bot.search.selected import select
from bot.text.names import Names
from bot.text.terms import Analyser
from tests.support.stories import article

WORDS = ("harbour", "ferry", "canal", "museum", "budget", "snow")
ANALYSER = Analyser(Names(()))


def story(number: int, seed: int) -> Article:
    """A story of one to three short paragraphs; its title is its number."""
    random = Random(seed)
    texts = [" ".join(random.choices(WORDS, k=5)) for _ in range(random.randint(1, 3))]
    return article(f"{number}", *texts, published=date(2026, 1, 1 + number))


@st.composite
def indexes(draw: st.DrawFn) -> Index:
    """An index, plain or over a base, of which some articles were replaced or removed."""
    base = Index(ANALYSER) if draw(st.booleans()) else None
    index = Index(ANALYSER, base)
    for number in range(draw(st.integers(1, 8))):
        target = base if base and draw(st.booleans()) else index
        target.put((story(number, draw(st.integers(0, 5))),))
        if draw(st.integers(0, 3)) == 0:
            target.put((story(number, 9),))
        elif draw(st.integers(0, 5)) == 0:
            target.remove(f"{number}")
    return index


@settings(max_examples=25, deadline=None)
@given(indexes(), st.sets(st.integers(0, 7)), st.sets(st.sampled_from(WORDS), min_size=1))
def test_what_is_found_is_what_the_whole_finds_of_the_selected(
    index: Index, numbers: set[int], words: set[str]
) -> None:
    titles = {str(number) for number in numbers}
    query = sorted(term.term for word in words for term in ANALYSER.terms(word))
    chosen = select(index, lambda article: article.title in titles)

    def is_chosen(slot: int) -> bool:
        return index.article(slot).title in titles

    whole = index.bm25.top(query, 100)
    assert chosen.bm25.top(query, 100) == [pair for pair in whole if is_chosen(pair[0])]
    assert chosen.bm25.top(query, 2) == [pair for pair in whole if is_chosen(pair[0])][:2]
    matching = [slot for slot in index.bm25.matching(query).tolist() if is_chosen(slot)]
    assert chosen.bm25.matching(query).tolist() == matching
    assert chosen.bm25.slots.tolist() == list(filter(is_chosen, index.bm25.slots.tolist()))
    assert [held for held in index.articles() if held.title in titles] == list(chosen.articles())
    assert [chosen.bm25.frequency(term) for term in query] == list(map(index.bm25.frequency, query))


def test_what_is_added_afterwards_is_not_found_and_harms_nothing() -> None:
    base = Index(ANALYSER)
    base.put((story(1, 1),))
    index = Index(ANALYSER, base)
    index.put((story(2, 2),))
    chosen = select(index, lambda _: True)
    base.put((story(3, 3),))
    index.put((story(4, 4), story(5, 5)))
    query = [term.term for word in WORDS for term in ANALYSER.terms(word)]
    assert {chosen.article(slot).title for slot, _ in chosen.bm25.top(query, 99)} == {"1", "2"}
    assert len(chosen.bm25.matching(query)) < len(index.bm25.matching(query))
