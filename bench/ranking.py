"""What each feature of the ranking is worth: its weights refitted without it, and without a set."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.model import rank_as_asked
from bench.report import Table
from bench.samples import Squad, SquadQuestion, index_of, read_lines
from bot.errors import VerbatimError
from bot.reading.desk import Desk
from bot.search.evidence import Features
from bot.search.index import Index, Sentence
from bot.semantic.encoder import Encoder

FEATURES = Features._fields

_FIGURES = ("SQuAD first", "SQuAD, three", "Seeds first", "Seeds, three")

# One in so many of SQuAD's questions is asked; the weights are fitted on half of these.
_EVERY = 4
_SETTLED = 1e-3  # a fit ends when no weight changes by more
_PRIOR = 1e-3  # on the squares of the weights, for each question; keeps a useless one near 0

Matrix = NDArray[np.floating[Any]]
Weights = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class RankedQuestion:
    """A question's candidate sentences: their features, shape (sentences, FEATURES), which of them
    answer, and the scores that Verbatim gave them, each of shape (sentences,)."""

    features: Matrix
    gold: NDArray[np.bool_]
    scores: Matrix


def rank_candidates(
    question: str,
    index: Index,
    is_gold: Callable[[Sentence], bool],
    encoder: Encoder | None = None,
) -> RankedQuestion | None:
    """None where no term of the question is held, or no candidate answers it."""
    evidences = rank_as_asked(question, index, encoder)
    gold = np.array([is_gold(evidence.sentence) for evidence in evidences], dtype=bool)
    if not gold.any():
        return None
    features = np.array([evidence.features for evidence in evidences])
    return RankedQuestion(features, gold, np.array([evidence.score for evidence in evidences]))


def weights_as_shipped(questions: Sequence[RankedQuestion]) -> Weights:
    """The weights that Verbatim's scores were added up with.

    Raises VerbatimError where the scores are no sum of these features.
    """
    features = np.concatenate([question.features for question in questions])
    scores = np.concatenate([question.scores for question in questions])
    weights: Weights = np.linalg.lstsq(features, scores)[0]
    if not np.allclose(features @ weights, scores, atol=1e-6):
        raise VerbatimError("bench/ranking.py lacks a feature that bot/search/evidence.py weighs.")
    return weights


def fit(questions: Sequence[RankedQuestion], used: NDArray[np.bool_]) -> Weights:
    """The weights, 0 for a feature not `used`, under which a softmax over each question's sentences
    most likely chooses one that answers; by Newton's method with steps halved while they harm."""
    softmax = _Softmax(questions, used)
    weights: Weights = np.zeros(int(used.sum()))
    likelihood, gradient, curvature = softmax.at(weights)
    step: Weights = np.ones_like(weights)
    while np.abs(step).max() > _SETTLED:
        step = np.linalg.solve(curvature, gradient)
        while (next_point := softmax.at(weights + step))[0] < likelihood:
            step /= 2
        weights += step
        likelihood, gradient, curvature = next_point
    fitted = np.zeros(len(used))
    fitted[used] = weights
    return fitted


class _Softmax:
    """The chances that a softmax gives each question's sentences."""

    def __init__(self, questions: Sequence[RankedQuestion], used: NDArray[np.bool_]) -> None:
        sizes = [len(question.gold) for question in questions]
        self._features = np.concatenate([question.features[:, used] for question in questions])
        self._gold = np.concatenate([question.gold for question in questions])
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self._prior = _PRIOR * len(questions) * np.eye(self._features.shape[1])

    def at(self, weights: Weights) -> tuple[float, Weights, Matrix]:
        """The logarithm of the chance that sentences that answer are chosen, its gradient, and the
        features' covariance, which stands in for its curvature; all with the prior."""
        scores = self._features @ weights
        chances = np.exp(scores - np.maximum.reduceat(scores, self._starts)[self._owner])
        chances /= self._sum(chances)[self._owner]
        answering = self._sum(chances * self._gold)
        right = chances * self._gold / answering[self._owner]
        weighted = chances[:, None] * self._features
        means = self._sum(weighted)
        return (
            float(np.log(answering).sum() - weights @ self._prior @ weights / 2),
            (right - chances) @ self._features - self._prior @ weights,
            self._features.T @ weighted - means.T @ means + self._prior,
        )

    def _sum(self, values: Matrix) -> Matrix:
        """Over the sentences of each question."""
        return np.add.reduceat(values, self._starts)


