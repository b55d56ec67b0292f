"""/watch, the quotes that it brings, and flags, through discord.py in a simulated Discord."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord import InteractionResult
from simcord.builders import ChannelHandle

from bot.errors import QuestionError, StoreBusyError, VerbatimError, WatchError
from bot.model import SHARED, Article, Paragraph, Source
from bot.reading.pages.page import Story
from tests.support.simulation import BUSY_REPLY, SEOUL, Server, message_text, reply_text

FERRIES = "The ferry to Geneva stops on Monday, the company said."
BRIDGE = "A new bridge makes the ferry needless, engineers in Oslo told the council."
RAIN = "Rain fell on the coast for a whole week and the harbour was closed."


async def add(server: Server, words: str = "ferry", **options: Any) -> InteractionResult:
    return await server.administrator.slash(server.channel, "watch add", words=words, **options)


async def take(
    server: Server, *texts: str, place: str = "a.example", collection: int | None = None
) -> Article:
    """Let an article come into the server's library, or the shared one."""
    told = Story("A day at sea", tuple(Paragraph(text) for text in texts), "main")
    found = Source(f"https://{place}", place, server.clock.now)
    where = server.env.guild.id if collection is None else collection
    taken = await server.client.library_writer.ingest(
        where, told, source=found, now=server.clock.now
    )
    return taken.article


async def deliver(server: Server) -> None:
    server.clock.now += timedelta(minutes=1)
    await server.client.delivery.run_due()


def messages(server: Server, channel: ChannelHandle | None = None) -> Sequence[Any]:
    """What the bot has posted in a channel for all there to see, oldest first."""
    stored = server.env.backend.messages.get((channel or server.channel).id, {}).values()
    return [message for message in stored if not message.is_ephemeral]


def posts(server: Server, channel: ChannelHandle | None = None) -> list[str]:
    return [message_text(message) for message in messages(server, channel)]


def direct(server: Server) -> ChannelHandle:
    return server.member.user.dm_channel


@pytest.mark.parametrize("words", ["ferry but not Oslo", "ferry -oslo", "oslo 빼고 ferry"])
async def test_a_watch_leaves_out_what_it_excludes(server: Server, words: str) -> None:
    added = await add(server, words)
    assert "ferry but not" in reply_text(added)
    await take(server, BRIDGE, place="b.example")
    await deliver(server)
    assert posts(server) == []
    await take(server, FERRIES)
    await deliver(server)
    [post] = posts(server)
    assert "A new article mentions ferry but not" in post


async def test_a_watch_with_and_one_without_exclusions_are_two(server: Server) -> None:
    for words in ("ferry", "ferry but not Oslo", "ferry but not Geneva"):
        assert reply_text(await add(server, words)).startswith("### Watching")
    refused = await add(server, "ferry except Oslo")
    assert "These words are already watched there" in reply_text(refused)
    server.expect_fault(WatchError)


# Adding, listing, removing


async def test_add_says_what_is_watched_and_where(server: Server) -> None:
    here = await add(server)
    there = await add(server, "dprk", channel=server.channel, per_hour=1)
    alone = await server.member.slash(server.channel, "watch add", words="ferry", private=True)
    assert here.ephemeral
    assert reply_text(here) == f"### Watching\nferry in <#{server.channel.id}> · at most 3 an hour"
    assert "North Korea in <#" in reply_text(there)
    assert reply_text(there).endswith("at most 1 an hour")
    assert reply_text(alone) == "### Watching\nferry, privately · at most 3 an hour"


async def test_a_watch_made_in_direct_messages_is_private(server: Server) -> None:
    result = await server.member.user.slash("watch add", words="ferry")
    assert reply_text(result).startswith("### Watching\nferry, privately")
    [held] = await server.client.store.watches.list_for_user(server.member.id)
    assert (held.guild_id, held.channel_id) == (SHARED, None)


@pytest.mark.parametrize(
    ("options", "sentence", "fault"),
    [
        ({"words": "the"}, "There is no word to watch for", QuestionError),
        ({"channel": True, "private": True}, "Choose a channel or private", WatchError),
    ],
)
async def test_add_refuses_what_cannot_be(
    server: Server, options: dict[str, Any], sentence: str, fault: type[Exception]
) -> None:
    if "channel" in options:
        options = {**options, "channel": server.channel}
    result = await add(server, **options)
    assert result.ephemeral
    assert sentence in reply_text(result)
    server.expect_fault(fault)


async def test_who_does_not_manage_the_server_watches_only_privately(server: Server) -> None:
    result = await server.member.slash(server.channel, "watch add", words="ferry")
    assert (
        "You need the Manage Server permission to post in a channel. Set private to True"
        in reply_text(result)
    )
    server.expect_fault(WatchError)
    assert await server.client.store.watches.list_for_guild(server.env.guild.id) == []


