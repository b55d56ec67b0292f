"""Topics by name: slugs, titles, aliases, and the nearest ones to what somebody typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.language import translatable, understood
from bot.model import Topic
from bot.text.terms import Analyser

EVERYTHING = Topic("everything", translatable("Everything"))
# Below this partial likeness (0 to 100) a suggestion is no help to somebody who mistyped.
_ALIKE = 75


class Topics:
    """The topics of a desk; any other text is a topic too, under its own words."""

    def __init__(self, topics: Iterable[Topic], analyser: Analyser) -> None:
        self._topics = tuple(topics)
        self._analyser = analyser
        self._by_name: dict[str, Topic] = {}
        for topic in (*self._topics, EVERYTHING):
            for name in (topic.slug, topic.title, *topic.aliases):
                self._by_name.setdefault(_plain(name), topic)
        for name in understood("everything"):
            self._by_name.setdefault(_plain(name), EVERYTHING)

    def all(self) -> Sequence[Topic]:
        """The desk's topics, in the desk's order."""
        return self._topics

    def find(self, text: str) -> Topic | None:
        """The topic that is called `text`, without regard to case, spaces and hyphens."""
        return self._by_name.get(_plain(text))

    def topic(self, text: str) -> Topic:
        """The topic that is called `text`, or one of the text's own words."""
        return self.find(text) or Topic(text, text)

    def suggest(self, text: str, limit: int = 25) -> Sequence[Topic]:
        """At most `limit` topics for somebody who has typed `text` so far, best first: those that a
        name of begins so, then those with such a word in a name, then likely typing errors."""
        typed = _plain(text)
        if not typed:
            return self._topics[:limit]
        begins = [topic for name, topic in self._by_name.items() if name.startswith(typed)]
        holds = [topic for name, topic in self._by_name.items() if f" {typed}" in name]
        alike = process.extract(
            typed, list(self._by_name), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=limit
        )
        found = (*begins, *holds, *(self._by_name[name] for name, _, _ in alike))
        return list(dict.fromkeys(found))[:limit]

    def nearest(self, text: str, limit: int = 3) -> Sequence[Topic]:
        """At most `limit` topics that share a term with `text` in a name or word of theirs; the
        desk's first ones where none does."""
        asked = self._terms(text)
        shared = {
            topic: len(asked & self._terms(" ".join((topic.title, *topic.aliases, *topic.words))))
            for topic in self._topics
        }
        near = sorted((t for t in self._topics if shared[t]), key=lambda topic: -shared[topic])
        return (near or self._topics)[:limit]

    def _terms(self, text: str) -> set[str]:
        return {term.term for term in self._analyser.terms(text, typed=True) if not term.within}


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
