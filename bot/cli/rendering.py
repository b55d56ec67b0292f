"""Print answers, digests and articles for a person at a terminal, with rich."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from textwrap import shorten
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from bot.briefing.facts.accounts import is_copy
from bot.briefing.quoting import quote_opening
from bot.errors import unpack_message
from bot.model import (
    Answer,
    Article,
    Digest,
    Feed,
    IngestedArticle,
    IngestResult,
    Quote,
    Selected,
    Span,
    Topic,
    Verification,
)
from bot.text.direction import find_closing_controls, remove_controls

if TYPE_CHECKING:  # takes a second to load, which answers need not wait for
    from bot.ingest import Progress

DATE_UNKNOWN = "no date"
# A title that stands for an outlet takes a part of a line of 80 characters.
MAX_TITLE_LENGTH = 60
OUTCOMES = {
    "added": "added",
    "edited": "updated",
    "source": "already in the library; another address was noted",
    "known": "already in the library",
}


def print_result(result: Answer | Digest | Verification) -> None:
    """Print a result of any kind to standard output."""
    console = Console()
    if isinstance(result, Answer):
        print_answer(console, result)
    elif isinstance(result, Digest):
        print_digest(console, result)
    else:
        print_verification(console, result)


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer with its quotes."""
    console.print(Text(answer.question, style="bold"))
    _print_filter(console, answer.selected)
    match answer.status:
        case "related":
            console.print(
                "No article answers this directly. These passages come closest.", style="yellow"
            )
        case "none":
            console.print("No article here answers this.", style="red")
            _print_words(console, "Found", answer.matched_words)
            _print_words(console, "Not found", answer.missing_words)
            _print_nearest(console, answer.nearest_topics)
    for quote in answer.quotes:
        _print_quote(console, quote)
    if answer.unquoted_words:
        _print_dim(console, f"Not in these quotes: {', '.join(answer.unquoted_words)}.")


def print_digest(console: Console, digest: Digest) -> None:
    """Print a digest with its points."""
    console.print(Text(digest.title, style="bold"))
    _print_filter(console, digest.selected)
    if not digest.points:
        console.print("No article here covers this topic.", style="red")
        _print_nearest(console, digest.nearest_topics)
    if digest.is_nearest:
        console.print("No article has these words. The closest passages:", style="yellow")
    for point in digest.points:
        _print_quote(console, point)


def _print_filter(console: Console, selected: Selected | None) -> None:
    """Print to which articles an answer was limited, if it was."""
    if selected is None:
        return
    from bot.schedule.times.periods import describe_period

    period, source = selected.selection.period, selected.selection.source
    limits = [describe_period(period)] if period else []
    limits += [f"from {source.name}"] if source else []
    line = f"Only articles {', '.join(limits)}: {selected.article_count:,}."
    if selected.undated_count:
        line += f" Left out because they have no date: {selected.undated_count:,}."
    _print_dim(console, line)


def print_verification(console: Console, verification: Verification) -> None:
    """Print a verification with its matches."""
    console.print(Text(verification.text, style="bold"))
    if verification.status == "none":
        console.print("This is not in the articles.", style="red")
    elif verification.status == "exact" and verification.is_apart:
        console.print(
            "Its sentences are in the articles, word for word, but not together.", style="green"
        )
    elif verification.status == "exact":
        console.print("This is in the articles, word for word.", style="green")
    elif verification.has_same_words:
        console.print(
            "Its words are in the articles, but punctuation, spaces or capitals differ.",
            style="yellow",
        )
    else:
        console.print(
            "The articles say this differently. The words in bold differ.", style="yellow"
        )
    for match in verification.matches:
        _print_quote(console, replace(match.quote, marks=match.other_words or match.quote.marks))
        if match.words or match.other_words:
            words = _join_spans(verification.text, match.words)
            other_words = _join_spans(match.quote.text, match.other_words)
            _print_dim(console, f"you entered {words}, the article has {other_words}")


def print_articles(console: Console, articles: Sequence[Article]) -> None:
    """Print a list of articles."""
    for article in articles:
        console.print(Text(remove_controls(article.title), style="bold"))
        facts = [
            *([article.outlet] if article.outlet else []),
            f"{article.kind} story of {article.source}",
            _count(len(article.paragraphs), "paragraph"),
            article.id,
        ]
        _print_dim(console, " · ".join(facts))


def print_ingest_result(console: Console, result: IngestResult) -> None:
    """Print the name of a feed, and the facts and first sentence of each article."""
    print_feed_result(console, result)
    for ingested in result.articles:
        _print_ingested(console, ingested)
    if not (result.feed or result.articles):
        console.print("Nothing new.")


def print_feed_result(console: Console, result: IngestResult) -> None:
    """Print how many articles a feed has added; nothing where no feed was added."""
    if feed := result.feed:
        new_count = sum(ingested.outcome == "added" for ingested in result.articles)
        facts = [f"{_count(len(result.articles), 'article')}, {new_count} new"]
        if result.pending_entries:
            facts.append(f"{result.pending_entries} more will be added at the next checks")
        if result.excerpt_count:
            facts.append(
                f"{result.excerpt_count} with only the feed's own text, as their pages cannot be "
                "read "
                "now"
            )
        if result.unread_entries:
            facts.append(f"{result.unread_entries} older ones left out")
        console.print(
            Text(f"Following {remove_controls(feed.title or feed.url)}: {'; '.join(facts)}")
        )


