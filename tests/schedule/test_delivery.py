"""Summaries reach their channel once: through refusals, faults, crashes, restarts and outages."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QuestionError, ScheduleError, StoreError, unpack_message
from bot.model import (
    Article,
    Brief,
    BriefPoint,
    Digest,
    Notice,
    Paragraph,
    Post,
    PostedQuote,
    PostLook,
    Preferences,
    QuietHours,
    Quote,
    Schedule,
    SentMessage,
    Span,
    Timetable,
    Watch,
)
from bot.schedule.brief import brief_of, summary_of
from bot.schedule.delivery import Delivery
from bot.schedule.poster import Attempt, ChannelLostError, PostFailedError, PostRefusedError
from bot.schedule.sending import MAX_REFUSED_ATTEMPTS
from bot.store import Store
from tests.support.databases import BUSY_SECONDS, close_store

# What a post may meet. "lost" arrives, but the bot is told that it failed.
Fate = Literal[
    "fine", "refused", "failed", "lost", "crash before", "crash after", "bug", "hangs", "blocked"
]

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
ASKER = 6  # who asks for a summary at once
DIRECT = -1  # the channel of direct messages
DAY = timedelta(days=1)
AT_NINE = Timetable((time(9),), (0, 1, 2, 3, 4, 5, 6), "UTC")
GONE = ChannelLostError("The channel is gone.")
BLOCKED = PostRefusedError("Discord refuses the post ({fault}).", fault="a link is blocked")


class Crash(BaseException):
    """The process ends here: nothing but the store remembers anything."""


class Library:
    """Says of any topic all that it holds and the channel has not had, three quotes at a time."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.searchable = True
        self.is_nearest = False
        self.composed = 0

    @property
    def version(self) -> int:
        return len(self.articles)

    def add(self, *sentences: str) -> None:
        for sentence in sentences:
            name = f"article-{len(self.articles) + 1}"
            self.articles[name] = Article(name, "Title", (Paragraph(sentence),), "file.txt")

    def article(self, name: str) -> Article | None:
        return self.articles.get(name)

    def digest(
        self, topic: str, *, already_posted: Sequence[PostedQuote], max_points: int | None
    ) -> Digest:
        self.composed += 1
        if not self.searchable:
            raise QuestionError("Type a topic with at least one word to search for.")
        known = {quote.text for quote in already_posted}
        quotes = [
            Quote(article, 1, 0, len(paragraph.text), paragraph.text)
            for article in self.articles.values()
            for paragraph in article.paragraphs
        ]
        new = [quote for quote in quotes if quote.text not in known]
        return Digest(topic, topic.title(), tuple(new[:3]), is_nearest=self.is_nearest)


class Discord:
    """Channels that take each nonce once, and a fate for each post to come; then all go well. All
    posts to `faulty` channels meet a bug, whichever is made first."""

    def __init__(self) -> None:
        self.posts: dict[str, Digest] = {}
        self.channels: dict[str, int] = {}
        self.fates: list[Fate] = []
        self.faulty: set[int] = set()
        self.left_out: list[int] = []
        self.flags: list[Notice] = []
        self.pauses: list[Notice] = []
        self.attempts = 0
        self.tries: list[tuple[PostLook, Attempt]] = []
        self.on_post: Callable[[], object] = lambda: None

    def said(self, channel: int = 10) -> list[str]:
        """Every sentence that the channel shows, in order; "nothing new" for a post without any."""
        return [
            sentence
            for nonce, digest in self.posts.items()
            if self.channels[nonce] == channel
            for sentence in ([point.text for point in digest.points] or ["nothing new"])
        ]

    def discord_time(self) -> datetime:
        return START

    async def post_summary(
        self, schedule: Schedule, summary: Digest, look: PostLook, attempt: Attempt
    ) -> SentMessage:
        self.tries.append((look, attempt))
        return await self.post(schedule.channel_id, summary, attempt.nonce)

    async def post_watch_quotes(
        self, notice: Notice, found: Digest, left_out: int, attempt: Attempt
    ) -> SentMessage:
        self.left_out.append(left_out)
        return await self.post(notice.channel_id or DIRECT, found, attempt.nonce)

    async def post_flag(self, notice: Notice, attempt: Attempt) -> SentMessage:
        self.flags.append(notice)
        return await self.post(notice.channel_id or DIRECT, Digest("", notice.key), attempt.nonce)

    async def tell_maker(self, notice: Notice, attempt: Attempt) -> SentMessage:
        self.pauses.append(notice)
        return await self.post(DIRECT, Digest("", notice.key), attempt.nonce)

    async def post(self, channel: int, summary: Digest, nonce: str) -> SentMessage:
        assert 0 < len(nonce) <= 25
        self.attempts += 1
        fate: Fate = "bug" if channel in self.faulty else "fine"
        if self.fates:
            fate = self.fates.pop(0)
        if fate in ("fine", "lost", "crash after"):
            self.posts.setdefault(nonce, summary)
            self.channels[nonce] = channel
        self.on_post()
        match fate:
            case "refused":
                raise GONE
            case "blocked":
                raise BLOCKED
            case "failed" | "lost":
                raise PostFailedError("Discord is not answering.")
            case "crash before" | "crash after":
                raise Crash
            case "bug":
                raise KeyError("nobody thought of this")
            case "hangs":
                await asyncio.Event().wait()
        return SentMessage(list(self.posts).index(nonce) + 1)


