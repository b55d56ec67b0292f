"""The types of answer a question expects, and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Set
from enum import Enum

from bot.text import korean_answers
from bot.text.acronyms import spells_out
from bot.text.lazy import lazy_pattern
from bot.text.quantities import find_quantities
from bot.text.stems import has_hangul
from bot.text.words import split_words


class AnswerType(Enum):
    """What a question may ask for: a person, a date, a time of day, a number or one of a certain
    unit, what letters stand for, what something is (in Korean), or what somebody said."""

    PERSON = "person"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    AGE = "age"
    LENGTH = "length"
    WEIGHT = "weight"
    TEMPERATURE = "temperature"
    EXPANSION = "expansion"
    DEFINITION = "definition"
    SPEECH = "speech"


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT_MONTHS = "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
# Half a person's name: a word in capitals that is no day or month.
_NAME = rf"(?!(?:{_MONTHS}|{_DAYS})\b)(?-i:[A-Z])[\w’'-]+"


def _pattern(text: str) -> re.Pattern[str]:
    return lazy_pattern(text, re.IGNORECASE)


# A question may begin with a word or two of chat, and "who" may follow a preposition; "who" and
# "when" further in open a clause that asks nothing ("what happens when").
_OPENING = r"^\W*(?:(?:and|but|so|ok|hm+|um|well|also|then)\b\W*)*"
_MONEY_VERBS = (
    r"cost|costs|pay|pays|paid|charge|charges|charged|earn|earns|spend|spent|worth|owe|sell"
)
_ASKING = {
    AnswerType.PERSON: _pattern(
        rf"{_OPENING}(?:(?:to|by|for|with|from|of|about)\s+)?who(?:m|se|['’]?s)?\b|\bwho\W*$"
    ),
    AnswerType.DATE: _pattern(
        rf"{_OPENING}(?:since |until )?when\b"
        r"|\bwhen (?:did|does|do|was|were|is|are|will|has|have)\b"
        r"|\b(?:what|which)(?:['’]?s)? (?:the )?(?:exact )?(?:date|day|month|year)s?\b|\bwhen\W*$"
    ),
    AnswerType.TIME: _pattern(r"\bwhat time\b"),
    AnswerType.MONEY: _pattern(
        rf"\bhow much\b(?=.*\b(?:{_MONEY_VERBS})\b)"
        r"|\bhow expensive\b"
        r"|\bwhat(?:['’]?s| is| was| are) (?:the |its |their )?(?:price|costs?|fee)\b"
        r"|\bwhat (?:does|did|do|will|would) .+ (?:cost|pay)\b"
    ),
    AnswerType.AGE: _pattern(r"\bhow old\b|\bwhat age\b"),
    AnswerType.LENGTH: _pattern(r"\bhow (?:far|tall|deep|wide|thick)\b"),
    AnswerType.WEIGHT: _pattern(r"\bhow heavy\b|\bhow much (?:does|do|did) .+ weigh\b"),
    AnswerType.TEMPERATURE: _pattern(r"\bhow (?:hot|cold|warm)\b"),
    AnswerType.NUMBER: _pattern(
        r"\bhow (?:many|much|big|large|long|often|high|small|fast|steep|low|short|strong|loud"
        r"|quickly|slow|slowly|frequently)\b|\bnumber what\b|%|\bpercent"
        r"|\b(?:what|which)(?:['’]?s)?\b(?:\W+\w+){0,3}\W+(?:number|rate|share|amount|figure|percentage)\b"
    ),
    AnswerType.EXPANSION: _pattern(
        r"\bwhat (?:does|do|did) \S+ (?:stand|stands) for\b|\bwhat is \S+ short for\b"
    ),
    AnswerType.SPEECH: _pattern(
        r"\b(?:say|says|said|tell|tells|told|quoted?|words)\b"
        r"|\bdid\b(?:\W+\w+){1,3}\W+(?:call|describe)\b"
    ),
}
# Apart, as ranges of Hangul take long to compile: 15 ms at each start.
_ASKING_IN_KOREAN = {
    AnswerType.PERSON: _pattern(korean_answers.ASKS_PERSON),
    AnswerType.DATE: _pattern(korean_answers.ASKS_DATE),
    AnswerType.NUMBER: _pattern(korean_answers.ASKS_NUMBER),
    AnswerType.DEFINITION: _pattern(korean_answers.ASKS_DEFINITION),
    AnswerType.SPEECH: _pattern(korean_answers.ASKS_SPEECH),
}
# What is asked for in a unit is asked for as no mere number.
_UNITS = frozenset(
    {
        AnswerType.MONEY,
        AnswerType.AGE,
        AnswerType.WEIGHT,
        AnswerType.LENGTH,
        AnswerType.TEMPERATURE,
        AnswerType.TIME,
    }
)
_AMOUNT = r"\d[\d.,]*\s?(?:(?:thousand|million|billion|trillion|bn|mn?|k)\b)?[\s-]?"
_CURRENCIES = (
    r"(?:US |Hong Kong )?dollars?|euros?|pounds?(?! of)\b|won\b|yen\b|yuan\b|rupees?|francs?"
    r"|crowns?|krona|kroner?|pesos?|rou?bles?|lira|dinars?|baht|cents?\b|pence\b|USD\b|EUR\b|원|달러"
)
# A number, and at most one word before its unit.
_COUNT = (
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|dozens?)\b)[\s-]?"
    r"(?:\w+[\s-])?"
)
_ANSWERING = {
    AnswerType.PERSON: _pattern(rf"\b{_NAME} (?:[A-Z]\. )?{_NAME}"),
    AnswerType.DATE: _pattern(
        rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTHS}) \d|\b\d\d? (?:{_MONTHS})\b"
        rf"|\b(?:{_SHORT_MONTHS})\. ?\d"
        rf"|\b(?:in|since|until|by|from|last|this|next|of) (?-i:(?:{_MONTHS.title()}))\b"
        rf"|\b(?:{_DAYS}|yesterday|today|decades?|centur(?:y|ies)|years? (?:ago|later))\b"
    ),
    AnswerType.TIME: _pattern(
        r"\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\b(?:noon|midnight|o['’]clock)\b"
    ),
    AnswerType.MONEY: _pattern(
        rf"[$€£₩¥]\s?\d|\b(?:USD|EUR|GBP|KRW)\s?\d|{_AMOUNT}(?:{_CURRENCIES})"
        r"|\bfree of charge\b|\bfor free\b"
    ),
    AnswerType.AGE: _pattern(
        rf"\bage[ds]? (?:of )?\d|{_COUNT}(?:years?|months?|weeks?|days?|decades?|centur)"
        r"|,\s\d{1,3}(?=[,.;)])|\(\d{1,3}\)|\bin (?:his|her|their) \w+(?:ties|teens)\b"
    ),
    AnswerType.LENGTH: _pattern(
        rf"{_COUNT}(?:feet|foot|ft\b|inch|met(?:er|re)s?\b|miles?\b|yards?\b|(?:kilo|centi|milli)met"
        r"|km\b|cm\b|mm\b|m\b|light.years?|stor(?:ey|ies|y)|floors?\b|fathoms?)"
    ),
    AnswerType.WEIGHT: _pattern(
        rf"{_COUNT}(?:pounds?\b|lbs?\b|kg\b|kilo|(?:milli)?grams?\b|tons?\b|tonnes?\b|ounces?\b|oz\b)"
    ),
    AnswerType.TEMPERATURE: _pattern(rf"{_COUNT}(?:degrees?|°|celsius|fahrenheit|kelvin|℃)"),
    # One mark is enough, unlike in quotations.py: a sentence may hold only a part of a quotation.
    AnswerType.SPEECH: _pattern(r"[\"“”]|(?<!\w)['‘][^'’]{3,}['’](?!\w)"),
}
# What stands before a place and not before a person.
_BEFORE_PLACE = lazy_pattern(r"\b(?:in|at|near|outside|inside|across|around|off|into)\s(?:the\s)?$")


def expected_types(question: str) -> frozenset[AnswerType]:
    """Return the types of answer that the question asks for; none for most."""
    types = {kind for kind, pattern in _ASKING.items() if pattern.search(question)}
    if has_hangul(question):
        types |= {kind for kind, asks in _ASKING_IN_KOREAN.items() if asks.search(question)}
    if types & _UNITS:
        types.discard(AnswerType.NUMBER)
    return frozenset(types)


def has_answer(
    kind: AnswerType, text: str, question_forms: Set[str], other_names: Set[int]
) -> bool:
    """Whether the text holds an answer of that type.

    A person counts only if the question, whose words have the forms `question_forms`, does not
    name them itself, if no name of another kind begins there (`other_names` are the offsets of
    those), and if no word such as "in" says that it is a place. A number counts if it is none of a
    date, a time or a name, and no ordinal. What letters stand for must be that of a word of the
    question.
    """
    if has_hangul(text) and kind not in (AnswerType.SPEECH, AnswerType.MONEY):
        return _has_korean_answer(kind, text, question_forms)
    if kind is AnswerType.NUMBER:
        return bool(find_quantities(text))
    if kind is AnswerType.DEFINITION:
        return korean_answers.holds_definition(text, question_forms)
    if kind is AnswerType.EXPANSION:
        return any(spells_out(text, form) for form in question_forms)
    if kind is not AnswerType.PERSON:
        return bool(_ANSWERING[kind].search(text))
    return any(
        name.start() not in other_names
        and not _BEFORE_PLACE.search(text, 0, name.start())
        and not {word.form for word in split_words(name.group())} <= question_forms
        for name in _ANSWERING[kind].finditer(text)
    )


def _has_korean_answer(kind: AnswerType, text: str, question_forms: Set[str]) -> bool:
    if kind is AnswerType.PERSON:
        return korean_answers.holds_person(text, question_forms)
    if kind in (AnswerType.DATE, AnswerType.TIME):
        return korean_answers.holds_date(text)
    if kind is AnswerType.DEFINITION:
        return korean_answers.holds_definition(text, question_forms)
    return korean_answers.holds_number(text, question_forms)
