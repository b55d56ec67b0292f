"""What the store keeps of feeds and those who follow them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import FollowedError, LibraryError, StoreError
from bot.model import SHARED, Article, Feed, Paragraph, Source
from bot.store import Store
from tests.support.databases import close_store
from tests.support.stored_rows import read_feed, read_feeds

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = 2 * MINUTE
HERE, THERE = 2**62, 2**62 + 1  # two servers
URL = "https://paper.example/feed"


async def subscribe(
    store: Store,
    name: str = "a",
    *,
    collection: int = HERE,
    minutes: int = 0,
    limit: int | None = None,
) -> Feed:
    feed, _ = await store.feeds.subscribe(
        collection,
        url=f"{URL}/{name}",
        key=name,
        title=f"Feed {name}",
        by=2**63 - 1,
        now=NOW + minutes * MINUTE,
        limit=limit,
    )
    return feed


async def claim(store: Store, minutes: int = 0, owner: str = "one") -> Feed:
    """What is due so many minutes after NOW; there must be something."""
    claimed = await store.feeds.claim(NOW + minutes * MINUTE, LEASE, owner)
    assert claimed is not None
    return claimed


async def nothing_due(store: Store, minutes: int) -> bool:
    return await store.feeds.claim(NOW + minutes * MINUTE, LEASE, "another") is None


async def polled(store: Store, feed: Feed, minutes: int, owner: str = "one") -> bool:
    """Read just now, and to be read again after so many minutes."""
    return await store.feeds.record_poll(
        feed.id,
        owner=owner,
        now=NOW,
        next_at=NOW + minutes * MINUTE,
        title=None,
        etag="e",
        last_modified="m",
    )


async def failed(store: Store, feed: Feed, minutes: int, owner: str = "one") -> bool:
    return await store.feeds.record_failure(
        feed.id, owner=owner, now=NOW, error="It is gone.", next_at=NOW + minutes * MINUTE
    )


# FeedPoller


async def test_a_feed_is_due_as_soon_as_it_is_followed(store: Store) -> None:
    feed = await subscribe(store)
    assert feed == Feed(
        id=feed.id,
        url=f"{URL}/a",
        key="a",
        title="Feed a",
        etag=None,
        last_modified=None,
        next_poll_at=NOW,
        last_polled_at=NOW,
        last_ok_at=NOW,
        failures=0,
        error=None,
        collections=(HERE,),
    )
    assert await read_feed(store, HERE, feed.id) == feed
    assert await store.feeds.list(HERE) == [feed]
    assert await read_feeds(store) == [feed]
    assert await store.feeds.claim(NOW, LEASE, "one") == feed


async def test_a_feed_is_one_however_many_follow_it(store: Store) -> None:
    ours = await subscribe(store)
    theirs, new = await store.feeds.subscribe(
        THERE, url="https://other.example", key="a", title="Other", by=None, now=NOW, limit=None
    )
    assert not new
    assert (theirs.id, theirs.url, theirs.title) == (ours.id, ours.url, ours.title)
    assert (await claim(store)).collections == (HERE, THERE)
    assert await nothing_due(store, 1)


async def test_nobody_sees_who_else_follows(store: Store) -> None:
    feed = await subscribe(store)
    await subscribe(store, collection=THERE)
    await subscribe(store, "b", collection=THERE)
    assert (await read_feed(store, THERE, feed.id)).collections == (THERE,)
    assert [each.collections for each in await store.feeds.list(THERE)] == [(THERE,)] * 2
    assert [each.collections for each in await store.feeds.list(HERE)] == [(HERE,)]
    assert [each.collections for each in await read_feeds(store)] == [(HERE, THERE), (THERE,)]
    assert (await store.feeds.unsubscribe(THERE, feed.id)).collections == (THERE,)


async def test_one_server_cannot_touch_anothers_feeds(store: Store) -> None:
    theirs = await subscribe(store, collection=THERE)
    for attempt in (
        store.feeds.unsubscribe(HERE, theirs.id),
        store.feeds.make_due(HERE, theirs.id, NOW),
    ):
        with pytest.raises(LibraryError, match="This server has no such feed"):
            await attempt
    assert await store.feeds.list(THERE) == [theirs]


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
async def test_a_number_that_no_feed_has_is_a_sentence(number: int, store: Store) -> None:
    with pytest.raises(LibraryError, match="The shared desk has no such feed"):
        await store.feeds.unsubscribe(SHARED, number)


async def test_a_feed_is_followed_once(store: Store) -> None:
    await subscribe(store)
    with pytest.raises(FollowedError, match="already followed"):
        await subscribe(store)


async def test_a_server_follows_only_so_many_feeds(store: Store) -> None:
    await subscribe(store, "a", limit=1)
    with pytest.raises(LibraryError, match=r"has 1 feeds?.*/library remove"):
        await subscribe(store, "b", limit=1)
    await subscribe(store, "b", collection=THERE, limit=1)
    assert len(await read_feeds(store)) == 2


async def test_an_endless_address_is_refused(store: Store) -> None:
    with pytest.raises(LibraryError, match="too long"):
        await subscribe(store, "a" * 2001)
    feed = await subscribe(store, "a" * 2000)
    with pytest.raises(LibraryError, match="too long"):
        await store.feeds.move(feed.id, url=URL, key="é" * 1001, now=NOW)


async def test_servers_that_follow_a_new_feed_at_once_share_it(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    feeds = await asyncio.gather(
        *(subscribe(store, collection=number + 1) for number, store in enumerate(stores))
    )
    assert len({feed.id for feed in feeds}) == 1
    assert [feed.collections for feed in await read_feeds(stores[0])] == [(1, 2, 3)]
    for store in stores:
        await close_store(store)


async def test_a_feed_goes_with_the_last_who_follows_it_and_its_articles_stay(store: Store) -> None:
    feed = await subscribe(store)
    await subscribe(store, collection=THERE)
    article = Article("1", "T", (Paragraph("P"),), "a", added_at=NOW)
    source = Source("a", "a", NOW, feed_id=feed.id)
    await store.articles.add(HERE, article, text_hash="h", source=source, by=None, limit=None)
    await store.feeds.unsubscribe(HERE, feed.id)
    assert (await store.articles.get(HERE, "1")).sources == (source,)
    await store.feeds.unsubscribe(THERE, feed.id)
    assert await read_feeds(store) == []
    (source,) = (await store.articles.get(HERE, "1")).sources
    assert source.feed_id is None
    late = Source("b", "b", NOW, feed_id=feed.id)
    assert await store.articles.add_source("1", late)
    assert (await subscribe(store)).id != feed.id


# Polling


async def test_a_claim_excludes_others_until_its_lease_ends(store: Store) -> None:
    feed = await subscribe(store, minutes=5)
    assert await nothing_due(store, 4)
    assert (await claim(store, 5)).id == feed.id
    assert await nothing_due(store, 6)
    assert (await claim(store, 7, "another")).id == feed.id
    assert not await polled(store, feed, 9, "one")
    assert not await failed(store, feed, 9, "one")
    assert await polled(store, feed, 9, "another")


async def test_what_waited_longest_is_claimed_first(store: Store) -> None:
    for name, minutes in (("a", 3), ("b", 1), ("c", 2)):
        await subscribe(store, name, minutes=minutes)
    assert [(await claim(store, 3)).key for _ in "abc"] == ["b", "c", "a"]


async def test_a_good_poll_is_noted_and_ends_the_failures(store: Store) -> None:
    feed = await subscribe(store, minutes=-1)
    await claim(store)
    assert await failed(store, feed, 5)
    held = await read_feed(store, HERE, feed.id)
    assert (held.failures, held.error, held.last_ok_at) == (1, "It is gone.", NOW - MINUTE)
    assert (held.last_polled_at, held.next_poll_at) == (NOW, NOW + 5 * MINUTE)
    await claim(store, 5)
    assert await failed(store, feed, 10)
    assert (await read_feed(store, HERE, feed.id)).failures == 2
    await claim(store, 10)
    assert await polled(store, feed, 15)
    held = await read_feed(store, HERE, feed.id)
    assert (held.failures, held.error, held.last_ok_at) == (0, None, NOW)
    assert (held.title, held.etag, held.last_modified) == ("Feed a", "e", "m")
    assert await nothing_due(store, 14)
    assert (await claim(store, 15)).etag == "e"


async def test_a_feed_may_get_another_title(store: Store) -> None:
    feed = await subscribe(store)
    await claim(store)
    await store.feeds.record_poll(
        feed.id, owner="one", now=NOW, next_at=NOW, title="New", etag=None, last_modified=None
    )
    assert (await read_feed(store, HERE, feed.id)).title == "New"


async def test_who_joins_gets_what_the_feed_holds_already(store: Store) -> None:
    """A conditional request would say that nothing has changed, and a poll that began before has
    looked up who follows."""
    feed = await subscribe(store)
    await claim(store)
    await polled(store, feed, 60)
    await subscribe(store, collection=THERE, minutes=1)
    first = await claim(store, 1)
    assert (first.etag, first.last_modified) == (None, None)
    await subscribe(store, collection=THERE + 1, minutes=1)
    assert not await polled(store, first, 60)
    assert (await claim(store, 1)).collections == (HERE, THERE, THERE + 1)


async def test_feeds_can_be_made_due_one_or_all(store: Store) -> None:
    feeds = [await subscribe(store, name) for name in "abc"]
    theirs = await subscribe(store, "d", collection=THERE)
    for feed in (*feeds, theirs):
        await claim(store)
        await polled(store, feed, 60)
    assert await store.feeds.make_due(HERE, feeds[1].id, NOW) == 1
    assert (await claim(store)).id == feeds[1].id
    assert await store.feeds.make_due(HERE, None, NOW) == 2  # one is being polled
    assert await store.feeds.make_due(HERE, None, NOW) == 2
    assert {(await claim(store)).id for _ in range(2)} == {feeds[0].id, feeds[2].id}
    assert await nothing_due(store, 1)


async def test_processes_that_claim_at_once_share_the_feeds_out(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    feeds = [await subscribe(stores[0], name) for name in "abcdef"]

    async def claim_all(store: Store, owner: str) -> list[int]:
        held = []
        while claimed := await store.feeds.claim(NOW, LEASE, owner):
            held.append(claimed.id)
        return held

    shares = await asyncio.gather(*(claim_all(store, str(n)) for n, store in enumerate(stores)))
    for store in stores:
        await close_store(store)
    claimed = [feed_id for share in shares for feed_id in share]
    assert sorted(claimed) == [feed.id for feed in feeds]


# Moving


async def test_a_feed_that_moved_is_the_same_feed(store: Store) -> None:
    feed = await subscribe(store)
    await claim(store)
    moved = await store.feeds.move(feed.id, url="https://new.example", key="new", now=NOW)
    assert moved is not None
    assert (moved.id, moved.url, moved.key) == (feed.id, "https://new.example", "new")
    assert moved.collections == (HERE,)
    assert await polled(store, feed, 60)  # the claim still holds
    elsewhere = await store.feeds.move(feed.id, url="http://new.example", key="new", now=NOW)
    assert elsewhere is not None
    assert elsewhere.url == "http://new.example"


async def test_a_feed_that_moved_to_another_joins_it(store: Store) -> None:
    old, new = await subscribe(store, "old"), await subscribe(store, "new")
    await subscribe(store, "old", collection=THERE)
    for feed, collection in ((old, HERE), (old, THERE), (new, HERE)):
        await store.feeds.record_seen(feed.id, collection, {f"{feed.key} entry": "d"}, NOW)
    article = Article("1", "T", (Paragraph("P"),), "a", added_at=NOW)
    source = Source("a", "a", NOW, feed_id=old.id)
    await store.articles.add(THERE, article, text_hash="h", source=source, by=None, limit=None)
    await claim(store)
    await claim(store)

    moved = await store.feeds.move(old.id, url="any", key="new", now=NOW)
    assert moved is not None
    assert (moved.id, moved.url, moved.collections) == (new.id, new.url, (HERE, THERE))
    assert await read_feeds(store) == [moved]
    entries = ("old entry", "new entry")
    assert await store.feeds.find_seen(new.id, HERE, entries) == {"new entry": "d"}
    assert await store.feeds.find_seen(new.id, THERE, entries) == {"old entry": "d"}
    assert (await store.articles.get(THERE, "1")).sources[0].feed_id == new.id
    assert not await polled(store, old, 60)
    assert await claim(store) == moved  # for those who joined


async def test_a_feed_that_nobody_follows_any_more_moves_nowhere(store: Store) -> None:
    feed = await subscribe(store)
    await store.feeds.unsubscribe(HERE, feed.id)
    await subscribe(store, "new")
    for key in ("new", "newer"):
        assert await store.feeds.move(feed.id, url=URL, key=key, now=NOW) is None
    assert [each.key for each in await read_feeds(store)] == ["new"]


# EntryIngester that were seen


async def test_entries_are_seen_by_each_follower_apart(store: Store) -> None:
    feed = await subscribe(store)
    await subscribe(store, collection=THERE)
    await store.feeds.record_seen(feed.id, HERE, {"1": "a", "2": "b"}, NOW)
    await store.feeds.record_seen(feed.id, HERE, {"2": "changed", "3": "c"}, NOW)
    await store.feeds.record_seen(feed.id, HERE, {}, NOW)
    keys = ("1", "2", "3", "4")
    assert await store.feeds.find_seen(feed.id, HERE, keys) == {"1": "a", "2": "changed", "3": "c"}
    assert await store.feeds.find_seen(feed.id, HERE, ["2"]) == {"2": "changed"}
    assert await store.feeds.find_seen(feed.id, THERE, keys) == {}
    assert await store.feeds.find_seen(feed.id, HERE, []) == {}


async def test_who_follows_anew_has_seen_nothing(store: Store) -> None:
    feed = await subscribe(store)
    await subscribe(store, collection=THERE)
    await store.feeds.record_seen(feed.id, HERE, {"1": "a"}, NOW)
    await store.feeds.unsubscribe(HERE, feed.id)
    await store.feeds.record_seen(feed.id, HERE, {"1": "a"}, NOW)  # a poll that began before
    await subscribe(store)
    assert await store.feeds.find_seen(feed.id, HERE, ["1"]) == {}


async def test_five_hundred_entries_with_any_key_are_noted_at_once(store: Store) -> None:
    feed = await subscribe(store)
    entries = {f"{number}\x00\ud800" + "é" * 5_000: f"{number}" for number in range(500)}
    await store.feeds.record_seen(feed.id, HERE, entries, NOW)
    assert await store.feeds.find_seen(feed.id, HERE, entries) == entries


async def test_what_left_its_feed_is_forgotten_and_what_it_last_held_never(store: Store) -> None:
    feed = await subscribe(store)
    await store.feeds.record_seen(feed.id, HERE, {"1": "a", "2": "b"}, NOW)
    assert await store.feeds.delete_seen(NOW + 9 * MINUTE) == 0
    await store.feeds.record_seen(feed.id, HERE, {"2": "b", "3": "c"}, NOW + 5 * MINUTE)
    assert await store.feeds.delete_seen(NOW) == 0
    assert await store.feeds.delete_seen(NOW + 9 * MINUTE) == 1
    assert (await store.feeds.find_seen(feed.id, HERE, "123")).keys() == {"2", "3"}


async def test_processes_may_note_the_same_entries_at_once(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    feed = await subscribe(stores[0])
    entries = {str(number): "d" for number in range(50)}
    await asyncio.gather(
        *(store.feeds.record_seen(feed.id, HERE, entries, NOW) for store in stores)
    )
    assert await stores[0].feeds.find_seen(feed.id, HERE, entries) == entries
    for store in stores:
        await close_store(store)


async def test_a_title_that_no_database_takes_is_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="half a character"):
        await store.feeds.subscribe(
            HERE, url=URL, key="a", title="\ud800", by=None, now=NOW, limit=None
        )


# A clock that was once far ahead

DAY = timedelta(days=1)
AHEAD = 500 * DAY


async def test_a_feed_that_waits_for_a_clock_that_was_ahead_is_due_again(store: Store) -> None:
    first, second = await subscribe(store), await subscribe(store, "b")
    for _ in range(2):
        await claim(store)
    minutes = AHEAD // MINUTE
    await polled(store, first, minutes)
    await store.feeds.record_failure(
        second.id,
        owner="one",
        now=NOW,
        error="It is gone.",
        next_at=NOW + AHEAD,
        retry_at=NOW + AHEAD,
    )
    assert await nothing_due(store, 60)
    assert await store.future.correct(NOW, max_poll_wait=DAY) == 3
    assert {(await claim(store)).id for _ in range(2)} == {first.id, second.id}
    assert await store.feeds.make_due(HERE, None, NOW) == 0
    assert await store.future.correct(NOW, max_poll_wait=DAY) == 0


@pytest.mark.parametrize("minutes", [15, 60, 24 * 60])
async def test_a_feed_that_waits_as_it_may_is_left_alone(minutes: int, store: Store) -> None:
    feed = await subscribe(store)
    await claim(store)
    await polled(store, feed, minutes)
    assert await store.future.correct(NOW, max_poll_wait=DAY) == 0
    assert await nothing_due(store, minutes - 1)


async def test_a_page_and_a_departure_of_a_clock_ahead_are_put_right(store: Store) -> None:
    article = Article("a", "A title", (Paragraph("Words."),), "https://a.example", added_at=NOW)
    source = Source("https://a.example", "a.example", NOW + AHEAD, next_check_at=NOW + AHEAD + DAY)
    await store.articles.add(HERE, article, text_hash="h", source=source, by=1, limit=None)
    await store.guilds.record_departure(THERE, NOW + AHEAD)
    assert await store.future.correct(NOW, max_poll_wait=DAY) == 2
    [check] = await store.checks.claim(NOW, LEASE, 5)
    assert check.seen == NOW
    assert await store.guilds.list_due_for_deletion(NOW + DAY) == [THERE]
