"""Answers, digests and articles for a person at a terminal, with rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.model import Answer, Article, Digest, Quote, Topic

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
        console.print(Padding(Text(" · ".join(facts), style="dim"), (0, 0, 0, 2), expand=False))


def _print_quote(console: Console, quote: Quote) -> None:
    text = Text(quote.text)
    for mark in quote.marks:
        text.stylize("bold", mark.start, mark.end)
    console.print()
    console.print(Padding(text, (0, 0, 0, 2), expand=False))
    console.print(Padding(Text(f"— {_source(quote)}", style="dim"), (0, 0, 0, 2), expand=False))
    if quote.also:
        others = "; ".join(_source(other) for other in quote.also)
        console.print(Padding(Text(f"also in: {others}", style="dim"), (0, 0, 0, 2), expand=False))


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
