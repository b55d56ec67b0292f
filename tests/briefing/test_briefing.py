"""Answers and digests: what is quoted, what is refused, and nothing said twice."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QuestionError
from bot.library import View
from bot.text.words import split_words
from tests.support.stories import TALKS, TRADE, WEATHER, article, view_of

# Asking


def test_the_answering_sentence_is_quoted_with_its_place_and_the_matched_words_marked() -> None:
    quote = view_of(TALKS, TRADE, WEATHER).ask("how high is the steel tariff?").quotes[0]
    assert quote.text == "The tariff on steel rose to 15% in March, the ministry said."
    assert (quote.article.id, quote.paragraph, quote.start) == ("Trade", 1, 0)
    assert [quote.text[mark.start : mark.end] for mark in quote.marks] == ["tariff", "steel"]


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    answer = view_of(TALKS, TRADE, WEATHER).ask("who spoke of peace for an hour?")
    assert answer.quotes[0].text == TALKS.paragraphs[0].text


def test_the_same_fact_of_two_stories_is_one_quote_with_the_other_behind_it() -> None:
    wire = article("Wire", "The tariff on steel rose to 15% in March, officials said.")
    answer = view_of(TALKS, TRADE, WEATHER, wire).ask("steel tariff")
    stories = [
        (quote.article.id, [repeat.article.id for repeat in quote.repeats])
        for quote in answer.quotes
    ]
    assert ("Wire", ["Trade"]) in stories or ("Trade", ["Wire"]) in stories


def test_of_two_that_tell_the_same_the_one_with_the_date_answers_when() -> None:
    undated = article("A", "The tariff on steel and iron rose to its height, the ministry said.")
    dated = article("B", "The tariff on steel rose to its height in March 2025, the ministry said.")
    first = view_of(undated, dated, TALKS, WEATHER).ask("when did the steel and iron tariff rise")
    assert first.quotes[0].article.id == "B"
    assert [repeat.article.id for repeat in first.quotes[0].repeats] == ["A"]


def test_quotes_of_one_answer_do_not_overlap(seeds: View) -> None:
    for question in (
        "north korea engagement",
        "what did Lee say of China",
        "Trump and troops",
        "who was named chief of the National Intelligence Service",
    ):
        answer = seeds.ask(question)
        differing = [comparison.quote for quote in answer.quotes for comparison in quote.differs]
        repeats = [repeat for quote in answer.quotes for repeat in quote.repeats]
        quotes = [*answer.quotes, *differing, *repeats]
        for first in quotes:
            for second in quotes:
                same = first.article.id == second.article.id and first.paragraph == second.paragraph
                assert (
                    first is second
                    or not same
                    or first.end <= second.start
                    or second.end <= first.start
                )


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
    seeds: View, question: str, status: str
) -> None:
    assert seeds.ask(question).status == status


def test_an_answer_that_is_refused_names_what_was_found_and_what_was_not(seeds: View) -> None:
    answer = seeds.ask("best ramen in Tokyo")
    assert (answer.status, answer.quotes) == ("none", ())
    assert answer.matched_words == ("Tokyo",)
    assert answer.missing_words == ("best", "ramen")
    assert "japan" in {topic.slug for topic in answer.nearest_topics}


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
    seeds: View, question: str, reason: str
) -> None:
    with pytest.raises(QuestionError, match=reason):
        seeds.ask(question)


# Topics


def test_topics_are_suggested_by_how_they_begin_what_they_hold_and_how_they_look(
    seeds: View,
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
    view = view_of(article("Any", *paragraphs), TALKS, TRADE, WEATHER)
    forms = [word.form for text in paragraphs for word in split_words(text)] or ["steel"]
    question = " ".join(data.draw(st.lists(st.sampled_from(forms), min_size=1, max_size=4)))[:90]
    with contextlib.suppress(QuestionError):
        for quote in (*view.ask(question).quotes, *view.digest(question).points):
            for shown in (quote, *quote.repeats):
                paragraph = shown.article.paragraphs[shown.paragraph - 1].text
                assert shown.text == paragraph[shown.start : shown.end]
                assert view.is_current(shown)
            assert all(0 <= start < end <= len(quote.text) for start, end in quote.marks)


def test_a_quote_that_does_not_stand_in_its_article_is_not_vouched_for(seeds: View) -> None:
    quote = seeds.ask("royal marines").quotes[0]
    assert seeds.is_current(quote)
    assert not seeds.is_current(replace(quote, text=quote.text.replace("Royal", "royal")))
    assert not seeds.is_current(replace(quote, start=quote.start + 1))
    assert not seeds.is_current(replace(quote, paragraph=999))
    assert not seeds.is_current(replace(quote, article=replace(quote.article, id="gone")))
