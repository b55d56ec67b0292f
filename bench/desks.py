"""How good on every desk: questions, refusals and digests by the desk's own score.py, in counts.

Each is asked of Verbatim with and without the sentence model, of the release before, and of
rank-bm25 as its manual shows it.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rank_bm25 import BM25Okapi

from bench.corpus import article_sentences
from bench.model import WITH_MODEL, WITHOUT_MODEL
from bench.report import Table
from bench.samples import Figures, read_lines, run_python, score_outputs
from bot.errors import VerbatimError
from bot.reading.desk import read_desk

RELEASE_BEFORE = "the release before"
PLAIN = "rank-bm25, plain"

# The command that answers each kind of sample.
_COMMANDS = {"ask": "ask", "none": "ask", "digest": "digest"}
_REFUSALS = ("off-topic", "near-miss")
_QUOTES = 3  # of a question's quotes, as many are looked at
_POINTS = 6  # in a digest of rank-bm25's

# What was printed for each sample of a kind, in their order.
Outputs = Sequence[Mapping[str, Any]]
# Answers a sample set's questions of a kind, or digests its topics.
Answerer = Callable[["SampleSet", str], Outputs]


@dataclass(frozen=True, slots=True)
class SampleSet:
    """A desk, and the folder with the samples written for it and the score.py that marks them."""

    name: str
    folder: Path
    desk: Path


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many; of no total where `total` is None, as with faults."""

    right: int
    total: int | None

    def __str__(self) -> str:
        return f"{self.right}" if self.total is None else f"{self.right} of {self.total}"

    def __add__(self, other: Count) -> Count:
        total = None if self.total is None else self.total + (other.total or 0)
        return Count(self.right + other.right, total)


@dataclass(frozen=True, slots=True)
class Marks:
    """How an answerer did on a sample set: a count for each column of both tables, and for each
    sample of an outcome whether it was right."""

    questions: tuple[Count, ...]
    digests: tuple[Count, ...]
    outcomes: Mapping[str, tuple[bool, ...]]


_QUESTION_COLUMNS = (
    *("First", "Among three", "Answered", "Wrong first"),
    *("Off-topic refused", "Near-miss refused", "Further right"),
)
_DIGEST_COLUMNS = ("Required", "On point", "Repeated", "Wrong")
_OUTCOMES = ("First", "Among three", "Refused", "Required")


def find_sets(data: Path, seeds: Path) -> list[SampleSet]:
    """Return the sample sets of a folder, by name: each of its folders that holds questions and a
    score.py, with the desk inside it, or the desk `seeds` for the one called seeds."""
    sets = []
    for scorer in sorted(data.glob("*/score.py")):
        folder = scorer.parent
        desk = seeds if folder.name == "seeds" else folder / "desk"
        if (folder / "ask.jsonl").exists() and desk.is_dir():
            sets.append(SampleSet(folder.name, folder, desk))
    return sets


def answer_with(checkout: Path, environment: Mapping[str, str] | None = None) -> Answerer:
    """Return an answerer that runs the command line of a checkout of Verbatim, with this Python.

    Raises VerbatimError where the folder holds no Verbatim.
    """
    if not (checkout / "bot" / "__main__.py").exists():
        raise VerbatimError(f"{checkout} is no checkout of Verbatim: it has no bot/__main__.py.")

    def answer(samples: SampleSet, kind: str) -> Outputs:
        batch, desk = samples.folder / f"{kind}.jsonl", samples.desk
        options = ("--batch", str(batch.resolve()), "--json", "--desk", str(desk.resolve()))
        command = ("-m", "bot", _COMMANDS[kind], *options)
        printed = run_python(*command, folder=checkout, environment=environment)
        return [json.loads(line) for line in printed.splitlines()]

    return answer


