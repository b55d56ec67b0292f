"""An article in a line or two: its title, its outlet and day, and a link to open it."""

from bot.chat.components.markdown import link, one_line
from bot.language import format_day, say, say_count
from bot.model import Article

MAX_TITLE = 160
MAX_OUTLET = 80


def title(article: Article) -> str:
    """Return the title, in one line."""
    return one_line(article.title, MAX_TITLE) or say("untitled")


def outlet(article: Article) -> str:
    """Return the outlet; "" where the article states none."""
    return one_line(article.outlet or "", MAX_OUTLET)


def origin(article: Article) -> str:
    """Return the outlet, and the day if one is stated."""
    source = outlet(article) or say("outlet not stated")
    return f"{source} · {format_day(article.published)}" if article.published else source


def open_link(article: Article) -> str:
    """Return a link to the article; "" where it has no address."""
    target = link(say("open"), article.url)
    return f" · {target}" if target else ""


def describe_article(article: Article) -> str:
    """Return an article and what is known of it, in two lines."""
    paragraphs = say_count(len(article.paragraphs), "{number:,} paragraph", "{number:,} paragraphs")
    return f"**{title(article)}**\n-# {origin(article)} · {paragraphs}{open_link(article)}"
