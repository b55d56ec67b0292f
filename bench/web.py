"""How well web pages are read beside trafilatura: python -m bench.web FOLDER [--report PAGE].

The folder holds pages/, gold.jsonl with what each page holds and states, and the score.py that
compares what was read with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import trafilatura
from rich.console import Console

from bench.report import Table, figure, for_people, markdown, put
from bot.errors import ReadingError, VerbatimError
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story

_SECTION = "web"
_WIDTH = 120  # characters, for all columns
_COLUMNS = {
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "title": "Title",
    "author": "Author",
    "no_author": "No author",
    "date": "Date",
    "date_wrong": "Dates wrong",
    "refused": "Refused",
}


def read_ours(page: bytes, url: str) -> Mapping[str, Any]:
    """Return what Verbatim reads of a page: its paragraphs' text, without the headings."""
    try:
        story = read_html(page, url=url)
    except ReadingError:
        return {"text": ""}
    return _describe(story, "\n".join(paragraph.text for paragraph in story.paragraphs))


def read_ours_with_headings(page: bytes, url: str) -> Mapping[str, Any]:
    """Return what Verbatim reads of a page, each heading above its paragraphs."""
    try:
        story = read_html(page, url=url)
    except ReadingError:
        return {"text": ""}
    lines = [line for paragraph in story.paragraphs for line in (paragraph.heading, paragraph.text)]
    return _describe(story, "\n".join(filter(None, lines)))


def read_theirs(page: bytes, url: str) -> Mapping[str, Any]:
    """Return what trafilatura reads of a page with its defaults, without comments and tables."""
    document = trafilatura.bare_extraction(
        page, url=url, with_metadata=True, include_comments=False, include_tables=False
    )
    if document is None:
        return {"text": ""}
    fields = document if isinstance(document, dict) else document.as_dict()
    return {key: fields.get(key) for key in ("title", "author", "date", "text")}


def _describe(story: Story, text: str) -> Mapping[str, Any]:
    day = story.published.isoformat() if story.published else None
    return {"title": story.title, "author": story.author, "date": day, "text": text}


_READERS: Mapping[str, Callable[[bytes, str], Mapping[str, Any]]] = {
    "Verbatim": read_ours,
    "Verbatim, headings counted": read_ours_with_headings,
    "trafilatura": read_theirs,
}


def measure(folder: Path) -> Table:
    """Return a row of scores for each reader; VerbatimError where the folder lacks a part."""
    for part in ("gold.jsonl", "score.py", "pages"):
        if not (folder / part).exists():
            raise VerbatimError(f"There is no {part} in {folder}; unpack pages.tar.xz into pages/.")
    lines = (folder / "gold.jsonl").read_text("utf-8").split("\n")
    gold = [json.loads(line) for line in lines if line.strip()]
    rows = []
    for name, read in _READERS.items():
        start = time.perf_counter()
        outputs = [
            {
                **read((folder / "pages" / page["file"]).read_bytes(), page["url"]),
                "file": page["file"],
            }
            for page in gold
        ]
        seconds = time.perf_counter() - start
        scores = _score(folder, outputs)
        rows.append((name, *(str(scores.get(key, "")) for key in _COLUMNS), figure(seconds)))
    return Table(f"{len(gold)} pages", ("Reader", *_COLUMNS.values(), "s"), tuple(rows))


def _score(folder: Path, outputs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what the folder's score.py prints of these outputs."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "output.jsonl"
        path.write_text(
            "".join(json.dumps(output, ensure_ascii=False) + "\n" for output in outputs), "utf-8"
        )
        run = subprocess.run(
            [sys.executable, str(folder / "score.py"), str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        return dict(json.loads(run.stdout))
    except ValueError:
        raise VerbatimError(f"{folder / 'score.py'} printed no scores: {run.stderr}") from None


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A page whose figures between <!-- web --> and <!-- /web --> are replaced.",
)
def main(folder: Path, report: Path | None) -> None:
    """Print how well the pages of FOLDER are read."""
    try:
        table = measure(folder)
        if report:
            report.write_text(put(report.read_text("utf-8"), _SECTION, markdown(table)), "utf-8")
    except VerbatimError as error:
        raise click.ClickException(str(error)) from None
    Console(width=_WIDTH).print(for_people(table))


if __name__ == "__main__":
    main()
