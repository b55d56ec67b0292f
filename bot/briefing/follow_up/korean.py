"""Follow-ups in Korean: what they leave out, and how it is filled in."""

from __future__ import annotations

import re
from typing import Final

from bot.briefing.follow_up.names_in import find_named_spans, substitute
from bot.text.names import Names
from bot.text.words import split_words

_MAX_WORDS = 3  # of a question that may leave out its subject, and of what replaces a name
_OPENING = re.compile(
    r"(?:(?:그럼|그러면|그렇다면|그런데|근데|그리고|그래서|또한|혹시|아니)[,]?\s+)*"
)
# "일본은?", "중국에 대해서는?", "트럼프도?"
_SUBSTITUTE = re.compile(
    r"(?P<words>\S+(?:\s\S+){0,2}?)"
    r"(?:(?:에 대해서는|에 대해선|에 대해서도|에 관해서는|의 경우는|쪽은|은요|는요|은|는|도)\s*\?*"
    r"|\s*(?:어때|어떤가|어떻습니까|어때요|어떤가요)\s*\?*)"
)
_ASKING = (
    r"왜|언제|어디(?:서|에서|에|로)?|누가|누구(?:를|와|에게)?|어떻게|얼마(?:나|에)?"
    r"|몇\s?(?:명|개|번|시|년|월|일)|무슨|뭐라고|무엇을|무엇이라고|뭘"
)
_POINTER = r"그(?:건|게|것은|것이|거|일은|때는|때|렇게|래서)|이(?:건|게|것은)"
_BARE = re.compile(
    rf"(?:(?:{_POINTER})\s*)?(?P<asking>{_ASKING}|이유는?|까닭은?)\s*"
    r"(?:그랬\w*|그런\s?\w*|그렇게\s?\w*|였\w*|이었\w*|했\w*|일어났\w*|생겼\w*|있었\w*|요|죠|야|이야|인가요?|인데"
    r"|입니까|말이야)?\s*\W*"
)
_PERSON = re.compile(
    r"(?:^|(?<=\s))(?:그녀|그분|그 사람|그)(?P<particle>는|가|의|를|도|에게|와)(?=\s|\W|$)"
)
_SPEAKS = re.compile(r"(?:뭐라고|무엇이라고|무슨 말|어떤 말|뭐라)")
_THING = re.compile(rf"(?:^|(?<=\s))(?:{_POINTER})(?=\s|\W|$)")
# "또 뭐라고 했어?", "더 있어?", and nothing but that there be more: "더 알려줘", "다른 말은?".
_MORE = re.compile(
    r"(?:^|\s)(?:또|그 ?밖에|그 ?외에)(?:는|도)?(?=\s|\W|$)|더 ?(?:있|없|말|한 말|알려|보여)"
)
_MORE_ALONE = re.compile(
    r"(?:또 )?(?:또|더|계속"
    r"|(?:다른 ?(?:건|것|거|말|얘기|이야기|내용|기사)|그 ?(?:밖|외)에)(?:은|는|도)?)"
    r"\s*(?:있\w*|없\w*|해\s?(?:줘|주세요)"
    r"|(?:말|알려|보여|얘기|이야기)\s?해?\s?(?:줘|주세요|줄래|주십시오)?요?)?\W*"
)
# Below an answer it asks for a reason that the answer does not give.
_WHY_ALONE = re.compile(
    r"(?:왜|이유는?|까닭은?)\s*(?:요|죠|그래\w*|그랬\w*|그런\s?\w*|그렇\w*)?\W*"
)
_TOPIC = re.compile(r"(?P<words>[가-힣A-Za-z0-9]+)(?P<particle>은|는|이|가|께서)(?=\s)")
# A particle, by whether the word before it ends in a consonant.
_PARTICLES = {("는", True): "은", ("은", False): "는", ("가", True): "이", ("이", False): "가"}
_ASKING_IN_QUESTION = re.compile(rf"(?:^|(?<=\s))(?:{_ASKING}|무엇인가\w*|뭐\w*)(?=\s|\W|$)")


