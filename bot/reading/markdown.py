"""Markdown to its story, read as it is displayed, with the details that its front matter states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from bot.reading.front_matter import split_front_matter
from bot.reading.html.blocks import Block, parse_html, read_blocks
from bot.reading.html.story import METADATA_ORIGIN, read_block_paragraphs
from bot.reading.pages.body import find_body
from bot.reading.pages.headlines import find_headline, is_same_headline
from bot.reading.pages.lines import Line
from bot.reading.pages.page import (
    BYLINE_LINES,
    PAGE_ORIGIN,
    TAIL_LINES,
    Story,
    opening_words,
)
from bot.reading.pages.signatures import find_author, find_date
from bot.reading.pages.stamps import read_date, read_moment
from bot.reading.template_tags import remove_template_tags

_TITLE_FIELDS = ("title", "headline")
_AUTHOR_FIELDS = ("author", "authors", "byline")
_DATE_FIELDS = ("date", "published", "pubdate", "publishdate", "datepublished")
# Where a page is put, which often tells its day: 2019/09/18/upcoming-changes.
_PLACE_FIELDS = ("path", "permalink", "url", "slug")
_DAY_IN_PLACE = re.compile(r"(?<![\d-])((?:19|20)\d\d)([/-])(\d\d)\2(\d\d)(?![\d-]*\d)")
_MAX_AUTHOR = 120  # characters

_FOOTNOTE = re.compile(r"^\[\^[^\]\s]{1,30}\]:.*(?:\n(?:[ \t]+\S.*)?)*$\n?", re.MULTILINE)
# A link by the label of its address, [cranes][topic cranes] or [cranes][]; no two marks [1][2].
_LABELLED_LINK = re.compile(
    r"\[(?!\d+\])((?:[^\[\]\\\n]|\n(?!\n)){1,200})\]\[((?:[^\[\]\\\n]|\n(?!\n)){0,200})\]"
)
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,30}\](?!:)")


def read_markdown(text: str) -> list[Story]:
    """Return the one story of a Markdown text, none where it has no paragraph.

    Its title is that of the front matter, else the first heading of the first level, else the first
    heading, else a line that looks like a headline.
    """
    fields, body = split_front_matter(text.replace("\r\n", "\n"))
    tree = parse_html(_render(remove_template_tags(body)))
    if tree is None:
        return []
    blocks = read_blocks(tree)
    lines = [replace(block.line, is_bullet=block.is_item) for block in blocks]
    titles = [_field(fields, _TITLE_FIELDS)]
    titles += [" ".join("".join(heading.itertext()).split()) for heading in tree.iter("h1")]
    titles += [block.text for block in blocks if block.is_heading]
    title = next(filter(None, titles), "")
    start = _find_title(lines, title)
    if not title and start is not None:
        title = lines[start].text
    above = 0 if start is None else start + 1
    paragraphs = read_block_paragraphs(_drop_title(blocks, above, title), title)
    if not paragraphs:
        return []
    head = lines[above : above + BYLINE_LINES]
    author, day = _field(fields, _AUTHOR_FIELDS), _field(fields, _DATE_FIELDS)
    if not day and (match := _DAY_IN_PLACE.search(_field(fields, _PLACE_FIELDS))):
        day = f"{match[1]}-{match[3]}-{match[4]}"
    story = Story(title or opening_words(paragraphs[0].text), paragraphs, "main")
    stated = story.with_details(
        METADATA_ORIGIN,
        author=author if len(author) <= _MAX_AUTHOR else None,
        published=read_date(day),
        published_at=read_moment(day),
    )
    return [
        stated.with_details(
            PAGE_ORIGIN,
            author=find_author(head, lines[-TAIL_LINES:]),
            published=find_date(head),
        )
    ]


def _find_title(lines: Sequence[Line], title: str) -> int | None:
    """Return the index of the line that prints `title` or, without one, looks like a headline."""
    if title:
        return next((n for n, line in enumerate(lines) if is_same_headline(line.text, title)), None)
    body = find_body(lines)
    return find_headline(lines, body) if body else None


def _drop_title(blocks: Sequence[Block], above: int, title: str) -> list[Block]:
    """Return `blocks` without the title that is the last of those `above` the text."""
    is_title = above and is_same_headline(blocks[above - 1].text, title)
    return [block for n, block in enumerate(blocks) if not (is_title and n == above - 1)]


def _render(text: str) -> str:
    """Return `text` as HTML, without notes, each line of code a line of its own."""
    if _FOOTNOTE.search(text):
        text = _FOOTNOTE_MARK.sub("", _FOOTNOTE.sub("", text))
    text = _define_addresses(text) + text
    markdown = MarkdownIt().enable(["table", "strikethrough"])
    for kind, render in _RULES.items():
        markdown.add_render_rule(kind, render)
    return str(markdown.render(text))


def _define_addresses(text: str) -> str:
    """Return addresses for the labels of links, since sites keep theirs in a file of their own.

    They stand above the text, or one that leaves code open would show them.
    """
    links = (tuple(map(str.split, link)) for link in _LABELLED_LINK.findall(text))
    labels = dict.fromkeys(" ".join(label or words) for words, label in links)
    return "".join(f"[{label}]: #\n\n" for label in labels if label)


def _render_code(_: Any, tokens: Sequence[Any], n: int, *__: Any) -> str:
    return f"<p>{'<br>'.join(map(escape, tokens[n].content.splitlines()))}</p>\n"


def _render_row(_: Any, tokens: Sequence[Any], n: int, *__: Any) -> str:
    return "<p>" if tokens[n].nesting > 0 else "</p>\n"


def _render_cell(_: Any, tokens: Sequence[Any], n: int, *__: Any) -> str:
    is_first = tokens[n].nesting < 0 or tokens[n - 1].type == "tr_open"
    return "" if is_first else " | "


def _render_nothing(*_: Any) -> str:
    return ""


# A row of a table is a line with a bar between its cells, as it is written.
_RULES = {
    "fence": _render_code,
    "code_block": _render_code,
    **dict.fromkeys(("tr_open", "tr_close"), _render_row),
    **dict.fromkeys(("th_open", "th_close", "td_open", "td_close"), _render_cell),
    **dict.fromkeys(
        ("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
        _render_nothing,
    ),
}


def _field(fields: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the first of the fields `names` that is stated, "" if none is."""
    return next((fields[name] for name in names if fields.get(name)), "")
