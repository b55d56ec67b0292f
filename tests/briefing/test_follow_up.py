"""Follow-ups: what is carried over from the question before, and what must not be."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.follow_up.resolving import (
    SEPARATOR,
    asks_for_more,
    is_follow_up,
    join_heading,
    resolve_follow_up,
    resolve_heading,
)
from bot.text.names import Name, Names, add_general_names

ROOT = Path(__file__).parents[2]

KOREAS = "Will Lee choose between Washington and Beijing?"
TAIWAN = "What did Lee say about Taiwan?"
GIFTS = "What gifts did Trump and Lee swap in the Oval Office?"
LANDING = "when did odysseus touch down on the moon"
ROCKET = "Which rocket carried Odysseus to space?"
LAUNCH = "What time did the PACE satellite lift off?"
KOREAN = "이재명 대통령은 대만에 대해 뭐라고 했나?"
THAAD = "추미애는 사드배치를 뭐라고 비판했나"

# The question before, what is asked after it, and what that means; None where it stands alone.
PAIRS = [
    # In place of a name.
    (KOREAS, "and China?", "Will Lee choose between Washington and China?"),
    (TAIWAN, "and china?", "What did Lee say about china?"),
    (TAIWAN, "what about Trump?", "What did Trump say about Taiwan?"),
    (TAIWAN, "But how about Wang Yi?", "What did Wang Yi say about Taiwan?"),
    ("North Korea", "and japan?", "japan"),
    (TAIWAN, "Thanks! And Japan?", "What did Lee say about Japan?"),
    (LANDING, "ok and Peregrine?", "when did Peregrine touch down on the moon"),
    (LANDING, "and Peregrine?", "when did Peregrine touch down on the moon"),
    (ROCKET, "what about Peregrine?", "Which rocket carried Peregrine to space?"),
    (KOREAN, "그럼 일본은?", "이재명 대통령은 일본에 대해 뭐라고 했나?"),
    (THAAD, "그럼 문재인은?", "문재인은 사드배치를 뭐라고 비판했나"),
    # All of it, with another question word.
    (TAIWAN, "why?", "why did Lee say about Taiwan?"),
    (TAIWAN, "When was that?", "When did Lee say about Taiwan?"),
    (KOREAS, "why?", "why will Lee choose between Washington and Beijing?"),
    (LANDING, "where?", "where did odysseus touch down on the moon?"),
    (LAUNCH, "in which year?", "in which year did the PACE satellite lift off?"),
    (LANDING, "how come?", "how come did odysseus touch down on the moon?"),
    (KOREAN, "왜?", "왜 이재명 대통령은 대만에 대해 했나?"),
    (THAAD, "그건 언제였어?", "언제 추미애는 사드배치를 비판했나?"),
    # A person or a thing.
    (TAIWAN, "what else did he say?", "what else did Lee say?"),
    (TAIWAN, "And what did he say about trade?", "what did Lee say about trade?"),
    (TAIWAN, "when did he say that?", "when did Lee say about Taiwan?"),
    ("lee", "what did he say about trade?", "what did lee say about trade?"),
    (GIFTS, "when did they meet?", "when did Trump and Lee meet?"),
    (ROCKET, "where was it launched from?", "where was Odysseus launched from?"),
    (LANDING, "is it standing upright?", "is odysseus standing upright?"),
    (THAAD, "그는 언제 사임했나?", "추미애는 언제 사임했나?"),
    (KOREAN, "또 뭐라고 했어?", "이재명 또 뭐라고 했어?"),
    # More of the same.
    (TAIWAN, "anything else?", TAIWAN),
    (LANDING, "ok, tell me more about that", LANDING),
    (GIFTS, "more please", GIFTS),
    (LAUNCH, "and who else?", "who else did the PACE satellite lift off?"),
    (KOREAN, "더 알려줘", KOREAN),
    (THAAD, "다른 말은?", THAAD),
    (THAAD, "그리고 또 다른 말은 없나요?", THAAD),
    (KOREAN, "그 밖에 무슨 말을 했나?", "이재명 그 밖에 무슨 말을 했나?"),
    # What stands alone.
    (GIFTS, "tell me more about Iran", None),
    (THAAD, "물가는 더 오를까요?", None),
    (TAIWAN, "What did Trump say about his tariffs?", None),
    (TAIWAN, "and what did Trump say about Iran?", None),
    (TAIWAN, "is it true that exports to Japan fell?", None),
    (LANDING, "who said that inflation rose?", None),
    (LANDING, "how long does it take to build a chip plant?", None),
    (GIFTS, "Which rocket carried Odysseus?", None),
    (GIFTS, "What's new?", None),
    (GIFTS, "who are you?", None),
    (ROCKET, "Did the crew say they would return to Earth?", None),
    (KOREAN, "사드는 어디에 배치되나요?", None),
    (THAAD, "한민구 장관은 뭐라고 답했나요", None),
]


@cache
def names() -> Names:
    """The names that every desk shares, and those of the desk of the seeds."""
    tables = tomllib.loads((ROOT / "seeds" / "names.toml").read_text(encoding="utf-8"))
    own = (
        Name(entity, kind, (entity, *forms))
        for kind, table in tables.items()
        for entity, forms in table.items()
    )
    return Names(add_general_names(own))


@pytest.mark.parametrize(("previous", "text", "question"), PAIRS)
def test_a_follow_up_carries_over_what_it_leaves_out(
    previous: str, text: str, question: str | None
) -> None:
    assert resolve_follow_up(previous, text, names()) == question
    heading = join_heading(previous, text, names(), limit=500)
    assert heading == (text if question is None else f"{previous}{SEPARATOR}{text}")
    assert resolve_heading(heading, names()) == (question or text)


def test_what_asks_for_more_is_told_from_what_asks_of_it() -> None:
    texts = [
        "what else did he say?",
        "anything more?",
        "Say more.",
        "또 뭐라고 했어?",
        "그 밖에는?",
        "Ok, but why is that?",
        "왜 그랬어?",
    ]
    assert all(map(asks_for_more, texts))
    others = [
        "why did exports fall?",
        "and China?",
        "did exports rise more?",
        "더 오를까요?",
        "그럼 일본은?",
        "",
    ]
    assert not any(map(asks_for_more, others))


@pytest.mark.parametrize("text", ["why?", "and China?", "when was that?", "왜?", "그럼 일본은?"])
def test_nothing_is_carried_over_from_nothing(text: str) -> None:
    assert is_follow_up(text, names())
    assert resolve_follow_up("", text, names()) is None
    assert join_heading("", text, names(), limit=500) == text


@pytest.mark.parametrize("heading", ["trade · tariffs", "A · B · C", " · ", "일본 · 미국"])
def test_a_question_that_holds_a_dot_itself_is_no_follow_up_of_its_beginning(heading: str) -> None:
    assert resolve_heading(heading, names()) == heading


def test_a_third_question_goes_on_from_what_the_second_meant() -> None:
    second = join_heading(TAIWAN, "and China?", names(), limit=500)
    third = join_heading(second, "when was that?", names(), limit=500)
    assert third == "What did Lee say about China? · when was that?"
    assert resolve_heading(third, names()) == "when did Lee say about China?"


def test_what_would_be_too_long_is_taken_alone() -> None:
    assert join_heading("Lee " * 100, "and China?", names(), limit=300) == "and China?"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_joined_and_read_back(previous: str, text: str) -> None:
    heading = join_heading(previous, text, names(), limit=200)
    assert isinstance(resolve_heading(heading, names()), str)
