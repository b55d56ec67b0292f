"""When Verbatim answers and when it refuses, as its gate between the two is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.report import Table
from bench.samples import Squad, SquadQuestion, index_of, read_lines
from bot.briefing.ask import MAX_QUOTES
from bot.briefing.gate import MIN_ANSWERING_SHARE, judge
from bot.model import Article, Paragraph
from bot.reading.desk import Desk
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query

# The part of a question's weight that evidence must hold; the gate's own among them.
GATES = tuple(sorted({MIN_ANSWERING_SHARE, 0.0, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}))
_EVERY = 16  # of SQuAD's questions one in so many is asked

Answered = Sequence[bool]


def gate_answers(question: str, index: Index) -> Answered:
    """Whether `question` gets the status `answer` at each of GATES."""
    query = read_query(question, index)
    if not query.terms:
        return [False] * len(GATES)
    evidence = rank(query, index)[:MAX_QUOTES]
    return [judge(query, evidence, index, min_share=gate) == "answer" for gate in GATES]


def refusals_table(
    samples: Path, desk: Desk, squad: Squad, announce: Callable[[str], None] = lambda _: None
) -> Table:
    """Coverage against refusals: the shares of answerable questions that are answered, and of the
    others that are not, with the gate at GATES."""
    announce("The gate, on the seeds")
    seeds = index_of(desk.articles, desk.names)
    answerable = read_lines(samples / "ask.jsonl")
    none = read_lines(samples / "none.jsonl")
    by_kind = {
        kind: [sample["question"] for sample in none if sample["kind"] == kind]
        for kind in ("off-topic", "near-miss")
    }
    columns = [
        _share(gate_answers(sample["question"], seeds) for sample in answerable),
        *(1 - _share(gate_answers(text, seeds) for text in texts) for texts in by_kind.values()),
    ]
    announce("The gate, on SQuAD")
    questions = squad.questions[::_EVERY]
    paragraphs = [  # each an article of its own, so that it can be taken out alone
        Article(str(number), title, (Paragraph(text),), "squad")
        for number, (title, text) in enumerate(squad.titled)
    ]
    index = index_of(paragraphs)
    columns += [
        _share(gate_answers(question.text, index) for question in questions),
        1 - _share(gate_answers(question.text, seeds) for question in questions),
        1 - _share(gate_answers_without(question, index, paragraphs) for question in questions),
    ]
    rows = zip(GATES, *columns, strict=True)
    return Table(
        f"The gate: {len(answerable)} + {len(none)} questions on the seeds, "
        f"{len(questions)} of SQuAD",
        (
            *("Gate", "Seeds answered", "Off-topic refused", "Near-miss refused"),
            *("SQuAD answered", "On the seeds refused", "Without answer refused"),
        ),
        tuple((f"{gate:.2f}", *(f"{share:.3f}" for share in shares)) for gate, *shares in rows),
    )


def _share(outcomes: Iterable[Answered]) -> NDArray[np.float64]:
    """The share that is answered, shape (GATES,)."""
    shares: NDArray[np.float64] = np.mean(list(outcomes), axis=0)
    return shares


def gate_answers_without(
    question: SquadQuestion, index: Index, paragraphs: Sequence[Article]
) -> Answered:
    """As `answered`, with the paragraphs that answer taken out of the index meanwhile."""
    gold = [paragraphs[number] for number in question.gold]
    for paragraph in gold:
        index.remove(paragraph.id)
    outcome = gate_answers(question.text, index)
    for paragraph in gold:
        index.add(paragraph)
    return outcome
