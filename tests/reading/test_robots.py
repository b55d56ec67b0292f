"""Sites are visited as they ask: what robots.txt says, one request at a time, with pauses."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from yarl import URL

from bot.errors import FetchError
from bot.reading.web.fetch import MAX_ASKED_BY_SERVER, Fetcher, HostLimiter
from bot.reading.web.reply import Reply
from bot.reading.web.robots import CACHE_SECONDS, MAX_BYTES, MAX_DELAY, Robots
from bot.threads import Threads
from tests.support.fetching import HANG_SECONDS, MEMORY_BYTES, memory_growth, refusal
from tests.support.hostile import (
    STORY_FEED,
    STORY_PAGE,
    Answer,
    HostileServer,
    Request,
    http_response,
    redirect_to,
    send,
)


def robots(text: str) -> Answer:
    return send(http_response(text.encode(), Content_Type="text/plain"))


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /story",
        "User-agent: *\nAllow: /\n\nUser-agent: verbatim\nDisallow: /",
        "User-Agent: other\nUSER-AGENT: VERBATIM\ndisallow: /s*y$",
        "user-agent : Verbatim/1.0\nDisallow: /",
        "\ufeffUser-agent: *\nDisallow: /",
    ],
)
async def test_a_page_is_left_alone_where_robots_are_not_welcome(
    text: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/robots.txt"] = robots(text)
    await refusal(fetcher, hostile.url("/story"), "asks programs not to read")
    assert not hostile.requests_for("/story")


@pytest.mark.parametrize(
    "answer",
    [
        robots("User-agent: *\nDisallow: /private"),
        robots("User-agent: other\nDisallow: /"),
        robots("User-agent: *\nDisallow: /\n\nUser-agent: Verbatim\nAllow: /"),
        robots("User-agent: another\nDisallow: /"),
        robots("<html>not at all what was asked for</html>"),
        send(http_response(b"\xff\xfe\x00 nor this")),
        send(http_response(b"User-agent: *\nDisallow: /", status="404 Not Found")),
        send(http_response(b"", status="403 Forbidden")),
        robots("#" * MAX_BYTES + "\nUser-agent: *\nDisallow: /"),
    ],
)
async def test_a_page_is_read_where_nothing_speaks_against_it(
    answer: Answer, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/robots.txt"] = answer
    assert (await fetcher.fetch_page(hostile.url("/story"))).body == STORY_PAGE


async def test_a_site_that_cannot_say_what_robots_may_read_is_left_alone_for_now(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    for status in ("503 Service Unavailable", "429 Too Many Requests"):
        hostile.answers["/robots.txt"] = send(http_response(b"", status=status))
        await refusal(fetcher, hostile.url("/story"), f"robots.txt answers {status[:3]}")
    del hostile.answers["/robots.txt"]
    assert (await fetcher.fetch_page(hostile.url("/story"))).body == STORY_PAGE


async def test_robots_are_asked_about_at_every_site_on_the_way_and_once(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/away"] = redirect_to(hostile.url("/story", "news.example"))
    for _ in range(2):
        await fetcher.fetch_page(hostile.url("/away", "other.example"))
    hosts = [visit.headers["host"].split(":")[0] for visit in hostile.requests_for("/robots.txt")]
    assert hosts == ["other.example", "news.example"]


async def test_a_feed_is_read_whatever_robots_are_told(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/robots.txt"] = robots("User-agent: *\nDisallow: /")
    assert (await fetcher.fetch_feed(hostile.url("/feed"))).body == STORY_FEED
    assert not hostile.requests_for("/robots.txt")


@dataclass
class Sites:
    """Every site's robots.txt is `text`; `asked` are the sites that were asked for it."""

    text: str = ""
    requests: list[str] = field(default_factory=list)
    seconds: float = 0.0

    async def ask(self, url: URL) -> Reply:
        self.requests.append(str(url))
        return Reply(url, 200, {}, self.text.encode())

    def clock(self) -> float:
        return self.seconds


STORY_URL = URL("https://news.example/story?id=7")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: verbatim\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 2", 3.0),
        ("User-agent: other\nCrawl-delay: 3", 0.0),
        ("User-agent: *\nCrawl-delay: 86400", MAX_DELAY),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
    ],
)
async def test_the_pause_that_a_site_wants_is_kept_within_bounds(text: str, seconds: float) -> None:
    sites = Sites(text)
    assert await Robots(sites.ask, sites.clock, Threads("robots", 1)).delay(STORY_URL) == seconds
    assert sites.requests == ["https://news.example/robots.txt"]


async def test_what_a_site_says_is_remembered_for_a_day() -> None:
    sites = Sites()
    asking = Robots(sites.ask, sites.clock, Threads("robots", 1))
    await asking.delay(STORY_URL)
    sites.text, sites.seconds = "User-agent: *\nDisallow: /", CACHE_SECONDS - 1
    await asking.delay(STORY_URL)
    sites.seconds = CACHE_SECONDS
    with pytest.raises(FetchError, match="asks programs not to read"):
        await asking.delay(STORY_URL)
    assert len(sites.requests) == 2