def first_and_three(questions: Sequence[RankedQuestion], weights: Weights) -> tuple[float, float]:
    """The shares of the questions with a sentence that answers first, and among the first three."""
    ranks = []
    for question in questions:
        order = np.argsort(-(question.features @ weights), kind="stable")
        ranks.append(int(np.argmax(question.gold[order])))
    return float(np.mean(np.array(ranks) < 1)), float(np.mean(np.array(ranks) < 3))


@dataclass(frozen=True, slots=True)
class Trial:
    """SQuAD's questions to fit on and to measure on, and the seeds', which serve for both."""

    fitting: Sequence[RankedQuestion]
    measured: Sequence[RankedQuestion]
    seeds: Sequence[RankedQuestion]

    @property
    def both(self) -> Sequence[RankedQuestion]:
        """SQuAD's questions to fit on, and the seeds'."""
        return (*self.fitting, *self.seeds)

    def figures(self, weights: Weights) -> list[str]:
        """The shares that _FIGURES names."""
        shares = (*first_and_three(self.measured, weights), *first_and_three(self.seeds, weights))
        return [f"{share:.3f}" for share in shares]


def ranking_tables(
    samples: Path,
    desk: Desk,
    squad: Squad,
    index: Index,
    encoder: Encoder | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> tuple[Table, Table]:
    """The weights as shipped and refitted without one set of samples, and without one feature."""
    announce("The ranking's features")
    sampled = squad.questions[::_EVERY]
    fitting, measured = (
        _drop_none(rank_candidates(q.text, index, _holds_answer(q), encoder) for q in half)
        for half in (sampled[::2], sampled[1::2])
    )
    trial = Trial(fitting, measured, _drop_none(_seeds_ranked(samples, desk, encoder)))
    return _sets_table(trial), _features_table(trial)


def _sets_table(trial: Trial) -> Table:
    every = np.ones(len(FEATURES), dtype=bool)
    refits = {
        "As shipped": weights_as_shipped((*trial.measured, *trial.seeds)),
        "Fitted on both": fit(trial.both, every),
        "on SQuAD alone": fit(trial.fitting, every),
        "on the seeds alone": fit(trial.seeds, every),
    }
    weights = ([f"{weight:z.1f}" for weight in refit] for refit in refits.values())
    figures = (trial.figures(refit) for refit in refits.values())
    columns = ((*column, *shares) for column, shares in zip(weights, figures, strict=True))
    return Table(
        f"The ranking's weights: {len(trial.measured)} questions of SQuAD, "
        f"{len(trial.seeds)} on the seeds",
        ("", *refits),
        tuple(zip((*FEATURES, *_FIGURES), *columns, strict=True)),
    )


def _features_table(trial: Trial) -> Table:
    every = np.ones(len(FEATURES), dtype=bool)
    rows = [("nothing", *trial.figures(fit(trial.both, every)))]
    for at, name in enumerate(FEATURES):
        used = every.copy()
        used[at] = False
        rows.append((name, *trial.figures(fit(trial.both, used))))
    return Table("Fitted on both without a feature", ("Without", *_FIGURES), tuple(rows))


def _drop_none(questions: Iterable[RankedQuestion | None]) -> list[RankedQuestion]:
    return [question for question in questions if question]


def _holds_answer(question: SquadQuestion) -> Callable[[Sentence], bool]:
    def holds(sentence: Sentence) -> bool:
        is_here = sentence.passage.slot in question.gold
        return is_here and any(answer in sentence.text for answer in question.answers)

    return holds


def _seeds_ranked(
    samples: Path, desk: Desk, encoder: Encoder | None
) -> Iterator[RankedQuestion | None]:
    hit = runpy.run_path(str(samples / "score.py"))["hit"]
    index = index_of(desk.articles, desk.names)
    for sample in read_lines(samples / "ask.jsonl"):
        yield rank_candidates(sample["question"], index, _hits(hit, sample), encoder)


def _hits(hit: Callable[..., bool], sample: dict[str, Any]) -> Callable[[Sentence], bool]:
    """Whether a sentence is one of the sample's own, as its scorer sees it; that takes it some
    milliseconds, so sentences that share few words with one are not shown to it."""
    gold = [(answer["text"], set(answer["text"].split())) for answer in sample["gold"]]

    def hits(sentence: Sentence) -> bool:
        words = set(sentence.text.split())
        return any(
            hit(sentence.text, text, sample["key"])
            for text, gold_words in gold
            if 2 * len(words & gold_words) > min(len(words), len(gold_words))
        )

    return hits
