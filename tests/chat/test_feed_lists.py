"""/library import and export, and the feeds that a site's front page names."""

from __future__ import annotations

from typing import Any

import pytest
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.library.links import FollowButton
from bot.errors import LibraryError, ReadingError
from bot.ingest.feed_lists import FeedListFollower
from bot.reading.feeds.opml import FeedAddress, read_opml, write_opml
from tests.support.korean import in_korean
from tests.support.simulation import SMALL_LIMITS, Clock, Server, growing_client, reply_text
from tests.support.site import FERRIES, FeedItem, Site
from tests.support.stories import FLOOD

pytestmark = pytest.mark.simcord(settle_timeout=30)

RAIN = FeedItem("/rain", "Rain closes roads", FLOOD, day=2)


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def give(server: Server, command: str, **options: Any) -> InteractionResult:
    """What the administrator is answered, in private."""
    result = await server.administrator.slash(server.channel, f"library {command}", **options)
    assert result.ephemeral
    return result


async def import_list(server: Server, *addresses: str) -> str:
    """What the import of a list of these feeds is answered."""
    text = write_opml([FeedAddress(address) for address in addresses], "Mine")
    return reply_text(await give(server, "import", attachment=("mine.opml", text.encode())))


async def press(result: InteractionResult, server: Server, label: str) -> InteractionResult:
    assert result.response is not None
    return await server.administrator.click(result.response, label=label)


async def followed(server: Server) -> list[str]:
    return [feed.url for feed in await server.client.store.feeds.list(server.env.guild.id)]


def two_feeds(site: Site) -> tuple[str, str]:
    return (
        site.feed("/ferry-feed", "The Tessel Post", FERRIES),
        site.feed("/rain-feed", "Rain Weekly", RAIN),
    )


async def test_a_list_is_followed_and_what_is_followed_comes_out_as_a_list(
    server: Server, site: Site
) -> None:
    feeds = two_feeds(site)
    told = await import_list(server, *feeds)
    assert told.startswith("### Following 2 more feeds\n-# 2 articles added\n")
    assert f"The Tessel Post · [open](<{feeds[0]}>)" in told
    assert "Rain Weekly" in told
    listed = ("Mine.OPML", write_opml([FeedAddress(address) for address in feeds], "").encode())
    again = reply_text(await give(server, "add file", attachment=listed))
    assert again == "### Following 0 more feeds\n-# 2 feeds in the list are already followed."
    exported = await give(server, "export")
    assert reply_text(exported).startswith("### The 2 feeds of this server\n")
    assert exported.response is not None
    [file] = exported.response.attachments
    addresses = [feed.url for feed in read_opml(await file.read())]
    assert addresses == list(feeds)


async def test_what_fails_makes_room_for_the_next_and_the_rest_is_left_out(
    server: Server, site: Site
) -> None:
    feeds = two_feeds(site)
    unknown = [site.url(f"/none-{number}") for number in range(7)]
    others = [f"https://example.com/{number}" for number in range(5000)]
    told = await import_list(server, *unknown, *feeds, *others)
    assert await followed(server) == list(feeds)
    assert SMALL_LIMITS.feeds == 2
    assert "-# 5,000 feeds were left out: a server can follow 2. Remove some with /" in told
    assert f"-# Not added: {unknown[0]}: " in told
    assert "-# 2 more were not added." in told


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "mine.opml is empty."),
        (b"  \n", "mine.opml is empty."),
        (b"<opml version='2.0'><body/></opml>", "This OPML file lists no feeds."),
        (b"<opml><body><outline xmlUrl='https://a.exam", "This is not an OPML file, or it is da"),
        (b"\x89PNG\r\n\x1a\n", "This is not an OPML file, or it is damaged."),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "This OPML file declares its own entities"),
    ],
    ids=["empty", "blank", "no-feed", "cut", "picture", "entities"],
)
async def test_a_bad_list_is_one_plain_sentence(server: Server, data: bytes, says: str) -> None:
    told = reply_text(await give(server, "import", attachment=("mine.opml", data)))
    assert told.startswith(says)
    assert "\n" not in told
    server.expect_fault(ReadingError if data.strip() else LibraryError)
    assert await followed(server) == []


