"""Korean words: stems of nouns and verbs, words that only ask, titled people, what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.answer_types import AnswerType, expected_types, has_answer
from bot.text.korean_people import find_titled_names
from bot.text.korean_stems import is_function_word, stem_korean
from bot.text.names import Names
from bot.text.quotations import find_quotations
from bot.text.terms import Analyser
from bot.text.words import split_words

HANGUL = st.text(st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣")), min_size=1)


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        ("시민 시민은 시민들이 시민들에게는 시민이라고 시민과의 시민까지도 시민이었다", "시민"),
        (
            "개통 개통한 개통했다 개통하나요 개통됐나 개통해야 개통합니다 개통될",
            "개통",
        ),
        ("열린다 열렸다 열렸나 열립니다 열렸습니까 열리겠다 열렸던", "열리"),
        ("왔다 왔나요 왔습니다 왔는데", "오"),
        ("정상회의 정상회의에서 정상회의를", "정상회의"),
        ("전문가 전문가는 전문가들도", "전문가"),
        ("제주도 제주도에서 제주도의", "제주도"),
    ],
)
def test_the_forms_of_a_korean_word_have_one_stem(forms: str, stem: str) -> None:
    assert {stem_korean(form) for form in forms.split()} == {stem}


@pytest.mark.parametrize(
    "word", ["북한", "나라", "국가", "다리", "사과", "결과", "회의", "어린이", "강화도"]
)
def test_what_ends_like_a_particle_stays(word: str) -> None:
    assert stem_korean(word) == word


@given(HANGUL)
def test_every_korean_word_has_a_stem(form: str) -> None:
    stem = stem_korean(form)
    assert stem
    assert len(stem) <= len(form)
    is_function_word(form)
    list(find_titled_names(form))


@pytest.mark.parametrize(
    "form",
    [
        "누가",
        "누구인가요",
        "언제부터",
        "어디에서",
        "왜",
        "무엇을",
        "뭐라고",
        "얼마나",
        "몇명이",
        "몇",
        "어땠나요",
        "것은",
        "했나요",
        "있습니까",
    ],
)
def test_a_word_that_only_asks_is_no_term(form: str) -> None:
    assert is_function_word(form)
    assert [word.term for word in split_words(form)] == [""]


@pytest.mark.parametrize("form", ["왜곡", "누리집", "개인", "기업", "어민", "몇몇해파리"])
def test_a_word_that_begins_like_one_that_asks_is_a_term(form: str) -> None:
    assert not is_function_word(form) or form.startswith("몇몇")


def test_hangul_after_other_letters_is_a_word_of_its_own() -> None:
    terms = [term.term for term in Analyser(Names()).terms("KBS는 3월 AI반도체를 K9자주포와")]
    assert terms == ["kbs", "3", "월", "ai", "반도체", "k9", "자주포"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("한도윤 나루시장은 웃었다.", ["한도윤"]),
        ("나루시 윤서아 대변인과 오하람(45) 씨가 왔다.", ["윤서아", "오하람"]),
        ("박이든 한빛해양연구소 선임연구원은 웃었다.", ["박이든"]),
        ("문새론 전 통일부 장관이 왔다.", ["문새론"]),
        ("엘리아스 베르그룬드 노르웨이 총리는 웃었다.", ["엘리아스 베르그룬드"]),
        ("마르켈루스 대통령은 웃었다.", ["마르켈루스"]),
        ("통일부 장관은 경기도 대변인을 만났다.", []),
        ("미국 대통령과 여당 의원들은 웃었다.", []),
        ("자동차 시장은 회의 참석 의원이 본다.", []),
        ("인물인 소방서장은 중국의 국가주석을 만났다.", []),
    ],
)
def test_people_are_named_with_their_titles(text: str, names: list[str]) -> None:
    assert [named.name for named in find_titled_names(text)] == names


def test_a_surname_with_a_title_is_told_from_a_full_name() -> None:
    named = list(find_titled_names("한 시장은 이날 윤 대변인을 만났다."))
    assert [(person.name, person.title, person.is_surname) for person in named] == [
        ("한", "시장", True),
        ("윤", "대변인", True),
    ]


@pytest.mark.parametrize(
    ("question", "kind", "right", "wrong"),
    [
        ("누가 다리를 열었나", AnswerType.PERSON, "한도윤 시장이 열었다.", "나루시가 열었다."),
        (
            "개통식에 온 사람은 누구야?",
            AnswerType.PERSON,
            "윤서아 의원이 왔다.",
            "여당 의원이 왔다.",
        ),
        ("다리는 언제 열리나요?", AnswerType.DATE, "9월 3일 열린다.", "곧 열린다."),
        ("개통식은 몇 시에 하나", AnswerType.DATE, "오후 2시에 한다.", "200명이 온다."),
        ("주민은 몇 명이 왔나", AnswerType.NUMBER, "주민 300여명이 왔다.", "배 3척이 왔다."),
        ("배는 몇척 왔어?", AnswerType.NUMBER, "배 세 척이 왔다.", "주민 300명이 왔다."),
        (
            "다리는 얼마나 길어?",
            AnswerType.NUMBER,
            "길이는 420m다.",
            "3월 5일 제2차 회의.",
        ),
        (
            "다리 통행 요금은 얼마인가",
            AnswerType.NUMBER,
            "요금은 3천 원이다.",
            "주민 300명이 낸다.",
        ),
    ],
)
def test_what_a_korean_question_asks_for(
    question: str, kind: AnswerType, right: str, wrong: str
) -> None:
    assert expected_types(question) == {kind}
    forms = {word.form for word in split_words(question)}
    assert has_answer(kind, right, forms, set())
    assert not has_answer(kind, wrong, forms, set())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("그는 ‘안 된다’고 했다.", ["안 된다"]),
        ("그는 '안 된다'며 '못 한다'라고 했다.", ["안 된다", "못 한다"]),
        ("‘빈 배’를 띄운 김씨는 “간다”고 했다.", ["빈 배", "간다"]),
        ("The masters' house isn't 'the bridge'.", ["the bridge"]),
    ],
)
def test_a_particle_may_follow_a_single_mark(text: str, words: list[str]) -> None:
    assert [text[slice(*quotation.words)] for quotation in find_quotations(text)] == words
