"""Parses untrusted pages, feeds and files in a separate process with limits."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import resource
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import ReadingError
from bot.reading.feeds.feed import FeedContent, find_feeds, read_feed
from bot.reading.files import read_file
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story
from bot.reading.pdf.document import read_pdf

_Result = TypeVar("_Result")

_JOBS_PER_PROCESS = 200  # then a new one starts, without what its libraries have cached


class Sandbox:
    """Reads pages, feeds and files, one at a time.

    A job that takes more than `seconds` or `memory` (bytes) is ended with its process; the next job
    gets another. The first job starts the process. Every method raises ReadingError with one
    sentence.
    """

    def __init__(self, *, seconds: float = 20.0, memory: int = 1 << 30) -> None:
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._start_lock = asyncio.Lock()

    async def read_html(
        self,
        data: bytes,
        *,
        url: str,
        content_type: str | None = None,
        charset: str | None = None,
    ) -> Story:
        """Return the story of a web page; see `read_html`."""
        return await self._run(
            url, read_html, data, url=url, content_type=content_type, charset=charset
        )

    async def read_pdf(self, data: bytes, *, url: str) -> Story:
        """Return the story of a PDF; see `read_pdf`."""
        return await self._run(url, read_pdf, data, url=url)

    async def find_feeds(
        self, data: bytes, *, url: str, charset: str | None = None
    ) -> tuple[str, ...]:
        """Return the addresses of the feeds that a web page names; see `find_feeds`."""
        return await self._run(url, find_feeds, data, url=url, charset=charset)

    async def read_feed(
        self,
        data: bytes,
        *,
        url: str,
        content_type: str | None = None,
        charset: str | None = None,
    ) -> FeedContent:
        """Return the entries of a feed; see `read_feed`."""
        return await self._run(
            url, read_feed, data, url=url, content_type=content_type, charset=charset
        )

    async def read_file(self, data: bytes, *, name: str) -> tuple[Story, ...]:
        """Return the stories of the file `name`; see `read_file`."""
        return await self._run(name, read_file, data, name=name)

    async def close(self) -> None:
        """End the process, whatever it is reading; another job would start a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            await asyncio.to_thread(pool.join)

    async def _run(
        self, where: str, parse: Callable[..., _Result], data: bytes, **options: Any
    ) -> _Result:
        for _ in range(2):
            try:
                pool = await self._start_pool()
                job = pool.schedule(parse, (data,), options, self._seconds)
                return await asyncio.wrap_future(job)
            except TimeoutError as error:
                raise ReadingError(
                    "{where} cannot be read: it takes more than {seconds:g} seconds.",
                    where=where,
                    seconds=self._seconds,
                ) from error
            except (MemoryError, ProcessExpired) as error:
                raise ReadingError(
                    "{where} cannot be read: it takes too much memory.", where=where
                ) from error
            except BrokenProcessPool:  # the idle process died: start another
                await self.close()
        raise ReadingError("{where} cannot be read now; try again later.", where=where)

    async def _start_pool(self) -> ProcessPool:
        """Return the pool of the one process, which is spawned: a fork would copy locks."""
        async with self._start_lock:
            if self._pool is None or not self._pool.active:
                pool = ProcessPool(
                    max_workers=1,
                    max_tasks=_JOBS_PER_PROCESS,
                    initializer=_confine,
                    initargs=(self._memory, round(_JOBS_PER_PROCESS * self._seconds)),
                    context=multiprocessing.get_context("spawn"),
                )
                # The property starts the pool, which would block the event loop for .1 s.
                await asyncio.to_thread(lambda: pool.active)
                self._pool = pool
            return self._pool


def _confine(memory: int, seconds: int) -> None:
    """Limit the memory and processor time of this process, and silence its output.

    `seconds` are those of all its jobs: they end a process that outlives a killed bot.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
