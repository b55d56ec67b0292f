"""A bot of discord.py alone, which answers everything at once with a layout of the usual size.

What Verbatim takes beyond it is Verbatim's own. `python -m tests.support.bare_bot PORT FILE` runs
it, where FILE is for `note_processor_time`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any, Self

import discord
from discord import app_commands, ui

from tests.support.loopback import redirect
from tests.support.processor_time import note_processor_time

QUOTES, QUOTE = (
    3,
    "> " + "Seoul will not choose between Washington and Beijing, the president said. " * 4,
)


class BareClient(discord.AutoShardedClient):
    """Answers `/ask`, `/digest` and one button."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            shard_ids=[0],
            shard_count=1,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Register the commands and the button."""
        self.tree.command(name="ask", description="Ask")(_ask)
        self.tree.command(name="digest", description="Digest")(_digest)
        self.add_dynamic_items(_Button)


class _Button(ui.DynamicItem[ui.Button[Any]], template=r"v1:sources:(?P<page>\d+)"):
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(ui.Button(custom_id=match.string))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=_layout(1))


async def _ask(interaction: discord.Interaction, question: str) -> None:
    await interaction.response.send_message(view=_layout(QUOTES))


async def _digest(interaction: discord.Interaction, topic: str) -> None:
    await interaction.response.send_message(view=_layout(2 * QUOTES))


def _layout(quotes: int) -> ui.LayoutView:
    """A frame of so many quotes, each with its source and a button."""
    frame: ui.Container[Any] = ui.Container()
    for number in range(quotes):
        button: ui.Button[Any] = ui.Button(label="Context", custom_id=f"context:{number}")
        frame.add_item(ui.Section(ui.TextDisplay(QUOTE), accessory=button))
        frame.add_item(ui.TextDisplay("-# The Example · 2026-02-20"))
    layout = ui.LayoutView(timeout=None)
    layout.add_item(frame)
    return layout


if __name__ == "__main__":
    redirect(int(sys.argv[1]))
    note_processor_time(Path(sys.argv[2]))
    asyncio.run(BareClient().start("t"))
