"""Tells text from what Verbatim cannot read, by the type it is sent as and by its first bytes."""

from __future__ import annotations

from typing import Final

from bot.errors import FetchError

_KINDS: Final = {
    "image": "image",
    "audio": "recording",
    "video": "recording",
    "font": "binary",
    "application/pdf": "pdf",
    "application/zip": "archive",
    "application/gzip": "archive",
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
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "recording"),
    (b"\x1f\x8b", "archive"),
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def no_text(host: str | None, media_type: str | None, body: bytes) -> FetchError | None:
    """The error for what a host sent if it is no text; None if it may be read."""
    match _kind(media_type, body):
        case None:
            return None
        case "pdf":
            return FetchError(
                "{host} sent a PDF; only pages and feeds of text can be read.", host=host
            )
        case "image":
            return FetchError(
                "{host} sent an image; only pages and feeds of text can be read.", host=host
            )
        case "recording":
            return FetchError(
                "{host} sent a recording or an image; only pages and feeds of text can be read.",
                host=host,
            )
        case "archive":
            return FetchError(
                "{host} sent a zip archive or an office document; only pages and feeds of text can "
                "be read.",
                host=host,
            )
        case "binary":
            return FetchError(
                "{host} sent binary data; only pages and feeds of text can be read.", host=host
            )
        case other:
            return FetchError(
                "{host} sent “{type}”; only pages and feeds of text can be read.",
                host=host,
                type=other,
            )


def _kind(media_type: str | None, body: bytes) -> str | None:
    """A kind of those above, or a media type that no page or feed has; None for text."""
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    if b"\0" in body[:1024] and not body.startswith(_UTF16_MARKS):
        return "binary"
    if media_type is None:
        return None
    family = media_type.partition("/")[0]
    known = _KINDS.get(media_type) or _KINDS.get(family)
    if known:
        return known
    if family == "text" or media_type in _READABLE or media_type.endswith(("+xml", "+json")):
        return None
    return media_type
