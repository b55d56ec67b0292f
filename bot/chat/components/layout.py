"""Frames, lists and pages as Components V2 layouts within Discord's limits, and their colours.

Colours never speak alone: what a colour says is also said in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Self, TypeAlias, TypeVar

import discord
from discord import ui

from bot.chat.components.markdown import one_line, size
from bot.chat.components.quote_ids import SUBJECT_ID, SUBJECT_PREFIX
from bot.language import say, say_count
from bot.model import Colours

MAX_TEXT = 4000  # over all text of one message (Discord: Components V2)
NOTE_ROOM = 100  # kept free for the sentence on what did not fit

_MAX_SUBJECT = 1000  # the longest question, 500 characters, if each must be escaped

GREEN = discord.Colour(0x3BA55D)  # an answer
AMBER = discord.Colour(0xE0A030)  # related passages
GREY = discord.Colour(0x80848E)  # nothing found
BLUE = discord.Colour(0x5865F2)  # everything else

_SERVER_COLOURS: Final[Mapping[Colours, discord.Colour | None]] = {
    "blue": discord.Colour(0x5865F2),
    "teal": discord.Colour(0x1ABC9C),
    "purple": discord.Colour(0x9B59B6),
    "none": None,
}

# Texts that belong together, one below the other; a section has a button beside its text.
Block: TypeAlias = Sequence["str | ui.Section[Any]"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_T]):
    """One of the `pages` on which all entries are shown; `number` counts from 0."""

    entries: Sequence[_T]
    number: int
    pages: int

    @classmethod
    def nearest(cls, number: int, entries: Sequence[_T], length: int) -> Self:
        """Return the page nearest to `number`, with up to `length` entries."""
        last = max(len(entries) - 1, 0) // length
        number = min(max(number, 0), last)
        return cls(entries[number * length : (number + 1) * length], number, last + 1)

    @property
    def label(self) -> str:
        """Which page it is, in words."""
        return page_label(self.number, self.pages)


def page_label(number: int, pages: int) -> str:
    """Return which of the pages it is, in words; `number` counts from 0."""
    return say("page {number} of {pages}", number=number + 1, pages=pages)


def framed(
    colour: discord.Colour,
    heading: str,
    blocks: Sequence[Block] = (),
    *,
    subject: str | None = None,
    above_subject: str = "",
) -> ui.LayoutView:
    """Return a frame with a heading and blocks, with separators between them.

    The `subject`, what was asked, stands above the heading, for `read_subject` to read, and above
    it, in the same text since a message may hold few components, `above_subject`.
    """
    frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=colour)
    if subject is not None:
        frame.add_item(ui.TextDisplay(above_subject + subject_heading(subject), id=SUBJECT_ID))
    if heading:
        frame.add_item(ui.TextDisplay(heading))
    for number, block in enumerate(blocks):
        if number or heading:
            frame.add_item(ui.Separator())
        for part in block:
            frame.add_item(ui.TextDisplay(part) if isinstance(part, str) else part)
    return ui.LayoutView(timeout=None).add_item(frame)


def paint(layout: ui.LayoutView, colours: Colours) -> ui.LayoutView:
    """Give the frames of a layout the one colour that a server chose, unless it chose "kinds"."""
    if colours != "kinds":
        for frame in layout.children:
            if isinstance(frame, ui.Container):
                frame.accent_colour = _SERVER_COLOURS[colours]
    return layout


def subject_heading(subject: str) -> str:
    """Return what was asked as the heading of its reply."""
    return SUBJECT_PREFIX + one_line(subject, _MAX_SUBJECT)


def listed(heading: str, lines: Sequence[str], *, colour: discord.Colour = BLUE) -> ui.LayoutView:
    """Return a frame with the first lines, as many as fit, and how many were left out."""
    room = MAX_TEXT - NOTE_ROOM - size(heading)
    fitting: list[str] = []
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        fitting.append(line)
    if left_out := len(lines) - len(fitting):
        more = say_count(
            left_out, "{number:,} more does not fit here.", "{number:,} more do not fit here."
        )
        fitting.append(f"-# {more}")
    return framed(colour, heading, [["\n".join(fitting)]])
