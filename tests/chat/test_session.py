"""A session with Discord over real sockets: coming in, being refused, leaving in good order."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from aiohttp import web

from bot import app
from bot.chat.client import VerbatimClient
from bot.chat.session import serve
from bot.errors import SettingsError, VerbatimError
from bot.library import EVERY_ARTICLE, Library, View
from bot.model import Answer, Selection
from bot.ops.logs import shorten_reconnect
from bot.reading.desk import Desk
from bot.search import sealed_file
from bot.settings import Settings, read_settings
from bot.store import Store, claim_shards
from tests.support.loopback import LoopbackDiscord, loopback_discord, redirect, sync_refused
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
    with pytest.raises(SettingsError, match="Discord refused the token") as fault:
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


class ImpatientClient(VerbatimClient):
    """Waits hardly at all for its commands to be synced."""

    sync_patience = 0.3
    sync_retry = 0.05

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait."""


class SlowHandlerClient(ImpatientClient):
    """Takes a moment to handle an event."""

    is_handled = False

    async def on_slow_event(self) -> None:
        """Handle the event."""
        await asyncio.sleep(0.2)
        self.is_handled = True


async def no_answer() -> web.Response:
    await asyncio.sleep(1)
    return web.Response(status=503)


@asynccontextmanager
async def serving(
    store: Store, client_class: type[VerbatimClient] = ImpatientClient
) -> AsyncIterator[VerbatimClient]:
    """A client that is served until the end of the block."""
    library, stop = Library(Desk((SEOUL,), (), ())), asyncio.Event()
    client = reading_client(library, store, Clock(), client_class)
    running = asyncio.create_task(serve(client, "t", stop))
    yield client
    stop.set()
    await asyncio.wait_for(running, 30)


SYNC_FAULTS: dict[str, list[Callable[[], Awaitable[web.Response]]]] = {
    "too many commands today": [sync_refused(400, 30034)],
    "a command that is refused": [sync_refused(400, 50035)] * 3,
    "no access": [sync_refused(403, 50001)],
    "a limit of hours": [sync_refused(429, retry_after=7200)],
    "a proxy": [sync_refused(403)],
    "no answer": [no_answer],
}


@pytest.mark.parametrize("fault", SYNC_FAULTS)
async def test_a_bot_whose_commands_cannot_be_synced_comes_online_and_syncs_later(
    fault: str,
    discord: LoopbackDiscord,
    tmp_path: Path,
    empty_database: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    discord.sync_answers = [*SYNC_FAULTS[fault]]
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    async with serving(store):
        await asyncio.wait_for(discord.connected.wait(), 30)
        await discord.send("INTERACTION_CREATE", ask_interaction("Where are missiles fired?"))

        async def answered() -> bool:
            return bool(discord.asked("POST", "/interactions/11/reply/callback"))

        async def synced() -> bool:
            return await store.get_meta("commands:1") is not None

        assert await wait_until(answered)
        if fault != "a limit of hours":  # which discord.py itself keeps to
            assert await wait_until(synced)
    lines = [r.getMessage() for r in caplog.records if "not synced" in r.getMessage()]
    assert len(lines) >= len(SYNC_FAULTS[fault]) - (fault == "no answer")
    assert all("\n" not in line for line in lines)
    await store.close()


async def test_an_event_in_hand_is_handled_before_it_stops(
    discord: LoopbackDiscord, tmp_path: Path, empty_database: Path
) -> None:
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    async with serving(store, SlowHandlerClient) as client:
        await asyncio.wait_for(discord.connected.wait(), 30)
        client.dispatch("slow_event")
    assert isinstance(client, SlowHandlerClient)
    assert client.is_handled
    await store.close()


async def test_an_outage_at_the_start_is_one_line_a_try(
    discord: LoopbackDiscord, tmp_path: Path, empty_database: Path
) -> None:
    """As discord.py logs it, each traceback holds those of all tries before."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(shorten_reconnect)
    logging.getLogger("discord.shard").addHandler(handler)
    discord.refused_connections = 1  # discord.py waits up to two seconds before it tries again
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    async with serving(store):
        await asyncio.wait_for(discord.connected.wait(), 60)
    await store.close()
    logging.getLogger("discord.shard").removeHandler(handler)
    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    assert len(lines[0]) < 300


async def test_a_second_bot_on_one_file_is_noticed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "verbatim.db"
    held = (
        "import sys; from pathlib import Path; from bot.store import claim_shards\n"
        f"with claim_shards(Path({str(database)!r}), [0, 1]): print('held', flush=True); input()"
    )
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", held, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout
    assert await first.stdout.readline() == b"held\n"
    for shards, is_said in (([2, 3], False), ([1, 2], True), ([0], True)):
        caplog.clear()
        with claim_shards(database, shards):
            assert ("another bot runs on" in caplog.text) is is_said
    await first.communicate(b"\n")
    caplog.clear()
    with claim_shards(database, [0, 1]), claim_shards(None, [0]):
        assert caplog.text == ""


def test_what_a_killed_save_left_is_removed(tmp_path: Path) -> None:
    index, vectors = tmp_path / "v.db.index", tmp_path / "v.db.vectors"
    gone, running = 2**22 + 1, os.getppid()
    names = (".v.db.index.abc", f".v.db.index.{gone}-x", f".v.db.index.{os.getpid()}-x")
    kept = (f".v.db.index.{running}-x", ".v.db.vectors.abc", "v.db.index", "v.db")
    for name in (*names, *kept):
        (tmp_path / name).touch()
    sealed_file.remove_unfinished(index)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(kept)
    sealed_file.remove_unfinished(vectors)
    assert not (tmp_path / ".v.db.vectors.abc").exists()


class SlowView(View):
    """A view that begins to answer and then waits to be let go on."""

    def __init__(self, desk: Desk) -> None:
        self.__dict__.update(Library(desk).view().__dict__)
        self.asked, self.go_on = Event(), Event()

    def ask(self, question: str, *, after: int = 0, selection: Selection = EVERY_ARTICLE) -> Answer:
        self.asked.set()
        self.go_on.wait(30)
        return super().ask(question, after=after, selection=selection)


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
    assert "2026. 2. 20." in korean
    assert "20 Feb 2026" in british
    assert "20 Feb 2026" in finnish


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
    with pytest.raises(SettingsError, match=r"more or other shards. .* --shards"):
        await asyncio.wait_for(running, 30)