async def test_a_channel_the_bot_may_not_post_to_is_refused(server: Server) -> None:
    assert server.client.user is not None
    closed = server.env.guild.create_text_channel(
        "closed",
        overwrites={server.client.user: discord.PermissionOverwrite(send_messages=False)},
    )
    result = await add(server, channel=closed)
    assert "I need Send Messages there." in reply_text(result)
    server.expect_fault(VerbatimError)


async def test_watches_are_listed_and_removed_by_those_whose_they_are(server: Server) -> None:
    ann, ben, channel = server.administrator, server.member, server.channel
    assert "There are no watches here." in reply_text(await ben.slash(channel, "watch list"))
    await add(server)
    await add(server, "china", private=True)
    await ben.slash(channel, "watch add", words="dprk", private=True)
    listed = reply_text(await ann.slash(channel, "watch list"))
    assert "China, privately" in listed
    assert f"ferry in <#{channel.id}>" in listed
    assert "North Korea" not in listed
    choices = await ann.autocomplete(channel, "watch remove", "watch", "")
    assert [each["name"] for each in choices] == ["China, privately", "ferry in #briefing"]
    [own] = await ben.autocomplete(channel, "watch remove", "watch", "NORTH")
    assert [own] == await ben.autocomplete(channel, "watch remove", "watch", "")
    refused = await ben.slash(channel, "watch remove", watch=choices[1]["value"])
    assert "You have no such watch." in reply_text(refused)
    server.expect_fault(WatchError)
    for actor, choice in ((ann, choices[0]), (ann, choices[1]), (ben, own)):
        removed = await actor.slash(channel, "watch remove", watch=choice["value"])
        assert reply_text(removed).startswith("### Removed\n")
    assert "There are no watches here." in reply_text(await ann.slash(channel, "watch list"))


@pytest.mark.parametrize("chosen", ["ferry", "999", "9" * 40, "١"])
async def test_an_unknown_watch_gets_one_private_sentence(server: Server, chosen: str) -> None:
    result = await server.administrator.slash(server.channel, "watch remove", watch=chosen)
    assert result.ephemeral
    assert "You have no such watch" in reply_text(result)
    server.expect_fault(WatchError)


# What a watch brings


async def test_a_new_article_is_quoted_in_the_channel_once(server: Server) -> None:
    await add(server)
    await take(server, FERRIES, RAIN)
    for _ in range(2):
        await deliver(server)
    [post] = posts(server)
    assert post.startswith(f"### A new article mentions ferry\n> {FERRIES}\n")
    assert "[A day at sea](<https://a.example>) · ¶1" in post


async def test_a_watch_names_its_topic_and_marks_its_words(server: Server) -> None:
    await add(server, "dprk")
    await take(server, "North Korea has closed the border to all, officials said on Friday.")
    await deliver(server)
    [message] = messages(server)
    assert message_text(message).startswith("### A new article mentions North Korea\n")
    assert "> **North Korea** has closed" in str(message.components)


async def test_a_private_watch_writes_to_its_person_alone(server: Server) -> None:
    await server.member.slash(server.channel, "watch add", words="ferry", private=True)
    await take(server, FERRIES, RAIN)
    await deliver(server)
    assert posts(server) == []
    [message] = posts(server, direct(server))
    assert FERRIES in message


async def test_a_watch_made_in_direct_messages_sees_the_shared_articles_only(
    server: Server,
) -> None:
    await server.member.user.slash("watch add", words="ferry")
    before = len(posts(server, direct(server)))
    await take(server, FERRIES, RAIN)
    await deliver(server)
    assert len(posts(server, direct(server))) == before
    await take(server, BRIDGE, place="b.example", collection=SHARED)
    await deliver(server)
    assert BRIDGE in posts(server, direct(server))[-1]


async def test_who_has_left_the_server_no_longer_hears_of_its_articles(server: Server) -> None:
    await server.member.slash(server.channel, "watch add", words="ferry", private=True)
    await take(server, FERRIES, RAIN)
    server.env.guild.remove_member(server.member)
    await deliver(server)
    assert posts(server, direct(server)) == []
    listed = reply_text(await server.member.user.slash("watch list"))
    assert "paused: You or I have left the server whose articles this watch covered." in listed


async def test_closed_direct_messages_pause_the_watch_and_say_why(server: Server) -> None:
    await server.member.slash(server.channel, "watch add", words="ferry", private=True)
    await take(server, FERRIES, RAIN)
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await deliver(server)
    listed = reply_text(await server.member.slash(server.channel, "watch list"))
    assert "-# paused: Discord does not let me send you direct messages." in listed
    again = await server.member.slash(server.channel, "watch add", words="ferry", private=True)
    assert reply_text(again).startswith("### Watching\n")
    assert "paused" not in reply_text(await server.member.slash(server.channel, "watch list"))


