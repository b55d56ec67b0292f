"""A topic to its timeline: the stories that speak of it, in order of date, each with a quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from bot.briefing.digest.salience import Subject
from bot.briefing.digest.watching import opening_statement, telling, watched_subject
from bot.briefing.quoting import quote
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, Quote, Timeline
from bot.search.index import Index

# How many paragraphs that name the topic are read, those of the newest stories first. On a desk
# grown to 20,000 paragraphs so many take .4 s if none was read before, and .15 s if all were.
_PARAGRAPHS = 1000
_OPENING = 3  # paragraphs of a story, where everything is the topic


class _Story(NamedTuple):
    """A story, and the paragraphs of it that may speak of the topic."""

    article: Article
    slots: Sequence[int]

    @property
    def day(self) -> date:
        """When it was published, or added where that is unknown."""
        added = self.article.added_at.date() if self.article.added_at else date.min
        return self.article.published or added


def make_timeline(
    topic: str, index: Index, topics: Topics, *, since: date | None = None
) -> Timeline:
    """The timeline of `topic`: its slug, an alias or any text.

    It has the stories of which a watch of these words would tell, with the same quotes: all of
    them, or those published from `since` on. Raises QuestionError, with a sentence for the person
    who asked, where there is nothing to search for.
    """
    asked = " ".join(topic.split())
    meant = topics.topic(asked)
    subject = watched_subject(asked, topics, index.analyser)
    if meant is not EVERYTHING and not subject.phrases:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    stories = list(_openings(index) if meant is EVERYTHING else _naming(subject, index))
    if since:
        stories = [each for each in stories if (each.article.published or date.min) >= since]
    newest = sorted(stories, key=lambda story: story.day)[::-1]
    before = accumulate((len(story.slots) for story in newest), initial=0)
    read = [story for story, so_far in zip(newest, before, strict=False) if so_far < _PARAGRAPHS]
    quotes: list[Quote] = []
    for _, slots in reversed(read):
        if meant is EVERYTHING:
            told = opening_statement(slots, index)
        else:
            told = telling(slots, subject, index)
        if told:
            quotes.append(quote(told.sentences[-1], index, subject.terms))
    return Timeline(
        topic=meant.slug,
        title=meant.title,
        dated_quotes=tuple(each for each in quotes if each.article.published),
        undated_quotes=tuple(each for each in quotes if not each.article.published),
        is_shortened=len(read) < len(newest),
        nearest_topics=() if quotes else tuple(topics.nearest(asked)),
    )


def _openings(index: Index) -> Iterator[_Story]:
    """Every story, to be read from its front."""
    for article in index.articles():
        yield _Story(article, index.slots(article.id)[:_OPENING])


def _naming(subject: Subject, index: Index) -> Iterator[_Story]:
    """The stories that hold a word of the subject, in the order of their coming."""
    slots: dict[str, list[int]] = {}
    for slot in map(int, index.bm25.matching(subject.terms)):
        slots.setdefault(index.article(slot).id, []).append(slot)
    for found in slots.values():
        yield _Story(index.article(found[0]), found)
