"""Tells text from what Verbatim cannot read, by the type it is sent as and by its first bytes."""

from __future__ import annotations

from typing import Final

_KINDS: Final = {
    "image": "an image",
    "audio": "a sound recording",
    "video": "a video",
    "font": "a font",
    "application/pdf": "a PDF",
    "application/zip": "a zip archive",
    "application/gzip": "a compressed file",
}
# Pages and feeds are sent as all of these, and as text/…, …+xml and …+json.
_READABLE: Final = {
    None,
    "application/xml",
    "application/json",
    "application/octet-stream",
    "application/x-rss+xml",
}
# How files that are not text begin, whatever type they are sent as.
_SIGNATURES: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image, a sound recording or a video"),
    (b"\x1f\x8b", "a compressed file"),
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def unreadable(media_type: str | None, body: bytes) -> str | None:
    """What was sent, in words such as "a PDF", if it is no text; None if it may be read."""
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    if b"\0" in body[:1024] and not body.startswith(_UTF16_MARKS):
        return "binary data"
    if media_type is None:
        return None
    family = media_type.partition("/")[0]
    known = _KINDS.get(media_type) or _KINDS.get(family)
    if known:
        return known
    if family == "text" or media_type in _READABLE or media_type.endswith(("+xml", "+json")):
        return None
    return f"“{media_type}”"
