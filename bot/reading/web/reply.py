"""What a server answered: its status, its headers, and whether its body is text."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from multidict import CIMultiDict
from yarl import URL

from bot.errors import FetchError
from bot.language import translatable
from bot.reading.decoding import JSON, PDF, PDF_SIGNATURE, XML, find_marked_encoding

MAX_RETRY_SECONDS: Final = 86_400.0  # a host that asks for more is asked again tomorrow

_BINARY_KINDS: Final = {
    "image": "image",
    "audio": "recording",
    "video": "recording",
    "font": "binary",
    PDF: "pdf",
    "application/zip": "archive",
    "application/gzip": "archive",
}
_GZIP_MARK: Final = b"\x1f\x8b"
_GZIP_TYPES: Final = ("application/gzip", "application/x-gzip", "application/octet-stream")
# Pages and feeds are sent as all of these, and as text/…, …+xml and …+json.
_TEXT_TYPES: Final = (XML, JSON, "application/octet-stream")
# How files that are not text begin, whatever type they are sent as.
_SIGNATURES: Final = (
    (PDF_SIGNATURE, "pdf"),
    (b"PK\x03\x04", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "recording"),
    (_GZIP_MARK, "archive"),
)
_BINARY_MESSAGES: Final = {
    "pdf": translatable("{host} sent a PDF, which is not a feed; add it as a link."),
    "image": translatable("{host} sent an image; only text pages and feeds can be read."),
    "recording": translatable("{host} sent audio or video; only text pages and feeds can be read."),
    "archive": translatable(
        "{host} sent a zip archive or an office document; only text pages and feeds can be read."
    ),
    "binary": translatable("{host} sent binary data; only text pages and feeds can be read."),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. `body` is decompressed, and one byte longer than the limit where
    there was more; it is empty unless the reply is complete."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_complete(self) -> bool:
        """Whether the status says that the body is the document at the address."""
        return self.status in (200, 203)

    @property
    def content_type(self) -> tuple[str | None, str | None]:
        """The media type in lower case and the character set, as far as the headers state them."""
        header = self.header("Content-Type")
        if header is None:
            return None, None
        message = Message()
        message["Content-Type"] = header
        try:
            charset = message.get_content_charset()
        except (LookupError, TypeError, ValueError):  # parameters in pieces that do not fit
            charset = None
        return message.get_content_type(), charset

    @property
    def retry_after(self) -> float | None:
        """The seconds to stay away; a date is relative to the date of the reply itself."""
        value = self.headers.get("Retry-After", "")
        try:
            if value.isdecimal():
                seconds = float(value)
            else:
                until, sent = map(parsedate_to_datetime, (value, self.headers.get("Date", "")))
                seconds = (until - sent).total_seconds()
        except (ValueError, TypeError, OverflowError):  # TypeError: only one has a time zone
            return None
        return min(max(seconds, 0.0), MAX_RETRY_SECONDS)

    def header(self, name: str) -> str | None:
        """Return a header that can be stored and sent back; None if it is absent or malformed."""
        value = self.headers.get(name)
        return value if value and value.isascii() and value.isprintable() else None


def status_error(reply: Reply) -> FetchError:
    """Return the error for a status that brings no page or feed."""
    host, status = reply.url.host, reply.status
    if status in (404, 410):
        return FetchError(
            "{host} has nothing at this address ({status}); check the address.",
            host=host,
            status=status,
            gone=True,
        )
    if status in (401, 402, 403, 407, 451):
        return FetchError(
            "{host} does not let Verbatim read this ({status}); save the page in a browser and "
            "add the file instead.",
            host=host,
            status=status,
            refused=True,
        )
    if status == 429:
        return FetchError(
            "{host} asks to be visited less often ({status}); try again later.",
            host=host,
            status=status,
            retry_after=reply.retry_after,
        )
    if status >= 500:
        return FetchError(
            "{host} has a problem of its own ({status}); try again later.",
            host=host,
            status=status,
            retry_after=reply.retry_after,
        )
    return FetchError(
        "{host} answered {status} and sent no page; check the address.", host=host, status=status
    )


def unpack_gzip(reply: Reply, limit: int) -> Reply:
    """Return the reply with a body that is a gzip file unpacked, cut at `limit` bytes and one.

    Such a file is no archive of several: `feed.xml.gz`. Raises FetchError where it is damaged.
    """
    if not reply.body.startswith(_GZIP_MARK):
        return reply
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(reply.body)) as file:
            body = file.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise FetchError(
            "{host} sent damaged compressed data; try again later.", host=reply.url.host
        ) from error
    headers = CIMultiDict(reply.headers)
    if reply.content_type[0] in _GZIP_TYPES:
        del headers["Content-Type"]  # of the packed file
    return replace(reply, headers=headers, body=body)


def is_pdf(media_type: str | None, body: bytes) -> bool:
    """Whether a body is a PDF, by its type and first bytes."""
    return _find_kind(media_type, body) == "pdf"


def binary_error(host: str | None, media_type: str | None, body: bytes) -> FetchError | None:
    """Return the error for a body that is not text, by its type and first bytes; None for text."""
    kind = _find_kind(media_type, body)
    if kind is None:
        return None
    if kind in _BINARY_MESSAGES:
        return FetchError(_BINARY_MESSAGES[kind], host=host)
    return FetchError(
        "{host} sent “{type}”; only text pages and feeds can be read.", host=host, type=kind
    )


def _find_kind(media_type: str | None, body: bytes) -> str | None:
    """Return a kind of binary file, or a media type that no page or feed has; None for text."""
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    if b"\0" in body[:1024] and not find_marked_encoding(body):
        return "binary"
    if media_type is None:
        return None
    family = media_type.partition("/")[0]
    binary_kind = _BINARY_KINDS.get(media_type) or _BINARY_KINDS.get(family)
    if binary_kind:
        return binary_kind
    if family == "text" or media_type in _TEXT_TYPES or media_type.endswith(("+xml", "+json")):
        return None
    return media_type
