"""A sentence's verbs of speech to their subjects, and its quotations to whose words they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.briefing.speech.tagging import Shaped
from bot.briefing.speech.vocabulary import vocabulary
from bot.model import Span

# What stands before a subject: the start of a clause, and words that are no name. A name behind a
# preposition ("an aide to Lee") or "and" is not who speaks.
_OPENING = re.compile(r"(?:^c?|[Q,;:.!be-])x*((?:N+w)?[Sdw#t]{0,6})$")
_ENDS_WITH_SUBJECT = re.compile(r"(?:N+|h)$")
_NAME_AND_COMMA = re.compile(r"N+(?=,)")
# What is set between a subject and its verb: "Lee, the mayor of Tessel, said".
_APPOSITION = re.compile(r",(?:[^VCKGQ:;.!hyoN][^VCKGQ:;.!hyo]{0,30}|[N#S]+),")
_OPEN_APPOSITION = re.compile(r"N+(?=,d[dwSNp#c-]{0,10}x*$)")
# "The mayor of Tessel, Ann Lee, said", but not "of Springfield, Illinois, said".
_APPOSED = re.compile(r"(?<=w,)N+(?=,$)")
_PLACE_AND_STATE = re.compile(r"pN+,$")
# A verb before its subject: "said Lee", "said the mayor, Ann Lee,"; not "said Lee and Kim".
_BEHIND_QUOTATION = re.compile(r"Q[,!]?x*$")
_INVERTED = re.compile(r"(?:(?:[dwS]|N+[dwS])+,?)?(N+)(?![NwSd])|(h)")
_JOINED = re.compile(r"(?:,N+)*,?c[dw]*N")
_NEVER_BEFORE_SUBJECT = ("told", "tells")

# What may stand between a verb of speech and what it quotes, and between a quotation and the one
# who is then said to have said it. Neither spans another verb of speech, or another clause.
_DIRECT = re.compile(r"[,:]?|w?N*(?:[pt][dwSN#t]{0,6})*[,:]")
_LEADING = re.compile(r"[dwSNpx#iteohcyQ]*[,:]?")
_LEADING_AS = re.compile(rf"{_LEADING.pattern}(?<=e)[dwS]{{0,3}}")
_TRAILING_DIRECT = re.compile(r"[,!]?")
_TRAILING = re.compile(r"[dwSNpx#iteocyQ]*,")
# "Lee said Trump yelled": who says what follows is open.
_ACTS = re.compile(r"N+w")
# Behind a question, "Lee said" is of the question; "Lee said no" may answer it.
_NO_MORE_SAID = re.compile(r"N*(?:$|[.,:;pct-])")

# One word between quotation marks is a term more often than speech.
FEWEST_WORDS = 2
# A quotation behind these is a term, or somebody else said it before: "Lee's slogan".
_BELONGING = re.compile(r"S[^Q]{0,2}$")
_MENTIONED_WITHIN = 4  # words
_ENDS = (".", "!", "?", "…")


class Attribution(NamedTuple):
    """A verb of speech and its subject, from `first` up to `end` of a sentence's tokens; `speaker`
    is None where it remains open who that is."""

    first: int
    verb: int
    end: int
    speaker: str | None
    by_pronoun: bool = False


class Mention(NamedTuple):
    """A person named, by a name or a possessive that begins at `place` of a sentence's tokens."""

    place: int
    person: str
    possessive: bool


class Credit(NamedTuple):
    """Whose words a quotation are, None where that is open; `direct` says that nothing stands
    between it and the verb of speech, so that it is no mere term in what the article says."""

    speaker: str | None
    direct: bool


def opens_clause(shape: str, place: int) -> bool:
    """Whether what stands at `place` can be the subject of a clause."""
    return bool(_OPENING.search(shape[:place]))


def subject_of(sentence: Shaped, verb: int) -> tuple[int, Span] | None:
    """Where the clause of a verb of speech begins, and the name or pronoun that is its subject."""
    shape = sentence.shape
    inverted = None
    if shape[verb] == "V" and sentence.form(verb) not in _NEVER_BEFORE_SUBJECT:
        inverted = inverted_subject(shape, verb)
    if _BEHIND_QUOTATION.search(shape[:verb]):
        return inverted
    before = shape[:verb].rstrip("x")
    for match in _names_before(before):
        opening = _OPENING.search(before[: match.start()])
        if opening and ("N" not in opening[1] or _is_role(sentence.form(match.start() - 1))):
            return opening.start(1), Span(*match.span())
    return inverted if before.endswith(",") else None


