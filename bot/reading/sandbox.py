"""Parses untrusted pages, feeds and files in a separate process with limits."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from bot.errors import ReadingError
from bot.model import SHARED
from bot.reading.feeds.feed import FeedContent, find_feeds, read_feed
from bot.reading.feeds.opml import FeedAddress, read_opml
from bot.reading.files import read_file
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story
from bot.reading.pdf.document import read_pdf
from bot.reading.worker import EndedError, NotBegunError, Worker
from bot.threads import Threads
from bot.turns import FairQueue

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

_JOBS_PER_PROCESS = 200  # then a new one starts, without what its libraries have cached
_START_SECONDS = 20.0  # a process takes half a second to start
_END_SECONDS = 5.0  # and no time to be killed


class Sandbox:
    """Reads pages, feeds and files, one at a time, of each server in its turn.

    A job that takes more than `seconds` or `memory` (bytes) is ended with its process; the next job
    gets another. A file of text may take `file_seconds`. The first job starts the process. `server`
    is the collection that it is read for. Every method raises ReadingError with one sentence.
    """

    def __init__(
        self, *, seconds: float = 20.0, file_seconds: float = 10.0, memory: int = 1 << 30
    ) -> None:
        self._seconds = seconds
        self._file_seconds = min(file_seconds, seconds)
        self._memory = memory
        self._worker: Worker | None = None
        self._threads = Threads("reading", 1)
        self._queue = FairQueue(1, 1)

    async def read_html(
        self,
        data: bytes,
        *,
        url: str,
        content_type: str | None = None,
        charset: str | None = None,
        server: int = SHARED,
    ) -> Story:
        """Return the story of a web page; see `read_html`."""
        return await self._run(
            url, server, read_html, data, url=url, content_type=content_type, charset=charset
        )

    async def read_pdf(self, data: bytes, *, url: str, server: int = SHARED) -> Story:
        """Return the story of a PDF; see `read_pdf`."""
        return await self._run(url, server, read_pdf, data, url=url)

    async def find_feeds(
        self, data: bytes, *, url: str, charset: str | None = None, server: int = SHARED
    ) -> tuple[FeedAddress, ...]:
        """Return the feeds that a web page names; see `find_feeds`."""
        return await self._run(url, server, find_feeds, data, url=url, charset=charset)

    async def read_opml(
        self, data: bytes, *, name: str, server: int = SHARED
    ) -> tuple[FeedAddress, ...]:
        """Return the feeds that the OPML file `name` lists; see `read_opml`."""
        return await self._run(name, server, read_opml, data, seconds=self._file_seconds)

    async def read_feed(
        self,
        data: bytes,
        *,
        url: str,
        content_type: str | None = None,
        charset: str | None = None,
        server: int = SHARED,
    ) -> FeedContent:
        """Return the entries of a feed; see `read_feed`."""
        return await self._run(
            url, server, read_feed, data, url=url, content_type=content_type, charset=charset
        )

    async def read_file(self, data: bytes, *, name: str, server: int = SHARED) -> tuple[Story, ...]:
        """Return the stories of the file `name`; see `read_file`."""
        is_pdf = name.lower().endswith(".pdf")
        seconds = self._seconds if is_pdf else self._file_seconds
        return await self._run(name, server, read_file, data, name=name, seconds=seconds)

    async def close(self) -> None:
        """End the process, whatever it is reading; another job would start a new one."""
        if self._worker is not None:
            self._worker.kill()
            await self._threads.run(self._end_worker)

    async def _run(
        self,
        where: str,
        server: int,
        parse: Callable[..., _Result],
        data: bytes,
        *,
        seconds: float | None = None,
        **options: Any,
    ) -> _Result:
        limit = seconds or self._seconds
        async with self._queue.turn(server):
            await self._begin_job(where, partial(parse, data, **options))
            try:
                result: _Result = await self._in_thread(self._finish, limit)
            except TimeoutError as error:
                raise ReadingError(
                    "{where} cannot be read: it takes more than {seconds:g} seconds.",
                    where=where,
                    seconds=limit,
                ) from error
            except (MemoryError, EndedError) as error:
                raise ReadingError(
                    "{where} cannot be read: it takes too much memory.", where=where
                ) from error
            return result

    async def _begin_job(self, where: str, job: Callable[[], Any]) -> None:
        """Let the process begin a job; if it has died while it was idle, another one."""
        fault: Exception | None = None
        for _ in range(2):
            try:
                await self._in_thread(partial(self._begin, job), _START_SECONDS)
            except (NotBegunError, RuntimeError) as error:  # RuntimeError: there is no thread left
                fault = error
            except TimeoutError as error:
                fault = error
                break
            else:
                return
        log.warning("reading process not started: %r", fault)
        raise ReadingError(
            "{where} cannot be read right now; try again later.", where=where
        ) from fault

    async def _in_thread(self, work: Callable[[], _Result], seconds: float) -> _Result:
        """Return what `work` returns. The process is killed when that takes longer, which raises
        TimeoutError, or when nobody waits for it any more."""
        task = asyncio.ensure_future(self._threads.run(work))
        try:
            await asyncio.wait({task}, timeout=seconds)
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            if not task.done():
                if self._worker is not None:
                    self._worker.kill()  # with which `work` ends
                await asyncio.wait({task}, timeout=_END_SECONDS)
                if task.done() and not task.cancelled():
                    task.exception()  # it is known

    def _begin(self, job: Callable[[], Any]) -> None:
        worker = self._worker
        if worker and (not worker.is_alive or worker.job_count >= _JOBS_PER_PROCESS):
            self._end_worker()
        try:
            if self._worker is None:
                seconds = round(_JOBS_PER_PROCESS * self._seconds)
                self._worker = Worker(_confine, self._memory, seconds)
            self._worker.begin(job)
        except NotBegunError:
            self._end_worker()
            raise

    def _finish(self) -> Any:
        assert self._worker is not None
        try:
            return self._worker.finish()
        except EndedError:
            self._end_worker()
            raise

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


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
