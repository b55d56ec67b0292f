"""How much of each news page's article the page reader finds: python -m bench.pages FOLDER_OR_FILE.

The pages are lines of JSON with `text`, the plain text of a page, and `body`, the article in it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.reading.pages.page import read_page

_USAGE = "usage: python -m bench.pages FOLDER_OR_FILE"
_SHINGLE = 4
_LONG_LINE = 10  # words


@dataclass(frozen=True, slots=True)
class Score:
    """Mean precision and recall over `n` pages, and the F1 of the two means."""

    precision: float
    recall: float
    n: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f} recall {self.recall:.3f} f1 {self.f1:.3f} n {self.n}"
        )


def score(pairs: Sequence[tuple[str, str]]) -> Score:
    """Score the (true, extracted) bodies of at least one page by multisets of 4-word shingles.

    That is the measure of Zyte's article-extraction-benchmark, with its F1 taken of the means.
    """
    measured = [_precision_and_recall(true, extracted) for true, extracted in pairs]
    n = len(measured)
    return Score(sum(p for p, _ in measured) / n, sum(r for _, r in measured) / n, n)


def _precision_and_recall(true: str, extracted: str) -> tuple[float, float]:
    expected, returned = _shingles(true), _shingles(extracted)
    shared = (expected & returned).total()
    return shared / returned.total(), shared / expected.total()


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    starts = range(max(1, len(words) - _SHINGLE + 1))
    return Counter(tuple(words[n : n + _SHINGLE]) for n in starts)


def main_story(page: str) -> str:
    """The paragraphs of the page's main story, a line each."""
    return "\n".join(p.text for story in read_page(page)[:1] for p in story.paragraphs)


def long_lines(page: str) -> str:
    """The baseline: every line of ten words or more that ends in punctuation."""
    lines = [line.strip() for line in page.splitlines()]
    return "\n".join(
        line for line in lines if len(line.split()) >= _LONG_LINE and re.search(r"[.!?]\W*$", line)
    )


def main(argv: Sequence[str]) -> int:
    """Print the reader's score and the baseline's; return the exit code."""
    if len(argv) != 1:
        print(_USAGE, file=sys.stderr)
        return 2
    path = Path(argv[0])
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    try:
        pages = [page for file in files for page in _read_pairs(file)]
    except FileNotFoundError:
        pages = []
    except (ValueError, KeyError, TypeError):
        print(
            f"{path} does not hold pages: a JSON object a line, with text and body.",
            file=sys.stderr,
        )
        return 2
    if not pages:
        print(f"There are no pages at {path}; name a .jsonl file or its folder.", file=sys.stderr)
        return 2
    readers: dict[str, Callable[[str], str]] = {"reader": main_story, "long lines": long_lines}
    for name, reader in readers.items():
        print(f"{name:10}", score([(body, reader(text)) for text, body in pages]))
    return 0


def _read_pairs(file: Path) -> list[tuple[str, str]]:
    """The (text, body) pairs of one file."""
    pages = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line.strip()]
    return [(page["text"], page["body"]) for page in pages]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
