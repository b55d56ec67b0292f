"""Answers, digests and articles for a person at a terminal, with rich."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from bot.briefing.facts.accounts import is_copy
from bot.briefing.quoting import quote_opening
from bot.errors import unpack_message
from bot.model import Answer, Article, Digest, Feed, Quote, Span, Topic, Verification

if TYPE_CHECKING:  # what adds articles takes a second to load, which answers need not wait
    from bot.ingest import Progress
    from bot.model import IngestedArticle, IngestResult

OUTLET_UNKNOWN = "outlet not stated"
DATE_UNKNOWN = "date not stated"
OUTCOMES = {
    "added": "added",
    "edited": "its text has changed; the new one is in place",
    "source": "held already, now with one more address",
    "known": "held already",
}


def print_answer(console: Console, answer: Answer) -> None:
    console.print(Text(answer.question, style="bold"))
    match answer.status:
        case "related":
            console.print(
                "No article answers this directly; these passages come nearest.", style="yellow"
            )
        case "none":
            console.print("No article answers this.", style="red")
            _print_words(console, "Found", answer.matched_words)
            _print_words(console, "Not found", answer.missing_words)
            _print_nearest(console, answer.nearest_topics)
    for quote in answer.quotes:
        _print_quote(console, quote)


def print_digest(console: Console, digest: Digest) -> None:
    console.print(Text(digest.title, style="bold"))
    if not digest.points:
        console.print("No article speaks of this.", style="red")
        _print_nearest(console, digest.nearest_topics)
    for point in digest.points:
        _print_quote(console, point)


def print_verification(console: Console, verification: Verification) -> None:
    console.print(Text(verification.text, style="bold"))
    if verification.status == "none":
        console.print("This does not stand in the articles.", style="red")
    elif verification.status == "exact":
        console.print("This stands in the articles, word for word.", style="green")
    elif verification.has_same_words:
        console.print(
            "Its words stand in the articles; punctuation, spaces or capitals differ.",
            style="yellow",
        )
    else:
        console.print(
            "This does not stand so in the articles; the words in bold differ.", style="yellow"
        )
    for place in verification.matches:
        _print_quote(console, replace(place.quote, marks=place.other_words))
        if place.words or place.other_words:
            given = _named(verification.text, place.words)
            _print_below(
                console, f"given {given}, there {_named(place.quote.text, place.other_words)}"
            )


def print_articles(console: Console, articles: Sequence[Article]) -> None:
    for article in articles:
        console.print(Text(article.title, style="bold"))
        facts = [
            article.outlet or OUTLET_UNKNOWN,
            f"{article.kind} story of {article.source}",
            _counted(len(article.paragraphs), "paragraph"),
            article.id,
        ]
        _print_below(console, " · ".join(facts))


def print_gathered(console: Console, gathered: IngestResult) -> None:
    """What was understood: of a feed its name, of each article what it is and how it begins."""
    print_followed(console, gathered)
    for taken in gathered.articles:
        _print_taken(console, taken)
    if not (gathered.feed or gathered.articles):
        console.print("Nothing new.")


def print_followed(console: Console, gathered: IngestResult) -> None:
    """What a feed that is now followed has brought; nothing where no feed was added."""
    if feed := gathered.feed:
        new = sum(taken.outcome == "added" for taken in gathered.articles)
        said = [f"{_counted(len(gathered.articles), 'article')}, {new} new"]
        if gathered.pending_entries:
            said.append(f"{gathered.pending_entries} more come with the next look at it")
        if gathered.unread_entries:
            said.append(f"{gathered.unread_entries} left out, as it has too many")
        console.print(Text(f"Following {feed.title or feed.url}: {'; '.join(said)}"))


def print_feeds(console: Console, feeds: Sequence[Feed]) -> None:
    if not feeds:
        console.print("No feed is followed; verbatim add FEED follows one.")
    for feed in feeds:
        console.print(Text(feed.title or feed.url, style="bold"))
        facts = [f"feed {feed.id}", feed.url, f"last read {moment(feed.last_ok_at)}"]
        _print_below(console, " · ".join((*facts, f"next {moment(feed.next_poll_at)}")))
        if feed.failures:
            reason = unpack_message(feed.error or "")
            failed = f"failed {_counted(feed.failures, 'time')} in a row: {reason}"
            console.print(Padding(Text(failed, style="red"), (0, 0, 0, 2), expand=False))


@contextmanager
def progress(
    console: Console, things: int, *, shown: bool
) -> Iterator[Callable[[str], AbstractContextManager[Progress]]]:
    """A bar that says how many of the things to do are done, and one for each that is under way.

    What is yielded begins a thing. The bars stand below what is printed meanwhile and vanish in
    the end; there are none unless `shown`, nor on what is no terminal.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    disable = not (shown and console.is_terminal)
    with Bars(*columns, console=console, transient=True, disable=disable) as bars:
        done = bars.add_task("in all", total=things, visible=things > 1)

        @contextmanager
        def begin(thing: str) -> Iterator[Progress]:
            task = bars.add_task(escape(thing), total=None)
            try:
                yield lambda parts, of: bars.update(task, completed=parts, total=of)
            finally:
                bars.remove_task(task)
                bars.advance(done)

        yield begin