def answer_plainly(samples: SampleSet, kind: str) -> Outputs:
    """Answer with the best of the desk's sentences by rank-bm25 over words in lower case between
    white space; refuse only where no sentence shares a word."""
    quotes = [
        {"text": sentence, "title": article.title, "source": article.source}
        for article in read_desk(samples.desk).articles
        for sentence in article_sentences(article)
    ]
    bm25 = BM25Okapi([quote["text"].lower().split() for quote in quotes])

    def best(query: str, count: int) -> list[Mapping[str, Any]]:
        scores = bm25.get_scores(query.lower().split())
        order = sorted(range(len(quotes)), key=lambda number: -scores[number])
        return [quotes[number] for number in order[:count] if scores[number]]

    outputs: list[Mapping[str, Any]] = []
    for sample in read_lines(samples.folder / f"{kind}.jsonl"):
        if kind == "digest":
            outputs.append({"points": best(sample["topic"], _POINTS)})
        else:
            chosen = best(sample["question"], _QUOTES)
            outputs.append({"status": "answer" if chosen else "none", "quotes": chosen})
    return outputs


def mark(samples: SampleSet, answerer: Answerer) -> Marks:
    """Return how the answerer did on all samples of the set.

    Raises VerbatimError where it or the set's score.py fails.
    """
    gold = {kind: read_lines(samples.folder / f"{kind}.jsonl") for kind in _COMMANDS}
    outputs = {kind: answerer(samples, kind) for kind in _COMMANDS}
    figures = {kind: score_outputs(samples.folder, kind, outputs[kind]) for kind in _COMMANDS}
    return Marks(
        (*_count_questions(figures, gold["none"]), _count_further(samples, gold, outputs)),
        _count_points(figures["digest"], gold["digest"]),
        _judge_samples(samples, gold, outputs),
    )


def _count_questions(
    figures: Mapping[str, Figures], none: Sequence[Mapping[str, Any]]
) -> tuple[Count, ...]:
    """Return the counts of _QUESTION_COLUMNS but the last, of shares with three digits."""
    answers, n = figures["ask"], int(figures["ask"]["n"])
    kinds = [sample["kind"] for sample in none]
    return (
        *(Count(round(answers[share] * n), n) for share in ("hit1", "hit3", "answered")),
        Count(int(answers["wrong_first"]), None),
        *(
            Count(round(figures["none"][kind] * kinds.count(kind)), kinds.count(kind))
            for kind in _REFUSALS
        ),
    )


def _count_further(
    samples: SampleSet,
    gold: Mapping[str, Sequence[Mapping[str, Any]]],
    outputs: Mapping[str, Outputs],
) -> Count:
    """Return how many second and third quotes hold a gold sentence or show an account that differs
    from theirs, of all."""
    hits = _find_hits(samples, gold["ask"], outputs["ask"])
    further = [
        is_hit or bool(quote.get("differs"))
        for quote_hits, output in zip(hits, outputs["ask"], strict=True)
        for is_hit, quote in list(zip(quote_hits, output.get("quotes") or (), strict=False))[1:]
    ]
    return Count(sum(further), len(further))


def _find_hits(
    samples: SampleSet, gold: Sequence[Mapping[str, Any]], outputs: Outputs
) -> list[list[bool]]:
    """Return for each question which of its first quotes hold a gold sentence, by the scorer."""
    hit: Callable[..., bool] = runpy.run_path(str(samples.folder / "score.py"))["hit"]
    return [
        [
            any(hit(quote["text"], right["text"], sample["key"]) for right in sample["gold"])
            for quote in (output.get("quotes") or ())[:_QUOTES]
        ]
        for sample, output in zip(gold, outputs, strict=True)
    ]


def _count_points(digests: Figures, topics: Sequence[Mapping[str, Any]]) -> tuple[Count, ...]:
    """Return the counts of _DIGEST_COLUMNS."""
    required = sum(bool(point["required"]) for topic in topics for point in topic["points"])
    points = int(digests["points"])
    return (
        Count(round(digests["required"] * required), required),
        Count(round(digests["on_point"] * points), points),
        *(Count(int(digests[fault]), None) for fault in ("duplicates", "wrong")),
    )


def _judge_samples(
    samples: SampleSet,
    gold: Mapping[str, Sequence[Mapping[str, Any]]],
    outputs: Mapping[str, Outputs],
) -> Mapping[str, tuple[bool, ...]]:
    """Return whether each sample came out right, by the scorer's own rule of what is a hit: what
    can be paired with another answerer's."""
    hit: Callable[..., bool] = runpy.run_path(str(samples.folder / "score.py"))["hit"]
    answers = _find_hits(samples, gold["ask"], outputs["ask"])
    covered = [
        any(hit(line["text"], s["text"]) for line in lines for s in point["sentences"])
        for topic, output in zip(gold["digest"], outputs["digest"], strict=True)
        for lines in [output.get("points") or ()]
        for point in topic["points"]
        if point["required"]
    ]
    return {
        "First": tuple(any(hits[:1]) for hits in answers),
        "Among three": tuple(any(hits) for hits in answers),
        "Refused": tuple(output.get("status") != "answer" for output in outputs["none"]),
        "Required": tuple(covered),
    }


