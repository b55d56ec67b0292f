"""How good digests are: Verbatim's beside other summarisers', on the same topics of a desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

from bench.report import Table
from bench.samples import index_of, read_lines, score_outputs
from bench.summarisers import Line, summarisers
from bot.library import Library
from bot.model import Topic
from bot.reading.desk import Desk
from bot.search.index import Index

_TRIES = 3  # times each digest is made; the fastest counts, the others hold the machine's noise
# Two lines are near duplicates where they share this part of the shorter one's content terms.
_DUPLICATE = 0.5


@dataclass(frozen=True, slots=True)
class TimedDigest:
    """A digest, the stories that have a line on its topic, and the milliseconds it took."""

    lines: Sequence[Line]
    stories: frozenset[str]
    took_ms: float


def make_digests(desk: Desk, topics: Iterable[str]) -> dict[str, list[TimedDigest]]:
    """Everyone's digests of the topics, by name. The others choose from the sentences that hold the
    topic's title, an alias or a word of it; Verbatim finds its own."""
    library = Library(desk)
    index = index_of(desk.articles, desk.names)
    by_summariser: dict[str, list[TimedDigest]] = defaultdict(list)
    for topic in topics:
        phrases = [_content(phrase, index) for phrase in _phrases(library.topics.resolve(topic))]
        lines = _on_topic(phrases, index)
        terms = list(dict.fromkeys(term for phrase in phrases for term in phrase))
        stories = frozenset(line.story for line in lines)
        makers = {name: partial(choose, lines, terms) for name, choose in summarisers().items()}
        for name, make in {"Verbatim": partial(_ours, topic, library, index), **makers}.items():
            chosen, took_ms = _timed(make)
            by_summariser[name].append(TimedDigest(chosen, stories, took_ms))
    return by_summariser


def _ours(topic: str, library: Library, index: Index) -> Sequence[Line]:
    """Verbatim's digest, the places of its lines left open."""
    points = library.view().digest(topic).points
    return [Line(point.text, point.article.id, 0, _content(point.text, index)) for point in points]


def _phrases(topic: Topic) -> Sequence[str]:
    return (topic.title, *topic.aliases, *topic.words)


def _content(text: str, index: Index) -> tuple[str, ...]:
    return tuple(term.term for term in index.analyser.terms(text) if not term.within)


def _on_topic(phrases: Sequence[Sequence[str]], index: Index) -> list[Line]:
    """The sentences that hold all terms of one of the phrases, in the desk's order."""
    phrase_terms = [set(phrase) for phrase in phrases if phrase]
    lines = []
    for article in index.articles():
        slots = index.slots(article.id)
        sentences = [sentence for slot in slots for sentence in index.sentences(slot)]
        for position, sentence in enumerate(sentences):
            terms = _content(sentence.text, index)
            if any(phrase <= set(terms) for phrase in phrase_terms):
                lines.append(Line(sentence.text, article.id, position, terms))
    return lines


def _timed(make: Callable[[], Sequence[Line]]) -> tuple[Sequence[Line], float]:
    """What is made, and the milliseconds of the fastest try."""
    fastest = float("inf")
    for _ in range(_TRIES):
        began = perf_counter()
        digest = make()
        fastest = min(fastest, perf_counter() - began)
    return digest, fastest * 1000


def topics_table(by_summariser: Mapping[str, Sequence[TimedDigest]]) -> Table:
    """What needs no editor: repetition, stories covered, length, milliseconds."""
    rows = []
    for name, digests in by_summariser.items():
        repeating = fmean(_repeats(digest.lines) for digest in digests)
        covered = fmean(_covered(digest) for digest in digests)
        words = fmean(sum(len(line.text.split()) for line in digest.lines) for digest in digests)
        took_ms = median(digest.took_ms for digest in digests)
        rows.append((name, f"{repeating:.2f}", f"{covered:.2f}", f"{words:.0f}", f"{took_ms:.1f}"))
    topics = len(next(iter(by_summariser.values())))
    return Table(
        f"Digests of the desk's {topics} topics",
        ("Summariser", "Digests that repeat", "Stories covered", "Words", "Median ms"),
        tuple(rows),
    )


def _repeats(lines: Sequence[Line]) -> bool:
    """Whether two of the lines are near duplicates."""
    contents = [set(line.terms) for line in lines]
    return any(
        len(first & second) > _DUPLICATE * min(len(first), len(second))
        for first, second in combinations(contents, 2)
    )


def _covered(digest: TimedDigest) -> float:
    """The part of the stories on the topic that is quoted."""
    quoted = {line.story for line in digest.lines} & digest.stories
    return len(quoted) / (len(digest.stories) or 1)


def editor_table(samples: Path, desk: Desk) -> Table:
    """What an editor requires of a digest, for the samples' topics: see docs/benchmarks.md.

    Raises VerbatimError where the samples' scorer fails.
    """
    expected = read_lines(samples / "digest.jsonl")
    rows = []
    for name, digests in make_digests(desk, [sample["topic"] for sample in expected]).items():
        outputs = [{"points": [{"text": line.text} for line in digest.lines]} for digest in digests]
        figures = score_outputs(samples, "digest", outputs)
        rouge = _rouge(expected, digests)
        shares = (figures["required"], figures["on_point"], *rouge)
        faults = (figures["duplicates"], figures["wrong"])
        rows.append((name, *(f"{share:.3f}" for share in shares), *(f"{n:g}" for n in faults)))
    return Table(
        f"Digests of {len(expected)} topics as an editor wants them",
        ("Summariser", "Required", "On point", *_ROUGE, "Repeated", "Wrong"),
        tuple(rows),
    )


_ROUGE = ("ROUGE-1", "ROUGE-2") if find_spec("rouge_score") else ()


def _rouge(expected: Sequence[Mapping[str, Any]], digests: Sequence[TimedDigest]) -> list[float]:
    """Mean ROUGE-1 and -2 (F1, stemmed) against the first sentence of every required point; none
    where rouge-score is not installed."""
    if not _ROUGE:
        return []
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    scores = [
        scorer.score(
            " ".join(p["sentences"][0]["text"] for p in sample["points"] if p["required"]),
            " ".join(line.text for line in digest.lines),
        )
        for sample, digest in zip(expected, digests, strict=True)
    ]
    return [fmean(score[kind].fmeasure for score in scores) for kind in ("rouge1", "rouge2")]
