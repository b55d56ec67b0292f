"""The saved index: what comes loaded is what a new index of the articles would be, or is one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import SHARED, Article, Paragraph
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.index_file import LoadedIndexes, load, save
from bot.search.query import read_query
from bot.text.names import Name, Names
from bot.text.terms import Analyser
from bot.text.words import split_words

NORTH = Name("North Korea", "place", ("North Korea", "DPRK"))
ANALYSER = Analyser(Names([NORTH]))
GUILD, OTHER = 42, 7

WORDS = st.sampled_from(["Korea", "North", "talks", "trade", "tariffs", "tariff", "envoys", "the"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ARTICLES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.lists(TEXTS, min_size=1, max_size=3)),
    max_size=6,
    unique_by=lambda pair: pair[0],
)
QUERY = ("tariff", "trade", "korea", "@North Korea")

Collections = Mapping[int, Sequence[Article]]


def article(name: str, *texts: str, heading: str | None = None) -> Article:
    paragraphs = tuple(Paragraph(text, heading) for text in texts)
    return Article(name, f"Title of {name}", paragraphs, "desk.txt")


def drawn(collection: int, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Article]:
    return [article(f"{collection}{name}", *texts) for name, texts in pairs]


COLLECTIONS: Collections = {
    SHARED: [
        article("Weather", "Rain fell on the coast all day.", "The wind turned."),
        article("Talks", "The DPRK sent an envoy to Geneva. He spoke of sanctions."),
    ],
    GUILD: [article("Harbour", "The freighter Meridian left.", "", heading="Shipping")],
    OTHER: [article("Trade", "Tariffs rose again in the rain.")],
}


def save_index(path: Path, articles: Collections, analyser: Analyser = ANALYSER) -> LoadedIndexes:
    """Return indexes of `articles`, saved at `path`."""
    built = load(None, analyser, articles)
    save(path, built.layers)
    return built


def are_same(first: Index, second: Index) -> bool:
    """Whether two indexes cannot be told apart, but for numbers of slots."""
    return (
        sorted(article.id for article in first.articles())
        == sorted(article.id for article in second.articles())
        and first.bm25.corpus_size == second.bm25.corpus_size
        and all(first.bm25.frequency(term) == second.bm25.frequency(term) for term in QUERY)
        and scores(first) == pytest.approx(scores(second))
        and find_correction(first, "tarifs") == find_correction(second, "tarifs")
    )


def find_correction(index: Index, form: str) -> str | None:
    """Return the term of the word nearest to `form`: which of its forms it is may differ."""
    nearest = index.find_nearest_word(form)
    return nearest and split_words(nearest)[0].term


def scores(index: Index) -> dict[tuple[str, int], float]:
    best = index.bm25.top(QUERY, 100)
    passages = ((index.passage(slot), score) for slot, score in best)
    return {(passage.article.id, passage.number): score for passage, score in passages}


def find_sentences(index: Index, question: str) -> list[tuple[str, float]]:
    ranking = rank(read_query(question, index), index)
    return [(evidence.sentence.text, evidence.score) for evidence in ranking]


def test_what_was_saved_comes_back_without_being_read_again(tmp_path: Path) -> None:
    path = tmp_path / "index"
    built = save_index(path, COLLECTIONS)
    assert built.newly_indexed == 4
    loaded = load(path, ANALYSER, COLLECTIONS)
    assert loaded.newly_indexed == 0
    assert set(loaded.layers) == {SHARED, GUILD, OTHER}
    for collection, index in loaded.layers.items():
        for question in ("envoy", "Meridian", "shipping", "tarrifs", "wind in the rain", "DPRK"):
            assert find_sentences(index, question) == find_sentences(
                built.layers[collection], question
            )
        built_articles = built.layers[collection].articles()
        for article, built_article in zip(index.articles(), built_articles, strict=True):
            assert article is built_article
            assert index.slots(article.id) == built.layers[collection].slots(article.id)


@settings(max_examples=20, deadline=None)
@given(ARTICLES, ARTICLES, ARTICLES, ARTICLES, st.data())
def test_whatever_has_changed_since_the_index_is_that_of_the_articles_now_held(
    shared: list[tuple[str, list[str]]],
    guild: list[tuple[str, list[str]]],
    shared_now: list[tuple[str, list[str]]],
    guild_now: list[tuple[str, list[str]]],
    data: st.DataObject,
) -> None:
    saved_articles = {SHARED: drawn(SHARED, shared), GUILD: drawn(GUILD, guild)}
    now = {
        SHARED: drawn(SHARED, shared_now),
        OTHER: drawn(OTHER, guild),
        GUILD: drawn(GUILD, guild_now),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        layers = load(None, ANALYSER, saved_articles).layers
        for index, articles in zip(layers.values(), saved_articles.values(), strict=True):
            if articles:  # a slot in between that is free
                moved = data.draw(st.sampled_from(articles))
                index.remove(moved.id)
                index.add(moved)
        save(path, layers)
        loaded = load(path, ANALYSER, now)
        new = load(None, ANALYSER, now)
        for collection, index in loaded.layers.items():
            assert are_same(index, new.layers[collection])
        texts = {a.id: a.paragraphs for a in chain.from_iterable(saved_articles.values())}
        lacking = [a for a in chain.from_iterable(now.values()) if texts.get(a.id) != a.paragraphs]
        assert loaded.newly_indexed == len(lacking)

        # What came loaded can be changed like any other, and be saved again.
        for collection, index in loaded.layers.items():
            late = article(f"{collection}late", "Korea tariff talks", "tariff")
            index.add(late)
            new.layers[collection].add(late)
            for removed in now[collection][::2]:
                index.remove(removed.id)
                new.layers[collection].remove(removed.id)
        for collection, index in loaded.layers.items():
            assert are_same(index, new.layers[collection])
        save(path, loaded.layers)
        remaining = {
            collection: list(index.own_articles()) for collection, index in loaded.layers.items()
        }
        again = load(path, ANALYSER, remaining)
        assert again.newly_indexed == 0
        for collection, index in again.layers.items():
            assert are_same(index, new.layers[collection])


def test_scores_stay_equal_to_the_last_bit(tmp_path: Path) -> None:
    texts = [f"tariff word{number % 7} item{number}" for number in range(300)]
    articles = {SHARED: [article(str(n), *texts[n : n + 5]) for n in range(0, 300, 5)]}
    built = save_index(tmp_path / "index", articles).layers[SHARED]
    loaded = load(tmp_path / "index", ANALYSER, articles).layers[SHARED]
    query = ("tariff", "word3", "item7")  # the first is in all, so that the floor is asked for
    assert np.array_equal(built.bm25.get_scores(query), loaded.bm25.get_scores(query))


def test_an_article_of_the_same_words_is_the_one_now_held(tmp_path: Path) -> None:
    save_index(tmp_path / "index", COLLECTIONS)
    now = [
        replace(COLLECTIONS[SHARED][0], outlet="The Times"),
        COLLECTIONS[SHARED][1],
    ]
    loaded = load(tmp_path / "index", ANALYSER, {SHARED: now})
    assert loaded.newly_indexed == 0
    assert [article.outlet for article in loaded.layers[SHARED].articles()] == ["The Times", None]


@pytest.mark.parametrize(
    "changed",
    [
        article("Harbour", "The freighter Meridian left!", "", heading="Shipping"),
        article("Harbour", "The freighter Meridian left.", "", heading="Ships"),
        replace(COLLECTIONS[GUILD][0], title="Another"),
        replace(COLLECTIONS[GUILD][0], id="Port"),
    ],
    ids=["text", "heading", "title", "id"],
)
def test_an_article_of_other_words_is_indexed_anew(tmp_path: Path, changed: Article) -> None:
    save_index(tmp_path / "index", COLLECTIONS)
    now = {**COLLECTIONS, GUILD: [changed]}
    loaded = load(tmp_path / "index", ANALYSER, now)
    assert loaded.newly_indexed == 1
    assert list(loaded.layers[GUILD].own_articles()) == [changed]
    assert are_same(loaded.layers[GUILD], load(None, ANALYSER, now).layers[GUILD])


def test_the_words_of_a_collection_that_is_gone_come_back_nowhere(tmp_path: Path) -> None:
    save_index(tmp_path / "index", COLLECTIONS)
    loaded = load(
        tmp_path / "index",
        ANALYSER,
        {SHARED: COLLECTIONS[SHARED], OTHER: COLLECTIONS[OTHER]},
    )
    assert set(loaded.layers) == {SHARED, OTHER}
    assert all(index.bm25.frequency("meridian") == 0 for index in loaded.layers.values())
    save(tmp_path / "index", loaded.layers)
    assert b"meridian" not in (tmp_path / "index").read_bytes()


@pytest.mark.parametrize("names", [[], [replace(NORTH, forms=(*NORTH.forms, "Pyongyang"))]])
def test_with_other_names_all_is_indexed_anew(
    tmp_path: Path, names: list[Name], caplog: pytest.LogCaptureFixture
) -> None:
    save_index(tmp_path / "index", COLLECTIONS)
    assert load(tmp_path / "index", Analyser(Names(names)), COLLECTIONS).newly_indexed == 4
    assert "another version or damaged" in caplog.text


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255), st.booleans())
def test_a_damaged_or_cut_file_is_never_believed(at: float, flip: int, cut: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        save_index(path, COLLECTIONS)
        data = bytearray(path.read_bytes())
        position = int(at * len(data))
        data[position] ^= flip
        path.write_bytes(data[:position] if cut else data)
        loaded = load(path, ANALYSER, COLLECTIONS)
        assert loaded.newly_indexed == 4
        assert are_same(loaded.layers[GUILD], load(None, ANALYSER, COLLECTIONS).layers[GUILD])


@pytest.mark.parametrize("path", ["nowhere", "folder", "nowhere/index"])
def test_a_file_that_is_not_there_is_no_fault(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "folder").mkdir()
    caplog.set_level(logging.INFO)
    assert load(tmp_path / path, ANALYSER, COLLECTIONS).newly_indexed == 4
    assert [record.getMessage().count("ndexing all articles") for record in caplog.records] == [1]


def test_where_nothing_can_be_written_there_is_a_warning_and_nothing_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    layers = load(None, ANALYSER, COLLECTIONS).layers
    (tmp_path / "folder" / "full").mkdir(parents=True)
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "index", tmp_path / "folder"):
        caplog.clear()
        save(path, layers)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert str(path) in caplog.text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "folder"]


def test_a_copy_stays_as_it_was() -> None:
    changed, unchanged = (load(None, ANALYSER, COLLECTIONS).layers[SHARED] for _ in range(2))
    copy = changed.copy()
    changed.remove("Talks")
    changed.put([article("Weather", "A heron nested."), article("Late", "Rain fell on the coast.")])
    expected = unchanged.copy()
    assert (copy.articles, copy.forms, copy.terms) == (
        expected.articles,
        expected.forms,
        expected.terms,
    )
    for name, column in expected.columns.items():
        assert np.array_equal(copy.columns[name], column)
