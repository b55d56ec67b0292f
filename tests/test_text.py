"""Words, names, sentences and spelling: what a text is taken to say before anything is searched."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Span
from bot.text.names import Name, Names
from bot.text.sentences import is_balanced, sentences
from bot.text.spelling import nearest
from bot.text.terms import Analyser
from bot.text.words import words

NAMES = Names(
    [
        Name(
            "North Korea",
            "place",
            ("North Korea", "DPRK", "N. Korea", "Pyongyang", "the North", "북한"),
        ),
        Name("South Korea", "place", ("South Korea", "ROK", "Korea", "the South", "한국")),
        Name("United States", "place", ("United States", "US", "U.S.", "America", "Washington")),
        Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee", "이재명")),
        Name("Lee Jong-seok", "person", ("Lee Jong-seok",)),
        Name("South China Sea", "place", ("South China Sea",)),
    ]
)


def things(text: str, *, typed: bool = False) -> list[str]:
    return [mention.name.thing for mention in NAMES.mentions(list(words(text)), typed=typed)]


def terms(text: str) -> list[str]:
    return [term.term for term in Analyser(Names()).terms(text)]


@given(st.text())
def test_words_stand_where_they_say_and_in_order(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        end = word.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seoul's talks, Seoul’s talk", ["seoul", "talk", "seoul", "talk"]),
        ("the U.S.-China rift", ["us", "china", "rift"]),
        ("28,500 troops and 49.25%", ["28500", "troop", "49.25", "percent"]),
        ("neighbours defence programme centre", terms("neighbors defense program center")),
        ("What is it that they don't", []),
        ("이재명 대통령", ["이재명", "대통령"]),
        ("\x00\u200d🙂…", []),
    ],
)
def test_terms_are_stems_without_stop_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the DPRK and N. Korea", ["North Korea", "North Korea"]),
        ("Pyongyang's missiles", ["North Korea"]),
        ("북한의 미사일", ["North Korea"]),
        ("South Korea is not North Korea", ["South Korea", "North Korea"]),
        (
            "Lee Jae Myung named Lee Jong-seok, lees friend",
            ["Lee Jae-myung", "Lee Jong-seok", "Lee Jae-myung"],
        ),
        ("a dispute in the South China Sea", ["South China Sea"]),
        ("the South and the North", ["South Korea", "North Korea"]),
        ("leeway in Koreatown", []),
    ],
)
def test_one_thing_has_many_names(text: str, expected: list[str]) -> None:
    assert things(text) == expected


def test_us_is_a_country_in_capitals_and_a_pronoun_otherwise() -> None:
    assert things("US troops and the us army") == ["United States", "United States"]
    assert things("They told us so") == []
    assert things("what does us policy say", typed=True) == ["United States"]
    assert things("tell us of it", typed=True) == []


def test_the_words_of_a_name_are_kept_and_said_to_be_within_it() -> None:
    found = list(Analyser(NAMES).terms("North Korea tested"))
    assert [(term.term, term.within) for term in found] == [
        ("@North Korea", False),
        ("north", True),
        ("korea", True),
        ("test", False),
    ]
    assert (found[0].start, found[0].end) == (0, 11)


def split(text: str, asides: tuple[Span, ...] = ()) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, asides)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. agreed.", "It was Dr. Howell who said so."],
        ['"We agree. We do," he said.', "Nobody else did."],
        ['Both should uphold "the aspiration... and be partners," Wang said.', "Cho nodded."],
        ["Was it so?", "No."],
        ["It grew by 3.5 percent to No. 1.", "Good."],
    ],
)
def test_sentences_end_where_they_end(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_sentences_are_found_where_the_space_is_missing() -> None:
    assert split("What is its global role?There is growing awareness.") == [
        "What is its global role?",
        "There is growing awareness.",
    ]


def test_a_slip_of_the_pen_is_no_sentence() -> None:
    assert split("Korea is at the heart. of it all.") == ["Korea is at the heart. of it all."]


def test_what_stands_in_an_aside_is_in_no_sentence() -> None:
    text = "Garcia returns. Vasquez (centre) joins a rally. Photo: EPA Trump said so."
    caption = Span(text.index("Vasquez"), text.index("Trump"))
    assert split(text, (caption,)) == ["Garcia returns.", "Trump said so."]


@given(st.text(), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=3))
def test_sentences_lose_no_character_but_white_space(
    text: str, places: list[tuple[int, int]]
) -> None:
    asides = [Span(min(a, len(text)), min(a + n, len(text))) for a, n in places]
    spans = sentences(text, asides)
    inside = {at for span in spans for at in range(*span)}
    hidden = {at for span in asides for at in range(*span)}
    assert not inside & hidden
    assert all(text[at].isspace() for at in set(range(len(text))) - inside - hidden)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_quotation_marks_may_be_mixed_but_not_left_open() -> None:
    assert is_balanced('"Our values," said Lee. “Ours.”')
    assert is_balanced('"Our alliance,” said Lee.')
    assert not is_balanced('"Our values, said Lee.')
    assert not is_balanced("(see below")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tarrif", "tariff"),
        ("hosue", "house"),
        ("bejing", "beijing"),
        ("seats", None),
        ("ramen", None),
        ("prize", None),
        ("btc", None),
        ("2023", None),
    ],
)
def test_a_typing_error_finds_its_word_and_another_word_does_not(
    typed: str, meant: str | None
) -> None:
    vocabulary = ["tariff", "house", "beijing", "states", "remain", "price", "2024", "troops"]
    assert nearest(typed, vocabulary) == meant
