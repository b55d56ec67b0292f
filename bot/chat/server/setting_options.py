"""The entries of the menus on the settings panel."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.language import LANGUAGES, language_name, say


class SettingOption(NamedTuple):
    """An entry of a menu: its `value` in Discord, and the preference that it stands for."""

    value: str
    preference: object
    label: str
    description: str | None = None


def setting_options(setting: str) -> Sequence[SettingOption]:
    """Return the entries of the menu for the preference of that name."""
    match setting:
        case "private":
            return (
                SettingOption("everyone", False, say("Public"), say("The whole channel sees them")),
                SettingOption("asker", True, say("Private"), say("Only whoever asks sees them")),
            )
        case "language":
            languages = [SettingOption(code, code, language_name(code)) for code in LANGUAGES]
            return (SettingOption("own", None, say("Each person's own")), *languages)
        case "colours":
            return (
                SettingOption("kinds", "kinds", say("By kind of reply")),
                SettingOption("blue", "blue", say("Blue")),
                SettingOption("teal", "teal", say("Teal")),
                SettingOption("purple", "purple", say("Purple")),
                SettingOption("none", "none", say("None")),
            )
        case "form":
            return (
                SettingOption(
                    "channel",
                    "channel",
                    say("Messages"),
                    say("In a forum: a post for each summary"),
                ),
                SettingOption(
                    "thread",
                    "thread",
                    say("One thread a day"),
                    say("In a forum: one post a day, with the further summaries in it"),
                ),
                SettingOption("post", "post", say("A thread each")),
            )
        case _:
            return (
                SettingOption(
                    "kept", True, say("Kept for 90 days"), say("The words, never who asked them")
                ),
                SettingOption("dropped", False, say("Not kept")),
            )