@dataclass
class World:
    """All that lives on when the bot's process ends, and the clock."""

    database: str
    library: Library = field(default_factory=Library)
    discord: Discord = field(default_factory=Discord)
    now: datetime = START
    patience: float = 10.0

    @asynccontextmanager
    async def process(self, owner: str = "one") -> AsyncIterator[tuple[Store, Delivery]]:
        """The bot, from start to end."""
        store = await Store.open(self.database, patience=self.patience)
        delivery = Delivery(
            store,
            poster=self.discord,
            source_for=lambda guild_id: self.library,
            now=lambda: self.now,
            owner=owner,
            post_timeout=timedelta(seconds=0.5),
            pass_interval=timedelta(seconds=0.01),
        )
        try:
            yield store, delivery
        finally:
            await close_store(store)

    async def pass_at(self, moment: datetime) -> None:
        """Start the bot at `moment`, let it make one pass, and end it, if it does not crash."""
        self.now = moment
        async with self.process() as (_, delivery):
            try:
                await delivery.run_due()
            except (Crash, KeyError):
                return

    async def schedule(
        self,
        *,
        channel: int = 10,
        timetable: Timetable = AT_NINE,
        announce_empty: bool = False,
    ) -> Schedule:
        async with self.process() as (store, _):
            return await store.schedules.add(
                guild_id=1,
                channel_id=channel,
                topic="china",
                timetable=timetable,
                announce_empty=announce_empty,
                created_by=5,
                now=self.now,
            )

    async def now_of(self, schedule: Schedule) -> Schedule:
        async with self.process() as (store, _):
            return await store.schedules.get(1, schedule.id)

    async def watch(self, *, channel: int | None = 10) -> Watch:
        async with self.process() as (store, _):
            return await store.watches.add(
                guild_id=1, channel_id=channel, user_id=5, words="china", per_hour=2, now=self.now
            )

    async def paused(self) -> list[str | None]:
        """Why each watch is paused."""
        async with self.process() as (store, _):
            watches = [
                *await store.watches.list_for_guild(1),
                *await store.watches.list_for_user(5),
            ]
        return [watch.pause_reason and unpack_message(watch.pause_reason) for watch in watches]

    async def notice(
        self, watch: Watch | None, sentence: str, *, channel: int | None = 10
    ) -> Article:
        """Add an article with that sentence, and queue what a watch says of it, or else a flag."""
        self.library.add(sentence)
        article = list(self.library.articles.values())[-1]
        place = PostedQuote(article.id, 1, 0, len(sentence), sentence)
        notice = Notice(
            key=article.id,
            kind="watch" if watch else "edited",
            happened_at=self.now,
            guild_id=1,
            channel_id=watch.channel_id if watch else channel,
            brief=Brief("china", "China", (BriefPoint(place),)),
            watch_id=watch.id if watch else None,
            reply_to=None if watch else 77,
        )
        async with self.process() as (store, _):
            await store.articles.add(
                1,
                replace(article, added_at=self.now),
                text_hash=article.id,
                source=None,
                by=None,
                limit=None,
                notices=[notice],
            )
        return article


@pytest.fixture
def world(tmp_path: Path, empty_database: Path) -> World:
    return World(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))


# The ordinary days


async def test_a_channel_gets_what_is_new_when_it_is_due_and_once(world: World) -> None:
    await world.schedule()
    world.library.add("One.", "Two.")
    await world.pass_at(START + HOUR - timedelta(seconds=1))
    assert world.discord.said() == []
    await world.pass_at(START + HOUR)
    await world.pass_at(START + 2 * HOUR)
    assert world.discord.said() == ["One.", "Two."]
    world.library.add("Three.")
    await world.pass_at(START + HOUR + DAY)
    assert world.discord.said() == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    ("announce_empty", "said"), [(False, []), (True, ["nothing new", "nothing new"])]
)
async def test_when_nothing_is_new_the_channel_is_told_or_not_as_chosen(
    announce_empty: bool, said: list[str], world: World
) -> None:
    await world.schedule(announce_empty=announce_empty)
    for day in range(2):
        await world.pass_at(START + HOUR + day * DAY)
        await world.pass_at(START + 2 * HOUR + day * DAY)
    assert world.discord.said() == said


async def test_two_schedules_of_one_channel_do_not_repeat_each_other(world: World) -> None:
    await world.schedule()
    await world.schedule()
    await world.schedule(channel=11)
    world.library.add("One.", "Two.", "Three.", "Four.")
    await world.pass_at(START + HOUR)
    assert world.discord.said(10) == ["One.", "Two.", "Three.", "Four."]
    assert world.discord.said(11) == ["One.", "Two.", "Three."]


