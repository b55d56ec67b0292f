"""/privacy, the deletion of a server's data, and servers that come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.server.privacy_page import ForgetButton
from bot.errors import StoreBusyError
from bot.ingest.retention import keep_up
from bot.language import say, speaking
from bot.model import Limits, Paragraph, Preferences
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.reading.pages.page import Story
from bot.store import StoredCounts
from tests.support.house import BUSY, SMALL_LIMITS, Clock, House, client_on, labels, said
from tests.support.stories import FERRY, FLOOD

pytestmark = pytest.mark.simcord(settle_timeout=30)

DELETE, SURE = "Delete this server's data", "Delete it all"
ELSEWHERE = 999  # a server that Verbatim is not in


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return client_on(services, clock)


async def hold(house: House, collection: int, *texts: str) -> None:
    story = Story(texts[0][:20], tuple(Paragraph(text) for text in texts), "main")
    await house.client.librarian.take(collection, story, found="a.txt", now=house.clock.now)


async def use(house: House) -> None:
    """Ask in vain, and rate what was answered."""
    await house.member.slash(house.channel, "ask", question="Who won the match?")
    result = await house.member.slash(house.channel, "ask", question=FERRY[0][:90])
    assert result.response is not None
    await house.member.click(result.response, label="Useful")


async def privacy(house: House) -> InteractionResult:
    result = await house.administrator.slash(house.channel, "privacy")
    assert result.ephemeral
    return result


async def held(house: House, collection: int) -> int:
    return await house.client.store.articles.count(collection)


async def test_privacy_says_what_is_kept_for_how_long_and_how_much(house: House) -> None:
    await hold(house, house.env.guild.id, *FERRY)
    await house.schedule()
    told = said(await privacy(house))
    assert "I read no messages, only one that you choose for Find sources" in told
    assert "see its words for 90 days, without your name" in told
    assert "kept for 90 days, with what was asked and your Discord id" in told
    assert "Articles, feeds, schedules and watches are kept until they are removed." in told
    assert "all of its data is deleted 14 days later" in told
    assert "now: 1 article, 0 feeds, 1 schedule, 0 watches, 0 posted quotes, " in told
    house.client.limits = Limits(keep_days=30, grace_days=1)
    told = said(await privacy(house))
    assert "Articles are kept for 30 days." in told
    assert "deleted 1 day later" in told


async def test_privacy_owns_to_a_log_that_has_the_questions(house: House) -> None:
    house.client.journal = Journal(Metrics(), with_questions=True)
    told = said(await privacy(house))
    assert "Whoever runs me also finds in the log what you ask." in told
    house.client.journal = Journal(Metrics())
    assert "log" not in said(await privacy(house))


async def test_privacy_counts_what_was_asked_in_vain_and_rated(house: House) -> None:
    await hold(house, house.env.guild.id, *FERRY)
    await use(house)
    assert "1 unanswered question, 1 rated reply." in said(await privacy(house))


async def test_what_was_asked_and_rated_is_kept_for_90_days(house: House) -> None:
    await hold(house, house.env.guild.id, *FERRY)
    await use(house)
    await upkeep(house, 90)
    kept = await house.client.store.guilds.count_stored(house.env.guild.id)
    assert (kept.gaps, kept.feedback) == (1, 1)
    await upkeep(house, 1)
    kept = await house.client.store.guilds.count_stored(house.env.guild.id)
    assert (kept.gaps, kept.feedback) == (0, 0)


async def test_privacy_speaks_the_servers_language(house: House) -> None:
    await house.prefer(language="ko")
    with speaking("ko"):
        assert said(await privacy(house)).startswith(f"### {say('Privacy')}\n")
        assert say("Privacy") != "Privacy"


async def test_only_those_who_manage_the_server_are_offered_deletion(house: House) -> None:
    assert labels(await privacy(house)) == [DELETE]
    result = await house.member.slash(house.channel, "privacy")
    assert "Kept of this server now:" in said(result)
    assert labels(result) == []


async def test_in_direct_messages_privacy_speaks_of_no_server(house: House) -> None:
    result = await house.administrator.user.slash("privacy")
    assert "Kept of a server:" in said(result)
    assert "Kept of this server now:" not in said(result)
    assert labels(result) == []


async def test_deletion_asks_once_more_and_then_leaves_nothing_of_this_server_alone(
    house: House, services: Services
) -> None:
    guild_id, services_store = house.env.guild.id, services.store
    await hold(house, guild_id, *FERRY)
    await hold(house, ELSEWHERE, *FLOOD)
    await house.schedule()
    await house.prefer(private=True)
    await use(house)
    first = await privacy(house)
    await house.restart(client_on(services, house.clock))
    assert first.response is not None
    asked = await house.administrator.click(first.response, label=DELETE)
    assert asked.ephemeral
    assert (
        "This deletes 1 article, 0 feeds, 1 schedule, 0 watches, 0 posted quotes, 1 unanswered "
        in (said(asked))
    )
    assert await held(house, guild_id) == 1
    assert asked.response is not None
    done = await house.administrator.click(asked.response, label=SURE)
    assert said(done).startswith("### Deleted\n1 article, ")
    assert labels(done) == []
    assert not house.client.library.view(guild_id).verify(FERRY[0]).matches
    assert await services_store.guilds.count_stored(guild_id) == StoredCounts()
    assert await services_store.preferences.get(guild_id) == Preferences()
    assert await services_store.schedules.list(guild_id) == []
    assert await held(house, ELSEWHERE) == 1
    assert "0 articles, 0 feeds, 0 schedules" in said(await privacy(house))


@pytest.mark.parametrize("value", ["ask", "sure"])
async def test_a_member_cannot_delete_by_any_button(house: House, value: str) -> None:
    await hold(house, house.env.guild.id, *FERRY)
    button = await house.put_button(ForgetButton.id_for(value))
    pressed = await house.member.click(button, label="Press")
    assert pressed.ephemeral
    assert said(pressed) == "You need the permission Manage Server for this."
    assert await held(house, house.env.guild.id) == 1


# Servers that come and go


async def upkeep(house: House, days: int) -> None:
    """The upkeep of `days` later."""
    house.clock.now += timedelta(days=days)
    client = house.client
    await keep_up(client.store, client.librarian, SMALL_LIMITS, house.clock)


async def test_a_server_that_removes_the_bot_keeps_its_data_for_the_grace_period(
    house: House,
) -> None:
    guild_id = house.env.guild.id
    await hold(house, guild_id, *FERRY)
    house.env.backend.remove_guild(guild_id)
    await house.env.settle()
    await upkeep(house, 13)
    assert await held(house, guild_id) == 1
    await upkeep(house, 2)
    assert await held(house, guild_id) == 0
    assert not house.client.library.view(guild_id).verify(FERRY[0]).matches


async def test_a_server_that_takes_the_bot_back_loses_nothing(house: House) -> None:
    guild_id = house.env.guild.id
    await hold(house, guild_id, *FERRY)
    await house.client.store.guilds.record_departure(guild_id, house.clock.now)
    guild = house.client.get_guild(guild_id)
    assert guild is not None
    await house.client.on_guild_join(guild)
    await upkeep(house, 30)
    assert await held(house, guild_id) == 1


async def test_servers_that_came_and_went_while_the_bot_was_away_are_noted(
    house: House, services: Services
) -> None:
    guild_id = house.env.guild.id
    await hold(house, guild_id, *FERRY)
    await hold(house, ELSEWHERE, *FLOOD)
    await services.store.guilds.record_departure(guild_id, house.clock.now)
    await house.restart(client_on(services, house.clock))
    await upkeep(house, 15)
    assert [await held(house, each) for each in (guild_id, ELSEWHERE)] == [1, 0]


async def test_a_server_that_is_only_unavailable_has_not_left(
    house: House, services: Services
) -> None:
    guild_id = house.env.guild.id
    await hold(house, guild_id, *FERRY)
    house.env.backend.emit("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
    await house.env.settle()
    guild = house.client.get_guild(guild_id)
    assert guild is not None
    assert guild.unavailable
    await house.client.on_ready()
    await upkeep(house, 30)
    assert await held(house, guild_id) == 1


class Busy:
    """A store that is always locked."""

    def __getattr__(self, name: str) -> Any:
        return self

    async def __call__(self, *args: Any) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_a_busy_database_is_one_sentence(house: House) -> None:
    first = await privacy(house)
    house.client.store = Busy()  # type: ignore[assignment]
    assert said(await privacy(house)) == BUSY
    house.expect_fault(StoreBusyError)
    assert first.response is not None
    pressed = await house.administrator.click(first.response, label=DELETE)
    assert said(pressed) == BUSY
