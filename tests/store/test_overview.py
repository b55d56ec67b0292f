"""The overview of whoever operates the bot: numbers and lists over all servers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.model import Brief, Notice, Schedule, Timetable
from bot.store import Store, Totals
from tests.support.store_methods import ARTICLE, LEASE, NOW

EARLY = NOW - timedelta(days=3)


async def schedule_of(store: Store, guild_id: int) -> Schedule:
    return await store.schedules.add(
        guild_id=guild_id,
        channel_id=guild_id * 10,
        topic="china",
        timetable=Timetable((time(9),), (0,), "UTC"),
        announce_empty=False,
        created_by=1,
        now=EARLY,
    )


async def follow(store: Store, key: str, at: datetime) -> None:
    await store.feeds.subscribe(1, url=key, key=key, title=None, by=1, now=at, limit=9)


async def fail(store: Store) -> None:
    feed = await store.feeds.claim(NOW, LEASE, "one")
    assert feed
    await store.feeds.record_failure(
        feed.id, owner="one", now=NOW, error="It is gone.", next_at=NOW + LEASE
    )


async def test_an_empty_database_has_nothing_to_tell(store: Store) -> None:
    assert await store.overview.get_totals(NOW) == Totals(0, 0, None, 0, None)
    assert await store.overview.list_schedules() == []
    assert await store.overview.list_waiting() == []


async def test_the_oldest_failure_counts_from_the_last_good_read(store: Store) -> None:
    await follow(store, "read", EARLY)
    feed = await store.feeds.claim(NOW, LEASE, "one")
    assert feed
    read = EARLY + timedelta(days=1)
    await store.feeds.record_poll(
        *(feed.id,), owner="one", now=read, next_at=NOW, title=None, etag=None, last_modified=None
    )
    assert await store.overview.get_totals(NOW) == Totals(1, 0, None, 0, None)
    await fail(store)
    assert await store.overview.get_totals(NOW) == Totals(1, 1, read, 0, None)


async def test_a_feed_that_was_never_read_has_failed_since_it_was_followed(store: Store) -> None:
    await follow(store, "never", EARLY)
    await follow(store, "later", NOW)
    await fail(store)
    await fail(store)
    assert await store.overview.get_totals(NOW) == Totals(2, 2, EARLY, 0, None)


async def test_what_waits_is_counted_over_all_servers_and_from_the_oldest(store: Store) -> None:
    schedules = [await schedule_of(store, guild_id) for guild_id in (1, 2)]
    for schedule, slot in zip(schedules, (NOW, NOW - LEASE), strict=True):
        await store.outbox.enqueue(schedule.id, slot)
    totals = await store.overview.get_totals(NOW)
    assert (totals.waiting, totals.due_since) == (2, NOW - LEASE)
    assert await store.overview.list_schedules() == [
        await store.schedules.get(schedule.guild_id, schedule.id) for schedule in schedules
    ]


async def test_a_row_says_who_has_it_and_how_often_it_was_tried(store: Store) -> None:
    schedule = await schedule_of(store, 1)
    await store.outbox.enqueue(schedule.id, NOW)
    claim = await store.outbox.claim_summary(NOW, LEASE, "one")
    (row,) = await store.overview.list_waiting()
    assert (row.kind, row.schedule_id, row.slot) == ("summary", schedule.id, NOW)
    assert (row.attempts, row.owner, row.available_at) == (1, "one", NOW + LEASE)
    assert claim
    await store.outbox.acknowledge(claim, "silent", (), NOW)
    assert await store.overview.list_waiting() == []


@pytest.mark.parametrize("paused", [True, False])
async def test_what_a_paused_schedule_has_waiting_is_listed_but_not_counted(
    store: Store, paused: bool
) -> None:
    schedule = await schedule_of(store, 1)
    await store.outbox.enqueue(schedule.id, NOW)
    if paused:
        await store.schedules.pause(1, schedule.id, "The channel is gone.")
    assert (await store.overview.get_totals(NOW)).waiting == (not paused)
    assert len(await store.overview.list_waiting()) == 1


async def test_what_a_watch_holds_back_is_counted_but_not_overdue(store: Store) -> None:
    watch = await store.watches.add(
        guild_id=1, channel_id=10, user_id=1, words="china", per_hour=1, now=EARLY
    )
    for number, at in enumerate((EARLY, EARLY + LEASE)):
        article = replace(ARTICLE, id=f"a{number}")
        notice = Notice(f"n{number}", "watch", at, 1, 10, Brief("t", "T"), watch_id=watch.id)
        await store.articles.add(
            *(1, article), text_hash=article.id, source=None, by=1, limit=9, notices=[notice]
        )
    first = await store.outbox.claim_notice(EARLY + LEASE, LEASE, "one")
    assert first
    await store.outbox.acknowledge(first, "posted", (), EARLY + LEASE)
    held_back = await store.overview.get_totals(EARLY + 2 * LEASE)
    assert (held_back.waiting, held_back.due_since) == (1, None)
    later = await store.overview.get_totals(EARLY + timedelta(hours=2))
    assert (later.waiting, later.due_since) == (1, EARLY + LEASE)
