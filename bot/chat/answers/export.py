"""Quotes to take away: those of a message as files, and the reference of one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.chat.components.layout import BLUE, framed
from bot.chat.components.quote_ids import QUOTE_ID, QuoteId, find_quote, find_quotes, read_subject
from bot.chat.components.references import cite, to_csl_json, to_markdown
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.checked import Checked, stale_quote_error
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.replies import Content, reply_with_quotes, send_layout
from bot.chat.interaction.selections import zone_of
from bot.language import say, say_count
from bot.model import Quote

_FENCE = "```"


class CiteButton(PersistentButton, kind="cite", values=QUOTE_ID):
    """Gives the reference of the quote in its id, privately."""

    @classmethod
    def for_quote(cls, quote: Quote) -> CiteButton:
        """Return the button for a quote."""
        return cls(str(QuoteId.of(quote)), say("Cite"))

    async def press(self, interaction: Interaction) -> None:
        """Reply with the reference in one line, in a block that can be copied."""
        quote = find_quote(QuoteId.parse(self.value), view_for(interaction))
        if quote is None:
            raise stale_quote_error()
        reference = cite(quote, _today(interaction)).replace(_FENCE, "")
        block = f"{_FENCE}\n{reference}\n{_FENCE}"
        await send_layout(interaction, framed(BLUE, f"### {say('Reference')}\n{block}"))


FEATURE = Feature(buttons=(CiteButton,))


async def export_quotes(interaction: Interaction) -> None:
    """Reply privately with the quotes of the message that still stand, as Markdown and CSL-JSON."""
    assert interaction.message is not None
    quotes, stale_count = find_quotes(interaction.message, view_for(interaction))
    if not quotes:
        raise stale_quote_error()
    heading, today = read_subject(interaction.message), _today(interaction)

    def render(checked: Checked[Sequence[Quote]]) -> Content:
        return _files_page(heading, checked.result, stale_count, today)

    await reply_with_quotes(interaction, compute=lambda: quotes, render=render, private=True)


def _files_page(heading: str, quotes: Sequence[Quote], stale_count: int, today: date) -> Content:
    lines = [
        f"### {say('Export')}",
        say("The quotes with their sources, and a file of the sources for a reference manager."),
    ]
    if stale_count:
        note = say_count(
            stale_count,
            "{number:,} quote was left out because its article has changed or was removed.",
            "{number:,} quotes were left out because their articles have changed or were removed.",
        )
        lines.append(f"-# {note}")
    files = [
        _file("verbatim.md", to_markdown(heading, quotes, today)),
        _file("verbatim.csl.json", to_csl_json(quotes, today)),
    ]
    layout = framed(BLUE, "\n".join(lines))
    for file in files:
        layout.add_item(ui.File(file))
    return Content(layout, files)


def _file(name: str, text: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), name)


def _today(interaction: Interaction) -> date:
    """Return the day it is where the server is."""
    return interaction.client.now().astimezone(ZoneInfo(zone_of(interaction))).date()
