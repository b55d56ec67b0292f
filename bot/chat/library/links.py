"""Adding the article on a page; where the page is a site's front page, the feeds that it names."""

import re
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.chat.components.layout import BLUE, framed
from bot.chat.components.markdown import link, one_line
from bot.chat.components.quote_ids import walk
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout
from bot.chat.library.adding import add_feed, admit, show_added
from bot.chat.library.feed_lists import follow_feeds
from bot.errors import LibraryError
from bot.ingest import FrontPageError
from bot.language import say, say_count

_MAX_OFFERED: Final = 5
_MAX_TITLE = 100
_LINK = re.compile(r"\]\(<([^>]+)>\)")  # as `link` writes it: what titles hold of it is escaped


class FollowButton(PersistentButton, kind="follow", values=r"(?:[1-9]|all)"):
    """Follows the feed of that number that its message offers, or all of them."""

    async def press(self, interaction: Interaction) -> None:
        """Follow, and reply with what came."""
        managed_guild(interaction)
        _, *feeds = _read_addresses(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        if self.value == "all":
            await follow_feeds(interaction, feeds)
        elif int(self.value) > len(feeds):
            raise _out_of_date()
        else:
            await add_feed(interaction, feeds[int(self.value) - 1])


class AddPageButton(PersistentButton, kind="add-page", values="itself"):
    """Adds the front page itself."""

    async def press(self, interaction: Interaction) -> None:
        """Add it, and reply with what was understood."""
        managed_guild(interaction)
        address, *_ = _read_addresses(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await add_link(interaction, address, offers_feeds=False)


async def add_link(interaction: Interaction, url: str, *, offers_feeds: bool) -> None:
    """Add the article on a page; with `offers_feeds` show what feeds a front page names instead."""
    try:
        with admit(interaction):
            result = await interaction.client.ingester.add_page(
                managed_guild(interaction),
                url,
                by=interaction.user.id,
                offers_feeds=offers_feeds,
            )
    except FrontPageError as error:
        await edit_layout(interaction, front_page(error))
    else:
        await show_added(interaction, result)


def front_page(error: FrontPageError) -> ui.LayoutView:
    """Offer the feeds that a front page names. Raises the error where none can be linked to, which
    names them."""
    site = link(one_line(_without_scheme(error.address), _MAX_TITLE), error.address)
    labels = [(feed.title or _without_scheme(feed.url), feed.url) for feed in error.offered]
    links = [link(one_line(label, _MAX_TITLE), url) for label, url in labels]
    offered = [text for text in links if text][:_MAX_OFFERED]
    if site is None or not offered:
        raise error
    note = say_count(
        len(offered),
        "A front page changes all the time. It lists {number:,} feed, whose new articles are "
        "added automatically:",
        "A front page changes all the time. It lists {number:,} feeds, whose new articles are "
        "added automatically:",
    )
    blocks = [
        [ui.Section[Any](text, accessory=FollowButton(str(number), say("Follow")))]
        for number, text in enumerate(offered, start=1)
    ]
    heading = say("This is a front page, not an article")
    page = framed(BLUE, f"### {heading}\n{site}\n-# {note}", blocks)
    buttons: list[PersistentButton] = [AddPageButton("itself", say("Add the page itself"))]
    if len(offered) > 1:
        style = discord.ButtonStyle.primary
        buttons.insert(0, FollowButton("all", say("Follow all of them"), style))
    return with_buttons(page, buttons)


def _read_addresses(interaction: Interaction) -> Sequence[str]:
    """Return the addresses that a message of `front_page` links to, the page's own first."""
    assert interaction.message is not None
    texts = (
        component.content
        for component in walk(interaction.message.components)
        if isinstance(component, discord.TextDisplay)
    )
    addresses = [match[1] for text in texts for match in _LINK.finditer(text)]
    if len(addresses) < 2:
        raise _out_of_date()
    return addresses


def _without_scheme(address: str) -> str:
    """Return the address as the label of a link: Discord makes no link of one that has a scheme."""
    return address.partition("://")[2].removesuffix("/")


def _out_of_date() -> LibraryError:
    return LibraryError("This offer is out of date; use /library add link again.")


FEATURE = Feature(buttons=(FollowButton, AddPageButton))
