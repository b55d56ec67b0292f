"""With a sentence model the benchmark ranks, and times, as `/ask` does with it."""

from __future__ import annotations

import pytest

from bench.model import WITH_MODEL, WITHOUT_MODEL, find_model, rank_as_asked
from bench.quality import squad_table
from bench.samples import Squad, SquadQuestion, index_of
from bench.speed import AskSpeed, Speed, Timing, model_table, time_with_model
from bot.library import Library
from bot.model import Article, Paragraph
from bot.reading.desk import Desk
from tests.support.encoders import WordEncoder

TEXTS = (
    "The barge Maren went under the pier at Holm and people of the harbour stood there.",
    "The barge Maren foundered on a rock in the fog off Holm.",
    "A harbour pilot likes his tea hot.",
)
QUESTION = "where had the barge Maren sunk"


def articles() -> list[Article]:
    return [Article(str(n), f"T{n}", (Paragraph(text),), "s") for n, text in enumerate(TEXTS)]


def test_missing_vectors_are_made_once_and_count_in_the_ranking() -> None:
    index, encoder = index_of(articles()), WordEncoder()
    first = rank_as_asked(QUESTION, index, encoder)[0]
    assert first.sentence.text == TEXTS[1]
    assert first.features.similarity > 0
    encoded = len(encoder.texts)
    rank_as_asked(QUESTION, index, encoder)
    assert encoder.texts[encoded:] == [QUESTION]


def test_a_question_that_the_model_does_not_read_is_ranked_by_words() -> None:
    index, encoder = index_of(articles()), WordEncoder()
    (first, *_) = rank_as_asked(f"{QUESTION} 마렌호", index, encoder)
    assert first.features.similarity == 0
    assert encoder.texts == []
    assert rank_as_asked("is it", index, encoder) == []


def test_the_search_is_measured_with_the_model_and_without() -> None:
    squad = Squad(
        tuple((f"T{n}", text) for n, text in enumerate(TEXTS)),
        (SquadQuestion(QUESTION, (1,), ("on a rock",)),),
    )
    rows = {row[0]: row[1:] for row in squad_table(squad, squad.index(), WordEncoder()).rows}
    assert list(rows)[:2] == [WITH_MODEL, WITHOUT_MODEL]
    assert rows[WITH_MODEL] == ("1.000", "1.000")
    assert WITH_MODEL not in {row[0] for row in squad_table(squad, squad.index()).rows}


def test_what_the_model_adds_to_a_question_is_timed() -> None:
    encoder = WordEncoder()
    view = Library(Desk(tuple(articles()), (), ())).view()
    without, with_model = time_with_model(view, [QUESTION, "tea"], encoder)
    assert len(without) == len(with_model) == 2
    assert TEXTS[1] in encoder.texts
    assert encoder.texts.count(QUESTION) == 3


def test_a_table_says_how_many_milliseconds_more_and_a_dash_without_a_model() -> None:
    timing = Timing("/ask", 1.0, (2.0,))
    measured = [
        Speed(size, 9, None, (), timing, (1.0,), AskSpeed(timing, timing, 1.0, *times))
        for size, times in ((1000, ((2.0, 4.0), (9.0, 11.0))), (20, ((), ())))
    ]
    assert model_table(measured).rows == (
        ("1,000", "3.00", "10.0", "7.00", "11.0"),
        ("20", "–", "–", "–", "–"),
    )


def test_no_model_is_measured_where_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_SEMANTIC", "off")
    assert find_model() is None
