"""The kinds of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Set
from enum import Enum

from bot.text.words import words


class Wanted(Enum):
    """A kind of thing that a question asks for and a sentence may hold."""

    PERSON = "person"
    DATE = "date"
    NUMBER = "number"
    SPEECH = "speech"


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NUMERALS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    "|millions?|billions?|half|third|quarter"
)
# Half a person's name: a word in capitals that is no day or month.
_NAME = rf"(?!(?:{_MONTHS}|{_DAYS})\b)(?-i:[A-Z])[\w’'-]+"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# A question may begin with a word or two of chat, and "who" may follow a preposition; "who" and
# "when" further in open a clause that asks nothing ("what happens when").
_OPENING = r"^\W*(?:(?:and|but|so|ok|hm+|um|well|also|then)\b\W*)*"
_ASKS_FOR = {
    Wanted.PERSON: _pattern(
        rf"{_OPENING}(?:(?:to|by|for|with|from|of|about)\s+)?who(?:m|se|['’]?s)?\b|\bwho\W*$"
        r"|누가|누구"
    ),
    Wanted.DATE: _pattern(
        rf"{_OPENING}(?:since |until )?when\b"
        r"|\bwhen (?:did|does|do|was|were|is|are|will|has|have)\b"
        r"|\b(?:what|which)(?:['’]?s)? (?:the )?(?:exact )?(?:date|day|month|year)s?\b|\bwhen\W*$"
        r"|언제"
    ),
    Wanted.NUMBER: _pattern(
        r"\bhow (?:many|much|old|far|big|large|long|often|high|tall)\b|\bnumber what\b|%|\bpercent"
        r"|\b(?:what|which)(?:['’]?s)?\b(?:\W+\w+){0,3}\W+(?:number|rate|share|amount|figure|percentage)\b"
        r"|얼마|(?<!\w)몇"
    ),
    Wanted.SPEECH: _pattern(
        r"\b(?:say|says|said|tell|tells|told|quoted?|words)\b"
        r"|\bdid\b(?:\W+\w+){1,3}\W+(?:call|describe)\b"
        r"|뭐라고|무엇이라고"
    ),
}
_HOLDS = {
    Wanted.PERSON: _pattern(rf"\b{_NAME} (?:[A-Z]\. )?{_NAME}"),
    Wanted.DATE: _pattern(
        rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTHS}) \d|\b\d\d? (?:{_MONTHS})\b"
        rf"|\b(?:in|since|until|by|from|last|this|next|of) (?-i:(?:{_MONTHS.title()}))\b"
        rf"|\b(?:{_DAYS}|yesterday|today|decades?|centur(?:y|ies)|years? (?:ago|later))\b"
    ),
    Wanted.NUMBER: _pattern(rf"\d|\b(?:{_NUMERALS})\b"),
    # One mark is enough, unlike in quotations.py: a sentence may hold only a part of a quotation.
    Wanted.SPEECH: _pattern(r"[\"“”]|(?<!\w)['‘][^'’]{3,}['’](?!\w)"),
}


def wanted_by(question: str) -> frozenset[Wanted]:
    """The kinds of thing that the question asks for; none for most."""
    return frozenset(kind for kind, asks in _ASKS_FOR.items() if asks.search(question))


def holds(kind: Wanted, text: str, asked: Set[str], others: Set[int]) -> bool:
    """Whether the text holds a thing of that kind.

    A person counts only if the question, whose words are `asked`, does not itself name them, and
    if no other thing is known to be named there: `others` are the places where one is.
    """
    if kind is not Wanted.PERSON:
        return bool(_HOLDS[kind].search(text))
    return any(
        name.start() not in others and not {word.form for word in words(name.group())} <= asked
        for name in _HOLDS[kind].finditer(text)
    )
