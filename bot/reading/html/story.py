"""A web page to its story: trafilatura says where it stands, the page's own text is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.errors import ReadingError
from bot.language import translatable
from bot.model import Paragraph
from bot.reading.decoding import decode, is_text
from bot.reading.html.blocks import Block, parse_html, read_blocks
from bot.reading.html.extraction import blocks_told
from bot.reading.html.metadata import Metadata, read_metadata
from bot.reading.pages.body import read_paragraphs
from bot.reading.pages.headlines import same_headline, without_site
from bot.reading.pages.lines import Line, count_words
from bot.reading.pages.page import HEAD_IN_BODY, PAGE_ORIGIN, TAIL, Story, opening_words, read_page
from bot.reading.pages.signatures import find_author, find_date

METADATA_ORIGIN = translatable("the page's metadata")

_LONGEST_HEAD = 12  # blocks
_FEWEST_WORDS = 12
_MOST_ELEMENTS = 60_000


def read_html(
    data: bytes,
    *,
    url: str | None,
    name: str = "The page",
    content_type: str | None = None,
    charset: str | None = None,
) -> Story:
    """Read the page that was found at `url`, or given as the file `name` where that is None.

    `content_type` and `charset` are what its server said. Every paragraph is visible text of the
    page, its white space single as a browser shows it. Raises ReadingError, one sentence, where
    there is no story to be read.
    """
    where = url or name
    text = decode(data, charset)
    if not is_text(text):
        raise ReadingError("{where} is no web page but a file of another kind.", where=where)
    if content_type == "text/plain":
        return replace(_by_signs(text, where), url=url)
    tree = parse_html(text)
    if tree is not None and sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise ReadingError(
            "{where} is too large: it has more than {most:,} elements.",
            where=where,
            most=_MOST_ELEMENTS,
        )
    blocks = read_blocks(tree) if tree is not None else []
    if tree is None or not blocks:
        raise ReadingError("{where} shows no text.", where=where)
    metadata = read_metadata(tree, url)
    story = _by_extraction(tree, blocks, metadata)
    if story is None:
        visible = "\n\n".join(block.text for block in blocks if not block.apart)
        story = _with_metadata(_by_signs(visible, where), metadata)
    return replace(story, url=_own_address(url, metadata.canonical))


def find_feeds(data: bytes, *, url: str, charset: str | None = None) -> tuple[str, ...]:
    """The absolute addresses of the feeds that the page at `url` names; never fails."""
    tree = parse_html(decode(data, charset))
    return read_metadata(tree, url).feeds if tree is not None else ()


def paragraphs_of(blocks: Sequence[Block], title: str) -> tuple[Paragraph, ...]:
    """The paragraphs of blocks that hold nothing but the story under `title`."""
    return read_paragraphs([block.line for block in blocks if not block.apart], title)


def _by_extraction(tree: HtmlElement, blocks: Sequence[Block], metadata: Metadata) -> Story | None:
    """The story that trafilatura finds, None where it finds none."""
    told = blocks_told(tree, blocks)
    if not told:
        return None
    title = _title(tree, metadata)
    lines = [block.line for block in blocks]
    paragraphs = read_paragraphs([lines[n] for n in told], title)
    if sum(count_words(paragraph.text) for paragraph in paragraphs) < _FEWEST_WORDS:
        return None
    story = Story(title or opening_words(paragraphs[0].text), paragraphs, "main")
    head = lines[_headline(lines, told[0], title) : told[0] + HEAD_IN_BODY]
    tail = lines[told[-1] + 1 : told[-1] + 1 + TAIL]
    return _with_metadata(story, metadata).with_details(
        PAGE_ORIGIN, author=find_author(head, tail), published=find_date(head)
    )


def _by_signs(text: str, where: str) -> Story:
    """The main story of a page's plain text, as the page reader finds it."""
    stories = read_page(text)
    if not stories:
        raise ReadingError(
            "{where} shows no article; it may want a subscription or a browser that runs scripts.",
            where=where,
        )
    return stories[0]


def _with_metadata(story: Story, metadata: Metadata) -> Story:
    """The story with the metadata's word before the text's."""
    bare = Story(story.title, story.paragraphs, story.kind).with_details(
        METADATA_ORIGIN,
        outlet=metadata.outlet,
        author=metadata.author,
        published=metadata.published,
    )
    return bare.with_details(
        PAGE_ORIGIN, outlet=story.outlet, author=story.author, published=story.published
    )


def _title(tree: HtmlElement, metadata: Metadata) -> str:
    """The page's headline as it is printed above the story, or else as its metadata has it."""
    printed = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    for title in metadata.titles:
        for heading in printed:
            if same_headline(heading, title):
                return heading
    if metadata.titles:
        return _without_outlet(metadata.titles[0], metadata.outlet)
    return next(filter(None, printed), "")


def _without_outlet(title: str, outlet: str | None) -> str:
    """`title` without the site's name after its last bar or dash: `outlet`, where that is known."""
    bare = without_site(title)
    return bare if outlet is None or outlet.casefold() in title[len(bare) :].casefold() else title


def _headline(lines: Sequence[Line], first: int, title: str) -> int:
    """Where the head of the story that begins at the line `first` begins."""
    nearest = max(0, first - _LONGEST_HEAD)
    printed = (n for n in range(first, nearest, -1) if same_headline(lines[n].text, title))
    return next(printed, nearest)


def _own_address(url: str | None, canonical: str | None) -> str | None:
    """The address the page gives itself, if that is on its own host and names a page."""
    if not url or not canonical:
        return url
    there, here = urlsplit(canonical), urlsplit(url)
    same_host = _host(there.hostname) == _host(here.hostname)
    names_page = bool(there.path.strip("/") or there.query) or not here.path.strip("/")
    return canonical if same_host and names_page else url


def _host(name: str | None) -> str:
    return (name or "").removeprefix("www.")
