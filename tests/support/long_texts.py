"""Hostile texts for the readers and the commands: any characters, and long lines of many kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st

from tests.support.strategies import TRAPS

# What a long line repeats.
PATTERNS: Final[Mapping[str, str]] = {
    "a transcript": "So the ferry sailed at 5% more in May. Then Mr Oak opened the quay, he said. ",
    "no full stop": "the union opened and closed the yard while fares rose and fell as it won ",
    "quotation marks": '"',
    "turned marks": "“a” ",
    "opening marks": "“ab ",
    "speech": '"We go," said Mayor Ann Oak, ',
    "reported speech": 'Mayor Ann Oak said "we go on" and ',
    "brackets": "(a [b ",
    "stops": "a. ",
    "figures": "1,234.5 ",
    "dates": "On May 5, 2024 at 5 p.m. ",
    "Korean speech": "한도윤 시장은 “항구를 연다”고 말했다. 정부는 수출이 늘었다고 밝혔다. ",
    "Korean without a stop": "정부는 수출이 늘었다고 밝히고 협상을 시작하며 ",
    "Korean marks": "“가” ‘나’ ",
    "apostrophes": "' ",
    "hyphens": "a-b-",
    "one word": "a",
    "capitals": "Ann Oak ",
    "commas": ", ",
    "spaces": " ",
    "lines": "Ann said it.\n",
    "tags": "<p><b>a</i>&amp;",
    "marks within marks": "He said, “‘a” b’ (c. D ",
}
MAX_LENGTH: Final = 100_000  # characters


def repeat(pattern: str, length: int) -> str:
    """Return so many characters of a repeated pattern."""
    return (pattern * (length // len(pattern) + 1))[:length]


_lengths = st.sampled_from([50, 1_000, 10_000, MAX_LENGTH])
_lines = st.builds(repeat, st.sampled_from(sorted(PATTERNS.values())), _lengths)
# Texts of up to MAX_LENGTH and little more: what a page, a file or a person may give.
hostile_texts = st.lists(
    _lines | st.text(max_size=80) | st.sampled_from(TRAPS), min_size=1, max_size=3
).map(lambda parts: "\n\n".join(parts)[: MAX_LENGTH + 1_000])
