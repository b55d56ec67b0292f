"""A topic with titles in several languages, shown to each server in its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.client import VerbatimClient
from bot.library import Library
from bot.model import Topic
from bot.reading.desk import Desk
from bot.store import Store
from tests.support.korean import ARTICLES
from tests.support.simulation import (
    Clock,
    Server,
    button_labels,
    message_text,
    reading_client,
    reply_text,
)

HARBOURS = Topic("harbours", "Harbours", ("quays", "부두"), ("harbour",), titles=(("ko", "부두"),))
BRIDGES = Topic("bridges", "Bridges", ("spans",))
LANGUAGES = pytest.mark.parametrize(
    ("language", "title"), [("ko", "부두"), ("en", "Harbours")], ids=["ko", "en"]
)


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    library = Library(Desk(ARTICLES, (HARBOURS, BRIDGES), ()))
    return reading_client(library, simulated_store, clock)


async def give(server: Server, command: str, **options: Any) -> str:
    return reply_text(await server.administrator.slash(server.channel, command, **options))


@LANGUAGES
async def test_a_title_is_in_the_language_of_the_server(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    assert (await give(server, "digest", topic="quays")).startswith(f"### {title}\n")
    assert (await give(server, "timeline", topic="harbours")).startswith(f"### {title}\n")
    other = "Harbours" if language == "ko" else "부두"
    (line,) = [line for line in (await give(server, "topics list")).splitlines() if title in line]
    assert line.startswith(f"{title} · ")
    assert other in line
    assert title in await give(server, "said", person="Jane Roe", topic="harbours")
    unanswered = await server.administrator.slash(
        server.channel, "digest", topic="quays and zeppelins"
    )
    assert title in reply_text(unanswered)
    assert title in button_labels(unanswered)


@LANGUAGES
async def test_a_title_is_suggested_and_found_in_either_language(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    for typed in ("부", "harb"):
        choices = await server.administrator.autocomplete(server.channel, "digest", "topic", typed)
        assert [(choice["name"], choice["value"]) for choice in choices] == [(title, "harbours")]
    for typed in ("부두", "HARBOURS"):
        assert (await give(server, "digest", topic=typed)).startswith(f"### {title}\n")


@LANGUAGES
async def test_a_scheduled_summary_has_the_title_of_its_server_when_it_is_posted(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    made = await server.schedule(topic="harbours")
    assert title in reply_text(made)
    assert title in await give(server, "schedule list")
    [choice] = await server.administrator.autocomplete(
        server.channel, "schedule now", "schedule", ""
    )
    assert choice["name"].startswith(title)
    await server.administrator.slash(server.channel, "schedule now", schedule=choice["value"])
    posts = server.env.backend.messages[server.channel.id].values()
    assert any(message_text(post).startswith(f"### {title}\n") for post in posts)


async def test_what_is_excluded_is_named_beside_the_title(server: Server) -> None:
    await server.prefer(language="ko")
    shown = await give(server, "digest", topic="harbours but not cranes")
    assert "부두" in shown.splitlines()[0]
    assert "cranes" in shown.splitlines()[0]


async def test_a_title_that_the_desk_gives_in_one_language_stays_that(server: Server) -> None:
    await server.prefer(language="ko")
    assert (await give(server, "digest", topic="bridges")).startswith("### Bridges\n")
