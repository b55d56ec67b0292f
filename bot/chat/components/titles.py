"""The titles of topics in the current language."""

from typing import Protocol

from bot.language import current_language, say
from bot.model import Titles
from bot.text.exclusions import split_exclusions

_EVERYTHING = ("", "everything")


class Titled(Protocol):
    """A topic, or what was made of one: its title, and those in further languages."""

    @property
    def title(self) -> str: ...
    @property
    def titles(self) -> Titles: ...


def topic_title(titled: Titled) -> str:
    """Return the title in the current language, or the main one where it has none in that, as
    `translate_title` gives it."""
    return translate_title(dict(titled.titles).get(current_language(), titled.title))


def translate_title(title: str) -> str:
    """Return a title, or what was typed as a topic, with what it excludes: "Kites but not drones".
    That of "everything" is ours, and so in the current language."""
    words, excluded = split_exclusions(title)
    if words.casefold() in _EVERYTHING:
        words = say("Everything")
    elif not excluded:
        return title
    if not excluded:
        return words
    return say("{topic} but not {words}", topic=words, words=", ".join(excluded))
