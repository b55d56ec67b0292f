"""The benchmark at a tiny size: every engine installed is measured and finds what it should."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from bench import briefs, growing
from bench.corpus import grow
from bench.digests import TimedDigest, make_digests, topics_table
from bench.examples import as_page
from bench.growth import find_exponent
from bench.peers import ENGINES, BM25SNumba, Engine, RankBM25, Terms, Verbatim, is_installed
from bench.quality import reciprocal_rank
from bench.ranking import (
    FEATURES,
    RankedQuestion,
    first_and_three,
    fit,
    rank_candidates,
    weights_as_shipped,
)
from bench.refusals import gate_answers, gate_answers_without
from bench.report import Table, markdown, put
from bench.samples import SquadQuestion, index_of
from bench.speed import engines_table, measure, misspelt, whole_table
from bench.summarisers import SUMY, Line, lead, mmr, summarisers
from bot.chat.answers.ask import answer_page
from bot.chat.interaction.checked import check_quotes
from bot.errors import VerbatimError
from bot.library import Library
from bot.model import Article, Paragraph
from bot.reading.desk import Desk, read_desk
from bot.text.words import split_words

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
    return read_desk(Path(__file__).parents[2] / "seeds")


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
    timings = (*speed.engines, speed.ask_speed.correct, speed.ask_speed.misspelt)
    assert all(len(timing.query_ms) == 60 for timing in timings)
    table = engines_table([speed])
    assert [row[6] for row in table.rows if row[1] == "Verbatim"] == ["identical"]
    assert len(whole_table([speed]).rows) == 1


def test_without_rank_bm25_nothing_is_compared_with_it(seeds: Desk) -> None:
    speed = measure(seeds, 40, [Verbatim])
    assert speed.identical is None
    verbatim, limit = engines_table([speed]).rows
    assert verbatim[5:7] == ("–", "not compared")
    assert 0 < speed.limit.median < speed.engines[0].median
    assert limit[2] == "–", "nothing is built to read what is there"
    assert whole_table([speed]).rows[0][-2:] == ("–", "–")


def test_briefs_are_timed_where_nothing_was_read_and_again(seeds: Desk) -> None:
    rows = briefs.briefs_table([briefs.measure(seeds, 60)], 0.5).rows
    assert [row[:2] for row in rows] == [("60", "/ask"), ("60", "/digest"), ("60", "/timeline")]
    assert all(float(cell) > 0 for row in rows for cell in row[2:])


def test_a_library_is_started_and_grows_beside_rank_bm25(
    seeds: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As fresh as those that are spawned, but each starts with the modules loaded.
    forked = get_context("forkserver")
    forked.set_forkserver_preload(["bench.growing"])
    monkeypatch.setattr(growing, "get_context", lambda _: forked)
    grown = growing.measure(seeds, 60, entries=5)
    assert grown.anew
    assert grown.megabytes > 0
    assert len(grown.taking.total_ms) == len(grown.taking.loop_ms) > 0
    (row,) = growing.starts_table([grown]).rows
    assert len(row) == len(growing.starts_table([]).columns)
    assert [cell for cell in row if cell == "–"] == []
    assert growing.starts_table([replace(grown, anew=None)]).rows[0][-3:] == ("–",) * 3
    (row,) = growing.taking_table([grown]).rows
    assert len(row) == len(growing.taking_table([]).columns)
    (row,) = growing.feeding_table([grown]).rows
    assert len(row) == len(growing.feeding_table([]).columns)
    assert row[1] == "5"


@pytest.mark.parametrize(
    ("sizes", "figures", "exponent"),
    [
        ([10, 100, 1000], [3.0, 30.0, 300.0], 1.0),
        ([10, 1000], [7.0, 7.0], 0.0),
        ([100, 10_000, 1_000_000], [2.0, None, 200.0], 0.5),
        ([100, 1000], [2.0, None], None),
    ],
    ids=["in step", "not at all", "by the root", "measured once"],
)
def test_growth_is_a_power_of_the_size(
    sizes: list[int], figures: list[float | None], exponent: float | None
) -> None:
    expected = None if exponent is None else pytest.approx(exponent, abs=1e-9)
    assert find_exponent(sizes, figures) == expected


async def test_a_blocked_event_loop_is_seen() -> None:
    async with growing.watched() as quiet:
        await asyncio.sleep(0.05)
    async with growing.watched() as blocked:
        await asyncio.sleep(0.01)
        sleep(0.2)  # noqa: ASYNC251 - this is what must be seen
        await asyncio.sleep(0.01)
    assert len(quiet) > 1
    assert max(blocked) > 100


def test_a_typing_error_changes_the_longest_word() -> None:
    assert misspelt("tariffs on Korea") == "tairffs on Korea"


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
    return {word.form for text in texts for word in split_words(text)}


def test_the_reciprocal_rank_counts_the_first_ten() -> None:
    assert reciprocal_rank([7, 3, 5], [5, 3]) == 1 / 2
    assert reciprocal_rank(range(20), [9]) == 1 / 10
    assert reciprocal_rank(range(20), [10]) == 0


def test_figures_are_put_in_their_place_and_nowhere_else() -> None:
    table = Table("Fast", ("Engine", "ms"), (("Verbatim", "0.5"),))
    assert markdown(table) == "### Fast\n\n| Engine | ms |\n| --- | ---: |\n| Verbatim | 0.5 |"
    document = "Before\n<!-- speed -->\nold\n<!-- /speed -->\nAfter"
    written = put(document, "speed", "0.5 ms")
    assert written == "Before\n<!-- speed -->\n\n0.5 ms\n\n<!-- /speed -->\nAfter"
    assert put(put(written, "speed", "0.7 ms"), "speed", "0.5 ms") == written
    with pytest.raises(VerbatimError, match="<!-- quality -->"):
        put(document, "quality", "")


def line(text: str, story: str = "a", place: int = 0) -> Line:
    return Line(text, story, place, tuple(text.casefold().split()))


LINES = [
    line("Tariffs on steel rise", "a", 0),
    line("Tariffs on steel rise again", "a", 1),
    line("Farmers ask for lower tariffs at once", "b", 0),
    line("Seoul sends an envoy", "b", 3),
    line("Exports of chips fall", "c", 1),
    line("The won is steady", "c", 2),
    line("Ministers meet in Geneva", "d", 4),
    line("Shipyards hire thousands", "d", 5),
]


@pytest.mark.parametrize("name", ["lead", "BM25 + MMR", *(f"{n} (sumy)" for n in SUMY)])
def test_every_summariser_chooses_six_of_the_lines(name: str) -> None:
    if name not in summarisers():
        pytest.skip("needs sumy of the extra bench")
    chosen = summarisers()[name](LINES, ["tariffs"])
    assert len(set(chosen)) == 6
    assert set(chosen) <= set(LINES)
    assert len(summarisers()[name](LINES[:2], ["tariffs"])) == 2


def test_lead_takes_what_stands_first_and_mmr_what_is_relevant_and_new() -> None:
    assert [chosen.position for chosen in lead(LINES, [])] == [0, 0, 1, 1, 2, 3]
    assert list(mmr(LINES, ["tariffs"]))[:2] == [LINES[0], LINES[2]]
    assert mmr([], ["tariffs"]) == []


def test_digests_that_repeat_and_stories_that_are_covered_are_counted() -> None:
    stories = frozenset("abcd")
    longer = line("Tariffs on steel rise again as ministers of trade quarrel")
    by_summariser = {
        "repeats": [
            TimedDigest([LINES[0], longer], stories, 1.0),
            TimedDigest(LINES[2:4], stories, 3.0),
        ],
        "covers": [TimedDigest(LINES[1::2], stories, 2.0)] * 2,
    }
    rows = {name: figures for name, *figures in topics_table(by_summariser).rows}
    assert rows["repeats"] == ["0.50", "0.25", "12", "2.0"]
    assert rows["covers"] == ["0.00", "1.00", "16", "2.0"]


def test_everyone_digests_the_topics_of_the_desk(seeds: Desk) -> None:
    by_summariser = make_digests(seeds, ["japan", "no such thing"])
    assert set(by_summariser) == {"Verbatim", *summarisers()}
    assert all(
        len(digests) == 2 and 3 <= len(digests[0].lines) <= 6 for digests in by_summariser.values()
    )
    assert all(not digests[1].lines for digests in by_summariser.values())


def test_a_higher_gate_never_answers_more(seeds: Desk) -> None:
    index = index_of(seeds.articles, seeds.names)
    partly = gate_answers("why did Lee visit Tokyo first and speak so slowly and quietly", index)
    assert list(partly) == sorted(partly, reverse=True)
    assert set(partly) == {True, False}
    assert all(gate_answers("US alliance", index))
    assert not any(gate_answers("best pizza in town", index))
    assert not any(gate_answers("is it", index))


def test_a_paragraph_is_missed_where_it_is_taken_out_and_is_there_again_after() -> None:
    texts = ("The heron nests in reeds by the lake.", "The weather was fine.", "Trains run late.")
    paragraphs = [Article(str(n), "T", (Paragraph(text),), "s") for n, text in enumerate(texts)]
    index = index_of(paragraphs)
    question = SquadQuestion("where does the heron nest", (0,), ("in reeds",))
    assert any(gate_answers(question.text, index))
    assert not any(gate_answers_without(question, index, paragraphs))
    assert any(gate_answers(question.text, index))


def test_the_features_are_those_that_verbatim_weighs(seeds: Desk) -> None:
    index = index_of(seeds.articles, seeds.names)
    asked = ("Why did Lee visit Tokyo first?", "when is the summit with China?", "who leads Japan")
    found = [
        rank_candidates(question, index, lambda sentence: sentence.position == 0)
        for question in asked
    ]
    held = [question for question in found if question]
    assert len(held) == 3
    weights = weights_as_shipped(held)
    for question in held:
        assert np.allclose(question.features @ weights, question.scores)
    bent = [replace(question, scores=question.scores**2) for question in held]
    with pytest.raises(VerbatimError, match="lacks a feature"):
        weights_as_shipped(bent)


def test_the_fit_finds_the_feature_that_tells_and_leaves_out_what_it_must() -> None:
    chance = np.random.default_rng(1)
    questions = []
    for _ in range(60):
        features = chance.random((12, len(FEATURES)))
        gold = np.zeros(12, dtype=bool)
        gold[np.argmax(features[:, 2] + 0.05 * chance.random(12))] = True
        questions.append(RankedQuestion(features, gold, np.zeros(12)))
    every = np.ones(len(FEATURES), dtype=bool)
    weights = fit(questions, every)
    assert weights.argmax() == 2
    assert first_and_three(questions, weights)[0] >= 0.9
    without = every.copy()
    without[2] = False
    assert fit(questions, without)[2] == 0
    assert first_and_three(questions, fit(questions, without))[0] < 0.5


def test_an_example_shows_what_discord_shows(seeds: Desk) -> None:
    view = Library(seeds).view()
    answer = check_quotes(view.ask("Why did Lee visit Tokyo?"), view.is_current)
    shown = as_page(answer_page(answer))
    assert shown.startswith("### Why did Lee visit Tokyo?\n\n> ")
    assert "<sub>" in shown
    assert "-# " not in shown
