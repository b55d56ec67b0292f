"""Buttons and menus that outlive restarts, since all that they mean is in their id.

An id reads `v1:kind:value`. A later shape of ids takes the next version number.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import discord
from discord import ui

from bot.chat.components.layout import ListPage
from bot.chat.components.list_search import page_value
from bot.chat.interaction import tracking
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.replies import report_error
from bot.language import say

MAX_ID = 100
MAX_LABEL = 80
BUTTONS_A_ROW = 5


_Item = TypeVar("_Item", bound=ui.Item[Any])


async def handle(
    interaction: Interaction, name: str, handler: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Await the handler of a button, a menu or a form. An error is always reported: discord.py
    itself tells nobody of one."""
    await tracking.begin(interaction)
    try:
        await handler(interaction)
    except Exception as error:  # noqa: BLE001 the outermost frame of an interaction
        await report_error(interaction, error)
    tracking.end(interaction, name)


class PersistentItem(ui.DynamicItem[_Item], Generic[_Item], template=".*"):
    """A button or a menu that is told from others by its kind and its value, both in its id."""

    kind: ClassVar[str]
    values: ClassVar[str]

    def __init_subclass__(
        cls, *, kind: str = "", values: str = ".*", template: str | None = None
    ) -> None:
        """Register the pattern of the ids; `values` is that of the values that the item takes."""
        super().__init_subclass__(template=template or rf"v1:{kind}:(?P<value>{values})")
        cls.kind, cls.values = kind, values

    def __init__(self, value: str, item: _Item) -> None:
        super().__init__(item)
        self.value = value

    @classmethod
    def id_for(cls, value: str) -> str:
        """Return the id of an item with that value."""
        return f"v1:{cls.kind}:{value}"

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the item that was used."""
        return cls(match["value"], cast(_Item, item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Handle a press as `press` says."""
        await handle(interaction, f"button {self.kind}", self.press)

    async def press(self, interaction: Interaction) -> None:
        """Do what the item is for."""
        raise NotImplementedError


class PersistentButton(PersistentItem[ui.Button[Any]]):
    """A button whose value in its id says all that it needs."""

    def __init__(
        self, value: str, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
    ) -> None:
        button = ui.Button[Any](label=label, style=style, custom_id=self.id_for(value))
        super().__init__(value, button)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(match["value"], str(getattr(item, "label", "")))


def action_row(*items: PersistentItem[Any]) -> ui.ActionRow[ui.LayoutView]:
    """Return a row of buttons, or of one menu."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for item in items:
        row.add_item(item)
    return row


def selected_values(interaction: Interaction) -> Sequence[str]:
    """Return the values that a person has chosen on a menu."""
    data: Any = interaction.data
    values: list[str] = data["values"]
    return values


def with_buttons(layout: ui.LayoutView, buttons: Iterable[PersistentButton]) -> ui.LayoutView:
    """Add a row of buttons to a layout, if there are any; return the layout."""
    row = action_row(*buttons)
    if row.children:
        layout.add_item(row)
    return layout


def page_buttons(
    button: type[PersistentButton], page: ListPage[Any], search: str = ""
) -> list[PersistentButton]:
    """Return buttons to the previous and the next page of what was searched for."""
    neighbours = ((page.number - 1, say("Previous")), (page.number + 1, say("Next")))
    return [
        button(page_value(number, search), label)
        for number, label in neighbours
        if 0 <= number < page.pages
    ]
