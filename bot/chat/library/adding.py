"""What adding links, files and feeds has in common: limits, progress, what came of it."""

from contextlib import AbstractContextManager
from functools import partial

import discord

from bot.chat.interaction.context import Interaction
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import (
    DISCORD_ERRORS,
    reply_with_quotes,
    run_with_progress,
)
from bot.chat.library.ingest_page import ingest_page, quote_openings
from bot.chat.library.list_page import megabytes
from bot.errors import LibraryError
from bot.language import say
from bot.model import IngestResult


def admit(interaction: Interaction) -> AbstractContextManager[None]:
    """Count what a person has fetched and read. Entering it raises BusyError."""
    adding = interaction.client.workload.adding
    return adding.admit(interaction.user.id, managed_guild(interaction))


async def add_feed(interaction: Interaction, url: str) -> None:
    """Follow a feed, with a line of progress."""
    add = partial(
        interaction.client.ingester.add_feed,
        managed_guild(interaction),
        url,
        by=interaction.user.id,
    )
    with admit(interaction):
        result = await run_with_progress(
            interaction,
            lambda progress: add(progress=progress),
            lambda done, total: say(
                "{done:,} of {whole:,} entries so far …", done=done, whole=total
            ),
        )
    await show_added(interaction, result)


async def show_added(interaction: Interaction, result: IngestResult) -> None:
    """Show what was added in place of the progress."""
    limits = interaction.client.limits
    await reply_with_quotes(
        interaction,
        compute=lambda: quote_openings(result),
        render=lambda checked: ingest_page(result, checked, limits),
        private=True,
        edit=True,
    )


async def read_attachment(attachment: discord.Attachment, limit: int) -> bytes:
    """Download the file from Discord. Raises LibraryError where it is too large or gone."""
    if attachment.size > limit:
        raise LibraryError(
            "{name} is {size}; use a file of at most {limit}.",
            name=attachment.filename,
            size=megabytes(attachment.size),
            limit=megabytes(limit),
        )
    try:
        return await attachment.read()
    except DISCORD_ERRORS as error:
        raise LibraryError(
            "I could not get {name} from Discord ({fault}); attach it again.",
            name=attachment.filename,
            fault=error,
        ) from error
