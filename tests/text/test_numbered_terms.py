"""The terms of many texts at once are those that each has by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.names import Name, Names, add_general_names
from bot.text.numbered_terms import NumberedTerms
from bot.text.terms import Analyser

ANALYSER = Analyser(
    Names(
        add_general_names(
            [
                Name("Tessel Strait", "place", ("Tessel Strait", "the Strait", "Tessel")),
                Name("Polar Six", "organisation", ("Polar Six", "PS", "polar group six")),
                Name("Kim Dae-ho", "person", ("Kim Dae-ho", "김대호", "Kim")),
            ]
        )
    )
)
PIECES = (
    *("the", "The", "Strait", "Tessel", "strait", "US", "us", "the US", "South China Sea"),
    *("South", "Korea", "Korea's", "Koreas", "polar", "Polar", "Six", "group", "six", "PS"),
    *("Kim", "Dae-ho", "김대호는", "북한의", "Crew-8", "v16", "2FA", "tessel.gov", "said", "Ann"),
    *("of", "U.S.", "28,500", "€", "win-win", "Türkiye", "Türkiye’s", ".", "—"),
)
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join), max_size=6)


def list_terms(numbered: NumberedTerms) -> list[list[str]]:
    terms = iter([numbered.terms[number] for number in numbered.numbers.tolist()])
    return [[next(terms) for _ in range(length)] for length in numbered.lengths.tolist()]


@given(TEXTS)
def test_texts_have_the_terms_that_each_has_by_itself(texts: list[str]) -> None:
    numbered, forms = ANALYSER.number_terms(texts)
    pairs = [ANALYSER.list_terms(text) for text in texts]
    assert list_terms(numbered) == [[term for term, _ in text_pairs] for text_pairs in pairs]
    assert forms == {form: term for text_pairs in pairs for term, form in text_pairs if form}
    assert set(numbered.terms) == {term for text_pairs in pairs for term, _ in text_pairs}


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ([], []),
        ([(0, 2), (0, 1, 2)], [["ferry", "road", "ice"], ["ferry", "road", "ice"]]),
        ([(2,), (), (1,), (2, 2)], [["ice"], [], [], ["ice", "ice"]]),
    ],
    ids=["none", "a title for two", "out of order"],
)
def test_texts_are_joined_of_others(parts: list[tuple[int, ...]], joined: list[list[str]]) -> None:
    numbered = NumberedTerms.from_lists([["ferry", "road"], [], ["ice"]])
    assert list_terms(numbered.join(parts)) == joined
