"""From bytes to text: the media types of text, which encoding it is in, and whether it is text."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import Final

# The media types of pages and of their parts; those of feeds are in feeds/items.py.
HTML: Final = "text/html"
XHTML: Final = "application/xhtml+xml"
PLAIN_TEXT: Final = "text/plain"
XML: Final = "application/xml"
JSON: Final = "application/json"

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Pages that state the first are written in the second: the WHATWG's encoding standard.
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
}
# Python has further codecs, such as idna, that no page is in; UTF-16 is known by its mark.
_PAGE_ENCODING = re.compile(
    r"utf-8|iso8859|iso2022|cp\d|koi8|mac|euc|gb|big5|shift|johab|ascii|tis"
)
_STATED_ENCODING = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})"
)
_HEAD_BYTES = 4096  # in which a page states its encoding
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_MAX_CONTROLS = 1 / 200  # of the characters examined
_MAX_EXAMINED = 20_000


def decode(data: bytes, charset: str | None = None) -> str:
    """Return the text of a page whose header states `charset`; never fails.

    A byte order mark comes first, then UTF-8 wherever the bytes are valid in it (other encodings
    hardly ever are), then what the header and the page state, then cp1252.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    stated = _STATED_ENCODING.search(data[:_HEAD_BYTES])
    for name in ("utf-8", charset, stated and stated[1].decode("ascii"), "cp1252"):
        if codec := _find_codec(name):
            with suppress(UnicodeError):
                return data.decode(codec)
    return data.decode(_find_codec(charset) or "utf-8", "replace")


def decode_text(data: bytes) -> str | None:
    """Return the text of a file that states no encoding: UTF-8, or as its byte order mark says;
    None if it is in another. Nothing is guessed: a quotation must be what was written."""
    encodings = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark))
    try:
        return data.decode(next(encodings, "utf-8"))
    except UnicodeError:
        return None


def _find_codec(name: str | None) -> str | None:
    """Return Python's name for the encoding that a page calls `name`; None if no page is in it."""
    try:
        codec = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _PAGE_ENCODING.match(codec) else None


def is_text(text: str) -> bool:
    """Whether `text` can have been written by people: hardly any control characters."""
    head = text[:_MAX_EXAMINED]
    return len(_CONTROLS.findall(head)) <= len(head) * _MAX_CONTROLS
