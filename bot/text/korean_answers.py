"""What a Korean question asks for, and whether a Korean sentence holds it: who, when, how many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from bot.text.korean_people import find_titled_names
from bot.text.korean_stems import stem_korean
from bot.text.lazy import lazy_pattern

ASKS_PERSON = r"누가|누구|누군"
_WHEN = r"몇 ?(?:년도?|월|일|시|요일)(?![가-힣]?[간동])"
ASKS_DATE = rf"언제|며칠|날짜|(?<![가-힣]){_WHEN}"
ASKS_NUMBER = (
    rf"얼마|(?<![가-힣])(?!{_WHEN})몇|비율|액수|금액|규모|숫자|(?<![가-힣])수(?:는|가|를)?\W*$"
    r"|[가-힣]+ (?:개수|인원|횟수)"
)
# "The name is what?" asks for no more than the name.
ASKS_DEFINITION = (
    r"(?<!이름이 )(?:뭐야|뭔가요?|뭐예요|뭐죠|뭐지|뭐니|뭔지)\W*$"
    r"|(?<!이름이 )무엇(?:인가요?|이야|입니까)\W*$|무슨 뜻"
)
ASKS_SPEECH = (
    r"[다라냐자]고 .{0,12}(?:했|말|설명|답|주장|반박|밝혔|해명|비판)[가-힣]*(?:나요?|어요?|까)\W*$"
    r"|뭐라고|무엇이라고|뭐랬|무슨 말|발언|담화|뭐라 (?:했|말)"
    r"|어떻게 (?:말|반박|답|평가|해명|설명|비판)"
)

_DATE = lazy_pattern(
    r"\d{2,4}년(?! ?[간동만])|\d{1,2}월(?!드)|(?<!\d)[0-3]?\d일(?! ?[간동])|\d{1,2}시(?! ?간)"
    r"|(?:지난|이번|다음|올) ?(?:해|달|주|봄|여름|가을|겨울)|올해|내년|작년|어제|오늘|내일"
    r"|[월화수목금토일]요일|새벽|오전|오후|저녁|전날|이날|당시"
)
# A number that is no date, hour or ordinal, as a figure or in words with its counter.
_COUNTERS = (
    r"명|개|건|대|번|차례|곳|배|마리|시간|달|살|가지|척|발|기|채|권|장|톤|원|달러|유로|엔|위안|분|초|주"
    r"|년|일|개월|퍼센트|프로|%|％|킬로미터|미터|킬로|그램|리터|평|점|표|석|인|쌍|편|회|통|줄|층|동|호|도"
)
_NUMERALS = "한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서너|수십|수백|수천|수만|몇"
_FIGURE = lazy_pattern(
    r"(?<![\d제])\d[\d,.]*(?! ?(?:월|일(?! ?간)|시(?! ?간)|호|차|위|조 ?\d))(?!\d)"
    r"(?!년(?! ?[간동만]))"
    rf"|(?:{_NUMERALS}|천|만|백)여? (?:{_COUNTERS})|절반|과반"
)
_ASKED_COUNTER = lazy_pattern(
    rf"(?:몇)?(?P<counter>{_COUNTERS})(?:이나|인가|이|은|을|가|의|씩|쯤|정도)?[가-힣]{{0,3}}"
)
_TOPIC = lazy_pattern(
    r"(?:[^\W_]+ ){0,3}?[‘'\"“]?(?P<noun>[^\W_]+?)[’'\"”]? ?(?:\([^()]*\))?(?:은|는|이?란)(?= )"
)

# What is asked for in money, and what money is counted in.
_MONEY_WORD = lazy_pattern(
    r"(?:가격|값|비용|요금|예산|세금|임금|월급|연봉|배상금|보상금|벌금|돈|매출|금액|시세|등록금|보조금)"
    r"(?:은|는|이|가|을|를)?"
)
_MONEY = "원|달러|유로|엔|위안|파운드|루블|루피"

_PERCENT = "퍼센트|%|％|프로"


def holds_date(text: str) -> bool:
    """Whether a Korean sentence holds a date, a day or an hour."""
    return bool(_DATE.search(text))


def holds_number(text: str, question_forms: Set[str]) -> bool:
    """Whether a Korean sentence holds a number, of the counter that the question asks for where it
    does (몇 명, 몇 대). `question_forms` are the words of the question."""
    counters = set(_find_counters(question_forms))
    if not counters:
        return bool(_FIGURE.search(text))
    number = rf"(?:\d|[십백천만억조]|{_NUMERALS}) ?여? ?[십백천만억조]{{0,2}} ?여? ?"
    return bool(re.search(rf"{number}(?:{'|'.join(counters)})", text))


def holds_person(text: str, question_forms: Set[str]) -> bool:
    """Whether a Korean sentence names a person with a title whom the question does not name."""
    return any(
        not named.is_surname and not set(named.name.split()) <= question_forms
        for named in find_titled_names(text)
    )


def holds_definition(text: str, question_forms: Set[str]) -> bool:
    """Whether a Korean sentence is about what the question asks the nature of, as its topic: 사드는
    or 사드(THAAD)는 in front. `question_forms` are the words of the question."""
    topic = _TOPIC.match(text)
    stems = {stem_korean(form) if "가" <= form[0] <= "힣" else form for form in question_forms}
    return bool(topic and topic["noun"].casefold() in stems)


def _find_counters(question_forms: Set[str]) -> Iterator[str]:
    """Yield the counter after 몇 in a question, in one word with it or the next, or those of money
    where a price is asked for."""
    if any(map(_MONEY_WORD.fullmatch, question_forms)):
        yield _MONEY
    for form in question_forms:
        asked = _ASKED_COUNTER.fullmatch(form)
        if asked and (form.startswith("몇") or "몇" in question_forms):
            yield _PERCENT if asked["counter"] in _PERCENT else asked["counter"]
