"""/said: whose words are meant, what they said on a topic, in order of date, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.chat.answers.said import QUOTES_PER_PAGE, StatementsButton
from bot.chat.client import VerbatimClient
from bot.errors import QuestionError
from bot.language import say, use_language
from bot.library import EVERY_ARTICLE, Library, View
from bot.model import Article, Selection, Statements
from bot.reading.desk import Desk
from bot.store import Store
from tests.support.simulation import (
    Clock,
    FixedLibrary,
    Server,
    button_labels,
    menu_options,
    message_text,
    reading_client,
    reply_text,
    small_library,
)
from tests.support.stories import NAMES, article, texts, view_of

DAY = date(2025, 5, 3)


def quoting(title: str, *texts: str, day: int | None = None) -> Article:
    return article(title, *texts, published=DAY.replace(day=day) if day else None)


def spoken(sayings: Statements) -> list[str]:
    """The words marked as spoken, in order."""
    return [quote.text[mark.start : mark.end] for quote in sayings.quotes for mark in quote.marks]


# Who is meant

PEOPLE = (
    quoting(
        "Bridge", "“The bridge is open,” said the mayor, Ann Okafor.", "“I saw it,” Bo Lind said."
    ),
    quoting("School", "“The school is shut,” said the teacher Eve Okafor. “It is cold.”"),
    quoting("Talks", "“The talks went well,” Lee said."),
)


@pytest.mark.parametrize(
    ("asked", "speaker"),
    [
        ("Ann Okafor", "Ann Okafor"),
        ("ann  okafor", "Ann Okafor"),
        ("Lind", "Bo Lind"),
        ("bo", "Bo Lind"),
        ("Lee", "Lee Jae-myung"),
        ("Lee Jae Myung", "Lee Jae-myung"),
        ("Okafor", None),
        ("Linnd", None),
        ("Napoleon", None),
    ],
)
def test_a_person_is_found_by_any_part_of_their_name(asked: str, speaker: str | None) -> None:
    assert view_of(*PEOPLE).find_statements(asked).speaker == speaker


def test_of_several_people_of_one_name_none_is_taken_for_another() -> None:
    said = view_of(*PEOPLE).find_statements("Okafor")
    assert said.status == "several"
    assert set(said.other_speakers) == {"Ann Okafor", "Eve Okafor"}


def test_for_nobody_quoted_the_nearest_names_are_given() -> None:
    assert view_of(*PEOPLE).find_statements("Linnd").nearest_names == ("Bo Lind",)
    assert set(view_of(*PEOPLE).find_statements("Napoleon").nearest_names) >= {
        "Ann Okafor",
        "Lee Jae-myung",
    }


def test_a_korean_name_is_the_same_person(seeds: View) -> None:
    assert texts(seeds.find_statements("이재명").quotes) == texts(
        seeds.find_statements("President Lee").quotes
    )


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ok", ["Eve Okafor", "Ann Okafor"]),
        ("EVE O", ["Eve Okafor"]),
        ("lee jae", ["Lee Jae-myung"]),
        ("Lnd", ["Bo Lind"]),
        ("zzzz", []),
    ],
)
def test_speakers_are_offered_by_what_is_typed(typed: str, offered: Sequence[str]) -> None:
    twice = quoting("Ice", "“The ice is thin,” Eve Okafor said.")
    assert view_of(*PEOPLE, twice).suggest_speakers(typed) == list(offered)


def test_who_is_quoted_changes_with_the_articles_held() -> None:
    view = view_of(*PEOPLE)
    assert "Bo Lind" in view.suggest_speakers()
    view.put(quoting("Bridge", "“The bridge is open,” said the mayor, Ann Okafor."))
    assert "Bo Lind" not in view.suggest_speakers()
    view.remove("Bridge")
    assert "Ann Okafor" not in view.suggest_speakers()


def test_whom_a_servers_own_articles_quote_no_other_hears_of() -> None:
    held = Library(Desk(PEOPLE[:1], (), NAMES))
    held.put(1, PEOPLE[1])
    assert "Eve Okafor" in held.view(1).suggest_speakers()
    assert "Eve Okafor" not in held.view().suggest_speakers()
    assert held.view(2).find_statements("Eve Okafor").quotes == ()


# What they said


def test_quotes_stand_in_order_of_date_and_without_one_by_when_they_were_added() -> None:
    told = "Lee said the talks were “a day {}”."
    added = datetime(2025, 5, 4, tzinfo=UTC)
    said = view_of(
        quoting("Late", told.format("of much rain"), day=5),
        article("Undated", told.format("of some rain"), added=added),
        quoting("Early", told.format("of no rain"), day=3),
    ).find_statements("Lee")
    assert spoken(said) == ["a day of no rain", "a day of some rain", "a day of much rain"]


def test_what_several_stories_quote_is_given_once() -> None:
    said = view_of(
        quoting("Early", "“We will not choose a side,” Lee said.", day=3),
        quoting("Late", "Lee said: “We will not choose a side. Never.”", day=5),
    ).find_statements("Lee")
    [quote] = said.quotes
    assert quote.article.title == "Early"
    assert [also.article.title for also in quote.repeats] == ["Late"]


def test_a_topic_leaves_out_what_was_said_of_anything_else() -> None:
    view = view_of(
        quoting("Trade", "“Exports will rise,” Lee said of trade with China.", day=3),
        quoting("Rain", "“It rains too much,” Lee said.", day=5),
    )
    assert spoken(view.find_statements("Lee", "trade")) == ["Exports will rise"]
    assert spoken(view.find_statements("Lee", "everything")) == spoken(view.find_statements("Lee"))
    assert view.find_statements("Lee", "volcanoes").quotes == ()
    assert view.find_statements("Lee", "volcanoes").speaker == "Lee Jae-myung"


@pytest.mark.parametrize(("person", "topic"), [(" ", None), ("x" * 81, None), ("Lee", "the of")])
def test_nobody_and_nothing_are_refused(person: str, topic: str | None) -> None:
    with pytest.raises(QuestionError):
        view_of(*PEOPLE).find_statements(person, topic)


def test_every_quote_of_the_seeds_is_verbatim_with_its_words_marked(seeds: View) -> None:
    for speaker in seeds.suggest_speakers():
        quotes = seeds.find_statements(speaker).quotes
        assert quotes
        assert all(seeds.is_current(quote) and quote.marks for quote in quotes)


# In Discord

SAID = [f"Mina Rho said on day {day}: “We will meet {day} envoys of China.”" for day in range(1, 8)]
DESK = (
    *(quoting(f"Day{day}", text, day=day) for day, text in enumerate(SAID, start=1)),
    *PEOPLE[:2],
)


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(DESK), simulated_store, clock)


async def test_said_shows_the_latest_words_with_their_sources(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person="Rho")
    text = reply_text(result)
    assert not result.ephemeral
    assert text.startswith("### Mina Rho\n")
    assert "In their own words · 7 quotes · page 1 of 2" in text
    assert [sentence in text for sentence in SAID] == [False] * 3 + [True] * QUOTES_PER_PAGE
    assert text.index(SAID[-1]) < text.index(SAID[-2])
    assert "] Day7 · 7 May 2025\n" in text
    assert len(menu_options(result)) == QUOTES_PER_PAGE + 2
    assert "Articles without a date" not in text


async def test_pages_turn_in_place_where_private_after_a_restart(server: Server) -> None:
    result = await server.member.slash(
        server.channel, "said", person="Rho", topic="china", private=True
    )
    assert result.ephemeral
    assert result.response is not None
    latest = reply_text(result)
    assert "7 quotes · Topic: China · page 1 of 2" in latest
    await server.restart(reading_client(small_library(DESK), server.client.store, server.clock))
    earlier = await server.member.click(result.response, label="Earlier quotes")
    assert earlier.response is not None
    text = reply_text(earlier)
    assert "7 quotes · Topic: China · page 2 of 2" in text
    assert [sentence in text for sentence in SAID] == [True] * 3 + [False] * QUOTES_PER_PAGE
    assert reply_text(await server.member.click(earlier.response, label="Later quotes")) == latest


async def test_a_public_reply_stays_as_it_is_and_the_page_comes_privately(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person="Rho")
    assert result.response is not None
    before = message_text(result.response)
    pressed = await server.administrator.click(result.response, label="Earlier quotes")
    assert pressed.ephemeral
    assert SAID[0] in reply_text(pressed)
    assert message_text(result.response) == before


async def test_a_topic_too_long_for_an_id_has_no_page_to_turn_to(server: Server) -> None:
    topic = "China " + "and the envoys " * 6
    result = await server.member.slash(server.channel, "said", person="Rho", topic=topic.strip())
    assert "page 1 of 2" in reply_text(result)
    assert "Earlier quotes" not in button_labels(result)


async def test_several_people_of_one_name_are_buttons(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person="Okafor")
    assert "The articles quote several people with this name." in reply_text(result)
    assert sorted(button_labels(result)) == ["Ann Okafor", "Eve Okafor"]
    assert result.response is not None
    await server.restart(reading_client(small_library(DESK), server.client.store, server.clock))
    pressed = await server.member.click(result.response, label="Ann Okafor")
    assert pressed.ephemeral
    assert "The bridge is open" in reply_text(pressed)
    assert "Articles without a date" in reply_text(pressed)


async def test_nobody_quoted_is_said_with_those_who_are(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person="Lindd")
    text = reply_text(result)
    nobody = "No article here quotes anyone with this name."
    assert text == f"### Lindd\n{nobody}\n-# Quoted here: Bo Lind"
    assert button_labels(result) == ["Bo Lind"]


async def test_nothing_on_a_topic_leads_to_all_that_was_said(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person="Lind", topic="china")
    assert "No article here quotes Bo Lind on China." in reply_text(result)
    assert button_labels(result) == ["Bo Lind"]
    assert result.response is not None
    assert "I saw it" in reply_text(await server.member.click(result.response, label="Bo Lind"))


async def test_said_in_korean_leaves_quotes_as_they_are(server: Server) -> None:
    await server.prefer(language="ko")
    result = await server.member.slash(server.channel, "said", person="Rho")
    with use_language("ko"):
        explained = say("Latest first; the words in bold are this person's own.")
        earlier = say("Earlier quotes")
    assert explained in reply_text(result)
    assert SAID[-1] in reply_text(result)
    assert result.response is not None
    assert SAID[0] in reply_text(await server.member.click(result.response, label=earlier))


async def test_said_in_a_direct_message(server: Server) -> None:
    result = await server.member.user.slash("said", person="Rho")
    assert SAID[-1] in reply_text(result)
    assert result.response is not None
    assert SAID[0] in reply_text(
        await server.member.user.click(result.response, label="Earlier quotes")
    )


async def test_a_server_may_prefer_private_replies(server: Server) -> None:
    await server.prefer(private=True)
    assert (await server.member.slash(server.channel, "said", person="Rho")).ephemeral


@pytest.mark.parametrize(
    ("typed", "names"),
    [("", {"Mina Rho", "Bo Lind", "Ann Okafor", "Eve Okafor"}), ("lin", {"Bo Lind"})],
)
async def test_the_people_quoted_are_suggested(server: Server, typed: str, names: set[str]) -> None:
    choices = await server.member.autocomplete(server.channel, "said", "person", typed)
    assert {choice["value"] for choice in choices} == names


class Forging(View):
    """A view whose quotes do not stand."""

    def __init__(self, view: View) -> None:
        self.__dict__.update(view.__dict__)

    def find_statements(
        self, person: str, topic: str | None = None, *, selection: Selection = EVERY_ARTICLE
    ) -> Statements:
        statements = super().find_statements(person, topic, selection=selection)
        forged = (replace(quote, text=quote.text.upper()) for quote in statements.quotes)
        return replace(statements, quotes=tuple(forged))


async def test_a_quote_that_does_not_stand_is_never_sent(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.library = FixedLibrary(Forging(server.client.library.view()))
    result = await server.member.slash(server.channel, "said", person="Rho")
    assert ">" not in reply_text(result)
    assert "not verbatim" in caplog.text


async def test_an_empty_name_gets_one_private_sentence(server: Server) -> None:
    result = await server.member.slash(server.channel, "said", person=" ")
    assert result.ephemeral
    assert reply_text(result) == "Enter a name of 1 to 80 characters, such as a surname."
    server.expect_fault(QuestionError)


def test_an_id_holds_the_longest_topic_that_its_button_may_have() -> None:
    assert StatementsButton("1234:" + "x" * 85, "Later").item.custom_id
