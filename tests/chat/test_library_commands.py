"""/library and its buttons, in a simulated Discord and on a real site."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from aiohttp import web
from discord import app_commands
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.interaction.replies import SECONDS_BETWEEN_EDITS, run_with_progress
from bot.chat.library.adding import read_attachment
from bot.chat.library.list_page import LibraryButton
from bot.chat.library.removal import UndoButton
from bot.errors import FetchError, LibraryError, ReadingError, StoreBusyError
from bot.ingest import Progress
from bot.model import IngestResult, Paragraph
from bot.reading.pages.page import Story
from tests.support.simulation import (
    BUSY_REPLY,
    SMALL_LIMITS,
    Clock,
    Server,
    button_labels,
    growing_client,
    reply_text,
)
from tests.support.site import FeedItem, Site
from tests.support.stories import FERRY, FLOOD

pytestmark = pytest.mark.simcord(settle_timeout=30)

HEAD = (
    '<meta property="og:site_name" content="The Tessel Post">'
    '<meta property="article:published_time" content="2026-02-27T08:00:00Z">'
)
FERRIES = FeedItem("/ferries", "Ferries stop")
RAIN = FeedItem("/rain", "Rain closes roads", day=2)
GONE = FeedItem("/gone", "Gone")
FILE = ("ferries.txt", "\n\n".join(("Ferries to Tessel stop", *FERRY)).encode())
COMMANDS: dict[str, dict[str, Any]] = {
    "add link": {"url": "https://example.com"},
    "add file": {"attachment": FILE},
    "add feed": {"url": "https://example.com"},
    "import": {"attachment": FILE},
    "export": {},
    "list": {},
    "remove": {"article": "x"},
    "refresh": {},
    "health": {},
    "gaps": {},
}


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def give(server: Server, command: str, **options: Any) -> InteractionResult:
    """What the administrator is answered, in private."""
    result = await server.administrator.slash(server.channel, f"library {command}", **options)
    assert result.ephemeral
    return result


def publish(site: Site, *items: FeedItem) -> str:
    """A feed of these items, whose pages stand on the site too; returns its address."""
    for item, texts in ((FERRIES, FERRY), (RAIN, FLOOD)):
        if item in items:
            site.page(item.path, item.title, *texts)
    return site.feed("/feed", "The Tessel Post", *items)


async def choices(server: Server, typed: str = "") -> list[dict[str, Any]]:
    return await server.administrator.autocomplete(
        server.channel, "library remove", "article", typed
    )


async def is_answered(server: Server) -> bool:
    """Whether the story of the ferries answers."""
    question = "When will the harbour of Tessel close?"
    return FERRY[0] in reply_text(
        await server.member.slash(server.channel, "ask", question=question)
    )


async def press(result: InteractionResult, server: Server, label: str) -> InteractionResult:
    assert result.response is not None
    return await server.administrator.click(result.response, label=label)


# Adding


async def test_a_link_shows_what_was_understood_and_is_answered_with(
    server: Server, site: Site
) -> None:
    address = site.page("/ferries", "Ferries stop", *FERRY, head=HEAD)
    result = await give(server, "add link", url=address)
    told = reply_text(result)
    assert told.startswith("### Added\nFerries stop\n-# The Tessel Post · 27 February 2026 · ")
    assert f"4 paragraphs · [open](<{address}>)" in told
    assert "-# outlet and date from the page" in told
    assert f"Its first sentence:\n> {FERRY[0]}" in told
    assert button_labels(result) == ["Undo"]
    assert await is_answered(server)


async def test_a_link_says_that_the_article_continues_on_a_further_page(
    server: Server, site: Site
) -> None:
    note = "The article continues on another page, which was not read;"
    address = site.page("/ferries", "Ferries stop", *FERRY, "Page 1 of 2")
    told = reply_text(await give(server, "add link", url=address))
    assert note in told
    assert "4 paragraphs" in told
    whole = site.page("/rain", "Rain closes roads", *FLOOD, "Page 2 of 2")
    assert note not in reply_text(await give(server, "add link", url=whole))


async def test_what_is_held_is_not_added_again_and_cannot_be_undone(
    server: Server, site: Site
) -> None:
    address = site.page("/ferries", "Ferries stop", *FERRY)
    await give(server, "add link", url=address)
    again = await give(server, "add link", url=f"{address}?utm_source=x")
    assert reply_text(again).startswith("### Already in the library\nFerries stop\n")
    copy = site.page("/copy", "Ferries stop", *FERRY)
    elsewhere = await give(server, "add link", url=copy)
    assert reply_text(elsewhere).startswith(
        "### Already in the library; another address was noted\n"
    )
    assert button_labels(again) == button_labels(elsewhere) == []
    assert "also at 1 address" in reply_text(await give(server, "list"))


async def test_what_everybody_sees_is_not_added_for_one_server(server: Server, site: Site) -> None:
    [talks] = server.client.library.view().articles
    told = reply_text(
        await give(
            server,
            "add link",
            url=site.page("/talks", talks.title, *(each.text for each in talks.paragraphs)),
        )
    )
    assert told.startswith("### Already in the library\n-# It is already among the articles")


async def test_an_edited_page_is_brought_up_to_date(server: Server, site: Site) -> None:
    address = site.page("/ferries", "Ferries stop", *FERRY)
    await give(server, "add link", url=address)
    site.page("/ferries", "Ferries stop", FERRY[0].replace("winter", "summer"), *FERRY[1:])
    told = reply_text(await give(server, "add link", url=address))
    assert told.startswith("### Updated\n")
    assert "next summer" in told


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://169.254.169.254/latest", "http://[::1]/", "not an address"],
)
async def test_an_address_that_cannot_be_fetched_gets_one_private_sentence(
    server: Server, url: str
) -> None:
    for command in ("add link", "add feed"):
        told = reply_text(await give(server, command, url=url))
        assert told.endswith(".")
        assert "\n" not in told
        server.expect_fault(FetchError)


async def test_a_page_that_is_gone_or_tells_no_story_gets_one_sentence(
    server: Server, site: Site
) -> None:
    told = reply_text(await give(server, "add link", url=site.url("/gone")))
    assert "\n" not in told
    server.expect_fault(LibraryError)


async def test_a_file_is_added_and_undone_as_a_whole(server: Server) -> None:
    first, second = "Ferries to Tessel stop in winter", "Rain closes the northern roads"
    page = "\n\n".join((first, first, *FERRY, second, second, *FLOOD)).encode()
    added = await give(server, "add file", attachment=("page.txt", page))
    assert reply_text(added).startswith(f"### Added\n-# 2 added\n{first}\n")
    assert await is_answered(server)
    undone = await press(added, server, "Undo")
    assert reply_text(undone) == f"### Undone\n{first} was removed.\n{second} was removed."
    assert await server.client.store.articles.count(server.env.guild.id) == 0


@pytest.mark.parametrize("name", ["report.pdf", "picture.png", "none"])
async def test_a_file_of_another_kind_is_refused(server: Server, name: str) -> None:
    told = reply_text(await give(server, "add file", attachment=(name, FILE[1])))
    assert name in told
    server.expect_fault(ReadingError)


async def test_a_file_past_the_limit_is_refused_before_it_is_read(server: Server) -> None:
    server.env.inject_error("GET", "*", status=500, times=None)
    large = ("large.txt", b"x" * (SMALL_LIMITS.page_bytes + 1))
    told = reply_text(await give(server, "add file", attachment=large))
    assert told == "large.txt is 0.1 MB; use a file of at most 0.1 MB."
    server.expect_fault(LibraryError)


class Lost:
    """An attachment that Discord has no more."""

    filename = "lost.txt"
    size = 10

    async def read(self) -> bytes:
        reply: Any = SimpleNamespace(status=404, reason="Not Found")
        raise discord.NotFound(reply, "asset not found")


async def test_a_file_that_discord_has_lost_is_one_sentence() -> None:
    lost: Any = Lost()
    with pytest.raises(LibraryError, match=r"^I could not get lost\.txt .*attach it again\.$"):
        await read_attachment(lost, 100)


async def test_a_feed_shows_what_came_what_was_held_and_what_failed(
    server: Server, site: Site
) -> None:
    await give(server, "add link", url=site.page("/rain", "Rain closes roads", *FLOOD))
    feed = publish(site, FERRIES, RAIN, GONE)
    result = await give(server, "add feed", url=feed)
    told = reply_text(result)
    assert told.startswith("### Following The Tessel Post\n-# 1 added, 1 already in the library\n")
    assert f"checked every 15 minutes · [open](<{feed}>)" in told
    assert "-# Not added: " in told
    assert f"Its first sentence:\n> {FERRY[0]}" in told
    assert FLOOD[0] not in told
    assert await is_answered(server)


async def test_a_feed_that_is_undone_is_left_with_all_that_it_brought(
    server: Server, site: Site
) -> None:
    await give(server, "add link", url=site.page("/rain", "Rain closes roads", *FLOOD))
    added = await give(server, "add feed", url=publish(site, FERRIES))
    undone = await press(added, server, "Undo")
    assert (
        reply_text(undone)
        == "### Undone\nThe Tessel Post is no longer followed. Its articles were removed."
    )
    assert not await is_answered(server)
    listed = reply_text(await give(server, "list"))
    assert "1 article · 0 feeds" in listed
    assert "Rain" in listed


async def test_the_limits_of_a_server_are_told_when_they_are_reached(
    server: Server, site: Site
) -> None:
    for number in range(SMALL_LIMITS.articles):
        story = Story(f"Story {number}", (Paragraph(f"Number {number} of all told."),), "main")
        await server.client.library_writer.ingest(
            server.env.guild.id, story, source="a.txt", now=server.clock.now
        )
    told = reply_text(await give(server, "add link", url=site.page("/ferries", "Ferries", *FERRY)))
    assert told == (
        "This server already has 8 articles, which is the limit. Remove one first with /library "
        "remove."
    )
    assert not site.request_counts
    server.expect_fault(LibraryError)


# Undo


async def test_undo_takes_an_article_back_once_and_outlives_a_restart(
    server: Server, site: Site, services: Services
) -> None:
    added = await give(server, "add link", url=site.page("/ferries", "Ferries stop", *FERRY))
    await server.restart(growing_client(services, server.clock))
    [article] = await server.client.store.articles.list(server.env.guild.id)
    twin = await server.put_button(UndoButton.id_for(f"article:{article.article.id}"))
    undone = await press(added, server, "Undo")
    assert reply_text(undone) == "### Undone\nFerries stop was removed."
    assert button_labels(undone) == []
    assert not await is_answered(server)
    late = await server.administrator.click(twin, label="Press")
    assert late.followups[-1].ephemeral
    assert reply_text(late) == "This has already been undone."


@pytest.mark.parametrize("custom_id", ["v1:undo:article:x y", "v1:undo:all", "v1:library:-1"])
async def test_an_id_that_no_button_has_is_out_of_date(server: Server, custom_id: str) -> None:
    pressed = await server.administrator.click(await server.put_button(custom_id), label="Press")
    assert reply_text(pressed).startswith("This button is out of date;")


# List, remove


async def test_the_list_is_paged_and_its_buttons_outlive_a_restart(
    server: Server, site: Site, services: Services
) -> None:
    for number in range(5):
        story = Story(f"Story {number}", (Paragraph(f"Number {number} of all told."),), "main")
        await server.client.library_writer.ingest(
            server.env.guild.id, story, source="a.txt", now=server.clock.now
        )
    feed = publish(site, FERRIES)
    await give(server, "add feed", url=feed)
    first = await give(server, "list")
    before = reply_text(first)
    assert "-# 6 articles · 1 feed · page 1 of 2" in before
    assert before.index("Feed: The Tessel Post\n-# next check <t:1772438400:R> · [open](<") < (
        before.index("Ferries stop")
    )
    assert before.index("Ferries stop") < before.index("Story 4") < before.index("Story 2")
    assert "added <t:1772438400:d> · from the feed The Tessel Post" in before
    await server.restart(growing_client(services, server.clock))
    second = await press(first, server, "Next")
    assert reply_text(second).index("Story 1") < reply_text(second).index("Story 0")
    assert reply_text(await press(second, server, "Previous")) == before


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("STORY", [f"Story {number}" for number in (6, 5, 4, 3, 2)]),
        ("  post   tessel ", ["Feed: The Tessel Post"]),
        ("/ferries", ["Ferries stop"]),
        ("harbour:1", []),
    ],
)
async def test_lists_are_searched_and_so_are_their_further_pages(
    server: Server, site: Site, search: str, names: list[str]
) -> None:
    for number in range(7):
        story = Story(f"Story {number}", (Paragraph(f"Number {number} of all told."),), "main")
        await server.client.library_writer.ingest(
            server.env.guild.id, story, source="a.txt", now=server.clock.now
        )
    await give(server, "add feed", url=publish(site, FERRIES))
    result = await give(server, "list", search=search)
    told = reply_text(result)
    words = " ".join(search.split())
    assert f" · matching “{words}” · " in told
    assert [line for line in told.splitlines() if line in names] == names
    assert ("nothing here has these words" in told) == (not names)
    if "Next" in button_labels(result):
        following = await press(result, server, "Next")
        assert f"matching “{words}” · page 2 of 2" in reply_text(following)


async def test_the_list_names_who_added_and_an_empty_one_says_how_to_add(server: Server) -> None:
    assert "This server has not added anything yet." in reply_text(await give(server, "list"))
    await give(server, "add file", attachment=FILE)
    assert f" by <@{server.administrator.id}>" in reply_text(await give(server, "list"))


async def test_an_article_is_chosen_by_its_title_and_removed(server: Server, site: Site) -> None:
    await give(server, "add link", url=site.page("/ferries", "Ferries stop", *FERRY, head=HEAD))
    await give(server, "add link", url=site.page("/rain", "Rain closes roads", *FLOOD))
    names = [choice["name"] for choice in await choices(server)]
    assert names == ["Rain closes roads", "Ferries stop · The Tessel Post · 2026-02-27"]
    [chosen] = await choices(server, "FERRIES")
    removed = reply_text(await give(server, "remove", article=chosen["value"]))
    assert removed == "### Removed\nFerries stop was removed."
    assert not await is_answered(server)
    assert len(await choices(server)) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_a_feed_is_left_with_or_without_its_articles(
    server: Server, site: Site, together: bool
) -> None:
    await give(server, "add feed", url=publish(site, FERRIES))
    chosen, _ = await choices(server)
    assert chosen["name"] == "Feed: The Tessel Post"
    told = reply_text(await give(server, "remove", article=chosen["value"], together=together))
    assert ("are still here" in told) is not together
    assert await is_answered(server) is not together
    assert "0 of 2 feeds" in reply_text(await give(server, "health"))


@pytest.mark.parametrize(
    "name", ["Ferries stop", "article:x", "feed:999", "feed:x", f"feed:{'9' * 40}", "feed:١", ""]
)
async def test_what_the_server_does_not_have_cannot_be_removed(server: Server, name: str) -> None:
    told = reply_text(await give(server, "remove", article=name))
    assert "This server has no" in told
    server.expect_fault(LibraryError)


# Refresh, health


async def test_refresh_takes_what_is_new_at_once(server: Server, site: Site) -> None:
    await give(server, "add feed", url=publish(site, RAIN))
    publish(site, FERRIES, RAIN)
    told = reply_text(await give(server, "refresh"))
    assert told.startswith("### Refreshed: 1 new\n")
    assert await is_answered(server)


async def test_health_shows_a_feed_in_trouble_and_what_is_used(
    server: Server, site: Site, services: Services
) -> None:
    await give(server, "add feed", url=publish(site, FERRIES))
    well = reply_text(await give(server, "health"))
    assert "-# 1 of 8 articles · 0.0 MB of 20.0 MB of text · kept until removed" in well
    assert "1 of 2 feeds · checked every 15 minutes" in well
    assert "in a row" not in well
    site.is_down = True
    for _ in range(2):
        server.clock.now += timedelta(hours=2)
        await services.feed_poller.poll_due()
    ill = reply_text(await give(server, "health"))
    assert "-# 2 failures in a row: " in ill
    assert "next check <t:" in ill


async def test_health_names_the_articles_that_are_only_what_a_feed_says(
    server: Server, site: Site, services: Services
) -> None:
    summary = "The council of Skagen closed eleven roads on Monday. Nobody was hurt."
    site.refusals["/rain"] = web.Response(status=403)
    await give(server, "add feed", url=publish(site, FERRIES, replace(RAIN, summary=summary)))
    told = reply_text(await give(server, "health"))
    assert "1 article has only the feed's own text because its page could not be read:" in told
    assert f"-# Rain closes roads · [open](<{site.url('/rain')}>)" in told
    del site.refusals["/rain"]
    site.page("/rain", "Rain closes roads", *FLOOD)
    server.clock.now += timedelta(hours=1)
    await services.page_rechecker.run_due()
    assert "only what" not in reply_text(await give(server, "health"))


# Progress


class Edited:
    """As much of an interaction as is told how far long work is."""

    def __init__(self) -> None:
        self.edits: list[str] = []
        self.told = asyncio.Event()

    async def edit_original_response(self, *, content: str) -> None:
        self.edits.append(content)
        self.told.set()
        if len(self.edits) == 1:
            reply: Any = SimpleNamespace(status=500, reason="")
            raise discord.HTTPException(reply, "out of order")


async def test_long_work_tells_how_far_it_is_and_not_too_often() -> None:
    edited = Edited()

    async def work(progress: Progress) -> IngestResult:
        for whole in (1000, 2000):
            for done in range(1, whole + 1):
                progress(done, whole)
            await edited.told.wait()
            edited.told.clear()
        return IngestResult()

    def describe(done: int, total: int) -> str:
        return f"{done} of {total}"

    interaction: Any = edited
    async with asyncio.timeout(SECONDS_BETWEEN_EDITS * 20):
        assert await run_with_progress(interaction, work, describe) == IngestResult()
    assert edited.edits == [
        "1000 of 1000",
        "2000 of 2000",
    ]


# Who may


async def test_the_library_is_for_those_who_manage_the_server(server: Server) -> None:
    assert not {
        each for each in server.member.available_commands(server.channel) if "library" in each
    }
    server.registered("library")["default_member_permissions"] = None
    for command, options in COMMANDS.items():
        result = await server.member.slash(server.channel, f"library {command}", **options)
        assert result.ephemeral
        assert reply_text(result) == "You need the Manage Server permission for this."
        server.expect_fault(app_commands.MissingPermissions)
    assert not await server.member.autocomplete(server.channel, "library remove", "article", "")


async def test_buttons_ask_for_the_permission_again(server: Server) -> None:
    await give(server, "add file", attachment=FILE)
    [held] = await server.client.store.articles.list(server.env.guild.id)
    for custom_id in (
        UndoButton.id_for(f"article:{held.article.id}"),
        LibraryButton.id_for("0"),
    ):
        pressed = await server.member.click(await server.put_button(custom_id), label="Press")
        assert pressed.ephemeral
        assert reply_text(pressed) == "You need the Manage Server permission for this."
    assert await is_answered(server)


async def test_the_library_is_none_of_direct_messages(server: Server) -> None:
    assert not {
        each for each in server.administrator.user.available_commands() if "library" in each
    }


class Busy:
    """A store that is always locked."""

    def __getattr__(self, name: str) -> Any:
        return self

    async def __call__(self, *args: Any) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_a_busy_database_is_one_sentence_and_no_suggestion(server: Server) -> None:
    server.client.store = Busy()  # type: ignore[assignment]
    assert await choices(server) == []
    assert reply_text(await give(server, "list")) == BUSY_REPLY
    server.expect_fault(StoreBusyError)
