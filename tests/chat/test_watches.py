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
from tests.support.house import BUSY, SEOUL, House, said, shown

FERRIES = "The ferry to Geneva stops on Monday, the company said."
BRIDGE = "A new bridge makes the ferry needless, engineers in Oslo told the council."
RAIN = "Rain fell on the coast for a whole week and the harbour was closed."


async def add(house: House, words: str = "ferry", **options: Any) -> InteractionResult:
    return await house.administrator.slash(house.channel, "watch add", words=words, **options)


async def take(
    house: House, *texts: str, place: str = "a.example", collection: int | None = None
) -> Article:
    """Let an article come into the server's library, or the shared one."""
    told = Story("A day at sea", tuple(Paragraph(text) for text in texts), "main")
    found = Source(f"https://{place}", place, house.clock.now)
    where = house.env.guild.id if collection is None else collection
    taken = await house.client.librarian.take(where, told, found=found, now=house.clock.now)
    return taken.article


async def deliver(house: House) -> None:
    house.clock.now += timedelta(minutes=1)
    await house.client.delivery.run_due()


def messages(house: House, channel: ChannelHandle | None = None) -> Sequence[Any]:
    """What the bot has posted in a channel for all there to see, oldest first."""
    stored = house.env.backend.messages.get((channel or house.channel).id, {}).values()
    return [message for message in stored if not message.is_ephemeral]


def posts(house: House, channel: ChannelHandle | None = None) -> list[str]:
    return [shown(message) for message in messages(house, channel)]


def direct(house: House) -> ChannelHandle:
    return house.member.user.dm_channel


# Adding, listing, removing


async def test_add_says_what_is_watched_and_where(house: House) -> None:
    here = await add(house)
    there = await add(house, "dprk", channel=house.channel, per_hour=1)
    alone = await house.member.slash(house.channel, "watch add", words="ferry", private=True)
    assert here.ephemeral
    assert said(here) == f"### Watching\nferry in <#{house.channel.id}> · at most 3 an hour"
    assert "North Korea in <#" in said(there)
    assert said(there).endswith("at most 1 an hour")
    assert said(alone) == "### Watching\nferry, privately · at most 3 an hour"


async def test_a_watch_made_in_direct_messages_is_private(house: House) -> None:
    result = await house.member.user.slash("watch add", words="ferry")
    assert said(result).startswith("### Watching\nferry, privately")
    [held] = await house.client.store.watches.list_for_user(house.member.id)
    assert (held.guild_id, held.channel_id) == (SHARED, None)


@pytest.mark.parametrize(
    ("options", "sentence", "fault"),
    [
        ({"words": "the"}, "There is no word to watch for", QuestionError),
        ({"channel": True, "private": True}, "Choose a channel, or private", WatchError),
    ],
)
async def test_add_refuses_what_cannot_be(
    house: House, options: dict[str, Any], sentence: str, fault: type[Exception]
) -> None:
    if "channel" in options:
        options = {**options, "channel": house.channel}
    result = await add(house, **options)
    assert result.ephemeral
    assert sentence in said(result)
    house.expect_fault(fault)


async def test_who_does_not_manage_the_server_watches_only_privately(house: House) -> None:
    result = await house.member.slash(house.channel, "watch add", words="ferry")
    assert "you need the permission Manage Server. Set private to True" in said(result)
    house.expect_fault(WatchError)
    assert await house.client.store.watches.list_for_guild(house.env.guild.id) == []


async def test_a_channel_the_bot_may_not_post_to_is_refused(house: House) -> None:
    assert house.client.user is not None
    closed = house.env.guild.create_text_channel(
        "closed",
        overwrites={house.client.user: discord.PermissionOverwrite(send_messages=False)},
    )
    result = await add(house, channel=closed)
    assert "I lack Send Messages there." in said(result)
    house.expect_fault(VerbatimError)


