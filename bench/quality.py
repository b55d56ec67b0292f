"""How good: Verbatim on a folder of samples, and its paragraph search there beside its peers'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

import Stemmer

from bench import pages
from bench.model import WITH_MODEL, WITHOUT_MODEL, rank_as_asked
from bench.peers import BM25S, Engine, RankBM25, Tantivy, is_installed
from bench.report import Table
from bench.samples import Squad, read_lines
from bot.search.index import Index
from bot.search.query import read_query
from bot.semantic.encoder import Encoder
from bot.text.names import Names, add_general_names
from bot.text.terms import Analyser

TOP = 10
_EVERY = 4  # of the SQuAD questions one in so many is asked; rank-bm25 takes some 10 ms for each

# A question to the numbers of the paragraphs found, best first.
Find = Callable[[str], Sequence[int]]
# A text to the terms it is searched by.
Analyse = Callable[[str], list[str]]


def squad_table(
    squad: Squad,
    index: Index,
    encoder: Encoder | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> Table:
    """How high each way of searching puts the paragraph that answers a SQuAD question; `index` is
    the squad's own."""
    questions = squad.questions[::_EVERY]
    rows = []
    for name, find in _searches(squad, index, encoder):
        announce(f"SQuAD: {name}")
        scores = [reciprocal_rank(find(question.text), question.gold) for question in questions]
        first = sum(score == 1 for score in scores) / len(scores)
        rows.append((name, f"{fmean(scores):.3f}", f"{first:.3f}"))
    return Table(
        f"The paragraph that answers: {len(questions):,} SQuAD questions, "
        f"{len(squad.titled):,} paragraphs",
        ("Search", f"MRR@{TOP}", "Found first"),
        tuple(rows),
    )


def reciprocal_rank(ranking: Sequence[int], gold: Sequence[int]) -> float:
    """1 / the place, from 1, of the first of `gold` among the first TOP found; 0 if none is."""
    ranks = (position for position, number in enumerate(ranking[:TOP], 1) if number in gold)
    return 1 / next(ranks, float("inf"))


def _searches(squad: Squad, index: Index, encoder: Encoder | None) -> Iterator[tuple[str, Find]]:
    """Every search by name. Each is given the title's words with the paragraph's."""
    if encoder:
        yield WITH_MODEL, lambda question: _paragraphs_as_asked(question, index, encoder)
    yield WITHOUT_MODEL, lambda question: _paragraphs_as_asked(question, index)
    yield "Verbatim, BM25 alone", lambda question: _paragraphs_by_bm25(question, index)
    texts = [f"{title} {text}" for title, text in squad.titled]
    searches: list[tuple[str, type[Engine], Callable[[], Analyse]]] = [
        ("rank-bm25, Verbatim's terms", RankBM25, _verbatim_terms),
        ("rank-bm25, words between white space", RankBM25, lambda: str.split),
        ("bm25s, its own terms", BM25S, _bm25s_terms),
        ("tantivy, its own English terms", Tantivy, _tantivy_terms),
    ]
    for name, engine, terms in searches:
        if is_installed(engine):
            yield name, _search(engine, terms(), texts)


def _search(engine: type[Engine], terms: Analyse, texts: Sequence[str]) -> Find:
    built = engine([terms(text) for text in texts])
    return lambda question: built.top(terms(question), TOP)


def _paragraphs_as_asked(
    question: str, index: Index, encoder: Encoder | None = None
) -> Sequence[int]:
    ranking = rank_as_asked(question, index, encoder)
    return list(dict.fromkeys(evidence.sentence.passage.slot for evidence in ranking))


def _paragraphs_by_bm25(question: str, index: Index) -> Sequence[int]:
    return [slot for slot, _ in index.bm25.top(read_query(question, index).search_terms, TOP)]


def _verbatim_terms() -> Analyse:
    analyser = Analyser(Names(add_general_names(())))
    return lambda text: [term.term for term in analyser.terms(text)]


def _bm25s_terms() -> Analyse:
    """As its manual shows: English stop words and Snowball stems."""
    import bm25s

    stemmer = Stemmer.Stemmer("english")

    def terms(text: str) -> list[str]:
        token_lists: list[list[str]] = bm25s.tokenize(
            text, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return token_lists[0]

    return terms


def _tantivy_terms() -> Analyse:
    """What its tokeniser "en_stem" does."""
    import tantivy

    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    plain = words.filter(tantivy.Filter.remove_long(40)).filter(tantivy.Filter.lowercase())
    terms: Analyse = plain.filter(tantivy.Filter.stemmer("english")).build().analyze
    return terms


def pages_table(file: Path) -> Table:
    """How much of each page's article the page reader finds; each line of the file is a page."""
    samples = read_lines(file)
    rows = []
    for name, reader in (("Verbatim", pages.main_story), ("long lines alone", pages.long_lines)):
        score = pages.score([(page["body"], reader(page["text"])) for page in samples])
        rows.append((name, *(f"{n:.3f}" for n in (score.precision, score.recall, score.f1))))
    return Table(
        f"The article in a page's text: {len(samples)} news pages",
        ("Reader", "Precision", "Recall", "F1"),
        tuple(rows),
    )
