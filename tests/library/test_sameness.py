"""When two texts are one story, and when one is an edit of the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.deduplication import is_copy, is_version, text_hash
from bot.model import Paragraph

STORY = (
    "The harbour of Tessel will close to ferries next winter, the port authority said on Monday.",
    "Some four hundred people cross the strait every day, most of them to work on the mainland.",
    "“We were told of it by letter,” said Anna Brandt, who runs the café at the landing.",
    "The council will hear objections until the end of October, and decide before the new year.",
)
OTHER = (
    "Rain fell on the coast for a week and closed three roads between the villages in the north.",
    "Farmers lost a fifth of the barley, the ministry of agriculture said in a first estimate.",
)


def told(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in texts)


def test_the_hash_of_a_text_does_not_change_with_how_it_is_set() -> None:
    plain = told('He said "no" - twice.', "That was all.")
    fancy = told("He said  “no” – twice.", "THAT was\u00a0all. ")
    assert text_hash(plain) == text_hash(fancy)
    assert text_hash(plain) != text_hash(told('He said "no" - twice. That was all.'))
    assert text_hash(plain) != text_hash(told('He said "so" - twice.', "That was all."))


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        pytest.param(STORY, True, id="the same"),
        pytest.param((*STORY, "(Reporting by J. Doe)"), True, id="an agency's line more"),
        pytest.param(
            (STORY[0].replace("said on Monday", "announced Monday"), *STORY[1:]),
            True,
            id="one sentence in other words",
        ),
        pytest.param(STORY[::-1], True, id="another order"),
        pytest.param(STORY[:2], False, id="half of it"),
        pytest.param((*STORY, *OTHER), False, id="a longer story that carries it"),
        pytest.param(OTHER, False, id="another story"),
        pytest.param((), False, id="nothing"),
    ],
)
def test_a_copy_shares_nearly_all_of_its_words_both_ways(copy: tuple[str, ...], same: bool) -> None:
    assert is_copy(told(*STORY), told(*copy)) is same
    assert is_copy(told(*copy), told(*STORY)) is same


def test_short_paragraphs_make_no_copy() -> None:
    """Two stories may well share "He declined to comment."."""
    assert not is_copy(told("He declined to comment."), told("He declined to comment."))


def test_an_edit_keeps_a_part_and_a_page_that_says_subscribe_is_none() -> None:
    assert is_version(told(*STORY), told(STORY[0], *OTHER, *STORY[2:]))
    assert not is_version(told(*STORY), told("Subscribe now to read on, from one euro a month."))
    assert not is_version(told(*STORY), told(*OTHER))


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_has_a_hash_and_can_be_compared(texts: list[str]) -> None:
    paragraphs = told(*texts)
    assert len(text_hash(paragraphs)) == 16
    assert is_copy(paragraphs, told(*STORY)) == is_copy(told(*STORY), paragraphs)