async def test_watches_are_listed_and_removed_by_those_whose_they_are(house: House) -> None:
    ann, ben, channel = house.administrator, house.member, house.channel
    assert "Nothing is watched here." in said(await ben.slash(channel, "watch list"))
    await add(house)
    await add(house, "china", private=True)
    await ben.slash(channel, "watch add", words="dprk", private=True)
    listed = said(await ann.slash(channel, "watch list"))
    assert "China, privately" in listed
    assert f"ferry in <#{channel.id}>" in listed
    assert "North Korea" not in listed
    choices = await ann.autocomplete(channel, "watch remove", "watch", "")
    assert [each["name"] for each in choices] == ["China, privately", "ferry in #briefing"]
    [own] = await ben.autocomplete(channel, "watch remove", "watch", "NORTH")
    assert [own] == await ben.autocomplete(channel, "watch remove", "watch", "")
    refused = await ben.slash(channel, "watch remove", watch=choices[1]["value"])
    assert "There is no such watch of yours." in said(refused)
    house.expect_fault(WatchError)
    for actor, choice in ((ann, choices[0]), (ann, choices[1]), (ben, own)):
        removed = await actor.slash(channel, "watch remove", watch=choice["value"])
        assert said(removed).startswith("### Removed\n")
    assert "Nothing is watched here." in said(await ann.slash(channel, "watch list"))


@pytest.mark.parametrize("chosen", ["ferry", "999", "9" * 40, "١"])
async def test_an_unknown_watch_gets_one_private_sentence(house: House, chosen: str) -> None:
    result = await house.administrator.slash(house.channel, "watch remove", watch=chosen)
    assert result.ephemeral
    assert "watch of yours" in said(result)
    house.expect_fault(WatchError)


# What a watch brings


async def test_a_new_article_is_quoted_in_the_channel_once(house: House) -> None:
    await add(house)
    await take(house, FERRIES, RAIN)
    for _ in range(2):
        await deliver(house)
    [post] = posts(house)
    assert post.startswith(f"### A new article speaks of ferry\n> {FERRIES}\n")
    assert "A day at sea · paragraph 1" in post


async def test_a_watch_names_its_topic_and_marks_its_words(house: House) -> None:
    await add(house, "dprk")
    await take(house, "North Korea has closed the border to all, officials said on Friday.")
    await deliver(house)
    [message] = messages(house)
    assert shown(message).startswith("### A new article speaks of North Korea\n")
    assert "> **North Korea** has closed" in str(message.components)


async def test_a_private_watch_writes_to_its_person_alone(house: House) -> None:
    await house.member.slash(house.channel, "watch add", words="ferry", private=True)
    await take(house, FERRIES, RAIN)
    await deliver(house)
    assert posts(house) == []
    [message] = posts(house, direct(house))
    assert FERRIES in message


async def test_a_watch_made_in_direct_messages_sees_the_shared_articles_only(
    house: House,
) -> None:
    await house.member.user.slash("watch add", words="ferry")
    before = len(posts(house, direct(house)))
    await take(house, FERRIES, RAIN)
    await deliver(house)
    assert len(posts(house, direct(house))) == before
    await take(house, BRIDGE, place="b.example", collection=SHARED)
    await deliver(house)
    assert BRIDGE in posts(house, direct(house))[-1]


async def test_who_has_left_the_server_no_longer_hears_of_its_articles(house: House) -> None:
    await house.member.slash(house.channel, "watch add", words="ferry", private=True)
    await take(house, FERRIES, RAIN)
    house.env.guild.remove_member(house.member)
    await deliver(house)
    assert posts(house, direct(house)) == []
    listed = said(await house.member.user.slash("watch list"))
    assert "paused: You or I have left the server whose articles this watched." in listed


async def test_closed_direct_messages_pause_the_watch_and_say_why(house: House) -> None:
    await house.member.slash(house.channel, "watch add", words="ferry", private=True)
    await take(house, FERRIES, RAIN)
    house.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await deliver(house)
    listed = said(await house.member.slash(house.channel, "watch list"))
    assert "-# paused: Discord does not let me send you direct messages." in listed
    again = await house.member.slash(house.channel, "watch add", words="ferry", private=True)
    assert said(again).startswith("### Watching\n")
    assert "paused" not in said(await house.member.slash(house.channel, "watch list"))


