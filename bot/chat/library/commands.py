"""/library: what a server adds for itself alone; for those who manage the server."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import partial

import discord
from discord import app_commands

from bot.chat.interaction.context import Interaction, suggest
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ManagersGroup
from bot.chat.interaction.permissions import managed_guild, manages
from bot.chat.interaction.replies import (
    DISCORD_ERRORS,
    reply_with_quotes,
    run_with_progress,
    send_layout,
)
from bot.chat.interaction.suggestions import Choices, matching_suggestions
from bot.chat.library.gaps import gaps_page
from bot.chat.library.ingest_page import ingest_page, quote_openings
from bot.chat.library.list_page import describe_entry, health_page, library_page, megabytes
from bot.chat.library.removal import entry_name, remove
from bot.errors import LibraryError, StoreError
from bot.language import say
from bot.model import Article, Feed, IngestResult

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

    add = app_commands.Group(name="add", description="Add articles that this server alone sees.")

    def __init__(self) -> None:
        super().__init__(
            "library", "Add articles that this server alone sees, and look after them."
        )

    @add.command(name="link", description="Add the article on a web page.")
    @app_commands.describe(url="The address of the page")
    async def add_link(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _MAX_ADDRESS]
    ) -> None:
        """Add the article on a page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        with _admit(interaction):
            result = await interaction.client.ingester.add_page(
                managed_guild(interaction), url, by=interaction.user.id
            )
        await _show(interaction, result)

    @add.command(name="file", description="Add the articles in a file: txt, md, html or pdf.")
    @app_commands.describe(attachment="An article, or a whole page as you copied or saved it")
    async def add_file(self, interaction: Interaction, attachment: discord.Attachment) -> None:
        """Add the articles in a file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        with _admit(interaction):
            result = await client.ingester.add_file(
                managed_guild(interaction),
                attachment.filename,
                await read_attachment(attachment, client.limits.file_bytes(attachment.filename)),
                by=interaction.user.id,
            )
        await _show(interaction, result)

    @add.command(name="feed", description="Follow a feed: its articles come by themselves.")
    @app_commands.describe(url="The address of the feed, or of a page that names its feed")
    async def add_feed(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _MAX_ADDRESS]
    ) -> None:
        """Follow a feed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = managed_guild(interaction)
        with _admit(interaction):
            result = await run_with_progress(
                interaction,
                lambda progress: interaction.client.ingester.add_feed(
                    guild_id, url, by=interaction.user.id, progress=progress
                ),
            )
        await _show(interaction, result)

    @app_commands.command(name="list", description="List what this server has added.")
    async def list_all(self, interaction: Interaction) -> None:
        """List what the server has added."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        page = await library_page(interaction.client.store, managed_guild(interaction), 0)
        await send_layout(interaction, page)

    @app_commands.command(
        name="remove", description="Remove an article, or follow a feed no longer."
    )
    @app_commands.describe(
        article="Which one",
        together="Also what came with it: a feed's articles, a file's other ones",
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

    @app_commands.command(description="Poll the feeds now, and look at recent pages again.")
    async def refresh(self, interaction: Interaction) -> None:
        """Poll the feeds now."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        with _admit(interaction):
            result = await interaction.client.ingester.refresh(managed_guild(interaction))
        new = sum(item.outcome == "added" for item in result.articles)
        await _show_health(interaction, say("Refreshed: {number:,} new", number=new))

    @app_commands.command(
        description="Show how the feeds are doing, and what is left of each limit."
    )
    async def health(self, interaction: Interaction) -> None:
        """Show the health of the feeds."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show_health(interaction, say("Library health"))

    @app_commands.command(description="Show what was asked here and not answered.")
    async def gaps(self, interaction: Interaction) -> None:
        """Show what was not answered."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await send_layout(interaction, await gaps_page(interaction, 0))


FEATURE = Feature(LibraryCommands(), position=120, help_place=("manage", 10))


def _admit(interaction: Interaction) -> AbstractContextManager[None]:
    """Count what a person has fetched and read. Entering it raises BusyError."""
    adding = interaction.client.workload.adding
    return adding.admit(interaction.user.id, managed_guild(interaction))


async def _show(interaction: Interaction, result: IngestResult) -> None:
    """Show what was added in place of the progress."""
    limits = interaction.client.limits
    await reply_with_quotes(
        interaction,
        compute=lambda: quote_openings(result),
        render=lambda checked: ingest_page(result, checked, limits),
        private=True,
        edit=True,
    )


async def _show_health(interaction: Interaction, heading: str) -> None:
    client, guild_id = interaction.client, managed_guild(interaction)
    articles = [stored.article for stored in await client.store.articles.list(guild_id)]
    feeds = await client.store.feeds.list(guild_id)
    text_size = await asyncio.to_thread(client.library.text_size, guild_id)
    page = health_page(heading, articles, feeds, client.limits, text_size)
    await send_layout(interaction, page)


async def read_attachment(attachment: discord.Attachment, limit: int) -> bytes:
    """Download the file from Discord. Raises LibraryError where it is too large or gone."""
    if attachment.size > limit:
        raise LibraryError(
            "{name} has {size}; give a file of at most {limit}.",
            name=attachment.filename,
            size=megabytes(attachment.size),
            limit=megabytes(limit),
        )
    try:
        return await attachment.read()
    except DISCORD_ERRORS as error:
        raise LibraryError(
            "Discord did not hand over {name} ({fault}); attach it once more.",
            name=attachment.filename,
            fault=error,
        ) from error
