"""Links, files and feeds on a real site: added, followed, polled, looked at again."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import Services, open_services
from bot.errors import FetchError, LibraryError, ReadingError, unpack_message
from bot.ingest import Ingester
from bot.ingest.background import apply_retention
from bot.library.writer import LibraryWriter
from bot.model import SHARED, IngestResult, Limits
from bot.settings import read_settings
from bot.store import Store
from tests.support.pdfs import Pdf, Text, column, wrap
from tests.support.simulation import Clock
from tests.support.site import FERRIES, LAST, FeedItem, Site, open_site
from tests.support.stories import ANN, BEN, FERRY, FLOOD

RAIN = FeedItem(
    "/rain", "Rain closes roads", (*FLOOD, *FERRY[1:], LAST.replace("Karin", "Elin")), day=2
)
TALKS = """\
Talks in Geneva

President Lee met the envoy of Pyongyang in Geneva on June 4. He spoke of peace for an hour.
"""
LIMITS = Limits(articles=5, feeds=2, poll_minutes=15, keep_days=30, grace_days=7)


@dataclass
class Desk:
    """Everything that gathers, on one database and one site."""

    site: Site
    clock: Clock
    services: Services

    @property
    def store(self) -> Store:
        return self.services.store

    @property
    def writer(self) -> LibraryWriter:
        return self.services.library_writer

    @property
    def ingester(self) -> Ingester:
        return self.services.ingester

    def says(self, words: str, collection: int = ANN) -> bool:
        """Whether the collection sees a story that holds these words."""
        return self.writer.library.view(collection).verify(words).status == "exact"

    async def pass_time(self, passed: timedelta) -> None:
        """The rounds after that time."""
        self.clock.now += passed
        await self.services.feed_poller.poll_due()
        await self.services.page_rechecker.run_due()


@pytest.fixture
async def desk(
    clock: Clock, tmp_path: Path, empty_database: Path, lasting_sandbox: None
) -> AsyncIterator[Desk]:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "talks.txt").write_text(TALKS)
    async with open_site() as site:
        settings = replace(
            read_settings(tmp_path / "no.env"),
            desk=tmp_path / "desk",
            database=str(shutil.copyfile(empty_database, tmp_path / "verbatim.sqlite3")),
            limits=LIMITS,
            fetch_allow=(site.host,),
        )
        async with open_services(settings, now=clock, pause=0) as services:
            yield Desk(site, clock, services)


def outcomes(gathered: IngestResult) -> list[str]:
    return [ingested.outcome for ingested in gathered.articles]


async def test_a_link_is_read_and_says_what_was_understood(desk: Desk) -> None:
    head = (
        '<meta property="og:site_name" content="The Tessel Post">'
        '<meta property="article:published_time" content="2026-02-27T08:00:00Z">'
        '<meta name="author" content="Mia Holm">'
    )
    address = desk.site.page("/ferries", "Ferries stop", *FERRY, head=head)
    [ingested] = (await desk.ingester.add_page(ANN, address)).articles
    article = ingested.article
    assert (ingested.outcome, article.title, article.url) == ("added", "Ferries stop", address)
    assert (article.outlet, article.author) == ("The Tessel Post", "Mia Holm")
    assert article.published == date(2026, 2, 27)
    assert article.published_at == datetime(2026, 2, 27, 8, tzinfo=UTC)
    assert all(article.origins.__getattribute__(fact) for fact in ("outlet", "author", "published"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(FERRY)
    assert [desk.says(FERRY[0], collection) for collection in (ANN, BEN, SHARED)] == [
        True,
        False,
        False,
    ]


async def test_a_file_may_hold_several_stories_and_a_page_is_read_as_one(desk: Desk) -> None:
    text = "\n\n".join(("Ferries stop", *FERRY))
    first = await desk.ingester.add_file(ANN, "ferries.txt", text.encode())
    assert outcomes(first) == ["added"]
    assert first.articles[0].article.source == "ferries.txt"
    page, _ = desk.site.bodies[desk.site.page("/rain", "Rain", *FLOOD)[len(desk.site.address) :]]
    assert outcomes(await desk.ingester.add_file(ANN, "rain.html", page.encode())) == ["added"]
    assert desk.says(FERRY[2])
    assert desk.says(FLOOD[1])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ferries.pdf", b"%PDF-1.4"),
        ("a.txt", b""),
        ("a.txt", b"\0\1\2"),
        ("picture.png", b"\x89PNG"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused(desk: Desk, name: str, data: bytes) -> None:
    with pytest.raises(ReadingError):
        await desk.ingester.add_file(ANN, name, data)


async def test_a_link_to_a_pdf_and_a_pdf_file_are_read_as_one_story(desk: Desk) -> None:
    lines = [line for text in FERRY for line in (*wrap(text, 80), "")]
    data = Pdf([[Text("Ferries stop at the new pier", size=20), *column(lines, top=730)]]).data()
    desk.site.bodies["/ferries"] = (data.decode("ascii"), "application/pdf")
    added = await desk.ingester.add(ANN, f"{desk.site.address}/ferries")
    assert outcomes(added) == ["added"]
    article = added.articles[0].article
    assert (article.title, article.published) == ("Ferries stop at the new pier", None)
    assert tuple(paragraph.text for paragraph in article.paragraphs) == FERRY
    assert desk.says(FERRY[2])
    assert outcomes(await desk.ingester.add_file(ANN, "ferries.pdf", data)) == ["known"]


async def test_a_feed_brings_what_it_carries_and_the_pages_it_only_names(desk: Desk) -> None:
    desk.site.page("/rain", "Rain closes roads", *FLOOD)
    feed = desk.site.feed("/feed", "The Tessel Post", FERRIES, FeedItem("/rain", "Rain"))
    gathered = await desk.ingester.add_feed(ANN, feed)
    assert outcomes(gathered) == ["added", "added"]
    assert gathered.feed is not None
    assert (gathered.feed.title, gathered.failures, gathered.pending_entries) == (
        "The Tessel Post",
        (),
        0,
    )
    ferries = gathered.articles[0].article
    assert (ferries.outlet, ferries.origins.outlet) == ("The Tessel Post", "the feed's title")
    assert ferries.published == date(2026, 3, 1)
    assert ferries.url == desk.site.url("/ferries")
    assert desk.says(FLOOD[0])


async def test_a_page_may_name_its_feed_and_a_feed_is_no_page(desk: Desk) -> None:
    feed = desk.site.feed("/feed", "The Tessel Post", FERRIES)
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    page = desk.site.page("/", "The Tessel Post", *FLOOD, head=head)
    assert outcomes(await desk.ingester.add_feed(ANN, page)) == ["added"]
    with pytest.raises(LibraryError, match="is a feed; follow it"):
        await desk.ingester.add_page(BEN, feed)
    followed = await desk.ingester.add(BEN, feed)
    assert followed.feed is not None
    with pytest.raises(LibraryError, match="does not list one"):
        await desk.ingester.add_feed(BEN, desk.site.page("/bare", "Bare", *FLOOD))


async def test_a_poll_takes_only_what_is_new_and_asks_only_whether_anything_is(desk: Desk) -> None:
    feed = desk.site.feed("/feed", "Post", FERRIES)
    await desk.ingester.add_feed(ANN, feed)
    await desk.pass_time(timedelta())
    request_count = desk.site.request_counts["/feed"]
    await desk.pass_time(timedelta(minutes=15))
    assert (desk.site.request_counts["/feed"], desk.site.unchanged_counts["/feed"]) == (
        request_count,
        1,
    )
    desk.site.feed("/feed", "Post", RAIN, FERRIES)
    await desk.pass_time(timedelta(minutes=15))
    assert desk.says(FLOOD[0])
    assert await desk.store.articles.count(ANN) == 2


async def test_what_was_removed_does_not_come_back_with_the_next_poll(desk: Desk) -> None:
    feed = desk.site.feed("/feed", "Post", FERRIES)
    [ingested] = (await desk.ingester.add_feed(ANN, feed)).articles
    await desk.ingester.remove_article(ANN, ingested.article.id)
    desk.site.feed("/feed", "Post", RAIN, FERRIES)
    await desk.pass_time(timedelta(minutes=15))
    assert not desk.says(FERRY[0])
    assert desk.says(FLOOD[0])


async def test_an_entry_that_is_edited_in_its_feed_is_an_edit(desk: Desk) -> None:
    await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", FERRIES))
    corrected = (FERRY[0].replace("next winter", "in May"), *FERRY[1:], LAST)
    desk.site.feed("/feed", "Post", FeedItem("/ferries", "Ferries stop", corrected))
    await desk.pass_time(timedelta(minutes=15))
    assert desk.says(corrected[0])
    assert not desk.says(FERRY[0])
    assert await desk.store.articles.count(ANN) == 1


async def test_a_feed_of_ten_servers_is_fetched_once(desk: Desk) -> None:
    desk.site.page("/rain", "Rain", *FLOOD)
    feed = desk.site.feed("/feed", "Post", FERRIES)
    servers = range(1, 11)
    for server in servers:
        await desk.ingester.add_feed(server, feed)
    await desk.pass_time(timedelta())
    request_count = desk.site.request_counts["/feed"]
    desk.site.feed("/feed", "Post", FeedItem("/rain", "Rain"), FERRIES)
    await desk.pass_time(timedelta(minutes=15))
    assert desk.site.request_counts["/feed"] == request_count + 1
    assert desk.site.request_counts["/rain"] == 1
    assert all(desk.says(FLOOD[0], server) for server in servers)
    assert not desk.says(FLOOD[0], SHARED)


async def test_a_feed_that_fails_is_tried_again_ever_later_and_never_given_up(desk: Desk) -> None:
    await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", FERRIES))
    await desk.pass_time(timedelta())
    desk.site.is_down = True
    pauses = []
    for _ in range(10):
        [feed] = await desk.store.feeds.list(ANN)
        await desk.pass_time(feed.next_poll_at - desk.clock.now)
        [feed] = await desk.store.feeds.list(ANN)
        pauses.append(feed.next_poll_at - desk.clock.now)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=30), timedelta(days=1))
    assert feed.failures == 10
    assert feed.error
    assert unpack_message(feed.error).endswith("has a problem of its own (503); try again later.")
    desk.site.is_down = False
    desk.site.feed("/feed", "Post", RAIN, FERRIES)
    await desk.pass_time(timedelta(days=1))
    [feed] = await desk.store.feeds.list(ANN)
    assert (feed.failures, feed.error) == (0, None)
    assert desk.says(FLOOD[0])


async def test_an_entry_whose_page_fails_comes_with_a_later_poll(desk: Desk) -> None:
    feed = desk.site.feed("/feed", "Post", FeedItem("/rain", "Rain"), FERRIES)
    gathered = await desk.ingester.add_feed(ANN, feed)
    assert outcomes(gathered) == ["added"]
    assert len(gathered.failures) == 1
    desk.site.page("/rain", "Rain", *FLOOD)
    desk.site.feed("/feed", "Post", FeedItem("/rain", "Rain: again"), FERRIES)
    await desk.pass_time(timedelta(minutes=15))
    assert desk.says(FLOOD[0])


TEASER = "The council of Skagen closed eleven roads on Monday. Nobody was hurt, and the trains r…"


def html(status: int, title: str, *texts: str) -> web.Response:
    body = "".join(f"<p>{text}</p>" for text in texts)
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return web.Response(status=status, text=text, content_type="text/html")


REFUSALS = {
    "403": web.Response(status=403),
    "404": web.Response(status=404),
    "410": web.Response(status=410),
    "451": web.Response(status=451),
    "403 with a challenge": html(403, "Just a moment...", "Verify you are human."),
    "a challenge": html(200, "Einen Moment bitte", "Ihr Browser wird überprüft."),
    "an error page": html(200, "Page not found", "The page you are looking for is gone."),
    "a consent wall": html(200, "Before you continue", "We use cookies to show you what you like."),
    "no text": html(200, "Rain closes roads"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_an_entry_whose_page_is_refused_falls_back_to_what_the_feed_says(
    desk: Desk, refusal: web.Response
) -> None:
    desk.site.refusals["/rain"] = refusal
    feed = desk.site.feed("/feed", "Post", FeedItem("/rain", "Rain closes roads", summary=TEASER))
    gathered = await desk.ingester.add_feed(ANN, feed)
    assert outcomes(gathered) == ["added"]
    assert (gathered.excerpt_count, gathered.failures, gathered.pending_entries) == (1, (), 0)
    article = gathered.articles[0].article
    assert article.origins.text == "the feed's summary"
    assert article.url == desk.site.url("/rain")
    assert desk.says("The council of Skagen closed eleven roads on Monday.")
    [paragraph] = article.paragraphs
    assert paragraph.text == "The council of Skagen closed eleven roads on Monday."
    await desk.pass_time(timedelta(hours=1))
    await desk.pass_time(timedelta(hours=1))
    assert await desk.store.articles.count(ANN) == 1, "a page that was never there is not withdrawn"
    del desk.site.refusals["/rain"]
    desk.site.page("/rain", "Rain closes roads", TEASER[:48] + ".", *FLOOD)
    await desk.pass_time(timedelta(days=1))
    [stored] = await desk.store.articles.list(ANN)
    assert desk.says(FLOOD[0])
    assert stored.article.origins.text is None


async def test_an_entry_whose_host_has_trouble_falls_back_after_six_attempts(desk: Desk) -> None:
    desk.site.refusals["/rain"] = web.Response(status=503)
    item = FeedItem("/rain", "Rain closes roads", summary=TEASER)
    feed = desk.site.feed("/feed", "Post", item)
    gathered = await desk.ingester.add_feed(ANN, feed)
    assert (outcomes(gathered), gathered.excerpt_count, gathered.pending_entries) == ([], 0, 1)
    for attempt in range(5):
        assert await desk.store.articles.count(ANN) == 0
        await desk.pass_time(timedelta(minutes=15) * 2**attempt)
    [stored] = await desk.store.articles.list(ANN)
    assert stored.article.origins.text == "the feed's summary"
    del desk.site.refusals["/rain"]
    desk.site.page("/rain", "Rain closes roads", *FLOOD)
    await desk.pass_time(timedelta(days=1))
    assert desk.says(FLOOD[0])


async def test_what_a_feed_says_never_replaces_the_whole(desk: Desk) -> None:
    desk.site.page("/rain", "Rain closes roads", *FLOOD)
    item = FeedItem("/rain", "Rain closes roads", summary=TEASER)
    await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", item))
    desk.site.refusals["/rain"] = web.Response(status=403)
    desk.site.feed("/feed", "Post", replace(item, summary=TEASER.replace("eleven", "twelve")))
    await desk.pass_time(timedelta(minutes=15))
    assert desk.says(FLOOD[0])
    assert await desk.store.articles.count(ANN) == 1


async def test_another_page_at_the_address_is_not_the_whole_of_an_excerpt(desk: Desk) -> None:
    desk.site.refusals["/rain"] = web.Response(status=403)
    item = FeedItem("/rain", "Rain closes roads", summary=TEASER)
    await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", item))
    del desk.site.refusals["/rain"]
    desk.site.page("/rain", "The Tessel Post", *FERRY)
    await desk.pass_time(timedelta(hours=1))
    assert not desk.says(FERRY[0])


async def test_a_page_that_is_missing_is_tried_again_where_the_feed_says_nothing(
    desk: Desk,
) -> None:
    gathered = await desk.ingester.add_feed(
        ANN, desk.site.feed("/feed", "Post", FeedItem("/rain", "Rain"))
    )
    assert (len(gathered.failures), gathered.pending_entries) == (1, 1)
    await desk.pass_time(timedelta(minutes=14))
    desk.site.page("/rain", "Rain", *FLOOD)
    await desk.pass_time(timedelta(minutes=16))
    assert desk.says(FLOOD[0])


async def test_entries_of_one_address_are_not_edits_of_each_other(desk: Desk) -> None:
    live = [FeedItem("/live#1", "Ferries stop", (*FERRY, LAST)), replace(RAIN, path="/live#2")]
    gathered = await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", *live))
    assert outcomes(gathered) == ["added", "added"]
    assert desk.says(FERRY[0])
    assert desk.says(FLOOD[0])


async def test_a_feed_that_is_added_is_asked_for_once(desk: Desk) -> None:
    feed = desk.site.feed("/feed", "Post", FERRIES)
    desk.site.bodies["/robots.txt"] = ("User-agent: *\nAllow: /", "text/plain")
    assert (await desk.ingester.add(ANN, feed)).feed is not None
    assert desk.site.request_counts["/feed"] == 1
    assert desk.site.request_counts["/robots.txt"] == 1


ODD_LINKS = {
    "a password": "https://ann:secret@news.example/pier",
    "a long query": f"https://news.example/pier?{'q' * 2_100}",
    "an odd host": "https://-pier-.exa%mple/",
    "an odd port": "https://news.example:99999/pier",
    "a long label": f"https://{'p' * 70}.example/pier",
}


@pytest.mark.parametrize("link", ODD_LINKS.values(), ids=ODD_LINKS.keys())
async def test_an_odd_address_of_an_entry_costs_its_feed_nothing(desk: Desk, link: str) -> None:
    carried = replace(RAIN, link=link)
    in_part = FeedItem("/a", "Lamps", link=f"{link}#2", summary=f"{LAST} More lamps are […]")
    pointing = FeedItem("/b", "Pier closes", link=f"{link}#3", summary="Pier […]")
    address = desk.site.feed("/feed", "Post", pointing, in_part, carried, FERRIES)
    added = await desk.ingester.add_feed(ANN, address)
    assert {ingested.article.title for ingested in added.articles} == {
        "Lamps",
        "Rain closes roads",
        "Ferries stop",
    }
    assert {ingested.article.url for ingested in added.articles} == {
        address,
        desk.site.url("/ferries"),
    }
    assert added.pending_entries == 0
    await desk.pass_time(timedelta())
    [feed] = await desk.store.feeds.list(ANN)
    assert feed.failures == 0
    assert "“Pier closes”" in unpack_message(feed.error or "")
    assert link not in unpack_message(feed.error or "")
    await desk.pass_time(timedelta(minutes=16))  # unchanged, so not read again
    [feed] = await desk.store.feeds.list(ANN)
    assert "“Pier closes”" in unpack_message(feed.error or "")
    desk.site.feed("/feed", "Post", carried, FERRIES)
    await desk.pass_time(timedelta(minutes=16))
    [feed] = await desk.store.feeds.list(ANN)
    assert feed.error is None


@pytest.mark.parametrize(
    ("mistake", "character"),
    [
        ("/ferries{}", "\u200b"),
        ("/fer{}ries", "\u00ad"),
        ("{}/ferries", "\ufeff"),
        ("/fer{}ries", "\t"),
        ("{}/ferries", "\u200b"),
    ],
)
async def test_an_invisible_character_in_an_address_is_left_out(
    desk: Desk, mistake: str, character: str
) -> None:
    desk.site.page("/ferries", "Ferries stop", *FERRY, LAST)
    link = desk.site.address + mistake.format(character)
    item = FeedItem("/", "Ferries stop", link=link)
    added = await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", item))
    assert added.failures == ()
    assert [ingested.article.url for ingested in added.articles] == [desk.site.url("/ferries")]


async def test_a_space_in_an_address_is_part_of_it(desk: Desk) -> None:
    desk.site.page("/to sea", "Ferries stop", *FERRY, LAST)
    item = FeedItem("/to sea", "Ferries stop")
    added = await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", item))
    assert [ingested.article.url for ingested in added.articles] == [desk.site.url("/to%20sea")]


async def test_a_long_guid_costs_its_feed_nothing(desk: Desk) -> None:
    guids = ("g" * 2_500, "h" * 1_995)
    items = (replace(RAIN, link=f"urn:{guids[0]}"), replace(FERRIES, link=f"urn:{guids[1]}"))
    address = desk.site.feed("/feed", "Post", *items)
    body, kind = desk.site.bodies["/feed"]
    for guid in guids:
        body = body.replace(f"<link>urn:{guid}</link>", f"<guid>{guid}</guid>")
    desk.site.bodies["/feed"] = body, kind
    added = await desk.ingester.add_feed(ANN, address)
    assert (len(added.articles), added.failures) == (2, ())


async def test_a_refresh_waits_as_long_as_the_host_asked(desk: Desk) -> None:
    await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", FERRIES))
    await desk.pass_time(timedelta())
    desk.site.refusals["/feed"] = web.Response(status=429, headers={"Retry-After": "7200"})
    desk.clock.now += timedelta(minutes=15)
    await desk.services.feed_poller.poll_due()
    request_count = desk.site.request_counts["/feed"]
    del desk.site.refusals["/feed"]
    desk.clock.now += timedelta(hours=1)
    refreshed = await desk.ingester.refresh(ANN)
    assert desk.site.request_counts["/feed"] == request_count
    assert "less often" in refreshed.failures[0]
    desk.clock.now += timedelta(hours=1)
    assert (await desk.ingester.refresh(ANN)).failures == ()


async def test_a_page_that_is_edited_is_looked_at_again(desk: Desk) -> None:
    await desk.ingester.add_page(ANN, desk.site.page("/ferries", "Ferries stop", *FERRY))
    await desk.pass_time(timedelta(minutes=30))
    assert desk.site.unchanged_counts["/ferries"] == 0, "it is not due yet"
    await desk.pass_time(timedelta(minutes=30))
    assert desk.site.unchanged_counts["/ferries"] == 1
    corrected = FERRY[0].replace("next winter", "in May")
    desk.site.page("/ferries", "Ferries stop", corrected, *FERRY[1:])
    await desk.pass_time(timedelta(days=1))
    assert desk.says(corrected)
    desk.site.page("/ferries", "Subscribe", "Subscribe now to read on.", "Only one euro a month.")
    await desk.pass_time(timedelta(days=2))
    assert desk.says(corrected), "what a page says instead of its story is no edit"
    request_count = desk.site.request_counts.total() + desk.site.unchanged_counts.total()
    await desk.pass_time(timedelta(days=7))
    await desk.pass_time(timedelta(days=30))
    assert (
        desk.site.request_counts.total() + desk.site.unchanged_counts.total() == request_count + 1
    )


async def test_a_page_that_stays_gone_is_withdrawn(desk: Desk) -> None:
    await desk.ingester.add_page(ANN, desk.site.page("/ferries", "Ferries stop", *FERRY))
    body = desk.site.bodies.pop("/ferries")
    await desk.pass_time(timedelta(hours=1))
    desk.site.bodies["/ferries"] = body
    await desk.pass_time(timedelta(hours=1))
    assert desk.says(FERRY[0]), "it was back"
    del desk.site.bodies["/ferries"]
    await desk.pass_time(timedelta(days=1))
    assert desk.says(FERRY[0])
    await desk.pass_time(timedelta(hours=1))
    assert not desk.says(FERRY[0])
    assert await desk.store.articles.count(ANN) == 0


async def test_a_copy_that_is_gone_withdraws_nothing(desk: Desk) -> None:
    await desk.ingester.add_page(ANN, desk.site.page("/ferries", "Ferries stop", *FERRY))
    await desk.ingester.add_page(ANN, desk.site.page("/copy", "No ferries", *FERRY))
    del desk.site.bodies["/copy"]
    for _ in range(2):
        await desk.pass_time(timedelta(hours=1))
    assert desk.says(FERRY[0])


async def test_the_limits_of_a_server_are_kept_and_told(desk: Desk) -> None:
    paragraphs = [" ".join(f"word{n}x{m}" for m in range(110)) + "." for n in range(7)]
    items = [FeedItem(f"/{n}", f"Story {n}", [text]) for n, text in enumerate(paragraphs)]
    gathered = await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", *items))
    assert len(gathered.articles) == LIMITS.articles
    assert len(gathered.failures) == 1
    assert "which is the limit" in gathered.failures[0]
    with pytest.raises(LibraryError, match="which is the limit"):
        await desk.ingester.add_page(ANN, desk.site.page("/ferries", "Ferries stop", *FERRY))
    assert not desk.site.request_counts["/ferries"], "nothing is fetched for a server that is full"
    await desk.ingester.add_feed(ANN, desk.site.feed("/second", "Second"))
    with pytest.raises(LibraryError, match="feeds"):
        await desk.ingester.add_feed(ANN, desk.site.feed("/third", "Third"))
    shared = await desk.ingester.add_feed(SHARED, desk.site.url("/feed"))
    assert len(shared.articles) == len(items), "the shared desk has no limit"


async def test_leaving_a_feed_takes_back_what_it_brought(desk: Desk) -> None:
    gathered = await desk.ingester.add_feed(ANN, desk.site.feed("/feed", "Post", FERRIES, RAIN))
    assert gathered.feed is not None
    await desk.ingester.add_page(
        ANN, desk.site.page("/own", "Own", *reversed(FERRY[1:]), *FLOOD[:1])
    )
    await desk.ingester.unfollow_feed(ANN, gathered.feed.id, articles=True)
    assert await desk.store.articles.count(ANN) == 1
    assert not await desk.store.feeds.list(ANN)


async def test_what_is_past_its_time_goes(desk: Desk) -> None:
    await desk.ingester.add_file(ANN, "a.txt", "\n\n".join(FERRY).encode())
    await desk.store.guilds.record_departure(BEN, desk.clock.now)
    desk.clock.now += timedelta(days=8)
    await desk.ingester.add_file(BEN, "b.txt", "\n\n".join(FLOOD).encode())
    await apply_retention(desk.store, desk.writer, LIMITS, desk.clock)
    assert not desk.says(FLOOD[0], BEN), "its server left eight days ago"
    assert desk.says(FERRY[0], ANN)
    desk.clock.now += timedelta(days=23)
    await apply_retention(desk.store, desk.writer, LIMITS, desk.clock)
    assert not desk.says(FERRY[0], ANN)


@pytest.mark.parametrize("text", ["", "file:///etc/passwd", "http://10.0.0.1/", "not an address"])
async def test_an_address_that_cannot_be_fetched_is_refused(desk: Desk, text: str) -> None:
    for add in (desk.ingester.add_page, desk.ingester.add_feed, desk.ingester.add):
        with pytest.raises(FetchError):
            await add(ANN, text)
