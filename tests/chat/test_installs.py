"""Commands of people who installed the app for themselves, where the bot itself is no member."""

from __future__ import annotations

from typing import Any

import pytest
from discord import app_commands
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.model import Paragraph
from bot.reading.pages.page import Story
from tests.support.simulation import (
    TALKS_FILE,
    Clock,
    Server,
    button_labels,
    growing_client,
    reply_text,
)
from tests.support.stories import FERRY

pytestmark = pytest.mark.simcord(settle_timeout=30)

EVERYWHERE = (
    "ask",
    "digest",
    "said",
    "timeline",
    "verify",
    "Find sources",
    "topics",
    "sources",
    "help",
    "privacy",
)
READING: dict[str, dict[str, Any]] = {
    "ask": {"question": "Whom did President Lee meet in Geneva?"},
    "digest": {"topic": "Geneva"},
    "verify": {"quote": "President Lee met the envoy of Pyongyang in Geneva on June 4."},
    "sources": {},
}
MEETING = TALKS_FILE.splitlines()[2][:40]


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def leave(server: Server) -> None:
    """Take the bot out of the server, where it keeps what the server added for a while."""
    story = Story("Ferries", tuple(map(Paragraph, FERRY)), "main")
    client, guild_id = server.client, server.env.guild.id
    await client.library_writer.ingest(guild_id, story, source="a.txt", now=server.clock.now)
    server.env.backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await server.env.settle()
    assert client.get_guild(guild_id) is None
    assert await client.store.articles.count(guild_id) == 1


async def give(server: Server, command: str, **options: Any) -> InteractionResult:
    return await server.member.slash(server.channel, command, **options)


def test_what_reads_can_be_installed_by_oneself_and_what_manages_a_server_cannot(
    server: Server,
) -> None:
    for command in server.client.tree.get_commands():
        registered = server.registered(command.name)
        own = command.name in EVERYWHERE
        assert sorted(registered["integration_types"]) == ([0, 1] if own else [0]), command.name
        assert (2 in registered["contexts"]) == own, command.name
    menus = [
        c.name for c in server.client.tree.get_commands() if isinstance(c, app_commands.ContextMenu)
    ]
    assert menus == ["Find sources"]


@pytest.mark.parametrize("command", READING)
async def test_in_a_server_without_the_bot_the_shared_desk_answers(
    server: Server, command: str
) -> None:
    await leave(server)
    told = reply_text(await give(server, command, **READING[command]))
    assert MEETING in told or "Talks in Geneva" in told
    assert "Ferries" not in told


async def test_what_that_server_had_added_is_not_seen_and_nothing_of_it_is_noted(
    server: Server,
) -> None:
    await leave(server)
    result = await give(server, "ask", question="When will the harbour of Tessel close?")
    assert FERRY[0] not in reply_text(result)
    answered = await give(server, "ask", **READING["ask"])
    assert "Useful" not in button_labels(answered)
    kept = await server.client.store.guilds.count_stored(server.env.guild.id)
    assert (kept.gaps, kept.feedback, kept.posted) == (0, 0, 0)


@pytest.mark.parametrize("command", READING)
async def test_in_direct_messages_the_shared_desk_answers(server: Server, command: str) -> None:
    told = reply_text(await server.member.user.slash(command, **READING[command]))
    assert MEETING in told or "Talks in Geneva" in told


async def test_a_server_without_the_bot_has_nothing_to_manage(server: Server) -> None:
    await leave(server)
    result = await server.administrator.slash(server.channel, "library list")
    assert reply_text(result) == "This works only in a server that I have been added to."
    server.expect_fault(app_commands.NoPrivateMessage)
