"""When two texts are one story, and when one is an edit of the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.deduplication import is_copy, is_version, text_hash
from bot.model import Paragraph
from tests.support.stories import FERRY, FLOOD


def paragraphs_of(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text) for text in texts)


def test_the_hash_of_a_text_does_not_change_with_how_it_is_set() -> None:
    plain = paragraphs_of('He said "no" - twice.', "That was all.")
    fancy = paragraphs_of("He said  “no” – twice.", "THAT was\u00a0all. ")
    assert text_hash(plain) == text_hash(fancy)
    assert text_hash(plain) != text_hash(paragraphs_of('He said "no" - twice. That was all.'))
    assert text_hash(plain) != text_hash(paragraphs_of('He said "so" - twice.', "That was all."))


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        pytest.param(FERRY, True, id="the same"),
        pytest.param((*FERRY, "(Reporting by J. Doe)"), True, id="an agency's line more"),
        pytest.param(
            (FERRY[0].replace("said on Monday", "announced Monday"), *FERRY[1:]),
            True,
            id="one sentence in other words",
        ),
        pytest.param(FERRY[::-1], True, id="another order"),
        pytest.param(FERRY[:2], False, id="half of it"),
        pytest.param((*FERRY, *FLOOD), False, id="a longer story that carries it"),
        pytest.param(FLOOD, False, id="another story"),
        pytest.param((), False, id="nothing"),
    ],
)
def test_a_copy_shares_nearly_all_of_its_words_both_ways(copy: tuple[str, ...], same: bool) -> None:
    assert is_copy(paragraphs_of(*FERRY), paragraphs_of(*copy)) is same
    assert is_copy(paragraphs_of(*copy), paragraphs_of(*FERRY)) is same


def test_short_paragraphs_make_no_copy() -> None:
    """Two stories may well share "He declined to comment."."""
    assert not is_copy(
        paragraphs_of("He declined to comment."), paragraphs_of("He declined to comment.")
    )


def test_an_edit_keeps_a_part_and_a_page_that_says_subscribe_is_none() -> None:
    assert is_version(paragraphs_of(*FERRY), paragraphs_of(FERRY[0], *FLOOD, *FERRY[2:]))
    assert not is_version(
        paragraphs_of(*FERRY), paragraphs_of("Subscribe now to read on, from one euro a month.")
    )
    assert not is_version(paragraphs_of(*FERRY), paragraphs_of(*FLOOD))


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_has_a_hash_and_can_be_compared(texts: list[str]) -> None:
    paragraphs = paragraphs_of(*texts)
    assert len(text_hash(paragraphs)) == 16
    assert is_copy(paragraphs, paragraphs_of(*FERRY)) == is_copy(paragraphs_of(*FERRY), paragraphs)
