"""Quotes as blocks of a message, each with its source and the accounts that differ from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from discord import ui

from bot.briefing.facts.accounts import is_copy
from bot.chat.answers.context import ContextButton
from bot.chat.components.layout import Block
from bot.chat.components.markdown import beginning, block_quote, one_line, size
from bot.chat.components.news import differs_from_before
from bot.chat.components.stories import open_link, outlet, title
from bot.language import format_day, say, say_count
from bot.model import Article, Comparison, Quote, Span

# Of a message's 40; the others are for the frame, what was asked, the heading and the line below,
# a picture, the words under the frame, and a row of four buttons, or of five without a picture.
MOST_COMPONENTS = 29
_AN_ACCOUNT = 4  # the quote, a section, and in it the source and a button

_LONGEST_WORDS = 60
_MOST_ALSO = 3


class _Account(NamedTuple):
    """One quote as it is shown, and the lines below it: `least` are those it never goes without."""

    quote: Quote
    marks: Sequence[Span]
    least: str
    below: str


class _Shown(NamedTuple):
    """The texts of an account as they are sent."""

    text: str
    below: str

    @property
    def size(self) -> int:
        return size(self.text) + size(self.below)


def fitting(quotes: Iterable[Quote], room: int) -> list[Block]:
    """Quotes as they come while they fit `room` (in size) and a message's components.

    Accounts that differ stand together or not at all. The first quote is shortened if it must be,
    and says so.
    """
    components = MOST_COMPONENTS
    blocks: list[Block] = []
    for quote in quotes:
        accounts = _accounts(quote)
        shown = [_whole(account) for account in accounts]
        if sum(each.size for each in shown) > room and not blocks:
            shown = [_shortened(account, room // len(accounts)) for account in accounts]
        room -= sum(each.size for each in shown)
        components -= _AN_ACCOUNT * len(shown) + bool(blocks)  # a line between blocks
        if room < 0 or components < 0:
            break
        blocks.append(_block(accounts, shown))
    return blocks


def _block(accounts: Sequence[_Account], shown: Sequence[_Shown]) -> Block:
    block: list[str | ui.Section[Any]] = []
    for account, (text, below) in zip(accounts, shown, strict=True):
        block += [text, ui.Section[Any](below, accessory=ContextButton.beside(account.quote))]
    return block


def _accounts(quote: Quote) -> list[_Account]:
    """A quote, and after it each that differs; what is said between them takes no side."""
    others = [(comparison.quote, comparison.other_words) for comparison in quote.differs]
    below = [f"\n{_apart(quote, comparison)}" for comparison in quote.differs] + [""]
    return [
        _Account(each, marks, _source(each) + apart, _source(each) + _elsewhere(each) + apart)
        for (each, marks), apart in zip([(quote, quote.marks), *others], below, strict=True)
    ]


def _apart(quote: Quote, comparison: Comparison) -> str:
    words = _at(quote.text, comparison.words)
    other_words = _at(comparison.quote.text, comparison.other_words)
    if comparison.posted_at:
        return differs_from_before(comparison.posted_at, words, other_words)
    return say(
        "**Accounts differ:** “{words}” or “{other_words}”", words=words, other_words=other_words
    )


def _at(text: str, spans: Iterable[Span]) -> str:
    words = " … ".join(text[span.start : span.end] for span in spans)
    return one_line(words, _LONGEST_WORDS)


def _whole(account: _Account) -> _Shown:
    return _Shown(block_quote(account.quote.text, account.marks), account.below)


def _shortened(account: _Account, room: int) -> _Shown:
    """An account within `room`; if it must be cut, its beginning, and in words that it goes on."""
    whole = _whole(account)
    if whole.size <= room:
        return whole
    text = account.quote.text
    cut = say(
        "Shortened for Discord: the quote goes on, {length:,} characters in all.", length=len(text)
    )
    note = f"-# {cut}\n"
    below = note + (account.below if size(account.below) <= room // 2 else account.least)
    return _Shown(
        block_quote(beginning(text, account.marks, room - size(below)), account.marks), below
    )


def _source(quote: Quote) -> str:
    """Whose story a quote is from.

    It is no part of the block quote's own text, so that no renderer draws it into it.
    """
    article = quote.article
    source = f"-# {_outlet(article) or say('outlet not stated')} · {_story(article)}"
    place = say("paragraph {number}", number=quote.paragraph)
    return f"{source} · {place}{open_link(article)}"


def _elsewhere(quote: Quote) -> str:
    """Who else tells the same, and who carries the same text: one source with this one."""
    copies = [other for other in quote.repeats if is_copy(quote, other)]
    others = [other for other in quote.repeats if other not in copies]
    lines = []
    if others:
        lines.append(say("Also in {stories}", stories=_stories(others)))
    if copies:
        lines.append(say("The same text in {stories}", stories=_stories(copies)))
    return "".join(f"\n-# {line}" for line in lines)


def _stories(quotes: Sequence[Quote]) -> str:
    articles = [quote.article for quote in quotes[:_MOST_ALSO]]
    named = [": ".join(filter(None, (_outlet(each), _story(each)))) for each in articles]
    if (more := len(quotes) - len(named)) > 0:
        named.append(say_count(more, "{number:,} more story", "{number:,} more stories"))
    return "; ".join(named)


def _outlet(article: Article) -> str | None:
    return f"**{outlet(article)}**" if outlet(article) else None


def _story(article: Article) -> str:
    name = title(article)
    return f"{name} · {format_day(article.published)}" if article.published else name
