"""Reads layouts as Discord does: the message sent, its texts, a block quote without markup."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

from discord import ui

from bot.chat.interaction.checked import Checked, check_quotes
from bot.model import Article, Paragraph, Quote, Span
from tests.support.discord_rules import broken_rules, walk

_T = TypeVar("_T")

ARTICLE = Article(
    "a1",
    "Seoul's balance",
    (Paragraph("Lee will not choose between the two."),),
    "a.txt",
    outlet="The Example",
    url="https://example.com/a",
    published=date(2026, 3, 1),
)
QUOTE = Quote(ARTICLE, 1, 0, 36, ARTICLE.paragraphs[0].text, marks=(Span(9, 19),))


def checked(result: _T) -> Checked[_T]:
    """A result for rendering, checked against the articles of its own quotes."""
    return check_quotes(result, Quote.is_verbatim)


def components(layout: ui.LayoutView) -> list[dict[str, Any]]:
    """The components of a layout as discord.py sends them."""
    return layout.to_components()  # type: ignore[no-untyped-call, no-any-return]


def sent(layout: ui.LayoutView) -> dict[str, Any]:
    """The message that discord.py makes of a layout."""
    return {
        "components": components(layout),
        "flags": 1 << 15,
        "allowed_mentions": {"parse": []},
    }


def texts_of(layout: ui.LayoutView) -> list[str]:
    """The texts of a layout, in Markdown, from the top."""
    return [item["content"] for item in walk(components(layout)) if item["type"] == 10]


def seen_in(layout: ui.LayoutView) -> list[str]:
    """The texts without the backslashes that Discord does not show."""
    return [re.sub(r"\\(\W)", r"\1", text) for text in texts_of(layout)]


def assert_sendable(layout: ui.LayoutView) -> None:
    """Assert that Discord takes the message."""
    assert broken_rules("POST", "/channels/1/messages", sent(layout)) == []


def read_block_quote(text: str) -> str:
    """What Discord shows of the block quote that `text` begins with, read by Discord's own rules.

    A line of it begins with `> `; a backslash shows the next character as it is, unless that is a
    letter, a digit or white space; `**` turns bold on and off and shows nothing.
    """
    shown, at, line_start = "", 0, True
    while at < len(text):
        if line_start and not text.startswith("> ", at):
            break
        at += 2 * line_start
        line_start = False
        if text.startswith("**", at):
            at += 2
            continue
        if text[at : at + 1] == "\\" and re.match(r"[^0-9A-Za-z\s]", text[at + 1 : at + 2]):
            at += 1
        shown += text[at : at + 1]
        line_start = bool(re.match(r"\r(?!\n)|\n", text[at : at + 2]))
        at += 1
    return shown
