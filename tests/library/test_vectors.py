"""The library with an encoder: vectors are made, saved and read, and rank by meaning."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.library import Library
from bot.model import SHARED, Article, Period, Selection, Span
from bot.reading.desk import Desk
from bot.search import vector_file
from tests.support.encoders import WordEncoder
from tests.support.stories import ANN, BEN, NAMES, TALKS, TOPICS, WEATHER, article

FERRY = article(
    "Ferry",
    "The ferry of Tessel was sold in the spring of last year to a man. The ferry foundered in May.",
    "The ferry of Tessel has two decks and a bar. Her captain is a woman from Harl.",
)
QUESTIONS = (
    ("did the ferry go under", "foundered"),
    ("who steered the ferry of Tessel", "captain"),
)


def library_of(
    *articles: Article, encoder: WordEncoder | None = None, saved_at: Path | None = None
) -> Library:
    return Library(Desk(articles, TOPICS, NAMES), saved_at=saved_at, encoder=encoder)


def encode_all(library: Library) -> Library:
    while library.encode_next():
        pass
    return library


def first_quote(library: Library, question: str, collection: int = SHARED) -> str:
    return library.view(collection).ask(question).quotes[0].text


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
def test_a_sentence_that_means_what_is_asked_comes_first(question: str, answer: str) -> None:
    library = encode_all(library_of(FERRY, TALKS, WEATHER, encoder=WordEncoder()))
    assert answer in first_quote(library, question)


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
def test_until_all_candidates_have_vectors_the_words_alone_rank(question: str, answer: str) -> None:
    plain = library_of(FERRY, TALKS, WEATHER).view().ask(question)
    library = library_of(FERRY, TALKS, WEATHER, encoder=WordEncoder())
    quotes = [(quote.text, quote.score) for quote in library.view().ask(question).quotes]
    assert quotes == [(quote.text, quote.score) for quote in plain.quotes]
    library.view().encode_candidates(question)
    assert answer in first_quote(library, question)


def test_a_question_in_a_language_the_encoder_does_not_read_is_ranked_by_words() -> None:
    encoder = WordEncoder()
    library = encode_all(library_of(FERRY, TALKS, WEATHER, encoder=encoder))
    count = len(encoder.texts)
    plain = library_of(FERRY, TALKS, WEATHER).view().ask("북한 Geneva envoy")
    assert library.view().ask("북한 Geneva envoy").quotes == plain.quotes
    assert len(encoder.texts) == count


def test_each_sentence_is_encoded_once_and_a_question_is_one_encoding() -> None:
    encoder = WordEncoder()
    library = encode_all(library_of(FERRY, TALKS, WEATHER, encoder=encoder))
    assert len(encoder.texts) == len(set(encoder.texts))
    count = len(encoder.texts)
    library.view().ask("did the ferry go under")
    assert encoder.texts[count:] == ["did the ferry go under"]


def test_a_server_s_article_is_encoded_for_it_and_forgotten_with_it() -> None:
    encoder = WordEncoder()
    library = encode_all(library_of(TALKS, WEATHER, encoder=encoder))
    count = len(encoder.texts)
    library.put(ANN, FERRY)
    encode_all(library)
    assert len(encoder.texts) == count + 4
    assert "foundered" in first_quote(library, "did the ferry go under", ANN)
    assert library.view(BEN).ask("did the ferry go under").quotes == ()
    library.remove(ANN, FERRY.id)
    assert not library.encode_next()


def test_an_edited_article_is_encoded_anew() -> None:
    encoder = WordEncoder()
    library = encode_all(library_of(TALKS, WEATHER, encoder=encoder))
    library.put(ANN, FERRY)
    encode_all(library)
    library.put(ANN, article("Ferry", "The ferry of Tessel is a wreck."))
    encode_all(library)
    assert encoder.texts[-1] == "The ferry of Tessel is a wreck."
    assert first_quote(library, "did the ferry go under", ANN) == "The ferry of Tessel is a wreck."


def test_an_article_may_be_removed_while_it_is_encoded() -> None:
    libraries: list[Library] = []
    encoder = WordEncoder(on_encode=lambda: libraries[0].remove(ANN, FERRY.id))
    libraries.append(library_of(encoder=encoder))
    libraries[0].put(ANN, FERRY)
    assert libraries[0].encode_next()
    assert not libraries[0].encode_next()
    assert libraries[0].own_articles(ANN) == ()


# Saving


def saved(folder: Path, *articles: Article) -> Path:
    """The path of an index beside which the vectors of the articles are saved."""
    path = folder / "verbatim.sqlite3.index"
    library = encode_all(library_of(*articles, encoder=WordEncoder(), saved_at=path))
    assert library.has_new_vectors
    library.save_vectors(path)
    assert not library.has_new_vectors
    return path


def texts_encoded_at_start(
    path: Path, articles: Sequence[Article], identity: str = "words"
) -> Sequence[str]:
    encoder = WordEncoder(identity)
    encode_all(library_of(*articles, encoder=encoder, saved_at=path))
    return encoder.texts


def test_saved_vectors_are_not_made_again(tmp_path: Path) -> None:
    path = saved(tmp_path, FERRY, TALKS)
    assert texts_encoded_at_start(path, (FERRY, TALKS)) == []
    assert texts_encoded_at_start(path, (TALKS, FERRY)) == []
    loaded = library_of(FERRY, TALKS, encoder=WordEncoder(), saved_at=path)
    assert "foundered" in first_quote(loaded, "did the ferry go under")


def test_only_changed_paragraphs_are_encoded_at_the_next_start(tmp_path: Path) -> None:
    path = saved(tmp_path, FERRY, TALKS)
    first, second = FERRY.paragraphs
    edited = replace(FERRY, paragraphs=(first, replace(second, text="She has three decks.")))
    assert texts_encoded_at_start(path, (edited, TALKS)) == ["She has three decks."]
    aside = replace(
        FERRY,
        paragraphs=(replace(first, asides=(Span(0, first.text.index("The ferry foun")),)), second),
    )
    assert texts_encoded_at_start(path, (aside, TALKS)) == ["The ferry foundered in May."]


def test_vectors_of_another_model_are_made_anew(tmp_path: Path) -> None:
    path = saved(tmp_path, FERRY)
    assert len(texts_encoded_at_start(path, (FERRY,), "another model")) == 4


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "one bit": lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
    "another file": lambda content: b"PK\x03\x04 not vectors" * 20,
}


@pytest.mark.parametrize("damage", sorted(DAMAGE))
def test_damaged_vectors_are_made_anew_and_the_log_says_so(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = saved(tmp_path, FERRY)
    file = vector_file.beside(path)
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    assert len(texts_encoded_at_start(path, (FERRY,))) == 4
    assert "making them anew" in caplog.text


def test_what_cannot_be_written_or_read_is_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "verbatim.sqlite3.index"
    vector_file.beside(path).mkdir()
    library = encode_all(library_of(FERRY, encoder=WordEncoder(), saved_at=path))
    library.save_vectors(path)
    messages = [record.getMessage() for record in caplog.records]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "unreadable" in messages[0]
    assert "not saved" in messages[1]


def test_the_vectors_of_what_is_removed_are_not_kept(tmp_path: Path) -> None:
    path = saved(tmp_path, FERRY, TALKS)
    size = vector_file.beside(path).stat().st_size
    loaded = library_of(TALKS, encoder=WordEncoder(), saved_at=path)
    loaded.save_vectors(path)
    assert vector_file.beside(path).stat().st_size < size
    library_of(encoder=WordEncoder(), saved_at=path).save_vectors(path)
    assert not vector_file.beside(path).exists()


WRECK = article("Wreck", "The ferry of Tessel foundered in the storms of last May.")
HULL = article("Hull", "Two men of Harl painted the old hull for the summer.")


@pytest.mark.parametrize(
    ("topic", "story"), [("sunk ships", WRECK), ("colour", HULL), ("going under", WRECK)]
)
def test_where_words_find_nothing_the_nearest_statements_are_shown_as_such(
    topic: str, story: Article
) -> None:
    view = encode_all(library_of(WRECK, HULL, encoder=WordEncoder())).view()
    digest = view.digest(topic)
    assert (digest.is_nearest, digest.has_more) == (True, False)
    assert [point.article for point in digest.points] == [story]
    assert not library_of(WRECK, HULL).view().digest(topic).points


@pytest.mark.parametrize("topic", ["opera season", "whales", "a harvest of barley"])
def test_a_foreign_topic_has_no_nearest_statement(topic: str) -> None:
    view = encode_all(library_of(WRECK, HULL, encoder=WordEncoder())).view()
    assert (view.digest(topic).status, view.digest(topic).is_nearest) == ("none", False)


def test_what_words_find_and_what_is_new_since_a_day_is_never_just_near() -> None:
    view = encode_all(library_of(WRECK, HULL, encoder=WordEncoder())).view()
    assert not view.digest("ferry").is_nearest
    period = Period(datetime(2020, 1, 1, tzinfo=UTC), None)
    assert not view.digest("sunk ships", selection=Selection(period)).points
