"""A session with Discord over real sockets: coming in, being refused, leaving in good order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from bot import app
from bot.chat.session import serve
from bot.errors import SettingsError, VerbatimError
from bot.library import Library, View
from bot.model import Answer
from bot.reading.desk import Desk
from bot.settings import Settings, read_settings
from bot.store import Store
from tests.support.loopback import LoopbackDiscord, loopback_discord, redirect
from tests.support.processes import ask_interaction, wait_until
from tests.support.simulation import SEOUL, Clock, FixedLibrary, reading_client


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with loopback_discord() as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ours = read_settings(tmp_path / "none")
    return replace(ours, token="t", database=str(tmp_path / "verbatim.sqlite3"))


async def come_and_go(discord: LoopbackDiscord, settings: Settings) -> None:
    running = asyncio.create_task(app.run(settings))
    await asyncio.wait_for(discord.connected.wait(), 30)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 30)


async def test_a_token_that_discord_refuses_is_one_sentence(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    discord.refuse_token = True
    with pytest.raises(SettingsError, match="Discord refuses the token") as fault:
        await app.run(settings)
    assert "\n" not in str(fault.value)


async def test_no_token_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not set"):
        await app.run(replace(settings, token=""))


async def test_a_discord_out_of_reach_is_one_sentence(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    await discord.close()
    with pytest.raises(VerbatimError, match="cannot be reached"):
        await app.run(settings)


async def test_a_discord_that_hangs_up_is_one_sentence(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as rude:
        redirect(rude.sockets[0].getsockname()[1])
        with pytest.raises(VerbatimError, match="cannot be reached"):
            await app.run(settings)


async def test_sigterm_leaves_in_good_order(discord: LoopbackDiscord, settings: Settings) -> None:
    await come_and_go(discord, settings)
    assert not discord.connected.is_set()


async def test_commands_are_synced_once_and_not_at_every_start(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    await come_and_go(discord, settings)
    [synced] = discord.asked("PUT", "/applications/1/commands")
    assert {command["name"] for command in synced} >= {"ask", "digest", "schedule"}
    await come_and_go(discord, settings)
    assert len(discord.asked("PUT", "/applications/1/commands")) == 1


class SlowView(View):
    """A view that begins to answer and then waits to be let go on."""

    def __init__(self, desk: Desk) -> None:
        self.__dict__.update(Library(desk).view().__dict__)
        self.asked, self.go_on = Event(), Event()

    def ask(self, question: str, *, after: int = 0) -> Answer:
        self.asked.set()
        self.go_on.wait(30)
        return super().ask(question, after=after)


async def test_a_reply_in_flight_is_finished_before_leaving(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    view = SlowView(Desk((SEOUL,), (), ()))
    store = await Store.open(str(tmp_path / "verbatim.sqlite3"))
    stop = asyncio.Event()
    serving = asyncio.create_task(
        serve(reading_client(FixedLibrary(view), store, Clock()), "t", stop)
    )
    await asyncio.wait_for(discord.connected.wait(), 30)
    await discord.send("INTERACTION_CREATE", ask_interaction("Where are missiles fired?"))
    await asyncio.to_thread(view.asked.wait, 30)
    stop.set()
    assert not discord.asked("POST", "/interactions/11/reply/callback")
    view.go_on.set()
    await asyncio.wait_for(serving, 30)
    await store.close()
    [reply] = discord.asked("POST", "/interactions/11/reply/callback")
    assert "into the sea" in str(reply)


async def test_each_person_is_answered_in_their_own_language(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    store = await Store.open(str(tmp_path / "verbatim.sqlite3"))
    stop = asyncio.Event()
    library = Library(Desk((SEOUL,), (), ()))
    serving = asyncio.create_task(serve(reading_client(library, store, Clock()), "t", stop))
    await asyncio.wait_for(discord.connected.wait(), 30)
    for number, locale in ((11, "ko"), (12, "en-GB"), (13, "fi")):
        await discord.send(
            "INTERACTION_CREATE", ask_interaction("Where are missiles fired?", number, locale)
        )

    async def replied() -> list[str]:
        sent = [discord.asked("POST", f"/interactions/{n}/reply/callback") for n in (11, 12, 13)]
        return [str(reply) for [reply] in sent] if all(sent) else []

    korean, british, finnish = await wait_until(replied)
    stop.set()
    await serving
    await store.close()
    assert "into the sea" in korean
    assert "2026년 2월 20일" in korean
    assert "20 February 2026" in british
    assert "20 February 2026" in finnish


async def test_a_token_that_is_reset_while_running_is_one_sentence(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    running = asyncio.create_task(app.run(settings))
    await asyncio.wait_for(discord.connected.wait(), 30)
    await discord.gateways[0].close(code=4004)
    with pytest.raises(VerbatimError, match="code 4004"):
        await asyncio.wait_for(running, 30)


async def test_a_bot_that_has_outgrown_its_shards_is_told_so(
    discord: LoopbackDiscord, settings: Settings
) -> None:
    running = asyncio.create_task(app.run(settings))
    await asyncio.wait_for(discord.connected.wait(), 30)
    await discord.gateways[0].close(code=4011)
    with pytest.raises(SettingsError, match=r"more or other shards; .* --shards"):
        await asyncio.wait_for(running, 30)
