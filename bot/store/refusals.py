"""What articles and feeds are refused for, in one sentence each."""

from __future__ import annotations

from typing import Literal

from bot.errors import LibraryError
from bot.model import SHARED

LONGEST_KEY = 2_000  # bytes; PostgreSQL indexes no text of more than 2,704

Kind = Literal["article", "feed"]


def refuse_beyond(limit: int | None, held: int, kind: Kind) -> None:
    """LibraryError if `held` of that kind are as many as a server can have."""
    if limit is not None and held >= limit:
        raise LibraryError(
            f"This server has {held} {kind}s, which is the most it can have. "
            "Remove one first with /library remove."
        )


def refuse_long(key: str) -> None:
    """LibraryError if an address is longer than any that a browser takes."""
    if len(key.encode(errors="replace")) > LONGEST_KEY:
        raise LibraryError(
            f"The address {key[:60]}… is too long. Give one of at most 2,000 characters."
        )


def not_held(collection: int, kind: Kind) -> LibraryError:
    whose = "The shared desk" if collection == SHARED else "This server"
    return LibraryError(f"{whose} has no such {kind}. Choose one of those that are listed.")
