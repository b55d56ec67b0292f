"""Every feature of the chat, found in its modules, and the answer to out-of-date buttons."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from bot.chat import answers, guide, library, posts, server
from bot.chat.interaction.buttons import PersistentButton, PersistentItem
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.replies import send_sentence
from bot.language import say


def _find_features() -> Iterator[Feature]:
    for package in (answers, library, posts, server, guide):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            feature = getattr(import_module(module.name), "FEATURE", None)
            if feature is not None:
                yield feature


def _find_buttons() -> Iterator[type[PersistentItem[Any]]]:
    for feature in FEATURES:
        for button in feature.buttons:
            assert issubclass(button, PersistentItem), button
            yield button


FEATURES: Final = sorted(_find_features(), key=lambda feature: feature.position)

_BUTTONS: Final = [*_find_buttons()]
_IDS: Final = "|".join(f"{button.kind}:{button.values}" for button in _BUTTONS)


class StaleButton(
    PersistentButton, kind="stale", values=".*", template=rf"(?!v1:(?:{_IDS})$)(?P<value>.*)"
):
    """Any button that an older or newer Verbatim left on a message."""

    @classmethod
    def id_for(cls, value: str) -> str:
        """Return the value, which is the whole id."""
        return value

    async def press(self, interaction: Interaction) -> None:
        """Say that the button is out of date."""
        await send_sentence(
            interaction, say("This button is out of date; run the command again for a new one.")
        )


BUTTONS: Final = (*_BUTTONS, StaleButton)
