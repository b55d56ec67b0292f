"""A small town's newspaper: its stories, and their publishing on a site."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.support.site import FeedItem, Site

NEWSPAPER = "The Marrow Bay Courier"
FEED_PATH = "/feed.xml"


class NewspaperStory(NamedTuple):
    """A story as the newspaper prints it."""

    title: str
    author: str
    paragraphs: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where its page is on the site."""
        return "/" + "-".join(self.title.lower().split())


def _pieces() -> tuple[NewspaperStory, ...]:
    """The pieces of newspaper.txt: a title, who wrote it and its paragraphs, a line each."""
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    written = (piece.splitlines() for piece in text.split("\n\n"))
    return tuple(NewspaperStory(title, author, tuple(rest)) for title, author, *rest in written)


STORIES = _pieces()


def publish(site: Site, number: int) -> str:
    """Let the first pieces stand on the site and in its feed, the newest first.

    The feed tells every other piece in full, of the rest only the title. Returns its address.
    """
    pieces = [*enumerate(STORIES[:number])]
    for _, piece in pieces:
        head = f'<meta property="og:site_name" content="{NEWSPAPER}">'
        head += f'<meta name="author" content="{piece.author}">'
        site.page(piece.path, piece.title, *piece.paragraphs, head=head)
    items = [
        FeedItem(piece.path, piece.title, piece.paragraphs if place % 2 else None)
        for place, piece in reversed(pieces)
    ]
    return site.feed(FEED_PATH, NEWSPAPER, *items)
