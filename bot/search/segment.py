"""Postings of documents in consecutive slots, packed into columns that never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.text.lazy import lazy_property

Numbers: TypeAlias = NDArray[Any]

# So many ids are looked at together for new ones. All five million of 100,000 paragraphs at once
# take 15 times as long.
_PIECE = 1 << 14


@dataclass(frozen=True, eq=False)
class Segment:
    """The postings of the documents in the slots from `first_slot`, one for each of `lengths`.

    `ids` are the distinct terms, rising; the postings of term number n are those from `starts[n]`
    to `starts[n + 1]`: `slots`, rising, and `counts`, in the smallest integers that hold them all.
    `document_ids` are the distinct terms of each document in the order in which they occur there,
    documents from `document_starts`. The length of a document that was removed is -1; its postings
    stay until segments are merged, and are never returned.
    """

    first_slot: int
    lengths: Numbers
    ids: Numbers
    starts: Numbers
    slots: Numbers
    counts: Numbers
    document_ids: Numbers
    document_starts: Numbers
    removed: int = 0

    @classmethod
    def build(
        cls,
        first_slot: int,
        lengths: Numbers,
        widths: Numbers,
        document_ids: Numbers,
        counts: Numbers,
    ) -> Segment:
        """Return the segment of new documents: the number of terms, and of distinct terms, of each,
        and these terms with their counts."""
        slots = np.arange(first_slot, first_slot + len(widths), dtype=np.uint32)
        ids, starts, order = _group(document_ids)
        return cls(
            first_slot,
            lengths.astype(np.int32),
            ids,
            starts,
            np.repeat(slots, widths)[order],
            shrink(counts)[order],
            document_ids,
            to_starts(widths),
        )

    @property
    def end(self) -> int:
        """The first slot behind it."""
        return self.first_slot + len(self.lengths)

    def find(self, id_: int) -> tuple[Numbers, Numbers] | None:
        """Return the slots that hold a term, rising, and its count in each; None for no slot."""
        number = int(self.ids.searchsorted(np.uint32(id_)))
        if number == len(self.ids) or self.ids[number] != id_:
            return None
        start, end = self.starts[number], self.starts[number + 1]
        slots, counts = self.slots[start:end], self.counts[start:end]
        if self.removed:
            is_held = self.lengths[slots - self.first_slot] >= 0
            slots, counts = slots[is_held], counts[is_held]
        return (slots, counts) if len(slots) else None

    def terms_in(self, slot: int) -> list[int]:
        """Return the distinct terms in `slot`. Raises KeyError where it holds no document."""
        number = slot - self.first_slot
        if self.lengths[number] < 0:
            raise KeyError(slot)
        start, end = self.document_starts[number : number + 2]
        ids: list[int] = self.document_ids[start:end].tolist()
        return ids

    def remove(self, slots: Sequence[int]) -> Segment:
        """Return the segment without the documents in `slots`, all of which it holds."""
        lengths = self.lengths.copy()
        lengths[np.asarray(slots, dtype=np.intp) - self.first_slot] = -1
        return replace(self, lengths=lengths, removed=self.removed + len(slots))

    @lazy_property
    def vocabulary(self) -> Numbers:
        """The distinct terms of the documents held, in the order in which they first occur."""
        if not self.removed:
            return distinct(self.document_ids)
        is_held = np.repeat(self.lengths >= 0, np.diff(self.document_starts))
        return distinct(self.document_ids[is_held])


def merge(segments: Sequence[Segment]) -> Segment:
    """Return one segment of adjoining ones, without the postings of removed documents."""
    return reduce(_join, map(_pack, segments))


def _pack(segment: Segment) -> Segment:
    """The segment without the postings of removed documents."""
    if not segment.removed:
        return segment
    is_held = segment.lengths >= 0
    widths = np.diff(segment.document_starts)
    is_held_posting = is_held[segment.slots - segment.first_slot]
    sizes = np.diff(to_starts(is_held_posting)[segment.starts])  # of each term
    return Segment(
        segment.first_slot,
        segment.lengths,
        segment.ids[sizes > 0],
        to_starts(sizes[sizes > 0]),
        segment.slots[is_held_posting],
        shrink(segment.counts[is_held_posting]),
        segment.document_ids[np.repeat(is_held, widths)],
        to_starts(np.where(is_held, widths, 0)),
    )


def _join(first: Segment, second: Segment) -> Segment:
    """The segment of two that are packed and adjoin. Each term's postings are those of the first,
    then those of the second: nothing is sorted, and no more than a byte a posting is needed."""
    ids = np.union1d(first.ids, second.ids)
    sizes = np.zeros((len(ids), 2), dtype=np.int64)
    for number, segment in enumerate((first, second)):
        sizes[ids.searchsorted(segment.ids), number] = np.diff(segment.starts)
    is_first = np.repeat(np.tile([True, False], len(ids)), sizes.ravel())
    widths = [np.diff(segment.document_starts) for segment in (first, second)]
    return Segment(
        first.first_slot,
        np.concatenate([first.lengths, second.lengths]),
        ids,
        to_starts(sizes.sum(axis=1)),
        _interleave(is_first, first.slots, second.slots),
        _interleave(is_first, first.counts, second.counts),
        np.concatenate([first.document_ids, second.document_ids]),
        to_starts(np.concatenate(widths)),
    )


def _interleave(is_first: Numbers, first: Numbers, second: Numbers) -> Numbers:
    """The numbers of two columns, each in its order, from the first where `is_first` is true."""
    both = np.empty(len(is_first), dtype=np.promote_types(first.dtype, second.dtype))
    both[is_first] = first
    both[~is_first] = second
    return both


def distinct(ids: Numbers) -> Numbers:
    """Return each number once, in the order in which they first occur."""
    is_new = np.ones(int(ids.max(initial=0)) + 1, dtype=bool)
    pieces = []
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        new = piece[is_new[piece]]
        _, first_places = np.unique(new, return_index=True)
        first_places.sort()
        pieces.append(new[first_places])
        is_new[new] = False
    return np.concatenate(pieces) if pieces else ids


def shrink(counts: Numbers) -> Numbers:
    """Return the numbers in the smallest unsigned integers: nearly always single bytes."""
    smallest: Numbers = counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
    return smallest


def to_starts(sizes: Numbers) -> Numbers:
    """Return where each of consecutive pieces of these sizes starts, and where the last ends."""
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def _group(ids: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The distinct ids, rising, where each one's group starts, and the order that groups them."""
    order = np.argsort(ids, kind="stable")
    in_order = ids[order]
    is_first = np.ones(len(ids), dtype=bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    starts = np.flatnonzero(is_first)
    return in_order[starts], np.append(starts, len(ids)), order
