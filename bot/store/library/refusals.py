"""Why articles and feeds are refused, in one sentence each."""

from typing import Literal

from bot.errors import LibraryError
from bot.model import SHARED

MAX_KEY_BYTES = 2_000  # PostgreSQL indexes no text of more than 2,704

Kind = Literal["article", "feed"]


def refuse_beyond(limit: int | None, count: int, kind: Kind) -> None:
    """Raise LibraryError if `count` of that kind are as many as a server can have."""
    if limit is None or count < limit:
        return
    if kind == "feed":
        raise LibraryError(
            "This server already has {number:,} feeds, which is the limit. Remove one first with "
            "/library remove.",
            number=count,
        )
    raise LibraryError(
        "This server already has {number:,} articles, which is the limit. Remove one first with "
        "/library remove.",
        number=count,
    )


def refuse_long(key: str) -> None:
    """Raise LibraryError if an address is longer than any that a browser takes."""
    if len(key.encode(errors="replace")) > MAX_KEY_BYTES:
        raise LibraryError(
            "The address {address}… is too long. Use one of at most 2,000 characters.",
            address=key[:60],
        )


def no_such(kind: Kind, collection: int) -> LibraryError:
    """Return the error that the collection has no such article or feed."""
    match collection == SHARED, kind:
        case True, "feed":
            return LibraryError("The shared desk has no such feed. Choose one from the list.")
        case True, _:
            return LibraryError("The shared desk has no such article. Choose one from the list.")
        case _, "feed":
            return LibraryError("This server has no such feed. Choose one from the list.")
        case _:
            return LibraryError("This server has no such article. Choose one from the list.")
