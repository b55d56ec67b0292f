"""People whom a Korean text names with their titles: 한도윤 시장, 윤서아 나루시 대변인, 정 실장."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bot.text.korean_stems import stem_korean
from bot.text.korean_words import load_korean_words
from bot.text.lazy import lazy_pattern
from bot.text.lexicon import is_common_korean_word, is_korean_word
from bot.text.names import read_general_names

_WORDS = load_korean_words()


def _any_of(words: frozenset[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_PARTICLE = (
    r"(?:께서는|께서도|께서|에게서|에게는|에게|에서|으로서|로서|으로|로|와의|과의|와|과|은|는|이|가|도|의"
    r"|을|를|에|측|만)"
)
_TITLE_WORD = lazy_pattern(
    rf"(?P<title>[가-힣]*?(?:{_any_of(_WORDS.titles)}))(?P<particle>{_PARTICLE}?)"
)
_NAMED_SSI = lazy_pattern(rf"(?P<name>[가-힣]{{2,4}})(?P<title>씨)(?P<particle>{_PARTICLE}?)")
_STATE_TITLE = lazy_pattern(rf"[가-힣]*(?:{_any_of(_WORDS.heads_of_state)})")
_COMPANY_TITLE = lazy_pattern(rf"[가-힣]*(?:{_any_of(_WORDS.company)})")

_WORD = lazy_pattern(r"[가-힣]+|[A-Za-z][\w.'’-]*")
_LONG_SURNAME, _SHORT_SURNAME = _any_of(_WORDS.long_surnames), _any_of(_WORDS.surnames)
_SURNAME = lazy_pattern(rf"{_LONG_SURNAME}|{_SHORT_SURNAME}")
_FULL_NAME = lazy_pattern(rf"(?:{_LONG_SURNAME})[가-힣]{{1,2}}|(?:{_SHORT_SURNAME})[가-힣]{{2}}")
_SHORT_NAME = lazy_pattern(rf"(?:{_SHORT_SURNAME})[가-힣]")
_ANONYMOUS = lazy_pattern(rf"(?:{_SHORT_SURNAME})모")  # 김모 씨
_NAME_AND_PARTICLE = lazy_pattern(rf"(?P<name>[가-힣]{{3}})(?P<particle>{_PARTICLE})")
_FOREIGN_NAME = lazy_pattern(r"[가-힣]{1,6}")
# Bodies and places, which stand where a name may: 통일부 장관, 나루시 의원.
_BODY = lazy_pattern(
    r"[가-힣]*(?:부|처|청|당|대|시|도|군|위|위원회|회|국|원|법원|검찰|경찰|은행|연구소|센터|협회|학교|대학교?"
    r"|그룹|전자|증권|신문|[가-힣]관|궁|코리아|방송|통신|일보|본부|사령부|재단|노조|연맹|연합|팀|실|과|사"
    r"|측|계|급|전|현|직|힘)"
)
_SHORT_BODY = lazy_pattern(r"[가-힣]{1,3}(?:부|처|청|당|시|군)|[가-힣]{2}대")
# 강나루(45) 씨, 최고경영자(CEO)는
_BRACKETS = lazy_pattern(r" ?\([^()]{1,20}\)")
_PARTICLE_AFTER = lazy_pattern(rf"{_BRACKETS.pattern}(?P<particle>{_PARTICLE})(?![가-힣])")
_MAX_WORDS_BETWEEN = 4  # of a body between a name and its title
_MAX_FOREIGN_WORDS = 3
_MIN_DESCRIPTION = 2  # syllables
_VERB_FORM = lazy_pattern(r"(?:면서|하는|되는|[하되]던|했던|됐던|이던)$")
# What no name ends with, but verbs and nouns before another noun do.
_INFLECTED = lazy_pattern(r"(?:면서|[던는은인된한할을를의에고며서]|으로|에서|까지|하게|[가-힣]들)$")


class TitledName(NamedTuple):
    """A person named with a title, at `start` to `end` of a text, the particle not included.

    `name` is as written; where `is_surname`, only the surname is given.
    """

    name: str
    title: str
    particle: str
    start: int
    end: int
    is_surname: bool


def find_titled_names(text: str) -> Iterator[TitledName]:
    """Yield the people whom a Korean text names with a title, in order."""
    words = list(_WORD.finditer(text))
    for number, word in enumerate(words):
        match = _NAMED_SSI.fullmatch(word.group())
        if match and is_full_name(match["name"]):
            end = word.start() + match.end("title")
            yield TitledName(match["name"], "씨", match["particle"], word.start(), end, False)
            continue
        if number and words[number - 1].group() in _WORDS.occupations:
            marked = _NAME_AND_PARTICLE.fullmatch(word.group())
            is_apart = text[words[number - 1].end() : word.start()].strip(" ")
            if marked and not is_apart and is_full_name(marked["name"]):
                occupation, name = words[number - 1].group(), marked["name"]
                particle, end = marked["particle"], word.start() + len(name)
                yield TitledName(name, occupation, particle, word.start(), end, False)
                continue
        match = _TITLE_WORD.fullmatch(word.group())
        if match is None:
            continue
        preceding = _adjoining(words[:number], text, word.start())
        named = _find_name(preceding, match["title"])
        if named:
            first, last, is_surname = named
            name = text[preceding[first].start() : preceding[last].end()]
            end = word.start() + match.end("title")
            start = preceding[first].start()
            particle = match["particle"]
            if after := None if particle else _PARTICLE_AFTER.match(text, end):
                particle, end = after["particle"], after.start("particle")
            yield TitledName(name, match["title"], particle, start, end, is_surname)


def _adjoining(words: Sequence[re.Match[str]], text: str, end: int) -> Sequence[re.Match[str]]:
    """Return the last words that only spaces separate from each other and from `end`."""
    adjoining: list[re.Match[str]] = []
    for word in reversed(words[-_MAX_WORDS_BETWEEN - _MAX_FOREIGN_WORDS :]):
        if _BRACKETS.sub("", text[word.end() : end]).strip(" "):
            break
        adjoining.insert(0, word)
        end = word.start()
    return adjoining


def _find_name(words: Sequence[re.Match[str]], title: str) -> tuple[int, int, bool] | None:
    """Return the first and last of some words that are the name before a title, and whether that
    is a surname alone."""
    last = len(words) - 1
    if last > 0 and words[last].group() in _WORDS.times:  # 문 전 시장
        last -= 1
    if last < 0:
        return None
    nearest = words[last].group()
    if _ANONYMOUS.fullmatch(nearest):
        return None
    if _SURNAME.fullmatch(nearest) and nearest not in _WORDS.no_surnames:
        return None if (nearest, title) == ("이", "시장") else (last, last, True)
    # 윤서아 나루시 대변인: bodies may stand between a name and its title.
    for position in range(last, max(-1, last - _MAX_WORDS_BETWEEN), -1):
        word = words[position].group()
        if is_full_name(word) or (title == "씨" and _SHORT_NAME.fullmatch(word)):
            return position, position, False
        heads_state = _STATE_TITLE.fullmatch(title) and _is_name_word(word)
        if _COMPANY_TITLE.fullmatch(title) and _is_name_word(word):
            return None  # 젠슨 황 엔비디아 최고경영자: nothing tells the company from the name
        if heads_state or (_is_name_word(word) and not is_korean_word(word)):
            return _find_given_name(words, position), position, False
        if not _is_description(word):
            return None
    return None


def _is_description(word: str) -> bool:
    """Whether a word may stand between a name and its title: a body, a place, "former"."""
    if word in _WORDS.times or word in _list_bodies():
        return True
    return len(word) >= _MIN_DESCRIPTION and stem_korean(word) == word


def _find_given_name(words: Sequence[re.Match[str]], last: int) -> int:
    """Return the first of the words of a foreign name that ends at `last`."""
    first = last
    while first and last - first + 1 < _MAX_FOREIGN_WORDS:
        word = words[first - 1].group()
        is_given = _SURNAME.fullmatch(word) or not is_common_korean_word(word)
        if not (is_given and _is_name_word(word)):
            break
        first -= 1
    return first


def _is_name_word(word: str) -> bool:
    """Whether a word may be one of a foreign name: no body or place, and without a particle."""
    return (
        bool(_FOREIGN_NAME.fullmatch(word))
        and word not in _WORDS.no_names
        and word not in _list_bodies()
        and not _BODY.fullmatch(word)
        and not _INFLECTED.search(word)
        and stem_korean(word) == word
    )


def is_full_name(word: str) -> bool:
    """Whether a word looks like a Korean name of two or three syllables after a surname."""
    return (
        bool(_FULL_NAME.fullmatch(word))
        and word not in _WORDS.no_names
        and word not in _list_bodies()
        and not _SHORT_BODY.fullmatch(word)
        and not _VERB_FORM.search(word)
        and not _TITLE_WORD.fullmatch(word)
        and not (is_korean_word(word) and _BODY.fullmatch(word))
    )


@cache
def _list_bodies() -> frozenset[str]:
    """The places and organisations that every desk knows by a Korean name of one word."""
    forms = (form for name in read_general_names() if name.kind != "person" for form in name.forms)
    return frozenset(filter(_WORD.fullmatch, forms))
