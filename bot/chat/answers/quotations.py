"""Quotes as blocks of a message, each with a short mark, and their sources once below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import discord
from discord import ui
from discord.utils import format_dt

from bot.briefing.facts.accounts import is_copy
from bot.chat.answers.quote_menu import quote_menu
from bot.chat.components.layout import MAX_TEXT, NOTE_ROOM, framed, subject_heading
from bot.chat.components.markdown import beginning, block_quote, one_line, size
from bot.chat.components.quote_ids import QuoteId, list_quote_ids
from bot.chat.components.references import number_articles
from bot.chat.components.stories import open_link, outlet
from bot.chat.interaction.checked import Checked
from bot.language import format_day, say, say_count
from bot.model import Article, Comparison, Quote, Span

# Of a message's 40; the others are for the frame, what was asked, the heading, the sources and the
# line above them, a picture, the words under the frame, the menu, and two rows of buttons.
MAX_COMPONENTS = 22

_MAX_DIFFERENCE = 60
_MAX_ALSO = 3
# A line of small type at 360 px with the number, and two.
_MAX_NAME, _MAX_TITLE = 30, 64


class _Account(NamedTuple):
    """One quote as it is shown; `note` says below it how it differs from the next."""

    quote: Quote
    marks: Sequence[Span]
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuoteBlocks:
    """The first quotes as blocks, those among them that differ included in `shown_quotes`, and the
    lines on their sources."""

    blocks: Sequence[Sequence[str]]
    shown_quotes: Sequence[Quote]
    sources: str


def quotes_page(
    colour: discord.Colour,
    heading: str,
    quotes: Checked[Sequence[Quote]],
    *,
    subject: str | None = None,
    above_subject: str = "",
    above: Sequence[str] = (),
    below: str = "",
) -> ui.LayoutView:
    """Return a frame with the first quotes, as many as fit, their sources and a menu of them;
    `subject` and what is above it as in `framed`.

    `above` has a line for each quote, which may be empty, or none at all. Under the frame stand how
    many quotes were left out, and `below`.
    """
    asked = "" if subject is None else subject_heading(subject)
    other_texts = [above_subject, asked, heading, *above, below]
    fitting = fit_quotes(quotes, MAX_TEXT - NOTE_ROOM - sum(map(size, other_texts)))
    blocks = fitting.blocks
    if above:
        blocks = [_put_above(line, block) for line, block in zip(above, blocks, strict=False)]
    notes = [below] if below else []
    if left_out := len(quotes.result) - len(blocks):
        note = say_count(
            left_out,
            "{number:,} more quote does not fit here.",
            "{number:,} more quotes do not fit here.",
        )
        notes.insert(0, note)
    texts = [text for block in blocks for text in block]
    layout = framed(
        colour, heading, [texts, [fitting.sources]], subject=subject, above_subject=above_subject
    )
    if notes:
        layout.add_item(ui.TextDisplay("\n".join(f"-# {note}" for note in notes)))
    return layout.add_item(quote_menu(fitting.shown_quotes))


def fit_quotes(quotes: Checked[Sequence[Quote]], room: int) -> QuoteBlocks:
    """Return the first quotes and their sources, as many as fit `room` (in size) and a message's
    components.

    A quote and those that differ from it are shown together or not at all. The first is shortened
    if it must be, and says so.
    """
    return _fit(quotes.result, room)


def count_fitting(quotes: Sequence[Quote], room: int) -> int:
    """Return how many quotes `fit_quotes` would return."""
    return len(_fit(quotes, room).blocks)


def count_shown(layout: ui.LayoutView, quotes: Sequence[Quote]) -> int:
    """Return how many of the quotes a layout shows, by its menu."""
    ids = set(list_quote_ids(layout.children))
    return sum(QuoteId.of(quote) in ids for quote in quotes)


def _fit(quotes: Iterable[Quote], room: int) -> QuoteBlocks:
    blocks: list[Sequence[str]] = []
    shown_quotes: list[Quote] = []
    sources = ""
    components = MAX_COMPONENTS
    for quote in quotes:
        accounts = _accounts(quote)
        with_accounts = [*shown_quotes, *(account.quote for account in accounts)]
        numbers, below = number_articles(with_accounts), _sources(with_accounts)
        block = [text for account in accounts for text in _texts(account, numbers)]
        if not blocks and _size([block], below) > room:
            below = _sources(with_accounts, with_repeats=False)
            free = (room - size(below)) // len(accounts)
            block = [text for account in accounts for text in _shorten(account, numbers, free)]
        components -= len(block) + bool(blocks)  # and a separator
        if components < 0 or _size([*blocks, block], below) > room:
            break
        blocks.append(block)
        shown_quotes, sources = with_accounts, below
    return QuoteBlocks(blocks, shown_quotes, sources)


def _size(blocks: Iterable[Sequence[str]], sources: str) -> int:
    return size(sources) + sum(size(text) for block in blocks for text in block)


def _put_above(line: str, block: Sequence[str]) -> Sequence[str]:
    """Return the block below a line, in one text with it: a message may hold few components."""
    first, *parts = block
    return [f"{line}\n{first}", *parts] if line else block


def _accounts(quote: Quote) -> list[_Account]:
    """Return a quote and those that differ from it; what is said between them takes no side."""
    differing = [(comparison.quote, comparison.other_words) for comparison in quote.differs]
    notes = [f"\n{_difference(quote, comparison)}" for comparison in quote.differs] + [""]
    return [
        _Account(account, marks, note)
        for (account, marks), note in zip([(quote, quote.marks), *differing], notes, strict=True)
    ]


def _difference(quote: Quote, comparison: Comparison) -> str:
    """Return a line on the words in which two quotes differ; the second may be posted already."""
    words = _words_at(quote.text, comparison.words)
    other_words = _words_at(comparison.quote.text, comparison.other_words)
    if comparison.posted_at:
        return say(
            "**Differs from what was said here on {day}:** “{words}” now, “{other_words}” then",
            day=format_dt(comparison.posted_at, "D"),
            words=words,
            other_words=other_words,
        )
    return say(
        "**Accounts differ:** “{words}” or “{other_words}”", words=words, other_words=other_words
    )


def _words_at(text: str, spans: Iterable[Span]) -> str:
    words = " … ".join(text[span.start : span.end] for span in spans)
    return one_line(words, _MAX_DIFFERENCE)


def _texts(account: _Account, numbers: Mapping[str, int]) -> tuple[str, str]:
    """Return a quote and the line below it.

    That is no part of the block quote's own text, so that no renderer draws it into it.
    """
    below = _mark(account.quote.article, numbers) + account.note
    return block_quote(account.quote.text, account.marks), below


def _shorten(account: _Account, numbers: Mapping[str, int], room: int) -> tuple[str, str]:
    """Return an account within `room`; if it must be cut, its start, and that it goes on."""
    text, below = _texts(account, numbers)
    if size(text) + size(below) <= room:
        return text, below
    cut = say(
        "Shortened for Discord: the quote goes on, {length:,} characters in all.",
        length=len(account.quote.text),
    )
    below = f"-# {cut}\n{below}"
    start = beginning(account.quote.text, account.marks, room - size(below))
    return block_quote(start, account.marks), below


def _mark(article: Article, numbers: Mapping[str, int]) -> str:
    """Return the number of a quote's source, and its name and day."""
    day = f" · {format_day(article.published)}" if article.published else ""
    return f"-# [{numbers[article.id]}] {_name(article)}{day}"


