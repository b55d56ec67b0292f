"""What a chart is once it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the same in words. `key` has the names that no font here can draw, each behind the
    sign that the picture has for it."""

    png: bytes
    alt: str
    key: tuple[tuple[str, str], ...] = ()


class Drawing(NamedTuple):
    """A PNG, and its `key` as in Picture."""

    png: bytes
    key: tuple[tuple[str, str], ...] = ()
