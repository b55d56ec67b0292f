"""What is kept of a server, and that none of it outlives its deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Table, func, select

from bot.model import (
    SHARED,
    Article,
    Brief,
    Notice,
    Paragraph,
    Post,
    Preferences,
    Quote,
    Source,
    Timetable,
    Topic,
)
from bot.store import Store, StoredCounts
from bot.store.library.changes import CHOICES
from bot.store.schema import metadata
from tests.support.databases import close_store
from tests.support.stored_rows import read_feeds

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE, THERE = 2**62, 2**62 + 1
STORY = Article("1", "T", (Paragraph("P"),), "a", added_at=NOW)
OWNERS = {"guild_id", "collection"}
NOBODYS = {
    "meta",  # Verbatim's own notes
    "feeds",  # addresses; they go with the last who follows them
}


async def fill(store: Store, guild_id: int) -> None:
    """Leave something of the server in every table that has something of servers."""
    feed, _ = await store.feeds.subscribe(
        guild_id, url="u", key=f"key of {guild_id}", title=None, by=None, now=NOW, limit=None
    )
    await store.feeds.subscribe(
        guild_id, url="u", key="everybody's", title=None, by=None, now=NOW, limit=None
    )
    await store.feeds.record_seen(feed.id, guild_id, {"1": "a"}, NOW)
    article = replace(STORY, id=f"1 of {guild_id}")
    source = Source("a", "a", NOW, feed_id=feed.id)
    watch = await store.watches.add(
        guild_id=guild_id, channel_id=guild_id, user_id=1, words="w", per_hour=1, now=NOW
    )
    notice = Notice(
        f"watch:{watch.id}:1",
        "watch",
        NOW,
        guild_id,
        guild_id,
        Brief("w", "W"),
        watch_id=watch.id,
    )
    await store.articles.add(
        guild_id, article, text_hash="h", source=source, by=1, limit=None, notices=[notice]
    )
    await store.articles.edit(
        article.id, replace(article, title="New"), text_hash="h", now=NOW + MINUTE
    )
    schedule = await store.schedules.add(
        guild_id=guild_id,
        channel_id=guild_id,
        topic="china",
        timetable=Timetable((time(9),), (0,), "Asia/Seoul"),
        announce_empty=False,
        created_by=1,
        now=NOW,
    )
    await store.outbox.enqueue(schedule.id, NOW + MINUTE)
    post = Post("reply", guild_id, guild_id, 7)
    await store.posted_quotes.record(post, [Quote(article, 1, 0, 1, "P")], NOW)
    await store.preferences.put(guild_id, Preferences(private=True))
    await store.gaps.record(guild_id, "words", command="ask", only_related=False, now=NOW)
    await store.feedback.record(guild_id, guild_id, 1, words="words", useful=True, now=NOW)
    await store.topics.add(guild_id, Topic("moons", "Moons"), by=1, now=NOW)
    await store.guilds.record_welcome(guild_id, NOW)
    await store.guilds.record_departure(guild_id, NOW)


def owned_tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if OWNERS & set(table.c.keys())]


async def rows_of(store: Store, guild_id: int) -> dict[str, int]:
    """How many rows of each table say that they are the server's."""
    counts = {}
    async with store._database.reading() as connection:
        for table in owned_tables():
            (owner,) = (column for column in table.c if column.name in OWNERS)
            query = select(func.count()).where(owner == guild_id)
            counts[table.name] = await connection.scalar(query) or 0
    return counts


async def sizes(store: Store) -> dict[str, int]:
    async with store._database.reading() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


# Deletion


async def test_nothing_of_a_deleted_server_is_left_and_nothing_of_others_lost(store: Store) -> None:
    await fill(store, THERE)
    before, theirs = await sizes(store), await rows_of(store, THERE)
    await fill(store, HERE)
    ours = await rows_of(store, HERE)
    assert all(ours.values()), f"fill() leaves nothing in some tables: {ours}"

    assert await store.guilds.delete(HERE) == StoredCounts(1, 2, 1, 1, 1, 1, 1, 1)
    left, after = await rows_of(store, HERE), await sizes(store)
    for counts in (left, before, after):
        del counts["changes"]  # the queue goes on, and says only that there was something
    assert not any(left.values()), left
    assert after == before
    assert await rows_of(store, THERE) == theirs
    assert await store.guilds.delete(HERE) == StoredCounts()


def test_no_table_is_forgotten_when_a_server_is_deleted() -> None:
    """A table says whose a row is, or goes with one that does, or is nobody's."""
    for table in metadata.sorted_tables:
        parents = [key.column.table for key in table.foreign_keys if key.ondelete == "CASCADE"]
        assert (
            table in owned_tables()
            or any(parent in owned_tables() for parent in parents)
            or table.name in NOBODYS
        ), f"rows of {table.name} would outlive their server"


async def test_every_index_hears_that_the_articles_are_gone(store: Store) -> None:
    await fill(store, HERE)
    last, _ = await store.articles.load()
    await store.guilds.delete(HERE)
    change, choices = await store.articles.list_changes(last) or ()
    assert (choices.collection, choices.article_id) == (HERE, CHOICES)
    assert (change.collection, change.article) == (HERE, None)
    assert await store.articles.load() == (choices.seq, [])


async def test_a_feed_that_others_follow_stays(store: Store) -> None:
    for guild_id in (HERE, THERE):
        await fill(store, guild_id)
    await store.guilds.delete(HERE)
    followed = {feed.key: feed.collections for feed in await read_feeds(store)}
    assert followed == {f"key of {THERE}": (THERE,), "everybody's": (THERE,)}


