"""Where on a page an element is: near its headline, or in a part that belongs to other texts."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_ELSEWHERE_TAGS = frozenset(("nav", "footer", "aside", "form", "noscript", "script", "style"))
_ELSEWHERE = re.compile(
    r"comment|kommentar|respond|related|recommend|sidebar|widget|teaser|popular|trending|promo|"
    r"footer|navigation|more-|readmore|newsletter|disqus|testimonial|quote",
    re.IGNORECASE,
)
_MAX_CLIMB = 4  # elements from the headline up to the one that holds its byline too


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether the element, or one around it, is a part of the page beside its story."""
    for outer in (element, *element.iterancestors()):
        if outer.tag in ("body", "html"):
            return False
        marks = f"{outer.get('class', '')} {outer.get('id', '')}"
        if outer.tag in _ELSEWHERE_TAGS or _ELSEWHERE.search(marks):
            return True
    return False


def is_near_headline(element: HtmlElement) -> bool:
    """Whether an element a few levels around a headline (`h1`) holds `element` too."""
    around = set(element.iterancestors())
    for heading in element.getroottree().iter("h1"):
        for level, outer in enumerate(heading.iterancestors()):
            if level >= _MAX_CLIMB or outer.tag in ("body", "html"):
                break
            if outer in around:
                return True
    return False
