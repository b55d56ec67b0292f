"""Whether a reply was useful, as those who read it say."""

from __future__ import annotations

from bot.chat.components.quote_ids import asked_in
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.context import Interaction, joined_guild
from bot.chat.interaction.replies import tell
from bot.errors import VerbatimError
from bot.language import say


class FeedbackButton(PersistentButton, kind="feedback", values=r"(?:useful|not)"):
    """Notes whether the message that it stands under was useful; a person's last word counts."""

    async def press(self, interaction: Interaction) -> None:
        client, message = interaction.client, interaction.message
        guild_id = joined_guild(interaction)
        if guild_id is None or message is None:
            raise VerbatimError("This works only in a server that I am a member of.")
        useful = self.value == "useful"
        await client.store.feedback.record(
            guild_id,
            message.id,
            interaction.user.id,
            words=asked_in(message),
            useful=useful,
            now=client.now(),
        )
        if useful:
            thanks = say("Thank you. It is noted that this was useful to you.")
        else:
            thanks = say("Thank you. It is noted that this was not useful to you.")
        await tell(interaction, thanks)


def feedback_buttons() -> list[PersistentButton]:
    """The buttons under a reply in a server that the bot is a member of."""
    return [
        FeedbackButton("useful", say("Useful")),
        FeedbackButton("not", say("Not useful")),
    ]