def _print_taken(console: Console, taken: IngestedArticle) -> None:
    article, origins = taken.article, taken.article.origins
    published = article.published.isoformat() if article.published else DATE_UNKNOWN
    facts = [
        _from(article.outlet or OUTLET_UNKNOWN, origins.outlet),
        _from(published, origins.published),
        _counted(len(article.paragraphs), "paragraph"),
        article.id,
        OUTCOMES[taken.outcome],
    ]
    if article.author:
        facts.insert(1, _from(article.author, origins.author))
    console.print(Text(article.title, style="bold"))
    _print_below(console, " · ".join(facts))
    if begins := quote_opening(article):
        console.print(Padding(Text(begins.text), (0, 0, 0, 2), expand=False))


def _from(fact: str, origin: str | None) -> str:
    return f"{fact} (from {origin})" if origin else fact


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


def _print_quote(console: Console, quote: Quote) -> None:
    text = Text(quote.text)
    for mark in quote.marks:
        text.stylize("bold", mark.start, mark.end)
    console.print()
    console.print(Padding(text, (0, 0, 0, 2), expand=False))
    _print_below(console, f"— {_source(quote)}")
    copies = [other for other in quote.repeats if is_copy(quote, other)]
    others = [other for other in quote.repeats if other not in copies]
    for said, quotes in (("also in", others), ("the same text in", copies)):
        if quotes:
            _print_below(console, f"{said}: {'; '.join(map(_source, quotes))}")
    for comparison in quote.differs:
        other = comparison.quote
        told = _named(quote.text, comparison.words), _named(other.text, comparison.other_words)
        console.print()
        console.print(Text(f"  Accounts differ: {' or '.join(told)}", style="yellow"))
        _print_quote(console, replace(other, marks=comparison.other_words))


def _named(text: str, spans: Iterable[Span]) -> str:
    """The words at some places of a text, as a person reads them; "nothing" for none."""
    words = " … ".join(text[span.start : span.end] for span in spans)
    return f"“{words}”" if words else "nothing"


def _print_below(console: Console, line: str) -> None:
    console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2), expand=False))


def _source(quote: Quote) -> str:
    article = quote.article
    parts = [article.outlet or OUTLET_UNKNOWN, f"“{article.title}”", f"paragraph {quote.paragraph}"]
    if article.published:
        parts.insert(1, article.published.isoformat())
    if article.url:
        parts.append(article.url)
    return ", ".join(parts)


def _print_words(console: Console, label: str, words: Iterable[str]) -> None:
    if words := ", ".join(words):
        console.print(Text(f"{label}: {words}"))


def _print_nearest(console: Console, topics: Iterable[Topic]) -> None:
    if slugs := ", ".join(topic.slug for topic in topics):
        console.print(Text(f"Nearest topics: {slugs}"))
