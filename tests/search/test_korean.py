"""Korean questions: compounds in one word or several, in whatever form, over Korean and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article
from bot.search.index import Index
from bot.search.korean_terms import KoreanTerms
from bot.search.postings import Postings
from bot.search.query import read_query
from bot.text.names import Names
from bot.text.terms import Analyser
from tests.support.stories import WEATHER, article, view_of

BRIDGE = article(
    "나루대교",
    "나루시는 9월 3일 나루대교를 개통한다. 한도윤 시장은 개통행사에 주민 300명을 부른다.",
    "나루시 의회는 뱃삯인상 계획을 미뤘다. 주민들은 뱃삯 인상에 반대했다.",
    "윤서아 의원은 다리가 비어 있다고 비판했다. 새 다리는 길이가 420m다.",
)
OTHERS = (WEATHER, article("강물", "강물이 불었다. 어부들은 배를 묶었다."))


def index_of(*articles: Article) -> Index:
    index = Index(Analyser(Names()))
    for each in articles:
        index.add(each)
    return index


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "나루대교 개통행사에 주민을 몇 명 부르나요?",
            "한도윤 시장은 개통행사에 주민 300명을 부른다.",
        ),
        ("나루 대교는 언제 개통되나", "나루시는 9월 3일 나루대교를 개통한다."),
        ("누가 주민들을 개통 행사에 부르지?", "한도윤 시장은 개통행사에 주민 300명을 부른다."),
        ("뱃삯인상에 주민들이 반대했나요", "주민들은 뱃삯 인상에 반대했다."),
        ("윤서아는 다리를 뭐라고 비판했어?", "윤서아 의원은 다리가 비어 있다고 비판했다."),
        ("새다리 길이는 얼마?", "새 다리는 길이가 420m다."),
    ],
)
def test_a_question_finds_the_words_in_other_forms(question: str, answer: str) -> None:
    reply = view_of(BRIDGE, *OTHERS).ask(question)
    assert reply.status == "answer"
    assert reply.quotes[0].text == answer


@pytest.mark.parametrize(
    "question", ["오늘 나루시 날씨 어때?", "어제 나루시 뉴스 알려줘 축구", "비트코인 시세 얼마야"]
)
def test_when_it_is_asked_is_no_subject(question: str) -> None:
    assert view_of(BRIDGE, *OTHERS).ask(question).status != "answer"


@pytest.mark.parametrize("name", ["강라온", "서누리", "황보라온"])
def test_a_korean_person_whom_nobody_holds_is_the_person_asked_about(name: str) -> None:
    query = read_query(f"{name} 시장은 다리에 대해 뭐라고 했나", index_of(BRIDGE, *OTHERS))
    assert [term.typed for term in query.terms if term.is_person] == [name]


def test_a_compound_is_its_parts_where_these_are_commoner() -> None:
    index = index_of(BRIDGE, *OTHERS)
    assert [term.term for term in read_query("뱃삯 주민반대 인상", index).terms] == [
        "뱃삯",
        "주민",
        "반대",
        "인상",
    ]
    (term,) = read_query("개통", index).terms
    assert term.compounds == {"개통행사"}
    assert term.credit({"개통행사"}) == 0.7


def test_a_layer_finds_the_compounds_of_its_base() -> None:
    base = index_of(BRIDGE)
    layer = Index(base.analyser, base)
    layer.add(article("개통식", "나루시는 개통식을 연다."))
    assert set(layer.find_compounds("개통")) == {"개통행사", "개통식"}
    assert set(base.find_compounds("개통")) == {"개통행사"}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("통일에 대해 뭐라고 했나", "Minister Berg said unification was far away."),
        ("무인기는 몇 대였나요?", "The navy counted nine drones over the harbour."),
        ("관세협상은 어떻게 되나", "The talks on the steel tariff begin on Monday."),
        ("시장 선출은 언제인가", "The council will choose a mayor on 3 May."),
    ],
)
def test_a_korean_question_finds_english_articles(question: str, text: str) -> None:
    reply = view_of(article("Any", text), WEATHER).ask(question)
    assert [quote.text for quote in reply.quotes[:1]] == [text]


WORDS = st.lists(st.text("가나다", min_size=1, max_size=4), max_size=12)


@given(st.lists(WORDS, max_size=6), st.text("가나다", min_size=2, max_size=3), st.data())
def test_compounds_are_those_of_the_words_now_held(
    documents: list[list[str]], word: str, data: st.DataObject
) -> None:
    postings = Postings()
    terms = KoreanTerms(postings)
    held: dict[int, list[str]] = {}
    for document in documents:
        held[postings.add([*document, "steel"])] = document
        if data.draw(st.booleans()):
            slot = data.draw(st.sampled_from(sorted(held)))
            postings.remove(slot)
            del held[slot]
        expected = {
            term
            for document in held.values()
            for term in document
            if term != word and (term.startswith(word) or term.endswith(word))
        }
        assert sorted(terms.find_compounds(word)) == sorted(expected)
