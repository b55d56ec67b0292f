"""References to articles as people and reference managers read them: a line, Markdown, CSL-JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bot.language import format_day, join_list, say
from bot.model import Article, Quote


def cite(quote: Quote, read_on: date) -> str:
    """Return the reference of a quote in one line of plain text; what its article does not state is
    left out. `read_on` is the day on which it stood there."""
    article = quote.article
    facts = [
        article.outlet,
        format_day(article.published) if article.published else None,
        say("paragraph {number}", number=quote.paragraph),
        article.url,
        say("read on {day}", day=format_day(read_on)),
    ]
    name = say("“{title}”", title=" ".join(article.title.split()) or say("untitled"))
    author = f"{article.author}, " if article.author else ""
    return f"{author}{name}, {', '.join(filter(None, facts))}."


def to_markdown(heading: str, quotes: Sequence[Quote], read_on: date) -> str:
    """Return the quotes as block quotes, then their numbered sources and the day, as Markdown.

    The text of a quote is that of its source; only "> " stands before each of its lines.
    """
    articles = number_articles(quotes)
    blocks = [f"# {' '.join(heading.split())}"] if heading else []
    for quote in quotes:
        lines = quote.text.splitlines(keepends=True)
        text = "".join(f"> {line}" for line in lines)
        blocks.append(f"{text}\n\n[{articles[quote.article.id]}]")
    blocks.append(f"## {say('Sources')}")
    blocks.append("\n".join(_source_lines(quotes, articles)))
    exported = say(
        "Exported by Verbatim on {day}. Every quote is word for word from its source.",
        day=format_day(read_on),
    )
    return "\n\n".join([*blocks, exported]) + "\n"


def to_csl_json(quotes: Sequence[Quote], read_on: date) -> str:
    """Return the articles of the quotes as a CSL-JSON bibliography, the format of citeproc that
    reference managers import: https://github.com/citation-style-language/schema."""
    articles = {quote.article.id: quote.article for quote in quotes}
    items = [_csl_item(article, quotes, read_on) for article in articles.values()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _csl_item(article: Article, quotes: Iterable[Quote], read_on: date) -> Mapping[str, Any]:
    item: dict[str, Any] = {
        "id": article.id,
        "type": "webpage" if article.url else "document",
        "title": article.title,
        "accessed": _csl_date(read_on),
        "note": _paragraphs(article, quotes),
    }
    if article.outlet:
        item["container-title"] = article.outlet
    if article.author:
        # Who of "A and B" is a person, and what their family name is, is not known.
        item["author"] = [{"literal": article.author}]
    if article.published:
        item["issued"] = _csl_date(article.published)
    if article.url:
        item["URL"] = article.url
    return item


def _csl_date(day: date) -> Mapping[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _source_lines(quotes: Sequence[Quote], articles: Mapping[str, int]) -> Iterator[str]:
    by_id = {quote.article.id: quote.article for quote in quotes}
    for article_id, number in articles.items():
        article = by_id[article_id]
        facts = [
            article.author,
            " ".join(article.title.split()) or say("untitled"),
            article.outlet,
            format_day(article.published) if article.published else None,
            _paragraphs(article, quotes),
            f"<{article.url}>" if article.url else None,
        ]
        yield f"{number}. {', '.join(filter(None, facts))}"


def _paragraphs(article: Article, quotes: Iterable[Quote]) -> str:
    numbers = sorted({quote.paragraph for quote in quotes if quote.article.id == article.id})
    return say("paragraph {number}", number=join_list([str(number) for number in numbers]))


def number_articles(quotes: Iterable[Quote]) -> Mapping[str, int]:
    """Return the number of each article by its id, from 1 in the order of their quotes."""
    ids = dict.fromkeys(quote.article.id for quote in quotes)
    return {article_id: number for number, article_id in enumerate(ids, start=1)}
