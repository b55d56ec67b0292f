"""A downloader beside the hostile server, and what every refusal of it must be like."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

import psutil
import pytest

from bot.errors import FetchError
from bot.reading.web.fetch import Fetcher
from tests.support.hostile import FakeResolver, HostileServer, hostile_server

PAGE_BYTES = 1_500_000
FETCH_SECONDS = 0.5
MEMORY_BYTES = 20_000_000
HANG_SECONDS = 30  # seconds after which a test has failed, however slow the machine


@pytest.fixture
async def hostile() -> AsyncIterator[HostileServer]:
    """The hostile server on the loopback."""
    async with hostile_server() as server:
        yield server


@pytest.fixture
async def fetcher(hostile: HostileServer) -> AsyncIterator[Fetcher]:
    """One for which the hostile server's address is allowed, and nothing else on the loopback."""
    names = FakeResolver({"news.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})
    async with open_fetcher(allow=[hostile.address], resolver=names) as made:
        yield made


@asynccontextmanager
async def open_fetcher(
    *, allow: Collection[str] = (), resolver: FakeResolver | None = None
) -> AsyncIterator[Fetcher]:
    """A fetcher with small limits, closed when the block ends."""
    fetcher = Fetcher(
        page_bytes=PAGE_BYTES, allow=allow, seconds=FETCH_SECONDS, pause=0, resolver=resolver
    )
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def refusal(fetcher: Fetcher, url: str, says_so: str) -> FetchError:
    """The error in which a page ends: one sentence for a person, and `says_so` is in it."""
    with pytest.raises(FetchError, match=says_so) as refused:
        async with asyncio.timeout(HANG_SECONDS):
            await fetcher.fetch_page(url)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert len(sentence) < 200
    assert not [word for word in ("Error", "aiohttp", "errno", "[", "<") if word in sentence]
    return refused.value


@contextmanager
def memory_growth() -> Iterator[list[int]]:
    """Holds, at the end, the most bytes by which this process grew on the way."""
    process = psutil.Process()
    before = process.memory_info().rss
    sizes, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            sizes.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    growth: list[int] = []
    try:
        yield growth
    finally:
        done.set()
        watcher.join()
        growth.append(max(sizes) - before)
