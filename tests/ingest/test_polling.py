"""Feeds of many hosts are polled at once, and a host that hangs holds up its own alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.ingest.polling import FeedPoller
from bot.model import SHARED, Limits
from bot.reading.web.fetch import Fetcher, FetchResult
from bot.store import Store
from tests.support.simulation import MONDAY


class SlowHosts(Fetcher):
    """Hosts that answer that nothing has changed, but for some that never answer."""

    def __init__(self, hanging: Callable[[str], bool]) -> None:
        self.hanging = hanging
        self.under_way: Counter[str] = Counter()
        self.most_at_once = 0
        self.answered: list[str] = []

    async def fetch_feed(self, url: str, **_: Any) -> FetchResult:
        """Answer after a moment, or never."""
        host = urlsplit(url).netloc
        self.under_way[host] += 1
        self.most_at_once = max(self.most_at_once, self.under_way.total())
        assert self.under_way[host] <= 3
        if self.hanging(host):
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)
        self.under_way[host] -= 1
        self.answered.append(url)
        return FetchResult(url, 304, b"", None, None, None, None)


def poller_of(store: Store, fetcher: Fetcher) -> FeedPoller:
    """A poller that needs nothing but its feeds."""
    nothing: Any = None
    return FeedPoller(
        fetcher=fetcher,
        sandbox=nothing,
        entries=nothing,
        store=store,
        limits=Limits(),
        now=lambda: MONDAY,
        owner="one",
    )


async def follow(store: Store, urls: list[str]) -> None:
    """Follow these feeds, which are then due."""
    for url in urls:
        await store.feeds.subscribe(
            SHARED, url=url, key=url, title=None, by=None, now=MONDAY, limit=None
        )


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_feeds_of_many_hosts_are_polled_at_once_each_once(store: Store) -> None:
    urls = [f"https://news{number}.example/feed" for number in range(20)]
    await follow(store, urls)
    hosts = SlowHosts(lambda host: False)
    await poller_of(store, hosts).poll_due()
    assert sorted(hosts.answered) == sorted(urls)
    assert hosts.most_at_once > 1


@pytest.mark.parametrize("feeds_of_it", [1, 5, 40])
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_host_that_hangs_holds_up_its_own_feeds_alone(
    store: Store, feeds_of_it: int
) -> None:
    stuck = [f"https://stuck.example/{number}" for number in range(feeds_of_it)]
    others = [f"https://news{number}.example/feed" for number in range(6)]
    await follow(store, [*stuck, *others])
    hosts = SlowHosts(lambda host: host.startswith("stuck"))
    polling = asyncio.create_task(poller_of(store, hosts).poll_due())
    async with asyncio.timeout(30):
        while len(hosts.answered) < len(others):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not polling.done()
    polling.cancel()
    await asyncio.wait({polling})
    assert sorted(hosts.answered) == others
