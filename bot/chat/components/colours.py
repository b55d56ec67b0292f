"""The colour at the side of a reply, as a server wants it; no reply needs it to be understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import discord
from discord import ui

from bot.model import Colours

_ONE_FOR_ALL: Final[Mapping[Colours, discord.Colour | None]] = {
    "blue": discord.Colour(0x5865F2),
    "teal": discord.Colour(0x1ABC9C),
    "purple": discord.Colour(0x9B59B6),
    "none": None,
}


def painted(layout: ui.LayoutView, colours: Colours) -> ui.LayoutView:
    """`layout`, its frames in the one colour wanted, or each in that of its kind."""
    if colours != "kinds":
        for frame in layout.children:
            if isinstance(frame, ui.Container):
                frame.accent_colour = _ONE_FOR_ALL[colours]
    return layout
