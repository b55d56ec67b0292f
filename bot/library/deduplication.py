"""Whether two texts are one story: the same words, or so nearly the same that one is a copy."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.model import Paragraph

# A paragraph with fewer words may be the same in two stories by chance ("He declined to comment.").
_FEWEST_WORDS = 8
# Two paragraphs at least this much alike (0 to 100, Levenshtein) are one that was edited.
_ALIKE = 85
# A story is a copy where this part of the words of either stands in the other.
_SHARED_PART = 0.8
# An edit keeps at least this part of a story.
_KEPT_PART = 0.3

_QUOTES = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—―", '\'\'\'\'""""""------')


def text_hash(paragraphs: Iterable[Paragraph]) -> str:
    """Sixteen hexadecimal digits that two texts share if they differ at most in capitals, spaces,
    and the shapes of quotation marks, dashes and letters."""
    plain = "\n".join(_plain(paragraph.text) for paragraph in paragraphs)
    return hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()


def is_copy(some: Sequence[Paragraph], other: Sequence[Paragraph]) -> bool:
    """Whether two texts are one story, syndicated: nearly all of either stands in the other."""
    ours, theirs = _told(some), _told(other)
    return _part_held(ours, theirs) >= _SHARED_PART and _part_held(theirs, ours) >= _SHARED_PART


def is_version(some: Sequence[Paragraph], other: Sequence[Paragraph]) -> bool:
    """Whether one text can be an edit of the other: a part of it stands there still. What a page
    says instead of its story (subscribe, not found) is none."""
    return _part_held(_told(some), _told(other)) >= _KEPT_PART


def _told(paragraphs: Iterable[Paragraph]) -> list[str]:
    return [
        plain
        for paragraph in paragraphs
        if len((plain := _plain(paragraph.text)).split()) >= _FEWEST_WORDS
    ]


def _part_held(some: Sequence[str], other: Sequence[str]) -> float:
    """Which part of the characters of `some` stands in paragraphs of `other`, nearly the same."""
    held = sum(
        len(text)
        for text in some
        if text in other or process.extractOne(text, other, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    )
    return held / (sum(map(len, some)) or 1)


def _plain(text: str) -> str:
    straight = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", " ", straight).strip().casefold()
