"""Quotes as blocks of a message, each with its source and the accounts that differ from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from bot.briefing.accounts import is_copy
from bot.chat.markdown import beginning, block_quote, link, one_line, size
from bot.model import Article, Comparison, Quote, Span

MOST_COMPONENTS = 30  # of a message's 40; the others are for the frame, a heading and buttons
LONGEST_TITLE = 160

_LONGEST_OUTLET = 80
_LONGEST_WORDS = 60
_MOST_ALSO = 3

Block: TypeAlias = list[str]  # texts that belong together, one below the other


class _Account(NamedTuple):
    """One quote as it is shown, and the lines below it: `least` are those it never goes without."""

    quote: Quote
    marks: Sequence[Span]
    least: str
    below: str


def fitting(quotes: Iterable[Quote], room: int) -> list[Block]:
    """Quotes as they come while they fit `room` (in size) and a message's components.

    Accounts that differ stand together or not at all. The first quote is shortened if it must be,
    and says so.
    """
    components = MOST_COMPONENTS
    blocks: list[Block] = []
    for quote in quotes:
        accounts = _accounts(quote)
        block = [text for account in accounts for text in _whole(account)]
        if sum(map(size, block)) > room and not blocks:
            share = room // len(accounts)
            block = [text for account in accounts for text in _shortened(account, share)]
        room -= sum(map(size, block))
        components -= len(block) + 1  # a line between blocks
        if room < 0 or components < 0:
            break
        blocks.append(block)
    return blocks


def title(article: Article) -> str:
    return one_line(article.title, LONGEST_TITLE) or "untitled"


def outlet(article: Article) -> str:
    return one_line(article.outlet or "", _LONGEST_OUTLET)


def day(published: date) -> str:
    return f"{published.day} {published:%B %Y}"


def open_link(article: Article) -> str:
    target = link("open", article.url)
    return f" · {target}" if target else ""


def _accounts(quote: Quote) -> list[_Account]:
    """A quote, and after it each that differs; what is said between them takes no side."""
    others = [(comparison.quote, comparison.other_words) for comparison in quote.differs]
    below = [f"\n{_apart(quote, comparison)}" for comparison in quote.differs] + [""]
    return [
        _Account(each, marks, _source(each) + apart, _source(each) + _elsewhere(each) + apart)
        for (each, marks), apart in zip([(quote, quote.marks), *others], below, strict=True)
    ]


def _apart(quote: Quote, comparison: Comparison) -> str:
    words = _named(quote.text, comparison.words)
    other_words = _named(comparison.quote.text, comparison.other_words)
    return f"**Accounts differ:** {words} or {other_words}"


def _named(text: str, spans: Iterable[Span]) -> str:
    words = " … ".join(text[span.start : span.end] for span in spans)
    return f"“{one_line(words, _LONGEST_WORDS)}”"


def _whole(account: _Account) -> Block:
    return [block_quote(account.quote.text, account.marks), account.below]


def _shortened(account: _Account, room: int) -> Block:
    """An account within `room`; if it must be cut, its beginning, and in words that it goes on."""
    whole = _whole(account)
    if sum(map(size, whole)) <= room:
        return whole
    text = account.quote.text
    note = f"-# Shortened for Discord: the quote goes on, {len(text):,} characters in all.\n"
    below = note + (account.below if size(account.below) <= room // 2 else account.least)
    return [
        block_quote(beginning(text, account.marks, room - size(below)), account.marks),
        below,
    ]


def _source(quote: Quote) -> str:
    """Whose story a quote is from.

    It is no part of the block quote's own text, so that no renderer draws it into it.
    """
    article = quote.article
    source = f"-# {_outlet(article) or 'outlet not stated'} · {_story(article)}"
    return f"{source} · paragraph {quote.paragraph}{open_link(article)}"


def _elsewhere(quote: Quote) -> str:
    """Who else tells the same, and who carries the same text: one source with this one."""
    copies = [other for other in quote.also if is_copy(quote, other)]
    others = [other for other in quote.also if other not in copies]
    listed = (("Also in", others), ("The same text in", copies))
    return "".join(f"\n-# {said} {_stories(told)}" for said, told in listed if told)


def _stories(quotes: Sequence[Quote]) -> str:
    articles = [quote.article for quote in quotes[:_MOST_ALSO]]
    named = [": ".join(filter(None, (_outlet(each), _story(each)))) for each in articles]
    if (more := len(quotes) - len(named)) > 0:
        named.append(f"{more} more")
    return "; ".join(named)


def _outlet(article: Article) -> str | None:
    return f"**{outlet(article)}**" if outlet(article) else None


def _story(article: Article) -> str:
    name = title(article)
    return f"{name} · {day(article.published)}" if article.published else name
