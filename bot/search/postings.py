"""Which documents hold which terms: postings that one thread changes while others read them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.search.segment import Numbers, Segment, distinct, merge, to_starts
from bot.text.lazy import lazy_property
from bot.text.numbered_terms import NumberedTerms

# A segment is merged into the one before it unless that has more than so many times its slots:
# there are few of them, and a posting is seldom moved. 100,000 paragraphs and one article more
# are two.
_MERGE_RATIO = 4
# A segment is packed anew when more than this part of its documents is removed.
_MAX_REMOVED = 0.25

NO_TERMS: Final = NumberedTerms.from_lists(())


@dataclass(frozen=True, eq=False)
class State:
    """The documents of postings at one moment, which stay as they are whatever is changed.

    `count` is the number of documents, `total_length` that of their terms, `changes` that of the
    changes so far.
    """

    segments: tuple[Segment, ...] = ()
    count: int = 0
    total_length: int = 0
    changes: int = 0

    @property
    def slot_count(self) -> int:
        """The number of slots ever assigned."""
        return self.segments[-1].end if self.segments else 0

    @lazy_property
    def lengths(self) -> Numbers:
        """The length of the document in each slot in terms, -1 where none is held."""
        if len(self.segments) == 1:
            return self.segments[0].lengths
        empty = np.empty(0, dtype=np.int32)
        return np.concatenate([empty, *(segment.lengths for segment in self.segments)])

    def segment_of(self, slot: int) -> Segment:
        """Return the segment with `slot`. Raises KeyError where it was never assigned."""
        for segment in self.segments:
            if segment.first_slot <= slot < segment.end:
                return segment
        raise KeyError(slot)


class Postings:
    """The term counts and lengths of documents, each in a slot: a number that is never used again.

    Documents lie in segments that never change. `state` is replaced as a whole by each change, so
    that readers need no lock: who takes it once has one moment's documents. Only one thread at a
    time may change postings. A term has an id for as long as a document holds it.
    """

    def __init__(self) -> None:
        """Start without documents."""
        self.state = State()
        self._terms: list[str] = []  # by id
        self._ids = _TermIds(self._terms)
        self._frequencies = np.zeros(64, dtype=np.uint32)  # by id, with room to grow

    @property
    def changes(self) -> int:
        """The number of changes so far."""
        return self.state.changes

    @property
    def vocabulary_size(self) -> int:
        """The number of distinct terms of the documents held."""
        return len(self._ids)

    def __contains__(self, term: str) -> bool:
        """Whether a document holds `term`."""
        return term in self._ids

    def add(self, terms: Sequence[str]) -> int:
        """Add a document and return its slot."""
        return self.change((), NumberedTerms.from_lists([terms]))[0]

    def remove(self, slot: int) -> None:
        """Remove the document in `slot`. Raises KeyError where it holds none."""
        self.change((slot,))

    def change(self, removed: Sequence[int], documents: NumberedTerms = NO_TERMS) -> range:
        """Remove the documents in some slots and add others, for readers at one moment; return the
        slots of the new ones. Raises KeyError, and changes nothing, where a slot holds none."""
        state = self.state
        removed_ids = [self._ids_in(slot) for slot in removed]
        segments = [*state.segments]
        first_slot = state.slot_count
        added = self._encode(documents, first_slot)
        if len(added.lengths):
            self._count_terms(added)
            segments.append(added)
        for ids in removed_ids:
            self._frequencies[ids] -= 1
            for id_ in ids:
                if not self._frequencies[id_]:
                    del self._ids[self._terms[id_]]
                    self._terms[id_] = ""
        for number, segment in enumerate(segments):
            gone = [slot for slot in removed if segment.first_slot <= slot < segment.end]
            if gone:
                segments[number] = segment.remove(gone)
        removed_length = sum(int(state.lengths[slot]) for slot in removed)
        self.state = State(
            _compact(segments),
            state.count + len(added.lengths) - len(removed),
            state.total_length + int(added.lengths.sum()) - removed_length,
            state.changes + 1,
        )
        return range(first_slot, first_slot + len(added.lengths))

    def terms(self, slot: int) -> tuple[str, ...]:
        """Return the distinct terms in `slot`. Raises KeyError where it holds no document."""
        return tuple(self._terms[id_] for id_ in self._ids_in(slot))

    def counts(self, slot: int) -> dict[str, int]:
        """Return the count of each term in `slot`. Raises KeyError where it holds no document."""
        counts = {}
        segment = self.state.segment_of(slot)
        for id_ in segment.terms_in(slot):
            posting = segment.find(id_)
            assert posting is not None  # as a document holds the term
            counts[self._terms[id_]] = int(posting[1][bisect_left(posting[0], slot)])
        return counts

    def terms_since(self, count: int) -> Sequence[str]:
        """Return the terms that came in after the first `count` ever; of those that have gone since
        empty strings."""
        return self._terms[count:]

    def vocabulary(self) -> list[str]:
        """Return the distinct terms of all documents, in the order in which they first occur."""
        return [self._terms[id_] for id_ in _list_ids(self.state).tolist()]

    def frequency(self, term: str) -> int:
        """Return how many documents hold `term`."""
        id_ = self._ids.get(term)
        return 0 if id_ is None else int(self._frequencies[id_])

    def find(self, term: str, state: State) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield, segment by segment of `state`, the slots that hold `term`, in rising order, and
        its count in each."""
        id_ = self._ids.get(term)
        if id_ is not None:
            for segment in state.segments:
                posting = segment.find(id_)
                if posting:
                    yield posting

    def frequencies(self, layer: Postings | None = None) -> Numbers:
        """Return how many documents, of these and then of `layer`, hold each term; shape (terms,),
        in the order in which the terms first occur."""
        ids = _list_ids(self.state)
        frequencies = self._frequencies.astype(np.int64)
        new_terms = []
        if layer is not None:
            for id_ in _list_ids(layer.state).tolist():
                own_id = self._ids.get(layer._terms[id_])
                if own_id is None:
                    new_terms.append(layer._frequencies[id_])
                else:
                    frequencies[own_id] += layer._frequencies[id_]
        return np.concatenate([frequencies[ids], np.array(new_terms, dtype=np.int64)])

    def columns(self) -> tuple[list[str], dict[str, Numbers]]:
        """Return all that is stored, for `from_columns`: the terms, and columns of numbers. Slots
        and ids are counted anew, without those that are free."""
        segments = self.state.segments or (self._encode(NO_TERMS, 0),)
        is_packed = len(segments) == 1 and not segments[0].removed
        packed = segments[0] if is_packed else merge(segments)
        is_held = packed.lengths >= 0
        new_slots = np.cumsum(is_held, dtype=np.uint32) - np.uint32(1)
        new_ids = np.zeros(len(self._terms), dtype=np.uint32)
        new_ids[packed.ids] = np.arange(len(packed.ids))
        return [self._terms[id_] for id_ in packed.ids.tolist()], {
            "frequencies": np.diff(packed.starts).astype(np.uint32),
            "slots": new_slots[packed.slots],
            "counts": packed.counts,
            "lengths": packed.lengths[is_held],
            "widths": np.diff(packed.document_starts)[is_held].astype(np.uint32),
            "document_ids": new_ids[packed.document_ids],
        }

    @classmethod
    def from_columns(cls, terms: Iterable[str], columns: Mapping[str, Numbers]) -> Postings:
        """Return the postings that `columns` described. They refer to the columns and never write
        to them."""
        postings = cls()
        postings._terms += terms
        postings._ids.update(zip(postings._terms, range(len(postings._terms)), strict=True))
        postings._frequencies = columns["frequencies"].astype(np.uint32)
        lengths = columns["lengths"]
        segment = Segment(
            0,
            lengths,
            np.arange(len(postings._terms), dtype=np.uint32),
            to_starts(columns["frequencies"]),
            columns["slots"],
            columns["counts"],
            columns["document_ids"],
            to_starts(columns["widths"]),
        )
        if len(lengths):
            postings.state = State((segment,), len(lengths), int(lengths.sum()), 1)
        return postings

    def _encode(self, documents: NumberedTerms, first_slot: int) -> Segment:
        """A segment of documents; their new terms are given ids."""
        ids = np.array([self._ids[term] for term in documents.terms], dtype=np.uint32)
        owners = np.repeat(np.arange(len(documents.lengths)), documents.lengths)
        _, places, counts = np.unique(
            owners * len(ids) + documents.numbers, return_index=True, return_counts=True
        )
        order = np.argsort(places)  # in which the terms first occur in each document
        places = places[order]
        widths = np.bincount(owners[places], minlength=len(documents.lengths))
        document_ids = ids[documents.numbers[places]]
        return Segment.build(first_slot, documents.lengths, widths, document_ids, counts[order])

    def _count_terms(self, segment: Segment) -> None:
        frequencies = self._frequencies
        if len(self._terms) > len(frequencies):
            room = np.zeros(len(self._terms), dtype=np.uint32)  # as many again
            frequencies = np.concatenate([frequencies, room])
        frequencies[segment.ids] += np.diff(segment.starts).astype(np.uint32)
        self._frequencies = frequencies

    def _ids_in(self, slot: int) -> list[int]:
        return self.state.segment_of(slot).terms_in(slot)


class _TermIds(dict[str, int]):
    """The id of each term; one that is looked up by `[]` for the first time is given the next."""

    def __init__(self, terms: list[str]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, term: str) -> int:
        id_ = self[term] = len(self._terms)
        self._terms.append(term)
        return id_


def _list_ids(state: State) -> Numbers:
    """The ids in use, in the order in which their terms first occur."""
    empty = np.empty(0, dtype=np.uint32)
    return distinct(np.concatenate([empty, *(segment.vocabulary for segment in state.segments)]))


def _compact(segments: list[Segment]) -> tuple[Segment, ...]:
    """The segments, less those that are merged into the one before, or packed anew."""
    compacted: list[Segment] = []
    for segment in segments:
        if segment.removed > _MAX_REMOVED * len(segment.lengths):
            segment = merge([segment])
        compacted.append(segment)
    while len(compacted) > 1 and len(compacted[-2].lengths) <= _MERGE_RATIO * len(
        compacted[-1].lengths
    ):
        compacted[-2:] = [merge(compacted[-2:])]
    return tuple(compacted)
