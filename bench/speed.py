"""How fast: BM25 beside its peers, and whole questions, on corpora grown from a desk."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter
from typing import TypeVar

import numpy as np
from psutil import Process

from bench.corpus import ARTICLE, grow
from bench.model import find_model
from bench.peers import ENGINES, Engine, RankBM25, Terms, Verbatim, is_installed
from bench.report import LEFT_OUT, Table, figure
from bot.interpreter import short_pauses
from bot.library import Library, View
from bot.reading.desk import Desk
from bot.semantic.encoder import Encoder
from bot.text.names import Names, add_general_names
from bot.text.terms import Analyser

QUERIES = 60
TOP = 10  # paragraphs asked for
_REPETITIONS = (
    3  # times each query is asked; the fastest counts, the others hold the machine's noise
)
_PATIENCE = 20.0  # seconds after which an engine is asked no further query
_ADDED = 5  # articles
_READ_BYTES = 1 << 27  # more than any cache holds
# Above so many paragraphs rank-bm25 is left out: it keeps a dictionary of each, and looks into all.
RANK_BM25 = 200_000

Announce = Callable[[str], None]
QueryType = TypeVar("QueryType")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to build, None where nothing is built, and milliseconds for each query, in one order
    for all."""

    name: str
    build_s: float | None
    query_ms: tuple[float, ...]

    @property
    def median(self) -> float:
        """Milliseconds of the median query."""
        return float(np.median(self.query_ms))

    @property
    def p99(self) -> float:
        """Milliseconds that one query in a hundred takes longer than."""
        return float(np.percentile(self.query_ms, 99))

    def times_as_fast_as(self, reference: Timing) -> float:
        """The ratio of the medians over the queries that both were asked."""
        both = min(len(self.query_ms), len(reference.query_ms))
        return float(np.median(reference.query_ms[:both]) / np.median(self.query_ms[:both]))


@dataclass(frozen=True, slots=True)
class AskSpeed:
    """`/ask` over a library: each question as it is and with a typing error, and the megabytes that
    the library takes beside its articles; where there is a sentence model, the milliseconds of each
    question asked again without it, and with it."""

    correct: Timing
    misspelt: Timing
    megabytes: float
    again_ms: tuple[float, ...] = ()
    with_model_ms: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured at one size.

    `engines` begins with rank-bm25 unless that was left out. `identical` says whether Verbatim's
    scores were rank-bm25's to the last bit for every query that rank-bm25 was timed on, and for the
    commonest term; None without rank-bm25. `limit` is the time in which one core reads the postings
    of a query from memory, which no engine that scores them all can beat. `add_ms` are the
    milliseconds to add an article and ask for the commonest term, for each article added.
    """

    paragraphs: int
    vocabulary: int
    identical: bool | None
    engines: tuple[Timing, ...]
    limit: Timing
    add_ms: tuple[float, ...]
    ask_speed: AskSpeed

    @property
    def rank_bm25(self) -> Timing | None:
        """rank-bm25's timing; None where it was not measured."""
        return self.engines[0] if self.identical is not None else None


def measure(
    desk: Desk,
    paragraphs: int,
    engines: Sequence[type[Engine]] = ENGINES,
    announce: Announce = lambda _: None,
) -> Speed:
    """Measure `/ask` and those of the engines that are installed over so many paragraphs, at least
    TOP."""

    def stage(name: str) -> None:
        announce(f"{paragraphs:,} paragraphs: {name}")

    stage("the corpus")
    corpus = grow(desk, paragraphs, QUERIES)
    stage("/ask")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        ask_speed = fresh.submit(time_ask, desk, paragraphs).result()
    stage("the terms")
    analyser = Analyser(Names(add_general_names(desk.names)))
    terms = [_terms(analyser, text) for text in corpus.texts]
    queries = [_terms(analyser, query) for query in corpus.queries]
    counts = Counter(term for paragraph in terms for term in paragraph)
    commonest = [counts.most_common(1)[0][0]]
    with frozen():
        timings = []
        for engine in filter(is_installed, engines):
            if engine is not RankBM25 or paragraphs <= RANK_BM25:
                stage(engine.name)
                timings.append(_time_engine(engine, terms, queries))
        stage("comparing the scores, adding articles")
        ours = Verbatim(terms)
        identical = None
        if timings[0].name == RankBM25.name:
            checked = (*queries[: len(timings[0].query_ms)], commonest)
            identical = _same_scores(ours, RankBM25(terms), checked)
        bandwidth = _measure_bandwidth()
        limit_ms = tuple(ours.posting_bytes(query) / bandwidth * 1000 for query in queries)
        limit = Timing("reading the postings", None, limit_ms)
        add_ms = tuple(
            _time_adding(ours, [_terms(analyser, text) for text in article.texts], commonest)
            for article in (grow(desk, ARTICLE, 0, seed) for seed in range(2, 2 + _ADDED))
        )
    return Speed(paragraphs, len(counts), identical, tuple(timings), limit, add_ms, ask_speed)


