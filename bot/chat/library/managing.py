"""Layouts for those who manage a server, and the buttons on them."""

from __future__ import annotations

from discord import ui

from bot.briefing.quoting import quote_opening
from bot.chat.components.layout import ListPage
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout
from bot.chat.library import pages as holdings
from bot.chat.library.removing import name_of, remove
from bot.errors import LibraryError
from bot.language import say
from bot.model import Article, Feed, IngestResult, Limits, Quote, StoredArticle
from bot.store import Store


class LibraryButton(PersistentButton, kind="library", values=r"\d{1,6}"):
    """Turns /library list to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        guild_id = managed_guild(interaction)
        page = await library_page(interaction.client.store, guild_id, int(self.value))
        await edit_layout(interaction, page)


class UndoButton(PersistentButton, kind="undo", values=r"(?:article|feed):\w{1,80}"):
    """Takes back what the command that it stands under added."""

    async def press(self, interaction: Interaction) -> None:
        guild_id = managed_guild(interaction)
        await interaction.response.defer()
        try:
            undone = await remove(
                interaction.client, guild_id, self.value, together=True, heading=say("Undone")
            )
        except LibraryError as fault:
            raise LibraryError("This is undone already: it is no longer held here.") from fault
        await edit_layout(interaction, undone)


FEATURE = Feature(buttons=(LibraryButton, UndoButton))


def openings_of(said: IngestResult) -> list[Quote]:
    """The first sentences of the articles that were added."""
    return [quote for taken in said.articles if (quote := quote_opening(taken.article))]


def gathered_page(
    said: IngestResult, openings: Checked[list[Quote]], limits: Limits
) -> ui.LayoutView:
    """What was understood of what was added, with a button to take it back."""
    added = [taken.article for taken in said.articles if taken.outcome == "added"]
    undoable: list[Article | Feed] = [said.feed, *added] if said.feed else [*added]
    return with_buttons(
        holdings.gathered(said, openings, limits),
        [UndoButton(name_of(entry), say("Undo")) for entry in undoable[:1]],
    )


async def library_page(store: Store, guild_id: int, number: int) -> ui.LayoutView:
    """The page of what a server has added that stands nearest to `number`, from 0."""
    articles, feeds = await store.articles.list(guild_id), await store.feeds.list(guild_id)
    entries: list[StoredArticle | Feed] = [*articles, *feeds]
    page = ListPage.nearest(number, entries, holdings.ENTRIES_A_PAGE)
    return with_buttons(holdings.library(articles, feeds, page), page_buttons(LibraryButton, page))
