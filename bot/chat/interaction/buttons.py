"""Buttons and menus that outlive restarts, for all they mean is in their id.

An id reads `v1:kind:value`. A later shape of ids takes the next version number.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar, Generic, Self, TypeVar

import discord
from discord import ui

from bot.chat.components.layout import Page
from bot.chat.interaction import tracking as serving
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.replies import report
from bot.language import say

LONGEST_ID = 100
LONGEST_LABEL = 80
BUTTONS_A_ROW = 5


_Item = TypeVar("_Item", bound=ui.Item[Any])


async def answered(
    interaction: Interaction, name: str, answer: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Await `answer` to a button, a menu or a form. A fault is always reported: discord.py itself
    tells nobody of one."""
    await serving.begin(interaction)
    try:
        await answer(interaction)
    except Exception as fault:  # noqa: BLE001 the outermost frame of an answer
        await report(interaction, fault)
    serving.end(interaction, name)


class PersistentItem(ui.DynamicItem[_Item], Generic[_Item], template=".*"):
    """A button or a menu that is known by its kind, and by its value among those of its kind."""

    kind: ClassVar[str]
    values: ClassVar[str]

    def __init_subclass__(
        cls, *, kind: str = "", values: str = ".*", template: str | None = None
    ) -> None:
        """`values` is a pattern of the values that the item takes."""
        super().__init_subclass__(template=template or rf"v1:{kind}:(?P<value>{values})")
        cls.kind, cls.values = kind, values

    def __init__(self, value: str, item: _Item) -> None:
        super().__init__(item)
        self.value = value

    @classmethod
    def id_for(cls, value: str) -> str:
        return f"v1:{cls.kind}:{value}"

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, f"button {self.kind}", self.press)

    async def press(self, interaction: Interaction) -> None:
        raise NotImplementedError


class PersistentButton(PersistentItem[ui.Button[Any]]):
    def __init__(
        self,
        value: str,
        label: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        button = ui.Button[Any](label=label, style=style, custom_id=self.id_for(value))
        super().__init__(value, button)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["value"], str(getattr(item, "label", "")))


def with_buttons(layout: ui.LayoutView, buttons: Iterable[PersistentButton]) -> ui.LayoutView:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in buttons:
        row.add_item(button)
    if row.children:
        layout.add_item(row)
    return layout


def turning(button: type[PersistentButton], page: Page[Any]) -> list[PersistentButton]:
    """Buttons to the pages beside `page`."""
    beside = ((page.number - 1, say("Previous")), (page.number + 1, say("Next")))
    return [button(str(number), label) for number, label in beside if 0 <= number < page.pages]
