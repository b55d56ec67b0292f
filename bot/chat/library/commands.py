"""/library: what a server adds for itself alone; for those who manage the server."""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial

import discord
from discord import app_commands

from bot.chat.components.list_search import MAX_SEARCH, clean_search
from bot.chat.interaction.context import Interaction, suggest
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ManagersGroup
from bot.chat.interaction.permissions import managed_guild, manages
from bot.chat.interaction.replies import send_layout
from bot.chat.interaction.suggestions import Choices, matching_suggestions
from bot.chat.library.adding import add_feed, admit, read_attachment, show_added
from bot.chat.library.feed_lists import export_feeds, import_feeds
from bot.chat.library.gaps import gaps_page
from bot.chat.library.links import add_link
from bot.chat.library.list_page import describe_entry, health_page, library_page
from bot.chat.library.removal import entry_name, remove
from bot.errors import StoreError
from bot.language import say
from bot.model import Article, Feed

_MAX_ADDRESS = 2000

log = logging.getLogger(__name__)


async def complete_entry(interaction: Interaction, typed: str) -> Choices:
    """Suggest what the server has added: its feeds, then its articles, the newest first."""
    if not manages(interaction):
        return []
    return await matching_suggestions(_entry_choices(interaction), typed)


async def _entry_choices(interaction: Interaction) -> Iterable[tuple[str, str]]:
    client, guild_id = interaction.client, managed_guild(interaction)
    try:
        feeds = await client.store.feeds.list(guild_id)
    except StoreError as error:
        log.warning("feeds not suggested: %s", error)
        feeds = []
    entries: list[Article | Feed] = [*feeds, *reversed(client.library.own_articles(guild_id))]
    # At the limit of 2,000 articles this takes 40 ms.
    return await suggest(interaction, partial(_describe_entries, entries))


def _describe_entries(entries: Iterable[Article | Feed]) -> list[tuple[str, str]]:
    return [(describe_entry(entry), entry_name(entry)) for entry in entries]


class LibraryCommands(ManagersGroup):
    """The commands of /library; each answers the person alone."""

    add = app_commands.Group(name="add", description="Add articles that only this server sees.")

    def __init__(self) -> None:
        super().__init__("library", "Add and manage articles that only this server sees.")

    @add.command(name="link", description="Add the article on a web page.")
    @app_commands.describe(url="The address of the page")
    async def add_link(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _MAX_ADDRESS]
    ) -> None:
        """Add the article on a page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await add_link(interaction, url, offers_feeds=True)

    @add.command(name="file", description="Add the articles in a file: txt, md, html or pdf.")
    @app_commands.describe(attachment="An article, or a whole page as you copied or saved it")
    async def add_file(self, interaction: Interaction, attachment: discord.Attachment) -> None:
        """Add the articles in a file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if attachment.filename.lower().endswith(".opml"):
            await import_feeds(interaction, attachment)
            return
        client = interaction.client
        with admit(interaction):
            result = await client.ingester.add_file(
                managed_guild(interaction),
                attachment.filename,
                await read_attachment(attachment, client.limits.file_bytes(attachment.filename)),
                by=interaction.user.id,
            )
        await show_added(interaction, result)

    @add.command(
        name="feed", description="Follow a feed; its new articles are added automatically."
    )
    @app_commands.describe(url="The address of the feed, or of a page that names its feed")
    async def add_feed(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _MAX_ADDRESS]
    ) -> None:
        """Follow a feed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await add_feed(interaction, url)

    @app_commands.command(
        name="import", description="Follow the feeds in an OPML file from a feed reader."
    )
    @app_commands.describe(attachment="The OPML file, from a feed reader or another server")
    async def import_feeds(self, interaction: Interaction, attachment: discord.Attachment) -> None:
        """Follow the feeds of a list."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await import_feeds(interaction, attachment)

    @app_commands.command(description="Get the feeds that this server follows as an OPML file.")
    async def export(self, interaction: Interaction) -> None:
        """Send the list of feeds."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await export_feeds(interaction)

    @app_commands.command(name="list", description="List what this server has added.")
    @app_commands.describe(search="Only those with these words in the title, outlet or address")
    async def list_all(
        self,
        interaction: Interaction,
        search: app_commands.Range[str, 1, MAX_SEARCH] | None = None,
    ) -> None:
        """List what the server has added."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id, words = managed_guild(interaction), clean_search(search)
        await send_layout(
            interaction, await library_page(interaction.client.store, guild_id, 0, words)
        )

    @app_commands.command(name="remove", description="Remove an article, or stop following a feed.")
    @app_commands.describe(
        article="Which one",
        together="Also remove what came with it: a feed's articles, a file's others",
    )
    @app_commands.autocomplete(article=complete_entry)
    async def remove_one(
        self, interaction: Interaction, article: str, together: bool = False
    ) -> None:
        """Remove an article or unfollow a feed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        page = await remove(
            interaction.client,
            managed_guild(interaction),
            article,
            together=together,
            heading=say("Removed"),
        )
        await send_layout(interaction, page)

    @app_commands.command(description="Check the feeds now, and reread recent pages.")
    async def refresh(self, interaction: Interaction) -> None:
        """Poll the feeds now."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        with admit(interaction):
            result = await interaction.client.ingester.refresh(managed_guild(interaction))
        new = sum(item.outcome == "added" for item in result.articles)
        await _show_health(interaction, say("Refreshed: {number:,} new", number=new))

    @app_commands.command(
        description="Show the state of the feeds, and how much of each limit is used."
    )
    async def health(self, interaction: Interaction) -> None:
        """Show the health of the feeds."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show_health(interaction, say("Library health"))

    @app_commands.command(description="Show questions asked here that got no answer.")
    async def gaps(self, interaction: Interaction) -> None:
        """Show what was not answered."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await send_layout(interaction, await gaps_page(interaction, 0))


FEATURE = Feature(LibraryCommands(), position=120, help_place=("manage", 10))


async def _show_health(interaction: Interaction, heading: str) -> None:
    client, guild_id = interaction.client, managed_guild(interaction)
    articles = [stored.article for stored in await client.store.articles.list(guild_id)]
    feeds = await client.store.feeds.list(guild_id)
    text_size = await asyncio.to_thread(client.library.text_size, guild_id)
    silent = client.silent_channels.in_guild(guild_id)
    page = health_page(heading, articles, feeds, client.limits, text_size, silent)
    await send_layout(interaction, page)
