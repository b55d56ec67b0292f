"""The subjects of a sentence's verbs of speech, and by them the speakers of its quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.briefing.speech.spoken import MIN_WORDS
from bot.briefing.speech.tagging import TaggedSentence, load_vocabulary
from bot.model import Span

# What precedes a subject: the start of a clause, and words that are no name. A name after a
# preposition ("an aide to Lee") or "and" is not the speaker.
_OPENING = re.compile(r"(?:^c?|[Q,;:.!be-])x*((?:N+w)?[Sdw#t]{0,6})$")
_ENDS_WITH_SUBJECT = re.compile(r"(?:N+|h)$")
_NAME_AND_COMMA = re.compile(r"N+(?=,)")
# What may separate a subject from its verb: "Lee, the mayor of Tessel, said".
_APPOSITION = re.compile(r",(?:[^VCKGQ:;.!hyoN][^VCKGQ:;.!hyo]{0,30}|[N#S]+),")
_OPEN_APPOSITION = re.compile(r"N+(?=,d[dwSNp#c-]{0,10}x*$)")
# "The mayor of Tessel, Ann Lee, said", but not "of Springfield, Illinois, said".
_APPOSED = re.compile(r"(?<=w,)N+(?=,$)")
_PLACE_AND_STATE = re.compile(r"pN+,$")
# "Ann Lee of the University of Tessel said", "Ann Lee, speaking to the BBC, said".
_OF_PLACE = re.compile(r"(?:^c?|[Q,;:.!be-])x*(N{2,4})(pd?N+(?:pd?N+)*)$")
_SPEAKING = re.compile(r"(?:^c?|[Q,;:.!be-])x*(N+),(w[pdwNt#S-]{0,10}),$")
# A verb before its subject: "said Lee", "said the mayor, Ann Lee,"; not "said Lee and Kim".
_AFTER_QUOTATION = re.compile(r"Q[,!]?x*$")
_INVERTED = re.compile(r"(?:(?:[dwS]|N+[dwS])+,?)?(N+)(?![NwSd])|(h)")
_SECOND_SUBJECT = re.compile(r"(?:,N+)*,?c[dw]*N")
_NEVER_BEFORE_SUBJECT = ("told", "tells")

# What may stand between a verb of speech and its quotation, and between a quotation and the subject
# after it. Neither spans another verb of speech, or another clause.
_DIRECT = re.compile(r"[,:]?|w?N*(?:[pt][dwSN#t]{0,6})*[,:]")
_LEADING = re.compile(r"[dwSNpx#iteohcyQ]*[,:]?")
_LEADING_AS = re.compile(rf"{_LEADING.pattern}(?<=e)[dwS]{{0,3}}")
_TRAILING_DIRECT = re.compile(r"[,!]?")
_TRAILING = re.compile(r"[dwSNpx#iteocyQ]*,")
# "Lee said Trump yelled": who says what follows is unclear.
_NAME_AND_WORD = re.compile(r"N+w")
# After a question, "Lee said" belongs to the question; "Lee said no" may answer it.
_SAYS_NOTHING_MORE = re.compile(r"N*(?:$|[.,:;pct-])")

# A quotation after these is a term, or somebody else's earlier words: "Lee's slogan".
_POSSESSIVE_BEFORE = re.compile(r"S[^Q]{0,2}$")
_MENTION_REACH = 4  # tokens
_SENTENCE_ENDS = (".", "!", "?", "…")


class Attribution(NamedTuple):
    """A verb of speech and its subject, from `first` up to `end` of a sentence's tokens.

    `speaker` is None where it is unclear who that is; `by_pronoun` says that a pronoun names them.
    """

    first: int
    verb: int
    end: int
    speaker: str | None
    by_pronoun: bool = False


class PersonMention(NamedTuple):
    """A person named by a name or a possessive that begins at `position` of a sentence's tokens."""

    position: int
    person: str
    is_possessive: bool


class AttributedSentence(NamedTuple):
    """A tagged sentence with its mentions of people and its attributions of speech, in order."""

    sentence: TaggedSentence
    mentions: Sequence[PersonMention]
    attributions: Sequence[Attribution]


class Credit(NamedTuple):
    """The speaker of a quotation, None where that is unclear.

    `is_direct` says that nothing separates it from the verb of speech, so that it is no mere term.
    """

    speaker: str | None
    is_direct: bool


def opens_clause(tags: str, position: int) -> bool:
    """Whether what stands at `position` can be the subject of a clause."""
    return bool(_OPENING.search(tags[:position]))


def find_subject(sentence: TaggedSentence, verb: int) -> tuple[int, Span] | None:
    """Return where the clause of a verb of speech begins, and its subject, a name or pronoun."""
    tags = sentence.tags
    inverted = None
    if tags[verb] == "V" and sentence.form(verb) not in _NEVER_BEFORE_SUBJECT:
        inverted = find_inverted_subject(tags, verb)
    if _AFTER_QUOTATION.search(tags[:verb]):
        return inverted
    tags_before = tags[:verb].rstrip("x")
    for match in _match_subjects(tags_before):
        opening = _OPENING.search(tags_before[: match.start()])
        if opening and ("N" not in opening[1] or _is_role(sentence.form(match.start() - 1))):
            return opening.start(1), Span(*match.span())
    if subject := _find_described_subject(sentence, tags_before):
        return subject.start, subject
    return inverted if tags_before.endswith(",") else None


def find_inverted_subject(tags: str, verb: int) -> tuple[int, Span] | None:
    """Return the same as `find_subject` where the verb precedes its subject: "said Lee"."""
    match = _INVERTED.match(tags, verb + 1)
    if not match or _SECOND_SUBJECT.match(tags, match.end()):
        return None
    return verb, Span(*match.span(match.lastindex or 0))


