"""The long runs, some minutes in all: processes killed around the send, and one kept busy.

`python -m tests.soak` writes what was counted into docs/reliability.md; the suite has a short form.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.reliability import PAGE, row, written
from tests.support import load
from tests.support.databases import postgres_server
from tests.support.load import Bot
from tests.support.process_kills import KillCounts, run


@dataclass(frozen=True, slots=True)
class Run:
    """`slots` delivered by so many `processes` while these are killed."""

    database: str
    processes: int
    slots: int
    remembers_nonces: bool = True
    reads_history: bool = True


RUNS = (
    Run("PostgreSQL", processes=3, slots=200),
    Run("PostgreSQL", processes=3, slots=200, remembers_nonces=False),
    Run("PostgreSQL", processes=3, slots=200, remembers_nonces=False, reads_history=False),
    Run("SQLite", processes=1, slots=60),
    Run("SQLite", processes=1, slots=60, remembers_nonces=False),
    Run("SQLite", processes=1, slots=60, remembers_nonces=False, reads_history=False),
)


def kill_row(each: Run, seen: KillCounts) -> str:
    """The row of the table for one run with kills."""
    how = f"{each.database}, {each.processes} at once"
    knows = "yes" if each.remembers_nonces else "no"
    reads = "yes" if each.reads_history else "no"
    counts = seen.slots, seen.kills, seen.missing, seen.doubled, seen.quotes, seen.altered
    return row((how, knows, reads, *counts))


async def _killed() -> list[str]:
    rows = []
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        for number, each in enumerate(RUNS):
            database = f"{folder}/{number}.db"
            if each.database == "PostgreSQL":
                server.psql(f"CREATE DATABASE soak_{number};")
                database = server.get_uri(database=f"soak_{number}")
            seen = await run(
                database,
                slots=each.slots,
                processes=each.processes,
                remembers_nonces=each.remembers_nonces,
                reads_history=each.reads_history,
            )
            rows.append(kill_row(each, seen))
            print(rows[-1], flush=True)
            assert (seen.missing, seen.altered) == (0, 0)
            if each.remembers_nonces or each.reads_history:
                assert seen.doubled == 0
    return rows


BARE_SECONDS = 10.0


async def _busy(seconds: float) -> tuple[list[str], list[str], list[str]]:
    """The rows of latencies, those of processor time, and those of the other figures."""
    seen = {}
    for bot in Bot:
        with tempfile.TemporaryDirectory() as folder:
            limit = min(seconds, BARE_SECONDS) if bot is Bot.BARE else seconds
            seen[bot] = await load.run(Path(folder), limit, bot=bot)
    assert all(figures.not_once == 0 for figures in seen.values())
    names = dict.fromkeys(part for figures in seen.values() for part in figures.parts)
    parts = [
        row((part, *(f"{figures.parts.get(part, 0):.2f} ms" for figures in seen.values())))
        for part in names
    ]
    parts.append(
        row(("interactions a second", *(f"{figures.rate:.0f}" for figures in seen.values())))
    )
    del seen[Bot.BARE]
    latencies = [
        row((kind, bot.value, number, *(f"{latency:.0f} ms" for latency in percentiles)))
        for bot, figures in seen.items()
        for kind, (number, *percentiles) in figures.latencies.items()
    ]
    loads = [
        row(
            (
                *(bot.value, f"{figures.rate:.0f}", f"{figures.core:.0%}", figures.slots),
                *(f"{size:.0f} MB" for size in figures.memory),
            )
        )
        for bot, figures in seen.items()
    ]
    print(*loads, *latencies, *parts, sep="\n", flush=True)
    return latencies, parts, loads


def main() -> None:
    """Run all and write the figures into docs/reliability.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="to keep the bot busy")
    seconds = options.parse_args().seconds
    page = PAGE.read_text(encoding="utf-8")
    latencies, parts, loads = asyncio.run(_busy(seconds))
    page = written(page, "figures", loads)
    page = written(page, "busy", latencies)
    page = written(page, "parts", parts)
    page = written(page, "kills", asyncio.run(_killed()))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
