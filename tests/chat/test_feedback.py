"""Whether replies were useful: the buttons under them, and what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from simcord import InteractionResult

from bot.chat.answers.reply_buttons import FeedbackButton
from bot.language import say, use_language
from bot.store import Rating, Store
from tests.support.simulation import Server, button_labels, reply_text

QUESTION = "Will Seoul choose between Washington and Beijing?"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE, THERE = 2**62, 2**62 + 1


async def rate(
    store: Store,
    useful: bool,
    *,
    message: int = 1,
    person: int = 1,
    words: str = "words",
    guild: int = HERE,
    at: datetime = NOW,
) -> None:
    await store.feedback.record(guild, message, person, words=words, useful=useful, now=at)


# What is kept


async def test_the_last_word_of_each_person_on_each_message_counts(store: Store) -> None:
    await rate(store, True)
    await rate(store, False, at=NOW + HOUR)
    await rate(store, True, person=2)
    await rate(store, False, message=2)
    await rate(store, True, guild=THERE, message=3)
    assert await store.feedback.list(HERE) == [Rating("words", 1, 2, NOW + HOUR)]
    assert await store.feedback.list(THERE) == [Rating("words", 1, 0, NOW)]


async def test_what_most_did_not_find_useful_comes_first(store: Store) -> None:
    await rate(store, True, words="good")
    for number in (2, 3):
        await rate(store, False, message=number, words="bad")
    await rate(store, False, message=4, words="poor", at=NOW + HOUR)
    assert [each.words for each in await store.feedback.list(HERE)] == ["bad", "poor", "good"]


async def test_old_feedback_goes(store: Store) -> None:
    await rate(store, True, message=1, words="old", at=NOW - HOUR)
    await rate(store, True, message=2, words="new")
    await store.feedback.prune(NOW)
    assert [each.words for each in await store.feedback.list(HERE)] == ["new"]


async def test_feedback_is_cleared_of_one_server_alone(store: Store) -> None:
    await rate(store, True)
    await rate(store, True, guild=THERE, message=2)
    assert await store.feedback.clear(HERE) == 1
    assert await store.feedback.list(HERE) == []
    assert len(await store.feedback.list(THERE)) == 1


# The buttons


async def answered(server: Server, **options: Any) -> InteractionResult:
    return await server.member.slash(server.channel, "ask", question=QUESTION, **options)


async def ratings(server: Server) -> list[tuple[str, int, int]]:
    store, guild_id = server.client.store, server.env.guild.id
    return [
        (each.words, each.useful, each.not_useful) for each in await store.feedback.list(guild_id)
    ]


async def test_a_reply_can_be_rated_and_the_last_word_counts(server: Server) -> None:
    result = await answered(server)
    assert result.response is not None
    assert button_labels(result)[-2:] == ["Useful", "Not useful"]
    pressed = await server.member.click(result.response, label="Useful")
    assert pressed.ephemeral
    assert reply_text(pressed) == "Thanks. I noted that this was useful."
    assert await ratings(server) == [(QUESTION, 1, 0)]
    pressed = await server.member.click(result.response, label="Not useful")
    assert reply_text(pressed) == "Thanks. I noted that this was not useful."
    await server.administrator.click(result.response, label="Useful")
    assert await ratings(server) == [(QUESTION, 1, 1)]


async def test_a_private_reply_and_a_digest_can_be_rated_too_and_after_a_restart(
    server: Server,
) -> None:
    private = await answered(server, private=True)
    digest = await server.member.slash(server.channel, "digest", topic="china")
    await server.restart()
    for result in (private, digest):
        assert result.response is not None
        await server.member.click(result.response, label="Not useful")
    assert sorted(await ratings(server)) == [("China", 0, 1), (QUESTION, 0, 1)]


async def test_in_direct_messages_nothing_is_rated(server: Server) -> None:
    result = await server.member.user.slash("ask", question=QUESTION)
    assert "Useful" not in button_labels(result)


async def test_a_button_that_was_carried_elsewhere_rates_nothing(server: Server) -> None:
    direct = server.member.user.dm_channel
    button = await server.put_button(FeedbackButton.id_for("useful"), direct)
    pressed = await server.member.user.click(button, label="Press")
    assert reply_text(pressed) == "This works only in a server that I have been added to."


async def test_thanks_are_given_in_the_servers_language(server: Server) -> None:
    await server.prefer(language="ko")
    result = await answered(server)
    with use_language("ko"):
        useful, thanks = say("Useful"), say("Thanks. I noted that this was useful.")
    assert useful in button_labels(result)
    assert useful != "Useful"
    assert result.response is not None
    assert reply_text(await server.member.click(result.response, label=useful)) == thanks
