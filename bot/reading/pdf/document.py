"""A PDF document to its story, or to the one sentence that says why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from bot.errors import ReadingError
from bot.language import translatable
from bot.reading.decoding import PDF_SIGNATURE
from bot.reading.pages.body import read_paragraphs
from bot.reading.pages.headlines import is_same_headline
from bot.reading.pages.lines import Line, classify, count_words
from bot.reading.pages.page import (
    BYLINE_LINES,
    PAGE_ORIGIN,
    TAIL_LINES,
    Story,
    opening_words,
)
from bot.reading.pages.signatures import find_author, find_date, find_outlet
from bot.reading.pdf.glyphs import count_unknown, read_runs
from bot.reading.pdf.layout import TextLine, drop_running_lines, read_page_lines
from bot.reading.pdf.paragraphs import TextBlock, read_blocks

DOCUMENT_ORIGIN = translatable("the document's metadata")

MAX_PAGES: Final = 200  # of 2,500 characters each take 10 of the sandbox's 20 seconds
MAX_CHARACTERS: Final = 600_000

_END_MARK = b"%%EOF"
_MAX_AFTER_END = 4096  # bytes
_MIN_WORDS = 12  # fewer are stamps on a scan
_MAX_UNKNOWN = 1 / 20  # of the characters

_MIN_TITLE_SIZE = 1.15  # in sizes of the text
_MIN_TITLE, _MAX_TITLE = 2, 30  # words
_MAX_HEAD = 14  # blocks at the head of the first page
_FILE_NAME = re.compile(r"\.\w{2,5}$|^microsoft\b|^untitled|^unbenannt|^document\d*$|[\\/_]", re.I)
_MARKS = re.compile(r"[\s∗*†‡⁰¹²³⁴⁵⁶⁷⁸⁹]+$")  # of a note to the title
_BULLET = re.compile(r"[•·‣▪●◦○■□►✓–—*-]\s+")
# Two to four words as a person's name has them, or a Korean one: programs write the name of an
# account or of themselves here as well.
_PERSON = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*\s+)(?:(?:de|del|der|van|von|bin|al|la|le)\s+|[^\W\d_a-z][\w.'’-]*\s+){0,2}"
    r"[^\W\d_a-z][\w'’-]+|[가-힣]{2,4}"
)
_NO_PERSON = re.compile(
    r"microsoft|office|user|admin|adobe|acrobat|word|writer|scan|print|team|system|기자단", re.I
)


def read_pdf(data: bytes, *, url: str | None, name: str = "The document") -> Story:
    """Return the one story of a PDF, from `url` or the file `name`.

    Its text is what the pages print, line ends joined, without running heads, page numbers and
    notes. Its date is one that the text states: the document's own dates are those of a file.
    Raises ReadingError, one sentence.
    """
    where = url or name
    pages, info = _read_pages(data, where)
    words = sum(count_words(line.text) for lines in pages for line in lines)
    if words < _MIN_WORDS:
        raise ReadingError(
            "{where} has no text that can be copied, like a scan; add its text as a .txt file "
            "instead.",
            where=where,
        )
    blocks = read_blocks(drop_running_lines(pages))
    title = _MARKS.sub("", _find_title(blocks, info.get("Title", "")))
    lines = [_make_line(block) for block in blocks]
    start = next((n + 1 for n, line in enumerate(lines) if is_same_headline(line.text, title)), 0)
    paragraphs = read_paragraphs(lines, title)
    if not paragraphs:
        raise ReadingError(
            "{where} has no article; it needs at least one whole sentence.", where=where
        )
    head = lines[:start] + lines[start : start + BYLINE_LINES]
    story = Story(title or opening_words(paragraphs[0].text), paragraphs, "main", url=url)
    return story.with_details(
        PAGE_ORIGIN,
        outlet=find_outlet(head),
        author=find_author(head, lines[-TAIL_LINES:]),
        published=find_date(head),
    ).with_details(DOCUMENT_ORIGIN, author=_find_person(info.get("Author", "")))


def _read_pages(data: bytes, where: str) -> tuple[list[list[TextLine]], dict[str, str]]:
    """Return the lines of each page and what the document states of itself."""
    import pypdfium2

    if PDF_SIGNATURE not in data[:1024]:
        raise ReadingError("{where} is not a PDF, although its name says so.", where=where)
    if _END_MARK not in data[-_MAX_AFTER_END:]:
        raise ReadingError(
            "{where} is incomplete; download it again and add it again.",
            where=where,
        )
    try:
        document = pypdfium2.PdfDocument(data)
        page_count = len(document)
        if page_count > MAX_PAGES:
            raise ReadingError(
                "{where} has more than {most:,} pages; add only the part that matters.",
                where=where,
                most=MAX_PAGES,
            )
        pages = _read_lines(document, where)
        info = _read_info(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ReadingError(
                "{where} is locked with a password; save it without one and add it again.",
                where=where,
            ) from error
        raise ReadingError(
            "{where} is a damaged PDF; download or save it again, then add it again.",
            where=where,
        ) from error
    return pages, info


def _read_info(document: Any) -> dict[str, str]:
    """Return what the document states of itself; nothing where that holds halves of characters."""
    with suppress(UnicodeError):
        return {key: " ".join(value.split()) for key, value in document.get_metadata_dict().items()}
    return {}


def _read_lines(document: Any, where: str) -> list[list[TextLine]]:
    pages: list[list[TextLine]] = []
    length = unknown = 0
    for number, page in enumerate(document):
        text_page = page.get_textpage()
        length += text_page.count_chars()
        if length > MAX_CHARACTERS:
            raise ReadingError(
                "{where} has more than {most:,} characters; add only the part that matters.",
                where=where,
                most=MAX_CHARACTERS,
            )
        unknown += count_unknown(text_page)
        pages.append(read_page_lines(read_runs(text_page), number))
        text_page.close()
        page.close()
    if unknown > _MAX_UNKNOWN * length:
        raise ReadingError(
            "{where} does not say which letters it shows, so its text cannot be copied; add its "
            "text as a .txt file instead.",
            where=where,
        )
    return pages


def _find_title(blocks: Sequence[TextBlock], stated: str) -> str:
    """Return the headline of the document, "" without one.

    It is what the metadata states if the first page prints it, else what the page prints in the
    largest type, else what the metadata states, if that is no file name.
    """
    head = [block for block in blocks if block.page == blocks[0].page][:_MAX_HEAD]
    for block in head:
        if is_same_headline(block.text, stated):
            return block.text
    sizes = [block.size for block in blocks for _ in range(len(block.text))]
    text_size = sorted(sizes)[len(sizes) // 2]
    large = [
        block
        for block in head
        if block.size >= _MIN_TITLE_SIZE * text_size and _can_be_title(block.text)
    ]
    if large:
        size = max(block.size for block in large)
        return next(block.text for block in large if block.size == size)
    if _can_be_title(stated) and not _FILE_NAME.search(stated):
        return stated
    first = blocks[0].text
    is_headline = _can_be_title(first) and not first.endswith((".", ":", ";", ",", "。"))
    return first if is_headline and len(blocks) > 1 else ""


def _can_be_title(text: str) -> bool:
    return _MIN_TITLE <= count_words(text) <= _MAX_TITLE and "\ufffd" not in text


def _make_line(block: TextBlock) -> Line:
    bullet = _BULLET.match(block.text)
    text = block.text[bullet.end() :] if bullet else block.text
    words = count_words(text)
    return Line(text, classify(text, words), words, 0, is_bullet=bool(bullet), follows_gap=True)


def _find_person(author: str) -> str | None:
    """Return the author that the metadata states if it is the name of a person."""
    is_person = _PERSON.fullmatch(author) and not _NO_PERSON.search(author)
    return author if is_person else None
