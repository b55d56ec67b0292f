"""A feed from its first entry to the summary of its last, as the people of a server meet it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Services, open_services
from bot.chat.client import VerbatimClient
from bot.model import Limits
from bot.settings import read_settings
from tests.support.newspaper import NEWSPAPER, STORIES, publish
from tests.support.simulation import (
    MONDAY,
    TALKS_FILE,
    Clock,
    Server,
    growing_client,
    message_text,
    reply_text,
)
from tests.support.site import Site

pytestmark = pytest.mark.simcord(settle_timeout=30)

NINE, TEN = MONDAY.replace(hour=9), MONDAY.replace(hour=10)


@pytest.fixture
async def services(
    site: Site, clock: Clock, tmp_path: Path, lasting_sandbox: None
) -> AsyncIterator[Services]:
    (tmp_path / "talks.txt").write_text(TALKS_FILE, encoding="utf-8")
    settings = replace(
        read_settings(tmp_path / "none.env"),
        desk=tmp_path,
        database=str(tmp_path / "verbatim.sqlite3"),
        limits=Limits(),
        fetch_allow=(site.host,),
    )
    async with open_services(settings, now=clock, pause=0) as opened:
        yield opened


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


def posts(server: Server) -> list[str]:
    """What the channel has been sent for all to see, oldest first."""
    messages = server.env.backend.messages.get(server.channel.id, {}).values()
    return [message_text(message) for message in messages if not message.is_ephemeral]


async def posted_at(server: Server, slot: datetime) -> str:
    """The one summary that comes when the clock comes to `slot`."""
    before = len(posts(server))
    server.clock.now = slot + timedelta(minutes=1)
    await server.client.delivery.run_due()
    [summary] = posts(server)[before:]
    return summary


async def catch_up(server: Server) -> None:
    """Let the channel have everything that there is by now."""
    ann, channel = server.administrator, server.channel
    [choice] = await ann.autocomplete(channel, "schedule now", "schedule", "")
    for _ in range(20):
        reply = await ann.slash(channel, "schedule now", schedule=choice["value"])
        if "Nothing new" in reply_text(reply):
            return
    raise AssertionError("there is always something new")


def told_of(text: str) -> list[str]:
    """The titles of the newspaper's pieces that a post or a reply quotes; they may be shortened."""
    return [piece.title for piece in STORIES if piece.title[:15] in text]


async def test_a_feed_is_added_asked_about_and_its_new_articles_come_at_the_slot(
    server: Server, services: Services, site: Site
) -> None:
    ann, channel = server.administrator, server.channel
    await server.schedule(topic="everything", time="9am, 10am")
    await catch_up(server)  # with the desk's

    added = reply_text(await ann.slash(channel, "library add feed", url=publish(site, 10)))
    assert f"### Following {NEWSPAPER}\n-# 10 added" in added
    answer = reply_text(await ann.slash(channel, "ask", question="Who won the coastal marathon?"))
    assert "Lucia Ferro, a postal worker of 24 years" in answer

    summary = await posted_at(server, NINE)
    assert summary.startswith("### Everything\n-# New since the last summary\n")
    assert len(told_of(summary)) == 6  # so no other article is quoted
    await catch_up(server)  # with the rest of the ten

    publish(site, 12)
    server.clock.now += timedelta(minutes=15)
    await services.feed_poller.poll_due()
    summary = await posted_at(server, TEN)
    assert set(told_of(summary)) == {piece.title for piece in STORIES[10:]}
