"""Fonts chosen by the characters they have; a machine may have none for a script."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from matplotlib.font_manager import FontEntry, findfont, fontManager
from matplotlib.ft2font import FT2Font

_BUNDLED: Final = "DejaVu Sans"  # comes with matplotlib
_REGULAR: Final = 400
# Of the fonts for a script, plain ones are tried first: those with such a word in their name.
_PLAIN: Final = ("Sans", "Gothic")
_BOXES: Final = "Last Resort"  # has a box for every character


class Fonts:
    """Matplotlib's own font, and those installed fonts that were needed so far."""

    def __init__(self, installed: Sequence[FontEntry] | None = None) -> None:
        """Use the fonts `installed`, or else all of this machine's."""
        self._installed = fontManager.ttflist if installed is None else installed
        self._characters = {_BUNDLED: _read_characters(findfont(_BUNDLED))}
        self._undrawable: set[int] = set()

    @property
    def families(self) -> list[str]:
        """The families to draw with, each for the characters that those before it lack."""
        return list(self._characters)

    def drawable(self, text: str) -> str:
        """Return `text` without the characters that no font has."""
        self._load_fonts_for(set(map(ord, text)))
        return "".join(character for character in text if ord(character) not in self._undrawable)

    def _load_fonts_for(self, characters: set[int]) -> None:
        missing = characters.difference(self._undrawable, *self._characters.values())
        candidates = self._candidates() if missing else iter(())
        while missing and (entry := next(candidates, None)):
            available = _read_characters(entry.fname)
            if missing & available:
                self._characters[entry.name] = available
                missing -= available
        self._undrawable |= missing

    def _candidates(self) -> Iterator[FontEntry]:
        """Yield the upright fonts of regular weight, plain ones first."""
        regular = (
            entry
            for entry in self._installed
            if entry.style == "normal" and entry.weight == _REGULAR and _BOXES not in entry.name
        )
        yield from sorted(regular, key=lambda entry: not any(word in entry.name for word in _PLAIN))


def _read_characters(file: str) -> frozenset[int]:
    """Return the characters that a font has; none if its file cannot be read."""
    with suppress(OSError, RuntimeError):
        return frozenset(FT2Font(file).get_charmap())
    return frozenset()
