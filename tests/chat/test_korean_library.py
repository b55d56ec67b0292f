"""A server that chose Korean adds articles, watches and schedules: all it is told is Korean."""

from __future__ import annotations

from typing import Any

import pytest

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.errors import LibraryError
from tests.support.korean import in_korean, press_all
from tests.support.simulation import Clock, Server, growing_client
from tests.support.site import FeedItem, Site

pytestmark = pytest.mark.simcord(settle_timeout=30)

STORY = (
    "The harbour of Tessel will close in March, the mayor said on Tuesday at a meeting.",
    "Ferries stop on the same day, and the railway company sells no more tickets for them.",
)
TYPED = ("The Tessel Post", "Ferries stop", "ferries.txt", *STORY)


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


@pytest.fixture
async def korean(server: Server) -> Server:
    await server.prefer(language="ko")
    return server


async def test_what_is_added_and_looked_after_is_told_in_korean(korean: Server, site: Site) -> None:
    site.page("/ferries", "Ferries stop", *STORY)
    feed = site.feed("/feed", "The Tessel Post", FeedItem("/ferries", "Ferries stop"))
    pressed: set[str] = set()
    asked: list[tuple[str, dict[str, Any]]] = [
        ("add feed", {"url": feed}),
        ("add link", {"url": site.url("/ferries")}),
        ("add file", {"attachment": ("ferries.txt", "\n\n".join(TYPED).encode())}),
        ("refresh", {}),
        ("list", {}),
        ("health", {}),
    ]
    for command, options in asked:
        result = await korean.administrator.slash(korean.channel, f"library {command}", **options)
        pressed |= await press_all(korean.administrator, in_korean(result, *TYPED), *TYPED)
    assert "undo" in pressed


@pytest.mark.parametrize("url", ["nowhere", "ftp://example.com", "http://127.0.0.1:9/"])
async def test_why_an_address_is_refused_is_told_in_korean(korean: Server, url: str) -> None:
    result = await korean.administrator.slash(korean.channel, "library add link", url=url)
    in_korean(result, url)
    korean.expect_fault(LibraryError)
