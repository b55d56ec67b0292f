"""Follow-ups in English: what they leave out, and how it is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.briefing.follow_up.names_in import NamedSpan, find_named_spans, substitute
from bot.text.lexicon import is_noun
from bot.text.names import Names
from bot.text.small_talk import ASKING_WORDS, CHAT_WORDS, asks_for_newest
from bot.text.words import split_words

_MAX_SUBSTITUTE_WORDS = 6
# "Thanks, and China?"
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|thanks|thank you|thx|great|got it|i see|well|so)\b[,.:!]?\s+)+(?=\w)", re.I
)
# "and", "but what about", "how about": what follows stands in place of something asked before.
_OPENING = re.compile(
    r"(?:(?:ok(?:ay)?|so|well|and|but|then|also|or)\b[,:]?\s+)*(?:(?:what|how) about\s+)?", re.I
)
_CONNECTIVE = re.compile(r"(?:and|but|or|also|what about|how about)\b", re.IGNORECASE)
# The words that ask, at the beginning of a question.
_ASKING_PHRASE = re.compile(
    r"(?:(?:in|on|at|by|for|from|since|until|till|to|with) )?"
    r"(?:what(?:'s|’s| is| was| are| were)?(?: else)?|who(?:m|se)?(?:'s|’s)?(?: else)?|when|where"
    r"(?:'s|’s)?(?: else)?|why(?: else)?|how come|how(?: (?:much|many|long|often|far|old|soon"
    r"|big|high|fast))?|which)\b(?: (?:year|month|week|day|date|time|place|country|reason)\b)?",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)\s+",
    re.IGNORECASE,
)
_PERSON_PRONOUN = re.compile(
    r"\b(he|she|him|himself|herself|his|hers|her)\b(?:['’](?:s|d|ll)\b)?", re.I
)
_THING_PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs)\b(?:['’](?:s|d|ll|re|ve)\b)?", re.I)
# "that" where it points back, and is no conjunction: "said that prices rose".
_POINTING = re.compile(
    r"\b(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could|should|about|after|before"
    r"|of|on|for|from|to|by|with|in|at|than)\s+(?:that|this|these|those)\b"
    r"|\b(?:that|this)\s*\W*$|^(?:that|this|these|those)\b",
    re.IGNORECASE,
)
# "Is it true that", "how long does it take to": the pronoun stands for nothing.
_EMPTY_IT = re.compile(
    r"\bit(?:['’]s)?\s+(?:is\s+|was\s+)?(?:true|possible|likely|legal|known|clear|safe|worth|time"
    r"|take|takes|took|rain\w*|snow\w*)\b|\bit\b.*\bthat\b.*\w",
    re.IGNORECASE,
)
# Besides stop words: words that stand in a question which names no subject.
_WEAK_WORDS: Final = CHAT_WORDS | {
    "came", "come", "date", "day", "else", "happen", "month", "next", "occur", "people", "place",
    "reason", "time", "week", "year",
}  # fmt: skip
# After one of these a pronoun means the subject: "Did the crew say they would return?"
_REPORTING = re.compile(
    r"\b(?:say|said|says|saying|think|thinks|thought|claim|claims|claimed|believe|believes|expect"
    r"|expects|hope|hopes|deny|denies|denied|warn|warned|promise|promised|announce|announced)"
    r"\s+(?:that\s+)?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:you|your|yours|yourself|i|me|my|we|us|our)\b", re.IGNORECASE)
_MORE = re.compile(r"\belse\b|\b(?:what|anything|something) more\b|say more\b", re.IGNORECASE)
# Nothing but that there be more: "more", "anything else?", "tell me more about that".
_MORE_ALONE = re.compile(
    r"(?:(?:please )?(?:tell|show|give) (?:me|us) |say |(?:is|was) there |any ?|some ?)*"
    r"(?:(?:thing |what )?(?:else|more)|go on|continue|keep going)"
    r"(?: (?:is|was) there| quotes)?(?: (?:about|on|of|to|than) (?:that|this|it|them))?"
    r"(?: please)?\W*",
    re.IGNORECASE,
)

# Below an answer it asks for a reason that the answer does not give.
_WHY_ALONE = re.compile(
    r"(?:why|how come)(?: (?:so|not|(?:is|was|did|does) (?:it|that|this|he|she|they)(?: so)?))?\W*",
    re.IGNORECASE,
)


class FollowUpReader:
    """Reads and completes follow-ups in English."""

    def is_incomplete(self, text: str, names: Names) -> bool:
        """Whether the text leaves something out that only the question before it can tell."""
        text = _after_thanks(text)
        text_after = _after_opening(text)
        if _MORE_ALONE.fullmatch(text_after):
            return True
        if _is_substitute(text, text_after):
            return True
        return (
            _is_bare(text_after, names)
            or _has_open_pronoun(_PERSON_PRONOUN, text_after, names)
            or _has_open_thing(text_after, names)
        )

    def complete(self, previous: str, text: str, names: Names) -> str | None:
        """Return the text with what it leaves out, from the question before; None where that has
        nothing for it."""
        text = _after_thanks(text)
        text_after = _after_opening(text)
        if _MORE_ALONE.fullmatch(text_after):
            return previous
        if _is_substitute(text, text_after):
            return _replace(previous, text_after, names)
        if _has_open_pronoun(_PERSON_PRONOUN, text_after, names):
            person = _person(previous, names)
            if person is None:
                return None
            completed = _with_person(text_after, person)
            if _is_bare_but_for(person, completed, names) and not _MORE.search(text_after):
                return _ask_of_previous(text_after, previous)
            return completed
        if _is_bare(text_after, names):
            return _ask_of_previous(text_after, previous)
        return _with_thing(text_after, previous, names)

    def asks_for_more(self, text: str) -> bool:
        """Whether the text asks for more than was shown: "what else did he say?", "why?"."""
        text_after = _after_opening(_after_thanks(text))
        return bool(
            _MORE_ALONE.fullmatch(text_after)
            or _WHY_ALONE.fullmatch(text_after)
            or _MORE.search(text_after)
        )


READER: Final = FollowUpReader()


def _after_thanks(text: str) -> str:
    match = _THANKS.match(text)
    return text[match.end() :] if match else text


def _after_opening(text: str) -> str:
    match = _OPENING.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def _bare(text: str) -> str:
    return text.strip().rstrip("?!. ").strip()


def _is_substitute(text: str, text_after: str) -> bool:
    """Whether it is a connective and a few words that ask nothing: "and China?"."""
    words = split_words(text_after)
    return (
        _CONNECTIVE.match(text) is not None
        and text_after != text
        and 0 < len(words) <= _MAX_SUBSTITUTE_WORDS
        and any(word.term for word in words)
        and not any(word.form in ASKING_WORDS for word in words)
        and not _PERSON_PRONOUN.search(text_after)
        and not _THING_PRONOUN.search(text_after)
    )


def _is_bare(text: str, names: Names) -> bool:
    """Whether it asks and names no subject at all: "why?", "when was that?"."""
    words = split_words(text)
    return (
        _ASKING_PHRASE.match(text) is not None
        and not any(word.term and word.form not in _WEAK_WORDS for word in words)
        and not find_named_spans(text, names)
        and not _ADDRESS.search(text)
        and not asks_for_newest(text)
    )


def _is_bare_but_for(person: str, text: str, names: Names) -> bool:
    """Whether a question names no subject besides a person and points to what was asked before:
    "why did Lee?", "when did Lee say that?"."""
    without = text.replace(person, "", 1)
    points = _POINTING.search(without) or _THING_PRONOUN.search(without)
    words = [word for word in split_words(without) if word.form not in ASKING_WORDS]
    is_empty = not any(word.term and word.form not in _WEAK_WORDS for word in words)
    says_nothing = not any(word.term or word.form in CHAT_WORDS for word in words)
    return is_empty and bool(points or says_nothing) and not find_named_spans(without, names)


def _has_open_pronoun(pronoun: re.Pattern[str], text: str, names: Names) -> bool:
    """Whether it has such a pronoun, and no name before it for which the pronoun may stand."""
    match = pronoun.search(text)
    if match is None:
        return False
    text_before = text[: match.start()]
    if _REPORTING.search(text_before) and any(
        word.term and word.form not in _WEAK_WORDS for word in split_words(text_before)
    ):
        return False
    return not any(span.start < match.start() for span in find_named_spans(text, names))


def _has_open_thing(text: str, names: Names) -> bool:
    if find_named_spans(text, names) and not _THING_PRONOUN.search(text):
        return False
    if _POINTING.search(text) and not find_named_spans(text, names):
        return True
    return not _EMPTY_IT.search(text) and _has_open_pronoun(_THING_PRONOUN, text, names)


def _person(previous: str, names: Names) -> str | None:
    """Return the person whom "he" means: the first that the question before names."""
    spans = find_named_spans(previous, names)
    persons = [span for span in spans if span.kind == "person"]
    persons += [span for span in spans if not span.kind]
    if persons:
        return previous[persons[0].start : persons[0].end]
    return None if spans or len(previous.split()) > 3 else _bare(previous)  # /said lee


def _with_person(text: str, person: str) -> str:
    def name(match: re.Match[str]) -> str:
        word, after = match[1].casefold(), text[match.end() :].split()
        is_possessive = word in ("his", "hers") or (
            word == "her" and after and is_noun(after[0].strip("?.,!").casefold())
        )
        return f"{person}'s" if is_possessive else person

    return _PERSON_PRONOUN.sub(name, text, count=1)


def _replace(previous: str, text: str, names: Names) -> str:
    """Return the question before with these words in place of a name, or else beside it."""
    if not re.search(r"\d", text) and (replaced := substitute(previous, _bare(text), names)):
        return replaced
    return f"{_bare(previous)} {text}"


def _ask_of_previous(text: str, previous: str) -> str:
    """Return the question before, asked with the asking words of the text."""
    asking = _ASKING_PHRASE.match(text)
    words, core = asking[0] if asking else "", _core(previous)
    if _AUXILIARY.match(core):  # Will the bridge reopen?
        core = core[0].lower() + core[1:]
    return f"{words} {core}?"


def _core(previous: str) -> str:
    """Return a question without the words that ask."""
    asking = _ASKING_PHRASE.match(previous)
    core = _bare(previous[asking.end() :] if asking else previous)
    return core or _bare(previous)


def _with_thing(text: str, previous: str, names: Names) -> str | None:
    """Return the text with what "it", "they" or "that" mean: a name before, or else its nouns."""
    spans = find_named_spans(previous, names)
    pronoun = _THING_PRONOUN.search(text)
    if pronoun and spans and not _POINTING.search(text):
        chosen = spans[:2] if pronoun[1].casefold().startswith("th") else _things(spans)[:1]
        subject = " and ".join(previous[span.start : span.end] for span in chosen)
        possessive = "'s" if pronoun[1].casefold() in ("its", "their", "theirs") else ""
        return text[: pronoun.start()] + subject + possessive + text[pronoun.end(1) :]
    return f"{_bare(text)} {_AUXILIARY.sub('', _core(previous), count=1)}?"


def _things(spans: Sequence[NamedSpan]) -> Sequence[NamedSpan]:
    return [span for span in spans if span.kind != "person"] or spans
