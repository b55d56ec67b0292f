"""The benchmark at a tiny size: every engine installed is measured and finds what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.corpus import grow
from bench.peers import ENGINES, BM25SNumba, Engine, RankBM25, Terms, Verbatim, is_installed
from bench.quality import reciprocal_rank
from bench.report import Table, markdown, put
from bench.speed import engines_table, measure, whole_table
from bot.errors import VerbatimError
from bot.reading.desk import Desk, read_desk
from bot.text.words import words

PARAGRAPHS: list[Terms] = [
    ["@South Korea", "seoul", "tariff"],
    ["tariff", "trade", "trade"],
    ["missil", "@North Korea"],
    ["missil", "test", "sea"],
    ["@South Korea", "export", "chip"],
    ["summit", "beij", "visit"],
    ["ballad", "film"],
]


@pytest.fixture(scope="module")
def seeds() -> Desk:
    return read_desk(Path(__file__).parents[1] / "seeds")


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_finds_the_best_paragraph_first(engine: type[Engine]) -> None:
    built = build(engine)
    for query, best in ((["trade", "tariff"], 1), (["@North Korea"], 2), (["unknown", "chip"], 4)):
        assert built.top(query, 2)[0] == best


def build(engine: type[Engine]) -> Engine:
    if not is_installed(engine):
        pytest.skip(f"needs {' and '.join(engine.needs)} of the extra bench")
    if engine is BM25SNumba:
        pytest.skip("numba compiles for many seconds; make bench runs it")
    return engine(PARAGRAPHS)


def test_the_speed_of_every_engine_is_measured_with_identical_scores(seeds: Desk) -> None:
    engines = [engine for engine in ENGINES if engine is not BM25SNumba]
    speed = measure(seeds, 200, engines)
    assert speed.identical
    assert [timing.name for timing in speed.engines] == [
        engine.name for engine in engines if is_installed(engine)
    ]
    assert all(len(timing.query_ms) == 60 for timing in (*speed.engines, speed.ask))
    table = engines_table([speed])
    assert [row[6] for row in table.rows if row[1] == "Verbatim"] == ["identical"]
    assert len(whole_table([speed]).rows) == 1


def test_verbatims_ten_best_have_the_ten_highest_scores_of_rank_bm25(seeds: Desk) -> None:
    corpus = grow(seeds, 200, 20)
    paragraphs = [text.split() for text in corpus.texts]
    ours, theirs = Verbatim(paragraphs), RankBM25(paragraphs)
    for query in (asked.split() for asked in corpus.queries):
        scores = theirs.scores(query)
        best = sorted(scores[scores != 0], reverse=True)[:10]
        assert [scores[number] for number in ours.top(query, 10)] == best


def test_a_corpus_grows_the_same_again_and_brings_new_words(seeds: Desk) -> None:
    small, large = grow(seeds, 30, 5), grow(seeds, 300, 5)
    assert small == grow(seeds, 30, 5)
    assert (len(small.texts), len(large.texts)) == (30, 300)
    assert len(small.articles[-1].paragraphs) == 10
    assert all(large.queries)
    held = distinct([p.text for article in seeds.articles for p in article.paragraphs])
    assert len(distinct(large.texts) - held) > 3 * len(distinct(small.texts) - held) > 0


def distinct(texts: list[str]) -> set[str]:
    return {word.form for text in texts for word in words(text)}


def test_the_reciprocal_rank_counts_the_first_ten() -> None:
    assert reciprocal_rank([7, 3, 5], [5, 3]) == 1 / 2
    assert reciprocal_rank(range(20), [9]) == 1 / 10
    assert reciprocal_rank(range(20), [10]) == 0


def test_figures_are_put_in_their_place_and_nowhere_else() -> None:
    table = Table("Fast", ("Engine", "ms"), (("Verbatim", "0.5"),))
    document = "Before\n<!-- speed -->\nold\n<!-- /speed -->\nAfter"
    written = put(document, "speed", "On 2 cores.", [table])
    assert written == (
        "Before\n<!-- speed -->\n\nOn 2 cores.\n\n### Fast\n\n"
        "| Engine | ms |\n| --- | ---: |\n| Verbatim | 0.5 |\n\n<!-- /speed -->\nAfter"
    )
    assert markdown(table) in put(written, "speed", "On 4 cores.", [table])
    with pytest.raises(VerbatimError, match="<!-- quality -->"):
        put(document, "quality", "", [table])
