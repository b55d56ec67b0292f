"""Measure Verbatim beside its peers: python -m bench [--data FOLDER] [--before CHECKOUT]."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from bench import briefs, desks, digests, growing, model, quality, speed
from bench.growth import growth_table
from bench.peers import ENGINES, is_installed
from bench.ranking import ranking_tables
from bench.refusals import refusals_table
from bench.report import Table, for_people, markdown, put
from bench.samples import read_squad
from bot.errors import VerbatimError
from bot.reading.desk import Desk, read_desk
from bot.semantic.encoder import Encoder

_ROOT = Path(__file__).parents[1]
_REPORT = _ROOT / "docs" / "benchmarks.md"
_DESK = _ROOT / "seeds"
_MIN_WIDTH = 120  # characters, for the tables of the desks


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
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of samples (desks with a score.py, squad/, pages/) to measure the quality on.",
)
@click.option(
    "--before",
    "earlier",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A checkout of the release before; what was gained and lost is counted against it.",
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
def main(
    folders: tuple[Path, ...], earlier: Path | None, sizes: tuple[int, ...], report: Path
) -> None:
    """Print how fast Verbatim is beside its peers and, with --data, how good; put the figures into
    the report. Fails where a score is not rank-bm25's."""
    try:
        _bench(folders, earlier, sizes, report)
    except VerbatimError as error:
        raise click.ClickException(str(error)) from error


def _bench(
    folders: Sequence[Path], earlier: Path | None, sizes: tuple[int, ...], report: Path
) -> None:
    desk = read_desk(_DESK)
    samples = _find_samples(folders)
    encoder = model.find_model()
    sections: dict[str, Sequence[Table]] = {}
    with Console(stderr=True).status("Starting") as status:
        if samples.sets:
            by_desk = desks.desk_tables(samples.sets, _answerers(encoder, earlier), status.update)
            sections["desks"] = [_print_table(table) for table in by_desk]
        if folders:
            quality_tables = _quality(samples, desk, encoder, status.update)
            sections["quality"] = [_print_table(table) for table in quality_tables]
        status.update("Digests")
        by_summariser = digests.make_digests(desk, [topic.slug for topic in desk.topics])
        sections["digests"] = [_print_table(digests.topics_table(by_summariser))]
        measured, grown, briefed = [], [], []
        start_s = briefs.measure_start() if sizes else 0.0
        for size in sizes:
            measured.append(at_size := speed.measure(desk, size, announce=status.update))
            _print_table(speed.engines_table([at_size]))
            _print_table(speed.whole_table([at_size]))
            _print_table(speed.model_table([at_size]))
            briefed.append(briefs.measure(desk, size, announce=status.update))
            _print_table(briefs.briefs_table(briefed[-1:], start_s))
            grown.append(growing.measure(desk, size, announce=status.update))
            _print_table(growing.starts_table(grown[-1:]))
            _print_table(growing.taking_table(grown[-1:]))
            _print_table(growing.feeding_table(grown[-1:]))
    if measured:
        sections["speed"] = (
            speed.engines_table(measured),
            speed.whole_table(measured),
            speed.model_table(measured),
            briefs.briefs_table(briefed, start_s),
        )
        sections["growing"] = (
            growing.starts_table(grown),
            growing.taking_table(grown),
            growing.feeding_table(grown),
            _print_table(growth_table(measured, grown)),
        )
    if any(at_size.identical is False for at_size in measured):
        raise VerbatimError("Verbatim's scores are not rank-bm25's; see DIFFERENT in the table.")
    document = report.read_text("utf-8")
    for section, tables in sections.items():
        document = put(document, section, "\n\n".join((_conditions(), *map(markdown, tables))))
    report.write_text(document, "utf-8")


def _print_table(table: Table) -> Table:
    """Print a table as soon as it is measured, as all take minutes, and return it."""
    console = Console()
    console.width = max(console.width, _MIN_WIDTH)  # a table cut to fit says nothing
    console.print(for_people(table), "")
    return table


@dataclass(frozen=True, slots=True)
class _Samples:
    """All samples of some folders, in their order."""

    sets: Sequence[desks.SampleSet]
    squads: Sequence[Path]
    pages: Sequence[Path]


def _find_samples(folders: Sequence[Path]) -> _Samples:
    """Return the samples that the folders hold. Raises VerbatimError where they hold none."""
    samples = _Samples(
        [sample_set for folder in folders for sample_set in desks.find_sets(folder, _DESK)],
        [file for folder in folders for file in sorted(folder.glob("squad/*.json"))],
        [file for folder in folders for file in sorted(folder.glob("pages/*.jsonl"))],
    )
    if folders and not (samples.sets or samples.squads or samples.pages):
        raise VerbatimError(
            f"{' and '.join(map(str, folders))} holds no samples: no folder with a score.py, "
            "an ask.jsonl and a desk/, no squad/*.json, no pages/*.jsonl."
        )
    return samples


def _answerers(encoder: Encoder | None, earlier: Path | None) -> Mapping[str, desks.Answerer]:
    """Return who answers on the desks: with the model where there is one."""
    answerers = {}
    if encoder:
        answerers[model.WITH_MODEL] = desks.answer_with(_ROOT, model.ON)
    answerers[model.WITHOUT_MODEL] = desks.answer_with(_ROOT, model.OFF)
    if earlier:
        answerers[desks.RELEASE_BEFORE] = desks.answer_with(earlier)
    answerers[desks.PLAIN] = desks.answer_plainly
    return answerers


def _quality(
    samples: _Samples, desk: Desk, encoder: Encoder | None, announce: Callable[[str], None]
) -> Iterator[Table]:
    """The tables for what the folders hold besides desks, and for the seeds' own samples."""
    seeds = next(
        (sample_set.folder for sample_set in samples.sets if sample_set.desk == _DESK), None
    )
    if seeds:
        announce("Digests on the seeds")
        yield digests.editor_table(seeds, desk)
    for squad in map(read_squad, samples.squads):
        index = squad.index()  # one for both, as its vectors take minutes
        yield quality.squad_table(squad, index, encoder, announce)
        if seeds:
            yield refusals_table(seeds, desk, squad, announce)
            yield from ranking_tables(seeds, desk, squad, index, encoder, announce)
    for file in samples.pages:
        announce("The page reader")
        yield quality.pages_table(file)


def _conditions() -> str:
    """One sentence on what the figures were measured with."""
    packages = {package for engine in ENGINES if is_installed(engine) for package in engine.needs}
    packages |= set(filter(find_spec, ("sumy", "rouge_score", "onnxruntime", "tokenizers")))
    versions = ", ".join(f"{name} {version(name)}" for name in sorted({"numpy", *packages}))
    return (
        f"Measured in one run on {os.cpu_count()} cores with Python {platform.python_version()}, "
        f"{versions}, SQLite {sqlite3.sqlite_version}."
    )


if __name__ == "__main__":
    main(prog_name="python -m bench")
