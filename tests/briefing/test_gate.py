"""The gate: what answers, what only comes near, and what has nothing to do with the question."""

from __future__ import annotations

import pytest

from bot.briefing.gate import judge
from bot.model import AnswerStatus, Article, Paragraph
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.names import Name, Names
from bot.text.terms import Analyser

NAMES = (
    Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee")),
    Name("Xi Jinping", "person", ("Xi Jinping", "Xi")),
    Name("Taiwan", "place", ("Taiwan",)),
)
STORIES = {
    "Call": "On Thursday Xi spoke with the American president of Taiwan for ninety minutes.",
    "Party": "Lee leads the Democratic Party, which has long argued for engagement.",
    "Vote": "Lee won 49.25% of the vote in June, ahead of a conservative rival.",
    "Webinar": "The webinar launches a publication of the institute on foreign policy.",
    "Yongsan": "Chung Kuyoun chaired the meeting, at which gifts were exchanged.",
    "Rain": "Rain fell on the coast all day and roads were closed.",
}


@pytest.fixture(scope="module")
def index() -> Index:
    index = Index(Analyser(Names(NAMES)))
    for title, text in STORIES.items():
        index.add(Article(title, title, (Paragraph(text),), "desk.txt"))
    return index


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("what share of the vote did Lee win", "answer"),
        ("who chaired the meeting", "answer"),
        ("what does the webinar launch", "answer"),
        ("rain", "answer"),
        # The kind of thing asked for is missing: a number, a date.
        ("how many seats does the Democratic Party of Lee have", "related"),
        ("when was the webinar on foreign policy held", "related"),
        # Somebody the question names is missing where the rest stands.
        ("when did Lee and Xi speak of Taiwan", "related"),
        ("did Modi win the vote in June", "related"),
        ("DID LEE WIN THE VOTE IN JUNE", "answer"),  # capitals throughout name nobody
        # One word of several in common is chance.
        ("how do i stop rain damage to my bicycle chain", "none"),
        ("bitcoin price", "none"),
    ],
)
def test_the_status_of_an_answer(index: Index, question: str, status: AnswerStatus) -> None:
    query = read_query(question, index)
    assert judge(query, rank(query, index)[:3], index) == status


def test_the_share_that_answers_can_be_asked_for(index: Index) -> None:
    query = read_query("who chaired the meeting in the old harbour warehouse", index)
    evidence = rank(query, index)[:3]
    assert judge(query, evidence, index, min_share=0.1) == "answer"
    assert judge(query, evidence, index, min_share=0.9) == "related"
