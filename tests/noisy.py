"""How long one server's /ask takes while another does its worst: `python -m tests.noisy [SECONDS]`.

The other server floods every command over long lines and rare words, has files read that use up all
their time, and adds links to hosts whose names hang. It prints the percentiles and asserts nothing.
"""

from __future__ import annotations

import asyncio
import random
import socket
import string
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any

from bot.chat.interaction.workload import Workload
from bot.errors import BusyError, FetchError, QuestionError, ReadingError
from bot.interpreter import short_pauses
from bot.library import Library, View
from bot.model import Article, Paragraph
from bot.reading.desk import read_desk
from bot.reading.sandbox import Sandbox
from bot.reading.web.fetch import Fetcher
from bot.reading.web.resolver import ThreadResolver
from bot.settings import EXAMPLE_DESK

SECONDS = 40.0
QUIET, NOISY = 1, 2
QUESTIONS = ("What did the court rule?", "How many satellites were launched?", "Who is president?")
MARKS = b"`a``" * 350_000


def noisy_articles() -> list[Article]:
    """Articles that are hard to work on: lines of 80 kB, quotation marks, and rare words."""
    chance = random.Random(7)

    def rare() -> str:
        return "".join(chance.choices(string.ascii_lowercase, k=6))

    said = 'Minister Ann Okafor said that "the rate fell by 3% in May" and rose again'
    lines = [
        " and ".join([said] * 1_000),
        "“" * 40_000 + "the rate fell",
        " ".join(rare() for _ in range(12_000)),
        " ".join(f"the rate fell by {number}% to {number + 1}," for number in range(2_500)),
        ". ".join([said] * 1_000),
    ]
    return [
        Article(f"noisy{number}", f"The rate, part {number}", (Paragraph(line),), "rate.txt")
        for number, line in enumerate(lines)
    ]


def commands(view: View) -> list[Callable[[], Any]]:
    """What the noisy server asks for again and again."""
    return [
        lambda: view.ask("By how much did the rate fall?"),
        lambda: view.digest("the rate"),
        lambda: view.timeline("rate"),
        lambda: view.find_statements("Okafor"),
        lambda: view.verify("the rate fell by 3% in May and rose again"),
        lambda: view.suggest_speakers("Ok"),
    ]


async def flood(work: Callable[[], Awaitable[Any]], outcomes: Counter[str], name: str) -> None:
    """Do the work again and again, whatever it ends in."""
    while True:
        with suppress(QuestionError, ReadingError, FetchError):
            try:
                await work()
                outcomes[name] += 1
            except BusyError:
                outcomes[f"{name} refused as busy"] += 1
                await asyncio.sleep(0.02)
        await asyncio.sleep(0)


async def measure(seconds: float) -> tuple[list[float], Counter[str]]:
    """Return the seconds that each /ask of the quiet server took, and what the other was given."""
    library = Library(read_desk(EXAMPLE_DESK))
    for article in noisy_articles():
        await asyncio.to_thread(library.put, NOISY, article)
    workload, sandbox, never = Workload(), Sandbox(), threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        never.wait(25)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    fetcher = Fetcher(page_bytes=1_000_000, resolver=ThreadResolver(hang))
    outcomes = Counter[str]()
    view = library.view(NOISY)

    def as_answer(compute: Callable[[], Any], person: int) -> Callable[[], Awaitable[Any]]:
        return lambda: workload.answer(compute, person=person, server=NOISY)

    tasks = [
        asyncio.create_task(flood(as_answer(compute, person), outcomes, "commands"))
        for person in range(8)
        for compute in commands(view)
    ]
    for number in range(6):
        read = partial(sandbox.read_file, MARKS, name="marks.md", server=NOISY)
        fetch = partial(fetcher.fetch_feed, f"https://h{number}.example/")
        tasks.append(asyncio.create_task(flood(read, outcomes, "files")))
        tasks.append(asyncio.create_task(flood(fetch, outcomes, "links")))
    times: list[float] = []
    quiet, end = library.view(QUIET), perf_counter() + seconds
    while perf_counter() < end:
        question = QUESTIONS[len(times) % len(QUESTIONS)]
        started = perf_counter()
        await workload.answer(lambda: quiet.ask(question), person=99, server=QUIET)  # noqa: B023
        times.append(perf_counter() - started)
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    never.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    await sandbox.close()
    await fetcher.close()
    workload.close()
    return times, outcomes


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with short_pauses():
        times, outcomes = asyncio.run(measure(min(seconds, 60.0)))
    times.sort()
    shares = {"median": 0.5, "95%": 0.95, "99%": 0.99, "longest": 1.0}
    for name, share in shares.items():
        value = times[min(len(times) - 1, int(len(times) * share))]
        print(f"{name:8} {value * 1000:8.0f} ms")
    print(f"of {len(times)} /ask of one server; the other: {dict(outcomes)}")


if __name__ == "__main__":
    main()
