"""Notices of articles that come, change and go: who gets one, in which words, when, and once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.briefing.digest.watching import match_watches, resolve_watch
from bot.briefing.topics import Topics
from bot.errors import QuestionError, WatchError
from bot.library.change_notices import make_change_notices
from bot.library.writer import LibraryWriter
from bot.model import (
    SHARED,
    Article,
    Brief,
    BriefPoint,
    Notice,
    Paragraph,
    Post,
    PostedQuote,
    Quote,
    SentMessage,
    Source,
    Timetable,
    Watch,
)
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.store import NoticeClaim, Store
from bot.store.delivery.watches import MAX_WATCHES
from bot.text.names import Names, add_general_names
from bot.text.terms import Analyser
from tests.support.databases import close_store
from tests.support.stories import NAMES, TALKS, TOPICS, WEATHER, article

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = 2 * MINUTE
ANN, BEN = 101, 202  # two servers
ANALYSER = Analyser(Names(add_general_names(NAMES)))

FERRIES = "The ferry to Geneva stops on Monday, the company said."
MORE_FERRIES = "No ferry will sail before winter, sailors fear, as the engines are old."
OTHER_FERRIES = "A new bridge makes the ferry needless, engineers in Oslo told the council."


# What an article speaks of


def quoted(words: str, told: Article) -> str | None:
    """The quote with which `told` speaks of `words`."""
    found = match_watches(told, [words], Topics(TOPICS, ANALYSER), ANALYSER)
    assert all(quote.is_verbatim() for quote in found.values())
    return found[words].text if words in found else None


RAIN = "Rain fell on the coast for a whole week and the harbour was closed."
CLOUDS = "Clouds hung over the valley until the farmers had brought in the hay."


@pytest.mark.parametrize(
    ("words", "told", "text"),
    [
        pytest.param("ferry", article("A", FERRIES, RAIN), FERRIES, id="first paragraph"),
        pytest.param("FERRIES", article("A", FERRIES, RAIN), FERRIES, id="any form"),
        pytest.param("ferry", article("A", RAIN, FERRIES), None, id="one sentence further down"),
        pytest.param("ferry", article("No ferry", RAIN, FERRIES), FERRIES, id="in the title"),
        pytest.param(
            "ferry", article("A", RAIN, FERRIES, CLOUDS, MORE_FERRIES), FERRIES, id="the earlier"
        ),
        pytest.param(
            "ferry",
            article("A", "The council of Oslo discussed the budget, a new school and the ferry."),
            None,
            id="at the end of a list",
        ),
        pytest.param("old ferry", article("A", FERRIES, RAIN), None, id="half of the words"),
        pytest.param(
            "dprk",
            article("A", "Pyongyang has closed the border to all travellers, officials said."),
            "Pyongyang has closed the border to all travellers, officials said.",
            id="a name of the topic",
        ),
        pytest.param(
            "DPRK border",
            article("A", "Pyongyang border guards have closed the crossing, officials said."),
            "Pyongyang border guards have closed the crossing, officials said.",
            id="a name within other words",
        ),
        pytest.param(
            "peace talks",
            article("A", "Peace negotiations began in Oslo on Friday, the two sides said."),
            "Peace negotiations began in Oslo on Friday, the two sides said.",
            id="a synonym beside another word",
        ),
        pytest.param(
            "talks",
            article("A", "The discussion of the school budget took an hour on Friday."),
            None,
            id="no synonym for a word alone",
        ),
        pytest.param(
            "협상",
            article("A", "Negotiations began in Oslo on Friday, the two sides said."),
            "Negotiations began in Oslo on Friday, the two sides said.",
            id="Korean",
        ),
        pytest.param(
            "ferry",
            article("A", f"{FERRIES} He said the ferry would be sold to a yard abroad."),
            FERRIES,
            id="the sentence that can stand alone",
        ),
        pytest.param("everything", article("A", "Read more!", RAIN), RAIN, id="everything"),
    ],
)
def test_an_article_speaks_of_words_where_it_tells_of_them(
    words: str, told: Article, text: str | None
) -> None:
    assert quoted(words, told) == text


def test_what_is_watched_for_needs_a_word() -> None:
    topics = Topics(TOPICS, ANALYSER)
    assert resolve_watch("  DPRK ", topics, ANALYSER).slug == "north-korea"
    assert resolve_watch("the  ferry", topics, ANALYSER).slug == "the ferry"
    assert resolve_watch("everything", topics, ANALYSER).slug == "everything"
    for nothing in ("the", "?!", ""):
        with pytest.raises(QuestionError, match="no word to watch for"):
            resolve_watch(nothing, topics, ANALYSER)


# Who is told of it


@pytest.fixture
async def writer(store: Store, tmp_path: Path) -> LibraryWriter:
    return await LibraryWriter.open(
        Desk((TALKS, WEATHER), TOPICS, NAMES), store, saved_at=tmp_path / "index"
    )


async def watch(
    store: Store,
    words: str = "ferry",
    *,
    guild: int = ANN,
    channel: int | None = 10,
    user: int = 5,
    per_hour: int = 3,
) -> Watch:
    return await store.watches.add(
        guild_id=guild,
        channel_id=channel,
        user_id=user,
        words=words,
        per_hour=per_hour,
        now=NOON,
    )


def found_at(place: str) -> Source:
    return Source(f"https://{place}", f"https://{place}", NOON)


async def take(
    writer: LibraryWriter,
    *texts: str,
    place: str = "sea.example/ferry",
    collection: int = ANN,
    now: datetime = NOON,
    published: date | None = None,
) -> Article:
    paragraphs = tuple(Paragraph(text) for text in texts)
    told = Story("A day at sea", paragraphs, "main", published=published)
    taken = await writer.ingest(collection, told, source=found_at(place), now=now)
    return taken.article


async def claim(store: Store, minutes: float = 0) -> NoticeClaim | None:
    return await store.outbox.claim_notice(NOON + minutes * MINUTE, LEASE, "one")


async def claimed(store: Store, minutes: float = 0) -> NoticeClaim:
    """What is claimable so many minutes after noon; there must be something."""
    found = await claim(store, minutes)
    assert found is not None
    return found


async def waiting(store: Store) -> list[Notice]:
    """Every notice that is queued, as one who claims them all at noon gets them."""
    notices = []
    while found := await claim(store):
        notices.append(found.notice)
        await store.outbox.acknowledge(found, "posted", (), NOON)
    return notices


def words_of(notice: Notice) -> str:
    return notice.brief.points[0].quote.text


async def test_a_new_article_is_told_to_who_watches_its_words(
    store: Store, writer: LibraryWriter
) -> None:
    held = await watch(store)
    await watch(store, "trams")
    taken = await take(writer, FERRIES, RAIN)
    [notice] = await waiting(store)
    assert (notice.key, notice.kind) == (f"watch:{held.id}:{taken.id}", "watch")
    assert (notice.guild_id, notice.channel_id, notice.user_id) == (ANN, 10, None)
    assert (notice.happened_at, notice.watch_id) == (NOON, held.id)
    assert (notice.brief.title, words_of(notice)) == ("ferry", FERRIES)
    marked = [FERRIES[mark.start : mark.end] for mark in notice.brief.points[0].marks]
    assert marked == ["ferry"]


@pytest.mark.parametrize(("day", "told"), [(date(2026, 2, 23), 1), (date(2026, 2, 22), 0)])
async def test_what_was_published_long_before_it_came_is_no_news(
    store: Store, writer: LibraryWriter, day: date, told: int
) -> None:
    await watch(store)
    await take(writer, FERRIES, RAIN, published=day)
    assert len(await waiting(store)) == told


async def test_a_servers_article_is_told_to_that_server_and_a_shared_one_to_all(
    store: Store, writer: LibraryWriter
) -> None:
    await watch(store, guild=ANN, channel=10)
    await watch(store, guild=BEN, channel=20)
    await watch(store, guild=BEN, channel=None, user=6)
    await watch(store, guild=SHARED, channel=None, user=7)
    await take(writer, FERRIES, RAIN, collection=ANN)
    assert [notice.channel_id for notice in await waiting(store)] == [10]
    await take(writer, MORE_FERRIES, CLOUDS, place="b.example", collection=SHARED)
    told = [(each.channel_id, each.user_id) for each in await waiting(store)]
    assert told == [(10, None), (20, None), (None, 6), (None, 7)]


async def test_a_story_is_told_once_however_often_it_comes(
    store: Store, writer: LibraryWriter
) -> None:
    await watch(store)
    for place in ("sea.example/ferry", "sea.example/ferry", "copy.example"):
        await take(writer, FERRIES, RAIN, CLOUDS, place=place)
    again = FERRIES.replace("said", "announced")
    await take(writer, again, "Something else altogether happened in the valley.", place="c.ex")
    assert [words_of(notice) for notice in await waiting(store)] == [FERRIES]
    await take(writer, OTHER_FERRIES, place="d.example")
    assert [words_of(notice) for notice in await waiting(store)] == [OTHER_FERRIES]


async def test_one_quote_is_posted_once_in_one_place(store: Store, writer: LibraryWriter) -> None:
    await watch(store, "ferry", channel=10)
    await watch(store, "Geneva", channel=10)
    await watch(store, "Geneva", channel=11)
    await watch(store, "ferry", channel=None, user=6)
    await watch(store, "Geneva", channel=None, user=7)
    await take(writer, FERRIES, RAIN)
    told = [(each.channel_id, each.user_id, each.brief.title) for each in await waiting(store)]
    assert told == [
        (10, None, "ferry"),
        (11, None, "Geneva"),
        (None, 6, "ferry"),
        (None, 7, "Geneva"),
    ]


async def test_what_a_watch_said_long_ago_may_be_said_again(
    store: Store, writer: LibraryWriter
) -> None:
    await watch(store)
    await take(writer, FERRIES, RAIN)
    await waiting(store)
    later = NOON + timedelta(days=31)
    again = FERRIES.replace("said", "announced")
    await take(writer, again, "Something else happened in the valley.", place="c.ex", now=later)
    found = await store.outbox.claim_notice(later, LEASE, "one")
    assert found is not None
    assert words_of(found.notice) == again


async def test_an_edit_is_no_new_article(store: Store, writer: LibraryWriter) -> None:
    await watch(store)
    await take(writer, RAIN, CLOUDS)
    await take(writer, FERRIES, CLOUDS)
    assert await waiting(store) == []


async def test_a_notice_is_queued_with_its_change_or_not_at_all(
    store: Store, writer: LibraryWriter
) -> None:
    held = await watch(store)
    gone, kept = await take(writer, FERRIES), await take(writer, RAIN, place="b.example")
    [notice] = await waiting(store)

    async def edit(article: Article, title: str, **changes: Any) -> list[str]:
        """The keys queued by an edit with the notice of before and one like it."""
        notices = [notice, replace(notice, key=title, **changes)]
        told = replace(article, title=title)
        await store.articles.edit(article.id, told, text_hash=title, now=NOON, notices=notices)
        return [each.key for each in await waiting(store)]

    assert await edit(kept, "new") == ["new"]
    assert await edit(kept, "new") == []  # nothing is changed
    await store.articles.remove(ANN, gone.id, notices=[replace(notice, key="removed")])
    assert [each.key for each in await waiting(store)] == ["removed"]
    assert await edit(gone, "of an article that is gone") == []
    await store.watches.remove(held.id, user_id=5, guild_id=ANN)
    assert await edit(kept, "of a watch that is gone") == []
    assert await edit(kept, "of no watch", watch_id=None) == ["of no watch"]


# How a watch posts

ROSE = Quote(TALKS, 1, 0, 9, TALKS.paragraphs[0].text[:9])
BRIEF = Brief("ferry", "ferry", (BriefPoint(PostedQuote.from_quote(ROSE)),))


async def queue(store: Store, held: Watch, count: int, at: datetime = NOON) -> None:
    """Let so many notices of the watch wait since `at`."""
    base = Notice("", "watch", at, held.guild_id, held.channel_id, BRIEF, watch_id=held.id)
    source = replace(TALKS, id=f"{held.id}-{at}", added_at=at)
    await store.articles.add(
        held.guild_id,
        source,
        text_hash=source.id,
        source=None,
        by=None,
        limit=None,
        notices=[replace(base, key=f"{source.id}-{number}") for number in range(count)],
    )


async def post(store: Store, minutes: float) -> NoticeClaim | None:
    """Claim a notice at that time and acknowledge it as posted."""
    found = await claim(store, minutes)
    if found:
        at = NOON + minutes * MINUTE
        assert await store.outbox.acknowledge(found, "posted", [ROSE], at, SentMessage(77))
    return found


async def test_a_watch_posts_no_more_in_any_hour_than_was_chosen(store: Store) -> None:
    await queue(store, await watch(store, per_hour=2), 5)
    posted = [minute for minute in range(0, 200, 10) if await post(store, minute)]
    assert posted == [0, 10, 60, 70, 120]


async def test_a_watch_posts_one_at_a_time_and_holds_up_no_other(store: Store) -> None:
    first, second = await watch(store), await watch(store, "trams")
    await queue(store, first, 2)
    await queue(store, second, 1)
    one, two = await claimed(store), await claimed(store)
    assert [one.notice.watch_id, two.notice.watch_id] == [first.id, second.id]
    assert await claim(store, 1) is None
    assert await store.outbox.acknowledge(two, "posted", (), NOON)
    assert await store.outbox.release(one, NOON + 30 * MINUTE)
    assert await claim(store, 29) is None
    assert (await claimed(store, 30)).notice.watch_id == first.id


async def test_a_claim_that_lapses_is_anothers(store: Store) -> None:
    await queue(store, await watch(store), 1)
    lapsed = await claimed(store)
    held = await claimed(store, 3)
    assert (held.id, held.attempt) == (lapsed.id, 2)
    assert not await store.outbox.acknowledge(lapsed, "posted", (), NOON)
    assert not await store.outbox.suspend(lapsed, "You are gone.", NOON)
    assert await store.outbox.acknowledge(held, "posted", (), NOON)


async def test_what_waits_for_more_than_a_day_is_dropped_and_counted_once(store: Store) -> None:
    held = await watch(store, per_hour=1)
    await queue(store, held, 3)
    assert await post(store, 0)
    await queue(store, held, 2, at=NOON + 25 * 60 * MINUTE)
    later = await post(store, 25 * 60)
    last = await post(store, 26 * 60)
    assert later is not None
    assert last is not None
    assert (later.dropped_count, last.dropped_count) == (2, 0)
    assert await post(store, 48 * 60) is None


async def test_what_a_watch_posts_in_a_channel_counts_as_had_and_a_reply_does_not(
    store: Store,
) -> None:
    await queue(store, await watch(store), 1)
    await queue(store, await watch(store, "trams", channel=None), 1)
    assert await post(store, 0)
    assert await post(store, 0)
    [had] = await store.posted_quotes.for_channel(10)
    reply = Quote(TALKS, 1, 10, 13, TALKS.paragraphs[0].text[10:13])
    await store.posted_quotes.record(Post("reply", ANN, 10, 78), [reply], NOON)
    assert await store.posted_quotes.for_channel(10) == [had]
    quoting = await store.posted_quotes.for_article(TALKS.id)
    assert [each.post for each in quoting] == [
        Post("watch", ANN, 10, 77),
        Post("reply", ANN, 10, 78),
    ]


async def test_a_summary_waits_while_a_watch_posts_to_its_channel(store: Store) -> None:
    schedule = await store.schedules.add(
        guild_id=ANN,
        channel_id=10,
        topic="china",
        timetable=Timetable((time(9),), (0,), "UTC"),
        announce_empty=True,
        created_by=5,
        now=NOON,
    )
    assert await store.outbox.enqueue(schedule.id, NOON + MINUTE)
    await queue(store, await watch(store), 1)
    under_way = await claimed(store)
    assert await store.outbox.claim_summary(NOON + MINUTE, LEASE, "two") is None
    await store.outbox.acknowledge(under_way, "posted", (), NOON)
    assert await store.outbox.claim_summary(NOON + MINUTE, LEASE, "two") is not None


async def test_a_watch_that_cannot_post_is_paused_and_what_waits_goes(
    store: Store, writer: LibraryWriter
) -> None:
    held = await watch(store, channel=None)
    await queue(store, held, 3)
    assert await store.outbox.suspend(await claimed(store), "Your messages are closed.", NOON)
    assert await claim(store, 90) is None
    [paused] = await store.watches.list_for_user(5)
    assert paused == replace(held, pause_reason="Your messages are closed.")
    await take(writer, FERRIES, RAIN)
    assert await claim(store, 90) is None
    again = await watch(store, channel=None)
    assert await store.watches.list_for_user(5) == [again]


async def test_a_removed_watch_takes_what_waits_with_it(store: Store) -> None:
    held = await watch(store)
    await queue(store, held, 2)
    under_way = await claimed(store)
    assert await store.watches.remove(held.id, user_id=9, guild_id=ANN) == held
    assert not await store.outbox.acknowledge(under_way, "posted", (), NOON)
    assert await claim(store, 90) is None


async def test_processes_that_claim_at_once_keep_to_the_watchs_hour(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    watches = [await watch(stores[0], str(number), per_hour=2) for number in range(4)]
    for held in watches:
        await queue(stores[0], held, 5)

    async def post_all(store: Store) -> list[int | None]:
        posted = []
        while found := await claim(store):
            posted.append(found.notice.watch_id)
            await store.outbox.acknowledge(found, "posted", (), NOON)
        return posted

    # A process that finds every watch busy looks again at its next pass.
    shares = [await asyncio.gather(*map(post_all, stores)) for _ in range(3)]
    for store in stores:
        await close_store(store)
    posted = [watch_id for share in shares for each in share for watch_id in each]
    assert sorted(map(str, posted)) == sorted(str(held.id) for held in watches * 2)


# Whose a watch is


async def test_a_watch_is_listed_and_removed_by_those_whose_it_is(store: Store) -> None:
    private = await watch(store, channel=None, user=5)
    public = await watch(store, channel=10, user=5)
    other = await watch(store, guild=BEN, channel=20, user=6)
    assert await store.watches.list_for_user(5) == [private]
    assert await store.watches.list_for_guild(ANN) == [public]
    assert await store.watches.list_for_guild(BEN) == [other]
    for number, user, guild in (
        (private.id, 6, ANN),  # somebody else's
        (public.id, 5, None),  # one's own, but the server's
        (public.id, 5, BEN),
        (other.id, 6, ANN),
        (0, 5, ANN),
        (10**30, 5, ANN),
    ):
        with pytest.raises(WatchError, match="no such watch"):
            await store.watches.remove(number, user_id=user, guild_id=guild)
    assert await store.watches.remove(private.id, user_id=5, guild_id=None) == private
    assert await store.watches.remove(public.id, user_id=7, guild_id=ANN) == public


async def test_the_same_words_are_watched_once_in_one_place(store: Store) -> None:
    await watch(store)
    with pytest.raises(WatchError, match="already watched there"):
        await watch(store, user=6)
    await watch(store, channel=11)
    await watch(store, channel=None)
    await watch(store, guild=BEN, channel=None)


async def test_a_server_and_a_person_have_only_so_many_watches(store: Store) -> None:
    for number in range(MAX_WATCHES):
        await watch(store, f"word {number}")
        await watch(store, f"word {number}", channel=None)
    with pytest.raises(WatchError, match="This server already has 25 watches"):
        await watch(store)
    with pytest.raises(WatchError, match="You already have 25 watches"):
        await watch(store, channel=None)
    await watch(store, guild=BEN)
    await watch(store, guild=BEN, channel=None, user=6)


async def test_a_servers_data_takes_its_watches_notices_and_posts_along(store: Store) -> None:
    held, others = await watch(store), await watch(store, guild=BEN, channel=20)
    await queue(store, held, 1)
    await queue(store, others, 1)
    for guild in (ANN, BEN):
        await store.posted_quotes.record(Post("reply", guild, guild, guild), [ROSE], NOON)
    flags = await make_change_notices(store, TALKS.id, None, NOON)
    await store.articles.remove(ANN, f"{held.id}-{NOON}", notices=flags)
    kept = await store.guilds.delete(ANN)
    assert (kept.watches, kept.posted) == (1, 1)
    assert {notice.guild_id for notice in await waiting(store)} == {BEN}
    assert await store.posted_quotes.for_channel(ANN) == []
    assert [each.post.guild_id for each in await store.posted_quotes.for_article(TALKS.id)] == [BEN]


# Flags


async def posted_from(store: Store, taken: Article, *texts: str, message: int = 77) -> None:
    """Let a message hold these sentences of the article."""
    quotes = []
    for text in texts:
        for number, paragraph in enumerate(taken.paragraphs, start=1):
            if (start := paragraph.text.find(text)) >= 0:
                quotes.append(Quote(taken, number, start, start + len(text), text))
    assert len(quotes) == len(texts)
    await store.posted_quotes.record(Post("reply", ANN, 10, message), quotes, NOON)


async def test_a_quote_that_its_source_takes_back_is_flagged_below_its_message(
    store: Store, writer: LibraryWriter
) -> None:
    taken = await take(writer, FERRIES, RAIN, CLOUDS)
    await posted_from(store, taken, FERRIES, RAIN, message=77)
    await posted_from(store, taken, CLOUDS, message=78)
    await take(writer, FERRIES.replace("Monday", "Friday"), CLOUDS, RAIN)
    [flag] = await waiting(store)
    assert (flag.key, flag.kind) == (f"flag:77:{taken.id}", "edited")
    assert (flag.guild_id, flag.channel_id, flag.reply_to) == (ANN, 10, 77)
    assert [point.quote.text for point in flag.brief.points] == [FERRIES]
    assert flag.brief.title == "A day at sea"


async def test_a_message_is_flagged_once_for_an_article(
    store: Store, writer: LibraryWriter
) -> None:
    taken = await take(writer, FERRIES, RAIN)
    await posted_from(store, taken, FERRIES, RAIN)
    for edited in (FERRIES.replace("Monday", "Friday"), FERRIES.replace("Monday", "Sunday")):
        await take(writer, edited, RAIN)
    await writer.withdraw(ANN, taken.id, NOON)
    assert [flag.kind for flag in await waiting(store)] == ["edited"]


async def test_what_its_source_takes_down_is_flagged_and_what_is_removed_is_not(
    store: Store, writer: LibraryWriter
) -> None:
    gone = await take(writer, FERRIES, RAIN)
    removed = await take(writer, MORE_FERRIES, CLOUDS, place="b.example")
    await posted_from(store, gone, FERRIES, message=77)
    await posted_from(store, removed, MORE_FERRIES, message=78)
    await writer.remove(ANN, removed.id)
    await writer.withdraw(ANN, gone.id, NOON)
    [flag] = await waiting(store)
    assert (flag.kind, flag.reply_to) == ("withdrawn", 77)


async def test_a_flag_that_cannot_be_posted_is_given_up(
    store: Store, writer: LibraryWriter
) -> None:
    taken = await take(writer, FERRIES, RAIN)
    await posted_from(store, taken, FERRIES)
    await writer.withdraw(ANN, taken.id, NOON)
    assert await store.outbox.suspend(await claimed(store), "The channel is gone.", NOON)
    assert await claim(store, 90) is None
    assert await store.posted_quotes.for_article(taken.id) != []
