"""How good: Verbatim on a folder of samples, and its paragraph search there beside its peers'."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import Stemmer

from bench import pages
from bench.peers import BM25S, Engine, RankBM25, Tantivy, is_installed
from bench.report import Table
from bot.errors import VerbatimError
from bot.model import Article, Paragraph
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.names import Names
from bot.text.terms import Analyser

TOP = 10
_EVERY = 4  # of the SQuAD questions one in so many is asked; rank-bm25 takes some 10 ms for each

# A question to the numbers of the paragraphs found, best first.
Find = Callable[[str], Sequence[int]]
# A text to the terms it is searched by.
Analyse = Callable[[str], list[str]]


def seeds_table(samples: Path, desk: Path) -> Table:
    """The figures of the samples' own `score.py` for what the command line says of `desk`.

    Raises VerbatimError where the scorer or the command fails.
    """
    rows = []
    with TemporaryDirectory() as folder:
        for kind, command in (("ask", "ask"), ("none", "ask"), ("digest", "digest")):
            asked = ("--batch", str(samples / f"{kind}.jsonl"), "--json", "--desk", str(desk))
            said = Path(folder) / f"{kind}.jsonl"
            said.write_text(_run("-m", "bot", command, *asked), "utf-8")
            figures = json.loads(_run(str(samples / "score.py"), kind, str(said)))
            rows += [
                (kind, name, f"{value:g}")
                for name, value in figures.items()
                if isinstance(value, int | float)
            ]
    return Table(
        "Questions and digests on the seeds", ("Samples", "Figure", "Value"), tuple(rows), 2
    )


def _run(*arguments: str) -> str:
    """What Python prints, run with `arguments`."""
    done = subprocess.run(
        (sys.executable, *arguments), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise VerbatimError(f"`python {' '.join(arguments)}` failed: {last}")
    return done.stdout


def squad_table(file: Path, announce: Callable[[str], None] = lambda _: None) -> Table:
    """How high each way of searching puts the paragraph that answers a SQuAD question.

    The file holds `paras`, each with `text` and `title`, and `queries`, each with a question `q`
    and `gold`, the numbers of its paragraphs.
    """
    squad = json.loads(file.read_text("utf-8"))
    titled = [(paragraph["title"], paragraph["text"]) for paragraph in squad["paras"]]
    queries = squad["queries"][::_EVERY]
    rows = []
    for name, find in _searches(titled):
        announce(f"SQuAD: {name}")
        scores = [reciprocal_rank(find(query["q"]), query["gold"]) for query in queries]
        first = sum(score == 1 for score in scores) / len(scores)
        rows.append((name, f"{sum(scores) / len(scores):.3f}", f"{first:.3f}"))
    return Table(
        f"The paragraph that answers: {len(queries):,} SQuAD questions, {len(titled):,} paragraphs",
        ("Search", f"MRR@{TOP}", "Found first"),
        tuple(rows),
    )


def reciprocal_rank(found: Sequence[int], gold: Sequence[int]) -> float:
    """1 / the place, from 1, of the first of `gold` among the first TOP found; 0 if none is."""
    places = (place for place, number in enumerate(found[:TOP], 1) if number in gold)
    return 1 / next(places, float("inf"))


def _searches(titled: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Find]]:
    """Every search by name. Each is given the title's words with the paragraph's."""
    index = _index(titled)
    yield "Verbatim, as /ask ranks", lambda question: _paragraphs_as_asked(question, index)
    yield "Verbatim, BM25 alone", lambda question: _paragraphs_by_bm25(question, index)
    texts = [f"{title} {text}" for title, text in titled]
    searches: list[tuple[str, type[Engine], Callable[[], Analyse]]] = [
        ("rank-bm25, Verbatim's terms", RankBM25, lambda: _verbatim_terms),
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


def _index(titled: Sequence[tuple[str, str]]) -> Index:
    """The paragraphs in their order, those of one title in one article: slots are their numbers."""
    index = Index(Analyser(Names()))
    for number, (title, paragraphs) in enumerate(groupby(titled, key=lambda pair: pair[0])):
        held = tuple(Paragraph(text) for _, text in paragraphs)
        index.add(Article(str(number), title, held, "squad"))
    return index


def _paragraphs_as_asked(question: str, index: Index) -> Sequence[int]:
    found = rank(read_query(question, index), index)
    return list(dict.fromkeys(evidence.sentence.passage.slot for evidence in found))


def _paragraphs_by_bm25(question: str, index: Index) -> Sequence[int]:
    return [slot for slot, _ in index.bm25.top(read_query(question, index).search_terms, TOP)]


def _verbatim_terms(text: str) -> list[str]:
    return [term.term for term in Analyser(Names()).terms(text)]


def _bm25s_terms() -> Analyse:
    """As its manual shows: English stop words and Snowball stems."""
    import bm25s

    stemmer = Stemmer.Stemmer("english")

    def terms(text: str) -> list[str]:
        said: list[list[str]] = bm25s.tokenize(
            text, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return said[0]

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
    read = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows = []
    for name, reader in (("Verbatim", pages.main_story), ("long lines alone", pages.long_lines)):
        score = pages.score([(page["body"], reader(page["text"])) for page in read])
        rows.append((name, *(f"{n:.3f}" for n in (score.precision, score.recall, score.f1))))
    return Table(
        f"The article in a page's text: {len(read)} news pages",
        ("Reader", "Precision", "Recall", "F1"),
        tuple(rows),
    )
