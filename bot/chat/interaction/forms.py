"""Forms that ask in labelled fields, and always report what is wrong."""

from typing import Any, ClassVar

import discord
from discord import ui

from bot.chat.interaction.buttons import handle
from bot.chat.interaction.context import Interaction

_SECONDS = 15 * 60  # after which a form that is still open is no longer known


class Form(ui.Modal):
    """A form; `kind` names it in the journal."""

    kind: ClassVar[str]

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=_SECONDS)

    def add_fields(self, *fields: tuple[str, str | None, ui.Item[Any]]) -> None:
        """Add fields, each with its label and what is said below that, if anything."""
        for label, description, item in fields:
            self.add_item(ui.Label(text=label, description=description, component=item))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Handle what was filled in as `submit` says."""
        await handle(interaction, f"form {self.kind}", self.submit)

    async def submit(self, interaction: Interaction) -> None:
        """Do what the form is for."""
        raise NotImplementedError
