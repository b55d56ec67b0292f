"""What a topic excludes is in no digest, timeline, statement or watch of it."""

from __future__ import annotations

import pytest

from bot.errors import QuestionError
from bot.library import View
from bot.model import Article
from tests.support.stories import WEATHER, article, texts, view_of

REEF = article(
    "Divers count corals",
    "Divers counted forty corals at the reef of Marran on Monday.",
    '"The corals at the reef grow again," said Ines Falk, a biologist of the island.',
)
HOTEL = article(
    "A hotel for the island",
    "The Coral Palace hotel will open beside the corals at the reef of Marran in May.",
    'Its owner, Ines Falk, is pleased. "The corals will draw our guests," said Ines Falk.',
)
GAME = article(
    "A game of the sea",
    "Corals can be built with in the new version of the game Tidepool Tycoon.",
    "The makers promise further corals for Tidepool Tycoon in the autumn.",
)
VIEW = view_of(REEF, HOTEL, GAME, WEATHER)
FREE_OF_HOTEL = (
    "corals but not hotels",
    "corals except Coral Palace",
    "corals, not hotel or palace",
    "corals -hotel",
    "hotel 빼고 corals",
)


def sources_of(topic: str) -> set[str]:
    return {quote.article.title for quote in VIEW.digest(topic).points}


@pytest.mark.parametrize("topic", FREE_OF_HOTEL)
def test_no_article_with_an_excluded_word_is_digested_dated_or_watched(topic: str) -> None:
    assert sources_of("corals") == {REEF.title, HOTEL.title, GAME.title}
    assert sources_of(topic) == {REEF.title, GAME.title}
    timeline = VIEW.timeline(topic)
    quoted = {quote.article.title for quote in (*timeline.dated_quotes, *timeline.undated_quotes)}
    assert quoted == {REEF.title, GAME.title}
    assert timeline.title == topic
    matched = {story.title: [*VIEW.match_watches(story, [topic])] for story in (REEF, HOTEL, GAME)}
    assert matched == {REEF.title: [topic], HOTEL.title: [], GAME.title: [topic]}
    statements = VIEW.find_statements("Ines Falk", topic)
    assert texts(statements.quotes) == [REEF.paragraphs[1].text]


def test_a_phrase_is_excluded_where_its_words_stand_together() -> None:
    assert sources_of("corals but not Tidepool Tycoon") == {REEF.title, HOTEL.title}
    assert sources_of("corals but not Tycoon reef") == {REEF.title, HOTEL.title, GAME.title}


def test_everything_may_exclude_something() -> None:
    for topic in ("everything but not corals", "but not corals", "news except corals"):
        assert sources_of(topic) == {WEATHER.title}
    assert VIEW.match_watches(GAME, ["everything -corals"]) == {}
    assert [*VIEW.match_watches(WEATHER, ["everything -corals"])] == ["everything -corals"]


def test_what_is_excluded_may_be_long_but_not_without_end() -> None:
    listed = ", ".join(f"word{number}" for number in range(10))
    assert sources_of(f"corals but not {listed}") == {REEF.title, HOTEL.title, GAME.title}
    with pytest.raises(QuestionError):
        VIEW.digest("corals but not " + "word " * 21)


def test_a_topic_of_the_desk_may_exclude_something(seeds: View) -> None:
    whole = seeds.digest("china")
    story = whole.points[0].article
    part = seeds.digest(f"china but not {story.title}")
    assert part.points
    assert story.title not in {point.article.title for point in part.points}


def test_the_title_says_what_is_excluded() -> None:
    digest = VIEW.digest("corals but not hotels")
    assert digest.title == "corals but not hotels"
    nothing = VIEW.digest("submarines but not hotels")
    assert (nothing.points, nothing.nearest_topics) == ((), ())


def test_an_excluded_word_in_the_title_or_a_heading_counts() -> None:
    story: Article = article("Hotels", "Divers counted forty corals at the reef on Monday.")
    assert view_of(story, WEATHER).digest("corals but not hotels").points == ()
