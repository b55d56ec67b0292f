"""Fonts that can draw a text, by the characters they hold; a machine may have none for a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from matplotlib.font_manager import FontEntry, findfont, fontManager
from matplotlib.ft2font import FT2Font

_OWN: Final = "DejaVu Sans"  # comes with matplotlib
_REGULAR: Final = 400
# Of the fonts that hold a script one with such a word in its name is taken first: they are plain.
_PLAIN: Final = ("Sans", "Gothic")
_BOXES: Final = "Last Resort"  # has a box for every character


class Fonts:
    """Those of the fonts `installed` that were needed so far, after matplotlib's own."""

    def __init__(self, installed: Sequence[FontEntry] | None = None) -> None:
        """`installed` are this machine's where they are not given."""
        self._installed = fontManager.ttflist if installed is None else installed
        self._held = {_OWN: _characters(findfont(_OWN))}
        self._undrawable: set[int] = set()

    @property
    def families(self) -> list[str]:
        """What to draw with, each for the characters that those before it lack."""
        return list(self._held)

    def drawable(self, text: str) -> str:
        """`text` without the characters that no font holds."""
        self._look_for(set(map(ord, text)))
        return "".join(character for character in text if ord(character) not in self._undrawable)

    def _look_for(self, characters: set[int]) -> None:
        lacking = characters.difference(self._undrawable, *self._held.values())
        others = self._others() if lacking else iter(())
        while lacking and (entry := next(others, None)):
            held = _characters(entry.fname)
            if lacking & held:
                self._held[entry.name] = held
                lacking -= held
        self._undrawable |= lacking

    def _others(self) -> Iterator[FontEntry]:
        """The upright fonts of regular weight, plain ones first."""
        regular = (
            entry
            for entry in self._installed
            if entry.style == "normal" and entry.weight == _REGULAR and _BOXES not in entry.name
        )
        yield from sorted(regular, key=lambda entry: not any(word in entry.name for word in _PLAIN))


def _characters(file: str) -> frozenset[int]:
    """The characters that a font holds; none where it can be read no more."""
    with suppress(OSError, RuntimeError):
        return frozenset(FT2Font(file).get_charmap())
    return frozenset()
