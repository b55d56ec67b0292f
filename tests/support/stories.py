"""A small desk of invented stories, and the seeds, for tests of what is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.library import Library, View
from bot.model import Article, Paragraph, Quote, StoryKind, Topic
from bot.reading.desk import Desk, read_desk
from bot.text.names import Name

NAMES = (
    Name("North Korea", "place", ("North Korea", "DPRK", "Pyongyang", "북한")),
    Name("United States", "place", ("United States", "US")),
    Name("China", "place", ("China", "Chinese")),
    Name("Russia", "place", ("Russia", "Russian")),
    Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee")),
)
TOPICS = (
    Topic("north-korea", "North Korea", ("dprk", "북한")),
    Topic("trade", "Trade and tariffs", ("tariffs",), ("trade",)),
)

ANN, BEN = 101, 202  # two Discord servers

# The paragraphs of two stories.
FERRY = (
    "The harbour of Tessel will close to ferries next winter, the port authority said on Monday.",
    "Some four hundred people cross the strait every day, most of them to work on the mainland.",
    "“We were told of it by letter,” said Anna Brandt, who runs the café at the landing.",
    "The council will hear objections until the end of October, and decide before the new year.",
)
FLOOD = (
    "Rain fell on the coast for a week and closed three roads between the villages in the north.",
    "Farmers lost a fifth of the barley, the ministry of agriculture said in a first estimate.",
)


def article(
    title: str,
    *texts: str,
    kind: StoryKind = "main",
    added: datetime | None = None,
    published: date | None = None,
) -> Article:
    """An article of these paragraphs; its id is its title."""
    paragraphs = tuple(Paragraph(text) for text in texts)
    return Article(title, title, paragraphs, "a.txt", kind, added_at=added, published=published)


def view_of(*articles: Article) -> View:
    """A view of a library that holds these articles."""
    return Library(Desk(articles, TOPICS, NAMES)).view()


TALKS = article(
    "Talks",
    "President Lee met the envoy of Pyongyang in Geneva on June 4. He spoke of peace for an hour.",
    "The two sides agreed to reopen the telephone line at Panmunjom before winter.",
)
TRADE = article(
    "Trade",
    "The tariff on steel rose to 15% in March, the ministry said. Exports of steel fell at once.",
    "Farmers in the valley saw no change in what they sell abroad.",
)
WEATHER = article("Weather", "Rain fell on the coast for a week.", "Roads were closed by mud.")


@pytest.fixture(scope="session")
def seeds() -> View:
    """A view of the articles in `seeds/`."""
    return Library(read_desk(Path(__file__).parents[2] / "seeds")).view()


def texts(quotes: Sequence[Quote]) -> list[str]:
    """The texts of the quotes."""
    return [quote.text for quote in quotes]
