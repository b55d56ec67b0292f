"""What turns the direction of text never turns the text beside it."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bot.chat.components.markdown import block_quote, one_line, size, unescape
from bot.chat.components.stories import heading, title
from bot.chat.interaction.suggestions import suggestions
from bot.cli.rendering import print_articles
from bot.model import Article, Paragraph
from bot.text.direction import find_closing_controls, remove_controls

CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNED = [
    "Ferries stop \u202egnp.exe",
    "\u2067Ferries\u2069 stop \u202dhere",
    "\u202bFerries\u202c\u202c stop",
]
ARABIC, HEBREW, KOREAN = "العبارات تتوقف", "המעבורות עוצרות", "여객선이 멈춘다"


def make_article(text: str) -> Article:
    return Article("a" * 12, text, (Paragraph("It rains."),), "a.txt", "main", outlet=text)


@pytest.mark.parametrize("text", TURNED)
def test_titles_and_outlets_show_without_controls(text: str) -> None:
    article = make_article(text)
    for shown in (title(article), heading(article), one_line(text, 80)):
        assert not set(shown) & set(CONTROLS)
    console = Console(file=StringIO(), width=200)
    print_articles(console, [article])
    assert isinstance(console.file, StringIO)
    assert not set(console.file.getvalue()) & set(CONTROLS)
    assert not set(suggestions([(text, "value")], "")[0].name) & set(CONTROLS)


@pytest.mark.parametrize("text", [ARABIC, HEBREW, f"{ARABIC} 2026"])
def test_text_from_right_to_left_is_isolated_and_reads_back(text: str) -> None:
    assert one_line(text, 80) == f"\u2068{text}\u2069"
    assert unescape(one_line(text, 80)) == text
    for limit in range(5, 20):
        assert size(one_line(text, limit)) <= limit
    assert one_line(text, 10).endswith("…\u2069")


@pytest.mark.parametrize("text", [KOREAN, "Ferries stop", "渡轮停航"])
def test_other_scripts_stay_as_they_are(text: str) -> None:
    assert one_line(text, 80) == text


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("plain", ""),
        ("\u202eturned", "\u202c"),
        ("\u202eturned\u202c", ""),
        ("\u2067one \u202etwo", "\u202c\u2069"),
        ("\u2067one \u202etwo\u2069", ""),
        ("\u202eone\u2069", "\u202c"),
        ("\u202c\u2069", ""),
    ],
)
def test_a_quote_ends_what_it_opens_and_keeps_its_characters(text: str, closing: str) -> None:
    assert find_closing_controls(text) == closing
    assert block_quote(text) == f"> {text}{closing}"
    assert block_quote(f"{text}\nnext") == f"> {text}{closing}\n> next"


def test_marks_of_direction_stay() -> None:
    assert remove_controls("שלום\u200f!") == "שלום\u200f!"
