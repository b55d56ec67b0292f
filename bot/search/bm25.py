"""rank-bm25's BM25Okapi answered from postings: the same scores, faster, and changed in place."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from bot.search.postings import Postings, State
from bot.search.segment import Numbers
from bot.text.numbered_terms import NumberedTerms

Scores = NDArray[np.float64]
Slots = NDArray[np.intp]
# The documents of each layer at one moment.
_States: TypeAlias = tuple[State, ...]

# The first slot of a layer: higher than any slot its base may assign.
_FIRST_LAYER_SLOT: Final = 1 << 32
# The states whose length norms are kept: those of a library and of a server that asks again. At
# 1,000,000 paragraphs each takes 8 MB.
_MAX_NORMS = 4


class _Posting(NamedTuple):
    """Some of the documents that hold a term: the layer, its first row, slots there, and counts."""

    layer: int
    start: int
    slots: Numbers
    counts: Numbers


# A term of a query: its idf times its weight, and the documents that hold it.
_WeightedTerm: TypeAlias = tuple[float, Sequence[_Posting]]


class IncrementalBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """A `rank_bm25.BM25Okapi` over postings, to which documents are added and removed.

    It has the parameters, methods and attributes of BM25Okapi 0.2.2, whose scores it equals to the
    last bit: those of a BM25Okapi built anew from the documents now held. `doc_ids` and the entries
    of `doc_len` and `doc_freqs` count these documents from 0. All attributes but `k1`, `b` and
    `epsilon` are read-only properties: `corpus_size` and `avgdl` cost nothing, `average_idf` is
    computed once after each change, `doc_len` is a new list at each call, and `idf` and `doc_freqs`
    are views that compute an entry when it is read. An empty corpus is allowed.

    Beyond that, `add` gives each document a slot, a number that is never used again, and `remove`,
    `top`, `matching` and `scores` work with slots. Only term counts and lengths are stored; the idf
    is computed by each query and length norms by the first query after a change, so that the cost
    of adding a document grows with its own length and not with the size of the corpus.

    One thread may change it while others read: each method that reads works on the documents of one
    moment and waits for nobody.

    A layer over a `base` scores the base's documents and its own as one corpus, the base's first.
    It stores and changes only its own, whose slots begin at `first_slot`. The base may change
    meanwhile and does not know its layers.

    The formula is of Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with
    rank-bm25's own floor: an idf below zero becomes epsilon times the mean idf.
    """

    def __init__(
        self,
        corpus: Iterable[Any] = (),
        tokenizer: Callable[[Any], Sequence[str]] | None = None,
        k1: float = 1.5,
        b: float = 0.75,
        epsilon: float = 0.25,
        *,
        base: IncrementalBM25 | None = None,
        postings: Postings | None = None,
    ) -> None:
        """`corpus` holds a sequence of terms for each document, or what `tokenizer` makes one of.
        `postings` are documents held from the start.

        Raises ValueError where the base is itself a layer.
        """
        # BM25Okapi's own initialiser is not called: it would store what is computed here.
        if base is not None and base._base is not None:
            raise ValueError("An index can be laid over a plain one only.")
        self.k1, self.b, self.epsilon = k1, b, epsilon
        self.tokenizer = tokenizer
        self.first_slot = _FIRST_LAYER_SLOT if base is not None else 0
        self.postings = postings if postings is not None else Postings()
        self._base: Postings | None = base.postings if base is not None else None
        self._layers = (self.postings,) if self._base is None else (self._base, self.postings)
        self._average_idf = 0.0
        self._averaged_at: tuple[int, ...] = ()  # the layers' change counts then
        documents = [tokenizer(document) if tokenizer else document for document in corpus]
        if documents:
            self.change((), documents)

    @property
    def corpus_size(self) -> int:
        """The number of documents held."""
        return _count(self._states)

    @property
    def avgdl(self) -> float:
        """The mean length of a document in terms; 0 where none is held."""
        return _mean_length(self._states)

    @property
    def doc_len(self) -> list[int]:
        """The length of each document in terms."""
        row_lengths = _row_lengths(self._states)
        lengths: list[int] = row_lengths[row_lengths >= 0].tolist()
        return lengths

    @property
    def doc_freqs(self) -> Sequence[dict[str, int]]:
        """The count of each term in each document."""
        return _DocumentFrequencies(self)

    @property
    def idf(self) -> Mapping[str, float]:
        """The inverse document frequency of each term, in the order the documents bring them: 0 for
        a term in exactly half of the documents, a small floor for one in more than half."""
        return _IDF(self)

    @property
    def average_idf(self) -> float:
        """The mean idf over all terms, before the floor; 0 where there are none."""
        changes = self.changes
        if self._averaged_at != changes:
            size = self.corpus_size
            frequencies = self._layers[0].frequencies(*self._layers[1:])
            frequencies = np.minimum(frequencies, size)  # of a change that has just come
            idfs = np.zeros(size + 1)  # by frequency
            for frequency in np.flatnonzero(np.bincount(frequencies)).tolist():
                idfs[frequency] = _okapi_idf(size, frequency)
            # One by one, as sum() rounds otherwise.
            sums = np.cumsum(idfs[frequencies])
            self._average_idf = float(sums[-1] / len(sums)) if len(sums) else 0.0
            self._averaged_at = changes
        return self._average_idf

    @property
    def slots(self) -> Slots:
        """The slots of the documents held, in rising order."""
        states = self._states
        return self._slots_of(np.flatnonzero(_row_lengths(states) >= 0), states)

    @property
    def changes(self) -> tuple[int, ...]:
        """How often each layer was changed so far; equal while nothing changes."""
        return tuple(layer.changes for layer in self._layers)

    def add(self, terms: Sequence[str]) -> int:
        """Add a document and return its slot."""
        return self.first_slot + self.postings.add(terms)

    def remove(self, slot: int) -> None:
        """Remove one of its own documents. Raises KeyError where `slot` holds none."""
        self.change((slot,))

    def change(
        self, removed: Sequence[int], documents: NumberedTerms | Iterable[Sequence[str]] = ()
    ) -> range:
        """Remove its own documents in some slots and add others, for readers at one moment; return
        the slots of the new ones. Raises KeyError, and changes nothing, where a slot holds none."""
        first_slot = self.first_slot
        if not isinstance(documents, NumberedTerms):
            documents = NumberedTerms.from_lists(documents)
        added = self.postings.change([slot - first_slot for slot in removed], documents)
        return range(first_slot + added.start, first_slot + added.stop)

    def get_scores(self, query: Iterable[str]) -> Scores:
        """Return the score of each document held; see `scores`."""
        return self.scores(query, self.slots)

    def get_batch_scores(self, query: Iterable[str], doc_ids: Sequence[int]) -> list[float]:
        """Return the scores of some documents. Raises IndexError for an id that is too high."""
        slots = self.slots[np.asarray(doc_ids, dtype=np.intp)]
        scores: list[float] = self.scores(query, slots).tolist()
        return scores

    # get_top_n is BM25Okapi's own, from get_scores.

    def scores(self, query: Iterable[str], slots: Slots) -> Scores:
        """Return the score of the document in each of `slots`.

        A query that is a mapping gives each term's weight; in any other a term counts as often as
        it occurs. A score above zero is no test of relevance, as a term in half of the documents
        scores 0 and the floor may itself be negative: `matching` tells which hold a term at all.
        """
        states = self._states
        return self._row_scores(self._weigh(query, states), states)[self._rows_of(slots, states)]

    def matching(self, query: Iterable[str]) -> Slots:
        """Return the slots that hold at least one term of `query`, in rising order."""
        states = self._states
        postings = chain.from_iterable(self._find(term, states) for term in query)
        return self._slots_of(_matching_rows(postings, states), states)

    def counts(self, terms: Iterable[str], slots: Slots) -> Numbers:
        """Return how often each term stands in the document of each slot, shape (terms, slots)."""
        states = self._states
        rows = self._rows_of(slots, states)
        held = np.zeros(_count_rows(states), dtype=np.uint32)  # of one term, by row
        counts = []
        for term in terms:
            postings = self._find(term, states)
            for posting in postings:
                held[posting.start :][posting.slots] = posting.counts
            counts.append(held[rows])
            for posting in postings:
                held[posting.start :][posting.slots] = 0
        return np.array(counts, dtype=np.uint32).reshape(len(counts), len(slots))

    def top(
        self, query: Collection[str], count: int, tie_order: Callable[[int], Any] | None = None
    ) -> list[tuple[int, float]]:
        """Return the `count` best slots that hold a term of `query`, with their scores, best first;
        where scores are equal the earlier slot is first, or the one with the lower `tie_order`."""
        states = self._states
        weighted = self._weigh(query, states)
        row_scores = self._row_scores(weighted, states)
        rows = self._candidates(weighted, row_scores, count, states)
        best = rank_highest(row_scores[rows], count)[: None if tie_order else count]
        slots = self._slots_of(rows[best], states)
        scored = list(zip(slots.tolist(), row_scores[rows[best]].tolist(), strict=True))
        if tie_order:
            scored.sort(key=lambda pair: (-pair[1], tie_order(pair[0])))
        return scored[:count]

    def _candidates(
        self, weighted: Sequence[_WeightedTerm], scores: Scores, count: int, states: _States
    ) -> Slots:
        """The rows among which `top` looks for the `count` best."""
        return _find_candidates(weighted, scores, count, states)

    def frequency(self, term: str) -> int:
        """Return how many documents hold `term`."""
        base_frequency = self._base.frequency(term) if self._base is not None else 0
        return base_frequency + self.postings.frequency(term)

    def rarity(self, term: str) -> float:
        """Return how well `term` tells documents apart: log((N + 1) / (n + 0.5)) for n of N.

        Unlike an idf it is never zero or below, and highest for a term that no document holds.
        """
        return math.log((self.corpus_size + 1) / (self.frequency(term) + 0.5))

    def terms(self, slot: int) -> tuple[str, ...]:
        """Return the distinct terms in `slot`. Raises KeyError where it holds no document."""
        if self._base is not None and slot < self.first_slot:
            return self._base.terms(slot)
        return self.postings.terms(slot - self.first_slot)

    # A row is an index into arrays that hold all slots ever assigned, the base's before its own.

    @property
    def _states(self) -> _States:
        return tuple(layer.state for layer in self._layers)

    def _slots_of(self, rows: Slots, states: _States) -> Slots:
        if self._base is None:
            return rows
        base_rows = states[0].slot_count
        return np.where(rows < base_rows, rows, rows - base_rows + self.first_slot)

    def _rows_of(self, slots: Slots, states: _States) -> Slots:
        if self._base is None:
            return slots
        base_rows = states[0].slot_count
        return np.where(slots < self.first_slot, slots, slots - self.first_slot + base_rows)

    def _weigh(self, query: Iterable[str], states: _States) -> list[_WeightedTerm]:
        """The terms of a query that documents hold, in their order."""
        size = _count(states)
        weighted: list[_WeightedTerm] = []
        pairs = query.items() if isinstance(query, Mapping) else ((term, 1.0) for term in query)
        for term, weight in pairs:
            postings = self._find(term, states)
            frequency = sum(len(posting.slots) for posting in postings)
            if frequency:
                weighted.append((weight * self._idf(size, frequency), postings))
        return weighted

    def _row_scores(self, weighted: Iterable[_WeightedTerm], states: _States) -> Scores:
        scores = np.zeros(_count_rows(states))
        mean_length = _mean_length(states)
        norms = [_length_norms(state, self.k1, self.b, mean_length) for state in states]
        for idf, postings in weighted:
            for layer, start, slots, counts in postings:
                # The order of operations is rank-bm25's own: another would round differently.
                scores[start:][slots] += idf * (
                    counts * (self.k1 + 1) / (counts + norms[layer][slots])
                )
        return scores

    def _find(self, term: str, states: _States) -> list[_Posting]:
        postings = []
        start = 0
        for number, (layer, state) in enumerate(zip(self._layers, states, strict=True)):
            # As NumPy would convert them each time that they are an index.
            postings += [
                _Posting(number, start, slots.astype(np.intp), counts)
                for slots, counts in layer.find(term, state)
            ]
            start += state.slot_count
        return postings

    def _idf_of(self, term: str) -> float:
        frequency = self.frequency(term)
        return self._idf(self.corpus_size, frequency) if frequency else 0.0

    def _idf(self, size: int, frequency: int) -> float:
        """The idf of a term in `frequency` of `size` documents, floored."""
        idf = _okapi_idf(size, frequency)
        return idf if idf >= 0 else self.epsilon * self.average_idf


def rank_highest(scores: Scores, count: int) -> NDArray[np.intp]:
    """Return where the `count` highest scores stand, highest first, equal ones in order, and with
    the last all that equal it."""
    places = np.arange(len(scores))
    if 0 < count < len(scores):  # sorting only these: 2.2 ms becomes 0.6 at 100,000 paragraphs
        lowest = -np.partition(-scores, count - 1)[count - 1]
        places = np.flatnonzero(scores >= lowest)
    return places[np.argsort(-scores[places], kind="stable")]


def _count(states: _States) -> int:
    return sum(state.count for state in states)


def _count_rows(states: _States) -> int:
    return sum(state.slot_count for state in states)


def _mean_length(states: _States) -> float:
    size = _count(states)
    return sum(state.total_length for state in states) / size if size else 0.0


def _row_lengths(states: _States) -> Numbers:
    """The length of the document in each row, -1 where it holds none."""
    return np.concatenate([state.lengths for state in states])


@lru_cache(maxsize=_MAX_NORMS)
def _length_norms(state: State, k1: float, b: float, mean_length: float) -> Scores:
    """What each slot's length adds to the denominator of its scores, as rank-bm25 computes it."""
    if not mean_length:
        return np.zeros(state.slot_count)
    norms: Scores = k1 * (1 - b + b * state.lengths / mean_length)
    return norms


