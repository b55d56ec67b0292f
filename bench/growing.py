"""A library that grows: how soon it answers after a start, and what taking in an article costs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, thread_time
from typing import Any, ParamSpec, TypeVar

import numpy as np
from rank_bm25 import BM25Okapi

from bench.corpus import ARTICLE, grow
from bench.report import Table, figure
from bench.speed import RANK_BM25, Announce
from bot.app import open_services
from bot.library.deduplication import text_hash
from bot.library.writer import LibraryWriter
from bot.model import SHARED, Article
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.settings import read_settings
from bot.store import Store
from bot.text.names import Names, add_general_names
from bot.text.terms import Analyser

_INGESTED = 20  # articles
_ENTRIES, _ENTRY = 500, 10  # of a feed, and paragraphs in one of them
_EVERY = 0.001  # seconds between two looks at the event loop
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from a closed database to the first answer, one after the other."""

    database: float
    library: float
    answer: float

    @property
    def total(self) -> float:
        """Seconds in all."""
        return self.database + self.library + self.answer


@dataclass(frozen=True, slots=True)
class Anew:
    """Seconds in which rank-bm25 is there again: the terms of all texts, and its index of them."""

    terms: float
    index: float

    @property
    def total(self) -> float:
        """Seconds in all."""
        return self.terms + self.index


@dataclass(frozen=True, slots=True)
class Taking:
    """Milliseconds for each article taken in: until it can be asked about, and what the event loop
    itself worked for it. `lag_ms` are how much later than it should the loop came round, seen every
    millisecond while others were taken in."""

    total_ms: tuple[float, ...]
    loop_ms: tuple[float, ...]
    lag_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Feeding:
    """A feed taken in as a server follows it: fetched, read in another process, held. `lag_ms` as
    in `Taking`, meanwhile."""

    entries: int
    seconds: float
    lag_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Growing:
    """What was measured at one size. `first` is the start that finds no saved index; `anew` is None
    where rank-bm25 was left out."""

    paragraphs: int
    megabytes: float  # of the saved index
    first: Start
    again: Start
    anew: Anew | None
    taking: Taking
    feeding: Feeding


def measure(
    desk: Desk,
    paragraphs: int,
    announce: Announce = lambda _: None,
    *,
    entries: int = _ENTRIES,
) -> Growing:
    """Measure on so many stored paragraphs, and with a feed of so many entries, each time in a
    process that has done nothing yet."""

    def stage(name: str) -> None:
        announce(f"{paragraphs:,} paragraphs: {name}")

    with TemporaryDirectory() as folder:
        stage("storing the articles, the first start")
        first = _fresh(first_start, desk, paragraphs, Path(folder))
        stage("a start, taking in articles")
        again, taking = _fresh(start_and_take, desk, paragraphs, Path(folder))
        stage("following a feed")
        feeding = _fresh(follow, desk, Path(folder), entries)
        megabytes = _index(Path(folder)).stat().st_size / 1e6
    anew = None
    if paragraphs <= RANK_BM25:
        stage("rank-bm25 anew")
        anew = _fresh(rank_bm25_anew, desk, paragraphs)
    return Growing(paragraphs, megabytes, first, again, anew, taking, feeding)


def starts_table(measured: Sequence[Growing]) -> Table:
    """Return the seconds of a start at each size, beside rank-bm25 built anew."""
    rows = []
    for at_size in measured:
        again, anew = at_size.again, at_size.anew
        figures = (
            *(again.database, again.library, again.answer, again.total),
            *(at_size.megabytes, at_size.first.total),
            *((anew.total, anew.terms, anew.total / again.total) if anew else (None,) * 3),
        )
        rows.append((f"{at_size.paragraphs:,}", *map(figure, figures)))
    return Table(
        "From a closed database to the first answer",
        (
            *("Paragraphs", "Database s", "Library s", "Answer s", "Start s", "Saved MB"),
            *("Nothing saved s", "rank-bm25 anew s", "of it terms s", "Ratio"),
        ),
        tuple(rows),
    )


def taking_table(measured: Sequence[Growing]) -> Table:
    """Return the milliseconds that one article more takes at each size."""
    rows = []
    for at_size in measured:
        taking = at_size.taking
        figures = (
            *(np.median(taking.total_ms), np.median(taking.loop_ms)),
            *(np.percentile(taking.lag_ms, 99), np.max(taking.lag_ms)),
        )
        rows.append((f"{at_size.paragraphs:,}", *map(figure, map(float, figures))))
    return Table(
        f"An article of {ARTICLE} paragraphs taken in",
        ("Paragraphs", "Taken ms", "Event loop ms", "Lag p99 ms", "Lag max ms"),
        tuple(rows),
    )


def feeding_table(measured: Sequence[Growing]) -> Table:
    """Return the seconds that a feed takes at each size, and the event loop's lag meanwhile."""
    rows = []
    for at_size in measured:
        feeding = at_size.feeding
        lag = np.percentile(feeding.lag_ms, (50, 99))
        figures = (feeding.seconds, *map(float, lag), max(feeding.lag_ms))
        rows.append((f"{at_size.paragraphs:,}", str(feeding.entries), *map(figure, figures)))
    return Table(
        f"A feed of entries of {_ENTRY} paragraphs taken in",
        (
            "Paragraphs",
            "Entries",
            "Taken s",
            "Lag median ms",
            "Lag p99 ms",
            "Lag max ms",
        ),
        tuple(rows),
    )


