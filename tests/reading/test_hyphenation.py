"""Words that are cut at the line ends of a text copied from a column of a PDF."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.pages.hyphenation import join_cut_words
from bot.reading.pages.page import read_page

TEXT = (
    "The harbour of Harl gets a new crane in May, the port office said on Monday. It is a "
    "well-known and long-term plan of the U.S.-China company, and an international committee of "
    "the government has been working on it since 1931. The mother-in-law of the mayor gave "
    "twenty-one thousand euros for the development of the old-fashioned port and its neighbourhood."
)
CUTS = {
    "committee": "commit-\ntee",
    "development": "develop-\nment",
    "government": "govern-\nment",
    "international": "inter-\nnational",
    "neighbourhood": "neigh-\nbourhood",
}


@pytest.mark.parametrize(
    ("cut", "joined"),
    [
        *((cut, word) for word, cut in CUTS.items()),
        ("the coun-\n  cil, it said", "the council, it said"),
        ("well-\nknown", "well-known"),
        ("long-\nterm", "long-term"),
        ("mother-\nin-\nlaw", "mother-in-law"),
        ("the U.S.-\nbuilt crane", "the U.S.-built crane"),
        ("a text of the Anglo-\nSaxon harbour", "a text of the Anglo-Saxon harbour"),
        ("from the years 2024-\n25 on", "from the years 2024-25 on"),
        ("pre-\nand post-war", "pre- and post-war"),
        ("Hafen-\nbehörde", "Hafenbehörde"),
        ("soft\u00ad\nware", "software"),
        ("the coun-\r\ncil said", "the council said"),
        ("harbour-\nside, the harbourside", "harbourside, the harbourside"),
    ],
)
def test_a_cut_word_is_whole(cut: str, joined: str) -> None:
    assert join_cut_words(cut)[0] == joined


@pytest.mark.parametrize(
    "text",
    [
        "Sign-\nUp",
        "he said -\nand left",
        "one --\ntwo",
        "see https://harl.example/a-\nb",
        "mail a@harl-\nport.example",
        "the coun-\n\ncil",
        "- the crane\n- the pier",
        "the crane-",
    ],
)
def test_what_is_no_cut_word_stays(text: str) -> None:
    assert join_cut_words(text) == (text, None)


def set_column(text: str, width: int) -> str:
    """The lines of a column that cuts words at line ends as a PDF does."""
    lines = [""]
    for word in text.split():
        first, _, second = CUTS.get(word, "").partition("\n")
        if "-" in word:
            first, hyphen, second = word.partition("-")
            first += hyphen
        if len(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif first and len(f"{lines[-1]} {first}") <= width:
            lines[-1] += f" {first}"
            lines.append(second)
        else:
            lines.append(word)
    return "\n".join(lines)


@pytest.mark.parametrize("width", [30, 38, 46, 60])
def test_a_column_that_is_pasted_is_read_as_its_text(width: int) -> None:
    column = set_column(TEXT, width)
    assert "-\n" in column
    [story] = read_page(f"Harl gets a new crane\n\n{column}\n\nForty people came to see it.")
    assert story.title == "Harl gets a new crane"
    *paragraphs, last = (" ".join(paragraph.text.split()) for paragraph in story.paragraphs)
    assert (" ".join(paragraphs), last) == (TEXT, "Forty people came to see it.")


@given(st.lists(st.sampled_from(["coun-", "cil", "a-b", "-", "", "The", "x-", " y"]), max_size=12))
def test_joining_changes_nothing_but_hyphens_and_space(lines: list[str]) -> None:
    text = "\n".join(lines)
    joined, _ = join_cut_words(text)
    assert re.sub(r"[\s-]", "", joined) == re.sub(r"[\s-]", "", text)


def test_a_long_column_of_cut_words_is_joined_at_once() -> None:
    joined, width = join_cut_words("a harbour of the govern-\nment and the coun-\ncil " * 20_000)
    assert (joined.count("government and the council"), width) == (20_000, 28)
