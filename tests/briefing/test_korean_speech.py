"""Who said what in Korean: a person with a title, a quoting ending, a verb of speech."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.speech.direct_speech import find_speech
from bot.model import Span
from bot.text.names import Name, Names, add_general_names
from tests.support.stories import article, view_of

NAMES = Names(add_general_names([Name("Lee Jae-myung", "person", ("Lee Jae-myung", "이재명"))]))
MAYOR = "한도윤 나루시장은 5일 기자회견을 열고 “새 다리는 예정대로 9월에 연다”고 밝혔다."
RIVAL = "반면 윤서아 의원은 “시장은 약속을 지킨 적이 없다”고 반박했다."
HAN, YOON, OH = "한도윤", "윤서아", "오하람"


def speakers(*paragraphs: str) -> list[str]:
    """Who is credited with the quotations of the last paragraph, one name for each."""
    story = article("Any", *paragraphs)
    return [
        speech.speaker
        for speech in find_speech(story, NAMES)
        if speech.paragraph == len(paragraphs)
        for _ in speech.words
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (MAYOR, [HAN]),
        (RIVAL, [YOON]),
        ("문새론 통일부 장관이 6일 국회에서 “대화의 문은 열려 있다”고 말했다.", ["문새론"]),
        ("오하람(45) 씨는 “배가 끊기면 학교에 못 간다”라고 하소연했다.", [OH]),
        ('박이든 한빛연구소 소장은 "강이 깊어진다. 곧 넘친다."라고 경고했다.', ["박이든"]),
        (
            "엘리아스 베르그룬드 노르웨이 총리는 “바다는 모두의 것”이라며 웃었다.",
            ["엘리아스 베르그룬드"],
        ),
        ("마르켈루스 대통령은 소셜미디어에 “평화가 왔다”고 적었다.", ["마르켈루스"]),
        ("나래당 노을 대표는 ‘다시 시작하겠다’며 ‘도와 달라’고 호소했다.", []),
        ("나래당 노가을 대표는 ‘다시 시작하겠다’며 ‘도와 달라’고 호소했다.", ["노가을"] * 2),
        ("이재명 대통령은 “경제가 먼저다”라고 강조했다.", ["Lee Jae-myung"]),
        ("박이든 한빛연구소장의 설명에 따르면 “강은 해마다 깊어진다”고 한다.", ["박이든"]),
        ("“다리가 열리면 좋겠다”고 윤서아 의원은 말했다.", [YOON]),
        ("배우 노가을은 “무대가 그리웠다”고 말한 뒤 “또 오겠다”고 덧붙였다.", ["노가을"] * 2),
        ("윤서아 의원은 “다리보다 배가 먼저”라면서도 “반대는 안 한다”고 했다.", [YOON, YOON]),
        ("윤서아 의원은 “예산을 더 볼 것”이라는 입장을 밝혔다.", [YOON]),
    ],
)
def test_a_person_with_a_title_said_it(text: str, names: list[str]) -> None:
    assert speakers(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("한 시장은 이어 “뱃삯은 그대로 둔다”며 “시민께 약속드린다”고 말했다.", [HAN, HAN]),
        ("이어 “의회도 도와 달라”고 덧붙였다.", [HAN]),
        ("그는 “비가 와도 공사는 멈추지 않는다”고 강조했다.", [HAN]),
        ("한도윤은 “나는 괜찮다”고 말했다.", [HAN]),
        ("한 시장은 물가가 오르는 것과 관련해 “뱃삯은 그대로 둔다”고 말했다.", [HAN]),
        ("“나는 괜찮다”고 한 시장은 말했다.", [HAN]),
        ("한 시장은 “곧 열린다”고 말했지만 윤서아 의원은 “곧 닫힌다”고 맞섰다.", [HAN, YOON]),
        (
            "한 시장이 “튼튼하다”고 말한 데 대해 윤서아 의원은 “거짓말이다, 거짓말”이라고 했다.",
            [YOON],
        ),
    ],
)
def test_later_a_surname_with_the_title_or_nothing_stands_for_them(
    text: str, names: list[str]
) -> None:
    assert speakers(MAYOR, text) == names


@pytest.mark.parametrize(
    "text",
    [
        "시의회 관계자는 “예산이 모자란다”고 전했다.",
        "나루시는 “전혀 사실이 아니다”라고 해명했다.",
        "익명을 요구한 한 의원은 “시장이 거짓말을 한다”고 말했다.",
        "시장은 “기다려 달라”고 말했다.",
        "한 시장과 윤서아 의원은 “함께 가겠다”고 밝혔다.",
        "한 시장 등은 “함께 가겠다”고 밝혔다.",
        "한 시장 측은 “사실이 아니다”라고 밝혔다.",
        "나루일보는 한 시장이 “그만두겠다”고 말했다고 전했다.",
        "검찰은 한 시장이 “구호 의무도 다하지 않았다”며 구속을 요청했다.",
        "이어 한 시장이 “처음은 아니다”라고도 전했다.",
        "윤서아 의원은 한 시장이 “참으로 무능하다”고 비판했다.",
        "한 시장은 “곧 열린다”는 소문을 들었다.",
        "한 시장은 “새 다리 축제”를 열었다.",
        "한 시장은 사과했지만 주민들이 “너무 늦었다”고 말했다.",
        "한 시장은 “거짓”이라고 말했다.",
        "한 시장은 “배를 돌려 달라”며 우는 어민들을 만났다.",
        "“배를 돌려 달라”며 주민들이 시청을 메웠다.",
        "한 시장은 “배를 돌려 달라”는 뜻을 몰랐다.",
        "윤 대변인은 “모르는 일이다”라고 말했다.",
        "김모(45) 씨는 “모르는 일이다”라고 말했다.",
    ],
)
def test_a_quotation_of_an_unsure_speaker_is_left_out(text: str) -> None:
    assert speakers(MAYOR, text) == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("한도윤", HAN),
        ("한도윤 시장", HAN),
        ("한 시장", HAN),
        ("▲노가을", "노가을"),
        ("진행자", None),
        ("답변", None),
        ("윤 대변인", None),
    ],
)
def test_the_turns_of_an_interview_are_their_speakers(label: str, name: str | None) -> None:
    turns = [
        f"{MAYOR} 그와 다리를 걸었다.",
        "다리는 왜 늦었나요?",
        f"{label}: 강이 얼었습니다. 배도 묶였고요.",
        "언제 열립니까?",
        f"{label}: 9월이면 건널 수 있습니다.",
    ]
    assert speakers(*turns) == ([name] if name else [])
    assert speakers(*turns[:3]) == []


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("— 한도윤 나루시장", HAN),
        ("– 노가을", "노가을"),
        ("— 나루일보", None),
        ("한도윤 시장의 글", None),
    ],
)
def test_a_signed_quotation_is_the_signers(signature: str, name: str | None) -> None:
    names = [name] if name else []
    quotation = "“다리는 모두의 것이다.”"
    assert speakers(f"{quotation} {signature}") == names
    assert [
        speech.speaker for speech in find_speech(article("Any", quotation, signature), NAMES)
    ] == names


def test_after_others_speak_nobody_goes_on() -> None:
    others = "시의회 관계자는 “예산이 모자란다”고 전했다."
    assert speakers(MAYOR, others, "그는 “몰랐다, 정말 몰랐다”고 했다.") == []
    assert speakers(MAYOR, others, "이어 “의회도 도와 달라”고 덧붙였다.") == []


def test_two_people_of_one_surname_and_title_are_nobody() -> None:
    other = "한가람 강변시장은 “우리도 다리를 놓겠다”고 말했다."
    assert speakers(MAYOR, other, "한 시장은 “다리가 길다, 참 길다”고 했다.") == []


def test_what_goes_on_is_quoted_with_the_sentence_that_names_the_speaker() -> None:
    story = article("Any", f"{MAYOR} 이어 “의회도 도와 달라”고 덧붙였다.")
    (speech,) = find_speech(story, NAMES)
    assert (speech.speaker, speech.span) == (HAN, Span(0, len(story.paragraphs[0].text)))
    assert len(speech.words) == 2


def test_a_person_is_asked_for_with_or_without_the_title() -> None:
    view = view_of(article("다리", MAYOR, RIVAL))
    for typed in ("한도윤", "한도윤 시장", "한도윤 나루시장"):
        statements = view.find_statements(typed)
        assert statements.speaker == HAN
        assert [quote.text for quote in statements.quotes] == [MAYOR]


@given(st.text('한시장은이윤의원“”‘’"고라며말했다. 그', max_size=60))
def test_whatever_is_written_what_is_credited_lies_in_its_sentences(text: str) -> None:
    for speech in find_speech(article("Any", MAYOR, text), NAMES):
        for words in speech.words:
            assert speech.span.start <= words.start < words.end <= speech.span.end
