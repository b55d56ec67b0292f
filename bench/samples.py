"""The samples: SQuAD's questions over paragraphs, and how a desk's own `score.py` marks answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.errors import VerbatimError
from bot.model import Article, Paragraph
from bot.search.index import Index
from bot.text.names import Name, Names, add_general_names
from bot.text.terms import Analyser

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the numbers of the paragraphs that answer it, and the answers in their words."""

    text: str
    gold: tuple[int, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Squad:
    """SQuAD's paragraphs, each with its article's title, and its questions."""

    titled: tuple[tuple[str, str], ...]
    questions: tuple[SquadQuestion, ...]

    def index(self) -> Index:
        """The paragraphs in their order, those of one title in one article: slots are their
        numbers."""
        titles = enumerate(groupby(self.titled, lambda pair: pair[0]))
        return index_of(
            Article(str(number), title, tuple(Paragraph(text) for _, text in paragraphs), "squad")
            for number, (title, paragraphs) in titles
        )


def index_of(articles: Iterable[Article], names: Iterable[Name] = ()) -> Index:
    """Return an index of the articles that knows the names, and the general ones."""
    index = Index(Analyser(Names(add_general_names(names))))
    for article in articles:
        index.add(article)
    return index


def read_squad(file: Path) -> Squad:
    """The file holds `paras`, each with `text` and `title`, and `queries`, each with a question
    `q`, `gold`, the numbers of its paragraphs, and `answers`."""
    squad = json.loads(file.read_text("utf-8"))
    return Squad(
        tuple((paragraph["title"], paragraph["text"]) for paragraph in squad["paras"]),
        tuple(
            SquadQuestion(query["q"], tuple(query["gold"]), tuple(query["answers"]))
            for query in squad["queries"]
        ),
    )


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file with one in each line."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def score_outputs(samples: Path, kind: str, outputs: Iterable[Mapping[str, object]]) -> Figures:
    """The figures of the samples' own `score.py` for what was said: one object for each sample of
    `kind` (ask, none or digest), in their order, as the command line prints them.

    Raises VerbatimError where the scorer fails.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{kind}.jsonl"
        file.write_text("".join(f"{json.dumps(output)}\n" for output in outputs), "utf-8")
        figures = json.loads(run_python(str(samples / "score.py"), kind, str(file)))
    return {name: value for name, value in figures.items() if isinstance(value, int | float)}


def run_python(
    *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Return what Python prints, run with `arguments` in `folder` (else here) with the variables of
    `environment` beside our own. Raises VerbatimError where it fails."""
    done = subprocess.run(
        (sys.executable, *arguments),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise VerbatimError(f"`python {' '.join(arguments)}` failed: {last}")
    return done.stdout
