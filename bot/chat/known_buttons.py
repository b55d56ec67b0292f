"""Every button that is answered, and the one that answers for all that are no more."""

from __future__ import annotations

from typing import Final

from bot.chat.buttons import PersistentButton
from bot.chat.managing import ForgetButton, LibraryButton, UndoButton
from bot.chat.replies import tell
from bot.chat.services import Interaction
from bot.chat.views import DigestButton, SourcesButton

_KNOWN: Final = (SourcesButton, DigestButton, LibraryButton, UndoButton, ForgetButton)
_KNOWN_ID: Final = "|".join(f"{button.kind}:{button.values}" for button in _KNOWN)


class StaleButton(
    PersistentButton, kind="stale", values=".*", template=rf"(?!v1:(?:{_KNOWN_ID})$)(?P<value>.*)"
):
    """Whatever button an older or newer Verbatim left on a message."""

    @classmethod
    def id_for(cls, value: str) -> str:
        return value

    async def press(self, interaction: Interaction) -> None:
        await tell(interaction, "This button is out of date; run the command again for a new one.")


BUTTONS: Final = (*_KNOWN, StaleButton)
