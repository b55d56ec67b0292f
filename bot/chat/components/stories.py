"""An article in a line or two: its title, its outlet and day, and a link to open it."""

import re

from bot.chat.components.markdown import link, one_line
from bot.language import format_day, say, say_count
from bot.model import Article

MAX_TITLE = 160
MAX_OUTLET = 80

# What in a link's label would make Discord show the markup, or a mention, instead of the link.
_NO_LABEL = re.compile(r"[\[\]<>@]|://")


def title(article: Article) -> str:
    """Return the title, in one line."""
    return one_line(article.title, MAX_TITLE) or say("untitled")


def outlet(article: Article) -> str:
    """Return the outlet; "" where the article states none."""
    return one_line(article.outlet or "", MAX_OUTLET)


def heading(article: Article, level: str = "", *facts: str) -> str:
    """Return the title, in bold or as the heading of `level` ("###"), and below it in small type
    the outlet and the day, as far as they are stated, the `facts`, and a link to open it."""
    day = format_day(article.published) if article.published else ""
    small_print = " · ".join(filter(None, (outlet(article), day, *facts, open_link(article))))
    name = f"{level} {title(article)}" if level else f"**{title(article)}**"
    return f"{name}\n-# {small_print}" if small_print else name


def open_link(article: Article) -> str:
    """Return a link to the article; "" where it has no address."""
    return link(say("open"), article.url) or ""


def describe_article(article: Article) -> str:
    """Return an article and what is known of it, in two lines."""
    paragraphs = say_count(len(article.paragraphs), "{number:,} paragraph", "{number:,} paragraphs")
    return heading(article, "", paragraphs)


def linked_title(article: Article, name: str) -> str:
    """Return the `name` of an article, in markdown, as a link to it, or with one behind it; alone
    where the article has no address."""
    is_label = _NO_LABEL.search(article.title) is None
    titled_link = link(name, article.url) if is_label else None
    return titled_link or " · ".join(filter(None, (name, open_link(article))))
