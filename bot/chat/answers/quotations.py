"""Quotes as blocks of a message, each with its source and the quotes that differ from it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import discord
from discord import ui
from discord.utils import format_dt

from bot.briefing.facts.accounts import is_copy
from bot.chat.answers.context import ContextButton
from bot.chat.components.layout import MAX_TEXT, NOTE_ROOM, Block, framed, subject_heading
from bot.chat.components.markdown import beginning, block_quote, one_line, size
from bot.chat.components.quote_ids import QuoteId
from bot.chat.components.stories import open_link, outlet, title
from bot.chat.interaction.checked import Checked
from bot.language import format_day, say, say_count
from bot.model import Article, Comparison, Quote, Span

# Of a message's 40; the others are for the frame, what was asked, the heading and the line below,
# a picture, the words under the frame, and a row of four buttons, or of five without a picture.
MAX_COMPONENTS = 29
_COMPONENTS_PER_ACCOUNT = 4  # the quote, a section, and in it the source and a button

_MAX_DIFFERENCE = 60
_MAX_ALSO = 3


class _Account(NamedTuple):
    """One quote as it is shown, with the lines below it; `required` are those never left out."""

    quote: Quote
    marks: Sequence[Span]
    required: str
    below: str


class _AccountTexts(NamedTuple):
    """The texts of an account as they are sent."""

    text: str
    below: str

    @property
    def size(self) -> int:
        return size(self.text) + size(self.below)


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
    """Return a frame with the first quotes, as many as fit; `subject` and what is above it as in
    `framed`.

    `above` has a line for each quote, which may be empty, or none at all. Under the frame stand how
    many quotes were left out, and `below`.
    """
    asked = "" if subject is None else subject_heading(subject)
    other_texts = [above_subject, asked, heading, *above, below]
    blocks = fit_quotes(quotes, MAX_TEXT - NOTE_ROOM - sum(map(size, other_texts)))
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
    layout = framed(colour, heading, blocks, subject=subject, above_subject=above_subject)
    if notes:
        layout.add_item(ui.TextDisplay("\n".join(f"-# {note}" for note in notes)))
    return layout


def fit_quotes(quotes: Checked[Sequence[Quote]], room: int) -> list[Block]:
    """Return the first quotes, as many as fit `room` (in size) and a message's components.

    A quote and those that differ from it are shown together or not at all. The first is shortened
    if it must be, and says so.
    """
    return [_block(accounts, texts) for accounts, texts in _fit(quotes.result, room)]


def count_fitting(quotes: Sequence[Quote], room: int) -> int:
    """Return how many quotes `fit_quotes` would return."""
    return sum(1 for _ in _fit(quotes, room))


def count_shown(layout: ui.LayoutView, quotes: Sequence[Quote]) -> int:
    """Return how many of the quotes a layout shows, by the ids of their buttons."""
    ids = {getattr(item, "custom_id", None) for item in layout.walk_children()}
    return sum(ContextButton.id_for(str(QuoteId.of(quote))) in ids for quote in quotes)


def _fit(
    quotes: Iterable[Quote], room: int
) -> Iterator[tuple[Sequence[_Account], Sequence[_AccountTexts]]]:
    components = MAX_COMPONENTS
    is_first = True
    for quote in quotes:
        accounts = _accounts(quote)
        texts = [_full_texts(account) for account in accounts]
        if is_first and sum(text.size for text in texts) > room:
            texts = [_shorten(account, room // len(accounts)) for account in accounts]
        room -= sum(text.size for text in texts)
        components -= _COMPONENTS_PER_ACCOUNT * len(texts) + (not is_first)  # and a separator
        if room < 0 or components < 0:
            break
        yield accounts, texts
        is_first = False


def _put_above(line: str, block: Block) -> Block:
    """Return the block below a line, in one text with it: a message may hold few components."""
    first, *parts = block
    return [f"{line}\n{first}", *parts] if line else block


def _block(accounts: Sequence[_Account], texts: Sequence[_AccountTexts]) -> Block:
    block: list[str | ui.Section[Any]] = []
    for account, (text, below) in zip(accounts, texts, strict=True):
        button = ContextButton.for_quote(account.quote)
        block += [text, ui.Section[Any](below, accessory=button)]
    return block


def _accounts(quote: Quote) -> list[_Account]:
    """Return a quote and those that differ from it; what is said between them takes no side."""
    differing = [(comparison.quote, comparison.other_words) for comparison in quote.differs]
    notes = [f"\n{_difference(quote, comparison)}" for comparison in quote.differs] + [""]
    return [
        _Account(account, marks, source + note, source + _elsewhere(account) + note)
        for (account, marks), note in zip([(quote, quote.marks), *differing], notes, strict=True)
        for source in (_source(account),)
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


def _full_texts(account: _Account) -> _AccountTexts:
    return _AccountTexts(block_quote(account.quote.text, account.marks), account.below)


def _shorten(account: _Account, room: int) -> _AccountTexts:
    """Return an account within `room`; if it must be cut, its start, and that it goes on."""
    texts = _full_texts(account)
    if texts.size <= room:
        return texts
    text = account.quote.text
    cut = say(
        "Shortened for Discord: the quote goes on, {length:,} characters in all.", length=len(text)
    )
    note = f"-# {cut}\n"
    below = note + (account.below if size(account.below) <= room // 2 else account.required)
    return _AccountTexts(
        block_quote(beginning(text, account.marks, room - size(below)), account.marks), below
    )


def _source(quote: Quote) -> str:
    """Return the story that a quote is from.

    It is no part of the block quote's own text, so that no renderer draws it into it.
    """
    article = quote.article
    source = f"-# {_bold_outlet(article) or say('outlet not stated')} · {_story(article)}"
    paragraph = say("paragraph {number}", number=quote.paragraph)
    return f"{source} · {paragraph}{open_link(article)}"


def _elsewhere(quote: Quote) -> str:
    """Return who else reports the same, and who carries the same text: one source with this one."""
    copies = [repeat for repeat in quote.repeats if is_copy(quote, repeat)]
    reports = [repeat for repeat in quote.repeats if repeat not in copies]
    lines = []
    if reports:
        lines.append(say("Also in {stories}", stories=_stories(reports)))
    if copies:
        lines.append(say("The same text in {stories}", stories=_stories(copies)))
    return "".join(f"\n-# {line}" for line in lines)


def _stories(quotes: Sequence[Quote]) -> str:
    articles = [quote.article for quote in quotes[:_MAX_ALSO]]
    names = [
        ": ".join(filter(None, (_bold_outlet(article), _story(article)))) for article in articles
    ]
    if (more := len(quotes) - len(names)) > 0:
        names.append(say_count(more, "{number:,} more story", "{number:,} more stories"))
    return "; ".join(names)


def _bold_outlet(article: Article) -> str | None:
    name = outlet(article)
    return f"**{name}**" if name else None


def _story(article: Article) -> str:
    name = title(article)
    return f"{name} · {format_day(article.published)}" if article.published else name
