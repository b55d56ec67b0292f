"""What can be read back from a message of ours: what was asked, and where its quotes stand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.chat.components.markdown import unescape
from bot.library import View
from bot.model import Quote

# The component that shows what was asked has this number, far from those that Discord gives, which
# count from 1.
ASKED: Final = 1 << 29
ASKED_PREFIX: Final = "### "

# The kind of the buttons that hold a place, and a pattern of what they hold.
CONTEXT: Final = "context"
PLACE: Final = r"\w{1,40}:\d{1,6}:\d{1,7}:\d{1,7}:[0-9a-f]{6}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands, short enough for the id of a button. `check` stands for its words, so
    that an article that was edited since is noticed."""

    article_id: str
    paragraph: int
    start: int
    end: int
    check: str

    @classmethod
    def of(cls, quote: Quote) -> Place:
        return cls(quote.article.id, quote.paragraph, quote.start, quote.end, _check(quote.text))

    @classmethod
    def read(cls, text: str) -> Place:
        """The place that is written `text`, which must match PLACE."""
        article_id, paragraph, start, end, check = text.split(":")
        return cls(article_id, int(paragraph), int(start), int(end), check)

    def __str__(self) -> str:
        return f"{self.article_id}:{self.paragraph}:{self.start}:{self.end}:{self.check}"


def standing(place: Place, view: View) -> Quote | None:
    """The quote at a place, if the view holds its article and the same words still stand there."""
    article = view.article(place.article_id)
    if article is None or not 1 <= place.paragraph <= len(article.paragraphs):
        return None
    text = article.paragraphs[place.paragraph - 1].text[place.start : place.end]
    if not text or _check(text) != place.check:
        return None
    return Quote(article, place.paragraph, place.start, place.end, text)


def places_in(message: discord.Message) -> list[Place]:
    """The places of the quotes that a message shows, in their order."""
    ids = (getattr(component, "custom_id", None) or "" for component in _walk(message.components))
    found = (_CONTEXT_ID.fullmatch(custom_id) for custom_id in ids)
    return [Place.read(match["place"]) for match in found if match]


def standing_in(message: discord.Message, view: View) -> tuple[list[Quote], int]:
    """The quotes that a message shows and that still stand, and how many do not."""
    places = places_in(message)
    quotes = [quote for place in places if (quote := standing(place, view))]
    return quotes, len(places) - len(quotes)


def asked_in(message: discord.Message) -> str:
    """What was asked where a message answers: a question, a topic's title, a name; nothing where it
    shows none."""
    for component in _walk(message.components):
        if isinstance(component, discord.TextDisplay) and component.id == ASKED:
            return unescape(component.content.removeprefix(ASKED_PREFIX))
    return ""


_CONTEXT_ID = re.compile(rf"v1:{CONTEXT}:(?P<place>{PLACE})")


def _walk(components: Sequence[Any]) -> Iterator[Any]:
    """Every component, in the order in which it is read."""
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
        if accessory := getattr(component, "accessory", None):
            yield accessory


def _check(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()
