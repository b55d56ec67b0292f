"""What servers with articles of their own take in memory, and what saving their index takes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, sleep, thread_time
from typing import TypeVar

from psutil import Process

from bench.corpus import ARTICLE, grow
from bot.library import Library
from bot.library.library import Collections
from bot.reading.desk import Desk

ARTICLES = 50  # of a server
CORPORA = 20  # that differ; further servers have the articles of the first ones
_SECONDS_BETWEEN_LOOKS = 0.002
_MEGABYTE = 1e6

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Saving:
    """What saving the index took: seconds of processor time, megabytes beyond those before, and the
    milliseconds for which the longest change to a server waited meanwhile."""

    seconds: float
    peak: float
    longest_wait: float


@dataclass(frozen=True, slots=True)
class ServerMemory:
    """Megabytes of a server beyond its articles, indexed anew and loaded at a restart."""

    new: float
    restarted: float
    saving: Saving


def measure_memory(desk: Desk, servers: int) -> ServerMemory:
    """Index so many servers of ARTICLES articles, save them, and load them in another process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "verbatim.index"
        new, saving = _fresh(_build_and_save, desk, servers, path)
        restarted, _ = _fresh(_build, desk, servers, path)
        return ServerMemory(new, restarted, saving)


def _build_and_save(desk: Desk, servers: int, path: Path) -> tuple[float, Saving]:
    megabytes, library = _grow_library(desk, servers, path)
    began = thread_time()
    with _watching(library) as seen:
        library.save(path)
    return megabytes, Saving(thread_time() - began, seen.peak, seen.longest_wait)


def _build(desk: Desk, servers: int, path: Path) -> tuple[float, None]:
    return _grow_library(desk, servers, path)[0], None


def _grow_library(desk: Desk, servers: int, path: Path) -> tuple[float, Library]:
    """The megabytes of each server's index, and the library of all of them."""
    corpora = [grow(desk, ARTICLES * ARTICLE, 0, seed).articles for seed in range(CORPORA)]
    added: Collections = {1 + at: corpora[at % CORPORA] for at in range(servers)}
    Library(desk)  # so that what is loaded once is loaded
    gc.collect()
    before = _rss()
    library = Library(desk, added, path)
    gc.collect()
    megabytes = (_rss() - before) / servers
    return megabytes, library


@dataclass
class _Seen:
    peak: float = 0.0
    longest_wait: float = 0.0


@contextmanager
def _watching(library: Library) -> Iterator[_Seen]:
    """The memory meanwhile, and how long one server's change takes at most."""
    seen, before, ended = _Seen(), _rss(), Event()
    article = library.own_articles(1)[0]

    def watch() -> None:
        while not ended.is_set():
            began = perf_counter()
            library.remove(1, article.id)
            library.put(1, article)
            seen.longest_wait = max(seen.longest_wait, 1000 * (perf_counter() - began))
            seen.peak = max(seen.peak, _rss() - before)
            sleep(_SECONDS_BETWEEN_LOOKS)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _rss() -> float:
    return float(Process().memory_info().rss) / _MEGABYTE


def _fresh(work: Callable[..., _Result], *args: object) -> _Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args).result()
