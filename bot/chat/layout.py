"""Frames, lists, pages and counts as Components V2 layouts within Discord's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import discord
from discord import ui

from bot.chat.markdown import size
from bot.chat.quotations import Block

LONGEST_TEXT = 4000  # over all text of one message (Discord: Components V2)
NOTE_ROOM = 100  # kept free for the sentence on what did not fit

GREEN = discord.Colour(0x3BA55D)  # an answer
AMBER = discord.Colour(0xE0A030)  # related passages
GREY = discord.Colour(0x80848E)  # nothing found
BLUE = discord.Colour(0x5865F2)  # everything else

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """One of the `pages` on which all entries are shown; `number` counts from 0."""

    entries: Sequence[_T]
    number: int
    pages: int

    @classmethod
    def nearest(cls, number: int, entries: Sequence[_T], length: int) -> Self:
        """The page that stands nearest to `number` where a page has `length` entries."""
        last = max(len(entries) - 1, 0) // length
        number = min(max(number, 0), last)
        return cls(entries[number * length : (number + 1) * length], number, last + 1)

    @property
    def place(self) -> str:
        return f"page {self.number + 1} of {self.pages}"


def framed(colour: discord.Colour, heading: str, blocks: Sequence[Block] = ()) -> ui.LayoutView:
    """A frame that holds a heading and blocks, with a line between one block and the next."""
    container: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay(heading), accent_colour=colour
    )
    for number, block in enumerate(blocks):
        if number:
            container.add_item(ui.Separator())
        for text in block:
            container.add_item(ui.TextDisplay(text))
    return ui.LayoutView(timeout=None).add_item(container)


def listed(heading: str, lines: Sequence[str], what: str) -> ui.LayoutView:
    """Lines as they come while they fit, and how many were left out."""
    room = LONGEST_TEXT - NOTE_ROOM - size(heading)
    shown: list[str] = []
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        shown.append(line)
    if left_out := len(lines) - len(shown):
        shown.append(f"-# {left_out} more {what} do not fit here.")
    return framed(BLUE, heading, [["\n".join(shown)]])


def counted(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
