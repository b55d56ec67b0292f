"""Which documents hold which terms: postings that are changed in place and kept as arrays."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]
# 32-bit numbers: a piece of a loaded column until it first changes, an array from then on.
_Column: TypeAlias = "array[int] | Numbers"

_RANK_BITS = 32


class Postings:
    """The term counts and lengths of documents, each in a slot: a number that is never used again.

    A term has an id for as long as a document holds it. `lengths` is by slot, in terms, with room
    to grow, and -1 where no document is held; `count` is the number of documents held, `changes`
    that of additions and removals so far, `term_count` that of terms that have come in so far.
    """

    def __init__(self) -> None:
        """Start without documents."""
        self.count = 0
        self.total_length = 0
        self.changes = 0
        self.term_count = 0
        self.lengths = np.full(64, -1, dtype=np.int32)
        self._ids: dict[str, int] = {}
        # By id: the term; the slots that hold it, in rising order, with its count in each; how many
        # they are, as counting 100,000 postings takes 10 ms; where it occurs first, see `_order`.
        self._terms: list[str] = []
        self._postings: list[tuple[_Column, _Column]] = []
        self._frequencies = array("I")
        self._first_places = array("Q")
        self._free_ids: list[int] = []
        self._slot_ids: list[_Column | None] = []  # by slot: its distinct terms

    @property
    def slot_count(self) -> int:
        """The number of slots ever assigned."""
        return len(self._slot_ids)

    @property
    def vocabulary_size(self) -> int:
        """The number of distinct terms of the documents held."""
        return len(self._ids)

    def __contains__(self, term: str) -> bool:
        """Whether a document holds `term`."""
        return term in self._ids

    def add(self, terms: Sequence[str]) -> int:
        """Add a document and return its slot."""
        slot = len(self._slot_ids)
        if slot == len(self.lengths):
            self.lengths = np.concatenate([self.lengths, np.full_like(self.lengths, -1)])
        ids = array("I")
        for rank, (term, count) in enumerate(Counter(terms).items()):
            id_ = self._ids.get(term)
            if id_ is None:
                id_ = self._assign_id(term, _order(slot, rank))
            slots, counts = self._mutable_posting(id_)
            slots.append(slot)
            counts.append(count)
            self._frequencies[id_] += 1
            ids.append(id_)
        self._slot_ids.append(ids)
        self.lengths[slot] = len(terms)
        self.total_length += len(terms)
        self.count += 1
        self.changes += 1
        return slot

    def remove(self, slot: int) -> None:
        """Remove the document in `slot`. Raises KeyError where it holds none."""
        for id_ in self._ids_in(slot):
            slots, counts = self._mutable_posting(id_)
            position = bisect_left(slots, slot)
            del slots[position], counts[position]
            self._frequencies[id_] -= 1
            if not slots:
                del self._ids[self._terms[id_]]
                self._free_ids.append(id_)
            elif position == 0:
                self._first_places[id_] = _order(slots[0], self._ids_in(slots[0]).index(id_))
        self._slot_ids[slot] = None
        self.total_length -= int(self.lengths[slot])
        self.lengths[slot] = -1
        self.count -= 1
        self.changes += 1

    def terms(self, slot: int) -> tuple[str, ...]:
        """Return the distinct terms in `slot`. Raises KeyError where it holds no document."""
        return tuple(self._terms[id_] for id_ in self._ids_in(slot))

    def counts(self, slot: int) -> dict[str, int]:
        """Return the count of each term in `slot`. Raises KeyError where it holds no document."""
        counts = {}
        for id_ in self._ids_in(slot):
            slots, slot_counts = self._postings[id_]
            counts[self._terms[id_]] = int(slot_counts[bisect_left(slots, slot)])
        return counts

    def newest_terms(self, count: int) -> Iterator[str]:
        """Yield the `count` distinct terms that came in last; fewer where not as many are held."""
        return islice(reversed(self._ids), count)

    def vocabulary(self) -> list[str]:
        """Return the distinct terms of all documents, in the order in which they first occur."""
        return [self._terms[id_] for id_ in self._ids_by_place().tolist()]

    def frequency(self, term: str) -> int:
        """Return how many documents hold `term`."""
        id_ = self._ids.get(term)
        return 0 if id_ is None else self._frequencies[id_]

    def find(self, term: str) -> tuple[Numbers, Numbers] | None:
        """Return the slots that hold `term`, in rising order, and its count in each; None where no
        document holds it. Both are views that the next change makes invalid."""
        id_ = self._ids.get(term)
        if id_ is None:
            return None
        slots, counts = self._postings[id_]
        return np.asarray(slots), np.asarray(counts)

    def frequencies(self, layer: Postings | None = None) -> NDArray[np.int64]:
        """Return how many documents, of these and then of `layer`, hold each term; shape (terms,),
        in the order in which the terms first occur."""
        frequencies = np.array(self._frequencies, dtype=np.int64)
        new_terms = []
        if layer is not None:
            for id_ in layer._ids_by_place().tolist():
                own_id = self._ids.get(layer._terms[id_])
                if own_id is None:
                    new_terms.append(layer._frequencies[id_])
                else:
                    frequencies[own_id] += layer._frequencies[id_]
        new_frequencies = np.array(new_terms, dtype=np.int64)
        return np.concatenate([frequencies[self._ids_by_place()], new_frequencies])

    def columns(self) -> tuple[list[str], dict[str, Numbers]]:
        """Return all that is stored, for `from_columns`: the terms, and columns of numbers. Slots
        and ids are counted anew, without those that are free."""
        used_slots = np.flatnonzero(self.lengths[: self.slot_count] >= 0)
        new_slots = np.zeros(self.slot_count, dtype=np.uint32)
        new_slots[used_slots] = np.arange(len(used_slots))
        order = self._ids_by_place()
        new_ids = np.zeros(len(self._terms), dtype=np.uint32)
        new_ids[order] = np.arange(len(order))
        ids = order.tolist()
        documents = [slot_ids for slot_ids in self._slot_ids if slot_ids is not None]
        first_places = np.frombuffer(self._first_places, dtype=np.uint64)[order]
        return [self._terms[id_] for id_ in ids], {
            "frequencies": np.array(self._frequencies, dtype=np.uint32)[order],
            "slots": new_slots[_concatenate(self._postings[id_][0] for id_ in ids)],
            "counts": _concatenate(self._postings[id_][1] for id_ in ids),
            "ranks": first_places.astype(np.uint32),  # the lower half
            "lengths": self.lengths[used_slots],
            "widths": np.fromiter(map(len, documents), np.uint32, len(documents)),
            "slot_ids": new_ids[_concatenate(documents)],
        }

    @classmethod
    def from_columns(cls, terms: Sequence[str], columns: Mapping[str, Numbers]) -> Postings:
        """Return the postings that `columns` described. They refer to the columns and never write
        to them."""
        postings = cls()
        postings.count = len(columns["lengths"])
        postings.total_length = int(columns["lengths"].sum())
        postings.lengths = np.concatenate([columns["lengths"], postings.lengths])
        postings._terms = list(terms)
        postings.term_count = len(terms)
        postings._ids = dict(zip(terms, range(len(terms)), strict=True))
        slots = _split(columns["slots"], columns["frequencies"])
        counts = _split(columns["counts"], columns["frequencies"])
        postings._postings = list(zip(slots, counts, strict=True))
        postings._frequencies = array("I", columns["frequencies"].tobytes())
        postings._slot_ids = list(_split(columns["slot_ids"], columns["widths"]))
        starts = np.cumsum(columns["frequencies"]) - columns["frequencies"]
        first_slots = columns["slots"][starts].astype(np.uint64) << np.uint64(_RANK_BITS)
        postings._first_places = array("Q", (first_slots | columns["ranks"]).tobytes())
        return postings

    def _assign_id(self, term: str, first_place: int) -> int:
        if self._free_ids:
            id_ = self._free_ids.pop()
            self._terms[id_], self._first_places[id_] = term, first_place
        else:
            id_ = len(self._terms)
            self._terms.append(term)
            self._first_places.append(first_place)
            self._postings.append((array("I"), array("I")))
            self._frequencies.append(0)
        self._ids[term] = id_
        self.term_count += 1
        return id_

    def _mutable_posting(self, id_: int) -> tuple[array[int], array[int]]:
        """The slots and counts of a term, copied out of their columns the first time."""
        slots, counts = self._postings[id_]
        if isinstance(slots, array) and isinstance(counts, array):
            return slots, counts
        copies = array("I", slots.tobytes()), array("I", counts.tobytes())
        self._postings[id_] = copies
        return copies

    def _ids_in(self, slot: int) -> list[int]:
        ids = self._slot_ids[slot] if 0 <= slot < len(self._slot_ids) else None
        if ids is None:
            raise KeyError(slot)
        return ids.tolist()

    def _ids_by_place(self) -> NDArray[np.intp]:
        """The ids in use, in the order in which their terms first occur."""
        used = np.flatnonzero(np.array(self._frequencies))
        first_places = np.frombuffer(self._first_places, dtype=np.uint64)[used]
        return used[np.argsort(first_places, kind="stable")]  # fast on what is nearly sorted


def _order(slot: int, rank: int) -> int:
    """A number that sorts as (slot, rank); a term's rank is its place among its document's."""
    return slot << _RANK_BITS | rank


def _concatenate(columns: Iterable[_Column]) -> Numbers:
    joined = bytearray()
    for column in columns:  # one by one, so that other threads can run in between
        joined += column.tobytes()
    return np.frombuffer(joined, dtype=np.uint32)


def _split(column: Numbers, sizes: Numbers) -> list[_Column]:
    ends = np.cumsum(sizes).tolist()
    return [column[start:end] for start, end in zip([0, *ends], ends, strict=False)]