async def test_a_server_without_feeds_is_told_how_to_follow_one(server: Server) -> None:
    told = reply_text(await give(server, "export"))
    assert told == "This server does not follow any feeds yet; add one with /library add feed."
    server.expect_fault(LibraryError)


async def test_a_list_that_takes_too_long_is_taken_up_again(services: Services, site: Site) -> None:
    feeds = two_feeds(site)
    site.may_answer.clear()
    follower = FeedListFollower(services.feed_poller, services.store, SMALL_LIMITS, max_seconds=0.2)
    result = await follower.follow(1, feeds)
    assert (result.untried, result.left_out, result.feeds) == (2, 0, ())
    site.may_answer.set()
    progress: list[tuple[int, int]] = []
    patient = FeedListFollower(services.feed_poller, services.store, SMALL_LIMITS)
    result = await patient.follow(1, feeds, progress=lambda *done: progress.append(done))
    assert (result.untried, len(result.feeds), len(result.articles)) == (0, 2, 2)
    assert progress == [(0, 2), (2, 2)]


def front_page(site: Site, path: str = "/", *paragraphs: str) -> str:
    """A page that names the two feeds, one of them with a title."""
    first, second = two_feeds(site)
    head = (
        f'<link rel="alternate" type="application/rss+xml" title="Post [1](<x>)" href="{first}">'
        f'<link rel="alternate" type="application/atom+xml" href="{second}">'
    )
    return site.page(path, "The Tessel Post", *paragraphs, head=head)


async def test_a_front_page_offers_its_feeds(server: Server, site: Site) -> None:
    offer = await give(server, "add link", url=front_page(site, "/", *FLOOD))
    told = reply_text(offer)
    assert told.startswith("### This is a front page, not an article\n")
    assert "It lists 2 feeds" in told
    assert "[Post [1](<x>)](<" in told
    assert offer.response is not None
    custom_id = FollowButton.id_for("1")
    one = reply_text(await server.administrator.click(offer.response, custom_id=custom_id))
    assert one.startswith("### Following The Tessel Post\n")
    both = reply_text(await press(offer, server, "Follow all of them"))
    assert "-# 1 feed in the list is already followed." in both
    assert await followed(server) == [site.url("/ferry-feed"), site.url("/rain-feed")]
    itself = reply_text(await press(offer, server, "Add the page itself"))
    assert itself.startswith("### Already in the library; another address was noted\n")


@pytest.mark.parametrize("path", ["/news/", "/en", "/a/b"])
async def test_a_page_without_an_article_offers_its_feeds(
    server: Server, site: Site, path: str
) -> None:
    told = reply_text(await give(server, "add link", url=front_page(site, path)))
    assert told.startswith("### This is a front page, not an article\n")


async def test_an_article_that_names_feeds_is_added(server: Server, site: Site) -> None:
    told = reply_text(await give(server, "add link", url=front_page(site, "/rain", *FLOOD)))
    assert told.startswith("### Added\n")


async def test_lists_and_front_pages_are_told_in_korean(server: Server, site: Site) -> None:
    await server.prefer(language="ko")
    feeds = two_feeds(site)
    words = ("The Tessel Post", "Rain Weekly", "Post", "verbatim-feeds.opml", "OPML", "rain-feed")
    text = write_opml([FeedAddress(a) for a in (*feeds, site.url("/none"))], "Mine").encode()
    for command, options in (
        ("add link", {"url": front_page(site)}),
        ("import", {"attachment": ("mine.opml", text)}),
        ("export", {}),
    ):
        in_korean(await give(server, command, **options), *words)
