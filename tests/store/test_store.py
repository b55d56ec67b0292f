"""The store's contract, on SQLite and PostgreSQL alike: what it keeps, and who may have it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import StatementError

from bot.errors import ScheduleError, StoreError
from bot.model import (
    Article,
    Brief,
    BriefPoint,
    Notice,
    Paragraph,
    Post,
    PostedQuote,
    Quote,
    Schedule,
    Span,
    Timetable,
)
from bot.store import NoticeClaim, Store, SummaryClaim
from bot.store.delivery.posted_quotes import MAX_QUOTES
from bot.store.delivery.schedules import MAX_PER_GUILD
from bot.store.engine import migrate
from bot.store.engine.database import Address, Database
from bot.store.schema import metadata
from tests.support.databases import close_store

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = 2 * MINUTE
MORNINGS = Timetable((time(9), time(18, 30)), (0, 1, 4), "Asia/Seoul")
WORDS = "Lee said: “균형” – 'not a choice' …\u00a0🇰🇷\n\t\\ \"end\""
STORY = Article("seoul-1", "A title", (Paragraph(f"Before. {WORDS} After."),), "file.txt")
QUOTE = Quote(STORY, 1, 8, 8 + len(WORDS), WORDS)
PLACE = PostedQuote("seoul-1", 1, 8, 8 + len(WORDS), WORDS)
BRIEF = Brief("china", "China", (BriefPoint(PLACE, (Span(0, 3), Span(4, 8)), (PLACE,)),))


async def add(store: Store, *, guild: int = 1, channel: int = 10, at: datetime = NOW) -> Schedule:
    return await store.schedules.add(
        guild_id=guild,
        channel_id=channel,
        topic="china",
        timetable=MORNINGS,
        announce_empty=True,
        created_by=2**63 - 1,
        now=at,
    )


async def enqueue(store: Store, schedule: Schedule, minutes: int) -> datetime:
    slot = NOW + minutes * MINUTE
    assert await store.outbox.enqueue(schedule.id, slot)
    return slot


async def claim(store: Store, minutes: int, owner: str = "one") -> SummaryClaim:
    """What is claimable so many minutes after NOW; there must be something."""
    claimed = await store.outbox.claim_summary(NOW + minutes * MINUTE, LEASE, owner)
    assert claimed is not None
    return claimed


async def nothing_to_claim(store: Store, minutes: int) -> bool:
    return await store.outbox.claim_summary(NOW + minutes * MINUTE, LEASE, "another") is None


# Schedules


async def test_a_schedule_comes_back_as_it_was_added(store: Store) -> None:
    added = await add(store, guild=2**63 - 1, channel=2**62)
    assert await store.schedules.get(2**63 - 1, added.id) == added
    assert added == Schedule(
        id=added.id,
        guild_id=2**63 - 1,
        channel_id=2**62,
        topic="china",
        timetable=MORNINGS,
        announce_empty=True,
        created_by=2**63 - 1,
        created_at=NOW,
        due_after=NOW,
    )


async def test_two_people_change_different_things_and_neither_loses_anything(store: Store) -> None:
    seen = await add(store)
    posted_daily = replace(MORNINGS, days=(0, 1, 2, 3, 4, 5, 6))
    await store.schedules.change(seen, replace(seen, timetable=posted_daily), NOW)
    changed = replace(
        seen, exclude="kites", max_quotes=3, titled=True, title="Kiting", role_id=2**62, form="post"
    )
    both = await store.schedules.change(seen, changed, NOW)
    assert both == replace(changed, timetable=posted_daily)
    assert await store.schedules.get(1, seen.id) == both
    assert await store.schedules.change(seen, seen, NOW) == both


@pytest.mark.parametrize("changes", [{"topic": "kites"}, {"max_quotes": 1}, {"title": None}])
async def test_of_two_people_who_change_the_same_thing_the_second_is_told(
    store: Store, changes: dict[str, Any]
) -> None:
    seen = await store.schedules.change(
        added := await add(store), replace(added, title="Kiting", max_quotes=2), NOW
    )
    first = replace(seen, topic="boats", max_quotes=5, title="Boating")
    await store.schedules.change(seen, first, NOW)
    with pytest.raises(ScheduleError, match="Someone else changed this summary"):
        await store.schedules.change(seen, replace(seen, form="post", **changes), NOW)
    assert await store.schedules.get(1, seen.id) == first


async def test_new_times_count_from_their_choice_and_no_slot_comes_back(store: Store) -> None:
    seen = await add(store)
    later = replace(seen, timetable=replace(MORNINGS, times=(time(10),)))
    assert (await store.schedules.change(seen, later, NOW + LEASE)).due_after == NOW + LEASE
    assert (await store.schedules.change(later, seen, NOW - LEASE)).due_after == NOW + LEASE


@pytest.mark.parametrize("is_composed", [False, True])
async def test_the_channel_stays_while_a_post_is_under_way(store: Store, is_composed: bool) -> None:
    seen = await add(store)
    await enqueue(store, seen, 1)
    held = await claim(store, 1)
    if is_composed:
        await store.outbox.store_brief(held, BRIEF)
        await store.outbox.release(held, NOW + LEASE)
    elsewhere = replace(seen, channel_id=11)
    with pytest.raises(
        ScheduleError, match="being posted right now, so its channel cannot be changed"
    ):
        await store.schedules.change(seen, elsewhere, NOW)
    await store.schedules.change(seen, replace(seen, max_quotes=1), NOW)
    held = held if not is_composed else await claim(store, 20)
    await store.outbox.acknowledge(held, "posted", (), NOW)
    assert (await store.schedules.change(seen, elsewhere, NOW)).channel_id == 11
    assert await store.outbox.has_posted(seen.id)


async def test_a_schedule_is_found_by_what_it_posts_where_and_when(store: Store) -> None:
    schedules, seen = store.schedules, await add(store)
    key = (1, 10, "china", None, MORNINGS)
    assert await schedules.find_identical(*key) == seen
    for number, other in enumerate((2, 11, "kites", "kites", replace(MORNINGS, weeks="2"))):
        differing: Any = (*key[:number], other, *key[number + 1 :])
        assert await schedules.find_identical(*differing) is None


async def test_everything_outlives_the_process(database_url: str) -> None:
    store = await Store.open(database_url)
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    held = await claim(store, 1)
    await store.outbox.store_brief(held, BRIEF)
    await store.set_meta("commands", "abc")
    await close_store(store)

    store = await Store.open(database_url)
    assert [found.id for found in await store.schedules.list(1)] == [schedule.id]
    assert (await claim(store, 10)).brief == BRIEF
    assert await store.get_meta("commands") == "abc"
    await close_store(store)


async def test_one_server_cannot_see_or_touch_anothers_schedules(store: Store) -> None:
    theirs = await add(store, guild=1)
    schedules = store.schedules
    for attempt in (
        schedules.get(2, theirs.id),
        schedules.pause(2, theirs.id),
        schedules.resume(2, theirs.id, NOW),
        schedules.remove(2, theirs.id),
    ):
        with pytest.raises(ScheduleError, match=f"no schedule {theirs.id}"):
            await attempt
    assert await schedules.list(2) == []
    assert await schedules.list(1) == [theirs]


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30, -(10**30)])
async def test_a_number_that_no_schedule_has_is_a_sentence(number: int, store: Store) -> None:
    with pytest.raises(ScheduleError, match=f"no schedule {number}"):
        await store.schedules.get(1, number)


async def test_a_removed_schedule_is_gone_with_its_slots_but_not_what_was_posted(
    store: Store,
) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    await store.outbox.acknowledge(await claim(store, 1), "posted", [QUOTE], NOW)
    await enqueue(store, schedule, 2)
    assert (await store.schedules.remove(1, schedule.id)).id == schedule.id
    assert await nothing_to_claim(store, 3)
    assert await store.schedules.list(1) == []
    assert await store.posted_quotes.for_channel(10) == [PLACE]


async def test_an_id_is_never_given_twice(store: Store) -> None:
    first = await add(store)
    await store.schedules.remove(1, first.id)
    assert (await add(store)).id != first.id


async def test_a_server_has_only_so_many_schedules(store: Store) -> None:
    for _ in range(MAX_PER_GUILD):
        await add(store)
    with pytest.raises(ScheduleError, match="which is the limit"):
        await add(store)
    await add(store, guild=2)


async def test_pausing_keeps_the_reason_and_resuming_forgets_it(store: Store) -> None:
    schedule = await add(store)
    paused = await store.schedules.pause(1, schedule.id, "The channel is gone.")
    assert (paused.paused, paused.pause_reason) == (True, "The channel is gone.")
    assert await store.schedules.list_active() == []
    resumed = await store.schedules.resume(1, schedule.id, NOW + MINUTE)
    assert (resumed.paused, resumed.pause_reason) == (False, None)
    assert await store.schedules.list_active() == [resumed]


async def test_resuming_starts_afresh_and_never_goes_back(store: Store) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 5)
    await store.schedules.pause(1, schedule.id)
    earlier = await store.schedules.resume(1, schedule.id, NOW)
    assert earlier.due_after == NOW + 5 * MINUTE
    assert await nothing_to_claim(store, 60)
    later = await store.schedules.resume(1, schedule.id, NOW + 9 * MINUTE)
    assert later.due_after == NOW + 9 * MINUTE


# The outbox


async def test_a_slot_is_enqueued_once(store: Store) -> None:
    schedule = await add(store)
    slot = await enqueue(store, schedule, 5)
    assert not await store.outbox.enqueue(schedule.id, slot)
    assert not await store.outbox.enqueue(schedule.id, slot - MINUTE)
    assert (await store.schedules.get(1, schedule.id)).due_after == slot


async def test_slots_are_enqueued_together_where_each_would_be_alone(store: Store) -> None:
    schedules = [await add(store, guild=guild) for guild in range(1, 6)]
    first, second, third, past, paused = (schedule.id for schedule in schedules)
    await enqueue(store, schedules[3], 5)
    await store.schedules.pause(5, paused)
    slot = NOW + 5 * MINUTE
    asked = [third, first, past, paused, second, 10**6]
    assert sorted(await store.outbox.enqueue_all(slot, asked)) == [first, second, third]
    assert not await store.outbox.enqueue_all(slot, asked)
    assert not await store.outbox.enqueue_all(slot, [])
    assert len(await store.overview.list_waiting()) == 4


async def test_of_what_was_settled_long_ago_the_brief_goes_and_the_row_stays(store: Store) -> None:
    schedule = await add(store)
    for minutes in (1, 3, 5):
        slot = await enqueue(store, schedule, minutes)
        claimed = await claim(store, minutes)
        assert await store.outbox.store_brief(claimed, BRIEF)
        if minutes < 5:
            settled_at = NOW + minutes * MINUTE
            assert await store.outbox.acknowledge(claimed, "posted", [QUOTE], settled_at)
    assert await store.outbox.prune(NOW + 2 * MINUTE) == 1
    assert await store.outbox.prune(NOW + 9 * MINUTE) == 1
    assert await store.outbox.prune(NOW + 9 * MINUTE) == 0
    assert (await claim(store, 9)).brief == BRIEF  # still open
    await store.schedules.rewind(schedule.id, NOW)
    assert not await store.outbox.enqueue(schedule.id, slot)
    assert len(await store.posted_quotes.for_channel(10)) == 2


async def test_of_a_channel_a_watch_posts_to_a_summary_and_of_it_a_watch_waits(
    store: Store,
) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    watch = await store.watches.add(
        guild_id=1, channel_id=10, user_id=1, words="ferry", per_hour=5, now=NOW
    )
    claimed = await store.outbox.claim_next(NOW + MINUTE, LEASE, "one")
    assert isinstance(claimed, SummaryClaim)
    notice = Notice("key", "watch", NOW, 1, 10, BRIEF, watch_id=watch.id)
    await store.articles.add(
        1,
        replace(STORY, added_at=NOW),
        text_hash="1",
        source=None,
        by=None,
        limit=None,
        notices=[notice],
    )
    assert await store.outbox.claim_next(NOW + MINUTE, LEASE, "two") is None
    assert await store.outbox.acknowledge(claimed, "posted", [QUOTE], NOW + MINUTE)
    assert isinstance(await store.outbox.claim_next(NOW + MINUTE, LEASE, "two"), NoticeClaim)


async def test_many_that_write_at_once_take_turns(store: Store) -> None:
    await asyncio.gather(*(store.set_meta(f"key {number}", "value") for number in range(40)))
    assert await store.get_meta("key 39") == "value"


async def test_nothing_is_enqueued_for_a_paused_or_removed_schedule(store: Store) -> None:
    schedule = await add(store)
    await store.schedules.pause(1, schedule.id)
    assert not await store.outbox.enqueue(schedule.id, NOW + MINUTE)
    await store.schedules.remove(1, schedule.id)
    assert not await store.outbox.enqueue(schedule.id, NOW + MINUTE)


async def test_a_claim_excludes_others_until_its_lease_ends(store: Store) -> None:
    schedule = await add(store)
    slot = await enqueue(store, schedule, 5)
    assert await nothing_to_claim(store, 4)
    first = await claim(store, 5)
    assert (first.slot, first.attempt, first.brief) == (slot, 1, None)
    assert first.schedule == await store.schedules.get(1, schedule.id)
    assert await nothing_to_claim(store, 6)
    assert (await claim(store, 7)).attempt == 2


async def test_a_lapsed_claim_changes_nothing(store: Store) -> None:
    await enqueue(store, await add(store), 1)
    lapsed = await claim(store, 1)
    held = await claim(store, 3)
    outbox = store.outbox
    assert not await outbox.store_brief(lapsed, BRIEF)
    assert not await outbox.release(lapsed, NOW)
    assert not await outbox.suspend(lapsed, "The channel is gone.", NOW)
    assert not await outbox.acknowledge(lapsed, "silent", [], NOW)
    assert not (await store.schedules.get(1, held.schedule.id)).paused
    assert await outbox.store_brief(held, BRIEF)


async def test_quotes_that_were_posted_are_noted_even_if_the_claim_lapsed(store: Store) -> None:
    await enqueue(store, await add(store), 1)
    lapsed = await claim(store, 1)
    await claim(store, 3)
    assert not await store.outbox.acknowledge(lapsed, "posted", [QUOTE], NOW)
    assert await store.posted_quotes.for_channel(10) == [PLACE]


async def test_a_stored_brief_comes_back_character_for_character(store: Store) -> None:
    await enqueue(store, await add(store), 1)
    assert await store.outbox.store_brief(await claim(store, 1), BRIEF)
    assert (await claim(store, 3)).brief == BRIEF


async def test_what_a_channel_has_had_is_its_own_and_in_order(store: Store) -> None:
    await enqueue(store, await add(store, channel=10), 1)
    second = Quote(STORY, 1, 0, 7, "Before.")
    assert await store.outbox.acknowledge(await claim(store, 1), "posted", [QUOTE], NOW)
    await store.posted_quotes.record(Post("summary", 1, 10, 99), [second], NOW)
    assert await store.posted_quotes.for_channel(10) == [
        PLACE,
        PostedQuote("seoul-1", 1, 0, 7, "Before."),
    ]
    assert await store.posted_quotes.for_channel(11) == []
    assert await nothing_to_claim(store, 60)


async def test_of_an_old_channel_the_newest_quotes_are_read(store: Store) -> None:
    quotes = [replace(QUOTE, start=number) for number in range(MAX_QUOTES + 7)]
    await store.posted_quotes.record(Post("summary", 1, 10, 99), quotes, NOW)
    read = await store.posted_quotes.for_channel(10)
    assert [quote.start for quote in read] == list(range(7, MAX_QUOTES + 7))


async def test_a_slot_is_settled_and_its_quotes_noted_together_or_not_at_all(store: Store) -> None:
    await enqueue(store, await add(store), 1)
    held = await claim(store, 1)
    unstorable = Quote(STORY, 1, 0, 1, "\ud800")  # half a character: no database takes it
    with pytest.raises((UnicodeEncodeError, StoreError)):
        await store.outbox.acknowledge(held, "posted", [QUOTE, unstorable], NOW)
    assert await store.posted_quotes.for_channel(10) == []
    assert (await claim(store, 3)).slot == held.slot


@pytest.mark.parametrize("is_lapsed", [False, True])
async def test_a_post_that_ends_after_all_was_deleted_leaves_nothing(
    is_lapsed: bool, store: Store
) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    held = await claim(store, 1)
    if is_lapsed:
        await claim(store, 10, "another")
    await store.guilds.delete(1)
    assert not await store.outbox.acknowledge(held, "posted", [QUOTE], NOW)
    assert await store.posted_quotes.for_channel(10) == []
    assert await store.guilds.list_known() == []


async def test_a_released_slot_waits_for_its_next_try(store: Store) -> None:
    await enqueue(store, await add(store), 1)
    assert await store.outbox.release(await claim(store, 1), NOW + 30 * MINUTE)
    assert await nothing_to_claim(store, 29)
    assert (await claim(store, 30)).attempt == 2


async def test_a_refused_slot_holds_back_nothing_and_is_skipped_by_a_later_post(
    store: Store,
) -> None:
    refused, other = await add(store), await add(store)
    await enqueue(store, refused, 1)
    held = await claim(store, 1)
    assert await store.outbox.store_brief(held, BRIEF)
    assert await store.outbox.release_refused(held, "Blocked.", NOW, NOW + 60 * MINUTE)
    await enqueue(store, other, 2)
    neighbour = await claim(store, 2)
    assert neighbour.schedule.id == other.id
    await enqueue(store, refused, 3)
    assert await nothing_to_claim(store, 3)  # the other's delivery to the channel is under way
    await store.outbox.acknowledge(neighbour, "silent", [], NOW + 3 * MINUTE)
    newer = await claim(store, 5)
    assert (newer.slot, newer.was_refused) == (NOW + 3 * MINUTE, False)
    await store.outbox.acknowledge(newer, "posted", [QUOTE], NOW + 5 * MINUTE)
    assert await nothing_to_claim(store, 90)


async def test_a_refused_slot_comes_again_and_once_set_aside_no_more(store: Store) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    held = await claim(store, 1)
    assert await store.outbox.store_brief(held, BRIEF)
    assert await store.outbox.release_refused(held, "Blocked.", NOW, NOW + 5 * MINUTE)
    again = await claim(store, 6)
    assert (again.was_refused, again.brief) == (True, BRIEF)
    assert await store.outbox.release(again, NOW + 7 * MINUTE)
    last = await claim(store, 8)
    assert not last.was_refused
    assert await store.outbox.set_aside(last, "Blocked.", NOW + 8 * MINUTE)
    assert not await store.outbox.set_aside(last, "Blocked.", NOW + 8 * MINUTE)
    assert await nothing_to_claim(store, 90)
    word = await store.outbox.claim_notice(NOW + 9 * MINUTE, LEASE, "one")
    assert word is not None
    assert (word.notice.kind, word.notice.reason) == ("refused", "Blocked.")
    assert word.notice.user_id == schedule.created_by


async def test_suspending_pauses_the_schedule_and_delivers_nothing(store: Store) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    assert await store.outbox.suspend(await claim(store, 1), "The channel is gone.", NOW)
    paused = await store.schedules.get(1, schedule.id)
    assert (paused.paused, paused.pause_reason) == (True, "The channel is gone.")
    assert await nothing_to_claim(store, 60)


async def test_of_a_pause_whoever_made_the_schedule_is_told_once(store: Store) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    held = await claim(store, 1)
    assert await store.outbox.suspend(held, "The channel is gone.", NOW)
    assert not await store.outbox.suspend(held, "The channel is gone.", NOW)
    told = await store.outbox.claim_notice(NOW, LEASE, "one")
    assert told is not None
    assert told.notice == Notice(
        key=f"paused:{held.id}",
        kind="paused",
        happened_at=NOW,
        guild_id=1,
        channel_id=10,
        user_id=2**63 - 1,
        brief=Brief("china", "china"),
        reason="The channel is gone.",
    )
    assert await store.outbox.acknowledge(told, "posted", (), NOW)
    await store.schedules.resume(1, schedule.id, NOW)
    assert await store.outbox.claim_notice(NOW + 60 * MINUTE, LEASE, "one") is None


async def test_two_that_claim_at_once_never_have_two_slots_of_one_channel(
    store: Store, store_url: str
) -> None:
    other = await Store.open(store_url)
    for number in range(20):
        await enqueue(store, await add(store, guild=number, channel=100 + number // 2), 1)
    for _ in range(10):
        moment = NOW + MINUTE
        claims = await asyncio.gather(
            *(
                each.outbox.claim_summary(moment, LEASE, "x")
                for each in (store, other, store, other)
            )
        )
        held = [claim for claim in claims if claim is not None]
        assert len({claim.schedule.channel_id for claim in held}) == len(held)
        for claim in held:
            await store.outbox.acknowledge(claim, "silent", (), NOW)
    await close_store(other)


async def test_of_several_open_slots_only_the_latest_is_delivered(store: Store) -> None:
    schedule = await add(store)
    await enqueue(store, schedule, 1)
    latest = await enqueue(store, schedule, 2)
    held = await claim(store, 2)
    assert held.slot == latest
    await store.outbox.acknowledge(held, "silent", [], NOW)
    assert await nothing_to_claim(store, 60)


async def test_a_slot_that_may_have_been_posted_is_ended_before_a_later_one(store: Store) -> None:
    schedule = await add(store)
    early = await enqueue(store, schedule, 1)
    held = await claim(store, 1)
    await store.outbox.store_brief(held, BRIEF)
    await store.outbox.release(held, NOW + 30 * MINUTE)
    late = await enqueue(store, schedule, 2)
    assert await nothing_to_claim(store, 29)
    again = await claim(store, 30)
    assert (again.slot, again.brief) == (early, BRIEF)
    await store.outbox.acknowledge(again, "posted", [QUOTE], NOW)
    assert (await claim(store, 30)).slot == late


async def test_one_delivery_to_a_channel_at_a_time(store: Store) -> None:
    first, second = await add(store, channel=10), await add(store, channel=10)
    elsewhere = await add(store, channel=11)
    for minutes, schedule in enumerate((first, second, elsewhere), start=1):
        await enqueue(store, schedule, minutes)
    held = await claim(store, 3)
    assert held.schedule.id == first.id
    assert (await claim(store, 3)).schedule.id == elsewhere.id
    assert await nothing_to_claim(store, 3)
    await store.outbox.acknowledge(held, "silent", [], NOW)
    assert (await claim(store, 3)).schedule.id == second.id


async def test_a_paused_schedule_does_not_hold_up_its_channel(store: Store) -> None:
    stuck, other = await add(store), await add(store)
    await enqueue(store, stuck, 1)
    held = await claim(store, 1)
    await store.outbox.store_brief(held, BRIEF)
    await store.outbox.release(held, NOW + 30 * MINUTE)
    await enqueue(store, other, 2)
    assert await nothing_to_claim(store, 2)
    await store.schedules.pause(1, stuck.id)
    assert (await claim(store, 2)).schedule.id == other.id


async def test_processes_that_claim_at_once_share_the_slots_out(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    schedules = [await add(stores[0], channel=channel) for channel in range(6)]
    for schedule in schedules:
        await enqueue(stores[0], schedule, 1)

    async def claim_all(store: Store, owner: str) -> list[SummaryClaim]:
        held = []
        while claimed := await store.outbox.claim_summary(NOW + MINUTE, LEASE, owner):
            held.append(claimed)
        return held

    shares = await asyncio.gather(*(claim_all(store, str(n)) for n, store in enumerate(stores)))
    claimed = [claimed.schedule.id for share in shares for claimed in share]
    for store in stores:
        await close_store(store)
    assert sorted(claimed) == [schedule.id for schedule in schedules]


# Moments, notes, and the schema itself


async def test_a_moment_without_a_zone_is_refused_and_any_zone_comes_back_as_utc(
    store: Store,
) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        await add(store, at=datetime(2026, 3, 2, 9, 30))  # noqa: DTZ001
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    added = await add(store, at=seoul)
    assert added.created_at == NOW
    assert added.created_at.utcoffset() == timedelta(0)


async def test_a_note_is_kept_until_it_is_replaced(store: Store) -> None:
    assert await store.get_meta("commands") is None
    await store.set_meta("commands", "first")
    await store.set_meta("commands", "second")
    await store.set_meta("other", "")
    assert await store.get_meta("commands") == "second"
    assert await store.get_meta("other") == ""


async def test_the_migrations_build_the_schema_that_the_code_uses(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store._database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_the_first_version_kept_is_still_there(database_url: str) -> None:
    database = Database(Address.parse(database_url), patience=10)

    def build(connection: Connection) -> None:
        config = Config()
        config.set_main_option(
            "script_location", str(Path(migrate.__file__).parents[1] / "migrations")
        )
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    async with database.writing() as connection:
        await connection.run_sync(build)
        await connection.execute(
            text(
                "INSERT INTO schedules VALUES (7, 1, 10, 'china', '09:00', '0', 'UTC', false, 5,"
                " '2026-03-01 09:00:00', '2026-03-02 09:00:00', false, NULL)"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO outbox (schedule_id, slot, available_at, attempts)"
                " VALUES (7, '2026-03-02 09:00:00', '2026-03-02 09:00:00', 0)"
            )
        )
        for channel in (10, 11):
            await connection.execute(
                text(
                    'INSERT INTO posted (channel_id, article_id, paragraph, start, "end", text,'
                    f" title, posted_at) VALUES ({channel}, 'a', 1, 0, 1, 'x', 'T',"
                    " '2026-03-01 09:00:00')"
                )
            )
    await database.close()
    store = await Store.open(database_url)
    assert (await claim(store, 24 * 60)).schedule.id == 7
    assert await store.posted_quotes.for_channel(10) == await store.posted_quotes.for_channel(11)
    assert (await store.guilds.count_stored(1)).posted == 1
    await close_store(store)


async def test_a_database_newer_than_the_code_is_refused_and_left_alone(database_url: str) -> None:
    store = await Store.open(database_url)
    async with store._database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await close_store(store)
    for _ in range(2):
        with pytest.raises(StoreError, match="newer version of Verbatim"):
            await Store.open(database_url)


OPEN_AND_USE = """
import asyncio, sys
from bot.store import Store

async def use():
    store = await Store.open(sys.argv[1], patience=60)
    await store.set_meta(sys.argv[2], "opened")
    await store.close()

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(use())
"""


async def test_four_processes_may_open_a_fresh_database_at_once(database_url: str) -> None:
    names = ("one", "two", "three", "four")
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN_AND_USE, database_url, name, stdin=pipe, stdout=pipe
        )
        for name in names
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    store = await Store.open(database_url)
    assert [await store.get_meta(name) for name in names] == ["opened"] * 4
    await close_store(store)
