"""A person's own words within a sentence to them."""

from __future__ import annotations

LONGEST = 40


def echo(text: str) -> str:
    """`text` in quotation marks, on one line and at most 40 characters of it."""
    line = " ".join(text.split())
    return f"“{line[: LONGEST - 1]}…”" if len(line) > LONGEST else f"“{line}”"
