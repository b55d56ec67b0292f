"""Quotes as blocks of a message, each with a short mark, and their sources once below."""

from collections.abc import Iterable, Iterator, Sequence
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
from bot.chat.components.stories import linked_title, outlet
from bot.chat.components.story_names import StoryNames
from bot.chat.interaction.checked import Checked
from bot.language import format_brief_day, say, say_count
from bot.model import Comparison, Quote, Span

# Of a message's 40; the others are for the frame, what was asked, the heading, the sources and the
# line above them, a picture, the words under the frame, the menu, and two rows of buttons.
MAX_COMPONENTS = 22

_MAX_DIFFERENCE = 60
_MAX_ALSO = 3
# A line of small type at 360 px after the number, two of them, and what tells which title it is.
_MAX_NAME, _MAX_TITLE, _MIN_NAME = 30, 58, 20
_MAX_FACTS = 14  # behind a title: a day, or "also in [3]"
_MAX_REPEAT = 22  # a title behind "also in", where each source has one line
_MAX_FULL_SOURCES = 3  # an answer's: each has two lines; of more, each has one


class _Account(NamedTuple):
    """One quote, its `text` as it is shown, and the `repeats` that are told of.

    The lines `above` its mark say that it is cut, those `below` how it differs from the next.
    """

    quote: Quote
    marks: Sequence[Span]
    text: str
    repeats: Sequence[Quote]
    above: str = ""
    below: str = ""

    def show(self, names: StoryNames) -> tuple[str, str]:
        """Return the quote and the lines below it, with the names of the articles.

        These are no part of the block quote's own text, so that no renderer draws them into it.
        """
        return self.text, self.above + _mark(self.quote, self.repeats, names) + self.below


@dataclass(frozen=True, slots=True)
class QuoteBlocks:
    """The first quotes as blocks, those among them that differ included in `shown_quotes`, and the
    lines on their sources."""

    blocks: Sequence[Sequence[str]]
    shown_quotes: Sequence[Quote]
    sources: str

    @property
    def size(self) -> int:
        """The size of all its texts."""
        return size(self.sources) + sum(size(text) for block in self.blocks for text in block)


