"""A plain text to its stories: the text of a page, or Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.language import translatable
from bot.reading.front_matter import split_front_matter
from bot.reading.pages.page import Story, read_page
from bot.reading.pages.stamps import read_date

NAME_ORIGIN = translatable("the file's name")
# 2025-05-04-the-crane.md, as sites made of Markdown and people who keep notes name their files.
_DAY_IN_NAME = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?!\d)")

# What plain text does not hold by chance: none of it is in the seeds, the space desk or the pages
# of bench/pages.py. A single asterisk, a list of dashes, a line that opens with ">" say nothing.
_SIGNS = tuple(
    re.compile(sign, re.MULTILINE)
    for sign in (
        r"^#{1,6}[ \t]+[^\s#a-z]",  # a heading
        r"^\S.{2,80}\n={3,}[ \t]*$",  # one that is underlined
        r"\[[^\[\]\n]{1,200}\]\((?:https?:|mailto:|/|#)[^()\n]{0,300}\)",  # a link
        r"!\[[^\[\]\n]{0,200}\]\([^()\n]{1,300}\)",  # a picture
        r"^\[[^\[\]\n]{1,60}\]: +https?://",  # where a link leads
        r"^```[^`]*^```",  # code
        r"^\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:? *)?$",  # a table
    )
)
_BOLD = re.compile(r"(?<![\w*])(\*\*|__)(?=[^\s*_])[^*\n]{1,200}(?<=[^\s*])\1(?![\w*])")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])[^*\n]{1,200}(?<=[^\s*])\*(?![\w*])")


def read_text(text: str) -> list[Story]:
    """Return the stories of a text: Markdown where it has its signs, else the text of a page."""
    if not is_markdown(text):
        return read_page(text)
    from bot.reading.markdown import read_markdown  # with lxml, which few texts need

    return read_markdown(text)


def date_by_name(stories: Iterable[Story], name: str) -> Iterator[Story]:
    """Yield the stories of the file `name`, the main one of the day that opens the name if the text
    states none."""
    day = _DAY_IN_NAME.match(name)
    published = read_date(day.group()) if day else None
    for story in stories:
        is_main = story.kind == "main"
        yield story.with_details(NAME_ORIGIN, published=published if is_main else None)


def is_markdown(text: str) -> bool:
    """Whether `text` has the signs of Markdown: front matter, headings, links, emphasis."""
    text = text.replace("\r\n", "\n")
    fields, _ = split_front_matter(text)
    if fields or any(sign.search(text) for sign in _SIGNS):
        return True
    return len(_BOLD.findall(text)) + bool(_ITALIC.search(text)) > 1
