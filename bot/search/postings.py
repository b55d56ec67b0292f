"""Where terms stand: the postings of some paragraphs, changed in place and kept as arrays."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]
# 32-bit numbers: an array while it changes, a piece of a restored column until then.
_Column: TypeAlias = "array[int] | Numbers"

_RANK_BITS = 32


class Postings:
    """The term counts and lengths of paragraphs, each in a slot: a number that is never used again.

    A term has an id for as long as a paragraph holds it. `lengths` is by slot, in terms, with room
    to grow, and -1 where no paragraph is held; `changes` counts the additions and removals.
    """

    def __init__(self) -> None:
        self.count = 0
        self.total_length = 0
        self.changes = 0
        self.lengths = np.full(64, -1, dtype=np.int32)
        self._ids: dict[str, int] = {}
        # By id: the term; the slots that hold it, in rising order, and its count in each; how many
        # they are, as looking at 100,000 postings for that takes 10 ms; where it is met first.
        self._terms: list[str] = []
        self._postings: list[tuple[_Column, _Column]] = []
        self._frequencies = array("I")
        self._first = array("Q")
        self._free: list[int] = []  # ids
        self._held: list[_Column | None] = []  # by slot: the ids of its distinct terms, in order

    @property
    def reach(self) -> int:
        """One more than the highest slot given out."""
        return len(self._held)

    def __contains__(self, term: str) -> bool:
        return term in self._ids

    def add(self, terms: Sequence[str]) -> int:
        """Hold a paragraph; returns its slot."""
        slot = len(self._held)
        if slot == len(self.lengths):
            self.lengths = np.concatenate([self.lengths, np.full_like(self.lengths, -1)])
        held = array("I")
        for rank, (term, count) in enumerate(Counter(terms).items()):
            id_ = self._ids.get(term)
            if id_ is None:
                id_ = self._new(term, _place(slot, rank))
            slots, counts = self._changing(id_)
            slots.append(slot)
            counts.append(count)
            self._frequencies[id_] += 1
            held.append(id_)
        self._held.append(held)
        self.lengths[slot] = len(terms)
        self.total_length += len(terms)
        self.count += 1
        self.changes += 1
        return slot

    def remove(self, slot: int) -> None:
        """Forget the paragraph in `slot`. Raises KeyError where none is held."""
        for id_ in self._ids_in(slot):
            slots, counts = self._changing(id_)
            at = bisect_left(slots, slot)
            del slots[at], counts[at]
            self._frequencies[id_] -= 1
            if not slots:
                del self._ids[self._terms[id_]]
                self._free.append(id_)
            elif at == 0:
                self._first[id_] = _place(slots[0], self._ids_in(slots[0]).index(id_))
        self._held[slot] = None
        self.total_length -= int(self.lengths[slot])
        self.lengths[slot] = -1
        self.count -= 1
        self.changes += 1

    def terms(self, slot: int) -> tuple[str, ...]:
        """The distinct terms of the paragraph in `slot`. Raises KeyError where none is held."""
        return tuple(self._terms[id_] for id_ in self._ids_in(slot))

    def frequency(self, term: str) -> int:
        """In how many paragraphs `term` stands."""
        id_ = self._ids.get(term)
        return 0 if id_ is None else self._frequencies[id_]

    def find(self, term: str) -> tuple[Numbers, Numbers] | None:
        """The slots that hold `term`, in rising order, and its count in each; to be read before the
        next change, and not kept. None where no paragraph holds it."""
        id_ = self._ids.get(term)
        if id_ is None:
            return None
        slots, counts = self._postings[id_]
        return np.asarray(slots), np.asarray(counts)

    def frequencies(self, above: Postings | None = None) -> NDArray[np.int64]:
        """In how many paragraphs each term stands, of these and then those `above`, in the order in
        which the paragraphs bring the terms; shape (terms,)."""
        frequencies, order = self._by_id()
        new = []
        if above is not None:
            theirs, their_order = above._by_id()
            for id_ in their_order.tolist():
                own = self._ids.get(above._terms[id_])
                if own is None:
                    new.append(theirs[id_])
                else:
                    frequencies[own] += theirs[id_]
        return np.concatenate([frequencies[order], np.array(new, dtype=np.int64)])

    def columns(self) -> tuple[list[str], dict[str, Numbers]]:
        """All that is held, for `restored`: the terms, and columns of numbers. Slots and ids are
        counted anew, without those that fell free."""
        held = np.flatnonzero(self.lengths[: self.reach] >= 0)
        slots = np.zeros(self.reach, dtype=np.uint32)
        slots[held] = np.arange(len(held))
        frequencies, order = self._by_id()
        ids = np.zeros(len(self._terms), dtype=np.uint32)
        ids[order] = np.arange(len(order))
        ordered = order.tolist()
        paragraphs = [ids_ for ids_ in self._held if ids_ is not None]
        first = np.frombuffer(self._first, dtype=np.uint64)[order]
        return [self._terms[id_] for id_ in ordered], {
            "frequencies": frequencies[order].astype(np.uint32),
            "slots": slots[_joined(self._postings[id_][0] for id_ in ordered)],
            "counts": _joined(self._postings[id_][1] for id_ in ordered),
            "ranks": first.astype(np.uint32),  # the lower half
            "lengths": self.lengths[held],
            "widths": np.fromiter(map(len, paragraphs), np.uint32, len(paragraphs)),
            "held": ids[_joined(paragraphs)],
        }

    @classmethod
    def restored(cls, terms: Sequence[str], columns: Mapping[str, Numbers]) -> Postings:
        """What `columns` gave, from it; the columns are held on to and never written to."""
        made = cls()
        made.count = len(columns["lengths"])
        made.total_length = int(columns["lengths"].sum())
        made.lengths = np.concatenate([columns["lengths"], made.lengths])
        made._terms = list(terms)
        made._ids = dict(zip(terms, range(len(terms)), strict=True))
        slots = _pieces(columns["slots"], columns["frequencies"])
        counts = _pieces(columns["counts"], columns["frequencies"])
        made._postings = list(zip(slots, counts, strict=True))
        made._frequencies = array("I", columns["frequencies"].tobytes())
        made._held = list(_pieces(columns["held"], columns["widths"]))
        starts = np.cumsum(columns["frequencies"]) - columns["frequencies"]
        first = columns["slots"][starts].astype(np.uint64) << np.uint64(_RANK_BITS)
        made._first = array("Q", (first | columns["ranks"]).tobytes())
        return made

    def _new(self, term: str, first: int) -> int:
        if self._free:
            id_ = self._free.pop()
            self._terms[id_], self._first[id_] = term, first
        else:
            id_ = len(self._terms)
            self._terms.append(term)
            self._first.append(first)
            self._postings.append((array("I"), array("I")))
            self._frequencies.append(0)
        self._ids[term] = id_
        return id_

    def _changing(self, id_: int) -> tuple[array[int], array[int]]:
        """The slots and counts of a term, from now on in arrays of their own."""
        slots, counts = self._postings[id_]
        if isinstance(slots, array) and isinstance(counts, array):
            return slots, counts
        own = array("I", slots.tobytes()), array("I", counts.tobytes())
        self._postings[id_] = own
        return own

    def _ids_in(self, slot: int) -> list[int]:
        ids = self._held[slot] if 0 <= slot < len(self._held) else None
        if ids is None:
            raise KeyError(slot)
        return ids.tolist()

    def _by_id(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """In how many paragraphs each id's term stands, and the ids of those that stand in any, in
        the order in which the paragraphs bring them."""
        frequencies = np.array(self._frequencies, dtype=np.int64)
        used = np.flatnonzero(frequencies)
        first = np.frombuffer(self._first, dtype=np.uint64)[used]
        return frequencies, used[np.argsort(first, kind="stable")]  # fast on what is in order


def _place(slot: int, rank: int) -> int:
    """A number that sorts as (slot, rank) does."""
    return slot << _RANK_BITS | rank


def _joined(columns: Iterable[_Column]) -> Numbers:
    joined = bytearray()
    for column in columns:  # one by one: other threads get their turn
        joined += column.tobytes()
    return np.frombuffer(joined, dtype=np.uint32)


def _pieces(column: Numbers, sizes: Numbers) -> list[_Column]:
    ends = np.cumsum(sizes).tolist()
    return [column[start:end] for start, end in zip([0, *ends], ends, strict=False)]
