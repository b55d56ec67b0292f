"""Measure Verbatim beside its peers: python -m bench [--data FOLDER] [--sizes 1000,10000]."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from bench import digests, growing, quality, speed
from bench.peers import ENGINES, is_installed
from bench.ranking import ranking_tables
from bench.refusals import refusals_table
from bench.report import Table, for_people, markdown, put
from bench.samples import read_squad
from bot.errors import VerbatimError
from bot.reading.desk import Desk, read_desk

_ROOT = Path(__file__).parents[1]
_REPORT = _ROOT / "docs" / "benchmarks.md"
_DESK = _ROOT / "seeds"


def _read_sizes(_: click.Context, __: click.Parameter, typed: str) -> tuple[int, ...]:
    try:
        sizes = tuple(map(int, filter(None, typed.split(","))))
    except ValueError:
        raise click.BadParameter(f"{typed} is not numbers with commas between them.") from None
    if sizes and min(sizes) < speed.TOP:
        raise click.BadParameter(f"{min(sizes)} is too few; give {speed.TOP} or more.")
    return sizes


@click.command()
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of samples (seeds/, squad/, pages/) to measure the quality on.",
)
@click.option(
    "--sizes",
    callback=_read_sizes,
    default="1000,10000,100000",
    show_default=True,
    help="How many paragraphs to measure the speed on; none where empty.",
)
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=_REPORT,
    help="The page whose figures are replaced; docs/benchmarks.md otherwise.",
)
def main(data: Path | None, sizes: tuple[int, ...], report: Path) -> None:
    """Print how fast Verbatim is beside its peers and, with --data, how good; put the figures into
    the report. Fails where a score is not rank-bm25's."""
    try:
        _bench(data, sizes, report)
    except VerbatimError as error:
        raise click.ClickException(str(error)) from error


def _bench(data: Path | None, sizes: tuple[int, ...], report: Path) -> None:
    desk = read_desk(_DESK)
    sections: dict[str, Sequence[Table]] = {}
    with Console(stderr=True).status("Starting") as status:
        if data:
            sections["quality"] = [_print_table(t) for t in _quality(data, desk, status.update)]
        status.update("Digests")
        by_summariser = digests.make_digests(desk, [topic.slug for topic in desk.topics])
        sections["digests"] = [_print_table(digests.topics_table(by_summariser))]
        measured, grown = [], []
        for size in sizes:
            measured.append(at_size := speed.measure(desk, size, announce=status.update))
            _print_table(speed.engines_table([at_size]))
            _print_table(speed.whole_table([at_size]))
            grown.append(growing.measure(desk, size, announce=status.update))
            _print_table(growing.starts_table(grown[-1:]))
            _print_table(growing.taking_table(grown[-1:]))
            _print_table(growing.feeding_table(grown[-1:]))
    if measured:
        sections["speed"] = (speed.engines_table(measured), speed.whole_table(measured))
        sections["growing"] = (
            growing.starts_table(grown),
            growing.taking_table(grown),
            growing.feeding_table(grown),
        )
    if any(at_size.identical is False for at_size in measured):
        raise VerbatimError("Verbatim's scores are not rank-bm25's; see DIFFERENT in the table.")
    document = report.read_text("utf-8")
    for section, tables in sections.items():
        document = put(document, section, "\n\n".join((_conditions(), *map(markdown, tables))))
    report.write_text(document, "utf-8")


def _print_table(table: Table) -> Table:
    """Print a table as soon as it is measured, as all take minutes, and return it."""
    Console().print(for_people(table), "")
    return table


def _quality(data: Path, desk: Desk, announce: Callable[[str], None]) -> Iterator[Table]:
    """The tables for each kind of sample that the folder holds.

    Raises VerbatimError where it holds none.
    """
    seeds = data / "seeds" if (data / "seeds" / "score.py").exists() else None
    squads = [read_squad(file) for file in sorted(data.glob("squad/*.json"))]
    pages = sorted(data.glob("pages/*.jsonl"))
    if not (seeds or squads or pages):
        raise VerbatimError(
            f"{data} holds no samples: no seeds/score.py, no squad/*.json, no pages/*.jsonl."
        )
    if seeds:
        announce("Questions and digests on the seeds")
        yield quality.seeds_table(seeds, _DESK)
        yield digests.editor_table(seeds, desk)
    for squad in squads:
        yield quality.squad_table(squad, announce)
        if seeds:
            yield refusals_table(seeds, desk, squad, announce)
            yield from ranking_tables(seeds, desk, squad, announce)
    for file in pages:
        announce("The page reader")
        yield quality.pages_table(file)


def _conditions() -> str:
    """One sentence on what the figures were measured with."""
    packages = {package for engine in ENGINES if is_installed(engine) for package in engine.needs}
    packages |= set(filter(find_spec, ("sumy", "rouge_score")))
    versions = ", ".join(f"{name} {version(name)}" for name in sorted({"numpy", *packages}))
    return (
        f"Measured in one run on {os.cpu_count()} cores with Python {platform.python_version()}, "
        f"{versions}, SQLite {sqlite3.sqlite_version}."
    )


if __name__ == "__main__":
    main(prog_name="python -m bench")
