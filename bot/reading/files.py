"""A file that a person uploads to its stories: page text, Markdown, a saved web page, a PDF."""

from __future__ import annotations

from pathlib import PurePath

from bot.errors import ReadingError
from bot.reading.decoding import decode_text, drop_unstorable, is_text
from bot.reading.html.story import read_html
from bot.reading.markdown import read_markdown
from bot.reading.pages.page import Story
from bot.reading.pdf.document import read_pdf
from bot.reading.plain_text import date_by_name, read_text

_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_MARKDOWN_SUFFIXES = (".md", ".markdown")
_TEXT_SUFFIXES = (".txt", ".text")
_PDF_SUFFIXES = (".pdf",)


def read_file(data: bytes, *, name: str) -> tuple[Story, ...]:
    """Return the stories of the file `name`, the main one first, at least one.

    Page text is read as it was copied, Markdown, also in a text file, as it is displayed. Raises
    ReadingError, one sentence.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in (*_HTML_SUFFIXES, *_MARKDOWN_SUFFIXES, *_TEXT_SUFFIXES, *_PDF_SUFFIXES):
        raise ReadingError("{name} cannot be read; use a .txt, .md, .html or .pdf file.", name=name)
    if not data.strip():
        raise ReadingError("{name} is empty.", name=name)
    if suffix in _HTML_SUFFIXES:
        return (read_html(data, url=None, name=name),)
    if suffix in _PDF_SUFFIXES:
        return (read_pdf(data, url=None, name=name),)
    text = decode_text(data)
    if text is None or not is_text(text):
        raise ReadingError(
            "{name} is not UTF-8 text; save it as UTF-8 and add it again.", name=name
        )
    text = drop_unstorable(text)
    read_stories = read_markdown(text) if suffix in _MARKDOWN_SUFFIXES else read_text(text)
    stories = tuple(date_by_name(read_stories, name))
    if not stories:
        raise ReadingError(
            "{name} has no article; it needs at least one whole sentence.", name=name
        )
    return stories
