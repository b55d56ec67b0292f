"""Messages that mention the bot and direct messages are answered; all others are dropped unread."""

from __future__ import annotations

import logging
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.chat.answers.ask import answer_heading
from bot.chat.client import VerbatimClient
from bot.chat.components.quote_ids import list_quote_ids
from bot.model import Post
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.korean import ARTICLES as KOREAN_ARTICLES
from tests.support.simulation import (
    SEOUL,
    Clock,
    Server,
    message_text,
    reading_client,
    reply_text,
    small_library,
)
from tests.support.stored_rows import read_all_rows
from tests.support.talking import ask, at, replies

CHOICE, MISSILES, EXPORTS = (paragraph.text for paragraph in SEOUL.paragraphs)
NOTHING_MORE = "The articles here have nothing more on this."
CHOOSE = "Will Seoul choose between Washington and Beijing?"

WRITTEN = (
    ("digest missiles", MISSILES),
    ("Digest of missiles", MISSILES),
    ("timeline: lighthouse", "lighthouse costs four million"),
    ("verify “North Korea fired two missiles into the sea on Friday”", "word for word"),
    ("said nobody", "nobody"),
    ("topics", "North Korea · dprk"),
    ("help", "/digest"),
    ("", "Ask me something"),
    ("digest", "Type what you want after “digest”."),
    ("hi", "no word to search for"),
    ("why?", "Reply to that answer"),
    ("더 있어?", "그 답변에 답장하거나"),
    ("said Jane Roe on the lighthouse", "lighthouse costs four million"),
    ("said by Jane Roe about fishing boats", "Fishing boats may leave"),
    ("Jane Roe lighthouse에 대한 발언", "lighthouse costs four million"),
    ("who won the cricket?", "No article here answers this"),
    ("도움말", "/질문"),
    ("주제", "North Korea"),
    ("미사일 요약", "미사일"),
    ("요약 missiles", MISSILES),
    ("확인 “두 발을 쐈다”", "기사에 없는"),
    ("요약", "요약"),
)


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(KOREAN_ARTICLES), simulated_store, clock)


def thread_of(server: Server, parent: ChannelHandle, name: str = "talks") -> ChannelHandle:
    thread = server.env.backend.create_thread(parent.id, name, server.member.id)
    return ChannelHandle(server.env, parent.guild, thread)


def forum_post(server: Server) -> ChannelHandle:
    """A post of a forum that the member has begun."""
    assert server.channel.guild
    forum = server.channel.guild.create_forum_channel("debates")
    return thread_of(server, forum)


def shown_quotes(message: discord.Message) -> set[str]:
    """The positions of the quotes that a message shows."""
    return {f"{q.article_id}:{q.paragraph}" for q in list_quote_ids(message.components)}


# Asked


async def test_a_mention_is_answered_by_a_reply_that_pings_nobody(server: Server) -> None:
    question = await server.member.send(server.channel, at(server, CHOOSE))
    [reply] = replies(server)
    assert CHOICE in message_text(reply)
    assert reply.reference
    assert reply.reference.message_id == question.id
    assert reply.mentions == []
    sent: Any = server.env.http_requests[-1].json
    assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}


@pytest.mark.parametrize("place", ["thread", "forum", "direct"])
async def test_it_answers_in_threads_in_forums_and_in_direct_messages(
    server: Server, place: str
) -> None:
    if place == "direct":
        await server.member.send_dm(CHOOSE)
        [reply] = replies(server, server.member.user.dm_channel)
        assert CHOICE in message_text(reply)
        payload = [component.to_dict() for component in reply.components]
        assert "feedback" not in str(payload)
        return
    channel = forum_post(server) if place == "forum" else thread_of(server, server.channel)
    assert CHOICE in await ask(server, CHOOSE, channel)


async def test_what_commands_do_can_be_written(server: Server) -> None:
    for text, shown in WRITTEN:
        assert shown in await ask(server, text), text


async def test_a_korean_message_is_answered_in_korean_unless_the_server_chose(
    server: Server,
) -> None:
    assert "찾지 못한 단어" in await ask(server, "누가 크리켓 경기를 이겼나요?")
    await server.prefer(language="ko")
    assert "/질문" in await ask(server, "help")
    await server.prefer(language="en")
    assert "/ask" in await ask(server, "도움말")


# Followed up


