"""Words that must not stand in an article, as people write them, in English and Korean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.exclusions import join_exclusions, list_phrases, split_exclusions

WRITTEN = {
    "드론, 연 빼고 항공": ("항공", ("드론", "연")),
    "samsung but not galaxy": ("samsung", ("galaxy",)),
    "Harbour seals, but not the zoo": ("Harbour seals", ("the zoo",)),
    "chess except blitz, bullet and rapid": ("chess", ("blitz", "bullet", "rapid")),
    "Mercury excluding car or liquid metal": ("Mercury", ("car", "liquid metal")),
    "orchids, not phalaenopsis": ("orchids", ("phalaenopsis",)),
    "jaguar -car -football": ("jaguar", ("car", "football")),
    'tides -"tide pods"': ("tides", ("tide pods",)),
    "everything other than sport": ("everything", ("sport",)),
    "rust but not “the game”": ("rust", ("the game",)),
    "but not galaxy": ("", ("galaxy",)),
    "삼성 but not 갤럭시": ("삼성", ("갤럭시",)),
    "갤럭시 빼고 삼성": ("삼성", ("갤럭시",)),
    "갤럭시를 제외한 삼성 소식": ("삼성 소식", ("갤럭시",)),
    "삼성, 갤럭시 제외": ("삼성", ("갤럭시",)),
    "삼성 (갤럭시, 폴드는 빼고)": ("삼성", ("갤럭시", "폴드")),
}
PLAIN = (
    "Doctors Without Borders",
    "North Korea and China",
    "to be or not to be",
    "US-China talks",
    "COVID-19",
    "not",
    "Coen, Joel",
    "- a dash",
    "말고기",
    "nothing but the truth",
    "",
)


@pytest.mark.parametrize("typed", WRITTEN)
def test_what_is_excluded_is_told_from_what_is_wanted(typed: str) -> None:
    assert split_exclusions(typed) == WRITTEN[typed]


@pytest.mark.parametrize("typed", PLAIN)
def test_other_words_stay_what_they_are(typed: str) -> None:
    assert split_exclusions(typed) == (typed, ())


@given(
    st.lists(st.sampled_from(["tide pods", "car", "갤럭시", "US-China"]), unique=True),
    st.sampled_from(["samsung", "the moons of Mars", "달"]),
)
def test_what_is_joined_is_split_again(excluded: list[str], words: str) -> None:
    assert split_exclusions(join_exclusions(words, excluded)) == (words, tuple(excluded))


@given(st.text())
def test_any_text_is_split(typed: str) -> None:
    wanted = split_exclusions(typed)
    assert all(phrase.strip() for phrase in wanted.excluded)
    assert wanted.excluded or wanted.words == " ".join(typed.split())


def test_a_list_is_what_stands_between_commas_and_conjunctions() -> None:
    assert list_phrases(" galaxy, fold and “watch”; or tab / galaxy") == (
        "galaxy",
        "fold",
        "watch",
        "tab",
    )
