"""Lists of feeds as OPML, the format that feed readers exchange: read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from bot.errors import ReadingError
from bot.reading.decoding import decode
from bot.reading.html.metadata import resolve_url

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_NON_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed in a list, with its title there."""

    url: str
    title: str | None = None


def read_opml(data: bytes) -> tuple[FeedAddress, ...]:
    """Return the feeds of a list in its order, each address once, from all its folders.

    Raises ReadingError, one sentence, if it is not OPML or lists no feed.
    """
    text = decode(data).removeprefix("\ufeff").strip()
    if _ENTITY.search(text):
        raise ReadingError("This OPML file declares its own entities, which is not safe.")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise ReadingError("This is not an OPML file, or it is damaged.") from error
    if root.tag != "opml":
        raise ReadingError("This is not an OPML file; export one from a feed reader.")
    feeds: dict[str, FeedAddress] = {}
    for outline in root.iter("outline"):
        attributes = {key.lower(): value.strip() for key, value in outline.attrib.items()}
        url = resolve_url(None, attributes.get("xmlurl"))
        if url:
            title = attributes.get("title") or attributes.get("text") or None
            feeds.setdefault(url, FeedAddress(url, title))
    if not feeds:
        raise ReadingError("This OPML file lists no feeds.")
    return tuple(feeds.values())


def write_opml(feeds: Iterable[FeedAddress], title: str) -> str:
    """Return an OPML 2.0 document titled `title` that lists the feeds."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _clean(title)
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = _clean(feed.title or feed.url)
        ElementTree.SubElement(
            body, "outline", type="rss", text=name, title=name, xmlUrl=_clean(feed.url)
        )
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _clean(text: str) -> str:
    """Return `text` without the characters that no XML document can hold."""
    return _NON_XML.sub("", text)