def quotes_page(
    colour: discord.Colour,
    heading: str,
    quotes: Checked[Sequence[Quote]],
    *,
    subject: str | None = None,
    above_subject: str = "",
    above: Sequence[str] = (),
    below: str = "",
    token: str = "",
) -> ui.LayoutView:
    """Return a frame with the first quotes, as many as fit, their sources and a menu of them;
    `subject` and what is above it as in `framed`, `token` that of the filter of the quotes.

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
    return layout.add_item(quote_menu(fitting.shown_quotes, token))


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
    groups = list(_limit_components(map(_accounts, quotes)))
    # From all of them down: mostly all fit, and to lay them out takes long.
    for number in range(len(groups), 0, -1):
        fitting = _lay_out(groups[:number])
        if fitting.size <= room:
            return fitting
    if groups:
        fitting = _lay_out([_shorten(groups[0], room)])
        if fitting.size <= room:
            return fitting
    return _lay_out([])


def _limit_components(groups: Iterable[Sequence[_Account]]) -> Iterator[Sequence[_Account]]:
    """Yield the first groups of accounts, as many as a message has components for."""
    components = MAX_COMPONENTS
    for number, accounts in enumerate(groups):
        components -= 2 * len(accounts) + bool(number)  # and a separator
        if components < 0:
            break
        yield accounts


def _lay_out(groups: Sequence[Sequence[_Account]]) -> QuoteBlocks:
    """Return the accounts of some quotes as blocks, with their sources."""
    quotes = [account.quote for accounts in groups for account in accounts]
    names = StoryNames(quotes)
    blocks = [[text for account in accounts for text in account.show(names)] for accounts in groups]
    return QuoteBlocks(blocks, quotes, _sources(quotes, names))


def _put_above(line: str, block: Sequence[str]) -> Sequence[str]:
    """Return the block below a line, in one text with it: a message may hold few components."""
    first, *parts = block
    return [f"{line}\n{first}", *parts] if line else block


def _accounts(quote: Quote) -> list[_Account]:
    """Return a quote and those that differ from it; what is said between them takes no side."""
    differing = [(comparison.quote, comparison.other_words) for comparison in quote.differs]
    notes = [f"\n{_difference(quote, comparison)}" for comparison in quote.differs] + [""]
    return [
        _Account(account, marks, block_quote(account.text, marks), account.repeats, below=note)
        for (account, marks), note in zip([(quote, quote.marks), *differing], notes, strict=True)
    ]


def _difference(quote: Quote, comparison: Comparison) -> str:
    """Return a line on the words in which two quotes differ; the second may be posted already."""
    words = _words_at(quote.text, comparison.words)
    other_words = _words_at(comparison.quote.text, comparison.other_words)
    if comparison.posted_at:
        return say(
            "**Differs from what was posted here on {day}:** “{words}” now, “{other_words}” then",
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


def _shorten(accounts: Sequence[_Account], room: int) -> Sequence[_Account]:
    """Return accounts for which `room` is too small, each within its share of it and without who
    else has the same."""
    quotes = [account.quote for account in accounts]
    names = StoryNames(quotes)
    share = (room - size(_sources(quotes, names))) // len(accounts)
    return [_cut(account._replace(repeats=()), names, share) for account in accounts]


def _cut(account: _Account, names: StoryNames, room: int) -> _Account:
    """Return an account within `room`; if it must be cut, its start, and that it goes on."""
    text, below = account.show(names)
    if size(text) + size(below) <= room:
        return account
    cut = say(
        "Shortened for Discord; the whole quote has {length:,} characters.",
        length=len(account.quote.text),
    )
    above = f"-# {cut}\n"
    start = beginning(account.quote.text, account.marks, room - size(above) - size(below))
    return account._replace(text=block_quote(start, account.marks), above=above)


def _mark(quote: Quote, repeats: Sequence[Quote], names: StoryNames) -> str:
    """Return the number of a quote's source, its name and day, and who else has the same.

    Where the name is a title, it is shortened to what is left of a line; where that is too little
    to tell a story by, the number alone names it, as the sources do below.
    """
    article = quote.article
    day = format_brief_day(article.published) if article.published else ""
    facts = list(filter(None, (day, *_elsewhere(quote, repeats, names))))
    length = sum(size(f" · {fact}") for fact in facts)
    if outlet(article):
        facts.insert(0, f"**{outlet(article)}**")
    elif length <= _MAX_FACTS:
        facts.insert(0, names.shorten(article, max(_MAX_NAME - length, _MIN_NAME)))
    return f"-# [{names.numbers[article.id]}] {' · '.join(facts)}"


def _sources(quotes: Sequence[Quote], names: StoryNames) -> str:
    """Return a line for each article: its title, the paragraphs of its quotes, a link."""
    lines = []
    room = _MAX_TITLE if len(names.numbers) <= _MAX_FULL_SOURCES else _MAX_NAME
    for article_id, number in names.numbers.items():
        own = [quote for quote in quotes if quote.article.id == article_id]
        places = f" · ¶{', '.join(dict.fromkeys(str(quote.paragraph) for quote in own))}"
        name = names.shorten(own[0].article, max(room - size(places), _MIN_NAME))
        lines.append(f"-# [{number}] {linked_title(own[0].article, name)}{places}")
    return "\n".join(lines)


def _elsewhere(quote: Quote, repeats: Sequence[Quote], names: StoryNames) -> Iterator[str]:
    """Yield who else reports the same as a quote, and who carries the same text: one source with
    this one."""
    copies = [repeat for repeat in repeats if is_copy(quote, repeat)]
    reports = [repeat for repeat in repeats if repeat not in copies]
    if reports:
        yield say("also in {stories}", stories=_stories(reports, names))
    if copies:
        yield say("same text in {stories}", stories=_stories(copies, names))


def _stories(quotes: Sequence[Quote], names: StoryNames) -> str:
    """Return the articles of some quotes in a few words: by their numbers, or else by name."""
    room = _MAX_NAME if len(names.numbers) <= _MAX_FULL_SOURCES else _MAX_REPEAT
    articles = [quote.article for quote in quotes[:_MAX_ALSO]]
    stories = [
        f"[{names.numbers[article.id]}]"
        if article.id in names.numbers
        else outlet(article) or names.shorten(article, room)
        for article in articles
    ]
    if (more := len(quotes) - len(stories)) > 0:
        stories.append(say_count(more, "{number:,} more article", "{number:,} more articles"))
    return ", ".join(dict.fromkeys(stories))
