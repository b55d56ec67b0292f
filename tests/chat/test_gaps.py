"""What was asked in vain: kept, counted, forgotten, and shown to those who manage a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.chat.components.layout import Page
from bot.chat.library.gaps import ENTRIES_A_PAGE, gaps
from bot.errors import StoreBusyError
from bot.language import say, speaking
from bot.store import Gap, Rating, Store
from bot.store.servers.gaps import MOST
from tests.support.house import House, labels, said, small_library
from tests.support.layouts import assert_sendable
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


async def test_what_is_old_goes_and_of_each_server_what_is_beyond_the_most(store: Store) -> None:
    for number in range(MOST + 2):
        moment = NOW + number * HOUR
        await store.gaps.record(HERE, f"of {number}", command="ask", only_related=False, now=moment)
    await store.gaps.record(THERE, "old", command="ask", only_related=False, now=NOW - HOUR)
    await store.gaps.record(THERE, "new", command="ask", only_related=False, now=NOW)
    await store.gaps.prune(NOW)
    left = await words_of(store, HERE)
    assert len(left) == MOST
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


async def ask(house: House, question: str = NOWHERE, **options: Any) -> InteractionResult:
    return await house.member.slash(house.channel, "ask", question=question, **options)


async def kept(house: House) -> list[tuple[str, str, bool, int]]:
    gaps = await house.client.store.gaps.list(house.env.guild.id)
    return [(gap.words, gap.command, gap.only_related, gap.times) for gap in gaps]


async def test_what_finds_nothing_is_kept_and_what_is_answered_is_not(house: House) -> None:
    await ask(house)
    await ask(house, NOWHERE.upper())
    await ask(house, "Will Seoul choose between Washington and Beijing?")
    await house.member.slash(house.channel, "digest", topic="football")
    assert await kept(house) == [
        (NOWHERE.upper(), "ask", False, 2),
        ("football", "digest", False, 1),
    ]


async def test_what_finds_only_related_passages_is_kept_as_such(house: House) -> None:
    question = "What did the army of Norway say on Friday about its budget?"
    assert "No article answers this directly" in said(await ask(house, question))
    assert await kept(house) == [(question, "ask", True, 1)]


async def test_a_topic_is_kept_by_its_title(house: House) -> None:
    house.client.library = small_library(articles=())
    await house.member.slash(house.channel, "digest", topic="north-korea")
    assert await kept(house) == [("North Korea", "digest", False, 1)]


async def test_what_is_asked_in_private_or_of_a_certain_time_is_not_kept(house: House) -> None:
    await ask(house, private=True)
    await house.member.slash(house.channel, "digest", topic="football", period="past day")
    await house.member.user.slash("ask", question=NOWHERE)
    assert await kept(house) == []


async def test_a_server_that_answers_in_private_by_itself_keeps_gaps_all_the_same(
    house: House,
) -> None:
    await house.prefer(private=True)
    assert (await ask(house)).ephemeral
    assert await kept(house) == [(NOWHERE, "ask", False, 1)]


async def test_a_server_that_wants_none_kept_has_none(house: House) -> None:
    await house.prefer(keeps_gaps=False)
    await ask(house)
    assert await kept(house) == []
    shown = said(await listed(house))
    assert shown == "What is not answered is not kept here. /settings can change that."


class Failing:
    """Gaps in a database that does not answer."""

    async def record(self, *args: Any, **facts: Any) -> None:
        raise StoreBusyError("The database is busy. Try again in a moment.")


async def test_a_lost_database_takes_nothing_from_the_reply(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.client.store.gaps = Failing()  # type: ignore[assignment]
    assert "No article here answers this." in said(await ask(house))
    assert "is not kept: The database is busy." in caplog.text


# /library gaps


async def listed(house: House) -> InteractionResult:
    result = await house.administrator.slash(house.channel, "library gaps")
    assert result.ephemeral
    return result


async def rated(house: House, words: str, *useful: bool) -> None:
    for message, each in enumerate(useful):
        await house.client.store.feedback.record(
            house.env.guild.id, message, len(words), words=words, useful=each, now=house.clock.now
        )


async def test_where_nothing_was_asked_in_vain_that_is_said(house: House) -> None:
    result = await listed(house)
    assert said(result) == "Nothing was asked here in vain.\n-# Kept for 90 days."
    assert labels(result) == []


async def test_gaps_are_listed_with_what_was_not_useful(house: House) -> None:
    await ask(house, "What of *cricket*?")
    for _ in range(2):
        await ask(house)
    await rated(house, "China", False, True, False)
    await rated(house, "Tokyo!", True)
    result = await listed(house)
    heading, kept, entries = said(result).split("\n", 2)
    assert heading == "### Not answered here"
    assert kept == "-# Kept for 90 days. Replies rated useful: 2; not useful: 2."
    when = f"last <t:{house.clock.now.timestamp():.0f}:R>"
    assert entries == (
        f"{NOWHERE}\n-# asked 2 times · nothing found · /ask · {when}\nWhat of *cricket*?"
        f"\n-# asked 1 time · nothing found · /ask · {when}\nChina"
        f"\n-# not useful to 2, useful to 1 · {when}"
    )
    assert labels(result) == ["Clear this list"]


async def test_gaps_are_paged_by_buttons_that_outlive_a_restart(house: House) -> None:
    for number in range(ENTRIES_A_PAGE + 1):
        await ask(house, f"Who won football match number {number}?")
    first = await listed(house)
    assert "page 1 of 2" in said(first)
    await house.restart()
    assert first.response is not None
    second = await house.administrator.click(first.response, label="Next")
    assert "page 2 of 2" in said(second)
    assert labels(second) == ["Previous", "Clear this list"]


async def test_the_list_is_cleared_once_that_is_confirmed(house: House) -> None:
    await ask(house)
    await rated(house, "China", False)
    first = await listed(house)
    await house.restart()
    assert first.response is not None
    asked = await house.administrator.click(first.response, label="Clear this list")
    assert asked.ephemeral
    assert said(asked).startswith("### Clear this list?\nThis forgets ")
    assert await kept(house) != []
    assert asked.response is not None
    done = await house.administrator.click(asked.response, label="Clear this list")
    assert said(done) == "The list is cleared."
    assert labels(done) == []
    assert await kept(house) == []
    assert await house.client.store.feedback.list(house.env.guild.id) == []


@pytest.mark.parametrize("value", ["gaps:0", "clear-gaps:ask", "clear-gaps:sure"])
async def test_a_member_sees_and_clears_nothing(house: House, value: str) -> None:
    await ask(house)
    button = await house.put_button(f"v1:{value}")
    pressed = await house.member.click(button, label="Press")
    assert pressed.ephemeral
    assert said(pressed) == "You need the permission Manage Server for this."
    assert len(await kept(house)) == 1


async def test_gaps_are_told_in_the_servers_language(house: House) -> None:
    await house.prefer(language="ko")
    await ask(house)
    with speaking("ko"):
        assert say("Not answered here") in said(await listed(house))
        assert say("Not answered here") != "Not answered here"


@FEWER_EXAMPLES
@given(
    st.lists(st.builds(Gap, long_texts, st.just("ask"), st.booleans(), numbers, moments, moments)),
    st.lists(st.builds(Rating, long_texts, numbers, numbers, moments)),
)
def test_any_gaps_can_be_shown(unanswered: list[Gap], ratings: list[Rating]) -> None:
    entries: list[Gap | Rating] = [*unanswered, *ratings]
    for number in range(len(entries) // ENTRIES_A_PAGE + 1):
        assert_sendable(gaps(Page.nearest(number, entries, ENTRIES_A_PAGE), ratings))
