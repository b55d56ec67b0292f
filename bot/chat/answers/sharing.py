"""A private reply made public by the person who has it."""

from __future__ import annotations

import discord
from discord import ui

from bot.chat.components.pictures import carried
from bot.chat.components.quote_ids import standing_in
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.replies import change, show
from bot.errors import LibraryError, VerbatimError
from bot.language import say


class ShareButton(PersistentButton, kind="share", values="all"):
    """Posts the private reply that it stands under in the channel, once its quotes are vouched for;
    the reply then loses the button."""

    async def press(self, interaction: Interaction) -> None:
        message = interaction.message
        if message is None or not message.flags.ephemeral or not may_share(interaction):
            raise VerbatimError("You may not send messages here, so this stays with you alone.")
        quotes, gone = standing_in(message, view_for(interaction))
        if gone:
            raise LibraryError(
                "A quote here no longer stands in its article, so this is not shared; ask again."
            )
        await interaction.response.defer()
        kept, shared = _without_share(message), _without_share(message)
        by = say("Shared by {person}", person=interaction.user.mention)
        for frame in shared.children:
            if isinstance(frame, ui.Container):
                frame.add_item(ui.TextDisplay(f"-# {by}"))
        files = await carried(shared, interaction.client)
        await change(interaction, kept, files=await carried(kept, interaction.client))
        await show(interaction, shared, private=False, quotes=quotes, files=files)


def may_share(interaction: Interaction) -> bool:
    """Whether the person may send messages where they are."""
    if interaction.guild_id is None:
        return True
    may = interaction.permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return may.send_messages_in_threads if in_thread else may.send_messages


def _without_share(message: discord.Message) -> ui.LayoutView:
    """The layout of a message, without the button.

    It is stopped, so that discord.py does not keep its buttons for ever: they are known by id.
    """
    layout = ui.LayoutView.from_message(message, timeout=None)
    for row in layout.children:
        if isinstance(row, ui.ActionRow):
            for button in row.children:
                if getattr(button, "custom_id", None) == ShareButton.id_for("all"):
                    row.remove_item(button)
    layout.stop()
    return layout
