"""What a page prints of its place among the pages of one text: "Page 1 of 2"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_TEXT = 40  # characters
_PAGE_NUMBER = re.compile(
    r"""[-–—(（]?\s*(?:
        (?:page|seite|página|pagina|strona|страница|sida|side|페이지|pág\.?|стр\.|p\.)\s?(\d{1,4})
            (?:\s?(?:of|/|von|de|di|van|z|из|av|af|sur|중)\s?(\d{1,4}))?
        |第?\s?(\d{1,4})\s?(?:ページ目?|頁|页)
            (?:\s?[/／,，、（(]?\s?[共全]?\s?(\d{1,4})\s?(?:ページ中?|頁|页))?
        |(\d{1,4})(?:\s?/\s?(\d{1,4}))?\s?(?:페이지|쪽)
        |(\d{1,4})\s?(?:페이지|쪽)\s?/\s?(?:총\s?)?(\d{1,4})\s?(?:페이지|쪽)
    )\s*[-–—)）]?""",
    re.IGNORECASE | re.VERBOSE,
)


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but the number of a page."""
    return len(text) <= _MAX_TEXT and _PAGE_NUMBER.fullmatch(text) is not None


def has_next_page(texts: Iterable[str]) -> bool:
    """Whether the lines print page numbers, and the highest is below the count printed with it."""
    numbers, counts = [0], [0]
    for text in texts:
        match = _PAGE_NUMBER.fullmatch(text) if len(text) <= _MAX_TEXT else None
        stated = [int(group) for group in match.groups() if group] if match else []
        if len(stated) > 1:
            numbers.append(stated[0])
            counts.append(stated[1])
    return max(numbers) < max(counts)
