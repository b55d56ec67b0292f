"""The gate: what answers, what only comes near, and what has nothing to do with the question."""

from __future__ import annotations

import pytest

from bot.briefing.gate import judge
from bot.library import Library
from bot.model import AnswerStatus, Article, Paragraph
from bot.reading.desk import Desk
from bot.search.evidence import rank
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.names import Name, Names
from bot.text.terms import Analyser
from tests.support.encoders import WordEncoder

NAMES = (
    Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee")),
    Name("Xi Jinping", "person", ("Xi Jinping", "Xi")),
    Name("Ann Ilves", "person", ("Ann Ilves",)),
    Name("Taiwan", "place", ("Taiwan",)),
)
STORIES = {
    "Call": "On Thursday Xi spoke with the American president of Taiwan for ninety minutes.",
    "Party": "Lee leads the Democratic Party, which has long argued for engagement.",
    "Vote": "Lee won 49.25% of the vote in June, ahead of a conservative rival.",
    "Webinar": "The webinar launches a publication of the institute on foreign policy.",
    "Yongsan": "Chung Kuyoun chaired the meeting, at which gifts were exchanged.",
    "Rain": "Rain fell on the coast all day and roads were closed.",
    "Ferry": "The ferry Alda carries 240 passengers and cost 3 million crowns, Mr Brandt said.",
    "Crew": "Ann Ilves, 41, commands the ferry, which is 38 meters long, with 12 crossings in May.",
    "Alda-7": "Karin Holm commands the Alda-7; the Alda-8 is laid up for want of a crew.",
    "Board": "The Port and Harbour Board publishes a table of tides for all of the coast.",
    "Guild": "Orvokki Tuuli works for the guild; she calls the new contracts a win-win.",
    "Society": "The Eastern Harbour Society (EHS) stands near the ferry for all its cases.",
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


@pytest.mark.parametrize(
    "question",
    [
        # Nobody of that name, whatever else the articles hold of the question.
        "kim yo jong and the vote of lee in june",
        "did jane doe chair the meeting",
        "what did ann wilson say of the ferry",
        "did bruce lee win the vote in june",
        "did lee sang-hyok win the vote in june",
        # The main word is missing.
        "what is the salary of ann ilves",
        "is there a cinema on the ferry alda",
        # A number, but not of what is counted, or in another unit.
        "how many cabins does the ferry alda have",
        "how many people voted for lee in june",
        "how heavy is the ferry alda",
        "how much did lee pay for the ferry alda in june",
        "how old is the ferry alda",
        # A name of the series that is not held.
        "who commands the alda-9",
        "is alda 12 laid up for want of a crew",
        # What is asked of a person, whose name is one thing however many words it has.
        "is karin holm married",
        "does ann ilves smoke",
        "is orvokki tuuli a vegetarian",
        # A doubled word is another.
        "did the contracts win",
    ],
)
def test_what_no_article_holds_is_not_answered(index: Index, question: str) -> None:
    query = read_query(question, index)
    assert judge(query, rank(query, index)[:3], index) != "answer"


@pytest.mark.parametrize(
    "question",
    [
        "how many passengers does the ferry alda carry",
        "how many people does the ferry alda carry",
        "how many crossings did the ferry have in may",
        "how much did the ferry alda cost",
        "how old is ann ilves of the ferry",
        "who is ann ilves",
        "what did karl brandt say of the ferry",  # called by his surname alone
        "what does ehs stand for",
        "what does the PHB publish on tides",  # initials of the Port and Harbour Board
        "who commands alda 7",
        "who commands the alda-8 and why is it laid up",
        "who is karin holm",
        "who is orvokki tuuli",
        "annilves on the ferry",
        "any news on the ferry alda today? lol",
    ],
)
def test_what_an_article_holds_is_answered(index: Index, question: str) -> None:
    query = read_query(question, index)
    assert judge(query, rank(query, index)[:3], index) == "answer"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("is the ferry sinking", "related"),  # its only noun
        ("how to fix a laptop for the ferry", "none"),
        # Words of another meaning, without the main one.
        ("want a coast guard movie", "none"),
        ("what coast roads have a pharmacy", "none"),
        ("table of drug prices on the coast", "none"),
        ("is there a pharmacy on the ferry Alda", "related"),  # a name
        ("did rain close the roads to the cinema", "related"),  # three words
        ("vote for the best cinema", "none"),
    ],
)
def test_a_word_alone_is_related_where_the_desk_speaks_of_it(
    index: Index, question: str, status: AnswerStatus
) -> None:
    query = read_query(question, index)
    assert judge(query, rank(query, index)[:3], index) == status


def test_the_share_that_answers_can_be_asked_for(index: Index) -> None:
    query = read_query("who chaired the meeting, limping badly and soaked through", index)
    evidence = rank(query, index)[:3]
    assert judge(query, evidence, index, min_share=0.1) == "answer"
    assert judge(query, evidence, index, min_share=0.9) == "related"


ISLES = (
    "The crowns came from the widow of a baker, who left them to the isle.",
    "Nobody on the isle would say what the cost was.",
    "A lottery raised money for the isle.",
    "A new slipway was a gift of the guild of rope makers and of its master.",
    "Fish fell in price.",
)


@pytest.mark.parametrize(
    "question",
    ["what price for a new slipway on the isle", "the isle, its slipway, and the price for makers"],
)
def test_what_answers_by_words_is_looked_for_and_shown_beside_what_the_model_prefers(
    question: str,
) -> None:
    stories = [
        Article(f"Story {number}", f"Story {number}", (Paragraph(text),), "desk.txt")
        for number, text in enumerate(ISLES)
    ]
    view = Library(Desk(tuple(stories), (), NAMES), encoder=WordEncoder()).view()
    view.encode_candidates(question)
    answer = view.ask(question)
    assert answer.status == "answer"
    assert ISLES[3] in [quote.text for quote in answer.quotes]
    assert answer.quotes[0].text != ISLES[3]
