"""The health page over real sockets: alive, ready, and what is measured."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import app
from bot.errors import SettingsError
from bot.ops.health import Health, ShardState, check_health
from bot.ops.metrics import Metrics
from bot.ops.page import HealthPage
from bot.settings import EXAMPLE_DESK, Settings, read_settings
from bot.store import Store, Totals
from tests.support.loopback import LoopbackDiscord, loopback_discord
from tests.support.processes import ask_interaction, wait_until
from tests.support.simulation import MONDAY, SEOUL, TEASERS, Clock, Server, small_library
from tests.support.store_methods import add_schedule, subscribe

NOTHING = Totals(0, 0, None, 0, None)
WELL = Health(MONDAY, [ShardState(0, True, 0.04)], 9, 11, NOTHING)
GUILD = 424242424242424242
LAGS = "verbatim_event_loop_lag_seconds"
LEAP = 1.0  # seconds


async def get(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()


async def get_until(address: str, condition: Callable[[int, str], bool]) -> str:
    """What is answered there as soon as it is what is `wanted`."""

    async def look() -> str:
        with contextlib.suppress(aiohttp.ClientConnectionError):
            status, text = await get(address)
            if condition(status, text):
                return text
        return ""

    return await wait_until(look)


def is_ready(status: int, _: str) -> bool:
    return status == 200


@asynccontextmanager
async def page_of(health: Health, metrics: Metrics | None = None) -> AsyncIterator[str]:
    async def tell() -> Health:
        return health

    async with HealthPage(metrics or Metrics(), tell).serve("127.0.0.1", 0) as address:
        yield address


async def measured(health: Health, metrics: Metrics | None = None) -> Mapping[str, float]:
    """Every sample of the metrics page, by its name and labels."""
    async with page_of(health, metrics) as address:
        status, text = await get(f"{address}/metrics")
    assert status == 200
    return samples(text)


def samples(text: str) -> Mapping[str, float]:
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_process_that_serves_is_alive_and_ready() -> None:
    async with page_of(WELL) as address:
        assert address.startswith("http://127.0.0.1:")
        assert await get(f"{address}/healthz") == (200, "alive\n")
        assert await get(f"{address}/readyz") == (200, "ready\n")


@pytest.mark.parametrize(
    ("health", "sentences"),
    [
        (replace(WELL, shards=[]), ["Discord is not connected yet."]),
        (
            replace(WELL, shards=[*WELL.shards, ShardState(3, False, 0.04)]),
            ["Shard 3 is not connected."],
        ),
        (replace(WELL, totals="The database is gone."), ["The database is gone."]),
        (
            replace(WELL, shards=[], totals="The database is gone."),
            ["Discord is not connected yet.", "The database is gone."],
        ),
    ],
)
async def test_what_hinders_it_is_said_and_it_is_alive_nevertheless(
    health: Health, sentences: Sequence[str]
) -> None:
    async with page_of(health) as address:
        assert await get(f"{address}/readyz") == (
            503,
            "".join(f"{sentence}\n" for sentence in sentences),
        )
        assert (await get(f"{address}/healthz"))[0] == 200


async def test_every_gauge_has_what_it_measures() -> None:
    totals = Totals(
        feeds=5,
        feeds_failing=2,
        failing_since=MONDAY - timedelta(hours=1),
        waiting=3,
        due_since=MONDAY - timedelta(minutes=1),
        refused=2,
    )
    shards = [ShardState(4, True, 0.25), ShardState(5, False, float("inf"))]
    metrics_read = await measured(replace(WELL, shards=shards, totals=totals))
    assert {
        "verbatim_articles": 9,
        "verbatim_paragraphs": 11,
        "verbatim_shard_connected 4": 1,
        "verbatim_shard_connected 5": 0,
        "verbatim_shard_latency_seconds 4": 0.25,
        "verbatim_shard_latency_seconds 5": float("inf"),
        "verbatim_database_up": 1,
        "verbatim_feeds healthy": 3,
        "verbatim_feeds failing": 2,
        "verbatim_feeds_oldest_failure_seconds": 3600,
        "verbatim_outbox_waiting": 3,
        "verbatim_outbox_oldest_seconds": 60,
        "verbatim_outbox_refused": 2,
    }.items() <= metrics_read.items()


async def test_what_a_silent_database_would_tell_is_left_out() -> None:
    metrics_read = await measured(replace(WELL, totals="The database is gone."))
    assert metrics_read["verbatim_database_up"] == 0
    assert metrics_read["verbatim_articles"] == 9
    assert not [name for name in metrics_read if "feeds" in name or "outbox" in name]


async def test_replies_are_counted_by_command_and_status() -> None:
    metrics = Metrics()
    for status in ("answer", "answer", "none"):
        metrics.record_reply("ask", status, 0.02)
    metrics.record_reply("schedule add", "refused", 20)
    metrics_read = await measured(WELL, metrics)
    assert metrics_read["verbatim_replies_total ask answer"] == 2
    assert metrics_read["verbatim_replies_total ask none"] == 1
    assert metrics_read["verbatim_replies_total schedule add refused"] == 1
    assert metrics_read["verbatim_reply_seconds_bucket ask 0.01"] == 0
    assert metrics_read["verbatim_reply_seconds_bucket ask 0.025"] == 3
    assert metrics_read["verbatim_reply_seconds_sum schedule add"] == 20


async def test_two_bots_in_one_process_count_apart() -> None:
    first_metrics, second_metrics = Metrics(), Metrics()
    first_metrics.record_reply("ask", "answer", 0.02)
    assert "verbatim_replies_total ask answer" not in await measured(WELL, second_metrics)


async def test_a_loop_that_is_held_up_shows() -> None:
    loop = asyncio.get_running_loop()
    async with page_of(WELL) as address:
        # Its clock leaps, as it does for a loop that has not turned for so long.
        clock = loop.time
        loop.time = lambda: clock() + LEAP  # type: ignore[method-assign]
        text = await get_until(f"{address}/metrics", lambda _, text: LAGS + "_count 0" not in text)
    assert samples(text)[f"{LAGS}_count"] >= 1
    assert samples(text)[f"{LAGS}_sum"] >= LEAP - 0.5  # it sleeps so long between two samples


async def test_a_port_that_is_taken_is_one_sentence() -> None:
    async with page_of(WELL) as address:
        port = int(address.rsplit(":", 1)[1])
        page = HealthPage(Metrics(), lambda: asyncio.sleep(0, WELL))
        with pytest.raises(SettingsError, match="Set VERBATIM_HEALTH_PORT to a free port"):
            async with page.serve("127.0.0.1", port):
                pass


async def test_no_metric_tells_of_a_server_a_channel_or_a_question(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    await server.schedule()
    client = server.client
    health = await check_health(client.store, client.library, lambda: WELL.shards, server.clock)
    text = client.journal.metrics.render(health).decode()
    assert samples(text)["verbatim_replies_total schedule add done"] == 1
    for theirs in (server.env.guild.id, server.channel.id, server.member.id, "Seoul", "china"):
        assert str(theirs) not in text


# What it is told by the store and the library


async def test_how_things_stand_is_read_from_the_store_and_the_library(store: Store) -> None:
    schedule = await add_schedule(store)
    await store.outbox.enqueue(schedule.id, MONDAY + timedelta(hours=2))
    await subscribe(store, "one")
    library = small_library()
    library.put(GUILD, replace(SEOUL, id="own"))
    health = await check_health(
        store, library, lambda: WELL.shards, Clock(MONDAY + timedelta(hours=3))
    )
    assert (health.articles, health.paragraphs) == (len(TEASERS) + 2, len(TEASERS) + 6)
    assert health.totals == Totals(1, 0, None, 1, MONDAY + timedelta(hours=2))
    assert not health.problems


async def test_a_database_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "verbatim.sqlite3"
    store = await Store.open(str(file))
    file.unlink()
    health = await check_health(store, small_library(), lambda: WELL.shards, Clock())
    assert health.problems == (
        f"The database {file} was moved or deleted. "
        "Put it back, or restart Verbatim to begin a new one.",
    )
    await store.close()


# The whole bot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ours = read_settings(tmp_path / "none")
    return replace(
        ours,
        token="t",
        desk=EXAMPLE_DESK,
        database=str(tmp_path / "verbatim.sqlite3"),
        health_port=free_port(),
    )


@asynccontextmanager
async def in_discord(settings: Settings) -> AsyncIterator[LoopbackDiscord]:
    """The whole bot in a Discord of its own; stopped with SIGTERM, as it is by who runs it."""
    async with loopback_discord() as discord:
        running = asyncio.create_task(app.run(settings))
        try:
            yield discord
        finally:
            if not running.done():
                os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(running, 30)


async def test_the_bot_serves_its_page_while_it_is_in_discord(settings: Settings) -> None:
    address = f"http://127.0.0.1:{settings.health_port}"
    async with in_discord(settings) as discord:
        await get_until(f"{address}/readyz", is_ready)
        await discord.send("INTERACTION_CREATE", ask_interaction("eggs in one basket"))
        text = await get_until(f"{address}/metrics", lambda _, text: "replies_total{" in text)
    metrics_read = samples(text)
    assert metrics_read["verbatim_replies_total ask answer"] == 1
    assert metrics_read["verbatim_articles"] == 26
    assert metrics_read["verbatim_shard_connected 0"] == 1
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(f"{address}/healthz")


async def test_a_lost_connection_makes_it_unready(settings: Settings) -> None:
    address = f"http://127.0.0.1:{settings.health_port}"
    async with in_discord(settings) as discord:
        await get_until(f"{address}/readyz", is_ready)
        await discord.close()
        page_text = await get_until(f"{address}/readyz", lambda status, _: status == 503)
    assert page_text == "Shard 0 is not connected.\n"


async def test_without_a_port_there_is_no_page(settings: Settings) -> None:
    async with in_discord(replace(settings, health_port=None)) as discord:
        await asyncio.wait_for(discord.connected.wait(), 30)
        with pytest.raises(aiohttp.ClientConnectionError):
            await get(f"http://127.0.0.1:{settings.health_port}/healthz")
