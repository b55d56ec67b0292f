"""What was asked in vain: kept, counted, forgotten, and shown to those who manage a server."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.chat.components.layout import ListPage
from bot.chat.library.gaps import ENTRIES_A_PAGE, gap_list
from bot.errors import StoreBusyError
from bot.language import say, use_language
from bot.store import Gap, Rating, Store
from tests.support.layouts import assert_sendable
from tests.support.simulation import Server, button_labels, reply_text, small_library
from tests.support.stories import WEATHER
from tests.support.strategies import FEWER_EXAMPLES, long_texts

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE, THERE = 2**62, 2**62 + 1

numbers = st.integers(0, 10**6)
moments = st.just(NOW)


async def words_of(store: Store, guild_id: int) -> list[str]:
    return [gap.words for gap in await store.gaps.list(guild_id)]


async def test_the_same_words_are_one_gap_and_are_counted(store: Store) -> None:
    await store.gaps.record(HERE, "Who won the match?", command="ask", only_related=False, now=NOW)
    await store.gaps.record(THERE, "Who won the match?", command="ask", only_related=False, now=NOW)
    again = NOW + HOUR
    await store.gaps.record(
        HERE, "who won THE match", command="digest", only_related=True, now=again
    )
    await store.gaps.record(HERE, "the weather", command="ask", only_related=False, now=again)
    assert await store.gaps.list(HERE) == [
        Gap("who won THE match", "digest", True, 2, NOW, again),
        Gap("the weather", "ask", False, 1, again, again),
    ]
    assert await words_of(store, THERE) == ["Who won the match?"]


async def test_what_was_asked_last_comes_first_among_what_was_asked_as_often(store: Store) -> None:
    for hours, words in enumerate(("first", "second", "third")):
        await store.gaps.record(
            HERE, words, command="ask", only_related=False, now=NOW + hours * HOUR
        )
    await store.gaps.record(HERE, "second", command="ask", only_related=False, now=NOW + 3 * HOUR)
    assert await words_of(store, HERE) == ["second", "third", "first"]


async def test_words_in_any_script_and_of_signs_alone_are_kept(store: Store) -> None:
    asked = ["한국 외교는?", "?!", "e" * 500]
    for words in asked:
        await store.gaps.record(HERE, words, command="ask", only_related=False, now=NOW)
    assert sorted(await words_of(store, HERE)) == sorted(asked)


async def test_what_is_old_goes_and_of_each_server_what_is_beyond_the_most(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.servers.gaps.MAX_GAPS", 20)  # 500 take seconds to write
    for number in range(20 + 2):
        moment = NOW + number * HOUR
        await store.gaps.record(HERE, f"of {number}", command="ask", only_related=False, now=moment)
    await store.gaps.record(THERE, "old", command="ask", only_related=False, now=NOW - HOUR)
    await store.gaps.record(THERE, "new", command="ask", only_related=False, now=NOW)
    await store.gaps.prune(NOW)
    left = await words_of(store, HERE)
    assert len(left) == 20
    assert {"of 0", "of 1"}.isdisjoint(left)
    assert await words_of(store, THERE) == ["new"]


async def test_gaps_are_cleared_of_one_server_alone(store: Store) -> None:
    for guild_id in (HERE, THERE):
        await store.gaps.record(guild_id, "words", command="ask", only_related=False, now=NOW)
    assert await store.gaps.clear(HERE) == 1
    assert await words_of(store, HERE) == []
    assert await words_of(store, THERE) == ["words"]


# Asking in vain

NOWHERE = "Who won the football match in Lisbon?"


async def ask(server: Server, question: str = NOWHERE, **options: Any) -> InteractionResult:
    return await server.member.slash(server.channel, "ask", question=question, **options)


async def kept(server: Server) -> list[tuple[str, str, bool, int]]:
    gaps = await server.client.store.gaps.list(server.env.guild.id)
    return [(gap.words, gap.command, gap.only_related, gap.times) for gap in gaps]


async def test_what_finds_nothing_is_kept_and_what_is_answered_is_not(server: Server) -> None:
    await ask(server)
    await ask(server, NOWHERE.upper())
    await ask(server, "Will Seoul choose between Washington and Beijing?")
    await server.member.slash(server.channel, "digest", topic="football")
    assert await kept(server) == [
        (NOWHERE.upper(), "ask", False, 2),
        ("football", "digest", False, 1),
    ]


async def test_what_finds_only_related_passages_is_kept_as_such(server: Server) -> None:
    question = "What did the army of Norway say on Friday about its budget?"
    assert "No article answers this directly" in reply_text(await ask(server, question))
    assert await kept(server) == [(question, "ask", True, 1)]


async def test_a_topic_is_kept_by_its_title(server: Server) -> None:
    server.client.library = small_library(articles=(WEATHER,))
    await server.member.slash(server.channel, "digest", topic="north-korea")
    assert await kept(server) == [("North Korea", "digest", False, 1)]


async def test_what_is_asked_in_private_or_of_a_certain_time_is_not_kept(server: Server) -> None:
    await ask(server, private=True)
    await server.member.slash(server.channel, "digest", topic="football", period="past day")
    await server.member.user.slash("ask", question=NOWHERE)
    assert await kept(server) == []


async def test_a_server_that_answers_in_private_by_itself_keeps_gaps_all_the_same(
    server: Server,
) -> None:
    await server.prefer(private=True)
    assert (await ask(server)).ephemeral
    assert await kept(server) == [(NOWHERE, "ask", False, 1)]


async def test_a_server_that_wants_none_kept_has_none(server: Server) -> None:
    await server.prefer(keeps_gaps=False)
    await ask(server)
    assert await kept(server) == []
    shown = reply_text(await listed(server))
    assert shown == "Unanswered questions are not kept here. Change that in /settings."


class Failing:
    """Gaps in a database that does not answer."""

    async def record(self, *args: Any, **facts: Any) -> None:
        raise StoreBusyError("The database is busy. Try again in a moment.")


async def test_a_lost_database_takes_nothing_from_the_reply(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.store.gaps = Failing()  # type: ignore[assignment]
    assert "No article here answers this." in reply_text(await ask(server))
    assert re.search(r"gap not recorded: server \d+: The database is busy\.", caplog.text)


# /library gaps


async def listed(server: Server) -> InteractionResult:
    result = await server.administrator.slash(server.channel, "library gaps")
    assert result.ephemeral
    return result


async def rated(server: Server, words: str, *useful: bool) -> None:
    for message, each in enumerate(useful):
        await server.client.store.feedback.record(
            server.env.guild.id, message, len(words), words=words, useful=each, now=server.clock.now
        )


async def test_where_nothing_was_asked_in_vain_that_is_said(server: Server) -> None:
    result = await listed(server)
    assert reply_text(result) == "No unanswered questions.\n-# Kept for 90 days."
    assert button_labels(result) == []


async def test_gaps_are_listed_with_what_was_not_useful(server: Server) -> None:
    await ask(server, "What of *cricket*?")
    for _ in range(2):
        await ask(server)
    await rated(server, "China", False, True, False)
    await rated(server, "Tokyo!", True)
    result = await listed(server)
    heading, kept, entries = reply_text(result).split("\n", 2)
    assert heading == "### Unanswered questions"
    assert kept == "-# Kept for 90 days. Replies rated useful: 2; not useful: 2."
    when = f"last on <t:{server.clock.now.timestamp():.0f}:D>"
    assert entries == (
        f"{NOWHERE}\n-# asked 2 times · nothing found · /ask · {when}\nWhat of *cricket*?"
        f"\n-# asked 1 time · nothing found · /ask · {when}\nChina"
        f"\n-# not useful to 2, useful to 1 · {when}"
    )
    assert button_labels(result) == ["Clear this list"]


async def test_gaps_are_paged_by_buttons_that_outlive_a_restart(server: Server) -> None:
    for number in range(ENTRIES_A_PAGE + 1):
        await ask(server, f"Who won football match number {number}?")
    first = await listed(server)
    assert "page 1 of 2" in reply_text(first)
    await server.restart()
    assert first.response is not None
    second = await server.administrator.click(first.response, label="Next")
    assert "page 2 of 2" in reply_text(second)
    assert button_labels(second) == ["Previous", "Clear this list"]


async def test_the_list_is_cleared_once_that_is_confirmed(server: Server) -> None:
    await ask(server)
    await rated(server, "China", False)
    first = await listed(server)
    await server.restart()
    assert first.response is not None
    asked = await server.administrator.click(first.response, label="Clear this list")
    assert asked.ephemeral
    assert reply_text(asked).startswith("### Clear this list?\nThis permanently deletes ")
    assert await kept(server) != []
    assert asked.response is not None
    done = await server.administrator.click(asked.response, label="Clear this list")
    assert reply_text(done) == "The list is cleared."
    assert button_labels(done) == []
    assert await kept(server) == []
    assert await server.client.store.feedback.list(server.env.guild.id) == []


@pytest.mark.parametrize("value", ["gaps:0", "clear-gaps:ask", "clear-gaps:sure"])
async def test_a_member_sees_and_clears_nothing(server: Server, value: str) -> None:
    await ask(server)
    button = await server.put_button(f"v1:{value}")
    pressed = await server.member.click(button, label="Press")
    assert pressed.ephemeral
    assert reply_text(pressed) == "You need the Manage Server permission for this."
    assert len(await kept(server)) == 1


async def test_gaps_are_told_in_the_servers_language(server: Server) -> None:
    await server.prefer(language="ko")
    await ask(server)
    with use_language("ko"):
        assert say("Unanswered questions") in reply_text(await listed(server))
        assert say("Unanswered questions") != "Unanswered questions"


@FEWER_EXAMPLES
@given(
    st.lists(st.builds(Gap, long_texts, st.just("ask"), st.booleans(), numbers, moments, moments)),
    st.lists(st.builds(Rating, long_texts, numbers, numbers, moments)),
)
def test_any_gaps_can_be_shown(unanswered: list[Gap], ratings: list[Rating]) -> None:
    entries: list[Gap | Rating] = [*unanswered, *ratings]
    for number in range(len(entries) // ENTRIES_A_PAGE + 1):
        assert_sendable(gap_list(ListPage.nearest(number, entries, ENTRIES_A_PAGE), ratings))
