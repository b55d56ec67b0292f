"""What came of adding something, in the words of those who added it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.library.librarian import Taken
from bot.model import Feed

Progress: TypeAlias = Callable[[int, int], None]  # how many are done, of how many


@dataclass(frozen=True, slots=True)
class Gathered:
    """The articles taken, from `feed` if from one. `failures` are sentences; `left_out` counts the
    entries of a feed that were not read because it has too many, `pending` those that come with its
    next polls."""

    taken: tuple[Taken, ...] = ()
    feed: Feed | None = None
    failures: tuple[str, ...] = ()
    left_out: int = 0
    pending: int = 0
