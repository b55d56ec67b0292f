"""A web page to its story: trafilatura says where it is, the page's own text is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.errors import ReadingError
from bot.language import translatable
from bot.model import Paragraph
from bot.reading.decoding import PLAIN_TEXT, decode, drop_unstorable, is_text
from bot.reading.html.authors import find_marked_authors, split_names
from bot.reading.html.blocks import Block, parse_html, read_blocks
from bot.reading.html.dates import (
    find_element_moment,
    find_time_element,
    find_url_day,
    guess_day,
)
from bot.reading.html.extraction import find_story_blocks
from bot.reading.html.metadata import Metadata, read_metadata
from bot.reading.html.next_page import links_next_page
from bot.reading.html.notices import drop_notices, refuse_banner, refuse_notice
from bot.reading.html.titles import find_title
from bot.reading.pages.body import read_paragraphs
from bot.reading.pages.headlines import is_same_headline
from bot.reading.pages.lines import Line, Look, count_words
from bot.reading.pages.page import (
    BYLINE_LINES,
    PAGE_ORIGIN,
    TAIL_LINES,
    Story,
    opening_words,
    read_page,
)
from bot.reading.pages.page_numbers import has_next_page
from bot.reading.pages.signatures import find_author, find_date

METADATA_ORIGIN = translatable("the page's metadata")

_MAX_HEAD = 12  # blocks
_MAX_FOOT = 8  # blocks
_MAX_STANDFIRST_HEAD = 20
_MIN_STANDFIRST = 12  # words, where no full stop ends it
_MIN_WORDS = 12
_MIN_FULL_PAGE = 25  # blocks
_MAX_ELEMENTS = 60_000


def read_html(
    data: bytes,
    *,
    url: str | None,
    name: str = "The page",
    content_type: str | None = None,
    charset: str | None = None,
) -> Story:
    """Return the story of the page at `url`, or of the file `name` where that is None.

    `content_type` and `charset` are what its server stated. Every paragraph is visible text of the
    page, its white space collapsed as a browser does. Raises ReadingError, one sentence, where the
    page has no story.
    """
    where = url or name
    text = decode(data, charset)
    if not is_text(text):
        raise ReadingError("{where} is not a web page but another kind of file.", where=where)
    text = drop_unstorable(text)
    if content_type == PLAIN_TEXT:
        return replace(_read_plain_text(text, where), url=url)
    tree = parse_html(text)
    if tree is not None and sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise ReadingError(
            "{where} is too large: it has more than {most:,} elements.",
            where=where,
            most=_MAX_ELEMENTS,
        )
    has_banner = tree is not None and drop_notices(tree)
    blocks = read_blocks(tree) if tree is not None else []
    if has_banner and not any(block.line.look is Look.PROSE for block in blocks):
        refuse_banner(where)
    if tree is None or not blocks:
        raise ReadingError("{where} has no text.", where=where)
    metadata = read_metadata(tree, url)
    if not _is_printed(metadata.author, blocks):
        metadata = replace(metadata, author=None)
    story = _extract_story(tree, blocks, metadata, url)
    titles = [*metadata.titles, *(block.text for block in blocks if block.is_heading)]
    texts = [paragraph.text for paragraph in story.paragraphs] if story else []
    refuse_notice(tree, blocks, titles, texts, where)
    if story is None:
        visible = "\n\n".join(block.text for block in blocks if not block.is_aside)
        story = _prefer_metadata(_read_plain_text(visible, where), metadata)
    return replace(
        story,
        url=_own_address(url, metadata.canonical),
        has_next_page=story.has_next_page or links_next_page(tree, url),
    )


def _is_printed(author: str | None, blocks: Sequence[Block]) -> bool:
    """Whether the page shows its author, or shows too little for that to count.

    Of 27 authors that pages of this length state only in their metadata, 1 wrote the story (the
    pages of bench/web.py): the others are accounts that uploaded it.
    """
    if not author or len(blocks) < _MIN_FULL_PAGE:
        return True
    shown = " ".join(block.text for block in blocks).casefold()
    return all(name.strip() in shown for name in author.casefold().split(","))


def read_block_paragraphs(blocks: Sequence[Block], title: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of blocks that hold nothing but the story titled `title`."""
    return read_paragraphs([block.line for block in blocks if not block.is_aside], title)


