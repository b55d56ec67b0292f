"""Summarisers side by side: each chooses six of the same sentences on a topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from bot.briefing.digest.digest import MAX_POINTS
from bot.search.bm25 import IncrementalBM25

# sumy's summarisers, each with its module.
SUMY = {"LexRank": "lex_rank", "TextRank": "text_rank", "SumBasic": "sum_basic"}

_RELEVANCE = 0.7  # in MMR; the rest is for being new


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A sentence of a story, its place there from 0, and its content terms."""

    text: str
    story: str
    position: int
    terms: tuple[str, ...]


# The lines on a topic, in the desk's order, and the topic's terms to at most MAX_POINTS lines.
Summarise = Callable[[Sequence[Line], Sequence[str]], Sequence[Line]]


def summarisers() -> dict[str, Summarise]:
    """Those that can be had, by name; sumy's where it is installed."""
    from_sumy = SUMY if find_spec("sumy") else {}
    return {
        **{f"{name} (sumy)": _sumy(name) for name in from_sumy},
        "lead": lead,
        "BM25 + MMR": mmr,
    }


def lead(lines: Sequence[Line], _: Sequence[str]) -> Sequence[Line]:
    """The lines that stand first in their stories."""
    return sorted(lines, key=lambda line: line.position)[:MAX_POINTS]


def mmr(lines: Sequence[Line], topic: Sequence[str]) -> Sequence[Line]:
    """Maximal marginal relevance (Carbonell and Goldstein 1998): BM25 over the lines, relative to
    the best, against the highest cosine of term counts with a line already chosen."""
    scores = IncrementalBM25(line.terms for line in lines).get_scores(topic)
    relevance = scores / (scores.max(initial=0.0) or 1.0)
    cosines = _cosines(lines)
    chosen: list[int] = []
    while len(chosen) < min(MAX_POINTS, len(lines)):
        redundancy = cosines[:, chosen].max(axis=1, initial=0.0)
        worth = _RELEVANCE * relevance - (1 - _RELEVANCE) * redundancy
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
    return [lines[at] for at in chosen]


def _cosines(lines: Sequence[Line]) -> NDArray[np.float64]:
    """Shape (lines, lines)."""
    columns = {term: at for at, term in enumerate({term for line in lines for term in line.terms})}
    counts = np.zeros((len(lines), len(columns)))
    for row, line in enumerate(lines):
        np.add.at(counts[row], [columns[term] for term in line.terms], 1)
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    cosines: NDArray[np.float64] = (counts @ counts.T) / np.maximum(lengths @ lengths.T, 1e-9)
    return cosines


def _sumy(name: str) -> Summarise:
    """One of sumy's. Our sentences and terms take the place of its tokenisers, which need data that
    is downloaded."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    module = import_module(f"sumy.summarizers.{SUMY[name]}")
    summarise = getattr(module, f"{name}Summarizer")()

    def choose(lines: Sequence[Line], _: Sequence[str]) -> Sequence[Line]:
        by_text = {line.text: line for line in lines}
        sentences = [Sentence(text, _AsGiven(by_text)) for text in by_text]
        chosen = summarise(ObjectDocumentModel([Paragraph(sentences)]), MAX_POINTS)
        return [by_text[str(sentence)] for sentence in chosen]

    return choose


@dataclass(frozen=True, slots=True)
class _AsGiven:
    """What sumy calls a tokenizer: a line's terms as they are."""

    lines: dict[str, Line]

    def to_words(self, text: str) -> tuple[str, ...]:
        return self.lines[text].terms