def print_feeds(console: Console, feeds: Sequence[Feed]) -> None:
    """Print the feeds that are followed and their failures."""
    if not feeds:
        console.print("No feeds are followed; add one with `verbatim add FEED`.")
    for feed in feeds:
        console.print(Text(remove_controls(feed.title or feed.url), style="bold"))
        facts = [f"feed {feed.id}", feed.url, f"last read {format_time(feed.last_ok_at)}"]
        _print_dim(console, " · ".join((*facts, f"next {format_time(feed.next_poll_at)}")))
        if feed.failures:
            reason = unpack_message(feed.error or "")
            failed = f"failed {_count(feed.failures, 'time')} in a row: {reason}"
            console.print(Padding(Text(failed, style="red"), (0, 0, 0, 2), expand=False))
        elif feed.error:
            _print_dim(console, unpack_message(feed.error))


@contextmanager
def show_progress(
    console: Console, input_count: int, *, visible: bool
) -> Iterator[Callable[[str], AbstractContextManager[Progress]]]:
    """Show a bar for all inputs, and one for each that is being processed.

    Yields a function that starts the bar of an input. The bars are removed at the end; there are
    none unless `visible` and on a terminal.
    """
    # An answer has no bars, and loading them takes 20 ms.
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    disable = not (visible and console.is_terminal)
    with Bars(*columns, console=console, transient=True, disable=disable) as bars:
        total_bar = bars.add_task("in all", total=input_count, visible=input_count > 1)

        @contextmanager
        def start_bar(description: str) -> Iterator[Progress]:
            bar = bars.add_task(escape(description), total=None)
            try:
                yield lambda completed, total: bars.update(bar, completed=completed, total=total)
            finally:
                bars.remove_task(bar)
                bars.advance(total_bar)

        yield start_bar


def _print_ingested(console: Console, ingested: IngestedArticle) -> None:
    article, origins = ingested.article, ingested.article.origins
    published = article.published.isoformat() if article.published else DATE_UNKNOWN
    facts = [
        _with_origin(published, origins.published),
        _with_origin(_count(len(article.paragraphs), "paragraph"), origins.text),
        article.id,
        OUTCOMES[ingested.outcome],
    ]
    if article.author:
        facts.insert(0, _with_origin(article.author, origins.author))
    if article.outlet:
        facts.insert(0, _with_origin(article.outlet, origins.outlet))
    console.print(Text(remove_controls(article.title), style="bold"))
    _print_dim(console, " · ".join(facts))
    if first_sentence := quote_opening(article):
        console.print(Padding(_quote_text(first_sentence.text), (0, 0, 0, 2), expand=False))
    if ingested.has_next_page:
        console.print(
            "The article continues on another page, which was not read; add that page too."
        )


def _with_origin(fact: str, origin: str | None) -> str:
    return f"{fact} (from {origin})" if origin else fact


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def format_time(time: datetime | None) -> str:
    """Format a UTC time, or None as "never"."""
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else "never"


def _print_quote(console: Console, quote: Quote) -> None:
    text = _quote_text(quote.text)
    for mark in quote.marks:
        text.stylize("bold", mark.start, mark.end)
    console.print()
    console.print(Padding(text, (0, 0, 0, 2), expand=False))
    _print_dim(console, f"— {_describe_source(quote)}")
    copies = [repeat for repeat in quote.repeats if is_copy(quote, repeat)]
    reworded = [repeat for repeat in quote.repeats if repeat not in copies]
    for label, quotes in (("also in", reworded), ("the same text in", copies)):
        if quotes:
            _print_dim(console, f"{label}: {'; '.join(map(_describe_source, quotes))}")
    for comparison in quote.differs:
        words = _join_spans(quote.text, comparison.words)
        other_words = _join_spans(comparison.quote.text, comparison.other_words)
        console.print()
        console.print(Text(f"  Accounts differ: {words} or {other_words}", style="yellow"))
        _print_quote(console, replace(comparison.quote, marks=comparison.other_words))


def _quote_text(text: str) -> Text:
    """Return a quote, character for character, that turns the direction of nothing after it."""
    return Text(text + find_closing_controls(text))


def _join_spans(text: str, spans: Iterable[Span]) -> str:
    """Return the words of some spans of a text for a person; "nothing" for no span."""
    words = " … ".join(text[span.start : span.end] for span in spans)
    return f"“{words}”" if words else "nothing"


def _print_dim(console: Console, line: str) -> None:
    console.print(Padding(Text(remove_controls(line), style="dim"), (0, 0, 0, 2), expand=False))


def _describe_source(quote: Quote) -> str:
    """Return the outlet of a quote, or its title shortened where no outlet is known, the day, the
    title, the paragraph and the address."""
    article = quote.article
    day = [article.published.isoformat()] if article.published else []
    if article.outlet:
        parts = [article.outlet, *day, f"“{article.title}”"]
    else:
        title = shorten(article.title, MAX_TITLE_LENGTH, placeholder=" …")
        parts = [f"“{title}”", *day]
    parts.append(f"paragraph {quote.paragraph}")
    if article.url:
        parts.append(article.url)
    return ", ".join(parts)


def _print_words(console: Console, label: str, words: Iterable[str]) -> None:
    if words := ", ".join(words):
        console.print(Text(f"{label}: {words}"))


def _print_nearest(console: Console, topics: Iterable[Topic]) -> None:
    if slugs := ", ".join(topic.slug for topic in topics):
        console.print(Text(f"Nearest topics: {slugs}"))
