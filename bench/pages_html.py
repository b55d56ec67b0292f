"""How much of web pages' articles is found beside trafilatura: python -m bench.pages_html FOLDER.

The folder holds pages as they were served, each NAME.html with its article as text in NAME.txt.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import trafilatura

from bench.pages import score
from bot.errors import ReadingError
from bot.reading.html.story import read_html

_USAGE = "usage: python -m bench.pages_html FOLDER"


def story(page: bytes) -> str:
    """The headings and paragraphs of the page's story, a line each; nothing where none is found."""
    try:
        paragraphs = read_html(page, url=None).paragraphs
    except ReadingError:
        return ""
    lines: list[str] = []
    above = None
    for paragraph in paragraphs:
        if paragraph.heading and paragraph.heading != above:
            lines.append(paragraph.heading)
        above = paragraph.heading
        lines.append(paragraph.text)
    return "\n".join(lines)


def extract(page: bytes, *, recall: bool = False, precision: bool = False) -> str:
    """What trafilatura itself makes of the page, without comments and tables."""
    text = trafilatura.extract(
        page,
        favor_recall=recall,
        favor_precision=precision,
        include_comments=False,
        include_tables=False,
    )
    return text or ""


def main(argv: Sequence[str]) -> int:
    """Print the score of our reading and of trafilatura's; return the exit code."""
    if len(argv) != 1:
        print(_USAGE, file=sys.stderr)
        return 2
    folder = Path(argv[0])
    pages = [file for file in sorted(folder.glob("*.html")) if file.with_suffix(".txt").exists()]
    if not pages:
        print(f"There are no pages in {folder}: NAME.html beside NAME.txt.", file=sys.stderr)
        return 2
    readers: dict[str, Callable[[bytes], str]] = {
        "Verbatim": story,
        "trafilatura": extract,
        "trafilatura, for recall": lambda page: extract(page, recall=True),
        "trafilatura, for precision": lambda page: extract(page, precision=True),
    }
    texts = [file.with_suffix(".txt").read_text("utf-8") for file in pages]
    for name, extract_body in readers.items():
        bodies = [extract_body(file.read_bytes()) for file in pages]
        print(f"{name:26}", score(list(zip(texts, bodies, strict=True))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