def _matching_rows(postings: Iterable[_Posting], states: _States) -> Slots:
    is_match = np.zeros(_count_rows(states), dtype=bool)
    for posting in postings:
        is_match[posting.start :][posting.slots] = True
    return np.flatnonzero(is_match)


def _find_candidates(
    weighted: Sequence[_WeightedTerm], scores: Scores, count: int, states: _States
) -> Slots:
    """The rows that hold a term of a query, or fewer with the `count` best of these among them.

    Where no term lowers a score, the best that hold the rarest term are a floor for the best of
    all: one comparison for each row, and not a pass over each term's postings.
    """
    if all(idf > 0 for idf, _ in weighted):
        sizes = [(sum(len(posting.slots) for posting in term), term) for _, term in weighted]
        frequent = [pair for pair in sizes if pair[0] >= count > 0]
        if frequent:
            _, rarest = min(frequent, key=lambda pair: pair[0])
            held = np.concatenate([scores[posting.start :][posting.slots] for posting in rarest])
            return np.flatnonzero(scores >= np.partition(held, -count)[-count])
    return _matching_rows(chain.from_iterable(term for _, term in weighted), states)


class _IDF(Mapping[str, float]):
    """The idf of each term in a corpus."""

    def __init__(self, bm25: IncrementalBM25) -> None:
        self._bm25 = bm25

    def __getitem__(self, term: str) -> float:
        if not self._bm25.frequency(term):
            raise KeyError(term)
        return self._bm25._idf_of(term)

    def __iter__(self) -> Iterator[str]:
        layers = self._bm25._layers
        return iter(dict.fromkeys(chain.from_iterable(layer.vocabulary() for layer in layers)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _DocumentFrequencies(Sequence[dict[str, int]]):
    """The term counts of each document in a corpus."""

    def __init__(self, bm25: IncrementalBM25) -> None:
        self._bm25 = bm25
        self._slots = bm25.slots.tolist()

    def __getitem__(self, doc_id: Any) -> Any:
        if isinstance(doc_id, slice):
            return [self[number] for number in range(len(self))[doc_id]]
        slot, first_slot = self._slots[doc_id], self._bm25.first_slot
        layer = self._bm25._layers[0] if slot < first_slot else self._bm25.postings
        return layer.counts(slot if slot < first_slot else slot - first_slot)

    def __len__(self) -> int:
        return len(self._slots)


def _okapi_idf(size: int, frequency: int) -> float:
    """The idf of a term in `frequency` of `size` documents, before the floor."""
    return math.log(size - frequency + 0.5) - math.log(frequency + 0.5)
