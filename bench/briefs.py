"""How fast: questions, digests and timelines over new and over read paragraphs; the terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time

import numpy as np

from bench.corpus import grow
from bench.report import Table, figure
from bench.speed import Announce, load_word_lists
from bot.interpreter import short_pauses
from bot.library import Library
from bot.reading.desk import Desk

# Beside the desk's own topics.
_TEXTS = ("nuclear weapons", "trade deal", "military exercises", "European security", "everything")
_QUESTIONS, _STARTS = 40, 5
_QUESTION = "what was said of trade"


@dataclass(frozen=True, slots=True)
class BriefTimes:
    """Milliseconds of processor time for each question or topic: where no paragraph was read
    before, and asked again."""

    name: str
    new_ms: Sequence[float]
    again_ms: Sequence[float]


@dataclass(frozen=True, slots=True)
class BriefSpeed:
    """What was measured at one size."""

    paragraphs: int
    times: Sequence[BriefTimes]


def measure(desk: Desk, paragraphs: int, announce: Announce = lambda _: None) -> BriefSpeed:
    """Measure answers, digests and timelines over so many paragraphs, in a process of its own."""
    announce(f"{paragraphs:,} paragraphs: digests and timelines")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return BriefSpeed(paragraphs, fresh.submit(_time_all, desk, paragraphs).result())


def measure_start() -> float:
    """Return the seconds of processor time that `verbatim ask` takes on the seeds without the
    sentence model: the least of some starts."""
    command = [sys.executable, "-m", "bot", "ask", _QUESTION]
    seconds = []
    for _ in range(_STARTS):
        before = getrusage(RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, env={"VERBATIM_SEMANTIC": "off"})
        after = getrusage(RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(seconds)


def briefs_table(measured: Sequence[BriefSpeed], start_s: float) -> Table:
    """Return a row for each size and kind of brief."""
    rows = [
        (
            *(f"{speed.paragraphs:,}", times.name),
            *(figure(float(np.median(times.new_ms))), figure(float(max(times.new_ms)))),
            figure(float(np.median(times.again_ms))),
        )
        for speed in measured
        for times in speed.times
    ]
    return Table(
        f"Briefs, in processor time; `verbatim ask` on the seeds takes {figure(start_s)} s",
        ("Paragraphs", "Brief", "New median ms", "New max ms", "Again median ms"),
        tuple(rows),
        names=2,
    )


def _time_all(desk: Desk, paragraphs: int) -> list[BriefTimes]:
    corpus = grow(desk, paragraphs, _QUESTIONS)
    topics = [*(topic.slug for topic in desk.topics), *_TEXTS]
    load_word_lists(desk)
    times = []
    for name, inputs in (("ask", corpus.queries), ("digest", topics), ("timeline", topics)):
        # A library in which nothing was read: in the one before, sentences are kept.
        view = Library(Desk(corpus.articles, desk.topics, desk.names)).view()
        compute: Callable[[str], object] = getattr(view, name)
        with short_pauses():  # as the bot has them
            times.append(BriefTimes(f"/{name}", *_time_twice(compute, inputs)))
    return times


def _time_twice(
    compute: Callable[[str], object], inputs: Sequence[str]
) -> tuple[list[float], list[float]]:
    new_ms: list[float] = []
    again_ms: list[float] = []
    for text in inputs:
        for times_ms in (new_ms, again_ms):
            began = process_time()
            compute(text)
            times_ms.append((process_time() - began) * 1000)
    return new_ms, again_ms
