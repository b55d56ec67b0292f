"""Timelines: what is read for them, and that no paragraph left unread would have changed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.digest.salience import find_central, find_salient
from bot.briefing.digest.timeline import make_timeline
from bot.briefing.digest.watching import read_watched_subject
from bot.briefing.quoting import quote_sentence
from bot.briefing.topics import Topics
from bot.model import Article, Paragraph, Quote, StoryKind
from bot.search.index import Index, Sentence
from bot.text.names import Names
from bot.text.terms import Analyser
from tests.support.stories import NAMES, TOPICS

SENTENCES = (
    "The tariff on steel rose to a third of its price in the spring.",
    "In the spring the ministry in Bergen spoke of the tariff on steel at last.",
    "A report on barley was published in the old harbour of Tessel this week.",
    "Farmers sold barley abroad, and asked what the harbour of Tessel would cost.",
    "They have said so of the harbour of Tessel for a year.",
    "Pyongyang opened the telephone line to the harbour before the winter came.",
    "Ships of the China-Russia-DPRK line were seen in the harbour again on Friday.",
    "Nothing of this was known",
)
LAST_OF_ALL = "Farmers in the valley and the harbour of Tessel spoke all week of a tariff."
TOPIC_TEXTS = ("tariffs", "steel tariff", "harbour of Tessel", "north-korea", "barley")
TITLES = ("Barley", "The steel tariff", "Weather in June", "Pyongyang and the harbour")
LATENESS = 0.3

stories = st.lists(
    st.tuples(
        st.sampled_from(TITLES),
        st.sampled_from(("main", "related")),
        st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3), max_size=6),
        st.sampled_from((None, "Steel", "Barley abroad")),
    ),
    max_size=5,
)


class _CountingIndex(Index):
    """An index that notes which paragraphs' sentences are asked for."""

    def __init__(self) -> None:
        super().__init__(Analyser(Names(NAMES)))
        self.read_slots: set[int] = set()

    def sentences(self, slot: int) -> tuple[Sentence, ...]:
        self.read_slots.add(slot)
        return super().sentences(slot)


def _story(number: int, title: str, *texts: str, heading: str | None = None) -> Article:
    paragraphs = tuple(Paragraph(text, heading=heading) for text in texts)
    return Article(str(number), title, paragraphs, "a.txt", published=date(2026, 1, 1 + number))


def _read_everything(topic: str, index: Index) -> list[Quote]:
    """The quotes of a timeline for which every paragraph is read."""
    subject = read_watched_subject(topic, Topics(TOPICS, index.analyser), index.analyser)
    quotes = []
    for article in index.articles():
        salient = list(find_salient(index.slots(article.id), subject, index))
        central = find_central(salient, subject, index)
        if central:
            best, _ = max(central, key=lambda pair: pair[1] / (1 + LATENESS * pair[0].position))
            quotes.append(quote_sentence(best.sentences[-1], index, subject.terms))
    return quotes


@settings(max_examples=60)
@given(stories, st.sampled_from(TOPIC_TEXTS))
def test_a_timeline_is_as_if_everything_had_been_read(
    drawn: Sequence[tuple[str, StoryKind, Sequence[Sequence[str]], str | None]], topic: str
) -> None:
    index = Index(Analyser(Names(NAMES)))
    for number, (title, kind, paragraphs, heading) in enumerate(drawn):
        story = _story(number, title, *map(" ".join, paragraphs), heading=heading)
        index.add(replace(story, kind=kind))
    topics = Topics(TOPICS, index.analyser)
    assert list(make_timeline(topic, index, topics).dated_quotes) == _read_everything(topic, index)


@pytest.mark.parametrize(
    ("title", "texts", "read"),
    [
        # Once, and late: it cannot be what the article is about.
        ("Weather", [SENTENCES[2], SENTENCES[0]], []),
        # Once, in the first paragraph, or below a title that names it.
        ("Weather", [SENTENCES[0], SENTENCES[2]], [0]),
        ("The tariff", [SENTENCES[2], SENTENCES[0]], [1]),
        # What stands behind two early statements tells less than they do.
        ("The tariff", [SENTENCES[0], SENTENCES[0], *[SENTENCES[1]] * 3], [0, 1]),
        # Two that name it last of all may tell less than one that opens with it, later.
        ("The tariff", [LAST_OF_ALL, LAST_OF_ALL, SENTENCES[0], SENTENCES[0]], [0, 1, 2]),
        # Its words stand in the title alone.
        ("The steel tariff", [SENTENCES[2], SENTENCES[3]], []),
    ],
)
def test_paragraphs_that_cannot_change_a_timeline_are_not_read(
    title: str, texts: Sequence[str], read: Sequence[int]
) -> None:
    index = _CountingIndex()
    index.add(_story(0, title, *texts))
    make_timeline("tariff", index, Topics(TOPICS, index.analyser))
    assert sorted(index.read_slots) == list(read)
