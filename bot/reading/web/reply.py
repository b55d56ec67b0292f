"""What a server answered, and what its status and headers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from yarl import URL

from bot.errors import FetchError

LONGEST_RETRY_AFTER: Final = 86_400.0  # seconds; who asks for more is asked again tomorrow


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. `body` is decompressed, and one byte longer than the limit where
    there was more; it is read of a whole reply only, and otherwise empty."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_whole(self) -> bool:
        """Whether the status says that the body is what stands at the address."""
        return self.status in (200, 203)

    @property
    def content_type(self) -> tuple[str | None, str | None]:
        """The media type in lower case and the character set, as far as the headers say them."""
        header = self.header("Content-Type")
        if header is None:
            return None, None
        message = Message()
        message["Content-Type"] = header
        return message.get_content_type(), message.get_content_charset()

    @property
    def retry_after(self) -> float | None:
        """The seconds to stay away; a date is reckoned from the date of the reply itself."""
        value = self.headers.get("Retry-After", "")
        try:
            if value.isdecimal():
                seconds = float(value)
            else:
                until, sent = map(parsedate_to_datetime, (value, self.headers.get("Date", "")))
                seconds = (until - sent).total_seconds()
        except (ValueError, TypeError, OverflowError):  # TypeError: only one has a time zone
            return None
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)

    def header(self, name: str) -> str | None:
        """A header that can be stored and sent back; None also for what no honest server sends."""
        value = self.headers.get(name)
        return value if value and value.isascii() and value.isprintable() else None


def refusal(reply: Reply) -> FetchError:
    """The error for a status that brings no page or feed."""
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
            "{host} does not let Verbatim read this ({status}); "
            "save the page in a browser and add the file instead.",
            host=host,
            status=status,
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
            "{host} has trouble of its own ({status}); try again later.",
            host=host,
            status=status,
            retry_after=reply.retry_after,
        )
    return FetchError(
        "{host} answered {status} and sent no page; check the address.", host=host, status=status
    )
