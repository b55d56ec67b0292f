"""Searching a list by words, which the buttons to its other pages take along in their ids."""

import re
from collections.abc import Iterable
from typing import Final

from bot.chat.components.markdown import one_line
from bot.language import say

# With emoji, which count twice, an id stays below 100.
MAX_SEARCH: Final = 40
# The value of a button to a page of a list: its number and, where it was searched, the words.
PAGE_VALUE: Final = r"\d{1,6}(?::.{1,40})?"


def page_value(number: int, search: str) -> str:
    """Return the value of a button to page `number` of what was searched for."""
    return f"{number}:{search}" if search else str(number)


def parse_page_value(value: str) -> tuple[int, str]:
    """Return the number and the words that `page_value` wrote."""
    number, _, search = value.partition(":")
    return int(number), search


def clean_search(typed: str | None) -> str:
    """Return the words typed on one line."""
    return re.sub(r"\s+", " ", typed or "").strip()[:MAX_SEARCH]


def has_words(search: str, texts: Iterable[str | None]) -> bool:
    """Whether each word of `search` stands somewhere in the texts, in any case."""
    text = "\n".join(filter(None, texts)).casefold()
    return all(word in text for word in search.casefold().split())


def search_line(search: str) -> str:
    """Say what a list was searched for, for the line below its heading; "" for nothing."""
    return say("matching “{words}”", words=one_line(search, MAX_SEARCH * 2)) if search else ""
