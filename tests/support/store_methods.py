"""Every method of the store, each with arguments under which it has something to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.model import (
    Article,
    Brief,
    Feed,
    Notice,
    Paragraph,
    Post,
    Preferences,
    Quote,
    Schedule,
    ServerTopic,
    Source,
    Timetable,
    Topic,
    Watch,
)
from bot.store import NoticeClaim, SourceCheck, Store, SummaryClaim

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEASE = timedelta(minutes=2)
LATER = NOW + LEASE
SOURCE = Source("https://a.example", "a.example", NOW, next_check_at=NOW)
ARTICLE = Article("seoul-1", "A title", (Paragraph("Words."),), "a.example", added_at=NOW)
OTHER_ARTICLE = Article("seoul-2", "A title", (Paragraph("Others."),), "b.example", added_at=NOW)
POST = Post("reply", 1, 10, 7)
QUOTE = Quote(ARTICLE, 1, 0, 6, "Words.")


@dataclass(frozen=True)
class Scene:
    """A store with one of each thing, and a claim on all that can be claimed."""

    store: Store
    schedule: Schedule
    slot: SummaryClaim
    watch: Watch
    notice: NoticeClaim
    check: SourceCheck
    feed: Feed
    topic: ServerTopic


Method = Callable[[Scene], Awaitable[object]]

WRITING: dict[str, Method] = {
    "set_meta": lambda on: on.store.set_meta("key", "value"),
    "schedules.add": lambda on: add_schedule(on.store),
    "schedules.remove": lambda on: on.store.schedules.remove(1, on.schedule.id),
    "schedules.change": lambda on: on.store.schedules.change(
        on.schedule, replace(on.schedule, max_quotes=2), NOW
    ),
    "schedules.pause": lambda on: on.store.schedules.pause(1, on.schedule.id),
    "schedules.resume": lambda on: on.store.schedules.resume(1, on.schedule.id, NOW),
    "outbox.enqueue": lambda on: on.store.outbox.enqueue(on.schedule.id, LATER),
    "outbox.enqueue_all": lambda on: on.store.outbox.enqueue_all(LATER, [on.schedule.id]),
    "outbox.prune": lambda on: on.store.outbox.prune(LATER),
    "outbox.claim_summary": lambda on: on.store.outbox.claim_summary(LATER, LEASE, "another"),
    "outbox.claim_next": lambda on: on.store.outbox.claim_next(LATER, LEASE, "another"),
    "outbox.claim_notice": lambda on: on.store.outbox.claim_notice(LATER, LEASE, "another"),
    "outbox.store_brief": lambda on: on.store.outbox.store_brief(on.slot, Brief("t", "T")),
    "outbox.acknowledge": lambda on: on.store.outbox.acknowledge(on.slot, "silent", [], NOW),
    "outbox.release": lambda on: on.store.outbox.release(on.notice, NOW),
    "outbox.release_refused": lambda on: on.store.outbox.release_refused(on.slot, "No.", NOW, NOW),
    "outbox.request_summary": lambda on: on.store.outbox.request_summary(on.schedule.id, 5, LATER),
    "outbox.drop": lambda on: on.store.outbox.drop(on.slot, NOW),
    "outbox.set_aside": lambda on: on.store.outbox.set_aside(on.notice, "Blocked.", NOW),
    "outbox.postpone": lambda on: on.store.outbox.postpone(on.slot, LATER),
    "outbox.suspend": lambda on: on.store.outbox.suspend(on.notice, "The channel is gone.", NOW),
    "posted_quotes.record": lambda on: on.store.posted_quotes.record(POST, [QUOTE], NOW),
    "watches.add": lambda on: add_watch(on.store, "others"),
    "watches.remove": lambda on: on.store.watches.remove(on.watch.id, user_id=1, guild_id=1),
    "articles.add": lambda on: add_article(on.store, OTHER_ARTICLE),
    "articles.edit": lambda on: on.store.articles.edit(
        ARTICLE.id, OTHER_ARTICLE, text_hash="x", now=NOW
    ),
    "articles.add_source": lambda on: on.store.articles.add_source(
        ARTICLE.id, Source("https://b.example", "b.example", NOW)
    ),
    "articles.remove": lambda on: on.store.articles.remove(1, ARTICLE.id),
    "articles.expire": lambda on: on.store.articles.expire(LATER),
    "checks.claim": lambda on: on.store.checks.claim(LATER, LEASE, 5),
    "checks.make_due": lambda on: on.store.checks.make_due(1, LATER),
    "checks.finish": lambda on: on.store.checks.finish(
        on.check, etag=None, last_modified=None, next_at=None
    ),
    "feeds.subscribe": lambda on: subscribe(on.store, "another"),
    "feeds.unsubscribe": lambda on: on.store.feeds.unsubscribe(1, on.feed.id),
    "feeds.claim": lambda on: on.store.feeds.claim(LATER, LEASE, "another"),
    "feeds.record_poll": lambda on: on.store.feeds.record_poll(
        on.feed.id, owner="one", now=NOW, next_at=LATER, title=None, etag=None, last_modified=None
    ),
    "feeds.record_failure": lambda on: on.store.feeds.record_failure(
        on.feed.id, owner="one", now=NOW, error="It is gone.", next_at=LATER
    ),
    "feeds.release": lambda on: on.store.feeds.release(on.feed.id, owner="one", now=NOW),
    "feeds.make_due": lambda on: on.store.feeds.make_due(1, None, NOW),
    "feeds.move": lambda on: on.store.feeds.move(on.feed.id, url="u", key="new", now=NOW),
    "feeds.record_seen": lambda on: on.store.feeds.record_seen(on.feed.id, 1, {"2": "b"}, NOW),
    "feeds.delete_seen": lambda on: on.store.feeds.delete_seen(LATER),
    "feedback.record": lambda on: on.store.feedback.record(
        1, 7, 1, words="words", useful=False, now=NOW
    ),
    "feedback.clear": lambda on: on.store.feedback.clear(1),
    "feedback.prune": lambda on: on.store.feedback.prune(LATER),
    "gaps.record": lambda on: on.store.gaps.record(
        1, "words", command="ask", only_related=False, now=NOW
    ),
    "gaps.clear": lambda on: on.store.gaps.clear(1),
    "gaps.prune": lambda on: on.store.gaps.prune(LATER),
    "schedules.rewind": lambda on: on.store.schedules.rewind(on.schedule.id, NOW),
    "future.correct": lambda on: on.store.future.correct(NOW, max_poll_wait=LEASE),
    "guilds.record_departure": lambda on: on.store.guilds.record_departure(2, NOW),
    "guilds.record_departures": lambda on: on.store.guilds.record_departures([3], NOW),
    "guilds.clear_departure": lambda on: on.store.guilds.clear_departure(1),
    "guilds.record_welcome": lambda on: on.store.guilds.record_welcome(1, NOW),
    "guilds.delete": lambda on: on.store.guilds.delete(1),
    "preferences.put": lambda on: on.store.preferences.put(1, Preferences()),
    "topics.add": lambda on: on.store.topics.add(1, Topic("tides", "Tides"), by=1, now=NOW),
    "topics.edit": lambda on: on.store.topics.edit(
        1, on.topic.id, Topic("moons", "Moonlets"), version=1, now=NOW
    ),
    "topics.remove": lambda on: on.store.topics.remove(1, on.topic.id, now=NOW),
    "topics.undo": lambda on: on.store.topics.undo(1, on.topic.id, version=1, now=NOW),
    "topics.prune": lambda on: on.store.topics.prune(LATER),
}
READING: dict[str, Method] = {
    "outbox.is_with_another": lambda on: on.store.outbox.is_with_another(1, NOW, "one"),
    "get_meta": lambda on: on.store.get_meta("key"),
    "schedules.get": lambda on: on.store.schedules.get(1, on.schedule.id),
    "schedules.find_identical": lambda on: on.store.schedules.find_identical(
        1, 10, "china", None, on.schedule.timetable
    ),
    "schedules.list": lambda on: on.store.schedules.list(1),
    "schedules.list_active": lambda on: on.store.schedules.list_active(),
    "outbox.find_watch_quotes": lambda on: on.store.outbox.find_watch_quotes([on.watch.id], NOW),
    "posted_quotes.for_channel": lambda on: on.store.posted_quotes.for_channel(1),
    "posted_quotes.for_article": lambda on: on.store.posted_quotes.for_article(ARTICLE.id),
    "watches.list_for_guild": lambda on: on.store.watches.list_for_guild(1),
    "watches.list_for_user": lambda on: on.store.watches.list_for_user(1),
    "watches.list_active": lambda on: on.store.watches.list_active(1),
    "articles.get": lambda on: on.store.articles.get(1, ARTICLE.id),
    "articles.find_copies": lambda on: on.store.articles.find_copies([1], [SOURCE.key], ARTICLE.id),
    "articles.list": lambda on: on.store.articles.list(1),
    "articles.ids_of_feed": lambda on: on.store.articles.ids_of_feed(on.feed.id),
    "articles.count": lambda on: on.store.articles.count(1),
    "articles.load": lambda on: on.store.articles.load(),
    "articles.list_changes": lambda on: on.store.articles.list_changes(0),
    "feeds.list": lambda on: on.store.feeds.list(1),
    "feeds.find_seen": lambda on: on.store.feeds.find_seen(on.feed.id, 1, ["1"]),
    "feedback.list": lambda on: on.store.feedback.list(1),
    "gaps.list": lambda on: on.store.gaps.list(1),
    "guilds.note_present": lambda on: on.store.guilds.note_present([1]),
    "guilds.list_known": lambda on: on.store.guilds.list_known(),
    "guilds.list_due_for_deletion": lambda on: on.store.guilds.list_due_for_deletion(LATER),
    "guilds.count_stored": lambda on: on.store.guilds.count_stored(1),
    "preferences.get": lambda on: on.store.preferences.get(1),
    "preferences.list_shared": lambda on: on.store.preferences.list_shared(),
    "topics.list": lambda on: on.store.topics.list(1),
    "topics.list_all": lambda on: on.store.topics.list_all(),
    "topics.get": lambda on: on.store.topics.get(1, on.topic.id),
    "overview.get_totals": lambda on: on.store.overview.get_totals(NOW),
    "outbox.has_posted": lambda on: on.store.outbox.has_posted(on.schedule.id),
    "overview.list_schedules": lambda on: on.store.overview.list_schedules(),
    "overview.list_waiting": lambda on: on.store.overview.list_waiting(),
}


def public_methods(store: Store) -> set[str]:
    """The names of all methods of the store and its parts, but for what opens and closes it, and
    for waiting, which never fails."""
    parts = {"": store, **{f"{name}.": part for name, part in vars(store).items()}}
    return {
        f"{prefix}{name}"
        for prefix, part in parts.items()
        if not prefix.startswith("_")
        for name in vars(type(part))
        if not name.startswith("_")
    } - {"open", "close", "wait_for_change"}


async def build_scene(store: Store) -> Scene:
    """Store one of each thing, and claim all that can be claimed."""
    schedule = await add_schedule(store)
    await store.outbox.enqueue(schedule.id, NOW)
    slot = await store.outbox.claim_summary(NOW, LEASE, "one")
    watch = await add_watch(store, "words")
    await add_article(store, ARTICLE, SOURCE, watch)
    notice = await store.outbox.claim_notice(NOW, LEASE, "one")
    (check,) = await store.checks.claim(NOW, LEASE, 5)
    await subscribe(store, "one")
    feed = await store.feeds.claim(NOW, LEASE, "one")
    assert slot
    assert notice
    assert feed
    topic = await store.topics.add(1, Topic("moons", "Moons"), by=1, now=NOW)
    return Scene(store, schedule, slot, watch, notice, check, feed, topic)


async def add_schedule(store: Store) -> Schedule:
    """Add a schedule for Mondays at 9."""
    return await store.schedules.add(
        guild_id=1,
        channel_id=10,
        topic="china",
        timetable=Timetable((time(9),), (0,), "Asia/Seoul"),
        announce_empty=False,
        created_by=1,
        now=NOW - LEASE,
    )


async def add_watch(store: Store, words: str) -> Watch:
    """Add a watch of user 1 for these words."""
    return await store.watches.add(
        guild_id=1, channel_id=11, user_id=1, words=words, per_hour=1, now=NOW
    )


async def add_article(
    store: Store, article: Article, source: Source | None = None, watch: Watch | None = None
) -> None:
    """Add an article, with a notice if a `watch` is given."""
    notices = []
    if watch:
        notices.append(Notice("key", "watch", NOW, 1, 11, Brief("t", "T"), watch_id=watch.id))
    await store.articles.add(
        1, article, text_hash=article.id, source=source, by=1, limit=9, notices=notices
    )


async def subscribe(store: Store, key: str) -> None:
    """Subscribe server 1 to a feed under this key."""
    await store.feeds.subscribe(1, url="u", key=key, title=None, by=1, now=NOW, limit=9)
