"""Word frequencies are those that wordfreq gives, with its lists read in another way."""

from __future__ import annotations

import pytest
import wordfreq
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.word_list import korean_frequency, zipf_frequency


@pytest.mark.parametrize(
    "form", ["the", "tariff", "zurich", "café", "qwzx", "5g", "2024", "don't", "covid-19", "naïve"]
)
def test_an_english_word_is_as_common_as_wordfreq_says(form: str) -> None:
    assert zipf_frequency(form) == wordfreq.zipf_frequency(form, "en", "small")


@given(st.text(st.characters(categories=("Ll", "Lo")), min_size=1, max_size=8))
@example("ß")
@example("中国abc")
def test_any_form_is_as_common_as_wordfreq_says(text: str) -> None:
    form = text.casefold()
    assert zipf_frequency(form) == wordfreq.zipf_frequency(form, "en", "small")


@pytest.mark.parametrize("form", ["회의", "도널드", "백악관", "대통령", "가나다라마"])
def test_a_korean_word_is_as_common_as_wordfreq_says(form: str) -> None:
    frequencies = wordfreq.get_frequency_dict("ko", "small")
    assert korean_frequency(form) == frequencies.get(form, 0.0)
