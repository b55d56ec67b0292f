"""Every button that is answered, and the one that answers for all that are no more."""

from __future__ import annotations

from typing import Final

from bot.chat.pages.around import AroundButton, ContextButton
from bot.chat.pages.feedback import FeedbackButton
from bot.chat.pages.gaps import ClearGapsButton, GapsButton
from bot.chat.pages.managing import LibraryButton, UndoButton
from bot.chat.pages.panel import SchedulersMenu, SettingMenu, SettingsButton
from bot.chat.pages.privacy import ForgetButton
from bot.chat.pages.sayings import SayingsButton, SpeakerButton
from bot.chat.pages.sharing import ShareButton
from bot.chat.pages.timeline import TimelineButton
from bot.chat.pages.views import (
    BehindButton,
    DigestButton,
    MorePointsButton,
    MoreQuotesButton,
    SourcesButton,
)
from bot.chat.pages.welcome import TryButton
from bot.chat.parts.buttons import PersistentButton
from bot.chat.replies import tell
from bot.chat.services import Interaction
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
