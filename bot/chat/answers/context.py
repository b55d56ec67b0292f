"""Around a quote: its paragraph between its neighbours, and the way through its article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from discord import ui

from bot.chat.components.layout import BLUE, LONGEST_TEXT, NOTE_ROOM, framed
from bot.chat.components.markdown import block_quote, excerpt, size
from bot.chat.components.quote_ids import CONTEXT, PLACE, Place, standing
from bot.chat.components.stories import open_link, origin, title
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.replies import change, show
from bot.errors import LibraryError
from bot.language import say
from bot.model import Quote, Span

# Of a neighbour no more is shown, so that on a telephone the paragraph between the two, for which
# one came, stays in sight.
_NEIGHBOUR_ROOM = 700
# From the first letter or digit of a line to its last: Discord shows no bold that begins elsewhere.
_LINE = re.compile(r"\w(?:[^\r\n]*\w)?")


class ContextButton(PersistentButton, kind=CONTEXT, values=PLACE):
    """Shows whoever presses it, and nobody else, what stands around the quote in its id."""

    @classmethod
    def beside(cls, quote: Quote) -> ContextButton:
        return cls(str(Place.of(quote)), say("Context"))

    async def press(self, interaction: Interaction) -> None:
        quote = _quote_at(self.value, interaction)
        await show(interaction, context_page(quote, quote.paragraph), private=True)


class AroundButton(PersistentButton, kind="around", values=rf"{PLACE}(?:@\d{{1,6}})?"):
    """Turns what ContextButton showed to the paragraph in its id, or back to the quote's own."""

    async def press(self, interaction: Interaction) -> None:
        place, _, number = self.value.partition("@")
        quote = _quote_at(place, interaction)
        await change(interaction, context_page(quote, int(number or quote.paragraph)))


def context_page(quote: Quote, number: int) -> ui.LayoutView:
    """The paragraph nearest to `number`, which counts from 1, between its neighbours."""
    article = quote.article
    last = len(article.paragraphs)
    number = min(max(number, 1), last)
    heading = f"### {title(article)}\n-# {origin(article)}{open_link(article)}"
    around = (number - 1, number + 1)
    neighbours = {n: _shown(quote, n, _NEIGHBOUR_ROOM) for n in around if 1 <= n <= last}
    taken = size(heading) + sum(size(text) for block in neighbours.values() for text in block)
    middle = _shown(quote, number, LONGEST_TEXT - NOTE_ROOM - taken)
    blocks = [block for _, block in sorted({**neighbours, number: middle}.items())]
    return with_buttons(framed(BLUE, heading, blocks), _ways(quote, number))


def _ways(quote: Quote, number: int) -> Iterator[PersistentButton]:
    place = Place.of(quote)
    if number > 1:
        yield AroundButton(f"{place}@{number - 1}", say("Previous"))
    if number < len(quote.article.paragraphs):
        yield AroundButton(f"{place}@{number + 1}", say("Next"))
    if number != quote.paragraph:
        yield AroundButton(str(place), say("Back to the quote"))


def _shown(quote: Quote, number: int, room: int) -> list[str]:
    """A paragraph of the quote's article within `room` (in size), below a line that says which one;
    of a long one the part that is nearest to the quote."""
    text = quote.article.paragraphs[number - 1].text
    if number == quote.paragraph:
        keep = Span(quote.start, quote.end)
    else:
        edge = len(text) if number < quote.paragraph else 0
        keep = Span(edge, edge)
    start, end = excerpt(text, keep, _lines(text, keep), room - NOTE_ROOM)
    shown, quoted = text[start:end], Span(keep.start - start, keep.end - start)
    label = _which(quote, number, whole=shown == text.strip())
    return [f"-# {label}", block_quote(shown, _lines(shown, quoted))]


def _which(quote: Quote, number: int, *, whole: bool) -> str:
    place = {"number": number, "last": len(quote.article.paragraphs)}
    if number == quote.paragraph:
        if whole:
            return say("Paragraph {number} of {last}, with the quote in bold", **place)
        return say("From paragraph {number} of {last}, with the quote in bold", **place)
    if whole:
        return say("Paragraph {number} of {last}", **place)
    return say("From paragraph {number} of {last}, which is long", **place)


def _lines(text: str, part: Span) -> list[Span]:
    """A part of a text line by line, as it can be shown in bold."""
    return [Span(*found.span()) for found in _LINE.finditer(text, part.start, part.end)]


def _quote_at(place: str, interaction: Interaction) -> Quote:
    quote = standing(Place.read(place), view_for(interaction))
    if quote is None:
        raise LibraryError(
            "This quote no longer stands in an article here: the article was changed or removed."
        )
    return quote
