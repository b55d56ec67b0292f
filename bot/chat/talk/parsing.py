"""What a message asks for: a command by its first word, or else a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from bot.language import ENGLISH, LANGUAGES, command_name, use_language

RequestKind: TypeAlias = Literal[
    "ask", "digest", "said", "timeline", "verify", "topics", "help", "nothing", "thanks"
]

_COMMANDS: Final[Sequence[RequestKind]] = (
    "ask",
    "digest",
    "said",
    "timeline",
    "verify",
    "topics",
    "help",
)
_ALONE: Final = frozenset({"topics", "help"})
_LINKING = re.compile(r"(?:of|on|about|for|by|that|:)\s+", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[/!]?(?P<word>\w+):?(?:\s+(?P<rest>.*))?", re.DOTALL)
_LAST_WORD = re.compile(r"(?P<rest>.+?)\s+(?P<word>\w+)[.!]?", re.DOTALL)
# "Lee on trade", "이재명의 무역에 대한": whose words, and on what.
_PERSON_AND_TOPIC = re.compile(
    r"(?P<person>.+?)\s+(?:on|about|regarding)\s+(?P<topic>.+)"
    r"|(?P<speaker>\S+?)(?:의|이|가)?\s+(?P<subject>.+?)에\s?(?:대한|대해서?|관한|관해서?)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"[\"'“”„‘’«»「」『』>\s]*(.*?)[\"'“”„‘’«»「」『』\s]*", re.DOTALL)
_EMOJI = re.compile(r"<a?:\w+:\d+>")
# What people say below an answer and expect no reply to, as they do of an emoji alone.
_THANKS = re.compile(
    r"(?:(?:(?:many )?thanks?(?: you| a lot| so much| very much)*|thx|ty|cheers|ok(?:ay)?|got it"
    r"|great|nice|cool|perfect|good (?:bot|job|one)|lol|고마워요?|고맙습니다|감사(?:합니다|해요)?"
    r"|네|넵|알겠(?:습니다|어요)|오케이|ㅇㅋ|[ㅋㅎ]+)(?!\w)[^\w?]*)+|[^\w?]+",
    re.IGNORECASE,
)
_MAX_WORDS_BEFORE_COMMAND = 3  # of what a Korean command stands behind: "북한 미사일 요약"


@dataclass(frozen=True, slots=True)
class TalkRequest:
    """A command and what it is given; "nothing" is a message without words, "thanks" one that asks
    for no reply."""

    kind: RequestKind
    text: str = ""


def parse_request(content: str, bot_id: int) -> TalkRequest:
    """Return what a message to the bot with that id asks for, in any of its languages."""
    text = " ".join(re.sub(rf"<@!?{bot_id}>", " ", content).split())
    text = text.lstrip(",:;. ").strip()
    if not text.strip("? "):
        return TalkRequest("nothing")
    if _THANKS.fullmatch(_EMOJI.sub("!", text)):
        return TalkRequest("thanks")
    match = _FIRST_WORD.fullmatch(text)
    kind = _kinds().get(match["word"].casefold()) if match else None
    if match and kind and (request := _command(kind, match["rest"] or "", text)):
        return request
    match = _LAST_WORD.fullmatch(text)
    kind = _kinds_behind().get(match["word"]) if match else None
    if match and kind and len(match["rest"].split()) <= _MAX_WORDS_BEFORE_COMMAND:
        return _command(kind, match["rest"], text) or TalkRequest("ask", text)
    return TalkRequest("ask", text)


def split_topic(text: str) -> tuple[str, str]:
    """Return whose words are asked for and on what topic, "" where on any."""
    match = _PERSON_AND_TOPIC.fullmatch(text)
    if match is None:
        return text, ""
    return match["person"] or match["speaker"], match["topic"] or match["subject"]


def _command(kind: RequestKind, rest: str, text: str) -> TalkRequest | None:
    """Return the request of a command; None where its name is the first word of a question."""
    if kind in _ALONE:
        return TalkRequest(kind) if not rest.strip("?!. ") else None
    if kind == "verify":
        quoted = _QUOTED.fullmatch(rest)
        return TalkRequest(kind, quoted[1] if quoted else rest)
    if kind != "ask" and text.endswith("?") and len(rest.split()) > _MAX_WORDS_BEFORE_COMMAND:
        return None  # Said Lee that exports would rise?
    return TalkRequest(kind, rest if kind == "ask" else _without_linking(rest))


@cache
def _kinds() -> Mapping[str, RequestKind]:
    """Return the commands by their names in every language."""
    kinds: dict[str, RequestKind] = {}
    for language in LANGUAGES:
        with use_language(language):
            for name in _COMMANDS:
                kinds.setdefault(command_name(name).casefold(), name)
    return kinds


@cache
def _kinds_behind() -> Mapping[str, RequestKind]:
    """Return the commands whose names may stand behind what they are given: those not English."""
    with use_language(ENGLISH):
        english = {command_name(name).casefold() for name in _COMMANDS}
    return {name: kind for name, kind in _kinds().items() if name not in english}


def _without_linking(rest: str) -> str:
    """Return what a command is given without "of" or "about" before it."""
    match = _LINKING.match(rest)
    return rest[match.end() :] if match else rest
