"""The saved index: what comes back is what a new index of the articles would be, or is one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import SHARED, Article, Paragraph
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query
from bot.search.saved import Restored, load, pack, write
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


HELD: Collections = {
    SHARED: [
        article("Weather", "Rain fell on the coast all day.", "The wind turned."),
        article("Talks", "The DPRK sent an envoy to Geneva. He spoke of sanctions."),
    ],
    GUILD: [article("Harbour", "The freighter Meridian left.", "", heading="Shipping")],
    OTHER: [article("Trade", "Tariffs rose again in the rain.")],
}


def saved(path: Path, held: Collections, analyser: Analyser = ANALYSER) -> Restored:
    """An index of what is held, written to `path`."""
    made = load(None, analyser, held)
    write(path, pack(made.layers))
    return made


def same(one: Index, other: Index) -> bool:
    """Whether two indexes cannot be told apart, but for numbers of slots."""
    return (
        sorted(each.id for each in one.articles()) == sorted(each.id for each in other.articles())
        and one.bm25.corpus_size == other.bm25.corpus_size
        and all(one.bm25.frequency(term) == other.bm25.frequency(term) for term in QUERY)
        and scores(one) == pytest.approx(scores(other))
        and offered(one, "tarifs") == offered(other, "tarifs")
    )


def offered(index: Index, form: str) -> str | None:
    """The term of the word that is offered for `form`: which of its forms may differ."""
    nearest = index.nearest_word(form)
    return nearest and split_words(nearest)[0].term


def scores(index: Index) -> dict[tuple[str, int], float]:
    found = index.bm25.top(QUERY, 100)
    passages = [index.passage(slot) for slot, _ in found]
    return {(p.article.id, p.number): score for p, (_, score) in zip(passages, found, strict=True)}


def found(index: Index, question: str) -> list[tuple[str, float]]:
    evidence = rank(read_query(question, index), index)
    return [(each.sentence.text, each.score) for each in evidence]


def test_what_was_saved_comes_back_without_being_read_again(tmp_path: Path) -> None:
    path = tmp_path / "index"
    made = saved(path, HELD)
    assert made.added == 4
    back = load(path, ANALYSER, HELD)
    assert back.added == 0
    assert set(back.layers) == {SHARED, GUILD, OTHER}
    for collection, index in back.layers.items():
        for question in ("envoy", "Meridian", "shipping", "tarrifs", "wind in the rain", "DPRK"):
            assert found(index, question) == found(made.layers[collection], question)
        for one, other in zip(index.articles(), made.layers[collection].articles(), strict=True):
            assert one is other
            assert index.slots(one.id) == made.layers[collection].slots(one.id)


@settings(max_examples=40, deadline=None)
@given(ARTICLES, ARTICLES, ARTICLES, ARTICLES, st.data())
def test_whatever_has_changed_since_the_index_is_that_of_the_articles_now_held(
    shared: list[tuple[str, list[str]]],
    own: list[tuple[str, list[str]]],
    shared_now: list[tuple[str, list[str]]],
    own_now: list[tuple[str, list[str]]],
    data: st.DataObject,
) -> None:
    before = {SHARED: drawn(SHARED, shared), GUILD: drawn(GUILD, own)}
    now = {
        SHARED: drawn(SHARED, shared_now),
        OTHER: drawn(OTHER, own),
        GUILD: drawn(GUILD, own_now),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        layers = load(None, ANALYSER, before).layers
        for index, held in zip(layers.values(), before.values(), strict=True):
            if held:  # a slot in between that is free
                gone = data.draw(st.sampled_from(held))
                index.remove(gone.id)
                index.add(gone)
        write(path, pack(layers))
        back = load(path, ANALYSER, now)
        new = load(None, ANALYSER, now)
        for collection, index in back.layers.items():
            assert same(index, new.layers[collection])
        kept = {a.id: a.paragraphs for each in before.values() for a in each}
        lacking = [a for each in now.values() for a in each if kept.get(a.id) != a.paragraphs]
        assert back.added == len(lacking)

        # What came back can be changed like any other, and be saved again.
        for collection, index in back.layers.items():
            late = article(f"{collection}late", "Korea tariff talks", "tariff")
            index.add(late)
            new.layers[collection].add(late)
            for each in now[collection][::2]:
                index.remove(each.id)
                new.layers[collection].remove(each.id)
        for collection, index in back.layers.items():
            assert same(index, new.layers[collection])
        write(path, pack(back.layers))
        left = {collection: list(index.own_articles()) for collection, index in back.layers.items()}
        again = load(path, ANALYSER, left)
        assert again.added == 0
        for collection, index in again.layers.items():
            assert same(index, new.layers[collection])


def test_scores_stay_equal_to_the_last_bit(tmp_path: Path) -> None:
    texts = [f"tariff word{number % 7} item{number}" for number in range(300)]
    held = {SHARED: [article(str(at), *texts[at : at + 5]) for at in range(0, 300, 5)]}
    made = saved(tmp_path / "index", held).layers[SHARED]
    back = load(tmp_path / "index", ANALYSER, held).layers[SHARED]
    query = ("tariff", "word3", "item7")  # the first is in all, so that the floor is asked for
    assert np.array_equal(made.bm25.get_scores(query), back.bm25.get_scores(query))


def test_an_article_of_the_same_words_is_the_one_now_held(tmp_path: Path) -> None:
    saved(tmp_path / "index", HELD)
    now = [replace(HELD[SHARED][0], outlet="The Times"), HELD[SHARED][1]]
    back = load(tmp_path / "index", ANALYSER, {SHARED: now})
    assert back.added == 0
    assert [each.outlet for each in back.layers[SHARED].articles()] == ["The Times", None]


@pytest.mark.parametrize(
    "changed",
    [
        article("Harbour", "The freighter Meridian left!", "", heading="Shipping"),
        article("Harbour", "The freighter Meridian left.", "", heading="Ships"),
        replace(HELD[GUILD][0], title="Another"),
        replace(HELD[GUILD][0], id="Port"),
    ],
    ids=["text", "heading", "title", "id"],
)
def test_an_article_of_other_words_is_indexed_anew(tmp_path: Path, changed: Article) -> None:
    saved(tmp_path / "index", HELD)
    now = {**HELD, GUILD: [changed]}
    back = load(tmp_path / "index", ANALYSER, now)
    assert back.added == 1
    assert list(back.layers[GUILD].own_articles()) == [changed]
    assert same(back.layers[GUILD], load(None, ANALYSER, now).layers[GUILD])


def test_the_words_of_a_collection_that_is_gone_come_back_nowhere(tmp_path: Path) -> None:
    saved(tmp_path / "index", HELD)
    back = load(tmp_path / "index", ANALYSER, {SHARED: HELD[SHARED], OTHER: HELD[OTHER]})
    assert set(back.layers) == {SHARED, OTHER}
    assert all(index.bm25.frequency("meridian") == 0 for index in back.layers.values())
    write(tmp_path / "index", pack(back.layers))
    assert b"meridian" not in (tmp_path / "index").read_bytes()


@pytest.mark.parametrize("names", [[], [replace(NORTH, forms=(*NORTH.forms, "Pyongyang"))]])
def test_with_other_names_all_is_indexed_anew(
    tmp_path: Path, names: list[Name], caplog: pytest.LogCaptureFixture
) -> None:
    saved(tmp_path / "index", HELD)
    assert load(tmp_path / "index", Analyser(Names(names)), HELD).added == 4
    assert "another version, or damaged" in caplog.text


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255), st.booleans())
def test_a_damaged_or_cut_file_is_never_believed(at: float, flip: int, cut: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        saved(path, HELD)
        data = bytearray(path.read_bytes())
        place = int(at * len(data))
        data[place] ^= flip
        path.write_bytes(data[:place] if cut else data)
        back = load(path, ANALYSER, HELD)
        assert back.added == 4
        assert same(back.layers[GUILD], load(None, ANALYSER, HELD).layers[GUILD])


@pytest.mark.parametrize("path", ["nowhere", "folder", "nowhere/index"])
def test_a_file_that_is_not_there_is_no_fault(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "folder").mkdir()
    caplog.set_level(logging.INFO)
    assert load(tmp_path / path, ANALYSER, HELD).added == 4
    assert [record.getMessage().count("ndexing all articles") for record in caplog.records] == [1]


def test_where_nothing_can_be_written_there_is_a_warning_and_nothing_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    layers = load(None, ANALYSER, HELD).layers
    (tmp_path / "folder" / "full").mkdir(parents=True)
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "index", tmp_path / "folder"):
        caplog.clear()
        write(path, pack(layers))
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert str(path) in caplog.text
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


def test_what_is_packed_stays_as_it_was(tmp_path: Path) -> None:
    layers = load(None, ANALYSER, HELD).layers
    packed = pack(layers)
    layers[SHARED].remove("Talks")
    layers[GUILD].add(article("Late", "A heron nested."))
    write(tmp_path / "index", packed)
    assert load(tmp_path / "index", ANALYSER, HELD).added == 0
