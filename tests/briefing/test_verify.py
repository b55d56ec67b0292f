"""Verifying a quotation: exactly, nearly or not, where, and with which words changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QuestionError
from bot.library import Library, View
from bot.model import Article, Paragraph, Verification
from bot.reading.desk import Desk, read_desk

HARBOUR = Article(
    "harbour",
    "The harbour",
    (
        Paragraph("The mayor opened the pier."),
        Paragraph(
            "The harbour of Tessel will not close next winter. “We have 28,500 reasons to stay,” "
            "the owner’s brother said, and he left for Vessia with Lena Brandt."
        ),
    ),
    "harbour.txt",
)
COPY = Article(
    "copy", "A copy", (Paragraph("The harbour of Tessel will not close next winter."),), "copy.txt"
)
RAIN = Article(
    "rain", "Rain", (Paragraph("Rain fell on the coast for a week, and it was cold."),), "rain.txt"
)


@pytest.fixture(scope="module")
def view() -> View:
    return Library(Desk((HARBOUR, COPY, RAIN), (), ())).view()


def differing_words(verification: Verification) -> list[tuple[list[str], list[str]]]:
    """For each place the words given and the words that stand there."""
    return [
        (
            [verification.text[slice(*span)] for span in match.words],
            [match.quote.text[slice(*span)] for span in match.other_words],
        )
        for match in verification.matches
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor opened the pier.", [("harbour", 1)]),
        ("  The mayor opened the pier.\n", [("harbour", 1)]),
        ('"The mayor opened the pier."', [("harbour", 1)]),  # as one quotes it
        ("We have 28,500 reasons to stay", [("harbour", 2)]),  # a part
        ("next winter. “We have 28,500 reasons", [("harbour", 2)]),  # of two sentences
        ("will not close next winter", [("harbour", 2), ("copy", 1)]),
        ("for a week", [("rain", 1)]),
    ],
)
def test_what_stands_word_for_word_is_found_wherever_it_stands(
    view: View, text: str, expected: list[tuple[str, int]]
) -> None:
    verification = view.verify(text)
    assert verification.status == "exact"
    assert [
        (match.quote.article.id, match.quote.paragraph) for match in verification.matches
    ] == expected
    sought = text.strip().strip('"')
    for quote in (match.quote for match in verification.matches):
        assert sought in quote.text
        assert [quote.text[slice(*mark)] for mark in quote.marks] == (
            [sought] if quote.text != sought else []
        )
    assert all(not match.words and not match.other_words for match in verification.matches)


@pytest.mark.parametrize(
    "text",
    [
        "the Mayor opened the pier",
        "The mayor  opened\nthe pier",
        "the owner's brother said - and he left for Vessia",
    ],
)
def test_what_differs_only_in_punctuation_spaces_or_capitals_has_the_same_words(
    view: View, text: str
) -> None:
    verification = view.verify(text)
    assert (verification.status, verification.has_same_words) == ("near", True)
    assert differing_words(verification) == [([], [])]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The harbour of Tessel will close next winter.", ([], ["not"])),
        ("We have 38,500 reasons to stay", (["38,500"], ["28,500"])),
        ("The harbour of Vessia will not close next winter.", (["Vessia"], ["Tessel"])),
        ("he really left for Vessia with Lena Brandt", (["really"], [])),
        ("the brother left for Vessia with Lena Brandt", (["the brother"], ["and he"])),
    ],
)
def test_what_nearly_stands_comes_with_the_words_that_differ(
    view: View, text: str, words: tuple[list[str], list[str]]
) -> None:
    verification = view.verify(text)
    assert (verification.status, verification.has_same_words) == ("near", False)
    assert differing_words(verification)[0] == words
    assert all(view.is_current(match.quote) for match in verification.matches)


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("opened the pier", "The mayor opened the pier."),
        (
            "reasons to stay",
            "“We have 28,500 reasons to stay,” the owner’s brother said, and he left "
            "for Vessia with Lena Brandt.",
        ),
        ("Rain fell", "Rain fell on the coast for a week, and it was cold."),
    ],
)
def test_a_fragment_is_shown_in_its_whole_sentence(
    view: View, fragment: str, sentence: str
) -> None:
    [match] = view.verify(fragment).matches
    assert match.quote.text == sentence


PIER, RAINY = "The mayor opened the pier.", "Rain fell on the coast for a week, and it was cold."


@pytest.mark.parametrize(
    ("text", "status", "places", "differing"),
    [
        (f"{PIER} {RAINY}", "exact", ["harbour", "rain"], []),
        (f"{RAINY}\n{PIER}", "exact", ["rain", "harbour"], []),
        (f"{PIER} rain fell on the coast", "near", ["harbour", "rain"], []),
        (f"{RAINY} The mayor opened a pier.", "near", ["rain", "harbour"], ["a"]),
        (
            f"{PIER} Snow closed every road in the hills.",
            "near",
            ["harbour"],
            ["Snow closed every road in the hills."],
        ),
    ],
)
def test_sentences_pasted_together_are_each_found(
    view: View, text: str, status: str, places: list[str], differing: list[str]
) -> None:
    verification = view.verify(text)
    assert verification.status == status
    assert [match.quote.article.id for match in verification.matches] == places
    assert [text[slice(*span)] for span in verification.differing_words] == differing


def test_sentences_that_stand_together_are_one_quotation(view: View) -> None:
    text = "The harbour of Tessel will not close next winter. “We have 28,500 reasons to stay,”"
    verification = view.verify(text)
    assert (verification.status, verification.is_apart) == ("exact", False)
    assert len(verification.matches) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The mayor closed the old bridge after a storm.",
        "Snow fell in the mountains for two days.",
        "The mayor closed",  # too few words to be near
        "as cold",  # no whole words, of "was cold"
        "w " * 5,
        "opened the pie",
        "the of and with",
    ],
)
def test_what_does_not_stand_is_not_found(view: View, text: str) -> None:
    verification = view.verify(text)
    assert (verification.status, verification.matches) == ("none", ())


def test_beside_the_same_words_no_others_are_shown() -> None:
    text = "The harbour of Tessel will {} close next winter, for the ice is too thin this year."
    paragraphs = tuple(Paragraph(text.format(word)) for word in ("never", "not"))
    view = Library(Desk((Article("a", "A", paragraphs, "a.txt"), RAIN), (), ())).view()
    verification = view.verify(text.format("NOT"))
    assert [match.quote.paragraph for match in verification.matches] == [2]
    assert len(view.verify(text.format("soon")).matches) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("…!?", "no word"),
        ("😀😀", "no word"),
        ("w " * 600, "1,199 characters"),
        ("harbour", "One word"),
        ("“Tessel”.", "One word"),
        ("북한의", "One word"),
        ("it was", "Almost every article"),
        ("The of", "Almost every article"),
        ("and he was", "Almost every article"),
    ],
)
def test_what_cannot_be_verified_is_refused_in_one_sentence(
    view: View, text: str, sentence: str
) -> None:
    with pytest.raises(QuestionError, match=sentence):
        view.verify(text)


def test_every_sentence_of_the_seeds_stands_and_with_a_word_changed_nearly_stands() -> None:
    seeds = Library(read_desk(Path(__file__).parents[2] / "seeds")).view()
    for article in seeds.articles[::3]:
        for paragraph in article.paragraphs[:4]:
            text = paragraph.text[:400]
            text = text[: text.rfind(" ")]
            verification = seeds.verify(text)
            assert verification.status == "exact"
            assert paragraph.text.startswith(verification.matches[0].quote.text)
            words = text.split(" ")
            words[len(words) // 2] = "zzz"
            changed = seeds.verify(" ".join(words))
            assert changed.status == "near"
            assert differing_words(changed)[0][0] == ["zzz"]


@given(st.text(max_size=300), st.text(min_size=1, max_size=60))
def test_any_text_is_verified_against_any_article(text: str, typed: str) -> None:
    desk = Desk((Article("a", "A", (Paragraph(text + "."),), "a.txt"), RAIN), (), ())
    view = Library(desk).view()
    for quoted in (typed, text[10:70]):
        try:
            verification = view.verify(quoted)
        except QuestionError:
            continue
        for match in verification.matches:
            assert view.is_current(match.quote)
            assert all(0 <= start < end <= len(verification.text) for start, end in match.words)
            ends = [span.end for span in match.other_words]
            assert all(end <= len(match.quote.text) for end in ends)