def _name(article: Article) -> str:
    """Return the outlet in bold, or else the start of the title."""
    if outlet(article):
        return f"**{outlet(article)}**"
    return one_line(article.title, _MAX_NAME) or say("untitled")


def _sources(quotes: Sequence[Quote], *, with_repeats: bool = True) -> str:
    """Return a line for each article: its title, the paragraph of each of its quotes, a link."""
    numbers, lines = number_articles(quotes), []
    for article_id, number in numbers.items():
        own = [quote for quote in quotes if quote.article.id == article_id]
        places = dict.fromkeys(_place(quote, numbers if with_repeats else None) for quote in own)
        article = own[0].article
        name = one_line(article.title, _MAX_TITLE) or say("untitled")
        parts = filter(None, (name, *places, open_link(article)))
        lines.append(f"-# [{number}] {' · '.join(parts)}")
    return "\n".join(lines)


def _place(quote: Quote, numbers: Mapping[str, int] | None) -> str:
    """Return the paragraph of a quote and, unless `numbers` is None, who else reports the same, and
    who carries the same text: one source with this one."""
    place = f"¶{quote.paragraph}"
    if numbers is None:
        return place
    copies = [repeat for repeat in quote.repeats if is_copy(quote, repeat)]
    reports = [repeat for repeat in quote.repeats if repeat not in copies]
    if reports:
        stories = _stories(reports, numbers)
        place = say("{place}, also in {stories}", place=place, stories=stories)
    if copies:
        stories = _stories(copies, numbers)
        place = say("{place}, the same text in {stories}", place=place, stories=stories)
    return place


def _stories(quotes: Sequence[Quote], numbers: Mapping[str, int]) -> str:
    """Return the articles of some quotes in a few words: by their numbers, or else by name."""
    articles = [quote.article for quote in quotes[:_MAX_ALSO]]
    names = [
        f"[{numbers[article.id]}]" if article.id in numbers else _name(article)
        for article in articles
    ]
    if (more := len(quotes) - len(names)) > 0:
        names.append(say_count(more, "{number:,} more story", "{number:,} more stories"))
    return ", ".join(dict.fromkeys(names))
