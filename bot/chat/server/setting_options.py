"""The entries of the settings' menus for each preference, in the person's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from bot.language import LANGUAGES, language_name, say


class SettingOption(NamedTuple):
    """An entry of a menu: its `value` in Discord, and the preference that it stands for."""

    value: str
    preference: object
    label: str
    description: str | None = None


_Options: TypeAlias = Sequence[SettingOption]


def setting_options(setting: str) -> _Options:
    """Return the entries of the menu for the preference of that name.

    Raises KeyError for a preference that no menu is for.
    """
    return _MENUS[setting]()


def _readers_of_replies() -> _Options:
    return (
        SettingOption("everyone", False, say("Public"), say("The whole channel sees them")),
        SettingOption("asker", True, say("Private"), say("Only the person who asks sees them")),
    )


def _readers_of_failures() -> _Options:
    return (
        SettingOption("asker", False, say("Private"), say("Only the person who asks sees them")),
        SettingOption("everyone", True, say("Same as replies with quotes")),
    )


def _languages() -> _Options:
    languages = [SettingOption(code, code, language_name(code)) for code in LANGUAGES]
    return (SettingOption("own", None, say("Each person's own")), *languages)


def _colours() -> _Options:
    return (
        SettingOption("kinds", "kinds", say("By kind of reply")),
        SettingOption("blue", "blue", say("Blue")),
        SettingOption("teal", "teal", say("Teal")),
        SettingOption("purple", "purple", say("Purple")),
        SettingOption("none", "none", say("None")),
    )


def _shared_articles() -> _Options:
    return (
        SettingOption("usual", None, say("This bot's default")),
        SettingOption("shown", "shown", say("Shown"), say("Along with those this server added")),
        SettingOption(
            "hidden", "hidden", say("Hidden"), say("Only this server's own articles are shown")
        ),
    )


def _forms_of_posts() -> _Options:
    return (
        SettingOption(
            "channel", "channel", say("Messages"), say("In a forum: a post for each summary")
        ),
        SettingOption(
            "thread",
            "thread",
            say("One thread a day"),
            say("In a forum: one post a day, with later summaries in it"),
        ),
        SettingOption("post", "post", say("A thread each")),
    )


def _mentions() -> _Options:
    return (
        SettingOption(
            "answered", True, say("Answered"), say("In public, as a reply to the message")
        ),
        SettingOption("unanswered", False, say("Not answered")),
    )


def _unanswered_questions() -> _Options:
    return (
        SettingOption("kept", True, say("Kept for 90 days"), say("The words, never who asked")),
        SettingOption("dropped", False, say("Not kept")),
    )


# By the name of the preference. They are made at each use, as the language is the person's.
_MENUS: Final[Mapping[str, Callable[[], _Options]]] = {
    "private": _readers_of_replies,
    "public_failures": _readers_of_failures,
    "language": _languages,
    "colours": _colours,
    "shared": _shared_articles,
    "form": _forms_of_posts,
    "talks": _mentions,
    "keeps_gaps": _unanswered_questions,
}
