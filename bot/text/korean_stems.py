"""Stems of Korean words: the noun without its particles, the verb without its endings."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.text.korean_words import load_korean_words

# Particles after a noun, and the copula. What remains has two syllables at least.
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:"
    r"(?:에서|에게|한테|께|으?로|에|과|와)(?:는|도|만|의|까지|부터|나|라도|선)?"
    r"|에게서|으?로서(?:는|의)?|으?로써|(?:까지|부터)(?:는|도|의|만)?|께서(?:는|도)?"
    r"|만(?:이|은|을|의|으로)?|이?라(?:고|는|며|면서|서|면|도)"
    r"|이(?:나|며|고|자|란|다|지만|든|야말로|던|라)|입니다|인(?:가|지|데|데도)"
    r"|마저|조차|밖에|처럼|보다|마다|뿐(?:만|이)?|[은는이가을를의도]"
    r")$"
)
# Nouns that end like a particle, alone or at the end of a longer word: 정상회의, 전문가, 제주도.
_ENDS_IN_NOUN = re.compile(
    r"(?:[회주합논협동항정결강문건심]의|(?:[제정태보온속강의시각한철반독년]|(?<!까)지)도"
    r"|[주원기청라상화]도|[국평물작증추허휴참문동치]가|[도경통항진선]로"
    r"|차이|사이|어린이|놀이|높이|길이|깊이|나이|[결효사성통초경학]과|[가마]을"
    r"|불만|대만|[십백천]만)$"
)
_PLURAL = re.compile(r"(?<=[가-힣]{2})들$")
# A verb as dictionaries have it.
_PLAIN_FORM = re.compile(r"(?<=[가-힣]{2})다$")

# "Do", "become" after a noun, in whatever form: 배치하다, 배치되나요, 배치된, 배치해야.
_LIGHT_VERB = re.compile(
    r"(?<=[가-힣]{2})(?:"
    r"(?:하|되|시키|당하)(?:[는던고며면지기게나려러도자다여])[가-힣]{0,4}"
    r"|(?:해|돼|시켜|당해)(?:[서도야라요온왔주달])?[가-힣]{0,3}"
    r"|[한할된될](?:[다지까])?[가-힣]{0,3}|[합됩]니[다까][가-힣]{0,2}|시킨|시킬|당한)$"
)
# Endings of other verbs that no noun has.
_VERB_ENDING = re.compile(
    r"(?:(?:습니|는)(?:다|까)|느냐|는가|는지|던가|을까|을지)(?:고|며|는|면서|요)?[가-힣]?$"
    r"|(?:어|아)(?:요|서|야)$|(?:지|나|네|군|세)요$"
)
# What ㄴ or ㅂ below the last syllable of a verb goes with: 열린다, 열립니다.
_JOINED_ENDING = re.compile(r"(?:다|니다|니까)(?:고|며|는|면서|요)?[가-힣]?$")

# Words that only ask, whatever ending they take, and numerals that ask with their counter.
_COPULA = r"(?:인가요?|이나|입니까|이었나|이야|이죠|인지|일까요?|였나요?|였어|였죠|였습니까)"
_QUESTION_WORD = re.compile(
    r"(?:누구|누가|누군|언제|어디|어느|무엇|무얼|뭐|뭘|얼마|어떤|무슨)"
    r"(?:에서?|에게|한테|으?로|까지|부터|서|쯤에?|나|이나|이?라고|이|가|를|을|의|는|은|와|과|야|예요"
    rf"|죠|지|냐|니|인데|{_COPULA})?"
    r"|뭔(?:가|가요|지|데)?|왜|어떻게|어떠한?|어땠[가-힣]{1,3}|어떤가요?|어떨까요?|어떠[가-힣]{1,3}"
    rf"|어때요?|어찌|몇(?:몇은)?[가-힣]{{0,4}}|며칠[가-힣]{{0,3}}|(?:것|수|중|때){_COPULA}"
    rf"|(?:명|번|개|대|건|년|월|일|시|살|기|곳|원|배|차례|가지){_COPULA}"
    r"|것[이은을의도]|것으로|수[는가]|중에서?|때[에는]|데에|때문에?|가운데|사이에서?"
)

_FIRST, _LAST = ord("가"), ord("힣")
_PER_INITIAL, _PER_VOWEL = 588, 28
_FINAL_N, _FINAL_B, _FINAL_SS = 4, 17, 20
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
# The vowel of a verb's stem, from that of its past: 열렸다 is 열리다, 왔다 오다, 줬다 주다.
_UNCONTRACTED = {"ㅕ": "ㅣ", "ㅘ": "ㅗ", "ㅝ": "ㅜ", "ㅙ": "ㅚ"}
_PAST, _FUTURE, _BE = "았었였", "겠", "있"


class _Syllable(NamedTuple):
    """The letters of a syllable, as numbers in Unicode's order; `final` is 0 without any."""

    initial: int
    vowel: str
    final: int


