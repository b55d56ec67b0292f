"""Search engines side by side: Verbatim's BM25 and its peers, each built from the same terms."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from bot.search.bm25 import BM25

Terms = Sequence[str]


class Engine(Protocol):
    """A search engine over paragraphs that are given as terms.

    `needs` names the packages it is made of; it can be built where all of them are installed.
    Every engine uses k1 1.5 and b 0.75 where it lets them be chosen.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]

    def __init__(self, paragraphs: Sequence[Terms]) -> None: ...

    def top(self, query: Terms, count: int) -> Sequence[int]:
        """The numbers of the best paragraphs, best first: at most `count` of at least as many."""
        ...


class Verbatim:
    name = "Verbatim"
    needs = ()

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._bm25 = BM25()
        self.add(paragraphs)

    def add(self, paragraphs: Sequence[Terms]) -> None:
        for paragraph in paragraphs:
            self._bm25.add(paragraph)

    def scores(self, query: Terms) -> NDArray[np.float64]:
        return self._bm25.scores(query)

    def top(self, query: Terms, count: int) -> Sequence[int]:
        return _best(self.scores(query), count)


class RankBM25:
    name = "rank-bm25"
    needs = ("rank_bm25",)

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._bm25 = BM25Okapi(paragraphs)

    def scores(self, query: Terms) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = self._bm25.get_scores(query)
        return scores

    def top(self, query: Terms, count: int) -> Sequence[int]:
        return _best(self.scores(query), count)


class BM25S:
    name = "bm25s"
    needs = ("bm25s",)
    backend: ClassVar[str] = "numpy"

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        import bm25s

        self._bm25 = bm25s.BM25(k1=1.5, b=0.75, backend=self.backend)
        self._bm25.index(list(paragraphs), show_progress=False)

    def top(self, query: Terms, count: int) -> Sequence[int]:
        found = self._bm25.retrieve([list(query)], k=count, show_progress=False)
        best: list[int] = found.documents[0].tolist()
        return best


class BM25SNumba(BM25S):
    name = "bm25s, numba"
    needs = ("bm25s", "numba")
    backend = "numba"


class Tantivy:
    """In memory; the terms pass its white-space tokeniser as they are. Its k1 is 1.2."""

    name = "tantivy"
    needs = ("tantivy",)

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field("number", stored=True, fast=True)
        self._tantivy, self._schema = tantivy, builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer()
        for number, paragraph in enumerate(paragraphs):
            writer.add_document(
                tantivy.Document(terms=" ".join(map(_one_word, paragraph)), number=number)
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def top(self, query: Terms, count: int) -> Sequence[int]:
        make = self._tantivy.Query
        should = self._tantivy.Occur.Should
        terms = [make.term_query(self._schema, "terms", _one_word(term)) for term in query]
        asked = make.boolean_query([(should, term) for term in terms])
        hits: list[Any] = self._searcher.search(asked, count, count=False).hits
        return [self._searcher.doc(address)["number"][0] for _, address in hits]


class FTS5:
    """In memory; the terms pass its tokeniser as numbered words. Its k1 is 1.2."""

    name = "SQLite FTS5"
    needs = ()

    def __init__(self, paragraphs: Sequence[Terms]) -> None:
        self._numbers: dict[str, int] = {}
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE paragraph USING fts5(terms, content='')")
        self._database.executemany(
            "INSERT INTO paragraph (rowid, terms) VALUES (?, ?)",
            ((number, self._text(paragraph, " ")) for number, paragraph in enumerate(paragraphs)),
        )

    def top(self, query: Terms, count: int) -> Sequence[int]:
        rows = self._database.execute(
            "SELECT rowid FROM paragraph WHERE paragraph MATCH ? ORDER BY rank LIMIT ?",
            (self._text(query, " OR "), count),
        )
        return [number for (number,) in rows]

    def _text(self, terms: Terms, between: str) -> str:
        return between.join(f"t{self._numbers.setdefault(t, len(self._numbers))}" for t in terms)
