"""What can be read back from a message of ours: what was asked, and the positions of its quotes."""

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
SUBJECT_ID: Final = 1 << 29
SUBJECT_PREFIX: Final = "### "
# The frame of a reply to a message has this one, which tells it from a notice below a post.
REPLY_ID: Final = SUBJECT_ID + 1

# The kind of the menus whose options hold a quote each, of the buttons of old messages whose ids
# do, and the pattern of a QuoteId.
MENU: Final = "quotes"
CONTEXT: Final = "context"
QUOTE_ID: Final = r"\w{1,40}:\d{1,6}:\d{1,7}:\d{1,7}:[0-9a-f]{6}"


@dataclass(frozen=True, slots=True)
class QuoteId:
    """The position of a quote, short enough for the id of a button. `check` is a hash of its words,
    so that an article that was edited since is noticed."""

    article_id: str
    paragraph: int
    start: int
    end: int
    check: str

    @classmethod
    def of(cls, quote: Quote) -> QuoteId:
        """Return the id of a quote."""
        return cls(quote.article.id, quote.paragraph, quote.start, quote.end, _check(quote.text))

    @classmethod
    def parse(cls, text: str) -> QuoteId:
        """Return the id that is written `text`, which must match QUOTE_ID."""
        article_id, paragraph, start, end, check = text.split(":")
        return cls(article_id, int(paragraph), int(start), int(end), check)

    def __str__(self) -> str:
        return f"{self.article_id}:{self.paragraph}:{self.start}:{self.end}:{self.check}"


def find_quote(quote_id: QuoteId, view: View) -> Quote | None:
    """Return the quote of an id, if the view holds its article and the same words stand there."""
    article = view.article(quote_id.article_id)
    if article is None or not 1 <= quote_id.paragraph <= len(article.paragraphs):
        return None
    text = article.paragraphs[quote_id.paragraph - 1].text[quote_id.start : quote_id.end]
    if not text or _check(text) != quote_id.check:
        return None
    return Quote(article, quote_id.paragraph, quote_id.start, quote_id.end, text)


def find_quotes(message: discord.Message, view: View) -> tuple[list[Quote], int]:
    """Return the quotes that a message shows and that still stand, and how many do not."""
    quotes = [find_quote(quote_id, view) for quote_id in list_quote_ids(message.components)]
    current = [quote for quote in quotes if quote]
    return current, len(quotes) - len(current)


def list_quote_ids(components: Sequence[Any]) -> Iterator[QuoteId]:
    """Yield the ids of the quotes that components show, of a message or of a layout."""
    for component in walk(components):
        item = getattr(component, "item", component)  # a layout's menu is in one of ours
        values = [option.value for option in getattr(item, "options", ())]
        button = _CONTEXT_ID.fullmatch(getattr(item, "custom_id", None) or "")
        for value in [*values, *([button["quote_id"]] if button else [])]:
            if re.fullmatch(QUOTE_ID, value):
                yield QuoteId.parse(value)


def read_subject(message: discord.Message) -> str:
    """Return what was asked where a message answers: a question, a topic's title, a name; "" where
    it shows none."""
    for component in walk(message.components):
        if isinstance(component, discord.TextDisplay) and component.id == SUBJECT_ID:
            subject = component.content.rpartition("\n")[2]
            return unescape(subject.removeprefix(SUBJECT_PREFIX))
    return ""


def is_reply_layout(message: discord.Message) -> bool:
    """Whether the layout of a message of ours was sent as a reply to what somebody wrote."""
    return any(getattr(part, "id", None) == REPLY_ID for part in message.components)


_CONTEXT_ID = re.compile(rf"v1:{CONTEXT}:(?P<quote_id>{QUOTE_ID})")


def walk(components: Sequence[Any]) -> Iterator[Any]:
    """Every component, in the order in which it is read."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))
        if accessory := getattr(component, "accessory", None):
            yield accessory


def _check(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()
