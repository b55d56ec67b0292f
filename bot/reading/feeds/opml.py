"""Lists of feeds as OPML, which feed readers exchange: read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from bot.errors import ReadingError
from bot.reading.decoding import decode
from bot.reading.html.metadata import absolute

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed in a list; `title` is what the list calls it."""

    url: str
    title: str | None = None


def read_opml(data: bytes) -> tuple[FeedAddress, ...]:
    """The feeds of a list in its order, each address once, from whatever folder of it.

    Raises ReadingError, one sentence, where it is no OPML or lists no feed.
    """
    text = decode(data).removeprefix("\ufeff").strip()
    if _ENTITY.search(text):
        raise ReadingError("This OPML file declares entities of its own, which is not safe.")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as fault:
        raise ReadingError("This is not an OPML file, or it is damaged.") from fault
    if root.tag != "opml":
        raise ReadingError("This is not an OPML file; export one from a feed reader.")
    feeds: dict[str, FeedAddress] = {}
    for outline in root.iter("outline"):
        stated = {key.lower(): value.strip() for key, value in outline.attrib.items()}
        url = absolute(None, stated.get("xmlurl"))
        if url:
            feeds.setdefault(
                url, FeedAddress(url, stated.get("title") or stated.get("text") or None)
            )
    if not feeds:
        raise ReadingError("This OPML file lists no feed.")
    return tuple(feeds.values())


def write_opml(feeds: Iterable[FeedAddress], title: str) -> str:
    """An OPML 2.0 document called `title` that lists the feeds."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _xml(title)
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = _xml(feed.title or feed.url)
        ElementTree.SubElement(
            body, "outline", type="rss", text=name, title=name, xmlUrl=_xml(feed.url)
        )
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _xml(text: str) -> str:
    """`text` without the characters that no XML document can hold."""
    return _NO_XML.sub("", text)
