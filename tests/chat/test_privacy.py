"""/privacy, the deletion of a server's data, and servers that come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.server.privacy import ForgetButton
from bot.errors import StoreBusyError
from bot.ingest.background import apply_retention
from bot.language import say, use_language
from bot.model import Limits, Paragraph, Preferences
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.reading.pages.page import Story
from bot.store import StoredCounts
from tests.support.simulation import (
    BUSY_REPLY,
    SMALL_LIMITS,
    Clock,
    Server,
    button_labels,
    growing_client,
    reply_text,
)
from tests.support.stories import FERRY, FLOOD

pytestmark = pytest.mark.simcord(settle_timeout=30)

DELETE, SURE = "Delete this server's data", "Delete it all"
ELSEWHERE = 999  # a server that Verbatim is not in


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def hold(server: Server, collection: int, *texts: str) -> None:
    story = Story(texts[0][:20], tuple(Paragraph(text) for text in texts), "main")
    await server.client.library_writer.ingest(
        collection, story, source="a.txt", now=server.clock.now
    )


async def use(server: Server) -> None:
    """Ask in vain, and rate what was answered."""
    await server.member.slash(server.channel, "ask", question="Who won the match?")
    result = await server.member.slash(server.channel, "ask", question=FERRY[0][:90])
    assert result.response is not None
    await server.member.click(result.response, label="Useful")


async def privacy(server: Server) -> InteractionResult:
    result = await server.administrator.slash(server.channel, "privacy")
    assert result.ephemeral
    return result


async def held(server: Server, collection: int) -> int:
    return await server.client.store.articles.count(collection)


async def test_privacy_says_what_is_kept_for_how_long_and_how_much(server: Server) -> None:
    await hold(server, server.env.guild.id, *FERRY)
    await server.schedule()
    told = reply_text(await privacy(server))
    assert "Discord does not show me what other messages say, and I drop them unread." in told
    assert "see the words for 90 days, without your name" in told
    assert "for 90 days, with the question and your Discord ID" in told
    assert "Articles, feeds, schedules and watches are kept until they are removed." in told
    assert "all of its data is deleted 14 days later" in told
    assert "now: 1 article, 0 feeds, 1 schedule, 0 watches, 0 posted quotes, " in told
    server.client.limits = Limits(keep_days=30, grace_days=1)
    told = reply_text(await privacy(server))
    assert "Articles are kept for 30 days." in told
    assert "deleted 1 day later" in told


async def test_privacy_owns_to_a_log_that_has_the_questions(server: Server) -> None:
    server.client.journal = Journal(Metrics(), with_questions=True)
    told = reply_text(await privacy(server))
    assert "The person who runs me can also see in the log what you ask." in told
    server.client.journal = Journal(Metrics())
    assert "log" not in reply_text(await privacy(server))


async def test_privacy_counts_what_was_asked_in_vain_and_rated(server: Server) -> None:
    await hold(server, server.env.guild.id, *FERRY)
    await use(server)
    assert "1 unanswered question, 1 rated reply, 0 topics." in reply_text(await privacy(server))


async def test_what_was_asked_and_rated_is_kept_for_90_days(server: Server) -> None:
    await hold(server, server.env.guild.id, *FERRY)
    await use(server)
    await upkeep(server, 90)
    kept = await server.client.store.guilds.count_stored(server.env.guild.id)
    assert (kept.gaps, kept.feedback) == (1, 1)
    await upkeep(server, 1)
    kept = await server.client.store.guilds.count_stored(server.env.guild.id)
    assert (kept.gaps, kept.feedback) == (0, 0)


async def test_privacy_speaks_the_servers_language(server: Server) -> None:
    await server.prefer(language="ko")
    with use_language("ko"):
        assert reply_text(await privacy(server)).startswith(f"### {say('Privacy')}\n")
        assert say("Privacy") != "Privacy"


async def test_only_those_who_manage_the_server_are_offered_deletion(server: Server) -> None:
    assert button_labels(await privacy(server)) == [DELETE]
    result = await server.member.slash(server.channel, "privacy")
    assert "Kept for this server now:" in reply_text(result)
    assert button_labels(result) == []


async def test_in_direct_messages_privacy_speaks_of_no_server(server: Server) -> None:
    result = await server.administrator.user.slash("privacy")
    assert "Kept for a server:" in reply_text(result)
    assert "Kept for this server now:" not in reply_text(result)
    assert button_labels(result) == []


async def test_deletion_asks_once_more_and_then_leaves_nothing_of_this_server_alone(
    server: Server, services: Services
) -> None:
    guild_id, services_store = server.env.guild.id, services.store
    await hold(server, guild_id, *FERRY)
    await hold(server, ELSEWHERE, *FLOOD)
    await server.schedule()
    await server.prefer(private=True)
    await use(server)
    first = await privacy(server)
    await server.restart(growing_client(services, server.clock))
    assert first.response is not None
    asked = await server.administrator.click(first.response, label=DELETE)
    assert asked.ephemeral
    deleted = "1 article, 0 feeds, 1 schedule, 0 watches, 0 posted quotes, 1 unanswered "
    assert f"This permanently deletes {deleted}" in reply_text(asked)
    assert await held(server, guild_id) == 1
    assert asked.response is not None
    done = await server.administrator.click(asked.response, label=SURE)
    assert reply_text(done).startswith("### Deleted\n1 article, ")
    assert button_labels(done) == []
    assert not server.client.library.view(guild_id).verify(FERRY[0]).matches
    assert await services_store.guilds.count_stored(guild_id) == StoredCounts()
    assert await services_store.preferences.get(guild_id) == Preferences()
    assert await services_store.schedules.list(guild_id) == []
    assert await held(server, ELSEWHERE) == 1
    assert "0 articles, 0 feeds, 0 schedules" in reply_text(await privacy(server))


@pytest.mark.parametrize("value", ["ask", "sure"])
async def test_a_member_cannot_delete_by_any_button(server: Server, value: str) -> None:
    await hold(server, server.env.guild.id, *FERRY)
    button = await server.put_button(ForgetButton.id_for(value))
    pressed = await server.member.click(button, label="Press")
    assert pressed.ephemeral
    assert reply_text(pressed) == "You need the Manage Server permission for this."
    assert await held(server, server.env.guild.id) == 1


# Servers that come and go


async def upkeep(server: Server, days: int) -> None:
    """The upkeep of `days` later."""
    server.clock.now += timedelta(days=days)
    client = server.client
    await apply_retention(client.store, client.library_writer, SMALL_LIMITS, server.clock)


async def test_a_server_that_removes_the_bot_keeps_its_data_for_the_grace_period(
    server: Server,
) -> None:
    guild_id = server.env.guild.id
    await hold(server, guild_id, *FERRY)
    server.env.backend.remove_guild(guild_id)
    await server.env.settle()
    await upkeep(server, 13)
    assert await held(server, guild_id) == 1
    await upkeep(server, 2)
    assert await held(server, guild_id) == 0
    assert not server.client.library.view(guild_id).verify(FERRY[0]).matches


async def test_a_server_that_takes_the_bot_back_loses_nothing(server: Server) -> None:
    guild_id = server.env.guild.id
    await hold(server, guild_id, *FERRY)
    await server.client.store.guilds.record_departure(guild_id, server.clock.now)
    guild = server.client.get_guild(guild_id)
    assert guild is not None
    await server.client.on_guild_join(guild)
    await upkeep(server, 30)
    assert await held(server, guild_id) == 1


async def test_servers_that_came_and_went_while_the_bot_was_away_are_noted(
    server: Server, services: Services
) -> None:
    guild_id = server.env.guild.id
    await hold(server, guild_id, *FERRY)
    await hold(server, ELSEWHERE, *FLOOD)
    await services.store.guilds.record_departure(guild_id, server.clock.now)
    await server.restart(growing_client(services, server.clock))
    await upkeep(server, 15)
    assert [await held(server, each) for each in (guild_id, ELSEWHERE)] == [1, 0]


async def test_a_server_that_is_only_unavailable_has_not_left(
    server: Server, services: Services
) -> None:
    guild_id = server.env.guild.id
    await hold(server, guild_id, *FERRY)
    server.env.backend.emit("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
    await server.env.settle()
    guild = server.client.get_guild(guild_id)
    assert guild is not None
    assert guild.unavailable
    await server.client.on_ready()
    await upkeep(server, 30)
    assert await held(server, guild_id) == 1


class Busy:
    """A store that is always locked."""

    def __getattr__(self, name: str) -> Any:
        return self

    async def __call__(self, *args: Any) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_a_busy_database_is_one_sentence(server: Server) -> None:
    first = await privacy(server)
    server.client.store = Busy()  # type: ignore[assignment]
    assert reply_text(await privacy(server)) == BUSY_REPLY
    server.expect_fault(StoreBusyError)
    assert first.response is not None
    pressed = await server.administrator.click(first.response, label=DELETE)
    assert reply_text(pressed) == BUSY_REPLY