async def test_what_all_share_is_no_servers(store: Store) -> None:
    await store.articles.add(SHARED, STORY, text_hash="h", source=None, by=None, limit=None)
    assert await store.guilds.list_known() == []
    await fill(store, HERE)
    await store.guilds.delete(HERE)
    assert (await store.articles.get(SHARED, "1")).article == STORY


# Leaving and coming back


async def test_a_server_is_known_as_long_as_anything_of_it_is_kept(store: Store) -> None:
    for guild_id in (THERE, HERE):
        await fill(store, guild_id)
    await store.guilds.record_departure(1, NOW)
    assert await store.guilds.list_known() == [1, HERE, THERE]
    await store.guilds.delete(HERE)
    await store.guilds.clear_departure(1)
    assert await store.guilds.list_known() == [THERE]


async def test_a_server_is_due_for_deletion_when_it_has_been_away_long_enough(store: Store) -> None:
    await store.guilds.record_departure(HERE, NOW + MINUTE)
    await store.guilds.record_departure(THERE, NOW)
    await store.guilds.record_departure(THERE, NOW + 9 * MINUTE)  # it was noted already
    assert await store.guilds.list_due_for_deletion(NOW) == []
    assert await store.guilds.list_due_for_deletion(NOW + MINUTE) == [THERE]
    assert await store.guilds.list_due_for_deletion(NOW + 2 * MINUTE) == [THERE, HERE]
    await store.guilds.clear_departure(THERE)
    assert await store.guilds.list_due_for_deletion(NOW + 2 * MINUTE) == [HERE]


@pytest.mark.parametrize("departed", [(), (THERE,), (HERE, THERE)], ids=["none", "one", "all"])
async def test_the_departures_of_many_servers_are_recorded_once(
    store: Store, departed: tuple[int, ...]
) -> None:
    for guild_id in departed:
        await store.guilds.record_departure(guild_id, NOW)
    await store.guilds.record_departures({THERE, HERE}, NOW + MINUTE)
    assert {*await store.guilds.list_due_for_deletion(NOW + MINUTE)} == {*departed}
    assert {*await store.guilds.list_due_for_deletion(NOW + 2 * MINUTE)} == {HERE, THERE}


async def test_what_was_paused_goes_on_in_a_server_that_comes_back(store: Store) -> None:
    for guild_id in (HERE, THERE):
        await fill(store, guild_id)
        await store.guilds.clear_departure(guild_id)
        [schedule] = await store.schedules.list(guild_id)
        await store.schedules.pause(guild_id, schedule.id, "The channel is gone.")
    await store.guilds.clear_departure(HERE)  # it had never left
    assert [each.paused for each in await store.schedules.list(HERE)] == [True]
    await store.guilds.record_departure(HERE, NOW)
    await store.guilds.clear_departure(HERE)
    [schedule] = await store.schedules.list(HERE)
    assert (schedule.paused, schedule.pause_reason) == (False, None)
    assert [each.paused for each in await store.schedules.list(THERE)] == [True]
    await store.schedules.pause(HERE, schedule.id)  # a person does
    await store.guilds.record_departure(HERE, NOW)
    await store.guilds.clear_departure(HERE)
    assert [each.paused for each in await store.schedules.list(HERE)] == [True]


async def test_of_the_servers_that_are_there_those_that_had_left_are_taken_up(store: Store) -> None:
    for guild_id in (HERE, THERE):
        await fill(store, guild_id)
        await store.guilds.record_departure(guild_id, NOW)
    await store.guilds.note_present([HERE, 10**6])
    await store.guilds.note_present([])
    assert await store.guilds.list_due_for_deletion(NOW + timedelta(days=1)) == [THERE]


async def test_what_is_kept_is_counted_for_each_server_apart(store: Store) -> None:
    assert await store.guilds.count_stored(HERE) == StoredCounts()
    await fill(store, HERE)
    assert await store.guilds.count_stored(HERE) == StoredCounts(1, 2, 1, 1, 1, 1, 1, 1)
    assert await store.guilds.count_stored(THERE) == StoredCounts()


# Coming for the first time


async def test_a_server_is_welcomed_once_until_its_data_is_deleted(store: Store) -> None:
    assert await store.guilds.record_welcome(HERE, NOW)
    assert await store.guilds.record_welcome(THERE, NOW)
    assert not await store.guilds.record_welcome(HERE, NOW + MINUTE)
    assert await store.guilds.list_known() == [HERE, THERE]
    await store.guilds.delete(HERE)
    assert await store.guilds.record_welcome(HERE, NOW + MINUTE)


# Two processes that store the same for the first time

FIRSTS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "the commands synced": lambda store: store.set_meta("commands:1", "abc"),
    "preferences": lambda store: store.preferences.put(1, Preferences(private=True)),
    "a welcome": lambda store: store.guilds.record_welcome(1, NOW),
    "a departure": lambda store: store.guilds.record_departure(1, NOW),
    "an unanswered question": lambda store: store.gaps.record(
        1, "Who rang?", command="ask", only_related=False, now=NOW
    ),
    "a rating": lambda store: store.feedback.record(1, 7, 9, words="bells", useful=True, now=NOW),
}


@pytest.mark.parametrize("what", FIRSTS)
async def test_processes_that_store_the_same_at_once_do_not_collide(
    what: str, store: Store, store_url: str
) -> None:
    other = await Store.open(store_url)
    stored = await asyncio.gather(*(FIRSTS[what](each) for each in [store, other] * 8))
    await close_store(other)
    if what in ("a welcome", "a departure"):
        assert sum(map(bool, stored)) == (what == "a welcome")
    assert [gap.times for gap in await store.gaps.list(1)] == [16] * (what.startswith("an un"))
    assert [rating.useful for rating in await store.feedback.list(1)] == [1] * (what == "a rating")
