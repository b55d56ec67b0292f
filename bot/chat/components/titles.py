"""The titles of topics in the current language."""

from collections.abc import Sequence
from typing import Protocol

from bot.briefing.topics import Topics
from bot.language import LANGUAGES, current_language, say, use_language
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
    """Return the title in the current language, or the main one where it has none in that, with
    what it excludes: "Kites but not drones". That of "everything" is ours, and so in the current
    language."""
    title = dict(titled.titles).get(current_language(), titled.title)
    words, excluded = split_exclusions(title)
    if words.casefold() in _EVERYTHING:
        words = say("Everything")
    elif not excluded:
        return title
    if not excluded:
        return words
    return say("{topic} but not {words}", topic=words, words=", ".join(excluded))


def all_titles(titled: Titled) -> Sequence[str]:
    """Return the titles in all languages, each once, that in the current language first."""
    titles = [topic_title(titled)]
    for language in LANGUAGES:
        with use_language(language):
            titles.append(topic_title(titled))
    return list(dict.fromkeys(titles))


def main_title(text: str, topics: Topics) -> str:
    """Return the main title of the topic that `text` is a title of in some language, or else the
    text, so that what is stored is the same in every language."""
    topic = topics.find(text)
    return topic.title if topic and text in dict(topic.titles).values() else text


def title_in_language(text: str, topics: Topics) -> str:
    """Return the title in the current language of the topic that `text` is the main title of, or
    else the text."""
    topic = topics.find(text)
    return topic_title(topic) if topic and text == topic.title else text
