"""Removing what a server has added, by the names that choices and buttons give it."""

from __future__ import annotations

from discord import ui

from bot.chat.interaction.context import BotClient
from bot.chat.library import pages as holdings
from bot.errors import LibraryError
from bot.model import Article, Feed

_LONGEST_NUMBER = 18  # digits; no feed has a longer one


def name_of(entry: Article | Feed) -> str:
    """A name of at most 84 characters, which outlives restarts."""
    return f"{'feed' if isinstance(entry, Feed) else 'article'}:{entry.id}"


async def remove(
    client: BotClient, guild_id: int, name: str, *, together: bool, heading: str
) -> ui.LayoutView:
    """Remove what the server has of that name, and say so under `heading`.

    With `together` what came with it goes too: what a feed brought, the other stories of a file.
    Raises LibraryError where the server has nothing of that name.
    """
    kind, _, id_ = name.partition(":")
    if kind == "feed" and id_.isascii() and id_.isdecimal() and len(id_) <= _LONGEST_NUMBER:
        feed = await client.ingester.unfollow_feed(guild_id, int(id_), articles=together)
        return holdings.left(heading, feed, with_articles=together)
    own = client.library.own_articles(guild_id)
    named = [article for article in own if name_of(article) == name]
    if not named:
        raise LibraryError("This server has nothing of that name; choose one from the list.")
    if together:
        came = (named[0].source, named[0].added_at)
        named = [article for article in own if (article.source, article.added_at) == came]
    for article in named:
        await client.ingester.remove_article(guild_id, article.id)
    return holdings.removed(heading, named)
