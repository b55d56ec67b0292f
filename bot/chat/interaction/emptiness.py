"""What every command says where no article can be seen yet: how to add the first feed."""

from bot.chat.interaction.context import Interaction, joined_guild, view_for
from bot.chat.interaction.permissions import manages
from bot.language import say, translatable

# What those are told who cannot add a feed themselves.
ASK_A_MANAGER = translatable(
    "There are no articles here yet. A server manager can add the first feed with /library add "
    "feed."
)


def nothing_held(interaction: Interaction) -> str | None:
    """Return the sentence that there is no article to be seen, and what to do; None where there is
    one."""
    if not view_for(interaction).is_empty:
        return None
    if manages(interaction):
        return say(
            "There are no articles here yet. Add the first feed with /library add feed, or "
            "choose Set up in /help to be guided."
        )
    if joined_guild(interaction) is None:
        return say(
            "There are no articles here yet. In a server that I have been added to, a manager "
            "can add the first feed with /library add feed."
        )
    return say(ASK_A_MANAGER)
