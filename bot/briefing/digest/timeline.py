"""Timelines: the articles about a topic in order of date, each with its best quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from bot.briefing.digest.naming import count_mentions
from bot.briefing.digest.salience import Subject, find_excluded, require_words
from bot.briefing.digest.watching import (
    find_best_excerpt,
    find_opening_excerpt,
    read_watched_subject,
)
from bot.briefing.quoting import Excerpt, quote_sentence
from bot.briefing.topics import Topics
from bot.model import Article, Timeline
from bot.search.index import Index
from bot.text.exclusions import split_exclusions

# How many paragraphs that name the topic count, those of the newest articles first; a third of them
# is read, which takes a third of a second at most.
_MAX_PARAGRAPHS = 1000
_OPENING_PARAGRAPHS = 3  # of an article, where everything is the topic


class _Story(NamedTuple):
    """An article, and the paragraphs of it that may be about the topic."""

    article: Article
    slots: Sequence[int]


def make_timeline(topic: str, index: Index, topics: Topics) -> Timeline:
    """Return the timeline of `topic`: its slug, an alias or any text.

    It has the articles that match a watch of these words, with the same quotes. Raises
    QuestionError, with a sentence for the person who asked, where there is nothing to search for.
    """
    topic = " ".join(topic.split())
    resolved = topics.resolve(topic)
    subject = read_watched_subject(topic, topics, index.analyser)
    if resolved.has_all:
        stories = list(_find_all_stories(index))
    else:
        stories = list(_find_stories_naming(require_words(subject), index))
    if left_out := find_excluded(resolved, index):
        stories = [story for story in stories if story.article.id not in left_out]
    newest = sorted(stories, key=lambda story: story.article.published_or_added.date())[::-1]
    counts = accumulate((len(story.slots) for story in newest), initial=0)
    recent = [
        story for story, count in zip(newest, counts, strict=False) if count < _MAX_PARAGRAPHS
    ]
    if resolved.has_all:
        excerpts = [find_opening_excerpt(story.slots, index) for story in reversed(recent)]
    else:
        excerpts = _find_best_excerpts(recent[::-1], subject, index)
    quotes = [
        quote_sentence(excerpt.sentences[-1], index, subject.terms)
        for excerpt in excerpts
        if excerpt
    ]
    return Timeline(
        topic=resolved.slug,
        title=resolved.title,
        titles=resolved.titles,
        dated_quotes=tuple(quote for quote in quotes if quote.article.published),
        undated_quotes=tuple(quote for quote in quotes if not quote.article.published),
        is_shortened=len(recent) < len(newest),
        nearest_topics=() if quotes else tuple(topics.find_nearest(split_exclusions(topic).words)),
    )


def _find_best_excerpts(
    stories: Sequence[_Story], subject: Subject, index: Index
) -> list[Excerpt | None]:
    """Return for each story what best tells what it says of the subject, if it is about it.

    Of most stories that hold its words only these are counted: one that names it a single time is
    about it only with that in its first paragraph or its title.
    """
    mentions = count_mentions([slot for story in stories for slot in story.slots], subject, index)

    def find_best(story: _Story) -> Excerpt | None:
        slots = [slot for slot in story.slots if slot in mentions]
        is_late = sum(mentions[slot] for slot in slots) == 1 and index.passage(slots[0]).number > 1
        if is_late and subject.terms.isdisjoint(index.title_terms(story.article)):
            return None
        return find_best_excerpt(slots, subject, index)

    return list(map(find_best, stories))


def _find_all_stories(index: Index) -> Iterator[_Story]:
    """Yield every article with its first paragraphs."""
    for article in index.articles():
        yield _Story(article, index.slots(article.id)[:_OPENING_PARAGRAPHS])


def _find_stories_naming(subject: Subject, index: Index) -> Iterator[_Story]:
    """Yield the articles that hold a word of the subject, in the order they were added."""
    slots = index.bm25.matching(subject.terms)
    start = 0
    while start < len(slots):  # an article's slots are side by side
        first = index.passage(int(slots[start]))
        last_slot = first.slot + len(first.article.paragraphs) - first.number
        end = int(slots.searchsorted(last_slot, side="right"))
        yield _Story(first.article, slots[start:end].tolist())
        start = end
