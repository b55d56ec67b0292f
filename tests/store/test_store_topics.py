"""The topics that servers name: each server's own, changed once, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.errors import TopicError
from bot.model import Preferences, Timetable, Topic
from bot.store import Store
from bot.store.library.changes import CHOICES
from bot.store.servers.topics import MAX_TOPICS

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TIDES = Topic("tides", "Tides", ("springs", "조석"), ("neap tide",), ("tide pods",))


async def changed_servers(store: Store) -> list[int]:
    changes = await store.articles.list_changes(0)
    assert changes is not None
    return [change.collection for change in changes if change.article_id == CHOICES]


async def test_a_topic_comes_back_as_it_was_named_and_to_its_own_server(store: Store) -> None:
    named = await store.topics.add(1, TIDES, by=5, now=NOW)
    assert (named.guild_id, named.topic, named.created_by, named.version) == (1, TIDES, 5, 1)
    assert await store.topics.list(1) == [named]
    assert await store.topics.get(1, named.id) == named
    assert await store.topics.list(2) == []
    assert await store.topics.list_all() == {1: [TIDES]}
    for attempt in (
        store.topics.get(2, named.id),
        store.topics.edit(2, named.id, TIDES, version=1, now=NOW),
        store.topics.remove(2, named.id, now=NOW),
        store.topics.undo(2, named.id, version=1, now=NOW),
        store.topics.get(1, 2**40),
    ):
        with pytest.raises(TopicError, match="has not added such a topic"):
            await attempt
    assert await changed_servers(store) == [1]


async def test_each_change_can_be_undone_once_and_is_noticed_elsewhere(store: Store) -> None:
    topics = store.topics
    named = await topics.add(1, TIDES, by=5, now=NOW)
    edited = await topics.edit(1, named.id, Topic("other", "Ebbs"), version=1, now=LATER)
    assert (edited.topic, edited.version) == (Topic("tides", "Ebbs"), 2)  # its slug stays
    before = await topics.undo(1, named.id, version=2, now=LATER)
    assert before
    assert before.topic == TIDES
    with pytest.raises(TopicError, match="in the meantime"):
        await topics.undo(1, named.id, version=2, now=LATER)
    with pytest.raises(TopicError, match="in the meantime"):
        await topics.undo(1, named.id, version=3, now=LATER)
    removed = await topics.remove(1, named.id, now=LATER)
    assert (await topics.list(1), await topics.list_all()) == ([], {})
    back = await topics.undo(1, named.id, version=removed.version, now=LATER)
    assert back
    assert back.topic == TIDES
    assert len(await changed_servers(store)) == 5
    new = await topics.add(1, Topic("moons", "Moons"), by=5, now=NOW)
    assert await topics.undo(1, new.id, version=1, now=LATER) is None
    assert [kept.topic for kept in await topics.list(1)] == [TIDES]


async def test_of_two_who_edit_at_once_the_second_is_told(store: Store) -> None:
    named = await store.topics.add(1, TIDES, by=5, now=NOW)
    await store.topics.edit(1, named.id, Topic("tides", "First"), version=1, now=NOW)
    with pytest.raises(TopicError, match="changed the topic “First” in the meantime"):
        await store.topics.edit(1, named.id, Topic("tides", "Second"), version=1, now=NOW)
    assert (await store.topics.get(1, named.id)).topic.title == "First"


async def test_a_server_names_a_topic_once_and_only_so_many(store: Store) -> None:
    for number in range(MAX_TOPICS):
        await store.topics.add(1, Topic(f"t{number}", "T"), by=5, now=NOW)
    with pytest.raises(TopicError, match="has a topic “T”"):
        await store.topics.add(1, Topic("t0", "T"), by=5, now=NOW)
    with pytest.raises(TopicError, match="which is the limit"):
        await store.topics.add(1, TIDES, by=5, now=NOW)
    await store.topics.add(2, TIDES, by=5, now=NOW)


async def test_a_removed_topic_makes_room_for_one_of_its_name_and_goes_in_time(
    store: Store,
) -> None:
    named = await store.topics.add(1, TIDES, by=5, now=NOW)
    removed = await store.topics.remove(1, named.id, now=NOW)
    again = await store.topics.add(1, TIDES, by=5, now=NOW)
    with pytest.raises(TopicError, match="has not added such a topic"):
        await store.topics.undo(1, removed.id, version=removed.version, now=NOW)
    gone = await store.topics.remove(1, again.id, now=NOW)
    await store.topics.prune(LATER)
    with pytest.raises(TopicError, match="has not added such a topic"):
        await store.topics.undo(1, gone.id, version=gone.version, now=NOW)


async def test_a_topic_that_is_posted_about_stays(store: Store) -> None:
    named = await store.topics.add(1, TIDES, by=5, now=NOW)
    schedule = await store.schedules.add(
        guild_id=1,
        channel_id=10,
        topic="tides",
        timetable=Timetable((time(9),), (0,), "UTC"),
        announce_empty=False,
        created_by=1,
        now=NOW,
    )
    for attempt in (
        store.topics.remove(1, named.id, now=NOW),
        store.topics.undo(1, named.id, version=1, now=NOW),
    ):
        with pytest.raises(TopicError, match=f"Schedule {schedule.id} uses the topic “Tides”"):
            await attempt
    await store.schedules.remove(1, schedule.id)
    watch: dict[str, Any] = {
        "guild_id": 1,
        "user_id": 5,
        "words": "tides",
        "per_hour": 1,
        "now": NOW,
    }
    await store.watches.add(channel_id=None, **watch)
    added = await store.watches.add(channel_id=10, **watch)
    with pytest.raises(TopicError, match="A watch uses the topic “Tides”"):
        await store.topics.remove(1, named.id, now=NOW)
    await store.watches.remove(added.id, user_id=5, guild_id=1)
    await store.topics.remove(1, named.id, now=NOW)


async def test_what_a_server_prefers_comes_back(store: Store) -> None:
    chosen = Preferences(
        shared="hidden",
        zone="Asia/Seoul",
        talks=False,
        talk_channels=(2**62, 3),
        public_failures=True,
    )
    await store.preferences.put(1, chosen)
    await store.preferences.put(2, Preferences(talk_channels=()))
    assert await store.preferences.get(1) == chosen
    assert await store.preferences.get(2) == Preferences(talk_channels=())
    assert await store.preferences.list_shared() == {1: "hidden"}
    assert await changed_servers(store) == [1, 2]
