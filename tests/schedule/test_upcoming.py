"""What schedules have before them, and `verbatim schedule`, beside bots that deliver."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.errors import ScheduleError
from bot.model import Schedule, Timetable
from bot.schedule.upcoming import UpcomingSummary, list_upcoming, make_due
from bot.store import Store
from tests.support.simulation import Server
from tests.support.store_methods import build_scene

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLOT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEASE = timedelta(minutes=2)


async def daily(store: Store, at: time = time(9), zone: str = "UTC", guild: int = 1) -> Schedule:
    return await store.schedules.add(
        guild_id=guild,
        channel_id=10,
        topic="china",
        timetable=Timetable((at,), (0, 1, 2, 3, 4, 5, 6), zone),
        announce_empty=False,
        created_by=1,
        now=MADE,
    )


async def seen(store: Store, now: datetime) -> Sequence[UpcomingSummary]:
    found, _ = await list_upcoming(store, now)
    return found


async def test_a_schedule_is_due_from_its_slot_until_it_is_settled(store: Store) -> None:
    schedule = await daily(store)
    (before,) = await seen(store, SLOT - LEASE)
    assert (before.next_slot, before.due_since, before.is_due) == (SLOT, None, False)
    (come,) = await seen(store, SLOT + LEASE)
    tomorrow = SLOT + timedelta(days=1)
    assert (come.next_slot, come.due_since, come.is_due) == (tomorrow, SLOT, True)
    await store.outbox.enqueue(schedule.id, SLOT)
    (taken,) = await seen(store, SLOT + LEASE)
    assert (taken.due_since, [row.slot for row in taken.waiting]) == (None, [SLOT])
    assert taken.is_due
    claim = await store.outbox.claim_summary(SLOT + LEASE, LEASE, "one")
    assert claim
    await store.outbox.acknowledge(claim, "silent", (), SLOT + LEASE)
    (settled,) = await seen(store, SLOT + LEASE)
    assert (settled.waiting, settled.is_due) == ([], False)


async def test_a_paused_schedule_is_never_due(store: Store) -> None:
    schedule = await daily(store)
    await store.outbox.enqueue(schedule.id, SLOT)
    await store.schedules.pause(1, schedule.id)
    (found,) = await seen(store, SLOT + timedelta(days=3))
    assert (found.next_slot, found.due_since, found.is_due) == (None, None, False)
    assert len(found.waiting) == 1


async def test_a_zone_that_is_unknown_here_hides_no_other_schedule(store: Store) -> None:
    await daily(store, zone="Mars/Olympus")
    await daily(store)
    unknown, known = await seen(store, SLOT + LEASE)
    assert (unknown.next_slot, unknown.due_since) == (None, None)
    assert known.due_since == SLOT


async def test_notices_are_apart_from_schedules(store: Store) -> None:
    await build_scene(store)
    (of_schedule,), (notice,) = await list_upcoming(store, SLOT)
    assert [row.kind for row in of_schedule.waiting] == ["summary"]
    assert notice.kind == "watch"


async def test_what_is_put_forward_stands_for_the_slot_that_came(store: Store) -> None:
    schedule = await daily(store)
    now = SLOT + timedelta(seconds=3)
    assert (await make_due(store, schedule.id, now)).id == schedule.id
    (found,) = await seen(store, now)
    assert (found.due_since, [row.slot for row in found.waiting]) == (None, [now])
    assert found.next_slot == SLOT + timedelta(days=1)


async def test_what_is_unknown_or_paused_is_not_put_forward(store: Store) -> None:
    schedule = await daily(store)
    with pytest.raises(ScheduleError, match="There is no schedule 99999999999"):
        await make_due(store, 99999999999, SLOT)
    await store.schedules.pause(1, schedule.id)
    with pytest.raises(ScheduleError, match="is paused"):
        await make_due(store, schedule.id, SLOT)
    assert await store.overview.list_waiting() == []


async def test_a_clock_that_goes_back_puts_nothing_forward(store: Store) -> None:
    schedule = await daily(store)
    await make_due(store, schedule.id, SLOT)
    with pytest.raises(ScheduleError, match="past this moment already"):
        await make_due(store, schedule.id, SLOT - LEASE)
    assert len(await store.overview.list_waiting()) == 1


# Beside a bot that delivers


def posts(server: Server) -> int:
    """How many messages the bot has sent of its own accord."""
    return sum(
        sent.method == "POST" and sent.path == f"/channels/{server.channel.id}/messages"
        for sent in server.env.http_requests
    )


async def test_the_running_bot_posts_what_is_put_forward_once(server: Server) -> None:
    await server.schedule()
    store, clock = server.client.store, server.clock
    (schedule,) = await store.overview.list_schedules()
    clock.now += timedelta(minutes=5)
    await make_due(store, schedule.id, clock.now)
    await server.client.delivery.run_due()
    await server.client.delivery.run_due()
    assert posts(server) == 1
    clock.now += timedelta(days=1)
    await server.client.delivery.run_due()
    assert not await store.overview.list_waiting()
    assert posts(server) == 1  # nothing new by then


async def test_two_who_put_it_forward_beside_its_slot_make_one_post(server: Server) -> None:
    await server.schedule()
    store, clock = server.client.store, server.clock
    (schedule,) = await store.overview.list_schedules()
    clock.now += timedelta(hours=1)
    moments = [clock.now + timedelta(microseconds=each) for each in (1, 2)]
    clock.now += timedelta(seconds=1)
    await asyncio.gather(
        server.client.delivery.run_due(),
        *(make_due(store, schedule.id, moment) for moment in moments),
        return_exceptions=True,  # the one that comes late is refused
    )
    await server.client.delivery.run_due()
    assert posts(server) == 1


# In the terminal


class Terminal:
    def __init__(self, database: Path) -> None:
        self.database = database

    async def __call__(self, *arguments: str) -> Result:
        runner = CliRunner(env={"VERBATIM_DATABASE": str(self.database)})
        return await asyncio.to_thread(runner.invoke, main, ["schedule", *arguments])


@pytest.fixture
def verbatim(tmp_path: Path, empty_database: Path) -> Terminal:
    return Terminal(shutil.copyfile(empty_database, tmp_path / "verbatim.sqlite3"))


async def test_the_terminal_lists_the_schedules_of_all_servers(verbatim: Terminal) -> None:
    store = await Store.open(str(verbatim.database))
    one, other = await daily(store, guild=1), await daily(store, time(18, 30), "Asia/Seoul", 2)
    await store.outbox.enqueue(other.id, SLOT)
    await store.schedules.pause(2, other.id, "The channel is gone.")
    result = await verbatim()
    await store.close()
    assert result.exit_code == 0, result.output
    first, second = result.stdout.split(f"{other.id}  china")
    assert first.startswith(f"{one.id}  china, every day at 09:00 (UTC)\n")
    assert "  channel 10 of server 1\n  next 20" in first
    assert "no bot has picked it up" in first
    assert "every day at 18:30 (Asia/Seoul)" in second
    assert second.endswith("  paused. The channel is gone.\n")


async def test_the_terminal_says_what_a_schedule_leaves_out_and_how_it_looks(
    verbatim: Terminal,
) -> None:
    store = await Store.open(str(verbatim.database))
    plain = await daily(store)
    wanted = replace(plain, exclude="drones, jets", max_quotes=1, titled=True, title="Kites")
    await store.schedules.change(plain, replace(wanted, form="post", role_id=7), SLOT)
    result = await verbatim()
    await store.close()
    assert result.stdout.startswith(f"{plain.id}  china but not drones, jets, every day at 09:00")
    look = "at most 1 quote, title line “Kites”, a thread each, mentions role 7"
    assert f"\n  {look}\n" in result.stdout


async def test_the_terminal_shows_what_waits_and_how_often_it_was_tried(
    verbatim: Terminal,
) -> None:
    store = await Store.open(str(verbatim.database))
    scene = await build_scene(store)
    await store.outbox.release(scene.slot, datetime(2999, 1, 1, tzinfo=UTC))
    await daily(store, guild=3)
    await store.schedules.pause(3, 2)
    result = await verbatim("--due")
    await store.close()
    assert "china, every Monday at 09:00 (Asia/Seoul)" in result.stdout
    assert "attempts: 1, next try 2999-01-01 00:00 UTC" in result.stdout
    assert "\nwatch waiting for " in result.stdout
    assert "server 3" not in result.stdout


async def test_the_terminal_puts_one_forward(verbatim: Terminal) -> None:
    assert (await verbatim()).stdout == "There are no schedules.\n"
    store = await Store.open(str(verbatim.database))
    schedule = await daily(store)
    await store.outbox.enqueue(schedule.id, SLOT)
    ran = await verbatim("run", str(schedule.id))
    waiting = await store.overview.list_waiting()
    await store.close()
    assert ran.exit_code == 0, ran.output
    assert f"Schedule {schedule.id} is due now." in ran.stdout
    assert len(waiting) == 2


async def test_the_terminal_says_what_cannot_be_put_forward(verbatim: Terminal) -> None:
    result = await verbatim("run", "5")
    assert result.exit_code == 2
    assert result.stderr == "There is no schedule 5; `verbatim schedule` lists the schedules.\n"
    assert (await verbatim("--due")).stdout == "Nothing is due.\n"
