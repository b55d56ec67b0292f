"""A file that a person gave to the stories in it: page text, Markdown, or a saved web page."""

from __future__ import annotations

from pathlib import PurePath

from markdown_it import MarkdownIt

from bot.errors import ReadingError
from bot.reading.decoding import decode_text, is_text
from bot.reading.html.blocks import blocks_of
from bot.reading.html.story import paragraphs_of, read_html
from bot.reading.pages.page import Story, opening_words, read_page

_PAGES = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
_TEXTS = (".txt", ".text")


def read_file(data: bytes, *, name: str) -> tuple[Story, ...]:
    """The stories of the file `name`, the main one first, at least one.

    Page text is read as it was copied, Markdown as it shows. Raises ReadingError, one sentence.
    """
    kind = PurePath(name).suffix.lower()
    if kind not in (*_PAGES, *_MARKDOWN, *_TEXTS):
        raise ReadingError("{name} cannot be read; give a .txt, .md or .html file.", name=name)
    if not data.strip():
        raise ReadingError("{name} is empty.", name=name)
    if kind in _PAGES:
        return (read_html(data, url=None, name=name),)
    text = decode_text(data)
    if text is None or not is_text(text):
        raise ReadingError(
            "{name} is not text in UTF-8; save it as UTF-8 and add it again.", name=name
        )
    stories = tuple(_read_markdown(text) if kind in _MARKDOWN else read_page(text))
    if not stories:
        raise ReadingError(
            "{name} holds no article; it should hold at least one whole sentence.", name=name
        )
    return stories


def _read_markdown(text: str) -> list[Story]:
    """The one story of a Markdown file, under its first heading."""
    blocks = blocks_of(MarkdownIt().render(text))
    title = next((block.text for block in blocks if block.heading), "")
    paragraphs = paragraphs_of(blocks, title)
    if not paragraphs:
        return []
    return [Story(title or opening_words(paragraphs[0].text), paragraphs, "main")]
