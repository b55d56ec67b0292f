"""Many questions at once to a bot with a large library, over the loopback."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from tempfile import TemporaryDirectory

import numpy as np

from bench.corpus import grow
from bench.server_posts import processor_seconds
from bot.app import clock
from bot.chat.session import serve
from bot.interpreter import short_pauses
from bot.library import Library
from bot.reading.desk import Desk
from bot.store import Store
from tests.support.discord_server import SOMEBODY
from tests.support.load import CHECKS_ONE_IN, AskingServer
from tests.support.loopback import redirect, serve_discord
from tests.support.processes import ask_interaction
from tests.support.simulation import reading_client

QUESTIONS, BURSTS = 50, 5
_START_SECONDS = 300.0  # to index the articles


@dataclass(frozen=True, slots=True)
class Burst:
    """Milliseconds until half of the questions had their reply, and 99 of 100; `work` are those of
    the bot's processor time for each."""

    median: float
    p99: float
    work: float


def measure_questions(desk: Desk, paragraphs: int) -> Burst:
    """Ask QUESTIONS at once, of as many people, BURSTS times."""
    return asyncio.run(_measure(desk, paragraphs))


async def _measure(desk: Desk, paragraphs: int) -> Burst:
    queries = grow(desk, paragraphs, QUESTIONS * (BURSTS + 1)).queries
    with TemporaryDirectory() as folder:
        async with serve_discord(AskingServer(checks_one_in=CHECKS_ONE_IN)) as server:
            target = (server.port, desk, paragraphs, f"{folder}/verbatim.db")
            process = get_context("spawn").Process(target=_answer, args=target)
            process.start()
            try:
                await asyncio.wait_for(server.connected.wait(), _START_SECONDS)
                seconds: list[float] = []
                used = 0.0
                for burst in range(BURSTS + 1):
                    asked = queries[burst * QUESTIONS : (burst + 1) * QUESTIONS]
                    replies = (_ask(server, number, query) for number, query in enumerate(asked))
                    latencies = await asyncio.gather(*replies)
                    if burst:
                        seconds += latencies
                    else:  # it loads what is loaded once
                        used = processor_seconds(process.pid)
                used = processor_seconds(process.pid) - used
            finally:
                process.kill()
                process.join()
    median, p99 = np.percentile(seconds, (50, 99)) * 1000
    return Burst(float(median), float(p99), 1000 * used / len(seconds))


async def _ask(server: AskingServer, number: int, question: str) -> float:
    interaction = ask_interaction(question, 1000 + number)
    person = {**SOMEBODY, "id": str(2000 + number)}
    return await server.reply(interaction | {"token": f"token-{number}", "user": person})


def _answer(port: int, desk: Desk, paragraphs: int, database: str) -> None:
    """A process that answers from a library of so many paragraphs until it is killed."""
    logging.disable(logging.ERROR)
    redirect(port)
    library = Library(replace(desk, articles=grow(desk, paragraphs, 0).articles))

    async def run() -> None:
        store = await Store.open(database)
        await serve(reading_client(library, store, clock), "t", asyncio.Event())

    with short_pauses(), suppress(KeyboardInterrupt):
        asyncio.run(run())