def _names_before(before: str) -> Iterator[re.Match[str]]:
    """What may be the subject of a verb in the shape before it, the nearest first."""
    adjoining = (_ENDS_WITH_SUBJECT, _APPOSED, _OPEN_APPOSITION)
    if match := next(filter(None, (each.search(before) for each in adjoining)), None):
        yield match
    elif before.endswith(","):
        for match in reversed(list(_NAME_AND_COMMA.finditer(before[:-1]))):
            state = _PLACE_AND_STATE.search(before[: match.start()])
            if not state and _APPOSITION.fullmatch(before[match.end() :]):
                yield match


def _is_role(form: str) -> bool:
    """Whether a word says what a person is: president, author, editor-in-chief."""
    known = vocabulary()
    return form.partition("-")[0] in known.titles | known.people


def inverted_subject(shape: str, verb: int) -> tuple[int, Span] | None:
    """The same where the verb comes first: "said Lee"."""
    match = _INVERTED.match(shape, verb + 1)
    if not match or _JOINED.match(shape, match.end()):
        return None
    return verb, Span(*match.span(match.lastindex or 0))


def credit(
    sentence: Shaped, place: int, told: Sequence[Attribution], mentions: Sequence[Mention]
) -> Credit:
    """Whose words the quotation at `place` are, if what stands before and behind it agree."""
    found = (_before(sentence, place, told, mentions), _behind(sentence.shape, place, told))
    credits = [each for each in found if each]
    if len({each.speaker for each in credits}) != 1:
        return Credit(None, False)
    return Credit(credits[0].speaker, any(each.direct for each in credits))


def _before(
    sentence: Shaped, place: int, told: Sequence[Attribution], mentions: Sequence[Mention]
) -> Credit | None:
    """By a verb before the quotation: "Lee said: “…”", "Lee said the talks were “…”"."""
    shape = sentence.shape
    lead = _leading(shape, place, told, mentions)
    if lead is None:
        return None
    between = shape[lead.end : place]
    if shape[lead.verb] == "K":
        return Credit(lead.speaker, False) if _LEADING_AS.fullmatch(between) else None
    if _DIRECT.fullmatch(between):
        return Credit(lead.speaker, True)
    another_acts = shape[lead.verb] == "V" and any(
        lead.end <= each.place < place
        and each.person != lead.speaker
        and _ACTS.match(shape, each.place)
        for each in mentions
    )
    if another_acts or not _LEADING.fullmatch(between):
        return None
    return Credit(lead.speaker, False)


def _behind(shape: str, place: int, told: Sequence[Attribution]) -> Credit | None:
    """By a verb behind the quotation: "“…,” Lee said", "the talks were “…”, Lee said"."""
    trail = next((each for each in told if each.first > place), None)
    if trail is None or shape[trail.verb] in "CK":
        return None
    between = shape[place + 1 : trail.first]
    if _TRAILING_DIRECT.fullmatch(between):
        answers = "!" in between and not _NO_MORE_SAID.match(shape, trail.end)
        opens = not place or shape[place - 1] in ",.:;!-"
        return Credit(None if answers else trail.speaker, opens)
    return Credit(trail.speaker, False) if _TRAILING.fullmatch(between) else None


def _leading(
    shape: str, place: int, told: Sequence[Attribution], mentions: Sequence[Mention]
) -> Attribution | None:
    """The nearest attribution before `place`. A participle (", adding") has the speaker of the verb
    before it, unless somebody else stands between who was not merely told."""
    lead = max((a for a in told if a.end <= place), key=lambda a: a.verb, default=None)
    participle = shape.rfind("G", lead.end if lead else 0, place)
    if participle < 0:
        return lead
    speaker = None
    if lead and shape[participle - 1] == ",":
        heard = bool(shape[lead.end : participle - 1].strip("N"))
        others = (each for each in mentions if lead.end <= each.place < participle)
        if not heard or not any(each.person != lead.speaker for each in others):
            speaker = lead.speaker
    return Attribution(participle, participle, participle + 1, speaker)


def is_speech(sentence: Shaped, place: int, text: str, direct: bool) -> bool:
    """Whether a quotation is what somebody says: no title, and, in the midst of what the article
    says, neither a mere term nor something that belongs to somebody else."""
    quotation = sentence.tokens[place].quotation
    assert quotation
    said = text[quotation.words.start : quotation.words.end]
    words = said.split()
    if sum(word[0].isupper() for word in words) > len(words) / 2 and not said.endswith(_ENDS):
        return False
    if direct:
        return True
    near = range(max(0, place - _MENTIONED_WITHIN), place)
    return (
        len(words) >= FEWEST_WORDS
        and not _BELONGING.search(sentence.shape[:place])
        and not any(sentence.form(each) in vocabulary().mentions for each in near)
    )