@pytest.mark.parametrize(
    ("status", "code", "paused"), [(403, 50013, True), (404, 10003, True), (400, 0, False)]
)
async def test_a_lost_channel_pauses_its_watch_and_a_passing_fault_does_not(
    server: Server, status: int, code: int, paused: bool
) -> None:
    await add(server)
    await take(server, FERRIES, RAIN)
    server.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await deliver(server)
    listed = reply_text(await server.administrator.slash(server.channel, "watch list"))
    assert ("-# paused" in listed) == paused
    await deliver(server)
    assert len(posts(server)) == (0 if paused else 1)


async def test_what_was_left_out_is_said(server: Server) -> None:
    await add(server, per_hour=1)
    for number, text in enumerate((FERRIES, BRIDGE)):
        await take(server, text, place=f"{number}.example")
    await deliver(server)
    server.clock.now += timedelta(days=2)
    await take(server, "No ferry will sail before winter, sailors fear.", place="c.example")
    await deliver(server)
    assert "1 more article mentioned this, but waited over a day" in posts(server)[-1]


# Flags


async def ask(server: Server, **options: Any) -> InteractionResult:
    return await server.member.slash(
        server.channel, "ask", question="When does the ferry stop?", **options
    )


async def test_a_public_answer_that_its_source_takes_back_is_flagged_below_it(
    server: Server,
) -> None:
    await take(server, FERRIES, RAIN)
    answer = await ask(server)
    assert FERRIES in reply_text(answer)
    await take(server, FERRIES.replace("Monday", "Friday"), RAIN)
    for _ in range(2):
        await deliver(server)
    [_, flag] = messages(server)
    assert message_text(flag) == (
        f"### Changed by its source\nA day at sea was edited and no longer has this:\n> {FERRIES}"
    )
    sent = [request.json for request in server.env.http_requests if request.json]
    [body] = [each for each in sent if "message_reference" in each]
    assert body["message_reference"]["message_id"] == answer.response.id  # type: ignore[union-attr]
    assert body["message_reference"]["fail_if_not_exists"] is False
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_a_digest_and_a_verification_are_flagged_as_well(server: Server) -> None:
    article = await take(server, FERRIES, RAIN)
    await server.member.slash(server.channel, "digest", topic="ferry")
    await server.member.slash(server.channel, "verify", quote=FERRIES)
    await server.client.library_writer.withdraw(server.env.guild.id, article.id, server.clock.now)
    await deliver(server)
    _, _, *flags = posts(server)
    assert len(flags) == 2
    assert all(each.startswith("### Removed by its source\n") for each in flags)


async def test_a_watchs_own_post_is_flagged(server: Server) -> None:
    await add(server)
    await take(server, FERRIES, RAIN)
    await deliver(server)
    await take(server, FERRIES.replace("Monday", "Friday"), RAIN)
    await deliver(server)
    [post, flag] = messages(server)
    assert flag.reference["message_id"] == str(post.id)


async def test_private_replies_and_direct_messages_are_not_noted(server: Server) -> None:
    await take(server, FERRIES, RAIN)
    await ask(server, private=True)
    await server.member.user.slash("ask", question="Will Seoul choose a side?")
    assert await server.client.store.posted_quotes.for_article(SEOUL.id) == []
    assert (await server.client.store.guilds.count_stored(server.env.guild.id)).posted == 0


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (404, 10003), (400, 160002)])
async def test_a_flag_that_may_not_be_posted_is_dropped_with_a_line_in_the_log(
    server: Server, status: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    article = await take(server, FERRIES, RAIN)
    await ask(server)
    await server.client.library_writer.withdraw(server.env.guild.id, article.id, server.clock.now)
    server.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    for _ in range(2):
        await deliver(server)
    assert len(posts(server)) == 1
    assert "given up or paused" in caplog.text


class Locked:
    """A store whose every method finds the database busy."""

    def __getattr__(self, name: str) -> Any:
        return self

    async def __call__(self, *args: Any, **options: Any) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_an_answer_that_cannot_be_noted_is_given_all_the_same(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.store = Locked()  # type: ignore[assignment]
    assert "President Lee" in reply_text(
        await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    )
    assert "not noted: The database is busy" in caplog.text
    result = await add(server)
    assert reply_text(result) == BUSY_REPLY
    server.expect_fault(VerbatimError)
    assert (
        await server.administrator.autocomplete(server.channel, "watch remove", "watch", "") == []
    )
