"""The types of answer a question expects, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Set
from enum import Enum

from bot.text import korean_answers
from bot.text.stems import has_hangul
from bot.text.words import split_words


class AnswerType(Enum):
    """What a question may ask for: a person, a date, a number, or what somebody said."""

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
_ASKING = {
    AnswerType.PERSON: _pattern(
        rf"{_OPENING}(?:(?:to|by|for|with|from|of|about)\s+)?who(?:m|se|['’]?s)?\b|\bwho\W*$"
        rf"|{korean_answers.ASKS_PERSON}"
    ),
    AnswerType.DATE: _pattern(
        rf"{_OPENING}(?:since |until )?when\b"
        r"|\bwhen (?:did|does|do|was|were|is|are|will|has|have)\b"
        r"|\b(?:what|which)(?:['’]?s)? (?:the )?(?:exact )?(?:date|day|month|year)s?\b|\bwhen\W*$"
        rf"|{korean_answers.ASKS_DATE}"
    ),
    AnswerType.NUMBER: _pattern(
        r"\bhow (?:many|much|old|far|big|large|long|often|high|tall)\b|\bnumber what\b|%|\bpercent"
        r"|\b(?:what|which)(?:['’]?s)?\b(?:\W+\w+){0,3}\W+(?:number|rate|share|amount|figure|percentage)\b"
        rf"|{korean_answers.ASKS_NUMBER}"
    ),
    AnswerType.SPEECH: _pattern(
        r"\b(?:say|says|said|tell|tells|told|quoted?|words)\b"
        r"|\bdid\b(?:\W+\w+){1,3}\W+(?:call|describe)\b"
        rf"|{korean_answers.ASKS_SPEECH}"
    ),
}
_ANSWERING = {
    AnswerType.PERSON: _pattern(rf"\b{_NAME} (?:[A-Z]\. )?{_NAME}"),
    AnswerType.DATE: _pattern(
        rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTHS}) \d|\b\d\d? (?:{_MONTHS})\b"
        rf"|\b(?:in|since|until|by|from|last|this|next|of) (?-i:(?:{_MONTHS.title()}))\b"
        rf"|\b(?:{_DAYS}|yesterday|today|decades?|centur(?:y|ies)|years? (?:ago|later))\b"
    ),
    AnswerType.NUMBER: _pattern(rf"\d|\b(?:{_NUMERALS})\b"),
    # One mark is enough, unlike in quotations.py: a sentence may hold only a part of a quotation.
    AnswerType.SPEECH: _pattern(r"[\"“”]|(?<!\w)['‘][^'’]{3,}['’](?!\w)"),
}


def expected_types(question: str) -> frozenset[AnswerType]:
    """Return the types of answer that the question asks for; none for most."""
    return frozenset(kind for kind, pattern in _ASKING.items() if pattern.search(question))


def has_answer(
    kind: AnswerType, text: str, question_forms: Set[str], other_names: Set[int]
) -> bool:
    """Whether the text holds an answer of that type.

    A person counts only if the question, whose words have the forms `question_forms`, does not
    name them itself, and if no name of another kind begins there: `other_names` are the offsets of
    those.
    """
    if has_hangul(text) and kind is not AnswerType.SPEECH:
        return _has_korean_answer(kind, text, question_forms)
    if kind is not AnswerType.PERSON:
        return bool(_ANSWERING[kind].search(text))
    return any(
        name.start() not in other_names
        and not {word.form for word in split_words(name.group())} <= question_forms
        for name in _ANSWERING[kind].finditer(text)
    )


def _has_korean_answer(kind: AnswerType, text: str, question_forms: Set[str]) -> bool:
    if kind is AnswerType.PERSON:
        return korean_answers.holds_person(text, question_forms)
    if kind is AnswerType.DATE:
        return korean_answers.holds_date(text)
    return korean_answers.holds_number(text, question_forms)