async def test_a_reply_to_an_answer_goes_on_from_it_and_its_buttons_work(server: Server) -> None:
    await ask(server, "What did exports to Japan do in the first quarter?")
    [first] = replies(server)
    answer = await ask(server, "and China?", reply_to=first)
    assert answer.startswith("### What did exports to Japan do in the first quarter? · and China?")
    assert EXPORTS in answer
    followed = replies(server)[-1]
    parts = walk([component.to_dict() for component in followed.components])
    options = [option for part in parts if part["type"] == 3 for option in part["options"]]
    value = next(option["value"] for option in options if option["label"].startswith("Context"))
    shown = await server.member.select(followed, [value], custom_id="v1:quotes:all")
    assert MISSILES in reply_text(shown)


def test_more_of_a_follow_up_asks_the_question_behind_its_heading() -> None:
    view, heading = small_library().view(), "Did the harbour number 2 reopen? · and number 3?"
    for after in (2, 0):
        answer = answer_heading(view, heading, after=after)
        alone = view.ask("Did the harbour number 2 reopen number 3?", after=after)
        assert (answer.question, answer.quotes) == (heading, alone.quotes)
    assert answer.quotes


async def test_a_follow_up_of_a_follow_up_says_what_both_ask(server: Server) -> None:
    await ask(server, "What did exports to Japan do in the first quarter?")
    await ask(server, "and China?", reply_to=replies(server)[-1])
    answer = await ask(server, "when was that?", reply_to=replies(server)[-1])
    heading = "### What did exports to China do in the first quarter? · when was that?"
    assert answer.startswith(heading)


@pytest.mark.parametrize(
    ("first", "texts"),
    [
        ("What did Jane Roe say?", ("what else did she say?", "anything else?", "what else?")),
        ("Jane Roe", ("more", "tell me more about that", "more please")),
        ("said Jane Roe", ("what else did she say?", "and what else?")),
        ("What did Jane Roe say?", ("why?", "but why?")),
        ("제인 로 harbour Tessel", ("더 알려줘", "또 있어?")),
    ],
)
async def test_what_asks_for_more_repeats_nothing_that_was_shown(
    server: Server, first: str, texts: tuple[str, ...]
) -> None:
    await ask(server, first)
    for text in texts:
        before = shown_quotes(replies(server)[-1])
        assert "###" in await ask(server, text, reply_to=replies(server)[-1])
        after = shown_quotes(replies(server)[-1])
        assert after
        assert before.isdisjoint(after)
    for _ in range(12):
        answer = await ask(server, "more", reply_to=replies(server)[-1])
        if "###" not in answer:
            break
    assert answer == NOTHING_MORE


async def test_a_reply_goes_on_from_the_answer_of_a_command(server: Server) -> None:
    shown = await server.member.slash(server.channel, "ask", question=CHOOSE)
    followed = await ask(server, "when was that?", reply_to=shown.response)
    assert followed.startswith(f"### {CHOOSE} · when was that?")
    assert await ask(server, "why?", reply_to=shown.response) == NOTHING_MORE


@pytest.mark.parametrize("place", ["thread", "forum", "direct"])
async def test_the_next_question_in_a_thread_goes_on_from_the_last_answer(
    server: Server, place: str
) -> None:
    async def say_here(text: str) -> None:
        if place == "direct":
            await server.member.send_dm(text)
        else:
            await ask(server, text, channel)

    channel = server.member.user.dm_channel
    if place != "direct":
        channel = forum_post(server) if place == "forum" else thread_of(server, server.channel)
    await say_here("What did exports to Japan do in the first quarter?")
    if place != "direct":
        await server.administrator.send(channel, "Interesting. And what of Beijing?")
    await say_here("and China?")
    last = message_text(replies(server, channel)[-1])
    assert "first quarter? · and China?" in last
    await say_here(CHOOSE)
    assert message_text(replies(server, channel)[-1]).startswith(f"### {CHOOSE}\n")


async def test_in_a_channel_a_question_that_is_no_reply_is_taken_alone(server: Server) -> None:
    await ask(server, CHOOSE)
    assert "·" not in (await ask(server, "and China?")).splitlines()[0]
    looked = [sent for sent in server.env.http_requests if sent.method == "GET"]
    assert not any(sent.path.endswith("/messages") for sent in looked)


# Not answered


