"""Reads what strangers sent in a process of its own, where it can do no more harm than fail."""

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
from bot.reading.feeds.feed import FeedRead, read_feed
from bot.reading.files import read_file
from bot.reading.html.story import find_feeds, read_html
from bot.reading.pages.page import Story

_Read = TypeVar("_Read")

_JOBS_OF_A_PROCESS = 200  # then it is renewed, and with it what its libraries have kept


class Sandbox:
    """Reads pages, feeds and files, one at a time.

    A job that takes more than `seconds` or `memory` (bytes) is given up, and its process with it;
    the next job gets another. The process starts with the first job. Every method raises
    ReadingError with one sentence.
    """

    def __init__(self, *, seconds: float = 20.0, memory: int = 1 << 30) -> None:
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()

    async def read_html(
        self,
        data: bytes,
        *,
        url: str,
        content_type: str | None = None,
        charset: str | None = None,
    ) -> Story:
        """The story of a web page; see `read_html`."""
        return await self._run(
            url, read_html, data, url=url, content_type=content_type, charset=charset
        )

    async def find_feeds(
        self, data: bytes, *, url: str, charset: str | None = None
    ) -> tuple[str, ...]:
        """The addresses of the feeds that a web page names, whether or not it tells a story."""
        return await self._run(url, find_feeds, data, url=url, charset=charset)

    async def read_feed(
        self, data: bytes, *, url: str, content_type: str | None = None
    ) -> FeedRead:
        """The entries of a feed; see `read_feed`."""
        return await self._run(url, read_feed, data, url=url, content_type=content_type)

    async def read_file(self, data: bytes, *, name: str) -> tuple[Story, ...]:
        """The stories of the file `name`; see `read_file`."""
        return await self._run(name, read_file, data, name=name)

    async def close(self) -> None:
        """End the process, whatever it is reading; another job would start one anew."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            await asyncio.to_thread(pool.join)

    async def _run(
        self, where: str, read: Callable[..., _Read], data: bytes, **stated: Any
    ) -> _Read:
        for _ in range(2):
            try:
                pool = await self._started()
                job = pool.schedule(read, (data,), stated, self._seconds)
                return await asyncio.wrap_future(job)
            except TimeoutError as fault:
                raise ReadingError(
                    "{where} cannot be read: it takes more than {seconds:g} seconds.",
                    where=where,
                    seconds=self._seconds,
                ) from fault
            except (MemoryError, ProcessExpired) as fault:
                raise ReadingError(
                    "{where} cannot be read: it takes too much memory.", where=where
                ) from fault
            except BrokenProcessPool:  # its process died while it waited, of no job: take another
                await self.close()
        raise ReadingError("{where} cannot be read now; try again later.", where=where)

    async def _started(self) -> ProcessPool:
        """The pool of the one process, which is spawned: a fork would copy threads and locks."""
        async with self._starting:
            if self._pool is None or not self._pool.active:
                pool = ProcessPool(
                    max_workers=1,
                    max_tasks=_JOBS_OF_A_PROCESS,
                    initializer=_confine,
                    initargs=(self._memory, round(_JOBS_OF_A_PROCESS * self._seconds)),
                    context=multiprocessing.get_context("spawn"),
                )
                # To ask is to start it, which would hold the event loop for a tenth of a second.
                await asyncio.to_thread(lambda: pool.active)
                self._pool = pool
            return self._pool


def _confine(memory: int, seconds: int) -> None:
    """Limit the process that calls this, and let it say nothing.

    The processor's `seconds` are those of all its jobs: they end what goes on reading when the bot
    itself was killed.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
