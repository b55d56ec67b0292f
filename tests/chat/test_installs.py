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
from tests.support.house import TALKS, Clock, House, client_on, labels, said
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
MEETING = TALKS.splitlines()[2][:40]


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return client_on(services, clock)


async def leave(house: House) -> None:
    """Take the bot out of the server, where it keeps what the server added for a while."""
    story = Story("Ferries", tuple(map(Paragraph, FERRY)), "main")
    client, guild_id = house.client, house.env.guild.id
    await client.librarian.take(guild_id, story, found="a.txt", now=house.clock.now)
    house.env.backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await house.env.settle()
    assert client.get_guild(guild_id) is None
    assert await client.store.articles.count(guild_id) == 1


async def give(house: House, command: str, **options: Any) -> InteractionResult:
    return await house.member.slash(house.channel, command, **options)


def test_what_reads_can_be_installed_by_oneself_and_what_manages_a_server_cannot(
    house: House,
) -> None:
    for command in house.client.tree.get_commands():
        registered = house.registered(command.name)
        own = command.name in EVERYWHERE
        assert sorted(registered["integration_types"]) == ([0, 1] if own else [0]), command.name
        assert (2 in registered["contexts"]) == own, command.name
    menus = [
        c.name for c in house.client.tree.get_commands() if isinstance(c, app_commands.ContextMenu)
    ]
    assert menus == ["Find sources"]


@pytest.mark.parametrize("command", READING)
async def test_in_a_server_without_the_bot_the_shared_desk_answers(
    house: House, command: str
) -> None:
    await leave(house)
    told = said(await give(house, command, **READING[command]))
    assert MEETING in told or "Talks in Geneva" in told
    assert "Ferries" not in told


async def test_what_that_server_had_added_is_not_seen_and_nothing_of_it_is_noted(
    house: House,
) -> None:
    await leave(house)
    result = await give(house, "ask", question="When will the harbour of Tessel close?")
    assert FERRY[0] not in said(result)
    answered = await give(house, "ask", **READING["ask"])
    assert "Useful" not in labels(answered)
    kept = await house.client.store.guilds.count_stored(house.env.guild.id)
    assert (kept.gaps, kept.feedback, kept.posted) == (0, 0, 0)


@pytest.mark.parametrize("command", READING)
async def test_in_direct_messages_the_shared_desk_answers(house: House, command: str) -> None:
    told = said(await house.member.user.slash(command, **READING[command]))
    assert MEETING in told or "Talks in Geneva" in told


async def test_a_server_without_the_bot_has_nothing_to_manage(house: House) -> None:
    await leave(house)
    result = await house.administrator.slash(house.channel, "library list")
    assert said(result) == "This works only in a server that I am a member of."
    house.expect_fault(app_commands.NoPrivateMessage)
