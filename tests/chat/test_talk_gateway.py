"""Messages to the bot over its real gateway and REST, valid against Discord's own description."""

from __future__ import annotations

import asyncio
import itertools
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import discord
import pytest
from aiohttp import web

from bot.chat.client import VerbatimClient
from bot.chat.interaction.workload import Limit
from bot.chat.session import serve
from bot.library import View
from bot.ops.logs import configure_logging
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.discord_server import (
    CHANNEL,
    GUILD,
    NOTHING_ELSE,
    SERVER,
    SOMEBODY,
    THREAD,
    UNARCHIVED,
    DiscordServer,
    KeepMessage,
    discord_server,
    message_of,
    refuse,
)
from tests.support.korean import ARTICLES as KOREAN_ARTICLES
from tests.support.loopback import USER, json_response
from tests.support.processes import wait_until
from tests.support.simulation import (
    MONDAY,
    Clock,
    FixedLibrary,
    reading_client,
    small_library,
)
from tests.support.stored_rows import read_all_rows

ROOM, FORUM, TALKS, POST, DIRECT = 10, 11, 12, 13, 14
ME = f"<@{USER['id']}>"
RELAY = {"id": "5", "username": "relay", "discriminator": "0", "avatar": None, "bot": True}
CLEO = {**SOMEBODY, "id": "7", "username": "cleo"}
QUESTION = "Will Seoul choose between Washington and Beijing?"
QUESTIONS = {
    "en": (QUESTION, "when was that?"),
    "ko": ("서울은 워싱턴과 베이징 가운데 선택하나요?", "그건 언제였어?"),
}


class SlowView(View):
    """A view of English and Korean articles, whose answers wait while `go_on` is clear; as many
    have `begun`."""

    begun = 0

    def __init__(self) -> None:
        self.__dict__.update(small_library(KOREAN_ARTICLES).view().__dict__)
        self.go_on = Event()
        self.go_on.set()

    def _timed(self, compute: Any) -> Any:
        self.begun += 1
        assert self.go_on.wait(30)
        return super()._timed(compute)


@dataclass
class Conversation:
    """The bot in a server with a channel, a thread and a forum post, and in direct messages."""

    client: VerbatimClient
    discord: DiscordServer
    view: SlowView
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    async def hear(
        self,
        text: str,
        channel: int = ROOM,
        *,
        author: Any = SOMEBODY,
        reply_to: Any = None,
        event: str = "MESSAGE_CREATE",
        **fields: Any,
    ) -> str:
        """Let the gateway tell of a message, until the bot has it in hand; returns its id. It
        mentions the bot where it is a reply or names the bot."""
        number = str(discord.utils.time_snowflake(MONDAY) + next(self.numbers))
        mentions = [USER] if ME in text or reply_to is not None else []
        place = {"channel_id": str(channel)}
        if channel != DIRECT:
            place["guild_id"] = str(SERVER)
        data = {**NOTHING_ELSE, "id": number, "author": author, "timestamp": MONDAY.isoformat()}
        data |= place | {"flags": 0, "components": [], "content": text, "mentions": mentions}
        if reply_to is not None:
            reference = {"message_id": reply_to["id"], **place}
            data |= {"type": 19, "message_reference": reference, "referenced_message": reply_to}
        name = "message" if event == "MESSAGE_CREATE" else "raw_message_edit"
        received = asyncio.ensure_future(self.client.wait_for(name, timeout=30))
        await asyncio.sleep(0)
        await self.discord.send(event, data | fields)
        await received
        return number

    async def settle(self, left: int = 0) -> None:
        """Wait until what was heard is handled, but for so many messages."""

        async def is_settled() -> bool:
            names = [task.get_name() for task in asyncio.all_tasks()]
            return sum(name.startswith("discord.py: on_") for name in names) <= left

        await wait_until(is_settled)

    async def wait_for_work(self, count: int) -> None:
        """Wait until so many answers have begun."""

        async def has_begun() -> bool:
            return self.view.begun >= count

        await wait_until(has_begun)

    async def ask(self, text: str, channel: int = ROOM, **options: Any) -> dict[str, Any]:
        """What the bot replies to a message, and that it replies once."""
        count = len(self.discord.posts(channel))
        await self.hear(text, channel, **options)
        await self.settle()
        [reply] = self.discord.posts(channel)[count:]
        return reply


