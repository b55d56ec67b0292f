"""What a question says: whom it names in full, what it asks for, and what is only talk."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.acronyms import match_initials, spells_out
from bot.text.joined_names import find_joined_names
from bot.text.lexicon import is_noun
from bot.text.people import find_full_names
from bot.text.quantities import find_quantities
from bot.text.small_talk import asks_for_newest, remove_small_talk
from bot.text.words import split_words


def full_names(text: str) -> list[str]:
    words = split_words(text)
    return [
        text[words[name.first].start : words[name.end - 1].end]
        for name in find_full_names(text, words)
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("who is jane roe", ["jane roe"]),
        ("What did Peter Holm say to anna brandt?", ["Peter Holm", "anna brandt"]),
        ("kim yo jong", ["kim yo jong"]),
        ("did lee sang-hyok win", ["lee sang-hyok"]),
        ("has moon chae-in spoken", ["moon chae-in"]),
        ("does john support the plan", []),
        ("peter's holm", []),
        ("did lee win big in may", []),
        ("kim and lee met park", []),
        ("the grant money of the ward", []),
    ],
)
def test_a_full_name_is_a_given_name_and_a_surname(text: str, names: list[str]) -> None:
    assert full_names(text) == names


@given(st.text())
def test_full_names_stand_in_order_among_the_words(text: str) -> None:
    words = split_words(text)
    end = 0
    for span in find_full_names(text, words):
        assert end <= span.first < span.end <= len(words)
        end = span.end


@pytest.mark.parametrize(
    "form", ["salary", "recipes", "parliament", "cinema", "fridge", "penguins"]
)
def test_nouns_are_told_by_having_no_other_forms(form: str) -> None:
    assert is_noun(form)


@pytest.mark.parametrize(
    "form", ["travel", "grabbed", "hotter", "fast", "willing", "wrong", "outside", "shut", "badly"]
)
def test_verbs_and_adjectives_are_no_nouns(form: str) -> None:
    assert not is_noun(form)


@given(st.text("ers", max_size=4) | st.text())
@example("er")
def test_whatever_is_typed_is_a_noun_or_not(form: str) -> None:
    assert is_noun(form) in (True, False)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("what is the latest on norway?", "norway?"),
        ("any news about the ferry", "the ferry"),
        ("thoughts on steel", "steel"),
        ("tl;dr of the budget", "of the budget"),
        ("<@!1234> hey @sven whats up with the harbour :wave:", "hey the harbour"),
        ("tell me about crossings", "crossings"),
        ("what does the paper say in this article", "what does the paper say"),
        ("latest crossing", "latest crossing"),
    ],
)
def test_what_asks_for_anything_is_no_part_of_the_subject(text: str, subject: str) -> None:
    assert " ".join(remove_small_talk(text).split()) == subject


def test_the_newest_is_asked_for_in_many_ways() -> None:
    newest = ["latest on norway", "what happened recently", "any updates", "news", "what's new"]
    assert all(map(asks_for_newest, newest))
    assert not any(map(asks_for_newest, ["a new pier", "who renewed it", "when is it due"]))


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("On May 4, 2023, at 5:24 p.m. the 3rd ferry left.", []),
        ("The Alda-7 and v16 ran on Falcon 9, said a call to 202-555-0100.", []),
        ("In 2021 it carried 240 passengers, 3.5% more.", ["240", "3.5"]),
        ("Two ferries, half a mile apart, cost $2,021.", ["Two", "half", "2,021"]),
        ("It has some 2,000 seats; on 4 May a third stood empty.", ["2,000", "a third"]),
        ("The second came on Jan. 18 from host 7 of mail@a1.example.org.", ["7"]),
    ],
)
def test_dates_ordinals_and_names_are_no_quantities(text: str, quantities: list[str]) -> None:
    assert [text[slice(*span)] for span in find_quantities(text)] == quantities


@pytest.mark.parametrize(
    ("letters", "text", "phrase"),
    [
        ("ehs", "The Eastern Harbour Society sued.", "Eastern Harbour Society"),
        ("OHP", "the Office of the Harbour and Piers", "Office of the Harbour and Piers"),
        ("nsf", "at Norway-Sweden-Finland talks in Oslo", "Norway-Sweden-Finland"),
        ("aik", "Ann Ilves met Karl Brandt", None),
    ],
)
def test_initials_find_their_phrase(letters: str, text: str, phrase: str | None) -> None:
    match = match_initials(letters).search(text)
    assert (match and match.group()) == phrase


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Alda-7 met Alda-12 and COVID-19's end", ["alda7", "alda12", "covid19"]),
        ("v16 and V16.2 need 2FA over 5G", ["16", "16.2", "2fa", "5g"]),
        ("CVE-2031-0007 on a1.example.org", ["cve20310007", "a1.example.org"]),
        ("mail ann.i@example.com now.", ["ann.i@example.com"]),
        ("28-year-old, 4th, 10km, 9am, $5bn, mid-2024, 2-1, end.The U.S.-led", []),
    ],
)
def test_joined_and_numbered_names_are_one_term(text: str, names: list[str]) -> None:
    assert [name.term for name in find_joined_names(text)] == names


def test_letters_are_spelt_out_by_a_phrase_in_capitals() -> None:
    assert spells_out("the Plankton, Aerosol and Cloud survey Endure", "pace")
    assert spells_out("EHS (Eastern Harbour Society)", "ehs")
    assert not spells_out("people at certain ends", "pace")
    assert not spells_out("The EHS said so.", "ehs")
