"""Answers, digests and articles for a person at a terminal, with rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.briefing.accounts import is_copy
from bot.model import Answer, Article, Digest, Quote, Span, Topic, Verification

OUTLET_UNKNOWN = "outlet not stated"


def print_answer(console: Console, answer: Answer) -> None:
    console.print(Text(answer.question, style="bold"))
    match answer.status:
        case "related":
            console.print(
                "No article answers this directly; these passages come nearest.", style="yellow"
            )
        case "none":
            console.print("No article answers this.", style="red")
            _print_words(console, "Found", answer.matched)
            _print_words(console, "Not found", answer.missed)
            _print_nearest(console, answer.nearest)
    for quote in answer.quotes:
        _print_quote(console, quote)


def print_digest(console: Console, digest: Digest) -> None:
    console.print(Text(digest.title, style="bold"))
    if not digest.points:
        console.print("No article speaks of this.", style="red")
        _print_nearest(console, digest.nearest)
    for point in digest.points:
        _print_quote(console, point)


def print_verification(console: Console, verification: Verification) -> None:
    console.print(Text(verification.text, style="bold"))
    if verification.status == "none":
        console.print("This does not stand in the articles.", style="red")
    elif verification.status == "exact":
        console.print("This stands in the articles, word for word.", style="green")
    elif verification.same_words:
        console.print(
            "Its words stand in the articles; punctuation, spaces or capitals differ.",
            style="yellow",
        )
    else:
        console.print(
            "This does not stand so in the articles; the words in bold differ.", style="yellow"
        )
    for place in verification.places:
        _print_quote(console, replace(place.quote, marks=place.other_words))
        if place.words or place.other_words:
            given = _named(verification.text, place.words)
            _print_below(
                console, f"given {given}, there {_named(place.quote.text, place.other_words)}"
            )


def print_articles(console: Console, articles: Sequence[Article]) -> None:
    for article in articles:
        console.print(Text(article.title, style="bold"))
        count = len(article.paragraphs)
        facts = [
            article.outlet or OUTLET_UNKNOWN,
            f"{article.kind} story of {article.source}",
            f"{count} paragraph" if count == 1 else f"{count} paragraphs",
            article.id,
        ]
        _print_below(console, " · ".join(facts))


def _print_quote(console: Console, quote: Quote) -> None:
    text = Text(quote.text)
    for mark in quote.marks:
        text.stylize("bold", mark.start, mark.end)
    console.print()
    console.print(Padding(text, (0, 0, 0, 2), expand=False))
    _print_below(console, f"— {_source(quote)}")
    copies = [other for other in quote.also if is_copy(quote, other)]
    others = [other for other in quote.also if other not in copies]
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
