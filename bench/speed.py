"""How fast: BM25 beside its peers, and whole questions, on corpora grown from a desk."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np

from bench.corpus import ARTICLE, grow
from bench.peers import ENGINES, Engine, RankBM25, Terms, Verbatim, is_installed
from bench.report import Table
from bot.library import Library
from bot.reading.desk import Desk
from bot.text.names import Names
from bot.text.terms import Analyser

QUERIES = 60
TOP = 10  # paragraphs asked for
_ASKED = 3  # times each query is asked; the fastest counts, the others hold the machine's noise
_PATIENCE = 20.0  # seconds after which an engine is asked no further query
_ADDED = 5  # articles

Announce = Callable[[str], None]
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to build, and milliseconds for each query, in one order for all."""

    name: str
    build_s: float
    query_ms: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(np.median(self.query_ms))

    @property
    def p99(self) -> float:
        return float(np.percentile(self.query_ms, 99))

    def times_as_fast_as(self, other: Timing) -> float:
        """The ratio of the medians over the queries that both were asked."""
        both = min(len(self.query_ms), len(other.query_ms))
        return float(np.median(other.query_ms[:both]) / np.median(self.query_ms[:both]))


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured at one size.

    `engines` begins with rank-bm25. `identical` says whether Verbatim's scores were rank-bm25's to
    the last bit for every query that rank-bm25 was timed on, and for the commonest term. `add_ms`
    are the milliseconds to add an article and ask for the commonest term, for each article added;
    `ask` is `/ask` over the articles.
    """

    paragraphs: int
    vocabulary: int
    identical: bool
    engines: tuple[Timing, ...]
    add_ms: tuple[float, ...]
    ask: Timing


def measure(
    desk: Desk,
    paragraphs: int,
    engines: Sequence[type[Engine]] = ENGINES,
    announce: Announce = lambda _: None,
) -> Speed:
    """Measure those of the engines that are installed, the first of them rank-bm25, and `/ask` over
    so many paragraphs, at least TOP."""
    announce(f"{paragraphs:,} paragraphs: the corpus")
    corpus = grow(desk, paragraphs, QUERIES)
    analyser = Analyser(Names(desk.names))
    terms = [_terms(analyser, text) for text in corpus.texts]
    queries = [_terms(analyser, query) for query in corpus.queries]
    added = [
        [_terms(analyser, text) for text in grow(desk, ARTICLE, 0, seed).texts]
        for seed in range(2, 2 + _ADDED)
    ]
    counts = Counter(term for paragraph in terms for term in paragraph)
    commonest = [counts.most_common(1)[0][0]]
    gc.freeze()  # or building an engine includes the collector's rounds through the corpus
    try:
        timings = []
        for engine in filter(is_installed, engines):
            announce(f"{paragraphs:,} paragraphs: {engine.name}")
            timings.append(_time_engine(engine, terms, queries))
        announce(f"{paragraphs:,} paragraphs: comparing the scores")
        ours = Verbatim(terms)
        checked = (*queries[: len(timings[0].query_ms)], commonest)
        identical = _same_scores(ours, RankBM25(terms), checked)
        add_ms = tuple(_time_adding(ours, article, commonest) for article in added)
        announce(f"{paragraphs:,} paragraphs: /ask")
        ask = _time_ask(Desk(corpus.articles, desk.topics, desk.names), corpus.queries)
    finally:
        gc.unfreeze()
    return Speed(paragraphs, len(counts), identical, tuple(timings), add_ms, ask)


def engines_table(measured: Sequence[Speed]) -> Table:
    rows = []
    for speed in measured:
        for engine in speed.engines:
            ratio = engine.times_as_fast_as(speed.engines[0])
            figures = map(_figure, (engine.build_s, engine.median, engine.p99, ratio))
            asked = str(len(engine.query_ms))
            rows.append(
                (f"{speed.paragraphs:,}", engine.name, *figures, _scores(speed, engine), asked)
            )
    return Table(
        f"The {TOP} best paragraphs for a query",
        (
            *("Paragraphs", "Engine", "Build s", "Median ms", "p99 ms"),
            *("Ratio", "Scores", "Asked"),
        ),
        tuple(rows),
        names=2,
    )


def _scores(speed: Speed, engine: Timing) -> str:
    if engine.name != Verbatim.name:
        return ""
    return "identical" if speed.identical else "DIFFERENT"


def whole_table(measured: Sequence[Speed]) -> Table:
    rows = []
    for speed in measured:
        add, anew = float(np.median(speed.add_ms)), speed.engines[0].build_s * 1000
        figures = (speed.ask.build_s, speed.ask.median, speed.ask.p99, add, anew, anew / add)
        rows.append((f"{speed.paragraphs:,}", f"{speed.vocabulary:,}", *map(_figure, figures)))
    return Table(
        f"Whole questions, and an article of {ARTICLE} paragraphs added",
        (
            *("Paragraphs", "Terms", "Index s", "/ask median ms", "/ask p99 ms"),
            *("Article added ms", "Built anew ms", "Ratio"),
        ),
        tuple(rows),
    )


def _figure(number: float) -> str:
    """Three digits that matter, and no exponent."""
    return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"


def _terms(analyser: Analyser, text: str) -> list[str]:
    return [term.term for term in analyser.terms(text)]


def _time_engine(
    engine: type[Engine], paragraphs: Sequence[Terms], queries: Sequence[Terms]
) -> Timing:
    began = perf_counter()
    built = engine(paragraphs)
    build_s = perf_counter() - began
    built.top(queries[0], TOP)  # numba compiles at the first query
    return Timing(engine.name, build_s, _time(lambda query: built.top(query, TOP), queries))


def _time(
    ask: Callable[[Asked], object], queries: Sequence[Asked], asked: int = _ASKED
) -> tuple[float, ...]:
    """Milliseconds of each query, the least of so many tries; fewer queries where patience ends."""
    gc.collect()  # what the collector owes to the building is no part of the queries
    least: list[float] = []
    began = perf_counter()
    for query in queries:
        tries = []
        for _ in range(asked):
            start = perf_counter()
            ask(query)
            tries.append(perf_counter() - start)
        least.append(min(tries) * 1000)
        if perf_counter() - began > _PATIENCE:
            break
    return tuple(least)


def _same_scores(ours: Verbatim, theirs: RankBM25, queries: Sequence[Terms]) -> bool:
    return all(np.array_equal(ours.scores(query), theirs.scores(query)) for query in queries)


def _time_adding(engine: Verbatim, article: Sequence[Terms], query: Terms) -> float:
    """Milliseconds until `query` is answered with the article; the commonest term takes longest,
    since its idf may be the floor that rests on all terms."""
    began = perf_counter()
    engine.add(article)
    engine.top(query, TOP)
    return (perf_counter() - began) * 1000


def _time_ask(desk: Desk, questions: Sequence[str]) -> Timing:
    """Each question is asked once: the library remembers the sentences it has read."""
    began = perf_counter()
    library = Library(desk)
    return Timing("/ask", perf_counter() - began, _time(library.ask, questions, asked=1))
