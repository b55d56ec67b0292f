"""From bytes to text: the media types of text, which encoding it is in, and whether it is text."""

from __future__ import annotations

import codecs
import re
import sys
from contextlib import suppress
from typing import Final

# The media types of pages and of their parts; those of feeds are in feeds/items.py.
HTML: Final = "text/html"
XHTML: Final = "application/xhtml+xml"
PLAIN_TEXT: Final = "text/plain"
XML: Final = "application/xml"
JSON: Final = "application/json"
PDF: Final = "application/pdf"
PDF_SIGNATURE: Final = b"%PDF-"

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    # XML without a mark: "<?" tells as much, the longer ones first.
    "<?".encode("utf-32-le"): "utf-32-le",
    "<?".encode("utf-32-be"): "utf-32-be",
    "<?".encode("utf-16-le"): "utf-16-le",
    "<?".encode("utf-16-be"): "utf-16-be",
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
_UTF_8 = "utf-8"
_REPLACEMENT = "\ufffd"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_HEAD_BYTES = 4096  # in which a page states its encoding
# Characters that neither XML nor HTML allows, and surrogates, which are halves of characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What no database stores: NUL, and halves of characters, which JSON can state.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBERED = re.compile(r"&#(?:0*([0-9]+)|[xX]0*([0-9a-fA-F]+));?")
_MAX_DIGITS = 7  # of a character's number
_C1_CONTROLS = range(0x80, 0xA0)  # which mean the characters of cp1252 where they are numbered
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_MAX_CONTROLS = 1 / 200  # of the characters examined
_MAX_EXAMINED = 20_000


def decode(data: bytes, charset: str | None = None) -> str:
    """Return the text of a page or feed whose header states `charset`; never fails.

    A byte order mark comes first, then UTF-8 wherever the bytes are valid in it (other encodings
    hardly ever are), then what the header and the page state, then cp1252. A few bytes that are
    wrong in an encoding do not rule it out: each is replaced by U+FFFD, as browsers do.
    """
    if marked := find_marked_encoding(data):
        return data.decode(marked, "replace")
    statement = _STATED_ENCODING.search(data[:_HEAD_BYTES])
    stated = [_find_codec(charset), _find_codec(statement and statement[1].decode("ascii"))]
    for codec in dict.fromkeys(filter(None, (_UTF_8, *stated))):
        with suppress(UnicodeError):
            return data.decode(codec)
        text = data.decode(codec, "replace")
        if _is_plausible(text, is_stated=codec in stated):
            return text
    with suppress(UnicodeError):
        return data.decode("cp1252")
    return data.decode(stated[0] or _UTF_8, "replace")


def find_marked_encoding(data: bytes) -> str | None:
    """Return the encoding that the first bytes of `data` mark it to be in; None without a mark."""
    marked = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark))
    return next(marked, None)


def _is_plausible(text: str, *, is_stated: bool) -> bool:
    """Whether `text`, decoded with replacements, can be in the encoding it was decoded from: of the
    characters beyond ASCII, most were valid.

    10 characters of Chinese, Japanese or Korean in an older encoding never gave more than 2.0
    characters of UTF-8 for each replacement, 20 characters never more than 1.
    """
    errors = text.count(_REPLACEMENT)
    valid = sum(len(run) for run in _BEYOND_ASCII.findall(text)) - errors
    return valid >= errors if is_stated else valid > 2 * errors


def decode_text(data: bytes) -> str | None:
    """Return the text of a file that states no encoding: UTF-8, or as its byte order mark says;
    None if it is in another. Nothing is guessed: a quotation must be what was written."""
    try:
        return data.decode(find_marked_encoding(data) or _UTF_8)
    except UnicodeError:
        return None


def _find_codec(name: str | None) -> str | None:
    """Return Python's name for the encoding that a page calls `name`; None if no page is in it."""
    try:
        codec = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _PAGE_ENCODING.match(codec) else None


def drop_forbidden(text: str) -> str:
    """Return `text` without the characters that XML and HTML forbid."""
    return _FORBIDDEN.sub("", text)


def drop_unstorable(text: str) -> str:
    """Return `text` without NUL and halves of characters, which no database stores."""
    return _UNSTORABLE.sub("", text)


def repair_references(text: str) -> str:
    """Return HTML or XML without the numbered characters that both forbid, such as "&#xD800;".

    libxml2 and expat stop at one, and lose a line or the whole text.
    """
    return _NUMBERED.sub(_repair_reference, text)


def _repair_reference(match: re.Match[str]) -> str:
    digits, base = (match[1], 10) if match[1] else (match[2], 16)
    number = int(digits, base) if len(digits) <= _MAX_DIGITS else -1
    if number in _C1_CONTROLS:
        return bytes([number]).decode("cp1252", "ignore")
    is_allowed = 0 <= number <= sys.maxunicode and not _FORBIDDEN.match(chr(number))
    return match[0] if is_allowed else ""


def is_text(text: str) -> bool:
    """Whether `text` can have been written by people: hardly any control characters."""
    head = text[:_MAX_EXAMINED]
    return len(_CONTROLS.findall(head)) <= len(head) * _MAX_CONTROLS
