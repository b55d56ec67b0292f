"""The text in what strangers sent: which encoding its bytes are in, and whether they are text."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Pages that name the first are written in the second: the WHATWG's encoding standard.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
}
# What Python also calls encodings, such as idna, is none that a page is in; UTF-16 has its mark.
_OF_PAGES = re.compile(r"utf-8|iso8859|iso2022|cp\d|koi8|mac|euc|gb|big5|shift|johab|ascii|tis")
_STATED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})"
)
_HEAD = 4096  # bytes in which a page states its encoding
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_MOST_CONTROLS = 1 / 200  # of the characters looked at
_LOOKED_AT = 20_000


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of a page whose header names `charset`; never fails.

    A byte order mark comes first, then UTF-8 wherever the bytes are valid in it (other encodings
    hardly ever are), then what the header and the page say, then cp1252.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    stated = _STATED.search(data[:_HEAD])
    for name in ("utf-8", charset, stated and stated[1].decode("ascii"), "cp1252"):
        if meant := _meant(name):
            with suppress(UnicodeError):
                return data.decode(meant)
    return data.decode(_meant(charset) or "utf-8", "replace")


def decode_text(data: bytes) -> str | None:
    """The text of a file that states no encoding: UTF-8, or what its byte order mark says; None if
    it is in another. Nothing is guessed: what is quoted must be what was written."""
    marks = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark))
    try:
        return data.decode(next(marks, "utf-8"))
    except UnicodeError:
        return None


def _meant(name: str | None) -> str | None:
    """Python's name for the encoding that a page calls `name`, None if no page can be in it."""
    try:
        found = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(found, found) if _OF_PAGES.match(found) else None


def is_text(text: str) -> bool:
    """Whether `text` can have been written by people: hardly any control characters."""
    head = text[:_LOOKED_AT]
    return len(_CONTROLS.findall(head)) <= len(head) * _MOST_CONTROLS