def first_start(desk: Desk, paragraphs: int, folder: Path) -> Start:
    """Store the articles, start with no saved index, and save it."""
    corpus = grow(desk, paragraphs, queries=1)

    async def run() -> Start:
        await _store(corpus.articles, folder)
        async with _started(desk, folder, corpus.queries[0]) as (library_writer, start):
            await library_writer.save()
        return start

    return asyncio.run(run())


def start_and_take(desk: Desk, paragraphs: int, folder: Path) -> tuple[Start, Taking]:
    """Start with the index that was saved, and take in articles."""
    question = grow(desk, ARTICLE, queries=1).queries[0]
    grown = [grow(desk, ARTICLE, 0, seed).articles[0] for seed in range(2, 2 + 2 * _INGESTED)]
    stories = [Story(article.title, article.paragraphs, "main") for article in grown]

    async def run() -> tuple[Start, Taking]:
        async with _started(desk, folder, question) as (library_writer, start):
            total_ms, loop_ms = [], []
            for story in stories[:_INGESTED]:
                began, worked = perf_counter(), thread_time()
                await _take(library_writer, story)
                total_ms.append((perf_counter() - began) * 1000)
                loop_ms.append((thread_time() - worked) * 1000)
            async with watched() as lags:
                for story in stories[_INGESTED:]:
                    await _take(library_writer, story)
            return start, Taking(tuple(total_ms), tuple(loop_ms), tuple(lags))

    return asyncio.run(run())


def follow(desk: Desk, folder: Path, entries: int) -> Feeding:
    """Open all that the bot opens, and follow a feed that is served on the loopback."""
    articles = grow(desk, entries * _ENTRY, 0, seed=1).articles
    texts = [paragraph.text for article in articles for paragraph in article.paragraphs]
    stories = [texts[start : start + _ENTRY] for start in range(0, len(texts), _ENTRY)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Feed, _rss(stories)))
    Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    settings = replace(
        read_settings(folder / "none.env"),
        database=str(folder / "verbatim.db"),
        fetch_allow=(host,),
    )

    async def run() -> Feeding:
        async with open_services(settings) as services, watched() as lags:
            began = perf_counter()
            gathered = await services.ingester.add_feed(SHARED, f"http://{host}/feed")
            seconds = perf_counter() - began
        return Feeding(len(gathered.articles), seconds, tuple(lags))

    try:
        return asyncio.run(run())
    finally:
        server.shutdown()


class _Feed(BaseHTTPRequestHandler):
    """Answers every request with one feed."""

    def __init__(self, feed: bytes, *args: Any) -> None:
        self._feed = feed
        super().__init__(*args)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(self._feed)))
        self.end_headers()
        self.wfile.write(self._feed)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _rss(stories: Iterable[Sequence[str]]) -> bytes:
    items = (
        f"<item><guid>{number}</guid><title>Grown {number}</title><description>"
        f"{escape(''.join(f'<p>{escape(text)}</p>' for text in texts))}</description></item>"
        for number, texts in enumerate(stories)
    )
    return f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def rank_bm25_anew(desk: Desk, paragraphs: int) -> Anew:
    """Return the seconds that rank-bm25 takes for the texts of so many paragraphs."""
    articles = grow(desk, paragraphs, queries=0).articles
    began = perf_counter()
    analyser = Analyser(Names(add_general_names(desk.names)))
    terms = list(chain.from_iterable(_terms(analyser, article) for article in articles))
    analysed = perf_counter()
    BM25Okapi(terms)
    return Anew(analysed - began, perf_counter() - analysed)


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """How many milliseconds late the event loop comes round, noted about every millisecond."""
    lags: list[float] = []

    async def watch() -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(_EVERY)
            lags.append((perf_counter() - began - _EVERY) * 1000)

    watching = asyncio.create_task(watch())
    try:
        yield lags
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


@asynccontextmanager
async def _started(
    desk: Desk, folder: Path, question: str
) -> AsyncIterator[tuple[LibraryWriter, Start]]:
    """A library of what is stored and nothing else, after its first answer."""
    moments = [perf_counter()]
    store = await Store.open(str(folder / "verbatim.db"))
    try:
        moments.append(perf_counter())
        empty = replace(desk, articles=())
        library_writer = await LibraryWriter.open(empty, store, saved_at=_index(folder))
        moments.append(perf_counter())
        library_writer.library.view().ask(question)
        moments.append(perf_counter())
        yield library_writer, Start(*np.diff(moments).tolist())
    finally:
        await store.close()


async def _store(articles: Iterable[Article], folder: Path) -> None:
    store = await Store.open(str(folder / "verbatim.db"))
    for article in articles:
        await store.articles.add(
            SHARED,
            replace(article, added_at=_NOW),
            text_hash=text_hash(article.paragraphs),
            source=None,
            by=None,
            limit=None,
        )
    await store.close()


async def _take(library_writer: LibraryWriter, story: Story) -> None:
    await library_writer.ingest(SHARED, story, source="grown.txt", now=_NOW)


def _terms(analyser: Analyser, article: Article) -> list[list[str]]:
    """What Verbatim indexes an article's paragraphs by."""
    title = [term.term for term in analyser.terms(article.title)]
    return [
        [*title, *(term.term for term in analyser.terms(paragraph.text))]
        for paragraph in article.paragraphs
    ]


def _index(folder: Path) -> Path:
    return folder / "verbatim.index"


def _fresh(
    work: Callable[_Params, _Result], *args: _Params.args, **kwargs: _Params.kwargs
) -> _Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args, **kwargs).result()