@contextmanager
def frozen() -> Iterator[None]:
    """Return a context in which what is held so far is not looked at by the garbage collector, or
    building an engine would include its rounds through the corpus."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def engines_table(measured: Sequence[Speed]) -> Table:
    """Return a row for each engine at each size, with its ratio to rank-bm25."""
    rows = []
    for speed in measured:
        for engine in (*speed.engines, speed.limit):
            figures = map(figure, (engine.build_s, engine.median, engine.p99))
            ratio = (
                figure(engine.times_as_fast_as(speed.rank_bm25)) if speed.rank_bm25 else LEFT_OUT
            )
            scores = _SCORES[speed.identical] if engine.name == Verbatim.name else ""
            queries = str(len(engine.query_ms))
            rows.append((f"{speed.paragraphs:,}", engine.name, *figures, ratio, scores, queries))
    return Table(
        f"The {TOP} best paragraphs for a query",
        (
            *("Paragraphs", "Engine", "Build s", "Median ms", "p99 ms"),
            *("Ratio", "Scores", "Asked"),
        ),
        tuple(rows),
        names=2,
    )


_SCORES = {True: "identical", False: "DIFFERENT", None: "not compared"}


def whole_table(measured: Sequence[Speed]) -> Table:
    """Return how long whole questions and one article more take at each size."""
    rows = []
    for speed in measured:
        ask, slips = speed.ask_speed.correct, speed.ask_speed.misspelt
        add_ms = float(np.median(speed.add_ms))
        anew_s = speed.rank_bm25.build_s if speed.rank_bm25 else None
        anew_ms = anew_s and anew_s * 1000
        figures = (
            *(ask.build_s, speed.ask_speed.megabytes, ask.median, ask.p99, slips.median),
            *(add_ms, anew_ms, anew_ms and anew_ms / add_ms),
        )
        rows.append((f"{speed.paragraphs:,}", f"{speed.vocabulary:,}", *map(figure, figures)))
    return Table(
        f"Whole questions, and an article of {ARTICLE} paragraphs added",
        (
            *("Paragraphs", "Terms", "Index s", "MB", "/ask median ms", "p99 ms", "misspelt ms"),
            *("Article added ms", "Built anew ms", "Ratio"),
        ),
        tuple(rows),
    )


def model_table(measured: Sequence[Speed]) -> Table:
    """Return what the sentence model adds to a question at each size; a dash without a model."""
    rows = []
    for speed in measured:
        figures: tuple[float | None, ...] = (None,) * 4
        if speed.ask_speed.with_model_ms:
            times_ms = speed.ask_speed.again_ms, speed.ask_speed.with_model_ms
            without, with_model = (float(np.median(times)) for times in times_ms)
            p99 = float(np.percentile(speed.ask_speed.with_model_ms, 99))
            figures = (without, with_model, with_model - without, p99)
        rows.append((f"{speed.paragraphs:,}", *map(figure, figures)))
    return Table(
        "The same questions again, without the sentence model and with it",
        ("Paragraphs", "Without ms", "With the model ms", "More ms", "p99 ms"),
        tuple(rows),
    )


def _measure_bandwidth() -> float:
    """Bytes that one core reads from memory in a second, one after the other."""
    column = np.ones(_READ_BYTES // 8)
    seconds = []
    for _ in range(_REPETITIONS):
        start = perf_counter()
        column.sum()
        seconds.append(perf_counter() - start)
    return _READ_BYTES / min(seconds)


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
    ask: Callable[[QueryType], object],
    queries: Sequence[QueryType],
    repetitions: int = _REPETITIONS,
) -> tuple[float, ...]:
    """Milliseconds of each query, the least of so many tries; fewer queries where patience ends."""
    gc.collect()  # what the collector owes to the building is no part of the queries
    fastest: list[float] = []
    began = perf_counter()
    for query in queries:
        tries = []
        for _ in range(repetitions):
            start = perf_counter()
            ask(query)
            tries.append(perf_counter() - start)
        fastest.append(min(tries) * 1000)
        if perf_counter() - began > _PATIENCE:
            break
    return tuple(fastest)


def _same_scores(ours: Verbatim, theirs: RankBM25, queries: Sequence[Terms]) -> bool:
    return all(np.array_equal(ours.scores(query), theirs.scores(query)) for query in queries)


def _time_adding(engine: Verbatim, article: Sequence[Terms], query: Terms) -> float:
    """Milliseconds until `query` is answered with the article; the commonest term takes longest,
    since its idf may be the floor that rests on all terms."""
    began = perf_counter()
    engine.add(article)
    engine.top(query, TOP)
    return (perf_counter() - began) * 1000


def time_ask(desk: Desk, paragraphs: int) -> AskSpeed:
    """Measure `/ask`, in a process that has done nothing else, so that what the library takes is
    what the process grows by. Each question is asked once: sentences that were read are kept."""
    corpus = grow(desk, paragraphs, QUERIES)
    process = Process()
    with frozen():
        bytes_before = process.memory_info().rss
        began = perf_counter()
        library = Library(Desk(corpus.articles, desk.topics, desk.names))
        build_s = perf_counter() - began
        megabytes = (process.memory_info().rss - bytes_before) / 1e6
        load_word_lists(desk)
        with short_pauses():  # as the bot has them
            correct, slips = (
                Timing("/ask", build_s, _time(library.view().ask, questions, repetitions=1))
                for questions in (corpus.queries, list(map(misspelt, corpus.queries)))
            )
        encoder = find_model()
        if encoder is None:
            return AskSpeed(correct, slips, megabytes)
        again = time_with_model(library.view(), corpus.queries, encoder)
    return AskSpeed(correct, slips, megabytes, *again)


def load_word_lists(desk: Desk) -> None:
    """Let the process read what its first answers need, word lists and patterns: .4 s once."""
    view = Library(desk).view()
    for query in grow(desk, ARTICLE, QUERIES).queries:
        view.ask(query)
        view.digest(query)


def time_with_model(
    view: View, questions: Sequence[str], encoder: Encoder
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the milliseconds of each question without the model and with it. Only the vectors that
    these questions need are made, beforehand, as the bot makes all of them."""
    with_model = View(view.topics, view.index, encoder=encoder)
    for question in questions:
        with_model.encode_candidates(question)
    return _time(view.ask, questions), _time(with_model.ask, questions)


def misspelt(question: str) -> str:
    """The question with two letters of its longest word exchanged."""
    word = max(question.split(), key=len)
    middle = len(word) // 2
    return question.replace(
        word, word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    )