def desk_tables(
    sets: Sequence[SampleSet],
    answerers: Mapping[str, Answerer],
    announce: Callable[[str], None] = lambda _: None,
) -> Iterator[Table]:
    """Yield what each answerer got right on each desk and on all: of the questions, then of the
    digests; and, where the release before is among them, what was gained and lost against it."""
    marks: dict[str, dict[str, Marks]] = {}
    for samples in sets:
        marks[samples.name] = {}
        for name, answerer in answerers.items():
            announce(f"{samples.name}: {name}")
            marks[samples.name][name] = mark(samples, answerer)
    questions = {desk: _pick(by_name, lambda m: m.questions) for desk, by_name in marks.items()}
    digests = {desk: _pick(by_name, lambda m: m.digests) for desk, by_name in marks.items()}
    yield _counts_table("Questions on every desk", _QUESTION_COLUMNS, questions)
    yield _counts_table("Digests on every desk", _DIGEST_COLUMNS, digests)
    if RELEASE_BEFORE in answerers:
        yield _pairs_table(marks)


def _pick(
    by_name: Mapping[str, Marks], counts: Callable[[Marks], tuple[Count, ...]]
) -> Mapping[str, tuple[Count, ...]]:
    return {name: counts(marks) for name, marks in by_name.items()}


def _counts_table(
    title: str,
    columns: tuple[str, ...],
    by_desk: Mapping[str, Mapping[str, tuple[Count, ...]]],
) -> Table:
    """Return a row for each answerer on each desk, and the sums over the desks."""
    rows = [
        (desk, name, *map(str, counts))
        for desk, by_name in by_desk.items()
        for name, counts in by_name.items()
    ]
    if len(by_desk) > 1:
        for name in next(iter(by_desk.values())):
            counts_by_column = zip(*(by_name[name] for by_name in by_desk.values()), strict=True)
            rows.append(("all", name, *(str(_add_up(counts)) for counts in counts_by_column)))
    return Table(title, ("Desk", "Answered by", *columns), tuple(rows), 2)


def _add_up(counts: Iterable[Count]) -> Count:
    first, *further = counts
    return sum(further, first)


def _pairs_table(marks: Mapping[str, Mapping[str, Marks]]) -> Table:
    """Return what was gained and lost, sample by sample, against the release before."""
    rows = []
    for name in (WITH_MODEL, WITHOUT_MODEL):
        compared = {
            desk: (by_name[name].outcomes, by_name[RELEASE_BEFORE].outcomes)
            for desk, by_name in marks.items()
            if name in by_name
        }
        if len(compared) > 1:
            compared["all"] = (
                _join(ours for ours, _ in compared.values()),
                _join(earlier for _, earlier in compared.values()),
            )
        for desk, (ours, earlier) in compared.items():
            pairs = [gained_and_lost(ours[outcome], earlier[outcome]) for outcome in _OUTCOMES]
            rows.append((desk, name, *(f"+{gained} −{lost}" for gained, lost in pairs)))
    return Table(
        "Gained and lost against the release before",
        ("Desk", "Answered by", *_OUTCOMES),
        tuple(rows),
        2,
    )


def _join(outcomes: Iterable[Mapping[str, tuple[bool, ...]]]) -> Mapping[str, tuple[bool, ...]]:
    """Return the samples of several desks as those of one."""
    by_desk = list(outcomes)
    return {name: tuple(chain.from_iterable(o[name] for o in by_desk)) for name in _OUTCOMES}


def gained_and_lost(ours: Sequence[bool], earlier: Sequence[bool]) -> tuple[int, int]:
    """Return how many samples are right that were not, and how many are no longer right."""
    pairs = list(zip(ours, earlier, strict=True))
    return pairs.count((True, False)), pairs.count((False, True))
