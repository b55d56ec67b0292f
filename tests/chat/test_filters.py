"""`period` and `source`: what an answer is limited to, what it says of that, and its buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from simcord import InteractionResult

from bot.chat.client import VerbatimClient
from bot.errors import QuestionError
from bot.model import Article, Paragraph, Preferences
from bot.store import Store
from tests.support.simulation import (
    MONDAY,
    Clock,
    Server,
    reading_client,
    reply_text,
    small_library,
)
from tests.support.talking import ask as mention
from tests.support.talking import replies


def story(name: str, published: date | None, outlet: str | None, *texts: str) -> Article:
    paragraphs = tuple(map(Paragraph, texts))
    return Article(
        name.lower(), name, paragraphs, "a.txt", outlet=outlet, published=published, added_at=MONDAY
    )


# MONDAY is 2 March 2026.
LAST_YEAR = story(
    "Old",
    date(2025, 6, 1),
    "Vell Post",
    "The ferry to Oster carried 300 people in June, the harbour master said.",
)
THURSDAY = story(
    "Thursday",
    date(2026, 2, 26),
    "Vell Post",
    "The ferry to Oster was repaired in the dock on Thursday, the harbour master said.",
    "“The ferry will sail to Oster again on Sunday,” harbour master Ada Quill said on Thursday.",
)
SUNDAY = story(
    "Sunday",
    date(2026, 3, 1),
    "Oster Herald",
    "The ferry to Oster stopped at the northern pier for repairs of its ramp.",
    "Farmers took the ferry to Oster with ninety sheep and two dogs.",
    "A choir sang on the ferry to Oster and collected money for a new organ.",
    "The council will sell the old ferry to Oster when its engine is worn out.",
    "Fog kept the ferry to Oster in the harbour until noon, its crew said.",
    "Divers found a bell beneath the ferry to Oster, cast three centuries ago.",
    "The ferry to Oster gets a kitchen with soup and bread for travellers.",
    "Children paint the funnel of the ferry to Oster green and yellow in May.",
)
UNDATED = story("Undated", None, "Oster Herald", "The ferry to Oster has a new captain.")
NIGHT = replace(  # a Sunday in Los Angeles, a Monday in London
    story("Night", date(2026, 3, 1), "Vell Post", "The ferry to Oster met a whale at night."),
    published_at=datetime(2026, 3, 2, 6, 30, tzinfo=UTC),
)
ALL = (LAST_YEAR, THURSDAY, SUNDAY, UNDATED, NIGHT)


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(ALL), simulated_store, clock)


async def ask(server: Server, command: str = "digest", **options: str) -> InteractionResult:
    words = {"ask": {"question": "ferry to Oster"}, "said": {"person": "Ada Quill"}}
    asked = words.get(command, {"topic": "ferry"})
    return await server.member.slash(server.channel, command, **{**asked, **options})


def quoted(text: str) -> set[str]:
    """The stories that a reply quotes."""
    return {held.title for held in ALL for part in held.paragraphs if part.text in text}


async def test_a_reply_keeps_to_the_period_or_the_source_and_says_so(server: Server) -> None:
    for command in ("digest", "ask", "timeline"):
        text = reply_text(await ask(server, command, period="past week"))
        assert {"Thursday", "Sunday", "Night"} >= quoted(text) != set()
        assert "Period: since 23 February 2026, 08:00 (UTC) · 3 articles" in text
        assert "1 article has no date and was left out." in text
        text = reply_text(await ask(server, command, source="oster herald"))
        assert {"Sunday", "Undated"} >= quoted(text) != set()
        assert "Source: Oster Herald · 2 articles" in text
        assert "left out" not in text


async def test_what_was_said_keeps_to_both(server: Server) -> None:
    inside = reply_text(await ask(server, "said", period="since thursday", source="Vell Post"))
    assert quoted(inside) == {"Thursday"}
    assert "Period: since 26 February 2026 · Source: Vell Post" in inside
    outside = reply_text(await ask(server, "said", period="today"))
    assert "No article here quotes anyone with this name." in outside
    assert "Period: since 2 March 2026" in outside


async def test_everything_of_a_month_has_dated_articles_alone(server: Server) -> None:
    text = reply_text(await ask(server, topic="everything", period="past month"))
    assert "Digest of the past month" in text
    assert "Undated" not in quoted(text)


async def test_a_time_counts_by_the_clock_of_the_server(server: Server) -> None:
    assert "Night" in quoted(reply_text(await ask(server, period="today")))
    await server.prefer(zone="America/Los_Angeles")
    assert "Night" in quoted(reply_text(await ask(server, period="yesterday")))
    assert "Night" not in quoted(reply_text(await ask(server, period="today")))


async def test_where_nothing_is_of_the_period_the_reply_says_which(server: Server) -> None:
    text = reply_text(await ask(server, period="1 to 5 January"))
    assert "No article from this period covers this topic." in text
    assert "Period: 1–5 Jan 2026 · 0 articles" in text.replace("\u2009", " ")
    text = reply_text(await ask(server, "ask", period="1 to 5 January"))
    assert "None of the articles you chose answers this." in text


async def test_more_quotes_keep_to_the_same(server: Server) -> None:
    """Also later, when the past week is another."""
    result = await ask(server, "ask", period="past week", source="Oster Herald")
    first = reply_text(result)
    server.clock.now = MONDAY.replace(month=5)
    assert result.response
    text = reply_text(await server.member.click(result.response, label="More"))
    assert quoted(first) == quoted(text) == {"Sunday"}
    limits = "Period: since 23 February 2026, 08:00 (UTC) · Source: Oster Herald · 1 article"
    assert limits in first
    assert limits in text


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        ("ask", ("more", "and the engine?")),
        ("digest", ("what did the crew say about it?",)),
        ("timeline", ("and sheep?",)),
        ("said", ("and the dock?",)),
    ],
)
async def test_what_goes_on_from_a_reply_keeps_to_the_same(
    server: Server, command: str, texts: tuple[str, ...]
) -> None:
    limits = {"period": "past week", "source": "Vell Post" if command == "said" else "Oster Herald"}
    followed: Any = (await ask(server, command, **limits)).response
    server.clock.now = MONDAY.replace(month=5)
    for text in texts:
        reply = await mention(server, text, reply_to=followed)
        assert f"Source: {limits['source']}" in reply
        assert "Period: since 23 February 2026, 08:00 (UTC)" in reply
        assert quoted(reply) == ({"Thursday"} if command == "said" else {"Sunday"})
        followed = replies(server)[-1]
    alone = await mention(server, "Who carried 300 people in June?", reply_to=followed)
    assert quoted(alone) == {"Old"}


async def test_what_goes_on_from_what_is_new_to_a_channel_is_asked_of_all(server: Server) -> None:
    followed = (await ask(server, period="since-last", source="Vell Post")).response
    reply = await mention(server, "and the whale?", reply_to=followed)
    assert "Source: Vell Post" in reply
    assert "Period" not in reply
    assert "whale" in reply


async def test_more_points_keep_to_the_same(server: Server) -> None:
    result = await ask(server, source="Oster Herald")
    assert result.response
    text = reply_text(await server.member.click(result.response, label="More"))
    assert quoted(text) == {"Sunday"}
    assert "Source: Oster Herald · 2 articles" in text


REFUSED = (
    ({"period": "30 February"}, "There is no such day: “30 February”."),
    ({"period": "5 March to 1 March"}, "That period ends before it begins."),
    ({"period": "next week"}, "That period has not started yet."),
    ({"period": "soonish"}, "I do not understand “soonish” as a period."),
    ({"source": "Narnia Times"}, "No article here is from “Narnia Times”. Sources here include"),
)


async def test_what_is_no_period_and_no_source_is_one_sentence(server: Server) -> None:
    for options, sentence in REFUSED:
        assert sentence in reply_text(await ask(server, **options))
        server.expect_fault(QuestionError)


async def test_what_is_new_to_the_channel_is_for_digests_alone(server: Server) -> None:
    refused = reply_text(await ask(server, "ask", period="since-last"))
    server.expect_fault(QuestionError)
    assert "works only in /digest" in refused
    text = reply_text(await ask(server, period="New to this channel", source="Oster Herald"))
    assert "new to this channel" in text
    assert quoted(text) <= {"Sunday", "Undated"}


SUGGESTED = (
    ("period", "", "past day"),
    ("period", "wee", "past week"),
    ("period", "1 to 5 feb", "1 to 5 feb · 1–5 Feb 2026"),
    ("source", "", "Vell Post · 3 articles"),
    ("source", "her", "Oster Herald · 2 articles"),
)


async def test_periods_and_sources_are_suggested(server: Server) -> None:
    for option, typed, first in SUGGESTED:
        choices = await server.member.autocomplete(server.channel, "timeline", option, typed)
        assert choices[0]["name"].replace("\u2009", " ") == first


async def test_a_server_of_no_zone_has_that_of_the_operator(server: Server) -> None:
    assert Preferences().zone is None
    server.client.zone = "Asia/Seoul"
    assert "since 2 March 2026" in reply_text(await ask(server, period="today"))
    server.clock.now = MONDAY.replace(hour=16)  # 01:00 in Seoul
    assert "since 3 March 2026" in reply_text(await ask(server, period="today"))