def _match_subjects(tags_before: str) -> Iterator[re.Match[str]]:
    """Yield the possible subjects of a verb in the tags before it, the nearest first."""
    adjoining = (_ENDS_WITH_SUBJECT, _APPOSED, _OPEN_APPOSITION)
    matches = (pattern.search(tags_before) for pattern in adjoining)
    if nearest := next(filter(None, matches), None):
        yield nearest
    elif tags_before.endswith(","):
        for match in reversed(list(_NAME_AND_COMMA.finditer(tags_before[:-1]))):
            is_state = _PLACE_AND_STATE.search(tags_before[: match.start()])
            if not is_state and _APPOSITION.fullmatch(tags_before[match.end() :]):
                yield match


def _find_described_subject(sentence: TaggedSentence, tags_before: str) -> Span | None:
    """Return the subject before where its bearer is from, or where they are speaking."""
    vocabulary = load_vocabulary()
    described = (_OF_PLACE, vocabulary.origins), (_SPEAKING, vocabulary.speaking)
    for pattern, openings in described:
        match = pattern.search(tags_before)
        if match and sentence.form(match.start(2)) in openings:
            return Span(*match.span(1))
    return None


def _is_role(form: str) -> bool:
    """Whether a word says what a person is: president, author, editor-in-chief."""
    vocabulary = load_vocabulary()
    return form.partition("-")[0] in vocabulary.titles | vocabulary.people


def credit_quotation(attributed: AttributedSentence, position: int) -> Credit:
    """Return the speaker of the quotation at `position`, if the verbs before and after it agree."""
    preceding = _credit_to_preceding(attributed, position)
    following = _credit_to_following(attributed, position)
    if preceding and following and preceding.speaker != following.speaker:
        return Credit(None, False)
    is_direct = any(credit.is_direct for credit in (preceding, following) if credit)
    return Credit((preceding or following or Credit(None, False)).speaker, is_direct)


def _credit_to_preceding(attributed: AttributedSentence, position: int) -> Credit | None:
    """Credit a quotation to a verb before it: "Lee said: “…”", "Lee said the talks were “…”"."""
    tags = attributed.sentence.tags
    lead = _find_lead(attributed, position)
    if lead is None:
        return None
    tags_between = tags[lead.end : position]
    if tags[lead.verb] == "K":
        return Credit(lead.speaker, False) if _LEADING_AS.fullmatch(tags_between) else None
    if _DIRECT.fullmatch(tags_between):
        return Credit(lead.speaker, True)
    another_acts = tags[lead.verb] == "V" and any(
        lead.end <= mention.position < position
        and mention.person != lead.speaker
        and _NAME_AND_WORD.match(tags, mention.position)
        for mention in attributed.mentions
    )
    if another_acts or not _LEADING.fullmatch(tags_between):
        return None
    return Credit(lead.speaker, False)


def _credit_to_following(attributed: AttributedSentence, position: int) -> Credit | None:
    """Credit a quotation to a verb after it: "“…,” Lee said", "the talks were “…”, Lee said"."""
    tags = attributed.sentence.tags
    trail = next((verb for verb in attributed.attributions if verb.first > position), None)
    if trail is None or tags[trail.verb] in "CK":
        return None
    tags_between = tags[position + 1 : trail.first]
    if _TRAILING_DIRECT.fullmatch(tags_between):
        is_answer = "!" in tags_between and not _SAYS_NOTHING_MORE.match(tags, trail.end)
        is_direct = not position or tags[position - 1] in ",.:;!-"
        return Credit(None if is_answer else trail.speaker, is_direct)
    return Credit(trail.speaker, False) if _TRAILING.fullmatch(tags_between) else None


def _find_lead(attributed: AttributedSentence, position: int) -> Attribution | None:
    """Return the nearest attribution before `position`.

    A participle (", adding") has the speaker of the verb before it, unless somebody else is named
    in between who was not merely told.
    """
    tags = attributed.sentence.tags
    preceding = (verb for verb in attributed.attributions if verb.end <= position)
    lead = max(preceding, key=lambda attribution: attribution.verb, default=None)
    participle = tags.rfind("G", lead.end if lead else 0, position)
    if participle < 0:
        return lead
    speaker = None
    if lead and tags[participle - 1] == ",":
        says_something = bool(tags[lead.end : participle - 1].strip("N"))
        between = range(lead.end, participle)
        people = {mention.person for mention in attributed.mentions if mention.position in between}
        if not says_something or not people - {lead.speaker}:
            speaker = lead.speaker
    return Attribution(participle, participle, participle + 1, speaker)


def is_speech(sentence: TaggedSentence, position: int, text: str, is_direct: bool) -> bool:
    """Whether the quotation at `position` is what somebody says, and no title.

    Amid the article's own words it must also be no mere term, and belong to nobody else.
    """
    quotation = sentence.tokens[position].quotation
    assert quotation
    quoted = text[quotation.words.start : quotation.words.end]
    words = quoted.split()
    capitals = sum(word[0].isupper() for word in words)
    if capitals > len(words) / 2 and not quoted.endswith(_SENTENCE_ENDS):
        return False
    if is_direct:
        return True
    preceding = range(max(0, position - _MENTION_REACH), position)
    mentions = load_vocabulary().mentions
    return (
        len(words) >= MIN_WORDS
        and not _POSSESSIVE_BEFORE.search(sentence.tags[:position])
        and not any(sentence.form(index) in mentions for index in preceding)
    )
