"""Search engines side by side: Verbatim's BM25 and its peers, each built from the same terms."""

from __future__ import annotations

import logging
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from bot.search.bm25 import IncrementalBM25

Terms = Sequence[str]

_POSTING_BYTES = 4 + 1 + 4


class Engine(ABC):
    """A search engine in memory, over paragraphs that are given as terms.

    It can be built where the packages in `needs` are installed. k1 is 1.5 and b 0.75 as in
    rank-bm25, save in tantivy and SQLite FTS5, which fix k1 at 1.2.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def __init__(self, paragraphs: Sequence[Terms]) -> None: ...

    @abstractmethod
    def top(self, query: Terms, count: int) -> Sequence[int]:
        """The numbers of at most `count` paragraphs, best first; so many must be held."""


class Verbatim(Engine):
    """The bot's own BM25."""

    name = "Verbatim"

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._bm25 = IncrementalBM25(paragraphs)

    def add(self, paragraphs: Sequence[Terms]) -> None:
        """Add paragraphs behind those that are held."""
        self._bm25.change((), paragraphs)

    def scores(self, query: Terms) -> NDArray[np.float64]:
        """The score of every paragraph, in their order."""
        return self._bm25.get_scores(query)

    def posting_bytes(self, query: Terms) -> int:
        """The bytes that no scoring of `query` can leave out: of each posting the slot, the count
        and the length of its paragraph."""
        return sum(map(self._bm25.frequency, query)) * _POSTING_BYTES

    def top(self, query: Terms, count: int) -> Sequence[int]:
        return [slot for slot, _ in self._bm25.top(query, count)]


class RankBM25(Engine):
    """BM25Okapi of the package rank-bm25, the reference."""

    name = "rank-bm25"
    needs = ("rank_bm25",)

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._bm25 = BM25Okapi(paragraphs)
        self._numbers = range(len(paragraphs))

    def scores(self, query: Terms) -> NDArray[np.float64]:
        """The score of every paragraph, in their order."""
        scores: NDArray[np.float64] = self._bm25.get_scores(query)
        return scores

    def top(self, query: Terms, count: int) -> Sequence[int]:
        best: list[int] = self._bm25.get_top_n(query, self._numbers, count)
        return best


class BM25S(Engine):
    """The package bm25s, which keeps the scores of every term in a sparse matrix."""

    name = "bm25s"
    needs: ClassVar[tuple[str, ...]] = ("bm25s",)
    _backend = "numpy"

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._bm25 = bm25s.BM25(k1=1.5, b=0.75, backend=self._backend)
        self._bm25.index(list(paragraphs), show_progress=False)

    def top(self, query: Terms, count: int) -> Sequence[int]:
        numbers, _ = self._bm25.retrieve([list(query)], k=count, show_progress=False)
        best: list[int] = numbers[0].tolist()
        return best


class BM25SNumba(BM25S):
    """bm25s with its queries compiled by numba."""

    name = "bm25s, numba"
    needs = ("bm25s", "numba")
    _backend = "numba"


class Tantivy(Engine):
    """The search engine tantivy, with an index in memory."""

    name = "tantivy"
    needs = ("tantivy",)

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        import tantivy

        fields = tantivy.SchemaBuilder()
        fields.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        fields.add_integer_field("number", fast=True)
        self._schema = fields.build()
        self._query, self._should = tantivy.Query, tantivy.Occur.Should
        index = tantivy.Index(self._schema)
        writer = index.writer()
        for number, terms in enumerate(paragraphs):
            text = " ".join(map(_one_word, terms))
            writer.add_document(tantivy.Document(terms=text, number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def top(self, query: Terms, count: int) -> Sequence[int]:
        clauses = [
            (self._should, self._query.term_query(self._schema, "terms", _one_word(term)))
            for term in query
        ]
        results = self._searcher.search(self._query.boolean_query(clauses), count, count=False)
        addresses = [address for _, address in results.hits]
        return [
            int(number or 0) for number in self._searcher.fast_field_values("number", addresses)
        ]


class FTS5(Engine):
    """SQLite's full-text search, in memory."""

    name = "SQLite FTS5"

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE paragraph USING fts5(terms, content='')")
        self._database.executemany(
            "INSERT INTO paragraph (rowid, terms) VALUES (?, ?)",
            ((n, " ".join(map(_one_word, terms))) for n, terms in enumerate(paragraphs)),
        )

    def top(self, query: Terms, count: int) -> Sequence[int]:
        rows = self._database.execute(
            "SELECT rowid FROM paragraph WHERE paragraph MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(map(_one_word, query)), count),
        )
        return [number for (number,) in rows]


# rank-bm25 first: the others are measured against it.
ENGINES: tuple[type[Engine], ...] = (RankBM25, Verbatim, BM25S, BM25SNumba, Tantivy, FTS5)


def is_installed(engine: type[Engine]) -> bool:
    """Whether all packages that the engine needs are installed."""
    return all(find_spec(package) for package in engine.needs)


def _one_word(term: str) -> str:
    """`term` as a word of ASCII letters and digits, which any tokeniser leaves whole."""
    return f"t{term.encode().hex()}"
