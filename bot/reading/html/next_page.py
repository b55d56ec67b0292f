"""Whether a page leads to a further page of the same article, by its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.reading.html.metadata import resolve_url

_WORDS = r"pages?|seite|pagina|página|strona|sida|side|paged|pg"
# The number of a page at the end of a path, where the day of a date is none, or in a parameter.
_PATH_NUMBER = re.compile(
    rf"(?<![/-]\d\d)[/_,-](?:(?:{_WORDS})[/_-]?)?(\d{{1,2}})(?=/?$|\.\w{{3,5}}$)", re.IGNORECASE
)
_QUERY_NUMBER = re.compile(rf"(?:^|&)(?:{_WORDS})=(\d{{1,2}})(?=&|$)", re.IGNORECASE)
_NEXT = re.compile(
    r"\W*(?:(?:la )?(?:page|página|pagina|strona)\s)?"
    r"(?:next|continue|weiter|nächste|suivant|siguiente|próxima|successiva|volgende|następna|"
    r"nästa|neste|næste|далее|следующая|次|下一|다음).{0,30}",
    re.IGNORECASE,
)
_SECOND = 2
_COMMENTS = re.compile(r"comment|kommentar|commentaire|respond|disqus|reply", re.IGNORECASE)


def links_next_page(tree: HtmlElement, url: str | None) -> bool:
    """Whether the page at `url` links to the page after it of the same article.

    Such an address differs only in the number of the page, and the link is called the next one or
    shows that number. Another article is none, nor is a page of comments.
    """
    if not url:
        return False
    whole, (stripped, number) = _normalise(url), _split_number(url)
    for link, text in _find_next_links(tree):
        other, next_number = _split_number(resolve_url(url, link) or "")
        is_shown = not text.isdecimal() or int(text) == next_number
        is_second = next_number == _SECOND and other in (whole, stripped) and number in (0, 1)
        is_later = number > 1 and next_number == number + 1 and other == stripped
        if is_shown and (is_second or is_later):
            return True
    return False


def _find_next_links(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of each link to what is next or is shown as a number."""
    for element in tree.iter("link", "a"):
        text = " ".join(element.text_content().split())
        is_next = "next" in element.get("rel", "").lower().split()
        if is_next or (element.tag == "a" and (text.isdecimal() or _NEXT.fullmatch(text))):
            outer = (element, *element.iterancestors())
            marks = " ".join(f"{part.get('class', '')} {part.get('id', '')}" for part in outer)
            if not _COMMENTS.search(marks):
                yield element.get("href", ""), text


def _split_number(address: str) -> tuple[str, int]:
    """Return an address without the number of a page, and that number; 0 where it has none."""
    parts = urlsplit(address)
    if match := _QUERY_NUMBER.search(parts.query):
        query = parts.query[: match.start()] + parts.query[match.end() :]
        return _normalise(parts._replace(query=query.strip("&")).geturl()), int(match[1])
    if match := _PATH_NUMBER.search(parts.path):
        path = parts.path[: match.start()] + parts.path[match.end() :]
        return _normalise(parts._replace(path=path).geturl()), int(match[1])
    return _normalise(address), 0


def _normalise(address: str) -> str:
    """Return an address in the form in which two of one page are the same."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
