"""What the articles of many servers take in memory: built as they come, loaded, and saved."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import process_time

from psutil import Process

from bench.corpus import grow
from bench.report import Table, figure
from bench.speed import Announce, frozen
from bot.library import Library
from bot.model import Article
from bot.reading.desk import Desk

SERVERS, ARTICLES = 40, 50  # and articles of each
_EVERY = 0.005  # seconds between two looks at the memory

_Collections = dict[int, tuple[Article, ...]]


@dataclass(frozen=True, slots=True)
class Layers:
    """Megabytes of each server's articles, built and loaded, beside the articles themselves; what
    saving all takes in seconds of processor time, and in megabytes more at its peak."""

    servers: int
    built_mb: float
    loaded_mb: float
    save_s: float
    save_peak_mb: float


def measure(desk: Desk, announce: Announce = lambda _: None, *, servers: int = SERVERS) -> Layers:
    """Measure so many servers, each time in a process that has done nothing yet."""
    announce(f"{servers} servers of {ARTICLES} articles")
    context = get_context("spawn")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "verbatim.index"
        with ProcessPoolExecutor(1, mp_context=context) as fresh:
            built, save_s, peak = fresh.submit(_build_and_save, desk, servers, path).result()
        with ProcessPoolExecutor(1, mp_context=context) as fresh:
            loaded = fresh.submit(_load, desk, servers, path).result()
    return Layers(servers, built / servers, loaded / servers, save_s, peak)


def layers_table(measured: Layers) -> Table:
    """Return the megabytes of a server, and what saving all takes."""
    figures = (measured.built_mb, measured.loaded_mb, measured.save_s, measured.save_peak_mb)
    return Table(
        f"Servers of {ARTICLES} articles of 20 paragraphs",
        ("Servers", "MB of each", "After a restart", "Saving all s", "MB more meanwhile"),
        ((str(measured.servers), *map(figure, figures)),),
    )


def _build_and_save(desk: Desk, servers: int, path: Path) -> tuple[float, float, float]:
    articles = _grow_all(desk, servers)
    with frozen():
        before = _megabytes()
        library = Library(desk)
        for collection, added in articles.items():
            for article in added:
                library.put(collection, article)
        built = _megabytes()
        seen = [built]
        done = Event()

        def watch() -> None:
            while not done.wait(_EVERY):
                seen.append(_megabytes())

        watching = Thread(target=watch)
        watching.start()
        began = process_time()
        library.save(path)
        seconds = process_time() - began
        done.set()
        watching.join()
    return built - before, seconds, max(seen) - built


def _load(desk: Desk, servers: int, path: Path) -> float:
    articles = _grow_all(desk, servers)
    with frozen():
        before = _megabytes()
        library = Library(desk, articles, path)
        megabytes = _megabytes() - before
    if library.newly_indexed:
        raise RuntimeError("The saved index was not read.")
    return megabytes


def _grow_all(desk: Desk, servers: int) -> _Collections:
    """Articles of each server, with ids and texts of their own."""
    corpus = grow(desk, servers * ARTICLES * 20, 0)
    return {
        server + 1: corpus.articles[server * ARTICLES : (server + 1) * ARTICLES]
        for server in range(servers)
    }


def _megabytes() -> float:
    return float(Process().memory_info().rss) / 1e6