def texts_of(post: dict[str, Any]) -> list[str]:
    """The texts of a post, or else its one sentence."""
    texts = [part["content"] for part in walk(post["components"]) if part["type"] == 10]
    return texts or [post["content"]]


def message_of_somebody(content: str) -> dict[str, Any]:
    """A message in the channel that the bot does not hear of by itself."""
    place = {"id": "70", "channel_id": str(ROOM), "author": CLEO, "components": [], "flags": 0}
    return {**NOTHING_ELSE, **place, "timestamp": MONDAY.isoformat(), "content": content}


def permissions_of(everyone: discord.Permissions) -> dict[str, Any]:
    """The role of everybody in the server."""
    look = {"color": 0, "hoist": False, "managed": False, "mentionable": False, "position": 0}
    number = str(everyone.value)
    return {"id": str(SERVER), "name": "@everyone", "permissions": number, **look}


def server_of(everyone: discord.Permissions) -> dict[str, Any]:
    """The server as Discord first tells of it."""
    ended = {"thread_metadata": UNARCHIVED | {"archive_timestamp": MONDAY.isoformat()}}
    threads = [
        THREAD | ended | {"id": str(number), "parent_id": str(parent), "name": "talks"}
        for number, parent in ((TALKS, ROOM), (POST, FORUM))
    ]
    member: dict[str, Any] = {
        "user": USER,
        "roles": [],
        "joined_at": None,
        "deaf": 0,
        "mute": 0,
        "flags": 0,
    }
    return GUILD | {
        "id": str(SERVER),
        "channels": [
            CHANNEL | {"id": str(ROOM), "type": 0},
            CHANNEL | {"id": str(FORUM), "type": 15},
        ],
        "threads": threads,
        "roles": [permissions_of(everyone)],
        "members": [member],
        "member_count": 3,
    }


@pytest.fixture
async def talk(tmp_path: Path, empty_database: Path) -> AsyncIterator[Conversation]:
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    async with discord_server() as loopback:
        loopback.now, loopback.guilds = Clock(), [SERVER]
        view, stop = SlowView(), asyncio.Event()
        client = reading_client(FixedLibrary(view), store, Clock())
        serving = asyncio.create_task(serve(client, "t", stop))
        await asyncio.wait_for(loopback.connected.wait(), 30)
        await loopback.send("GUILD_CREATE", server_of(discord.Permissions.all()))
        yield Conversation(client, loopback, view)
        view.go_on.set()
        stop.set()
        await asyncio.wait_for(serving, 30)
    await store.close()
    assert loopback.broken == []


WRITTEN = (
    ("digest missiles", "two missiles into the sea"),
    ("미사일 요약", "미사일"),
    ("said Jane Roe", "Jane Roe"),
    ("발언 Jane Roe", "Jane Roe"),
    ("timeline lighthouse", "12 February 2026"),
    ("연표 lighthouse", "2026년 2월 12일"),
    ("verify “North Korea fired two missiles into the sea on Friday”", "word for word"),
    ("확인 “두 발을 쐈다”", "기사에 없는"),
    ("topics", "North Korea"),
    ("주제", "North Korea"),
    ("help", "/ask"),
    ("도움말", "/질문"),
    ("", "Ask me something"),
    ("?", "Ask me something"),
    ("thanks for what?", "Reply to that answer"),
    ("digest", "Type what you want after “digest”."),
)


@pytest.mark.parametrize("language", QUESTIONS)
async def test_it_is_asked_and_followed_up_amid_what_others_write(
    talk: Conversation, language: str
) -> None:
    question, further = QUESTIONS[language]
    await talk.hear("Morning, all")
    number = await talk.hear(f"{ME} {question}")
    await talk.hear("", author=CLEO)
    await talk.settle()
    [answer] = talk.discord.posts(ROOM)
    [body] = talk.discord.asked("POST", f"/channels/{ROOM}/messages")
    assert str(body["message_reference"]["message_id"]) == number
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert texts_of(answer)[0] == f"### {question}"
    followed = await talk.ask(further, author=CLEO, reply_to=answer)
    assert texts_of(followed)[0] == f"### {question} · {further}"
    assert talk.discord.asked("POST", f"/channels/{ROOM}/typing") == []
    assert talk.discord.looks(ROOM) == 0