async def test_after_an_outage_a_channel_gets_one_summary(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.schedule()
    world.library.add("One.")
    await world.pass_at(START + 9 * DAY + 2 * HOUR)
    assert world.discord.attempts == 1
    assert "stands for 9 before it" in caplog.text


# Discord fails


async def test_a_post_that_fails_is_tried_again_later_with_the_same_text(world: World) -> None:
    await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["failed", "failed"]
    await world.pass_at(START + HOUR)
    world.library.add("Two.")
    await world.pass_at(START + HOUR + timedelta(seconds=59))
    assert world.discord.attempts == 1
    await world.pass_at(START + HOUR + timedelta(seconds=60))
    await world.pass_at(START + HOUR + timedelta(seconds=60 + 119))
    assert world.discord.attempts == 2
    await world.pass_at(START + HOUR + timedelta(seconds=60 + 120))
    assert world.discord.said() == ["One."]


async def test_the_wait_between_tries_has_an_end(world: World) -> None:
    await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["failed"] * 12
    for hour in range(1, 18):
        await world.pass_at(START + hour * HOUR)
    assert world.discord.said() == ["One."]


@pytest.mark.parametrize("fate", ["lost", "crash before", "crash after", "hangs", "bug"])
async def test_whatever_becomes_of_a_post_the_channel_shows_it_once(
    fate: Fate, world: World
) -> None:
    await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    await world.pass_at(START + HOUR)
    world.library.add("Two.")
    await world.pass_at(START + 2 * HOUR)
    assert world.discord.attempts == 2
    await world.pass_at(START + HOUR + DAY)
    assert world.discord.said() == ["One.", "Two."]


async def test_a_lost_channel_pauses_its_schedule_and_loses_nothing(world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["refused"]
    await world.pass_at(START + HOUR)
    paused = await world.now_of(schedule)
    assert (paused.paused, paused.pause_reason) == (True, GONE.packed)

    await world.pass_at(START + 5 * DAY)
    [told] = world.discord.pauses
    assert (told.channel_id, told.user_id, told.reason) == (10, 5, GONE.packed)
    assert world.discord.attempts == 2
    async with world.process() as (store, _):
        await store.schedules.resume(1, schedule.id, world.now)
    await world.pass_at(START + 5 * DAY + HOUR / 2)
    assert world.discord.said() == []
    world.library.add("Two.")
    await world.pass_at(START + 5 * DAY + HOUR)
    assert world.discord.said() == ["One.", "Two."]


async def test_one_channels_trouble_is_not_anothers(world: World) -> None:
    await world.schedule(channel=10)
    await world.schedule(channel=11)
    world.library.add("One.")
    world.discord.faulty = {10}
    await world.pass_at(START + HOUR)
    await world.pass_at(START + HOUR)
    assert world.discord.said(11) == ["One."]


# A clock that was once ahead


@pytest.mark.parametrize("ahead", [2 * DAY, 500 * DAY])
@pytest.mark.parametrize("fate", ["fine", "lost", "crash after", "crash before"])
async def test_after_a_clock_that_was_far_ahead_all_goes_on(
    fate: Fate, ahead: timedelta, world: World
) -> None:
    await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    await world.pass_at(START + HOUR + ahead)
    world.library.add("Two.")
    moments = [START + hour * HOUR for hour in (2, 25, 26)]
    for moment in moments:
        world.now = moment
        async with world.process() as (store, delivery):
            await store.future.correct(moment, max_poll_wait=DAY)
            await delivery.run_due()
    assert world.discord.said() == ["One.", "Two."]
    assert {at.sent_after for _, at in world.discord.tries} == {START}


async def test_a_slot_that_was_posted_while_the_clock_was_ahead_is_not_posted_again(
    world: World,
) -> None:
    await world.schedule(announce_empty=True)
    world.library.add("One.")
    await world.pass_at(START + HOUR + 2 * DAY)
    for day in range(4):
        await world.pass_at(START + day * DAY + 2 * HOUR)
    assert world.discord.said() == ["One.", "nothing new", "nothing new"]


@pytest.mark.parametrize("behind", [timedelta(minutes=2), HOUR / 2, 2 * HOUR])
async def test_a_clock_that_is_set_back_a_little_posts_nothing_twice(
    behind: timedelta, world: World
) -> None:
    await world.schedule(announce_empty=True)
    world.library.add("One.")
    await world.pass_at(START + HOUR)
    for quarter in range(12):
        await world.pass_at(START + HOUR - behind + quarter * HOUR / 4)
    assert world.discord.said() == ["One."]


@pytest.mark.parametrize("ahead", [DAY, 500 * DAY])
async def test_a_watch_goes_on_after_a_clock_that_was_far_ahead(
    ahead: timedelta, world: World
) -> None:
    watch = await world.watch()
    world.now = START + ahead
    for number in range(3):
        await world.notice(watch, f"Ahead {number}.")
    await world.pass_at(START + ahead)
    for minutes in (5, 10):
        world.now = START + minutes * timedelta(minutes=1)
        await world.notice(watch, f"Now {minutes}.")
        async with world.process() as (store, delivery):
            await store.future.correct(world.now, max_poll_wait=DAY)
            await delivery.run_due()
    assert world.discord.said()[:2] == ["Ahead 0.", "Ahead 1."]
    assert len(world.discord.said()) == 4


# Discord refuses what is posted


async def refuse_for_hours(world: World, since: datetime, hours: int = 4) -> None:
    for quarter in range(hours * 4):
        await world.pass_at(since + quarter * HOUR / 4)


async def test_a_post_that_is_always_refused_is_set_aside_and_its_maker_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["blocked"] * MAX_REFUSED_ATTEMPTS
    await refuse_for_hours(world, START + HOUR)
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
        f"post set aside, refused {MAX_REFUSED_ATTEMPTS} times: schedule {schedule.id}: {BLOCKED}"
    ]
    [told] = world.discord.pauses
    assert (told.kind, told.channel_id, told.user_id) == ("refused", 10, 5)
    assert told.reason == BLOCKED.packed
    assert not (await world.now_of(schedule)).paused
    world.library.add("Two.")
    await world.pass_at(START + HOUR + DAY)
    assert world.discord.said() == ["One.", "Two."]


async def test_a_refused_post_holds_back_no_other_of_its_channel(world: World) -> None:
    ten = Timetable((time(10),), (0, 1, 2, 3, 4, 5, 6), "UTC")
    await world.schedule()
    await world.schedule(timetable=ten)
    world.library.add("One.")
    world.discord.fates = ["blocked"] * 5
    for minutes in (0, 1, 3, 8):
        await world.pass_at(START + HOUR + minutes * timedelta(minutes=1))
    assert world.discord.said() == []
    await world.pass_at(START + 2 * HOUR)
    assert world.discord.said() == ["One."]
    world.library.add("Two.")
    for hour in range(3, 6):
        await world.pass_at(START + hour * HOUR)
    assert world.discord.said() == ["One.", "Two."]
    assert world.discord.pauses == []


async def test_what_was_refused_comes_once_when_it_is_taken(world: World) -> None:
    await world.schedule(announce_empty=True)
    world.library.add("One.")
    world.discord.fates = ["blocked", "failed", "blocked", "lost"]
    await refuse_for_hours(world, START + HOUR)
    assert world.discord.said() == ["One."]
    assert len({attempt.nonce for _, attempt in world.discord.tries}) == 1
    assert len({attempt.not_before for _, attempt in world.discord.tries}) == 1
    assert [attempt.is_retry for _, attempt in world.discord.tries] == [False] + [True] * 4


async def test_a_later_summary_stands_for_one_that_is_refused_still(world: World) -> None:
    both = Timetable((time(9), time(10)), (0, 1, 2, 3, 4, 5, 6), "UTC")
    await world.schedule(timetable=both, announce_empty=True)
    world.library.add("One.")
    world.discord.fates = ["blocked"] * 6
    await world.pass_at(START + HOUR)
    for minutes in range(1, 59):
        await world.pass_at(START + HOUR + minutes * timedelta(minutes=1))
    await refuse_for_hours(world, START + 2 * HOUR)
    assert world.discord.said() == ["One."]
    assert world.discord.attempts == 7


async def test_a_maker_is_told_again_only_after_a_good_post(world: World) -> None:
    await world.schedule()
    fates: list[Fate] = ["blocked", "blocked", "fine", "blocked"]
    for day, fate in enumerate(fates):
        world.library.add(f"Day {day}.")
        world.discord.fates = [fate] * (MAX_REFUSED_ATTEMPTS if fate == "blocked" else 1)
        await refuse_for_hours(world, START + HOUR + day * DAY)
        assert len(world.discord.pauses) == (1, 1, 1, 2)[day]


@pytest.mark.parametrize("channel", [10, None])
async def test_a_refused_notice_holds_back_no_other_and_is_set_aside(
    channel: int | None, world: World
) -> None:
    watch = await world.watch(channel=channel)
    await world.notice(watch, "One.", channel=channel)
    world.discord.fates = ["blocked"]
    await world.pass_at(START)
    await world.notice(watch, "Two.", channel=channel)
    await world.pass_at(START + timedelta(seconds=5))
    assert world.discord.said(channel or DIRECT) == ["Two."]
    world.discord.fates = ["blocked"] * (MAX_REFUSED_ATTEMPTS - 1)
    await refuse_for_hours(world, START + HOUR / 2)
    [told] = world.discord.pauses
    assert (told.kind, told.channel_id, told.user_id) == ("refused", channel, 5)
    assert await world.paused() == [None]


async def test_a_flag_that_is_refused_is_given_up_in_the_end(world: World) -> None:
    await world.notice(None, "One.")
    world.discord.fates = ["blocked"] * (MAX_REFUSED_ATTEMPTS + 5)
    await refuse_for_hours(world, START)
    assert (world.discord.attempts, world.discord.pauses) == (MAX_REFUSED_ATTEMPTS, [])


# The store fails


async def test_a_post_that_cannot_be_noted_is_noted_later_and_not_repeated(world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.now = START + HOUR
    world.patience = BUSY_SECONDS
    async with world.process() as (store, delivery):
        lock = sqlite3.connect(world.database, isolation_level=None)
        world.discord.on_post = lambda: lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await delivery.run_due()
        world.now += HOUR
        with pytest.raises(StoreError):
            await delivery.send_now(1, schedule.id, ASKER)
        lock.close()
        await delivery.run_due()
        assert [quote.text for quote in await store.posted_quotes.for_channel(10)] == ["One."]
    await world.pass_at(START + HOUR + DAY)
    assert world.discord.said() == ["One."]


# Notices


@pytest.mark.parametrize("fate", ["lost", "crash before", "crash after", "hangs", "bug", "failed"])
@pytest.mark.parametrize("kind", ["watch", "flag"])
async def test_whatever_becomes_of_a_notice_it_is_posted_once(
    kind: str, fate: Fate, world: World
) -> None:
    await world.notice(await world.watch() if kind == "watch" else None, "One.")
    world.discord.fates = [fate]
    for minutes in (0, 10, 20):
        await world.pass_at(START + minutes * timedelta(minutes=1))
    assert world.discord.attempts == 2
    assert world.discord.said() == (["One."] if kind == "watch" else ["nothing new"])


async def test_a_summary_does_not_repeat_what_a_watch_has_just_posted(world: World) -> None:
    await world.schedule()
    watch = await world.watch()
    await world.notice(watch, "One.")
    world.library.add("Two.")
    await world.pass_at(START + HOUR)
    assert world.discord.said() == ["One.", "Two."]


async def test_a_lost_channel_pauses_its_watch_and_drops_a_flag(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    watch = await world.watch()
    await world.watch(channel=None)
    await world.notice(watch, "One.")
    await world.notice(None, "Two.")
    world.discord.fates = ["refused", "refused"]
    for hour in range(3):
        await world.pass_at(START + hour * HOUR)
    assert (world.discord.attempts, world.discord.said()) == (3, [])
    assert [told.user_id for told in world.discord.pauses] == [5]
    assert await world.paused() == ["The channel is gone.", None]
    assert "post given up or paused: article-1: The channel is gone." in caplog.text
    assert "post given up or paused: article-2: The channel is gone." in caplog.text


async def test_a_notice_whose_article_has_yet_to_come_waits_for_it(world: World) -> None:
    watch = await world.watch()
    late = await world.notice(watch, "One.")
    gone = await world.notice(watch, "Two.")
    changed = await world.notice(watch, "Three.")
    for name in (late.id, gone.id):
        del world.library.articles[name]
    world.library.articles[changed.id] = Article(changed.id, "T", (Paragraph("3."),), "f")
    await world.pass_at(START)
    world.library.articles[late.id] = late
    for minutes in range(1, 120, 10):
        await world.pass_at(START + minutes * timedelta(minutes=1))
    assert world.discord.said() == ["One."]


async def test_what_a_watch_left_out_is_said_with_its_next_post(world: World) -> None:
    watch = await world.watch()
    for sentence in ("One.", "Two.", "Three."):
        await world.notice(watch, sentence)
    await world.pass_at(START)
    await world.pass_at(START + DAY + HOUR)
    await world.notice(watch, "Four.")
    await world.pass_at(START + DAY + 2 * HOUR)
    assert world.discord.said() == ["One.", "Two.", "Four."]
    assert world.discord.left_out == [0, 0, 1]


# What was stored no longer fits


async def test_a_quote_that_no_longer_stands_is_not_sent_and_is_an_error_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.schedule()
    world.library.add("One.", "Two.", "Three.")
    world.discord.fates = ["failed"]
    await world.pass_at(START + HOUR)
    world.library.articles["article-1"] = Article("article-1", "T", (Paragraph("0ne."),), "f")
    del world.library.articles["article-2"]
    await world.pass_at(START + 2 * HOUR)
    assert world.discord.said() == ["Three."]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert ["article-1" in errors[0].message, "article-2" in errors[1].message] == [True, True]
    async with world.process() as (store, _):
        assert [quote.text for quote in await store.posted_quotes.for_channel(10)] == ["Three."]


async def test_a_topic_that_cannot_be_searched_for_pauses_its_schedule(world: World) -> None:
    schedule = await world.schedule()
    world.library.searchable = False
    await world.pass_at(START + HOUR)
    paused = await world.now_of(schedule)
    assert "Type a topic with at least one word to search for." in str(paused.pause_reason)


async def test_a_zone_that_is_no_more_pauses_its_schedule_only(world: World) -> None:
    lost = await world.schedule(timetable=Timetable((time(9),), (0,), "Mars/Olympus"))
    await world.schedule()
    world.library.add("One.")
    await world.pass_at(START + HOUR)
    assert "Mars/Olympus" in str((await world.now_of(lost)).pause_reason)
    assert world.discord.said() == ["One."]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4))
def test_a_brief_leads_back_to_its_digest(stories: list[tuple[str, str, str]]) -> None:
    quotes = []
    for number, (before, words, after) in enumerate(stories):
        article = Article(str(number), words, (Paragraph(before + words + after),), "file.txt")
        start, end = len(before), len(before) + len(words)
        quotes.append(Quote(article, 1, start, end, words, marks=(Span(0, 1),)))
    articles = {quote.article.id: quote.article for quote in quotes}
    plain = Quote(quotes[-1].article, 1, quotes[-1].start, quotes[-1].end, quotes[-1].text)
    points = tuple(
        Quote(q.article, 1, q.start, q.end, q.text, marks=q.marks, repeats=(plain,)) for q in quotes
    )
    digest = Digest("china", "China", points)
    summary = summary_of(brief_of(digest), articles.get)
    assert summary.digest == digest
    assert summary.dropped == ()
    assert not summary_of(brief_of(digest), lambda _: None).digest.points


# In quiet hours

NIGHT = QuietHours(time(22), time(7), "UTC")


async def prefer(world: World, **chosen: Any) -> None:
    async with world.process() as (store, _):
        await store.preferences.put(1, Preferences(**chosen))


async def test_what_falls_due_in_quiet_hours_waits_until_they_end(world: World) -> None:
    evening = Timetable((time(23),), (0, 1, 2, 3, 4, 5, 6), "UTC")
    await prefer(world, quiet_hours=NIGHT)
    await world.schedule(timetable=evening)
    world.library.add("One.")
    eleven = START.replace(hour=23)
    seven = START + DAY - HOUR
    await world.pass_at(eleven)
    world.library.add("Two.")
    await world.pass_at(seven - timedelta(seconds=1))
    assert world.discord.attempts == 0
    await world.pass_at(seven)
    assert world.discord.said() == ["One.", "Two."]
    [(_, attempt)] = world.discord.tries
    assert (attempt.not_before, attempt.is_retry) == (seven, False)
    await world.pass_at(seven + 5 * HOUR)
    assert world.discord.attempts == 1


async def test_a_night_in_quiet_hours_is_no_failed_attempt(world: World) -> None:
    await prefer(world, quiet_hours=NIGHT)
    await world.schedule(timetable=Timetable((time(23),), (0, 1, 2, 3, 4, 5, 6), "UTC"))
    watch = await world.watch()
    world.library.add("One.")
    world.now = START.replace(hour=23)
    await world.notice(watch, "Two.")
    for quarter in range(8 * 4):
        await world.pass_at(START.replace(hour=23) + quarter * HOUR / 4)
    seven = START + DAY - HOUR
    world.discord.fates = ["failed", "failed"]
    await world.pass_at(seven)
    await world.pass_at(seven + timedelta(minutes=1))
    assert set(world.discord.said()) == {"One.", "Two."}
    assert world.discord.attempts == 4


async def test_a_post_that_fails_before_quiet_hours_is_tried_again_after_them(
    world: World,
) -> None:
    await prefer(world, quiet_hours=NIGHT)
    await world.schedule(timetable=Timetable((time(21),), (0, 1, 2, 3, 4, 5, 6), "UTC"))
    world.library.add("One.")
    world.discord.fates = ["failed"] * 6
    nine = START.replace(hour=21)
    for minutes in (0, 1, 3, 7, 15, 31):
        await world.pass_at(nine + timedelta(minutes=minutes))
    for hours in range(1, 10):
        await world.pass_at(nine + hours * HOUR + timedelta(minutes=3))
    assert world.discord.attempts == 6
    await world.pass_at(nine + 10 * HOUR)
    assert world.discord.said() == ["One."]
    assert world.discord.attempts == 7
    since = {attempt.not_before for _, attempt in world.discord.tries}
    assert since == {nine}


@pytest.mark.parametrize("ended", [True, False])
async def test_who_ends_quiet_hours_gets_what_waited_soon(world: World, ended: bool) -> None:
    await prefer(world, quiet_hours=NIGHT)
    await world.schedule(timetable=Timetable((time(23),), (0, 1, 2, 3, 4, 5, 6), "UTC"))
    world.library.add("One.")
    await world.pass_at(START.replace(hour=23))
    if ended:
        await prefer(world)
    await world.pass_at(START.replace(hour=23) + timedelta(minutes=15))
    assert world.discord.said() == (["One."] if ended else [])


async def test_of_several_slots_in_one_night_the_last_is_posted(world: World) -> None:
    await prefer(world, quiet_hours=NIGHT)
    times = (time(1), time(2), time(23))
    await world.schedule(timetable=Timetable(times, (0, 1, 2, 3, 4, 5, 6), "UTC"))
    world.library.add("One.")
    for hour in range(15, 26):
        await world.pass_at(START + hour * HOUR)
    assert world.discord.attempts == 1
    assert world.discord.said() == ["One."]


async def test_notices_in_channels_keep_quiet_and_private_ones_do_not(world: World) -> None:
    await prefer(world, quiet_hours=NIGHT)
    loud, private = await world.watch(), await world.watch(channel=None)
    world.now = START.replace(hour=23)
    await world.notice(loud, "One.")
    await world.notice(private, "Two.")
    await world.notice(None, "Three.")
    await world.pass_at(world.now)
    assert (world.discord.said(10), world.discord.said(DIRECT)) == ([], ["Two."])
    assert world.discord.flags == []
    seven = START + DAY - HOUR
    await world.pass_at(seven)
    assert "One." in world.discord.said(10)
    assert [flag.kind for flag in world.discord.flags] == ["edited"]


async def test_word_of_a_pause_does_not_wait_for_quiet_hours_to_end(world: World) -> None:
    await world.schedule(timetable=Timetable((time(21),), (0, 1, 2, 3, 4, 5, 6), "UTC"))
    world.library.add("One.")
    world.discord.fates = ["refused", "failed"]
    await world.pass_at(START.replace(hour=21))
    await prefer(world, quiet_hours=NIGHT)
    await world.pass_at(START.replace(hour=22))
    assert len(world.discord.pauses) == 2


async def test_who_asks_for_a_summary_in_quiet_hours_gets_it(world: World) -> None:
    await prefer(world, quiet_hours=NIGHT, form="thread")
    schedule = await world.schedule()
    world.library.add("One.")
    world.now = START.replace(hour=23)
    async with world.process() as (_, delivery):
        await delivery.send_now(1, schedule.id, ASKER)
    assert world.discord.said() == ["One."]
    assert [look.form for look, _ in world.discord.tries] == ["thread"]


async def test_quiet_hours_in_a_zone_nobody_knows_keep_nothing_back(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await prefer(world, quiet_hours=replace(NIGHT, zone="Mars/Olympus"))
    await world.schedule()
    world.library.add("One.")
    await world.pass_at(START + HOUR)
    assert world.discord.said() == ["One."]
    assert "Mars/Olympus" in caplog.text


async def test_every_attempt_has_the_form_of_the_first(world: World) -> None:
    await prefer(world, form="post")
    await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["lost"]
    await world.pass_at(START + HOUR)
    await prefer(world, form="channel")
    await world.pass_at(START + 2 * HOUR)
    world.library.add("Two.")
    await world.pass_at(START + HOUR + DAY)
    assert [(look.form, attempt.is_retry) for look, attempt in world.discord.tries] == [
        ("post", False),
        ("post", True),
        ("channel", False),
    ]
    assert len({attempt.not_before for _, attempt in world.discord.tries[:2]}) == 1


async def test_every_attempt_has_the_look_of_the_first(world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = ["lost"]
    await world.pass_at(START + HOUR)
    async with world.process() as (store, _):
        wanted = replace(schedule, titled=True, role_id=5, tag_id=6, form="post", max_quotes=1)
        await store.schedules.change(schedule, wanted, world.now)
    await world.pass_at(START + 2 * HOUR)
    world.library.add("Two.", "Three.")
    await world.pass_at(START + HOUR + DAY)
    first, again, second = [look for look, _ in world.discord.tries]
    assert first == again == PostLook(is_first=True)
    assert second == PostLook("post", True, None, 5, 6)


async def test_the_statements_nearest_to_a_topic_are_no_news(world: World) -> None:
    await world.schedule()
    world.library.add("One.")
    world.library.is_nearest = True
    await world.pass_at(START + HOUR)
    assert world.discord.said() == []
    world.library.is_nearest = False
    await world.pass_at(START + HOUR + DAY)
    assert world.discord.said() == ["One."]


# At once, on request


async def test_a_summary_on_request_is_posted_at_once_and_counts_as_had(world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    async with world.process() as (_, delivery):
        found = await asyncio.gather(
            delivery.send_now(1, schedule.id, ASKER), delivery.send_now(1, schedule.id, ASKER)
        )
        assert sorted(found) == ["nothing new", "posted"]  # whichever comes first
    world.library.add("Two.")
    await world.pass_at(START + HOUR)
    assert world.discord.said() == ["One.", "Two."]


@pytest.mark.parametrize("fate", ["refused", "blocked"])
async def test_a_request_that_is_refused_says_why_and_changes_nothing(
    fate: Fate, world: World
) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    async with world.process() as (_, delivery):
        with pytest.raises(ScheduleError) as fault:
            await delivery.send_now(1, schedule.id, ASKER)
        assert str(fault.value) in (str(GONE), str(BLOCKED))
        with pytest.raises(ScheduleError, match="no schedule"):
            await delivery.send_now(2, schedule.id, ASKER)
    assert not (await world.now_of(schedule)).paused
    await world.pass_at(START + HOUR)
    assert world.discord.said() == ["One."]
    assert world.discord.attempts == 2
    assert world.discord.pauses == []


@pytest.mark.parametrize(
    ("fate", "is_paused"), [("failed", False), ("lost", False), ("lost", True), ("hangs", True)]
)
async def test_a_request_whose_answer_is_lost_says_so_and_is_posted_once(
    is_paused: bool, fate: Fate, world: World
) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    async with world.process() as (_, delivery):
        if is_paused:
            await delivery.pause(1, schedule.id)
        assert await delivery.send_now(1, schedule.id, ASKER) == "pending"
        assert await delivery.send_now(1, schedule.id, ASKER) == "pending"
        assert world.discord.attempts == 1
    await world.pass_at(START + timedelta(minutes=5))
    assert world.discord.said() == ["One."]
    assert len({attempt.nonce for _, attempt in world.discord.tries}) == 1
    async with world.process() as (_, delivery):
        assert await delivery.send_now(1, schedule.id, ASKER) == "nothing new"
        if is_paused:
            await delivery.resume(1, schedule.id)
    world.library.add("Two.")
    await world.pass_at(START + HOUR)
    assert world.discord.said() == ["One.", "Two."]


@pytest.mark.parametrize("fate", ["crash before", "crash after"])
async def test_a_request_outlives_the_process(fate: Fate, world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    async with world.process() as (_, delivery):
        with pytest.raises(Crash):
            await delivery.send_now(1, schedule.id, ASKER)
    await world.pass_at(START + timedelta(minutes=5))
    assert world.discord.said() == ["One."]
    assert world.discord.attempts == 2


@pytest.mark.parametrize("fate", ["lost", "failed", "crash after"])
async def test_a_pause_and_a_resume_after_a_lost_answer_post_nothing_twice(
    fate: Fate, world: World
) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.discord.fates = [fate]
    await world.pass_at(START + HOUR)
    async with world.process() as (_, delivery):
        await delivery.pause(1, schedule.id)
        await delivery.resume(1, schedule.id)
    world.library.add("Two.")
    for hour in (2, 3, 25):
        await world.pass_at(START + hour * HOUR)
    assert world.discord.said() == ["One.", "Two."]


async def test_a_pause_is_confirmed_once_no_post_is_under_way(world: World) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.now = START + HOUR
    async with world.process() as (_, delivery):
        pausing: list[asyncio.Task[Schedule]] = []
        world.discord.on_post = lambda: pausing.append(
            asyncio.create_task(delivery.pause(1, schedule.id))
        )
        world.discord.fates = ["hangs"]
        running = asyncio.create_task(delivery.run_due())
        await until(lambda: bool(pausing))
        await asyncio.sleep(0.05)
        assert not pausing[0].done()
        assert (await pausing[0]).paused
        await running
        assert world.discord.attempts == 1


async def test_a_pause_is_confirmed_once_no_post_of_another_process_is_under_way(
    world: World,
) -> None:
    schedule = await world.schedule()
    world.library.add("One.")
    world.now = START + HOUR
    async with world.process() as (_, delivery), world.process("two") as (_, other):
        pausing: list[asyncio.Task[Schedule]] = []
        done: list[bool] = []
        world.discord.on_post = lambda: pausing.append(
            asyncio.create_task(other.pause(1, schedule.id))
        )
        world.discord.fates = ["hangs"]
        running = asyncio.create_task(delivery.run_due())
        running.add_done_callback(lambda _: done.append(pausing[0].done()))
        await running
        assert (await pausing[0]).paused
        await other.run_due()
    assert done == [False]
    assert world.discord.attempts == 1


# The loop


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what it waits for tells nobody
            await asyncio.sleep(0.01)


async def test_the_loop_outlives_every_error_and_ends_when_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.schedule(channel=11)
    await world.schedule(channel=10)
    world.library.add("One.")
    world.now = START + HOUR
    world.discord.fates = ["bug"]
    stop = asyncio.Event()
    async with world.process() as (_, delivery):
        loop = asyncio.create_task(delivery.run(stop))
        await until(lambda: world.discord.said() == ["One."])
        stop.set()
        await loop
    assert "nobody thought of this" in caplog.text


async def test_the_loop_outlives_a_locked_database(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.schedule()
    world.library.add("One.")
    world.now = START + HOUR
    world.patience = BUSY_SECONDS
    stop = asyncio.Event()
    lock = sqlite3.connect(world.database, isolation_level=None)
    async with world.process() as (_, delivery):
        lock.execute("BEGIN IMMEDIATE")
        loop = asyncio.create_task(delivery.run(stop))
        await until(lambda: "wait for the next pass" in caplog.text)
        lock.close()
        await until(lambda: world.discord.said() == ["One."])
        stop.set()
        await loop


async def test_told_to_stop_a_pass_finishes_the_deliveries_under_way_and_no_other(
    world: World,
) -> None:
    for channel in range(10, 14):
        await world.schedule(channel=channel)
    world.library.add("One.")
    world.now = START + HOUR
    stop = asyncio.Event()
    world.discord.on_post = stop.set
    async with world.process() as (store, delivery):
        delivery.workers = 2
        await delivery.run_due(stop)
        posted_in = [channel for channel in range(10, 14) if world.discord.said(channel)]
        assert posted_in in ([10], [10, 11])
        for channel in posted_in:
            assert len(await store.posted_quotes.for_channel(channel)) == 1


async def test_two_processes_deliver_each_slot_once(world: World) -> None:
    for channel in range(4):
        await world.schedule(channel=channel)
    world.library.add("One.")
    world.now = START + HOUR
    async with world.process("one") as (_, one), world.process("two") as (_, two):
        await asyncio.gather(one.run_due(), two.run_due())
    assert [world.discord.said(channel) for channel in range(4)] == [["One."]] * 4
    assert world.discord.attempts == 4


# Several channels at once


class SlowDiscord(Discord):
    """Takes a while for each post, and counts those that are under way."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.under_way: list[int] = []
        self.most_at_once = 0
        self.expected = expected
        self.all_came = asyncio.Event()

    async def post(self, channel: int, summary: Digest, nonce: str) -> SentMessage:
        assert channel not in self.under_way
        self.under_way.append(channel)
        self.most_at_once = max(self.most_at_once, len(self.under_way))
        if len(self.under_way) == self.expected:
            self.all_came.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.all_came.wait(), 0.4)
        await asyncio.sleep(0.01)
        self.under_way.remove(channel)
        return await super().post(channel, summary, nonce)


@pytest.mark.parametrize("workers", [1, 3, 8])
async def test_as_many_channels_as_workers_are_posted_to_at_once_and_each_one_post_after_the_other(
    world: World, workers: int
) -> None:
    world.discord = discord = SlowDiscord(min(workers, 6))
    for number in range(12):
        await world.schedule(channel=number % 6, announce_empty=True)
    world.library.add("One.")
    world.now = START + HOUR
    async with world.process() as (_, delivery):
        delivery.workers = workers
        await delivery.run_due()
    assert discord.most_at_once == min(workers, 6)
    assert len(discord.posts) == 12
    assert [discord.said(channel) for channel in range(6)] == [["One.", "nothing new"]] * 6


async def test_a_channel_that_hangs_holds_up_no_other(world: World) -> None:
    for channel in range(4):
        await world.schedule(channel=channel)
    world.library.add("One.")
    world.now = START + HOUR
    world.discord.fates = ["hangs"]
    async with world.process() as (_, delivery):
        running = asyncio.create_task(delivery.run_due())
        await until(lambda: len(world.discord.posts) == 3)
        assert not running.done()
        await running


async def test_what_channels_with_one_history_are_due_is_composed_once(world: World) -> None:
    for channel in range(4):
        await world.schedule(channel=channel)
    world.library.add("One.")
    await world.pass_at(START + HOUR)
    assert world.library.composed == 1
    world.library.add("Two.")
    async with world.process() as (store, _):
        quote = Quote(world.library.articles["article-2"], 1, 0, 4, "Two.")
        await store.posted_quotes.record(Post("watch", 1, 3, None), [quote], world.now)
    await world.pass_at(START + HOUR + DAY)
    assert world.library.composed == 3  # one of them has had it already
    assert [world.discord.said(channel) for channel in range(4)] == [["One.", "Two."]] * 3 + [
        ["One."]
    ]


async def test_the_first_of_many_is_posted_before_all_are_enqueued(world: World) -> None:
    timetables = [Timetable((time(9, minute),), tuple(range(7)), "UTC") for minute in range(4)]
    for number in range(12):
        await world.schedule(channel=number, timetable=timetables[number % 4])
    world.library.add("One.")
    world.now = START + 2 * HOUR
    waiting: list[int] = []
    async with world.process() as (store, delivery):

        async def count() -> None:
            waiting.append(len(await store.overview.list_waiting()))

        counts: list[asyncio.Task[None]] = []
        world.discord.on_post = lambda: counts.append(asyncio.create_task(count()))
        delivery.enqueued_together = 1
        await delivery.run_due()
        await asyncio.gather(*counts)
    assert waiting[0] < 12
    assert len(world.discord.posts) == 12


# Any course of events

FATES = st.sampled_from(["fine", "failed", "lost", "crash before", "crash after", "bug"])
EVENTS = st.lists(
    st.tuples(FATES, st.integers(1, 40), st.booleans()), min_size=1, max_size=6
)  # the next post's fate, hours until the next pass, and whether there is news before it


@settings(max_examples=10)  # each starts the bot a dozen times
@given(EVENTS)
async def test_whatever_happens_every_quote_reaches_the_channel_once(
    events: list[tuple[Fate, int, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(f"{folder}/verbatim.db")
        await world.schedule()
        moment = START
        for number, (fate, hours, news) in enumerate(events):
            world.discord.fates = [fate]
            if news:
                world.library.add(f"Sentence {number}.")
            moment += hours * HOUR
            await world.pass_at(moment)
        world.discord.fates = []
        for day in range(1, 5):
            await world.pass_at(moment + day * DAY)
        everything = [a.paragraphs[0].text for a in world.library.articles.values()]
        assert sorted(world.discord.said()) == sorted(everything)


@pytest.mark.parametrize("post", ["a summary", "a summary under way", "a watch", "a flag"])
async def test_what_is_due_waits_while_the_server_is_left_and_then_comes_once(
    world: World, post: str
) -> None:
    if post.startswith("a summary"):
        await world.schedule()
        world.library.add("Ferries sail.")
    else:
        watch = await world.watch() if post == "a watch" else None
        await world.notice(watch, "Ferries sail.")
    moment = START + HOUR
    if post == "a summary under way":
        world.discord.fates = ["lost"]
        await world.pass_at(moment)
    async with world.process() as (store, _):
        await store.guilds.record_departure(1, world.now)
    attempts = world.discord.attempts
    for minutes in (5, 20):
        await world.pass_at(moment + timedelta(minutes=minutes))
    async with world.process() as (store, _):
        assert (await store.overview.get_totals(world.now)).waiting == 0
        assert world.discord.attempts == attempts
        await store.guilds.clear_departure(1)
    for minutes in (30, 45):
        await world.pass_at(moment + timedelta(minutes=minutes))
    assert len(world.discord.posts) == 1
    assert world.discord.pauses == []


async def test_another_server_goes_on_when_one_is_left(world: World) -> None:
    await world.schedule()
    await world.notice(await world.watch(channel=None), "Ferries sail.")
    async with world.process() as (store, _):
        await store.guilds.record_departure(2, world.now)
    await world.pass_at(START + HOUR)
    assert len(world.discord.posts) == 2
