"""Answers and digests: what is quoted, what is refused, and nothing said twice."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.topics import EVERYTHING
from bot.errors import QuestionError
from bot.library import Library
from bot.model import Article, Digest, Paragraph, PostedQuote, Quote, Topic
from bot.reading.desk import Desk, read_desk
from bot.text.names import Name
from bot.text.words import words

NAMES = (
    Name("North Korea", "place", ("North Korea", "DPRK", "Pyongyang", "북한")),
    Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee")),
)
TOPICS = (
    Topic("north-korea", "North Korea", ("dprk", "북한")),
    Topic("trade", "Trade and tariffs", ("tariffs",), ("trade",)),
)


def article(
    title: str, *texts: str, added: datetime | None = None, published: date | None = None
) -> Article:
    paragraphs = tuple(Paragraph(text) for text in texts)
    return Article(title, title, paragraphs, "a.txt", added=added, published=published)


def library(*articles: Article) -> Library:
    return Library(Desk(articles, TOPICS, NAMES))


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


@pytest.fixture(scope="module")
def seeds() -> Library:
    return Library(read_desk(Path(__file__).parent.parent / "seeds"))


def texts(quotes: Sequence[Quote]) -> list[str]:
    return [quote.text for quote in quotes]


# Asking


def test_the_answering_sentence_is_quoted_with_its_place_and_the_matched_words_marked() -> None:
    quote = library(TALKS, TRADE, WEATHER).ask("how high is the steel tariff?").quotes[0]
    assert quote.text == "The tariff on steel rose to 15% in March, the ministry said."
    assert (quote.article.id, quote.paragraph, quote.start) == ("Trade", 1, 0)
    assert [quote.text[mark.start : mark.end] for mark in quote.marks] == ["tariff", "steel"]


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    answer = library(TALKS, TRADE, WEATHER).ask("who spoke of peace for an hour?")
    assert answer.quotes[0].text == TALKS.paragraphs[0].text


def test_the_same_fact_of_two_stories_is_one_quote_with_the_other_behind_it() -> None:
    wire = article("Wire", "The tariff on steel rose to 15% in March, officials said.")
    answer = library(TALKS, TRADE, WEATHER, wire).ask("steel tariff")
    told = [
        (quote.article.id, [other.article.id for other in quote.also]) for quote in answer.quotes
    ]
    assert ("Wire", ["Trade"]) in told or ("Trade", ["Wire"]) in told


def test_of_two_that_tell_the_same_the_one_with_the_date_answers_when() -> None:
    undated = article("A", "The tariff on steel and iron rose to its height, the ministry said.")
    dated = article("B", "The tariff on steel rose to its height in March 2025, the ministry said.")
    first = library(undated, dated, TALKS, WEATHER).ask("when did the steel and iron tariff rise")
    assert first.quotes[0].article.id == "B"
    assert [other.article.id for other in first.quotes[0].also] == ["A"]


def test_quotes_of_one_answer_do_not_overlap(seeds: Library) -> None:
    for question in ("north korea engagement", "what did Lee say of China", "Trump and troops"):
        quotes = seeds.ask(question).quotes
        for one in quotes:
            for other in quotes:
                same = one.article.id == other.article.id and one.paragraph == other.paragraph
                assert one is other or not same or one.end <= other.start or other.end <= one.start


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("what did Lee say about eggs in one basket", "answer"),
        ("phased diplomacy", "answer"),
        ("이재명 북한", "answer"),
        ("best ramen in tokyo", "none"),
        ("bitcoin price", "none"),
        ("how do I fix my printer", "none"),
    ],
)
def test_what_the_articles_hold_is_answered_and_the_rest_refused(
    seeds: Library, question: str, status: str
) -> None:
    assert seeds.ask(question).status == status


def test_an_answer_that_is_refused_names_what_was_found_and_what_was_not(seeds: Library) -> None:
    answer = seeds.ask("best ramen in Tokyo")
    assert (answer.status, answer.quotes) == ("none", ())
    assert answer.matched == ("Tokyo",)
    assert answer.missed == ("best", "ramen")
    assert "japan" in {topic.slug for topic in answer.nearest}


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("what is it about?", "no word to search for"),
        ("🙂🙂🙂", "no word to search for"),
        ("\x00\x07\u200b", "no word to search for"),
        ("word " * 1200, "characters"),
    ],
)
def test_a_question_that_cannot_be_searched_for_is_refused_in_a_sentence(
    seeds: Library, question: str, reason: str
) -> None:
    with pytest.raises(QuestionError, match=reason):
        seeds.ask(question)


# Digests


def test_a_topic_is_the_same_by_slug_title_alias_and_in_korean(seeds: Library) -> None:
    digests = [seeds.digest(name) for name in ("north-korea", "North Korea", "DPRK", "북한")]
    assert {digest.topic for digest in digests} == {"north-korea"}
    assert len({tuple(texts(digest.points)) for digest in digests}) == 1
    assert 3 <= len(digests[0].points) <= 6


def test_any_text_is_a_topic(seeds: Library) -> None:
    digest = seeds.digest("Kaesong Industrial Complex")
    assert digest.title == "Kaesong Industrial Complex"
    assert all("Kaesong" in point.text for point in digest.points)
    assert digest.points


def test_a_topic_nobody_wrote_of_gives_no_points_but_the_nearest_topics(seeds: Library) -> None:
    digest = seeds.digest("bitcoin")
    assert (digest.status, digest.points) == ("none", ())
    assert digest.nearest


def test_points_are_whole_statements(seeds: Library) -> None:
    for topic in seeds.topics.all():
        for point in seeds.digest(topic.slug).points:
            assert point.text.rstrip("\"'”’)")[-1] in ".!"
            assert not point.text.endswith("?")


def test_no_story_gives_more_than_two_points(seeds: Library) -> None:
    for topic in (*seeds.topics.all(), EVERYTHING):
        assert all(source.quotes <= 2 for source in seeds.digest(topic.slug).sources)


def test_a_fact_of_two_stories_is_one_point() -> None:
    wire = article("Wire", "The tariff on steel rose to 15% in March, officials said on Friday.")
    points = library(TRADE, wire, TALKS, WEATHER).digest("tariffs").points
    assert len([point for point in points if "15%" in point.text]) == 1
    assert [len(point.also) for point in points if "15%" in point.text] == [1]


def posted(digest: Digest) -> list[PostedQuote]:
    return [
        PostedQuote(point.article.id, point.paragraph, point.start, point.end, point.text)
        for point in digest.points
    ]


def test_what_a_channel_has_had_is_not_said_again_and_it_comes_to_an_end(seeds: Library) -> None:
    had: list[PostedQuote] = []
    for _ in range(100):
        digest = seeds.digest("russia", had=had)
        assert not {point.text for point in digest.points} & {quote.text for quote in had}
        had += posted(digest)
        if not digest.points:
            break
    assert not seeds.digest("russia", had=had).points
    assert had


def test_a_paraphrase_of_what_was_had_is_nothing_new() -> None:
    had = [
        PostedQuote("gone", 1, 0, 61, "The tariff on steel rose to 15% in March, officials said.")
    ]
    points = library(TRADE, TALKS, WEATHER).digest("tariffs", had=had).points
    assert not any("15%" in point.text for point in points)


def test_a_period_leaves_out_what_is_older() -> None:
    old = article("Old", "The tariff on steel was 10% for years.", published=date(2025, 1, 1))
    new = article(
        "New",
        "The tariff on copper fell to nothing in May.",
        added=datetime(2025, 6, 1, tzinfo=UTC),
    )
    held = library(old, new, TALKS, WEATHER)
    since = datetime(2025, 5, 1, tzinfo=UTC)
    assert {point.article.id for point in held.digest("tariffs").points} == {"Old", "New"}
    assert {point.article.id for point in held.digest("tariffs", since=since).points} == {"New"}


def test_everything_spans_several_stories(seeds: Library) -> None:
    digest = seeds.digest("everything")
    assert digest.title == "Everything"
    assert len(digest.sources) >= 3


@pytest.mark.parametrize("topic", ["", "  ", "the", "x" * 101])
def test_a_topic_that_cannot_be_searched_for_is_refused(seeds: Library, topic: str) -> None:
    with pytest.raises(QuestionError):
        seeds.digest(topic)


# Topics


def test_topics_are_suggested_by_how_they_begin_what_they_hold_and_how_they_look(
    seeds: Library,
) -> None:
    def slugs(text: str) -> list[str]:
        return [topic.slug for topic in seeds.topics.suggest(text)]

    assert slugs("nor")[0] == "north-korea"
    assert slugs("pyong")[0] == "north-korea"
    assert "us-troops" in slugs("troops")
    assert "russia" in slugs("rusia")
    assert len(slugs("")) >= 12
    assert slugs("qqqq") == []


# Always


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=5), st.data())
def test_any_quote_of_any_text_is_verbatim(paragraphs: list[str], data: st.DataObject) -> None:
    held = library(article("Any", *paragraphs), TALKS, TRADE, WEATHER)
    spoken = [word.form for text in paragraphs for word in words(text)] or ["steel"]
    asked = " ".join(data.draw(st.lists(st.sampled_from(spoken), min_size=1, max_size=4)))[:90]
    with contextlib.suppress(QuestionError):
        for quote in (*held.ask(asked).quotes, *held.digest(asked).points):
            for each in (quote, *quote.also):
                paragraph = each.article.paragraphs[each.paragraph - 1].text
                assert each.text == paragraph[each.start : each.end]
                assert held.vouch(each)
            assert all(0 <= start < end <= len(quote.text) for start, end in quote.marks)


def test_a_quote_that_does_not_stand_in_its_article_is_not_vouched_for(seeds: Library) -> None:
    quote = seeds.ask("royal marines").quotes[0]
    assert seeds.vouch(quote)
    assert not seeds.vouch(replace(quote, text=quote.text.replace("Royal", "royal")))
    assert not seeds.vouch(replace(quote, start=quote.start + 1))
    assert not seeds.vouch(replace(quote, paragraph=999))
    assert not seeds.vouch(replace(quote, article=replace(quote.article, id="gone")))