@pytest.mark.parametrize(("place", "language"), [(TALKS, "en"), (POST, "ko"), (DIRECT, "en")])
async def test_the_next_question_in_a_thread_or_in_private_goes_on(
    talk: Conversation, place: int, language: str
) -> None:
    question, further = QUESTIONS[language]
    named = "" if place == DIRECT else f"{ME} "
    await talk.ask(named + question, place)
    talk.discord.chatter(place, 3)
    followed = await talk.ask(named + further, place)
    assert texts_of(followed)[0] == f"### {question} · {further}"
    assert talk.discord.looks(place) == 1


async def test_what_commands_do_can_be_written_and_a_refusal_is_two_lines(
    talk: Conversation,
) -> None:
    for text, shown in WRITTEN:
        reply = await talk.ask(f"{ME} {text}")
        assert shown in "\n".join(texts_of(reply)).replace("**", ""), text
    for unanswered in ("Who won the cricket match?", "누가 크리켓 경기를 이겼나요?"):
        heading, refusal = texts_of(await talk.ask(f"{ME} {unanswered}"))
        assert heading == f"### {unanswered}"
        assert len(refusal.splitlines()) == 2


async def test_who_floods_is_told_so_once_and_then_answered(talk: Conversation) -> None:
    talk.view.go_on.clear()
    for _ in range(20):
        await talk.hear(f"{ME} {QUESTIONS['ko'][0]}")
    await talk.hear(f"{ME} {QUESTION}", author=CLEO)

    async def is_typing() -> bool:
        return bool(talk.discord.asked("POST", f"/channels/{ROOM}/typing"))

    await wait_until(is_typing)
    await talk.settle(left=4)
    [refused] = talk.discord.posts(ROOM)
    assert refused["content"].startswith("앞서 물어보신 질문에 아직 답하는 중입니다.")
    assert "\n" not in refused["content"]
    talk.view.go_on.set()
    await talk.settle()
    answers = talk.discord.posts(ROOM)[1:]
    assert len(answers) == 4
    assert all("Seoul will not choose" in str(answer).replace("**", "") for answer in answers)


@pytest.mark.parametrize("place", [ROOM, DIRECT])
async def test_who_was_answered_is_told_anew_to_wait(talk: Conversation, place: int) -> None:
    for _ in range(2):
        talk.view.go_on.clear()
        count = len(talk.discord.posts(place))
        for _ in range(6):
            await talk.hear(f"{ME} {QUESTION}", place)
        await talk.settle(left=3)
        talk.view.go_on.set()
        await talk.settle()
        refusals = [post["content"] for post in talk.discord.posts(place)[count:]]
        assert "I am still working on your last question" in refusals[0]
        assert refusals[1:] == [""] * 3