@pytest.mark.parametrize(
    ("status", "code", "paused"), [(403, 50013, True), (404, 10003, True), (400, 0, False)]
)
async def test_a_lost_channel_pauses_its_watch_and_a_passing_fault_does_not(
    house: House, status: int, code: int, paused: bool
) -> None:
    await add(house)
    await take(house, FERRIES, RAIN)
    house.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await deliver(house)
    listed = said(await house.administrator.slash(house.channel, "watch list"))
    assert ("-# paused" in listed) == paused
    await deliver(house)
    assert len(posts(house)) == (0 if paused else 1)


async def test_what_was_left_out_is_said(house: House) -> None:
    await add(house, per_hour=1)
    for number, text in enumerate((FERRIES, BRIDGE)):
        await take(house, text, place=f"{number}.example")
    await deliver(house)
    house.clock.now += timedelta(days=2)
    await take(house, "No ferry will sail before winter, sailors fear.", place="c.example")
    await deliver(house)
    assert "1 more article spoke of it, but waited for over a day" in posts(house)[-1]


# Flags


async def ask(house: House, **options: Any) -> InteractionResult:
    return await house.member.slash(
        house.channel, "ask", question="When does the ferry stop?", **options
    )


async def test_a_public_answer_that_its_source_takes_back_is_flagged_below_it(
    house: House,
) -> None:
    await take(house, FERRIES, RAIN)
    answer = await ask(house)
    assert FERRIES in said(answer)
    await take(house, FERRIES.replace("Monday", "Friday"), RAIN)
    for _ in range(2):
        await deliver(house)
    [_, flag] = messages(house)
    assert shown(flag) == (
        "### Changed by its source\nA day at sea was edited; this stands in it no more:\n"
        f"> {FERRIES}"
    )
    sent = [request.json for request in house.env.http_requests if request.json]
    [body] = [each for each in sent if "message_reference" in each]
    assert body["message_reference"]["message_id"] == answer.response.id  # type: ignore[union-attr]
    assert body["message_reference"]["fail_if_not_exists"] is False
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_a_digest_and_a_verification_are_flagged_as_well(house: House) -> None:
    article = await take(house, FERRIES, RAIN)
    await house.member.slash(house.channel, "digest", topic="ferry")
    await house.member.slash(house.channel, "verify", quote=FERRIES)
    await house.client.librarian.withdraw(house.env.guild.id, article.id, house.clock.now)
    await deliver(house)
    _, _, *flags = posts(house)
    assert len(flags) == 2
    assert all(each.startswith("### Taken down by its source\n") for each in flags)


async def test_a_watchs_own_post_is_flagged(house: House) -> None:
    await add(house)
    await take(house, FERRIES, RAIN)
    await deliver(house)
    await take(house, FERRIES.replace("Monday", "Friday"), RAIN)
    await deliver(house)
    [post, flag] = messages(house)
    assert flag.reference["message_id"] == str(post.id)


async def test_private_replies_and_direct_messages_are_not_noted(house: House) -> None:
    await take(house, FERRIES, RAIN)
    await ask(house, private=True)
    await house.member.user.slash("ask", question="Will Seoul choose a side?")
    assert await house.client.store.posted_quotes.for_article(SEOUL.id) == []
    assert (await house.client.store.guilds.count_stored(house.env.guild.id)).posted == 0


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (404, 10003), (400, 160002)])
async def test_a_flag_that_may_not_be_posted_is_dropped_with_a_line_in_the_log(
    house: House, status: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    article = await take(house, FERRIES, RAIN)
    await ask(house)
    await house.client.librarian.withdraw(house.env.guild.id, article.id, house.clock.now)
    house.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    for _ in range(2):
        await deliver(house)
    assert len(posts(house)) == 1
    assert "is given up or paused" in caplog.text


class Locked:
    """A store whose every method finds the database busy."""

    def __getattr__(self, name: str) -> Any:
        return self

    async def __call__(self, *args: Any, **options: Any) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_an_answer_that_cannot_be_noted_is_given_all_the_same(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.client.store = Locked()  # type: ignore[assignment]
    assert "President Lee" in said(
        await house.member.slash(house.channel, "ask", question="Will Seoul choose a side?")
    )
    assert "are not noted: The database is busy" in caplog.text
    result = await add(house)
    assert said(result) == BUSY
    house.expect_fault(VerbatimError)
    assert await house.administrator.autocomplete(house.channel, "watch remove", "watch", "") == []
