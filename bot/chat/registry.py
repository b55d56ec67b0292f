"""Every button that is answered, and the one that answers for all that are no more."""

from __future__ import annotations

from typing import Final

from bot.chat.answers.context import AroundButton, ContextButton
from bot.chat.answers.feedback import FeedbackButton
from bot.chat.answers.said_page import SayingsButton, SpeakerButton
from bot.chat.answers.sharing import ShareButton
from bot.chat.answers.timeline_page import TimelineButton
from bot.chat.answers.views import (
    BehindButton,
    DigestButton,
    MorePointsButton,
    MoreQuotesButton,
    SourcesButton,
)
from bot.chat.interaction.buttons import PersistentButton
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.replies import tell
from bot.chat.library.gaps import ClearGapsButton, GapsButton
from bot.chat.library.managing import LibraryButton, UndoButton
from bot.chat.server.privacy_page import ForgetButton
from bot.chat.server.settings_panel import SchedulersMenu, SettingMenu, SettingsButton
from bot.chat.server.welcome import TryButton
from bot.language import say

_KNOWN: Final = (
    AroundButton,
    BehindButton,
    ContextButton,
    MorePointsButton,
    MoreQuotesButton,
    ShareButton,
    ClearGapsButton,
    GapsButton,
    SayingsButton,
    SpeakerButton,
    TimelineButton,
    TryButton,
    FeedbackButton,
    SourcesButton,
    DigestButton,
    LibraryButton,
    UndoButton,
    ForgetButton,
    SchedulersMenu,
    SettingMenu,
    SettingsButton,
)
_KNOWN_ID: Final = "|".join(f"{button.kind}:{button.values}" for button in _KNOWN)


class StaleButton(
    PersistentButton, kind="stale", values=".*", template=rf"(?!v1:(?:{_KNOWN_ID})$)(?P<value>.*)"
):
    """Whatever button an older or newer Verbatim left on a message."""

    @classmethod
    def id_for(cls, value: str) -> str:
        return value

    async def press(self, interaction: Interaction) -> None:
        await tell(
            interaction, say("This button is out of date; run the command again for a new one.")
        )


BUTTONS: Final = (*_KNOWN, StaleButton)