async def test_who_waits_for_others_is_told_so_again_after_an_answer(talk: Conversation) -> None:
    talk.client.workload.talking = Limit(per_person=3, per_server=1)
    for count in (0, 2):
        talk.view.go_on.clear()
        await talk.hear(f"{ME} {QUESTION}")
        await talk.wait_for_work(count // 2 + 1)
        for _ in range(3):
            await talk.hear(f"{ME} {QUESTION}", author=CLEO)
        await talk.settle(left=1)
        talk.view.go_on.set()
        await talk.settle()
        refusal, _ = talk.discord.posts(ROOM)[count:]
        assert "working on other people's questions" in refusal["content"]


async def test_in_a_thread_begun_on_an_answer_a_question_goes_on_from_it(
    talk: Conversation,
) -> None:
    answer = await talk.ask(f"{ME} {QUESTION}")
    place = {"channel_id": str(ROOM), "message_id": answer["id"]}
    opening = message_of(TALKS, SOMEBODY, [], MONDAY, 1)
    opening |= {"type": 21, "message_reference": place, "referenced_message": answer, "nonce": None}
    talk.discord.messages[TALKS].append(opening)
    followed = await talk.ask(f"{ME} when was that?", TALKS)
    assert texts_of(followed)[0] == f"### {QUESTION} · when was that?"


async def test_who_speaks_to_others_is_not_answered(talk: Conversation) -> None:
    answer = await talk.ask(f"{ME} {QUESTION}")
    summary = {**answer, "id": "77", "type": 0}
    summary.pop("message_reference")
    for author in (RELAY, USER):
        await talk.hear(f"{ME} {QUESTION}", author=author)
    await talk.hear(QUESTION, DIRECT, author=RELAY)
    await talk.hear(f"{ME} {QUESTION}", webhook_id="6", author={**RELAY, "bot": False})
    await talk.hear("why?", reply_to=summary)  # a ping that Discord adds
    await talk.hear("why?", reply_to=answer, mentions=[])  # its author took the ping away
    await talk.hear(f"{ME} joined", type=7)
    for thanks in ("thanks!", "ok, thank you so much", "👍 <:ship:12>", "고마워요 ㅎㅎ"):
        await talk.hear(f"{ME} {thanks}", reply_to=answer)
    await talk.hear(f"{ME} {QUESTION}", event="MESSAGE_UPDATE")
    await talk.settle()
    assert talk.discord.posts(ROOM) == [answer]
    assert talk.discord.posts(DIRECT) == []


async def test_a_reply_to_whatever_it_replied_is_a_question(talk: Conversation) -> None:
    for text in ("", "help", "topics", "digest", "Who won the cricket match?"):
        told = await talk.ask(f"{ME} {text}")
        assert texts_of(await talk.ask(QUESTION, reply_to=told))[0] == f"### {QUESTION}"
    notice = {**told, "components": [{"type": 10, "id": 2, "content": "### Changed"}]}
    await talk.hear(QUESTION, reply_to=notice)  # below a post of its own
    await talk.settle()
    assert len(talk.discord.posts(ROOM)) == 10


async def test_nothing_of_what_others_write_is_kept_logged_or_counted(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    client = talk.client
    await talk.settle()
    rows, metrics = await read_all_rows(client.store), str(vars(client.journal.metrics))
    requests = len(talk.discord.requests)
    configure_logging("DEBUG", "text")
    caplog.set_level(logging.DEBUG)
    question = message_of_somebody("Does anybody know the heron's nest?")
    written = [
        await talk.hear("", TALKS),  # as Discord shows what is not meant for the bot
        await talk.hear("The heron is back @everyone @Verbatim", POST, author=CLEO),
        await talk.hear("<@7> digest heron", mentions=[CLEO]),
        await talk.hear("In the heron's tree.", reply_to=question, mentions=[SOMEBODY]),
        await talk.hear("Heron news", author=RELAY, webhook_id="6"),
    ]
    await talk.settle()
    assert len(talk.discord.requests) == requests
    assert str(vars(client.journal.metrics)) == metrics
    assert await read_all_rows(client.store) == rows
    assert client._connection._messages is None
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    assert talk.discord.intents == intents.value
    assert not any(word in caplog.text for word in ("eron", *written))


async def test_where_it_may_not_write_it_is_silent(talk: Conversation) -> None:
    for missing in ("send_messages", "read_message_history"):
        everyone = discord.Permissions.all()
        everyone.update(administrator=False, **{missing: False})
        role = {"guild_id": str(SERVER), "role": permissions_of(everyone)}
        await talk.discord.send("GUILD_ROLE_UPDATE", role)
        await talk.hear(f"{ME} {QUESTION}")
        await talk.settle()
        assert talk.discord.tries(ROOM) == 0  # it knows beforehand
        assert ROOM in talk.client.silent_channels.in_guild(SERVER)
        talk.client.silent_channels.forget(SERVER)
    role["role"] = permissions_of(discord.Permissions.all())
    await talk.discord.send("GUILD_ROLE_UPDATE", role)
    threads = (50001, 160002, 160005, 50083)  # as Discord says of a channel, or a closed thread
    talk.discord.troubles = [refuse(403, code) for code in threads]
    for _ in threads:
        talk.client.silent_channels.forget(SERVER)
        await talk.hear(f"{ME} {QUESTION}", POST)
        await talk.settle()
        assert POST in talk.client.silent_channels.in_guild(SERVER)
    assert talk.discord.posts(POST) == []
    assert texts_of(await talk.ask(f"{ME} {QUESTION}", POST))[0] == f"### {QUESTION}"
    assert POST not in talk.client.silent_channels.in_guild(SERVER)


async def test_a_question_that_is_deleted_meanwhile_is_left_alone(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    async def unknown(request: web.Request, keep: KeepMessage) -> web.Response:
        fault = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
        errors = {"message_reference": {"_errors": [fault]}}
        body = {"message": "Invalid Form Body", "code": 50035, "errors": errors}
        return json_response(body, status=400)

    talk.discord.troubles = [unknown]
    await talk.hear(f"{ME} {QUESTION}")
    await talk.settle()
    assert talk.discord.tries(ROOM) == 1
    assert talk.client.silent_channels.in_guild(SERVER) == {}
    talked = [record for record in caplog.records if record.name.startswith("bot.chat.talk")]
    assert all(record.levelno == logging.INFO for record in talked)
