"""What hostile pages, feeds and files do to the whole way into the library: nothing."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Services, open_services
from bot.errors import LibraryError
from bot.model import SHARED, Limits
from bot.settings import read_settings
from tests.support.fetching import MEMORY_BYTES, memory_growth
from tests.support.hostile import HostileServer, hostile_server, http_response, send
from tests.support.simulation import Clock

RSS = (
    b'<?xml version="1.0"?>%s<rss version="2.0"><channel><title>Bad news</title>%s</channel></rss>'
)
STORY = " ".join(f"word{number}" for number in range(120))
ITEM = b"<item><link>/%d</link><title>Item %d</title><description>Short.</description></item>"


def _page(body: bytes) -> bytes:
    return b"<html><head><title>Page</title></head><body>" + body + b"</body></html>"


def _laughs(depth: int = 9) -> bytes:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, depth)
    )
    doctype = b'<!DOCTYPE rss [<!ENTITY l0 "ha">' + entities + b"]>"
    return RSS % (doctype, b"<item><title>&l%d;</title></item>" % (depth - 1))


def _story(extra: str) -> bytes:
    item = f"<title>Story</title><description>{STORY} {STORY}</description>"
    return f"<item>{item}{extra}</item>".encode()


NESTED = b"<div>" * 250_000
NO_TEXT = "has no text"
PAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nested tags, 5 MB": (lambda: _page(b"<div>" * 1_000_000), "more than 1.5 MB"),
    "nested tags": (lambda: _page(NESTED), NO_TEXT),
    "nested quotes": (lambda: _page(b"<blockquote><p>" * 90_000), NO_TEXT),
    "a table of cells": (lambda: _page(b"<table>" + b"<tr><td>a" * 120_000), "is too large"),
    "only paragraphs": (lambda: _page(b"<p>" * 480_000), "is too large"),
    "an endless attribute": (lambda: _page(b'<p class="' + b"a " * 700_000), NO_TEXT),
    "nothing": (lambda: b"", NO_TEXT),
    "only a program": (lambda: _page(b"<script>document.write('hi')</script>"), NO_TEXT),
    "entities": (lambda: _page(b"&nbsp;" * 240_000), NO_TEXT),
}
FEEDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a billion laughs": (_laughs, "declares its own entities"),
    "in UTF-16": (lambda: _laughs().decode().encode("utf-16"), "declares its own entities"),
    "no feed": (lambda: _page(b"<p>Hello.</p>"), "is not a feed and does not list one"),
    "no feed but JSON": (lambda: b'{"version": "1.0", "items": 7}', "There is no feed"),
    "binary": (lambda: b"\0\1\2\3" * 1000, "binary data"),
}
FILES = {
    "page.pdf": b"%PDF-1.7",
    "page.txt": b"\xff\xfe\0\0",
    "page.exe": b"MZ",
    "page.html": _page(NESTED),
    "empty.md": b"  \n",
}


@pytest.fixture
async def hostile() -> AsyncIterator[HostileServer]:
    """Serves each page and feed above at a path of its number."""
    kinds = ((PAGES, "text/html", "/page/"), (FEEDS, "application/rss+xml", "/feed/"))
    async with hostile_server() as server:
        for table, kind, path in kinds:
            for number, (body, _) in enumerate(table.values()):
                server.answers[f"{path}{number}"] = send(http_response(body(), Content_Type=kind))
        yield server


@pytest.fixture
async def services(
    hostile: HostileServer, tmp_path: Path, empty_database: Path
) -> AsyncIterator[Services]:
    settings = replace(
        read_settings(tmp_path / "no.env"),
        database=str(shutil.copyfile(empty_database, tmp_path / "verbatim.sqlite3")),
        limits=Limits(),
        fetch_allow=(hostile.address,),
    )
    async with open_services(settings, now=Clock(), pause=0) as opened:
        yield opened


def sentence_of(fault: pytest.ExceptionInfo[LibraryError]) -> str:
    sentence = str(fault.value)
    assert sentence.endswith(".")
    assert len(sentence) < 250
    assert "Error" not in sentence
    return sentence


async def refuse_all(services: Services, hostile: HostileServer) -> None:
    ingester = services.ingester
    for number, (_, says_so) in enumerate(PAGES.values()):
        with pytest.raises(LibraryError, match=says_so) as fault:
            await ingester.add_page(SHARED, hostile.url(f"/page/{number}"))
        sentence_of(fault)
    for number, (_, says_so) in enumerate(FEEDS.values()):
        with pytest.raises(LibraryError, match=says_so) as fault:
            await ingester.add_feed(SHARED, hostile.url(f"/feed/{number}"))
        sentence_of(fault)
    for name, data in FILES.items():
        with pytest.raises(LibraryError) as fault:
            await ingester.add_file(SHARED, name, data)
        sentence_of(fault)


async def test_whatever_is_refused_is_refused_in_one_sentence_and_little_memory(
    services: Services, hostile: HostileServer
) -> None:
    with memory_growth() as growth:
        await refuse_all(services, hostile)
    assert growth[0] < MEMORY_BYTES
    assert await services.store.articles.count(SHARED) == 0
    assert not await services.store.feeds.list(SHARED)


async def test_a_feed_without_entries_is_followed(
    services: Services, hostile: HostileServer
) -> None:
    hostile.answers["/empty"] = send(
        http_response(RSS % (b"", b""), Content_Type="application/rss+xml")
    )
    gathered = await services.ingester.add_feed(1, hostile.url("/empty"))
    assert gathered.feed is not None
    assert (gathered.articles, gathered.failures) == ((), ())


async def test_of_fifty_thousand_entries_the_newest_are_read(
    services: Services, hostile: HostileServer
) -> None:
    items = b"".join(ITEM % (number, number) for number in range(50_000))
    hostile.answers["/many"] = send(
        http_response(RSS % (b"", items), Content_Type="application/rss+xml")
    )
    with memory_growth() as growth:
        gathered = await services.ingester.add_feed(2, hostile.url("/many"))
    assert gathered.unread_entries == 49_500
    assert gathered.articles == (), "none of them has more than a teaser, nor a page"
    assert growth[0] < 2 * MEMORY_BYTES, "its eight megabytes are held while they are read"


async def test_entries_without_links_and_from_the_future_are_kept_for_what_they_are(
    services: Services, hostile: HostileServer
) -> None:
    items = _story("<pubDate>Mon, 01 Jan 2996 00:00:00 GMT</pubDate>")
    hostile.answers["/odd"] = send(
        http_response(RSS % (b"", items), Content_Type="application/rss+xml")
    )
    [ingested] = (await services.ingester.add_feed(3, hostile.url("/odd"))).articles
    assert ingested.outcome == "added"
    assert (ingested.article.published, ingested.article.origins.published) == (None, None)
    assert ingested.article.url == hostile.url("/odd"), "no other address is known"
