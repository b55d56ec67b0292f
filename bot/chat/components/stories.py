"""An article named in a line: its title, its outlet and day, and where it can be opened."""

from __future__ import annotations

from bot.chat.components.markdown import link, one_line
from bot.language import format_day, say
from bot.model import Article

LONGEST_TITLE = 160
LONGEST_OUTLET = 80


def title(article: Article) -> str:
    return one_line(article.title, LONGEST_TITLE) or say("untitled")


def outlet(article: Article) -> str:
    """Nothing where the article states none."""
    return one_line(article.outlet or "", LONGEST_OUTLET)


def origin(article: Article) -> str:
    """The outlet, and the day if one is stated."""
    source = outlet(article) or say("outlet not stated")
    return f"{source} · {format_day(article.published)}" if article.published else source


def open_link(article: Article) -> str:
    target = link(say("open"), article.url)
    return f" · {target}" if target else ""
