"""Which paragraphs may name a subject, told by their terms' counts alone, before any is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from bot.briefing.digest.salience import Subject, count_needed
from bot.search.index import Index, Passage
from bot.search.segment import Numbers


def count_mentions(slots: Sequence[int], subject: Subject, index: Index) -> Mapping[int, int]:
    """Return the paragraphs that may name `subject` in their own text, in order, each with the
    number of times that they do at most. What only their titles or headings hold does not count.

    A name that would be cut in two by the end of a sentence counts as it is written.
    """
    terms = sorted(subject.terms)
    counts = index.bm25.counts(terms, np.array(slots, dtype=np.intp)).astype(np.int32)
    numbers = {term: number for number, term in enumerate(terms)}
    for column, slot in enumerate(slots):
        for term, count in _count_headed(index.passage(slot), subject, index).items():
            counts[numbers[term], column] -= count
    may_name = np.zeros(len(slots), dtype=bool)
    for phrase in subject.phrases:
        holds_all = np.ones(len(slots), dtype=bool)
        for compound in phrase:
            rows = [numbers[term] for term in set(compound)]
            holds_all &= (counts[rows] > 0).sum(axis=0) >= count_needed(compound)
        may_name |= holds_all
    totals: Numbers = counts.sum(axis=0)
    return {slots[column]: int(totals[column]) for column in np.flatnonzero(may_name).tolist()}


def _count_headed(passage: Passage, subject: Subject, index: Index) -> Counter[str]:
    """Return how often the title and the heading of a paragraph hold each term of the subject."""
    headed: Counter[str] = Counter()
    for text in filter(None, (passage.article.title, passage.paragraph.heading)):
        if not index.analyser.term_set(text).isdisjoint(subject.terms):
            headed.update(
                term for term, _ in index.analyser.list_terms(text) if term in subject.terms
            )
    return headed
