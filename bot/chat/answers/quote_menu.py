"""The menu below quotes: the context of each, their sources, and all of it as files."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord
from discord import ui

from bot.chat.answers.context import show_context
from bot.chat.answers.export import export_quotes
from bot.chat.answers.sources import show_sources
from bot.chat.components.quote_ids import MENU, QuoteId, walk
from bot.chat.interaction.buttons import PersistentItem
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.selections import TOKEN
from bot.language import say
from bot.model import Quote

_ALL = "all"  # with which the values of menus begin
_MAX_OPTION = 100  # characters (Discord)
_MAX_OPTIONS = 25 - 2  # without those that are about all quotes


class QuoteMenu(PersistentItem[ui.Select[Any]], kind=MENU, values=rf"{_ALL}{TOKEN}"):
    """Shows privately the context of the quote that is chosen, or else the sources or the files.

    Its id also says to which articles the quotes were limited, for what is asked below them.
    """

    async def press(self, interaction: Interaction) -> None:
        """Reply with what was chosen."""
        [choice] = cast(Mapping[str, Any], interaction.data)["values"]
        if choice == "sources":
            await show_sources(interaction)
        elif choice == "export":
            await export_quotes(interaction)
        else:
            await show_context(interaction, choice)


FEATURE = Feature(buttons=(QuoteMenu,))


def quote_menu(quotes: Sequence[Quote], token: str = "") -> ui.ActionRow[ui.LayoutView]:
    """Return a row with the menu of the quotes, in which each is listed once; `token` is that of
    their filter."""
    by_id = {str(QuoteId.of(quote)): quote for quote in quotes}
    options = [
        discord.SelectOption(label=_label(quote), value=quote_id)
        for quote_id, quote in list(by_id.items())[:_MAX_OPTIONS]
    ]
    options.append(
        discord.SelectOption(label=say("The articles behind these quotes"), value="sources")
    )
    options.append(discord.SelectOption(label=say("Export with references"), value="export"))
    value = f"{_ALL}{token}"
    menu = ui.Select[Any](
        custom_id=QuoteMenu.id_for(value), placeholder=say("Context …"), options=options
    )
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    return row.add_item(QuoteMenu(value, menu))


def read_filter_token(message: discord.Message) -> str:
    """Return the token of the filter to which the quotes of a message are limited, "" for none."""
    prefix = QuoteMenu.id_for(_ALL)
    for component in walk(message.components):
        custom_id = getattr(component, "custom_id", None) or ""
        if custom_id.startswith(prefix):
            return custom_id.removeprefix(prefix)
    return ""


def _label(quote: Quote) -> str:
    """Return the first words of a quote, as Discord shows a label: without markup."""
    words = " ".join(quote.text.split())
    label = say("Context of “{words}”", words=words)
    if len(label) <= _MAX_OPTION:
        return label
    room = _MAX_OPTION - len(say("Context of “{words}”", words="…"))
    return say("Context of “{words}”", words=words[:room].rsplit(" ", 1)[0] + "…")
