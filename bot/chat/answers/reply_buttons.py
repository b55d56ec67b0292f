"""The row of buttons under quotes: sharing a private reply, and feedback."""

import discord
from discord import ui

from bot.chat.components.pictures import reload_pictures
from bot.chat.components.quote_ids import find_quotes, read_subject
from bot.chat.components.titles import main_title
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, joined_guild, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.replies import Content, reply_with_quotes, send_sentence
from bot.errors import LibraryError, VerbatimError
from bot.language import say
from bot.model import Quote


class ShareButton(PersistentButton, kind="share", values="all"):
    """Posts its private reply, which loses the button, in the channel if all its quotes stand."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply, then post it."""
        message = interaction.message
        if message is None or not message.flags.ephemeral or not may_share(interaction):
            raise VerbatimError("You cannot send messages here, so I did not share this.")
        quotes, stale_count = find_quotes(message, view_for(interaction))
        if stale_count:
            raise _stale_reply_error()
        await interaction.response.defer()
        private_layout, public_layout = _without_share(message), _without_share(message)
        sharer = say("Shared by {person}", person=interaction.user.mention)
        for frame in public_layout.children:
            if isinstance(frame, ui.Container):
                frame.add_item(ui.TextDisplay(f"-# {sharer}"))
        private_files = await reload_pictures(private_layout, interaction.client)
        public_files = await reload_pictures(public_layout, interaction.client)
        await _send_again(interaction, quotes, Content(private_layout, private_files), edit=True)
        await _send_again(interaction, quotes, Content(public_layout, public_files))


class FeedbackButton(PersistentButton, kind="feedback", values=r"(?:useful|not)"):
    """Notes whether its message was useful; a person's last word counts."""

    async def press(self, interaction: Interaction) -> None:
        """Note it and say thanks."""
        client, message = interaction.client, interaction.message
        guild_id = joined_guild(interaction)
        if guild_id is None or message is None:
            raise VerbatimError("This works only in a server that I have been added to.")
        useful = self.value == "useful"
        await client.store.feedback.record(
            guild_id,
            message.id,
            interaction.user.id,
            words=main_title(read_subject(message), view_for(interaction).topics),
            useful=useful,
            now=client.now(),
        )
        if useful:
            thanks = say("Thanks. I noted that this was useful.")
        else:
            thanks = say("Thanks. I noted that this was not useful.")
        await send_sentence(interaction, thanks)


FEATURE = Feature(buttons=(ShareButton, FeedbackButton))


def reply_buttons(
    interaction: Interaction | None = None,
    *,
    private: bool = False,
    more: PersistentButton | None = None,
    rated: bool = True,
) -> list[PersistentButton]:
    """Return the buttons under quotes; without an interaction, under what is posted in a server.

    What may be `rated` as useful or not shows what was asked.
    """
    buttons = [more] if more else []
    if interaction and private and may_share(interaction):
        buttons.append(ShareButton("all", say("Share")))
    if rated and (interaction is None or joined_guild(interaction) is not None):
        buttons.append(FeedbackButton("useful", say("Useful")))
        buttons.append(FeedbackButton("not", say("Not useful")))
    return buttons


def remove_feedback(layout: ui.LayoutView) -> None:
    """Take the buttons for feedback off a layout: in direct messages there is nobody to see it."""
    for row in [row for row in layout.children if isinstance(row, ui.ActionRow)]:
        for item in [item for item in row.children if isinstance(item, FeedbackButton)]:
            row.remove_item(item)
        if not row.children:
            layout.remove_item(row)


def may_share(interaction: Interaction) -> bool:
    """Whether the person may send messages where they are."""
    if interaction.guild_id is None:
        return True
    permissions = interaction.permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return permissions.send_messages_in_threads if in_thread else permissions.send_messages


async def _send_again(
    interaction: Interaction, quotes: list[Quote], content: Content, *, edit: bool = False
) -> None:
    """Send a layout that was sent before, if all its quotes stand at that moment."""

    def render(checked: Checked[list[Quote]]) -> Content:
        if len(checked.result) < len(quotes):
            raise _stale_reply_error()
        return content

    await reply_with_quotes(
        interaction, compute=lambda: quotes, render=render, private=False, edit=edit
    )


def _stale_reply_error() -> LibraryError:
    return LibraryError(
        "A quote here is no longer in its article, so I did not share this; ask again."
    )


def _without_share(message: discord.Message) -> ui.LayoutView:
    """Return the layout of a message, without the button Share.

    It is stopped, so that discord.py does not keep its buttons for ever: they are known by id.
    """
    layout = ui.LayoutView.from_message(message, timeout=None)
    for row in layout.children:
        if isinstance(row, ui.ActionRow):
            for button in row.children:
                if getattr(button, "custom_id", None) == ShareButton.id_for("all"):
                    row.remove_item(button)
            if not row.children:
                layout.remove_item(row)
    layout.stop()
    return layout
