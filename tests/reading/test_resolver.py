"""Names that nobody answers for hold up nothing but the look-up of themselves."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bot.errors import FetchError
from bot.reading.web.fetch import Fetcher
from bot.reading.web.resolver import MAX_LOOKUPS, ThreadResolver
from tests.support.fetching import open_fetcher
from tests.support.hostile import HostileServer, http_response, send
from tests.support.pages import BODY, page, paragraphs

PAGE = page(paragraphs(*BODY)).encode()


class SlowNames:
    """A name service that knows `localhost` alone, and says nothing of others before `answers`."""

    def __init__(self) -> None:
        self.answers = threading.Event()

    def __call__(self, host: str, port: int, **options: Any) -> Any:
        if host != "localhost":
            assert self.answers.wait(30)
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return socket.getaddrinfo("127.0.0.1", port, **options)


@contextmanager
def slow_names() -> Iterator[SlowNames]:
    names = SlowNames()
    yield names
    names.answers.set()


@contextmanager
def held_up_threads() -> Iterator[None]:
    """All threads of the event loop itself are held up meanwhile."""
    loop, go_on = asyncio.get_running_loop(), threading.Event()
    with ThreadPoolExecutor(6) as executor:
        loop.set_default_executor(executor)
        for _ in range(12):
            loop.run_in_executor(None, go_on.wait, 30)
        try:
            yield
        finally:
            go_on.set()
    loop.set_default_executor(ThreadPoolExecutor(2))


@pytest.mark.parametrize("path", ["/page", "/packed"])
async def test_a_page_is_fetched_while_all_other_threads_are_held_up(
    path: str, hostile: HostileServer
) -> None:
    hostile.answers[path] = send(http_response(PAGE, Content_Type="text/html"))
    address = hostile.url(path).replace("127.0.0.1", "localhost")
    async with open_fetcher(allow=[hostile.address]) as fetcher:
        with held_up_threads():
            async with asyncio.timeout(10):
                assert (await fetcher.fetch_page(address)).body == PAGE


@pytest.mark.parametrize("hanging", [1, 8, 40])
async def test_names_that_hang_and_are_given_up_cost_nobody_else(hanging: int) -> None:
    with slow_names() as names:
        resolver = ThreadResolver(names)
        tasks = [
            asyncio.create_task(resolver.resolve(f"h{number}.example", 80))
            for number in range(hanging)
        ]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        async with asyncio.timeout(10):
            (found,) = await resolver.resolve("localhost", 80)
            assert found["host"] == "127.0.0.1"
            assert await asyncio.to_thread(lambda: "a thread is free") == "a thread is free"
        names.answers.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results[1::2]} <= {socket.gaierror}
    assert {type(result) for result in results[::2]} == {asyncio.CancelledError}


async def test_more_names_than_threads_are_refused_in_a_sentence_and_later_taken() -> None:
    with slow_names() as names:
        resolver = ThreadResolver(names)
        fetcher = Fetcher(page_bytes=1000, resolver=resolver)
        tasks = [
            asyncio.create_task(resolver.resolve(f"h{number}.example", 80))
            for number in range(MAX_LOOKUPS)
        ]
        await asyncio.sleep(0)
        with pytest.raises(FetchError, match="try again later"):
            await fetcher.fetch_feed("https://another.example/")
        names.answers.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        with pytest.raises(FetchError, match="cannot be found"):
            await fetcher.fetch_feed("https://another.example/")
        await fetcher.close()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "::1"])
async def test_a_name_is_looked_up_as_the_system_does(name: str) -> None:
    try:
        infos = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except OSError:
        pytest.skip("this system has no such address")
    expected = {str(info[4][0]) for info in infos}
    results = await ThreadResolver().resolve(name, 443, socket.AF_UNSPEC)
    assert {result["host"] for result in results} <= expected
    assert {result["port"] for result in results} == {443}


@pytest.mark.parametrize("name", ["nobody.invalid", "x" * 70 + ".example", "a..b"])
async def test_what_no_system_finds_is_an_error(name: str) -> None:
    with pytest.raises((OSError, UnicodeError)):
        await ThreadResolver().resolve(name, 443)