class FollowUpReader:
    """Reads and completes follow-ups in Korean."""

    def is_incomplete(self, text: str, names: Names) -> bool:
        """Whether the text leaves something out that only the question before it can tell."""
        text_after = _after_opening(text)
        return bool(
            _MORE_ALONE.fullmatch(text_after)
            or _BARE.fullmatch(text_after)
            or _is_substitute(text_after)
            or _PERSON.search(text_after)
            or _THING.search(text_after)
            or _lacks_subject(text_after, names)
        )

    def complete(self, previous: str, text: str, names: Names) -> str | None:
        """Return the text with what it leaves out, from the question before; None where that has
        nothing for it."""
        text_after = _after_opening(text)
        if _MORE_ALONE.fullmatch(text_after):
            return previous
        if bare := _BARE.fullmatch(text_after):
            return f"{bare['asking']} {_core(previous)}?"
        if match := _is_substitute(text_after):
            return _replace(previous, match["words"], names)
        if pronoun := _PERSON.search(text_after):
            person = _subject(previous, names)
            if person is None:
                return None
            replaced = f"{person}{pronoun['particle']}"
            return text_after[: pronoun.start()] + replaced + text_after[pronoun.end() :]
        if _THING.search(text_after):
            return f"{_core(previous)} {_THING.sub('', text_after).strip()}"
        subject = _subject(previous, names)
        return f"{subject} {text_after}" if subject else None

    def asks_for_more(self, text: str) -> bool:
        """Whether the text asks for more than was shown: "또 뭐라고 했어?", "왜?"."""
        text_after = _after_opening(text)
        return bool(
            _MORE_ALONE.fullmatch(text_after)
            or _WHY_ALONE.fullmatch(text_after)
            or _MORE.search(text_after)
        )


READER: Final = FollowUpReader()


def _after_opening(text: str) -> str:
    match = _OPENING.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def _is_substitute(text: str) -> re.Match[str] | None:
    match = _SUBSTITUTE.fullmatch(text)
    if match is None or _ASKING_IN_QUESTION.search(match["words"]) or _THING.search(text):
        return None
    return match if len(match["words"].split()) <= _MAX_WORDS and not _is_pronoun(text) else None


def _is_pronoun(text: str) -> bool:
    return _PERSON.match(text) is not None


def _lacks_subject(text: str, names: Names) -> bool:
    """Whether a short question says neither who nor what it is about: "언제 발표했어?"."""
    words = text.split()
    if _MORE.search(text) and _SPEAKS.search(text) and not find_named_spans(text, names):
        return not _TOPIC.search(text)
    return (
        1 < len(words) <= _MAX_WORDS + 1
        and (_ASKING_IN_QUESTION.search(text) is not None or words[0] in ("또", "더"))
        and not _TOPIC.search(text)
        and not find_named_spans(text, names)
        and not any(_is_content(word) for word in words[:-1])
    )


def _is_content(word: str) -> bool:
    return (
        not _ASKING_IN_QUESTION.fullmatch(word)
        and any(part.term for part in split_words(word))
        and word not in ("또", "더", "다시")
    )


def _subject(previous: str, names: Names) -> str | None:
    """Return whom or what the question before is about: a person, what its particle marks as its
    topic, or its first name."""
    spans = find_named_spans(previous, names)
    persons = [span for span in spans if span.kind == "person"]
    if persons:
        return previous[persons[0].start : persons[0].end]
    if match := _TOPIC.search(previous + " "):
        return match["words"]
    if spans:
        return previous[spans[0].start : spans[0].end]
    return previous if len(previous.split()) <= _MAX_WORDS else None


def _replace(previous: str, words: str, names: Names) -> str:
    if replaced := substitute(previous, words, names):
        return replaced
    if match := _TOPIC.search(previous):
        particle = _PARTICLES.get((match["particle"], _ends_in_consonant(words)), match["particle"])
        return previous[: match.start()] + words + particle + previous[match.end() :]
    return f"{previous.rstrip('? ')} {words}"


def _ends_in_consonant(word: str) -> bool:
    """Whether the last syllable of a word in Hangul has a final consonant."""
    return "가" <= word[-1] <= "힣" and (ord(word[-1]) - ord("가")) % 28 != 0


def _core(previous: str) -> str:
    """Return a question without the words that ask."""
    core = _ASKING_IN_QUESTION.sub("", previous).rstrip("?! ").strip()
    return " ".join(core.split()) or previous
