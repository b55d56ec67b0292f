"""Removing what a server has added, by the names that choices and buttons give it."""

from collections.abc import Sequence

from discord import ui

from bot.chat.components.layout import BLUE, framed, listed
from bot.chat.components.stories import title
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.context import BotClient, Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout
from bot.chat.interaction.suggestions import parse_id
from bot.chat.library.list_page import feed_title
from bot.errors import LibraryError
from bot.language import say
from bot.model import Article, Feed


class UndoButton(PersistentButton, kind="undo", values=r"(?:article|feed):\w{1,80}"):
    """Removes what the command that it stands under added."""

    async def press(self, interaction: Interaction) -> None:
        """Remove it, and say so in place of the message."""
        guild_id = managed_guild(interaction)
        await interaction.response.defer()
        try:
            page = await remove(
                interaction.client, guild_id, self.value, together=True, heading=say("Undone")
            )
        except LibraryError as error:
            raise LibraryError("This has already been undone.") from error
        await edit_layout(interaction, page)


def entry_name(entry: Article | Feed) -> str:
    """Return a name of at most 84 characters, which outlives restarts."""
    return f"{'feed' if isinstance(entry, Feed) else 'article'}:{entry.id}"


async def remove(
    client: BotClient, guild_id: int, name: str, *, together: bool, heading: str
) -> ui.LayoutView:
    """Remove what the server has of that name, and say so under `heading`.

    With `together` also what came with it: a feed's articles, the other articles of a file. Raises
    LibraryError where the server has nothing of that name.
    """
    error = LibraryError("This server has nothing with that name; choose one from the list.")
    kind, _, id_ = name.partition(":")
    if kind == "feed":
        feed_id = parse_id(id_, error)
        feed = await client.ingester.unfollow_feed(guild_id, feed_id, articles=together)
        return unfollowed_page(heading, feed, with_articles=together)
    own_articles = client.library.own_articles(guild_id)
    articles = [article for article in own_articles if entry_name(article) == name]
    if not articles:
        raise error
    if together:
        origin = (articles[0].source, articles[0].added_at)
        articles = [
            article for article in own_articles if (article.source, article.added_at) == origin
        ]
    for article in articles:
        await client.ingester.remove_article(guild_id, article.id)
    return removed_page(heading, articles)


def removed_page(heading: str, articles: Sequence[Article]) -> ui.LayoutView:
    """Say which articles were removed."""
    lines = [say("**{title}** was removed.", title=title(article)) for article in articles]
    return listed(f"### {heading}", lines)


def unfollowed_page(heading: str, feed: Feed, *, with_articles: bool) -> ui.LayoutView:
    """Say which feed is no longer followed."""
    name = feed_title(feed)
    if with_articles:
        line = say("**{name}** is no longer followed. Its articles were removed.", name=name)
    else:
        line = say("**{name}** is no longer followed. Its articles are still here.", name=name)
    return framed(BLUE, f"### {heading}\n{line}")


FEATURE = Feature(buttons=(UndoButton,))
