"""Verbatim as the processes that an operator runs: several at once, cut off, told to end."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.support.loopback import LoopbackDiscord, loopback_discord
from tests.support.processes import VerbatimProcess, ask_interaction, start_verbatim, wait_until
from tests.support.proxy import open_proxy
from tests.support.simulation import BUSY_REPLY

STORY = """\
The ferry Karin stops

The ferry Karin, built in 1961, made her last crossing to Tessel on Friday evening.

Her owners say that no buyer has been found in two years.
"""
QUESTION = "When did the ferry Karin make her last crossing?"
QUOTED = "made her last crossing to Tessel on Friday evening."

WATCHES = {
    "token": "watches",
    "data": {
        "id": "4",
        "name": "watch",
        "type": 1,
        "options": [{"name": "list", "type": 1, "options": []}],
    },
}

DEFERRED = 5  # the type of a reply that only says that one will come
Start: TypeAlias = Callable[..., AbstractAsyncContextManager[VerbatimProcess]]


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with loopback_discord() as served:
        yield served


@pytest.fixture
def start(discord: LoopbackDiscord, tmp_path: Path) -> Start:
    """Starts `verbatim` with arguments and settings, on a desk of one article."""
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "talks.txt").write_text("Talks\n\nThe two sides met in Geneva on Monday.")
    (tmp_path / "ferry.txt").write_text(STORY)

    def start(*arguments: str, **settings: str) -> AbstractAsyncContextManager[VerbatimProcess]:
        settings = {"VERBATIM_DESK": "desk", "VERBATIM_DATABASE": "verbatim.db", **settings}
        return start_verbatim(*arguments, discord=discord, folder=tmp_path, **settings)

    return start


async def reply(discord: LoopbackDiscord, interaction: dict[str, Any], shard: int = 0) -> str:
    """What is replied to an interaction with an id of its own, at once or after a defer."""
    await discord.send("INTERACTION_CREATE", interaction, shard)

    async def found() -> list[Any]:
        token = interaction["token"]
        told = discord.asked("POST", f"/interactions/{interaction['id']}/{token}/callback")
        told += discord.asked("POST", f"/webhooks/1/{token}")
        return [body for body in told if body.get("type") != DEFERRED]

    return json.dumps(await wait_until(found), ensure_ascii=False).replace("**", "")


async def quoted(discord: LoopbackDiscord, shard: int) -> bool:
    """Waits until that shard quotes the story."""
    numbers = count(1000 * (shard + 1))

    async def quotes() -> bool:
        return QUOTED in await reply(discord, ask_interaction(QUESTION, next(numbers)), shard)

    return await wait_until(quotes)


async def test_what_one_process_adds_every_other_quotes(
    discord: LoopbackDiscord, start: Start, new_postgres_url: Callable[[], str]
) -> None:
    url = new_postgres_url()
    one = start("run", "--shards", "0/2", VERBATIM_DATABASE=url)
    two = start("run", VERBATIM_SHARDS="1/2", VERBATIM_DATABASE=url)
    async with one as first, two as second:
        await first.wait_for_log("has connected to Gateway")
        await second.wait_for_log("has connected to Gateway")
        assert sorted(discord.shards) == [(0, 2), (1, 2)]
        assert QUOTED not in await reply(discord, ask_interaction(QUESTION))
        async with start("add", "ferry.txt", VERBATIM_DATABASE=url) as adding:
            assert await adding.wait_for_exit() == 0
        assert await quoted(discord, shard=0)
        assert await quoted(discord, shard=1)


async def test_a_lost_database_is_waited_out(
    discord: LoopbackDiscord, start: Start, new_postgres_url: Callable[[], str]
) -> None:
    url = new_postgres_url()
    async with open_proxy(url) as wire, start("run", VERBATIM_DATABASE=wire.url) as running:
        await running.wait_for_log("has connected to Gateway")
        await wire.cut()
        assert BUSY_REPLY in await reply(discord, ask_interaction(QUESTION) | WATCHES)
        assert "Geneva" in await reply(
            discord, ask_interaction("Where did the two sides meet?", 12)
        )
        async with start("add", "ferry.txt", VERBATIM_DATABASE=url) as adding:
            assert await adding.wait_for_exit() == 0
        await wire.mend()
        assert await quoted(discord, shard=0)
        running.process.terminate()
        assert await running.wait_for_exit() == 0
    assert "background task failed: it runs again" not in running.log  # as after a bug
    assert "Ignoring exception" not in running.log


async def test_sigterm_lets_a_reply_be_finished(discord: LoopbackDiscord, start: Start) -> None:
    async with start("run") as running:
        await running.wait_for_log("has connected to Gateway")
        discord.takes_replies.clear()
        await reply(discord, ask_interaction(QUESTION))
        running.process.terminate()
        await running.wait_for_log("stopping: received SIGTERM")
        assert running.process.returncode is None
        discord.takes_replies.set()
        assert await running.wait_for_exit() == 0
    assert "Traceback" not in running.log


async def test_a_second_sigterm_ends_it_at_once(discord: LoopbackDiscord, start: Start) -> None:
    async with start("run") as running:
        await running.wait_for_log("has connected to Gateway")
        discord.takes_replies.clear()
        await reply(discord, ask_interaction(QUESTION))
        running.process.terminate()
        await running.wait_for_log("stopping: received SIGTERM")
        running.process.terminate()
        assert await running.wait_for_exit() == -signal.SIGTERM
