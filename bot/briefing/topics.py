"""Topics by name: slugs, titles, aliases, and the nearest ones to what somebody typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot.language import accepted_words, translatable
from bot.model import Topic
from bot.text.exclusions import join_exclusions, split_exclusions
from bot.text.lazy import lazy_property
from bot.text.small_talk import CHAT_WORDS, remove_small_talk
from bot.text.terms import Analyser

EVERYTHING = Topic("everything", translatable("Everything"), has_all=True)
# Below this ratio (0 to 100) a name is no help to somebody who mistyped.
_MIN_NAME_RATIO = 75


class Topics:
    """The topics of a desk and, before them, those that a server has named itself. Any other text
    is a topic too, made of its own words."""

    def __init__(
        self, topics: Iterable[Topic], analyser: Analyser, *, own: Iterable[Topic] = ()
    ) -> None:
        """A topic of the server's `own` stands for one of the desk of the same slug. Its names are
        its alone: a title of the desk's in another language that is one of them is not shown."""
        self.own = tuple(own)
        own_slugs = {topic.slug for topic in self.own}
        own_names = {_plain(name) for topic in self.own for name in _names_of(topic)}
        shared = (topic for topic in topics if topic.slug not in own_slugs)
        self._topics = (*self.own, *(_without_titles(topic, own_names) for topic in shared))
        self._analyser = analyser

    @lazy_property
    def _by_name(self) -> dict[str, Topic]:
        """The topics by each of their names. To read those of other languages takes 50 ms, for
        which an answer need not wait."""
        by_name: dict[str, Topic] = {}
        for topic in (*self._topics, EVERYTHING):
            for name in _names_of(topic):
                by_name.setdefault(_plain(name), topic)
        for name in accepted_words(
            "everything, news, the news, latest, latest news, today, today's news, headlines"
        ):
            by_name.setdefault(_plain(name), EVERYTHING)
        return by_name

    def all(self) -> Sequence[Topic]:
        """Return the server's own topics, then the desk's, in their order."""
        return self._topics

    def find(self, text: str) -> Topic | None:
        """Return the topic called `text`, ignoring case, spaces and hyphens."""
        return self._by_name.get(_plain(text))

    def resolve(self, text: str) -> Topic:
        """Return the topic called `text`, or one made of the text's own words; of either, what the
        text excludes ("samsung but not galaxy") is left out."""
        topic = self.find(text)
        if topic:
            return topic
        words, excluded = split_exclusions(text)
        if not excluded:
            return Topic(text, text)
        is_named = not words or self.find(words) is not None
        topic = self.resolve(words) if words else EVERYTHING
        return replace(
            topic,
            slug=text,
            title=join_exclusions(topic.title, excluded) if is_named else text,
            titles=tuple(
                (language, join_exclusions(title, excluded)) for language, title in topic.titles
            ),
            excluded=(*topic.excluded, *excluded),
            phrase=topic.phrase or topic.title,
        )

    def suggest(self, text: str, limit: int = 25) -> Sequence[Topic]:
        """Return at most `limit` topics for somebody who has typed `text` so far, best first.

        First those with a name that begins so, then those with a word that begins so, then those
        that `text` may be a typing error for.
        """
        typed = _plain(text)
        if not typed:
            return self._topics[:limit]
        by_start = [topic for name, topic in self._by_name.items() if name.startswith(typed)]
        by_word = [topic for name, topic in self._by_name.items() if f" {typed}" in name]
        similar_names = process.extract(
            typed, list(self._by_name), scorer=fuzz.ratio, score_cutoff=_MIN_NAME_RATIO, limit=limit
        )
        similar = (self._by_name[name] for name, _, _ in similar_names)
        return list(dict.fromkeys((*by_start, *by_word, *similar)))[:limit]

    def find_nearest(self, text: str, limit: int = 3) -> Sequence[Topic]:
        """Return at most `limit` topics that share terms with `text` or are spelt like it, the
        nearest first; none where none is near."""
        terms = self._content_terms(text)
        shared = {topic: len(terms & own) for topic, own in self._terms_by_topic.items()}
        sharing = [topic for topic in self._topics if shared[topic]]
        nearest = sorted(sharing, key=lambda topic: -shared[topic])
        similar = (topic for topic in self.suggest(text) if topic is not EVERYTHING)
        return (nearest or list(similar))[:limit]

    @lazy_property
    def _terms_by_topic(self) -> Mapping[Topic, set[str]]:
        return {
            topic: self._content_terms(" ".join((topic.title, *topic.aliases, *topic.words)))
            for topic in self._topics
        }

    def _content_terms(self, text: str) -> set[str]:
        return {
            term.term
            for term in self._analyser.terms(remove_small_talk(text), typed=True)
            if not term.within and term.form not in CHAT_WORDS
        }


def _names_of(topic: Topic) -> Iterator[str]:
    yield from (topic.slug, topic.title, *topic.aliases)


def _without_titles(topic: Topic, names: Collection[str]) -> Topic:
    """Return the topic without those of its titles in further languages that are among `names`."""
    titles = tuple(
        (language, title) for language, title in topic.titles if _plain(title) not in names
    )
    return topic if titles == topic.titles else replace(topic, titles=titles)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