def _extract_story(
    tree: HtmlElement, blocks: Sequence[Block], metadata: Metadata, url: str | None
) -> Story | None:
    """Return the story that trafilatura finds, None where it finds none."""
    numbers = find_story_blocks(tree, blocks)
    if not numbers:
        return None
    title = find_title(tree, metadata.titles, metadata.outlet, url)
    lines = [block.line for block in blocks]
    numbers = [*_find_standfirst(blocks, lines, numbers[0], title), *numbers]
    author = find_marked_authors(tree)
    names = {name.casefold() for name in (author, metadata.author) if name}
    numbers = [
        n
        for place, n in enumerate(numbers)
        if place >= BYLINE_LINES or ", ".join(split_names(lines[n].text)).casefold() not in names
    ]
    paragraphs = read_paragraphs([lines[n] for n in numbers], title)
    if sum(count_words(paragraph.text) for paragraph in paragraphs) < _MIN_WORDS:
        return None
    story = Story(
        title or opening_words(paragraphs[0].text),
        paragraphs,
        "main",
        has_next_page=has_next_page(_find_texts_near(blocks, numbers)),
    )
    head = lines[_find_head(lines, numbers[0], title) : numbers[0] + BYLINE_LINES]
    tail = lines[numbers[-1] + 1 : numbers[-1] + 1 + TAIL_LINES]
    marked = _prefer_metadata(story, metadata).with_details(
        PAGE_ORIGIN,
        author=author or find_author(head, tail),
        published=find_url_day(url) or find_time_element(tree) or find_date(head),
        published_at=find_element_moment(tree),
    )
    if marked.published:
        return marked
    return marked.with_details(PAGE_ORIGIN, published=guess_day(tree))


def _find_texts_near(blocks: Sequence[Block], numbers: Sequence[int]) -> Iterator[str]:
    """Yield the texts from the head of the story to a few blocks below it, where it is said to
    continue; what ends it may head comments with pages of their own."""
    for n in range(max(0, numbers[0] - _MAX_HEAD), min(len(blocks), numbers[-1] + 1 + _MAX_FOOT)):
        if n > numbers[-1] and blocks[n].line.look is Look.END:
            return
        yield blocks[n].text


def _read_plain_text(text: str, where: str) -> Story:
    """Return the main story of a page's plain text."""
    stories = read_page(text)
    if not stories:
        raise ReadingError(
            "{where} shows no article; it may need a subscription, or a browser that runs scripts.",
            where=where,
        )
    return stories[0]


def _prefer_metadata(story: Story, metadata: Metadata) -> Story:
    """Return the story with what the metadata states, and what the text states only otherwise."""
    bare = Story(story.title, story.paragraphs, story.kind, has_next_page=story.has_next_page)
    return bare.with_details(
        METADATA_ORIGIN,
        outlet=metadata.outlet,
        author=metadata.author,
        published=metadata.published,
        published_at=metadata.published_at,
    ).with_details(PAGE_ORIGIN, outlet=story.outlet, author=story.author, published=story.published)


def _find_standfirst(
    blocks: Sequence[Block], lines: Sequence[Line], first: int, title: str
) -> Iterator[int]:
    """Yield the indices of the prose between the headline and `first`, where the story begins."""
    headline = _find_head(lines, first, title, _MAX_STANDFIRST_HEAD)
    if not is_same_headline(lines[headline].text, title):
        return
    for n in range(headline + 1, first):
        is_prose = lines[n].look is Look.PROSE or (
            lines[n].look is Look.SHORT and lines[n].words >= _MIN_STANDFIRST
        )
        if is_prose and not blocks[n].is_aside and not blocks[n].is_link:
            yield n


def _find_head(lines: Sequence[Line], first: int, title: str, size: int = _MAX_HEAD) -> int:
    """Return where the head of the story that begins at the line `first` begins."""
    start = max(0, first - size)
    headlines = (n for n in range(first, start, -1) if is_same_headline(lines[n].text, title))
    return next(headlines, start)


def _own_address(url: str | None, canonical: str | None) -> str | None:
    """Return `canonical` if it is on the host of `url` and names a page; else `url`."""
    if not url or not canonical:
        return url
    stated, actual = urlsplit(canonical), urlsplit(url)
    same_host = _strip_www(stated.hostname) == _strip_www(actual.hostname)
    names_page = bool(stated.path.strip("/") or stated.query) or not actual.path.strip("/")
    return canonical if same_host and names_page else url


def _strip_www(host: str | None) -> str:
    return (host or "").removeprefix("www.")
