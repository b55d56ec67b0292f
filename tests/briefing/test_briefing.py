"""Answers and digests: what is quoted, what is refused, and nothing said twice."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

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


HARBOUR = article(
    "Harbour",
    "The old harbour of Tessel freezes every winter. It has a ferry. Nobody repairs the harbour.",
    "A fisherman, Karl Brandt, saw seals in the harbour of Tessel on Monday. "
    "This harbour is deep. The harbour master of Tessel earns 40,000 crowns.",
)


@pytest.mark.parametrize(
    "keywords",
    ["harbour", "tessel harbour", "latest on the harbour?", "tell me about the latest harbour"],
)
def test_a_word_or_two_are_answered_with_what_tells_most_about_them(keywords: str) -> None:
    answer = view_of(HARBOUR, TALKS, WEATHER).ask(keywords)
    assert answer.status == "answer"
    texts = [quote.text for quote in answer.quotes]
    assert texts
    assert not any(text.startswith(("It ", "This ")) for text in texts)
    scores = [quote.score for quote in answer.quotes]
    assert scores == sorted(scores, reverse=True)


def test_the_latest_is_what_newer_articles_say() -> None:
    texts = {
        "Early": ("The ferry to Tessel was sold to two brothers from Orrel.", 1),
        "Late": ("Seals sank the ferry to Tessel off the northern rocks.", 6),
        "Middle": ("A painter gave the ferry to Tessel its yellow funnel.", 3),
    }
    stories = [
        replace(article(name, text), published=date(2025, month, 2))
        for name, (text, month) in texts.items()
    ]
    view = view_of(*stories, TALKS, WEATHER)
    for question in ("what is the latest on the ferry?", "what happened to the ferry recently"):
        assert view.ask(question).quotes[0].article.id == "Late", question


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("what does the harbour master of Tessel earn", ()),
        ("what is the pension of the harbour master", ("pension",)),
        ("did the fisherman see seals or penguins", ("penguins",)),
        ("what did jane roe see in the harbour of tessel", ("jane roe",)),
    ],
)
def test_the_important_words_that_no_quote_holds_are_said(
    question: str, missing: tuple[str, ...]
) -> None:
    answer = view_of(HARBOUR, TALKS, WEATHER).ask(question)
    assert answer.quotes
    assert answer.unquoted_words == missing
    assert not view_of(HARBOUR, TALKS, WEATHER).ask(question, after=1).unquoted_words


@pytest.mark.parametrize(
    ("question", "is_concerned"),
    [
        ("how high is the toll on the Tessel bridge", True),
        ("toll on the bridge in March", True),
        ("does the ministry still own eleven yellow boats and a bridge", False),
        ("who in March wrote songs about Orrel, herring and snow", False),
    ],
)
def test_accounts_differ_only_where_the_question_is_about_them(
    question: str, is_concerned: bool
) -> None:
    accounts = [
        article(name, f"The toll on the long Tessel bridge rose to {toll}% in March, it was found.")
        for name, toll in (("A", 15), ("B", 18))
    ]
    quotes = view_of(*accounts, TALKS, WEATHER).ask(question).quotes
    assert any(quote.differs for quote in quotes) == is_concerned


SEQUELS = (
    (
        "The museum bought the atlas from a sailor in 1887.",
        "It had been wet twice.",
        "who bought the atlas",
    ),
    (
        "Nine wells were dug on the island of Orrel.",
        "They gave water for a year.",
        "how many wells were dug on Orrel",
    ),
    (
        "The mayor opened the new library on Saturday.",
        "She read from a book about bees.",
        "when was the library opened",
    ),
)


@pytest.mark.parametrize(("text", "sequel", "question"), SEQUELS)
def test_the_next_sentence_is_quoted_too_where_it_needs_this_one(
    text: str, sequel: str, question: str
) -> None:
    story = article("Story", f"{text} {sequel} Lunch was served in the yard.")
    assert view_of(story, TALKS, WEATHER).ask(question).quotes[0].text == f"{text} {sequel}"


@pytest.mark.parametrize(
    "sequel",
    [
        "Lunch was served in the yard.",
        "Will it ever be read again?",
        "It lists these coasts:",
        f"It was {'very ' * 60}wet.",
    ],
)
def test_the_next_sentence_is_left_out_where_it_adds_nothing_or_is_too_long(sequel: str) -> None:
    text = "The museum bought the atlas from a sailor in 1887."
    story = article("Story", f"{text} {sequel}")
    assert view_of(story, TALKS, WEATHER).ask("who bought the atlas").quotes[0].text == text


TURNS = (
    (
        "The council will sell the old pier to a hotel.",
        "This is not a plan the mayor will follow, her office said.",
        "will the council sell the pier",
    ),
    (
        "The orchard lost every tree in the frost of May.",
        "However, the nursery replaced all of them by June.",
        "what did the orchard lose in the frost",
    ),
    (
        "Doctors gave the swimmer a week to live.",
        "But she won the regatta the year after.",
        "how long did doctors give the swimmer",
    ),
    (
        "시의회는 오래된 부두를 호텔에 판다고 밝혔다.",
        "그러나 시장은 그 계획을 따르지 않겠다고 말했다.",
        "부두를 호텔에",
    ),
)


@pytest.mark.parametrize(("text", "turn", "question"), TURNS)
def test_a_sentence_is_quoted_with_the_one_that_turns_it(
    text: str, turn: str, question: str
) -> None:
    story = article("Story", f"{text} {turn}")
    assert view_of(story, TALKS, WEATHER).ask(question).quotes[0].text == f"{text} {turn}"


@pytest.mark.parametrize(("text", "turn", "question"), TURNS)
def test_a_sentence_is_not_quoted_where_what_turns_it_is_too_long(
    text: str, turn: str, question: str
) -> None:
    longer = f"{turn[:-1]}, {'again and ' * 40}again."
    quotes = view_of(article("Story", f"{text} {longer}"), TALKS, WEATHER).ask(question).quotes
    assert all(quote.text.endswith("again.") or text not in quote.text for quote in quotes)


@pytest.mark.parametrize("question", ["what did the tariff on steel rise to", "tariff on steel"])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("others", [(), ("Rain fell.",)])
def test_a_library_of_two_or_three_paragraphs_ranks_what_answers_first(
    question: str, together: bool, others: tuple[str, ...]
) -> None:
    answer = "The tariff on steel rose to 15%."
    texts = ("Nobody in the room asked about the tariff on anything, or of steel.", answer, *others)
    articles = (
        [article("Trade", *texts)]
        if together
        else [article(f"Trade {number}", text) for number, text in enumerate(texts)]
    )
    quote = view_of(*articles).ask(question).quotes[0]
    assert quote.text == answer
    assert 0 < quote.score < 100


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("how much is the toll", "The toll on the bridge is four crowns."),
        ("who painted the ceiling", "Sena Ilves painted the ceiling of the hall."),
        ("when does the ferry sail", "The ferry sails on Monday at noon."),
    ],
)
def test_the_first_paragraph_of_a_library_answers(question: str, text: str) -> None:
    answer = view_of(article("First", text)).ask(question)
    assert answer.status == "answer"
    assert [quote.text for quote in answer.quotes] == [text]
    assert 0 < answer.quotes[0].score < 100


def test_a_heading_with_nothing_but_the_words_of_the_question_is_no_answer() -> None:
    texts = ("Tide gates", "A tide gate closes when the sea rises.", "Tide gates: what are they")
    answer = view_of(article("The port", *texts)).ask("What are tide gates?")
    assert [quote.text for quote in answer.quotes] == [texts[1]]


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
