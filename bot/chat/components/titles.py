"""The titles of topics in the current language."""

from bot.language import say
from bot.text.exclusions import split_exclusions

_EVERYTHING = ("", "everything")


def display_title(title: str) -> str:
    """Return the title of a topic, or what was typed as one, with what it excludes: "Kites but not
    drones". That of "everything" is ours, and so in the language spoken."""
    words, excluded = split_exclusions(title)
    if words.casefold() in _EVERYTHING:
        words = say("Everything")
    elif not excluded:
        return title
    if not excluded:
        return words
    return say("{topic} but not {words}", topic=words, words=", ".join(excluded))
