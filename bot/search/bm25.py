"""rank-bm25's BM25Okapi served from postings: the same scores, much faster, changed in place."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


class _Posting:
    """Where one term stands: slots in rising order, with its count in each.

    `rank` is its place among the distinct terms of its first slot; rank-bm25 adds up idf in the
    order in which it first meets the terms, and floating-point sums depend on the order.
    """

    __slots__ = ("counts", "rank", "slots")

    def __init__(self, rank: int) -> None:
        self.slots = array("I")
        self.counts = array("I")
        self.rank = rank


class BM25:
    """BM25Okapi (k1 1.5, b 0.75, epsilon 0.25) over paragraphs given as lists of terms.

    `add` gives each paragraph a slot: a number that is never used again. Only term counts and
    lengths are kept; idf and length normalisation are worked out when a query asks, so that adding
    a paragraph costs time in its own length and not in the size of the index.

    The formula and its parameters are those of rank_bm25.BM25Okapi 0.2.2, after Robertson and
    Zaragoza, "The Probabilistic Relevance Framework" (2009), with rank-bm25's own floor: an idf
    below zero becomes epsilon times the mean idf. Scores are equal to its scores to the last bit.
    """

    def __init__(self, k1: float = 1.5, b: float = 0.75, epsilon: float = 0.25) -> None:
        self.k1, self.b, self.epsilon = k1, b, epsilon
        self._postings: dict[str, _Posting] = {}
        self._terms: list[tuple[str, ...] | None] = []  # by slot; None once removed
        self._lengths = np.zeros(64, dtype=np.int64)  # by slot, with room to grow
        self._count = 0
        self._total_length = 0
        self._floor: float | None = None
        self._in_order = True

    def __len__(self) -> int:
        """How many paragraphs are held."""
        return self._count

    @property
    def slots(self) -> int:
        """One more than the highest slot given out."""
        return len(self._terms)

    def add(self, terms: Sequence[str]) -> int:
        """Hold a paragraph; returns its slot."""
        slot = len(self._terms)
        if slot == len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        counts = Counter(terms)
        for rank, (term, count) in enumerate(counts.items()):
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = _Posting(rank)
            posting.slots.append(slot)
            posting.counts.append(count)
        self._terms.append(tuple(counts))
        self._lengths[slot] = len(terms)
        self._total_length += len(terms)
        self._count += 1
        self._floor = None
        return slot

    def remove(self, slot: int) -> None:
        """Forget the paragraph in `slot`. Raises KeyError where none is held."""
        terms = self._terms[slot] if 0 <= slot < len(self._terms) else None
        if terms is None:
            raise KeyError(slot)
        for term in terms:
            posting = self._postings[term]
            at = bisect_left(posting.slots, slot)
            del posting.slots[at], posting.counts[at]
            if not posting.slots:
                del self._postings[term]
            elif at == 0:
                posting.rank = self._held(posting.slots[0]).index(term)
                self._in_order = False
        self._terms[slot] = None
        self._total_length -= int(self._lengths[slot])
        self._lengths[slot] = 0
        self._count -= 1
        self._floor = None

    def frequency(self, term: str) -> int:
        """In how many paragraphs `term` stands."""
        posting = self._postings.get(term)
        return len(posting.slots) if posting else 0

    def terms(self, slot: int) -> tuple[str, ...]:
        """The distinct terms of the paragraph in `slot`. Raises KeyError where none is held."""
        return self._held(slot)

    def idf(self, term: str) -> float:
        """rank-bm25's idf of `term`: 0 where it is unknown or stands in exactly half of the
        paragraphs, a small floor where it stands in more than half."""
        frequency = self.frequency(term)
        if not frequency:
            return 0.0
        idf = _okapi_idf(self._count, frequency)
        return idf if idf >= 0 else self._idf_floor()

    def rarity(self, term: str) -> float:
        """How much `term` tells a paragraph apart: log((N + 1) / (n + 0.5)) for n of N paragraphs.

        Unlike `idf` it never sinks to zero or below, and is highest for a term that none holds.
        """
        return math.log((self._count + 1) / (self.frequency(term) + 0.5))

    def scores(self, query: Iterable[str]) -> Scores:
        """The score of every slot, shape (slots,); 0 for a removed one. A query that is a mapping
        gives the weight of each term; in any other each counts as often as it stands there.

        A score above zero is no test of relevance: a term in half of the paragraphs scores 0, and
        the floor may itself be negative. Ask `matching` which paragraphs hold a term at all.
        """
        scores = np.zeros(self.slots)
        if not self._count:
            return scores
        mean_length = self._total_length / self._count
        weighted = query.items() if isinstance(query, Mapping) else ((term, 1.0) for term in query)
        for term, weight in weighted:
            posting = self._postings.get(term)
            if posting is None:
                continue
            slots = np.frombuffer(posting.slots, dtype=np.uint32)
            counts = np.frombuffer(posting.counts, dtype=np.uint32)
            lengths = self._lengths[slots]
            # The order of operations is rank-bm25's own: another would round differently.
            idf = weight * self.idf(term)
            scores[slots] += idf * (
                counts
                * (self.k1 + 1)
                / (counts + self.k1 * (1 - self.b + self.b * lengths / mean_length))
            )
        return scores

    def matching(self, query: Iterable[str]) -> NDArray[np.intp]:
        """The slots that hold at least one term of `query`, in rising order."""
        found = np.zeros(self.slots, dtype=bool)
        for term in query:
            posting = self._postings.get(term)
            if posting is not None:
                found[np.frombuffer(posting.slots, dtype=np.uint32)] = True
        return np.flatnonzero(found)

    def top(self, query: Collection[str], count: int) -> list[tuple[int, float]]:
        """The `count` best slots that hold a term of `query`, with their scores, best first; of
        equals the earlier slot first."""
        slots = self.matching(query)
        scores = -self.scores(query)[slots]
        if 0 < count < len(slots):  # sorting only these: 2.2 ms becomes 0.6 at 100,000 paragraphs
            good = scores <= np.partition(scores, count - 1)[count - 1]
            slots, scores = slots[good], scores[good]
        best = np.argsort(scores, kind="stable")[:count]
        return list(zip(slots[best].tolist(), (-scores[best]).tolist(), strict=True))

    def _held(self, slot: int) -> tuple[str, ...]:
        terms = self._terms[slot]
        if terms is None:
            raise KeyError(slot)
        return terms

    def _idf_floor(self) -> float:
        """epsilon times the mean idf over the vocabulary, kept until the paragraphs change."""
        if self._floor is None:
            if not self._in_order:
                self._postings = dict(
                    sorted(
                        self._postings.items(), key=lambda item: (item[1].slots[0], item[1].rank)
                    )
                )
                self._in_order = True
            by_frequency: dict[int, float] = {}
            total = 0.0
            for posting in self._postings.values():  # one by one: sum() rounds otherwise
                frequency = len(posting.slots)
                if frequency not in by_frequency:
                    by_frequency[frequency] = _okapi_idf(self._count, frequency)
                total += by_frequency[frequency]
            self._floor = self.epsilon * (total / len(self._postings))
        return self._floor


def _okapi_idf(count: int, frequency: int) -> float:
    return math.log(count - frequency + 0.5) - math.log(frequency + 0.5)