def stem_korean(form: str) -> str:
    """Return the stem of a Korean word: 배치 of 배치되나요, 열리 of 열렸다고, 시민 of 시민들."""
    if past := _cut_past(form):
        return past
    for pattern in (_LIGHT_VERB, _VERB_ENDING):
        bare = pattern.sub("", form)
        if bare and bare != form:
            return bare
    if (joined := _JOINED_ENDING.search(form)) and joined.start():
        bare = _remove_final(form[: joined.start()], joined.group()[0])
        if bare:
            return bare
    if _ENDS_IN_NOUN.search(form):
        return form
    return _PLAIN_FORM.sub("", _PLURAL.sub("", _PARTICLE.sub("", form)))


def is_function_word(form: str) -> bool:
    """Whether a Korean word only asks, connects or helps another, in any of its forms."""
    return bool(_QUESTION_WORD.fullmatch(form)) or stem_korean(form) in load_korean_words().empty


def _cut_past(form: str) -> str:
    """Return what precedes the past or future in a verb, its own vowel restored; "" if neither."""
    for position, letter in enumerate(form):
        syllable = _read(letter)
        if syllable is None or syllable.final != _FINAL_SS or letter == _BE:
            continue
        preceding = form[:position]
        if letter in _PAST or letter == _FUTURE:
            return _strip_light_verb(preceding)
        if letter in "했됐" and len(preceding) > 1:
            return preceding
        vowel = "ㅏ" if letter == "했" else _UNCONTRACTED.get(syllable.vowel, syllable.vowel)
        return preceding + _write(_Syllable(syllable.initial, vowel, 0))
    return ""


def _strip_light_verb(stem: str) -> str:
    """Return a stem without "do", "become" or "be" after a noun: 결정 of 결정되, 시민 of 시민이."""
    return stem[:-1] if len(stem) > 2 and stem[-1] in "하되이" else stem


def _remove_final(stem: str, ending: str) -> str:
    """Return a verb's stem without the letter that its ending put below it; "" if it has none."""
    syllable = _read(stem[-1])
    wanted = _FINAL_B if ending == "니" else _FINAL_N
    if syllable is None or syllable.final != wanted:
        return ""
    return stem[:-1] + _write(syllable._replace(final=0))


def _read(letter: str) -> _Syllable | None:
    code = ord(letter) - _FIRST
    if not 0 <= code <= _LAST - _FIRST:
        return None
    initial, within = divmod(code, _PER_INITIAL)
    vowel, final = divmod(within, _PER_VOWEL)
    return _Syllable(initial, _VOWELS[vowel], final)


def _write(syllable: _Syllable) -> str:
    vowel = _VOWELS.index(syllable.vowel)
    return chr(_FIRST + syllable.initial * _PER_INITIAL + vowel * _PER_VOWEL + syllable.final)
