"""How often words are used, by wordfreq's lists, which are read without importing wordfreq.

It loads tables of all languages and scripts: .17 s of processor time and 19 MB of memory.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

import msgpack

# The list of what is used once in a million words at least, which is Zipf 3: nothing rarer is told
# apart here, and it loads in a tenth of the time of the large one.
_LIST: Final = "small"
_ONCE_IN_A_BILLION: Final = 900  # hundredths of a power of ten


def zipf_frequency(form: str) -> float:
    """Return how common a casefolded English form is, on the Zipf scale (log10 of uses per billion
    words); 0 where it is not in the list.

    What is not letters alone, such as a year, is cut by wordfreq itself.
    """
    if not form.isalpha():
        from wordfreq import zipf_frequency as cut_and_look_up

        return float(cut_and_look_up(form, "en", _LIST))
    rarity = _read_rarities("en").get(form)
    return 0.0 if rarity is None else (_ONCE_IN_A_BILLION - rarity) / 100


def korean_frequency(form: str) -> float:
    """Return which part of the words of Korean texts a form is; 0 where it is not in the list.

    wordfreq itself asks for a morphological analyser before it looks up Korean.
    """
    rarity = _read_rarities("ko").get(form)
    return 0.0 if rarity is None else float(10 ** (-rarity / 100))


@cache
def _read_rarities(language: Literal["en", "ko"]) -> Mapping[str, int]:
    """The words of a list, each with minus a hundred times the logarithm of its frequency: the
    list has a row of words for each whole number from 0, after a row that describes it."""
    package = find_spec("wordfreq")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "data" / f"{_LIST}_{language}.msgpack.gz"
    _, *rows = msgpack.unpackb(gzip.decompress(file.read_bytes()))
    return {word: rarity for rarity, words in enumerate(rows) for word in words}
