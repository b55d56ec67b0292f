"""One BM25Okapi compared with another through everything that rank-bm25 offers."""

from __future__ import annotations

from collections.abc import Sequence

from rank_bm25 import BM25Okapi


def assert_same(ours: BM25Okapi, plain: BM25Okapi, query: Sequence[str]) -> None:
    """Assert that all methods and attributes agree, scores to the last bit."""
    size = plain.corpus_size
    assert ours.corpus_size == size
    assert ours.avgdl == plain.avgdl
    assert list(ours.doc_len) == plain.doc_len
    assert ours.average_idf == plain.average_idf
    assert list(ours.idf.items()) == list(plain.idf.items())
    assert [list(counts.items()) for counts in ours.doc_freqs] == [
        list(counts.items()) for counts in plain.doc_freqs
    ]
    assert ours.get_scores(query).tolist() == plain.get_scores(query).tolist()
    doc_ids = [*range(size - 1, -1, -2), 0]
    assert ours.get_batch_scores(query, doc_ids) == plain.get_batch_scores(query, doc_ids)
    documents = [f"document {number}" for number in range(size)]
    for count in (1, 3, size + 1):
        best = plain.get_top_n(query, documents, count)
        assert ours.get_top_n(query, documents, count) == best