@pytest.mark.parametrize(("length", "sites_kept"), [(10, 2000), (400_000, 2)])
async def test_only_so_much_is_remembered_the_latest_asked_for_longest(
    length: int, sites_kept: int
) -> None:
    sites = Sites("#" * length)
    asking = Robots(sites.ask, sites.clock, Threads("robots", 1))
    urls = [URL(f"https://news{number}.example/") for number in range(sites_kept + 1)]
    for url in urls[:-1]:
        await asking.delay(url)
    await asking.delay(urls[0])
    assert len(sites.requests) == sites_kept
    await asking.delay(urls[-1])
    await asking.delay(urls[0])
    assert len(sites.requests) == sites_kept + 1
    await asking.delay(urls[1])
    assert len(sites.requests) == sites_kept + 2


HOSTILE_ROBOTS = {
    "/gzip-bomb": "",
    "/endless-body": "",
    "/slow-body": "takes too long",
    "/truncated": "sent a broken response",
    "/loop": "redirects more than",
    "/to/http://10.0.0.1/robots.txt": "not on the public internet",
}


@pytest.mark.parametrize(("path", "says_so"), HOSTILE_ROBOTS.items(), ids=HOSTILE_ROBOTS.keys())
async def test_a_robots_txt_is_fetched_with_the_same_care(
    path: str, says_so: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/robots.txt"] = redirect_to(path)
    if says_so:
        await refusal(fetcher, hostile.url("/story"), says_so)
    else:
        assert (await fetcher.fetch_page(hostile.url("/story"))).body == STORY_PAGE


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{i}\n" for i in range(7000)) + "Disallow: /a\n" * 20_000,
        "".join(f"User\tagent a{i}*\x0b" for i in range(7000)) + "Disallow: /a\n" * 20_000,
        "User-agent: *\n" + "".join(f"Disallow: /{i}\n" for i in range(30_000)),
        "User-agent: *\nDisallow: /" + "*a" * 200_000,
    ],
    ids=["programs times rules", "in another spelling", "rules", "wildcards"],
)
async def test_a_robots_txt_cannot_fill_the_memory(
    text: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/robots.txt"] = robots(text)
    with memory_growth() as growth:
        async with asyncio.timeout(HANG_SECONDS):
            await fetcher.fetch_page(hostile.url("/story"))
    assert growth[0] < MEMORY_BYTES


async def test_a_host_has_one_request_at_a_time_and_others_do_not_wait(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    present: list[str] = []
    crowds: list[list[str]] = []

    async def visited(visit: Request) -> AsyncIterator[bytes]:
        present.append(visit.headers["host"])
        await asyncio.sleep(0.02)
        crowds.append(present[:])
        present.remove(visit.headers["host"])
        yield http_response(STORY_PAGE)

    hostile.answers["/visited"] = visited
    first, second = (hostile.url("/visited", host) for host in ("news.example", "other.example"))
    await asyncio.gather(*(fetcher.fetch_feed(url) for url in (first, second) * 3))
    assert len(crowds) == 6
    assert all(len(crowd) == len(set(crowd)) for crowd in crowds)
    assert any(len(crowd) == 2 for crowd in crowds)


async def test_the_next_request_waits_for_the_pause_to_end() -> None:
    limiter, order = HostLimiter(), []

    async def visit(name: str, pause: float) -> None:
        async with limiter.reserve("news.example", pause):
            order.append(name)

    async with asyncio.timeout(HANG_SECONDS):
        await visit("first", 0.2)
        second = asyncio.create_task(visit("second", 0.0))
        await asyncio.sleep(0.01)
        order.append("the pause")
        await second
    assert order == ["first", "the pause", "second"]


async def test_a_host_is_forgotten_after_its_pause_and_no_earlier() -> None:
    limiter = HostLimiter()
    async with asyncio.timeout(HANG_SECONDS):
        async with limiter.reserve("news.example", 0.1):
            pass
        gc.collect()
        assert list(limiter._hosts) == ["news.example"]
        async with limiter.reserve("news.example", 0.0):
            pass
        await asyncio.sleep(0.05)
    gc.collect()
    assert not limiter._hosts


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    limiter = HostLimiter()
    async with limiter.reserve("news.example", 0.0):
        waiting = asyncio.create_task(limiter.reserve("news.example", 0.0).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(HANG_SECONDS), limiter.reserve("news.example", 0.0):
        pass


@pytest.mark.parametrize("others", [[2], [2, 3], [None]])
async def test_the_slow_links_of_one_server_leave_places_to_others(
    others: list[int | None],
) -> None:
    limiter, started, end = HostLimiter(), [], asyncio.Event()

    async def request(server: int | None, number: int) -> None:
        async with limiter.reserve(f"host{number}.example", 0.0, server):
            started.append(server)
            await end.wait()

    requests = [asyncio.create_task(request(1, number)) for number in range(50)]
    await asyncio.sleep(0.01)
    assert started == [1] * MAX_ASKED_BY_SERVER
    requests += [asyncio.create_task(request(other, 50 + n)) for n, other in enumerate(others)]
    await asyncio.sleep(0.01)
    assert started[MAX_ASKED_BY_SERVER:] == others
    end.set()
    await asyncio.gather(*requests)
