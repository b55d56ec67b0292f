"""Two servers: nothing that one adds is to be seen from the other, whatever it tries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.errors import LibraryError
from bot.model import SHARED, Paragraph, Preferences, Topic
from bot.reading.pages.page import Story
from tests.support.simulation import Clock, Server, growing_client, message_text, reply_text
from tests.support.site import FeedItem, Site
from tests.support.stories import FERRY

pytestmark = pytest.mark.simcord(settle_timeout=30)

TITLE = "Ferries to Tessel stop"
OUTLET = "The Tessel Post"
FEED_TITLE = "Post of the strait"
HEAD = f'<meta property="og:site_name" content="{OUTLET}">'


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


@dataclass
class ServerView:
    """A server as its administrator sees it: each way gives what was shown."""

    server: Server
    channel: ChannelHandle
    administrator: MemberActor

    @property
    def id(self) -> int:
        return self.administrator.guild.id

    async def give(self, command: str, **options: Any) -> str:
        return reply_text(await self.administrator.slash(self.channel, command, **options))

    async def suggest(self, command: str, option: str, typed: str) -> str:
        offered = await self.administrator.autocomplete(self.channel, command, option, typed)
        return "\n".join(f"{choice['name']} {choice['value']}" for choice in offered)

    async def press(self, custom_id: str) -> str:
        """What a button of that id, made by hand, leads to."""
        button = await self.server.put_button(custom_id, self.channel)
        return reply_text(await self.administrator.click(button, label="Press"))

    def posts(self) -> str:
        """All that was posted in the channel for everybody."""
        messages = self.server.env.backend.messages.get(self.channel.id, {}).values()
        return "\n".join(message_text(message) for message in messages if not message.is_ephemeral)


@pytest.fixture
def ours(server: Server) -> ServerView:
    return ServerView(server, server.channel, server.administrator)


def another_server(server: Server) -> ServerView:
    guild = server.env.create_guild("Another desk")
    editors = guild.create_role("Editors", permissions=discord.Permissions(manage_guild=True))
    spy = guild.add_member(server.env.create_user("spy"), roles=[editors])
    return ServerView(server, guild.create_text_channel("listening"), spy)


@pytest.fixture
def theirs(server: Server) -> ServerView:
    return another_server(server)


async def add_all(view: ServerView, site: Site) -> tuple[str, int]:
    """Add the story of the ferries as a link, and a feed; returns the ids of both."""
    link = site.page("/ferries", TITLE, *FERRY, head=HEAD)
    assert FERRY[0] in await view.give("library add link", url=link)
    site.page("/quay", "The quay of Tessel", "The quay of Tessel was painted green by Anna Brandt.")
    feed = site.feed("/feed", FEED_TITLE, FeedItem("/quay", "The quay of Tessel"))
    assert FEED_TITLE in await view.give("library add feed", url=feed)
    store, now = view.server.client.store, view.server.clock.now
    topic = Topic("tessel-ferries", "Tessel ferries", ("crossings",))
    await store.topics.add(view.id, topic, by=view.administrator.id, now=now)
    await view.server.client.library_writer.sync()
    articles, [followed] = await store.articles.list(view.id), await store.feeds.list(view.id)
    return articles[-1].article.id, followed.id


Attempt = Callable[[ServerView, str, int], Awaitable[str]]

# Every way to see anything, tried with the ids of another server's article and feed.
ATTEMPTS: dict[str, Attempt] = {
    "ask": lambda s, a, f: s.give("ask", question="When will the harbour close to ferries?"),
    "ask for what is missing": lambda s, a, f: s.give("ask", question="Tessel ferries Brandt"),
    "ask with a typing error": lambda s, a, f: s.give("ask", question="Tesell harbuor strait"),
    "digest": lambda s, a, f: s.give("digest", topic="Tessel ferries"),
    "digest everything": lambda s, a, f: s.give("digest", topic="everything"),
    "verify": lambda s, a, f: s.give("verify", quote=FERRY[0]),
    "verify nearly": lambda s, a, f: s.give("verify", quote=FERRY[1].replace("four", "five")),
    "topics": lambda s, a, f: s.give("topics list"),
    "sources": lambda s, a, f: s.give("sources"),
    "help": lambda s, a, f: s.give("help"),
    "privacy": lambda s, a, f: s.give("privacy"),
    "library list": lambda s, a, f: s.give("library list"),
    "library health": lambda s, a, f: s.give("library health"),
    "library refresh": lambda s, a, f: s.give("library refresh"),
    "library remove article": lambda s, a, f: s.give("library remove", article=f"article:{a}"),
    "library remove feed": lambda s, a, f: s.give(
        "library remove", article=f"feed:{f}", together=True
    ),
    "suggested topics": lambda s, a, f: s.suggest("digest", "topic", "Tessel"),
    "suggested entries": lambda s, a, f: s.suggest("library remove", "article", ""),
    "suggested schedules": lambda s, a, f: s.suggest("schedule remove", "schedule", ""),
    "schedule list": lambda s, a, f: s.give("schedule list"),
    "undo article": lambda s, a, f: s.press(f"v1:undo:article:{a}"),
    "undo feed": lambda s, a, f: s.press(f"v1:undo:feed:{f}"),
    "turn the library": lambda s, a, f: s.press("v1:library:0"),
    "turn the sources": lambda s, a, f: s.press("v1:sources:1"),
    "digest button": lambda s, a, f: s.press("v1:digest:Tessel ferries"),
    "ask about deletion": lambda s, a, f: s.press("v1:forget:ask"),
    "delete": lambda s, a, f: s.press("v1:forget:sure"),
}


async def test_the_other_server_sees_the_same_as_if_nothing_had_been_added(
    server: Server, ours: ServerView, site: Site
) -> None:
    # A server for each attempt, so that none sees what another has left; one bot for all of them.
    spies = {name: another_server(server) for name in ATTEMPTS}
    expected = {name: await ATTEMPTS[name](spies[name], "0123456789ab", 999) for name in ATTEMPTS}
    article_id, feed_id = await add_all(ours, site)
    seen = {}
    for name, attempt in ATTEMPTS.items():
        seen[name] = await attempt(spies[name], article_id, feed_id)
        store = server.client.store
        held = await store.articles.count(ours.id), len(await store.feeds.list(ours.id))
        assert held == (2, 1), name
        refused = {type(getattr(fault, "original", fault)) for fault in server.env.errors}
        assert refused <= {LibraryError}, name
    assert seen == expected


async def ingest(server: Server, collection: int, title: str, *texts: str) -> None:
    """Add a story to a collection, or to the articles that all share."""
    told = Story(title, tuple(map(Paragraph, texts)), "main")
    now = server.clock.now
    await server.client.library_writer.ingest(collection, told, source=f"{title}.txt", now=now)


async def hide_shared(server: Server, view: ServerView) -> None:
    await server.client.store.preferences.put(view.id, Preferences(shared="hidden"))
    await server.client.library_writer.sync()


async def test_a_server_that_hides_sees_the_same_as_if_nothing_were_shared(
    server: Server, ours: ServerView, site: Site
) -> None:
    # But for "delete", which would leave nothing of theirs for the second time.
    spies = {name: another_server(server) for name in ATTEMPTS if name != "delete"}
    for spy in spies.values():
        await hide_shared(server, spy)
        await ingest(server, spy.id, "Orchids bloom", "Orchids of the hill bloomed in Verre today.")
    expected = {name: await ATTEMPTS[name](spy, "0123456789ab", 999) for name, spy in spies.items()}
    article_id, feed_id = await add_all(ours, site)
    await ingest(server, SHARED, TITLE, *FERRY)
    seen = {name: await ATTEMPTS[name](spy, article_id, feed_id) for name, spy in spies.items()}
    assert seen == expected
    for attempt in ("ask", "ask with a typing error", "digest", "verify"):
        assert FERRY[0] in await ATTEMPTS[attempt](another_server(server), "", 0), attempt
    server.faults = len(server.env.errors)


async def test_a_server_that_hides_is_posted_nothing_of_what_is_shared(
    server: Server, ours: ServerView, theirs: ServerView
) -> None:
    await hide_shared(server, theirs)
    for view in (ours, theirs):
        await ingest(
            server, view.id, "Orchids bloom", "Orchids of the hill bloomed in Verre today."
        )
        await view.give("schedule add", channel=view.channel, topic="everything", time="9am")
        await view.give("watch add", words="ferries")
    await ingest(server, SHARED, TITLE, *FERRY)
    server.clock.now += timedelta(days=1)
    await server.client.delivery.run_due()
    await server.client.delivery.run_due()
    assert FERRY[0] in ours.posts()
    assert "Orchids of the hill" in theirs.posts()
    assert "Tessel" not in theirs.posts()


async def test_direct_messages_see_the_shared_desk_alone(
    server: Server, ours: ServerView, site: Site
) -> None:
    reader = server.member.user

    async def shown_to_reader() -> list[str]:
        return [
            reply_text(await reader.slash("ask", question="When will Tesell close the harbour?")),
            reply_text(await reader.slash("verify", quote=FERRY[0])),
            reply_text(await reader.slash("digest", topic="Tessel ferries")),
            reply_text(await reader.slash("sources")),
            reply_text(await reader.slash("privacy")),
        ]

    expected = await shown_to_reader()
    await add_all(ours, site)
    assert await shown_to_reader() == expected


async def test_a_member_of_the_server_sees_it_everywhere(
    server: Server, ours: ServerView, site: Site
) -> None:
    article_id, feed_id = await add_all(ours, site)
    for attempt in ("ask", "digest", "verify", "digest button"):
        assert FERRY[0] in await ATTEMPTS[attempt](ours, article_id, feed_id), attempt
    for attempt in ("sources", "library list", "suggested entries"):
        assert TITLE in await ATTEMPTS[attempt](ours, article_id, feed_id), attempt
    for attempt in ("library health", "library list", "suggested entries"):
        assert FEED_TITLE in await ATTEMPTS[attempt](ours, article_id, feed_id), attempt
    assert "Tessel" in await ours.give("ask", question="When will Tesell close the harbour?")
    assert FERRY[1] in await ATTEMPTS["verify nearly"](ours, article_id, feed_id)


async def test_summaries_post_what_their_own_server_sees(
    server: Server, ours: ServerView, theirs: ServerView, site: Site
) -> None:
    await add_all(ours, site)
    for view in (ours, theirs):
        options = {"channel": view.channel, "topic": "everything", "time": "9am"}
        await view.give("schedule add", **options)
        [choice] = await view.administrator.autocomplete(
            view.channel, "schedule now", "schedule", ""
        )
        await view.give("schedule now", schedule=choice["value"])
    assert FERRY[0] in ours.posts()
    assert "### Everything\n-# First summary" in theirs.posts()
    assert "Tessel" not in theirs.posts()
    server.clock.now += timedelta(days=1)
    await server.client.delivery.run_due()
    assert "Tessel" not in theirs.posts()


async def test_a_feed_that_both_follow_is_each_ones_own(
    server: Server, ours: ServerView, theirs: ServerView, site: Site
) -> None:
    _, feed_id = await add_all(ours, site)
    reply = await theirs.give("library add feed", url=site.url("/feed"))
    assert reply.startswith(f"### Following {FEED_TITLE}\n-# 1 added\n")
    assert "1 article · 1 feed" in await theirs.give("library list")
    await theirs.give("library remove", article=f"feed:{feed_id}", together=True)
    assert "not added anything yet" in await theirs.give("library list")
    assert "2 articles · 1 feed" in await ours.give("library list")
