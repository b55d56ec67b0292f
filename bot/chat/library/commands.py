"""/library: what a server adds for itself alone; for those who manage the server."""

from __future__ import annotations

import logging

import discord
from discord import app_commands

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ManagersGroup
from bot.chat.interaction.permissions import managed_guild, manages
from bot.chat.interaction.replies import (
    DISCORD_ERRORS,
    Content,
    reply_with_quotes,
    run_with_progress,
    send_layout,
)
from bot.chat.interaction.suggestions import suggestions
from bot.chat.library import pages as holdings
from bot.chat.library.gaps import gaps_page
from bot.chat.library.managing import gathered_page, library_page, openings_of
from bot.chat.library.removing import name_of, remove
from bot.errors import LibraryError, StoreError
from bot.language import say
from bot.model import Article, Feed, IngestResult

_LONGEST_ADDRESS = 2000

_log = logging.getLogger(__name__)


async def complete_entry(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """What the server has added: its feeds, then its articles, the newest first."""
    if not manages(interaction):
        return []
    client, guild_id = interaction.client, managed_guild(interaction)
    try:
        feeds = await client.store.feeds.list(guild_id)
    except StoreError as fault:
        _log.warning("no feeds can be suggested: %s", fault)
        feeds = []
    entries: list[Article | Feed] = [*feeds, *reversed(client.library.own_articles(guild_id))]
    named = ((holdings.in_words(entry), name_of(entry)) for entry in entries)
    meant = typed.strip().casefold()
    return suggestions((choice for choice in named if meant in choice[0].casefold()), typed)


class LibraryCommands(ManagersGroup):
    """Every command here answers the person alone."""

    add = app_commands.Group(name="add", description="Add articles that this server alone sees.")

    def __init__(self) -> None:
        super().__init__(
            "library", "Add articles that this server alone sees, and look after them."
        )

    @add.command(name="link", description="Add the article on a web page.")
    @app_commands.describe(url="The address of the page")
    async def add_link(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _LONGEST_ADDRESS]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        said = await interaction.client.ingester.add_page(
            managed_guild(interaction), url, by=interaction.user.id
        )
        await _show(interaction, said)

    @add.command(name="file", description="Add the articles in a file: txt, md or html.")
    @app_commands.describe(attachment="An article, or a whole page as you copied or saved it")
    async def add_file(self, interaction: Interaction, attachment: discord.Attachment) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        said = await client.ingester.add_file(
            managed_guild(interaction),
            attachment.filename,
            await read_attachment(attachment, client.limits.page_bytes),
            by=interaction.user.id,
        )
        await _show(interaction, said)

    @add.command(name="feed", description="Follow a feed: its articles come by themselves.")
    @app_commands.describe(url="The address of the feed, or of a page that names its feed")
    async def add_feed(
        self, interaction: Interaction, url: app_commands.Range[str, 1, _LONGEST_ADDRESS]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = managed_guild(interaction)
        said = await run_with_progress(
            interaction,
            lambda progress: interaction.client.ingester.add_feed(
                guild_id, url, by=interaction.user.id, progress=progress
            ),
        )
        await _show(interaction, said)

    @app_commands.command(name="list", description="List what this server has added.")
    async def list_all(self, interaction: Interaction) -> None:
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
        await interaction.response.defer(ephemeral=True, thinking=True)
        said = await interaction.client.ingester.refresh(managed_guild(interaction))
        new = sum(taken.outcome == "added" for taken in said.articles)
        await _show_health(interaction, say("Refreshed: {number:,} new", number=new))

    @app_commands.command(
        description="Show how the feeds are doing, and what is left of each limit."
    )
    async def health(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show_health(interaction, say("Library health"))

    @app_commands.command(description="Show what was asked here and not answered.")
    async def gaps(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await send_layout(interaction, await gaps_page(interaction, 0))


FEATURE = Feature(LibraryCommands(), position=120, help_section="manage", help_position=10)


async def _show(interaction: Interaction, said: IngestResult) -> None:
    """Put what was gathered in the place of the progress that was shown."""
    limits = interaction.client.limits
    await reply_with_quotes(
        interaction,
        compute=lambda: openings_of(said),
        render=lambda checked: Content(gathered_page(said, checked, limits)),
        private=True,
        edit=True,
    )


async def _show_health(interaction: Interaction, heading: str) -> None:
    client, guild_id = interaction.client, managed_guild(interaction)
    articles = await client.store.articles.count(guild_id)
    feeds = await client.store.feeds.list(guild_id)
    await send_layout(interaction, holdings.health(heading, articles, feeds, client.limits))


async def read_attachment(attachment: discord.Attachment, limit: int) -> bytes:
    """The file, from Discord itself. Raises LibraryError where it is too large or gone."""
    if attachment.size > limit:
        raise LibraryError(
            "{name} has {size}; give a file of at most {limit}.",
            name=attachment.filename,
            size=holdings.megabytes(attachment.size),
            limit=holdings.megabytes(limit),
        )
    try:
        return await attachment.read()
    except DISCORD_ERRORS as fault:
        raise LibraryError(
            "Discord did not hand over {name} ({fault}); attach it once more.",
            name=attachment.filename,
            fault=fault,
        ) from fault