async def test_nothing_of_what_is_not_addressed_to_it_is_kept_logged_or_counted(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert server.channel.guild
    assert server.client.user
    client, me = server.client, server.client.user.mention
    other = server.channel.guild.add_member(server.env.create_user("relay", bot=True))
    webhook = server.channel.guild.create_webhook(server.channel)
    rows = await read_all_rows(client.store)
    metrics, requests = str(vars(client.journal.metrics)), len(server.env.http_requests)
    caplog.set_level(logging.DEBUG, logger="bot")
    await server.member.send(server.channel, "Will Seoul choose a side? @everyone @Verbatim")
    await server.member.send(server.channel, f"{server.administrator.mention} digest china")
    await other.send(server.channel, f"{me} digest china")
    await webhook.send(f"{me} digest china")
    asked = await server.member.send(server.channel, "What of the weather?")
    await server.administrator.send(server.channel, "Rain, I think.", reply_to=asked)
    assert replies(server) == []
    assert len(server.env.http_requests) == requests
    assert [record for record in caplog.records if record.name.startswith("bot")] == []
    assert str(vars(client.journal.metrics)) == metrics
    assert await read_all_rows(client.store) == rows
    assert client._connection._messages is None  # nor does discord.py keep any


async def test_an_edited_question_is_not_answered_anew(server: Server) -> None:
    message = await server.member.send(server.channel, at(server, CHOOSE))
    await server.member.edit(message, at(server, "digest missiles"))
    plain = await server.member.send(server.channel, "Will Seoul choose?")
    await server.member.edit(plain, at(server, CHOOSE))
    assert len(replies(server)) == 1


async def test_a_reply_to_a_post_of_its_own_is_answered_only_if_it_names_the_bot(
    server: Server,
) -> None:
    await server.schedule(topic="missiles")
    server.clock.now = server.clock.now.replace(hour=9)
    await server.client.delivery.run_due()
    [summary] = replies(server)[-1:]
    count = len(replies(server))
    await server.member.send(server.channel, "and China?", reply_to=summary)
    assert len(replies(server)) == count
    answer = await ask(server, "when was that?", reply_to=summary)
    assert "missiles · when was that?" in answer


@pytest.mark.parametrize("talks", [False, True])
async def test_a_server_says_whether_and_where_it_answers(server: Server, talks: bool) -> None:
    assert server.channel.guild
    elsewhere = server.channel.guild.create_text_channel("elsewhere")
    await server.prefer(talks=talks, talk_channels=(elsewhere.id,) if talks else None)
    assert await ask(server, CHOOSE) == ""
    assert bool(await ask(server, CHOOSE, elsewhere)) == talks
    assert bool(await ask(server, CHOOSE, thread_of(server, elsewhere))) == talks


async def test_where_it_may_not_write_it_stays_silent_and_health_says_so(server: Server) -> None:
    assert server.client.user
    closed = Overwrite(
        target_id=server.client.user.id,
        type=OverwriteType.MEMBER,
        deny=discord.Permissions(send_messages=True).value,
    )
    server.env.backend.set_overwrite(server.channel.id, closed)
    assert await ask(server, CHOOSE) == ""
    health = reply_text(await server.administrator.slash(server.channel, "library health"))
    assert f"Not answered in {server.channel.mention}" in health
    server.env.backend.delete_overwrite(server.channel.id, server.client.user.id)
    assert CHOICE in await ask(server, CHOOSE)
    health = reply_text(await server.administrator.slash(server.channel, "library health"))
    assert "Not answered" not in health


async def test_an_unanswered_question_is_listed_for_the_managers(server: Server) -> None:
    await ask(server, "Who won the cricket match?")
    await ask(server, "and the Regatta?", reply_to=replies(server)[-1])
    gaps = await server.administrator.slash(server.channel, "library gaps")
    assert "Who won the cricket match?" in reply_text(gaps)
    assert "Who won the cricket match? · and the Regatta?" in reply_text(gaps)


async def test_quotes_of_a_reply_are_noted_to_be_flagged(server: Server) -> None:
    assert server.channel.guild
    thread = thread_of(server, server.channel)
    await ask(server, CHOOSE, thread)
    [noted] = await server.client.store.posted_quotes.for_article("seoul")
    assert noted.post == Post(
        "reply",
        server.channel.guild.id,
        server.channel.id,
        replies(server, thread)[0].id,
        thread.id,
    )


async def test_a_fault_is_one_short_line(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.client.library = None  # type: ignore[assignment]  # a bug
    answer = await ask(server, CHOOSE)
    assert answer.startswith("Something went wrong (logged as")
    assert "\n" not in answer


async def test_a_long_question_is_refused_in_a_line(server: Server) -> None:
    answer = await ask(server, "why " * 200)
    assert "shorten it to 500 or fewer" in answer


async def test_settings_choose_whether_and_where(server: Server) -> None:
    panel = await server.administrator.slash(server.channel, "settings")
    message = panel.response
    assert message
    await server.administrator.select(message, [server.channel], custom_id="v1:talk-channels:all")
    guild = server.channel.guild
    assert guild
    chosen = await server.client.store.preferences.get(guild.id)
    assert chosen.talk_channels == (server.channel.id,)
    await server.administrator.select(message, ["unanswered"], custom_id="v1:setting:talks")
    assert not (await server.client.store.preferences.get(guild.id)).talks
