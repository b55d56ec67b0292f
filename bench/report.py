"""Measured figures as tables: printed for people, or as Markdown for a place in a document."""

from __future__ import annotations

import re
from dataclasses import dataclass

import rich.table
from rich.box import SIMPLE_HEAD

from bot.errors import VerbatimError


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a title; the first `names` columns are names, the others figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


LEFT_OUT = "–"


def figure(number: float | None) -> str:
    """Three digits that matter, and no exponent; a dash for what was not measured."""
    if number is None:
        return LEFT_OUT
    return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"


def for_people(table: Table) -> rich.table.Table:
    """Return the table as rich prints it in a terminal."""
    printed = rich.table.Table(
        title=table.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for at, column in enumerate(table.columns):
        is_name = at < table.names
        printed.add_column(column, justify="left" if is_name else "right", no_wrap=is_name)
    for row in table.rows:
        printed.add_row(*row)
    return printed


def markdown(table: Table) -> str:
    """Return the table as Markdown under its title, figures to the right."""
    rule = ["---" if at < table.names else "---:" for at in range(len(table.columns))]
    lines = [" | ".join(row) for row in (table.columns, rule, *table.rows)]
    return "\n".join((f"### {table.title}", "", *(f"| {line} |" for line in lines)))


def put(document: str, section: str, text: str) -> str:
    """`document` with `text` between its comments `<!-- section -->` and `<!-- /section -->`, in
    place of what stood there.

    Raises VerbatimError where the document lacks these comments.
    """
    opening, closing = f"<!-- {section} -->", f"<!-- /{section} -->"
    pattern = re.compile(re.escape(opening) + ".*?" + re.escape(closing), re.DOTALL)
    written, count = pattern.subn(lambda _: f"{opening}\n\n{text}\n\n{closing}", document, count=1)
    if not count:
        raise VerbatimError(f"The document has no place for this: {opening} … {closing}.")
    return written
