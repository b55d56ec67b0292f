"""Following several feeds at once, and a server's feeds as a file for other feed readers."""

import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial

import discord
from discord import ui

from bot.chat.components.layout import BLUE, GREEN, framed, listed
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout, run_with_progress, send_layout
from bot.chat.library.adding import admit, read_attachment
from bot.chat.library.ingest_page import failure_lines
from bot.chat.library.list_page import feed_link, feed_title
from bot.errors import LibraryError
from bot.ingest import Progress
from bot.language import command_name, say, say_count
from bot.model import FeedListResult, Limits
from bot.reading.feeds.opml import FeedAddress, write_opml

# A list of 5,000 feeds with titles and descriptions has some 2 MB.
_MAX_BYTES = 8_000_000
_FILE_NAME = "verbatim-feeds.opml"


async def import_feeds(
    interaction: Interaction,
    attachment: discord.Attachment,
    buttons: Iterable[PersistentButton] = (),
) -> None:
    """Follow the feeds that an OPML file lists, with a line of progress in the deferred reply."""
    data = await read_attachment(attachment, _MAX_BYTES)
    if not data.strip():
        raise LibraryError("{name} is empty.", name=attachment.filename)
    follow = partial(
        interaction.client.ingester.import_feeds,
        managed_guild(interaction),
        attachment.filename,
        data,
        by=interaction.user.id,
    )
    await _follow(interaction, lambda progress: follow(progress=progress), buttons)


async def follow_feeds(
    interaction: Interaction,
    addresses: Sequence[str],
    buttons: Iterable[PersistentButton] = (),
) -> None:
    """Follow the feeds at the addresses, with a line of progress in the deferred reply."""
    follow = partial(
        interaction.client.ingester.add_feeds,
        managed_guild(interaction),
        addresses,
        by=interaction.user.id,
    )
    await _follow(interaction, lambda progress: follow(progress=progress), buttons)


async def export_feeds(interaction: Interaction) -> None:
    """Reply with the feeds that the server follows as an OPML file."""
    feeds = await interaction.client.store.feeds.list(managed_guild(interaction))
    if not feeds:
        raise LibraryError(
            "This server does not follow any feeds yet; add one with /library add feed."
        )
    title = interaction.guild.name if interaction.guild else "Verbatim"
    text = write_opml((FeedAddress(feed.url, feed.title) for feed in feeds), title)
    heading = say_count(
        len(feeds), "The {number:,} feed of this server", "The {number:,} feeds of this server"
    )
    note = say(
        "Feed readers can open this file, and so can /{command} in another server.",
        command=command_name("library import"),
    )
    page = framed(BLUE, f"### {heading}\n-# {note}")
    page.add_item(ui.File(f"attachment://{_FILE_NAME}"))
    file = discord.File(io.BytesIO(text.encode()), _FILE_NAME)
    await send_layout(interaction, page, [file])


async def _follow(
    interaction: Interaction,
    follow: Callable[[Progress], Awaitable[FeedListResult]],
    buttons: Iterable[PersistentButton],
) -> None:
    with admit(interaction):
        result = await run_with_progress(
            interaction,
            follow,
            lambda done, total: say("{done:,} of {whole:,} feeds so far …", done=done, whole=total),
        )
    page = feed_list_page(result, interaction.client.limits)
    await edit_layout(interaction, with_buttons(page, buttons))


def feed_list_page(result: FeedListResult, limits: Limits) -> ui.LayoutView:
    """Show which feeds of a list are followed now, what they brought, and why others are not."""
    heading = say_count(
        len(result.feeds), "Following {number:,} more feed", "Following {number:,} more feeds"
    )
    lines = [f"### {heading}", *(f"-# {note}" for note in _notes(result, limits))]
    feeds = [f"**{feed_title(feed)}**{feed_link(feed)}" for feed in result.feeds]
    if not feeds:
        return framed(BLUE, "\n".join(lines))
    return listed("\n".join(lines), feeds, colour=GREEN)


def _notes(result: FeedListResult, limits: Limits) -> Iterator[str]:
    added = sum(item.outcome == "added" for item in result.articles)
    if result.feeds:
        yield say_count(added, "{number:,} article added", "{number:,} articles added")
    if result.pending_entries:
        yield say_count(
            result.pending_entries,
            "{number:,} entry will be added at the next checks.",
            "{number:,} entries will be added at the next checks.",
        )
    if result.already_followed:
        yield say_count(
            result.already_followed,
            "{number:,} feed in the list is already followed.",
            "{number:,} feeds in the list are already followed.",
        )
    if result.left_out:
        yield say_count(
            result.left_out,
            "{number:,} feed was left out: a server can follow {most:,}. Remove some with "
            "/library remove.",
            "{number:,} feeds were left out: a server can follow {most:,}. Remove some with "
            "/library remove.",
            most=limits.feeds,
        )
    if result.untried:
        yield say_count(
            result.untried,
            "{number:,} feed was not tried because time ran out; import the same list again to "
            "add it.",
            "{number:,} feeds were not tried because time ran out; import the same list again to "
            "add them.",
        )
    yield from failure_lines(result.failures)
