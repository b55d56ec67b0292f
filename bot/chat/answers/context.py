"""The button Context: the paragraph of a quote with its neighbours, and the rest of its article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from discord import ui

from bot.chat.answers.export import CiteButton
from bot.chat.components.layout import BLUE, MAX_TEXT, NOTE_ROOM, framed
from bot.chat.components.markdown import block_quote, excerpt, size
from bot.chat.components.quote_ids import CONTEXT, QUOTE_ID, QuoteId, find_quote
from bot.chat.components.stories import heading as article_heading
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.checked import Checked, stale_quote_error
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.replies import reply_with_quotes
from bot.language import say
from bot.library import View
from bot.model import Article, Quote, Span

# The size of a neighbour is limited so that on a telephone the quote's own paragraph between the
# two stays in sight.
_NEIGHBOUR_ROOM = 700
# From the first letter or digit of a line to its last: Discord shows no bold that begins elsewhere.
_LINE = re.compile(r"\w(?:[^\r\n]*\w)?")


@dataclass(frozen=True, slots=True)
class QuoteContext:
    """A quote, and a paragraph of its article with its neighbours, as quotes of their full text."""

    quote: Quote
    paragraph: Quote
    neighbours: tuple[Quote, ...]

    @classmethod
    def of(cls, quote: Quote, number: int) -> QuoteContext:
        """Return the paragraph nearest to `number`, which counts from 1, with its neighbours."""
        last = len(quote.article.paragraphs)
        number = min(max(number, 1), last)
        neighbours = [n for n in (number - 1, number + 1) if 1 <= n <= last]
        return cls(
            quote,
            _quote_paragraph(quote.article, number),
            tuple(_quote_paragraph(quote.article, n) for n in neighbours),
        )


class ContextButton(PersistentButton, kind=CONTEXT, values=QUOTE_ID):
    """Shows the context of the quote in its id, privately: beside the quotes of old messages."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the context."""
        await show_context(interaction, self.value)


class ContextPageButton(PersistentButton, kind="around", values=rf"{QUOTE_ID}(?:@\d{{1,6}})?"):
    """Turns the reply of ContextButton to the paragraph in its id, or back to the quote's own."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply."""
        quote_id, _, number = self.value.partition("@")
        await show_context(interaction, quote_id, int(number) if number else None, edit=True)


FEATURE = Feature(buttons=(ContextButton, ContextPageButton))


async def show_context(
    interaction: Interaction, quote_id: str, number: int | None = None, *, edit: bool = False
) -> None:
    """Reply privately with the paragraph `number` of a quote's article, by default its own."""
    view = view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: _read_context(view, quote_id, number),
        render=context_page,
        private=True,
        edit=edit,
    )


def _read_context(view: View, quote_id: str, number: int | None) -> QuoteContext:
    quote = find_quote(QuoteId.parse(quote_id), view)
    if quote is None:
        raise stale_quote_error()
    return QuoteContext.of(quote, quote.paragraph if number is None else number)


def context_page(checked: Checked[QuoteContext]) -> ui.LayoutView:
    """Return the paragraph between its neighbours, with buttons to the other paragraphs."""
    context = checked.result
    quote, number = context.quote, context.paragraph.paragraph
    article = quote.article
    heading = article_heading(article, "###")
    blocks = {
        neighbour.paragraph: _block(quote, neighbour, _NEIGHBOUR_ROOM)
        for neighbour in context.neighbours
    }
    used = size(heading) + sum(size(text) for block in blocks.values() for text in block)
    blocks[number] = _block(quote, context.paragraph, MAX_TEXT - NOTE_ROOM - used)
    layout = framed(BLUE, heading, [block for _, block in sorted(blocks.items())])
    return with_buttons(layout, _page_buttons(quote, number))


def _page_buttons(quote: Quote, number: int) -> Iterator[PersistentButton]:
    quote_id = QuoteId.of(quote)
    if number > 1:
        yield ContextPageButton(f"{quote_id}@{number - 1}", say("Previous"))
    if number < len(quote.article.paragraphs):
        yield ContextPageButton(f"{quote_id}@{number + 1}", say("Next"))
    if number != quote.paragraph:
        yield ContextPageButton(str(quote_id), say("Back to the quote"))
    yield CiteButton.for_quote(quote)


def _quote_paragraph(article: Article, number: int) -> Quote:
    text = article.paragraphs[number - 1].text
    return Quote(article, number, 0, len(text), text)


def _block(quote: Quote, paragraph: Quote, room: int) -> list[str]:
    """Return a paragraph of the quote's article within `room` (in size), below its number; of a
    long one the part nearest to the quote."""
    text, number = paragraph.text, paragraph.paragraph
    if number == quote.paragraph:
        keep = quote.span
    else:
        edge = len(text) if number < quote.paragraph else 0
        keep = Span(edge, edge)
    start, end = excerpt(text, keep, _lines(text, keep), room - NOTE_ROOM)
    part, bold = text[start:end], Span(keep.start - start, keep.end - start)
    label = _label(quote, number, complete=part == text.strip())
    return [f"-# {label}", block_quote(part, _lines(part, bold))]


def _label(quote: Quote, number: int, *, complete: bool) -> str:
    position = {"number": number, "last": len(quote.article.paragraphs)}
    if number == quote.paragraph:
        if complete:
            return say("Paragraph {number} of {last}, with the quote in bold", **position)
        return say("Part of paragraph {number} of {last}, with the quote in bold", **position)
    if complete:
        return say("Paragraph {number} of {last}", **position)
    return say("Part of paragraph {number} of {last}", **position)


def _lines(text: str, part: Span) -> list[Span]:
    """Return a part of a text line by line, as it can be shown in bold."""
    return [Span(*line.span()) for line in _LINE.finditer(text, part.start, part.end)]
