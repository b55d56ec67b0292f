"""Direct speech in Korean: who is quoted by a sentence, found by rules.

A quotation is speech where a quoting ending follows it (라고, 고, 며) and a verb of speech after
that; its speaker is a person with a title, marked as subject before it. A sentence without a
subject goes on with whoever spoke in the one before. What is unsure is credited to nobody.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.briefing.quoting import join_adjacent
from bot.briefing.speech.korean_people import KoreanPeople
from bot.briefing.speech.spoken import MIN_WORDS, Spoken
from bot.model import Span
from bot.text.korean_people import TitledName, find_titled_names, is_full_name
from bot.text.lexicon import is_korean_word
from bot.text.names import Names
from bot.text.quotations import Quotation, find_quotations, starting_within
from bot.text.sentences import split_sentences

_TOPIC, _SUBJECT = ("은", "는", "도", "께서는", "께서도"), ("이", "가", "께서")
_QUOTING = re.compile(
    r" ?(?:(?P<own>(?:이?라|[다냐자])?는 (?:입장|뜻|취지|의견|견해|방침|소감|각오)(?=[을를도] ))"
    r"|(?P<and>(?:이?라며|이?라면서|며|면서|[다냐자]며|[다냐자]면서)도?)(?![가-힣])"
    r"|(?:이?라고|[다냐자]고|고)(?:까지|도|만|는)?(?![가-힣]))"
)
# “…”며 우는 주민들: what is said by somebody who only then is named.
_RELATIVE_CLAUSE = re.compile(
    r" (?:[가-힣]+ )?(?:[가-힣]+[는던]|외친|(?:말|주장|호소|항의|반발|요구)한) [가-힣]"
)
_WORD = re.compile(r"[가-힣A-Za-z0-9·]+")
_MARKED = re.compile(r"(?P<noun>[가-힣A-Za-z0-9·]+?)(?P<particle>께서는|께서|은|는|이|가)")
# "Which is", "who does", "big", "many": a verb or an adjective before its noun, no subject.
_ATTRIBUTE = re.compile(
    r"[가-힣]*(?:[하되있없않받보오가주나라다자냐려싶같알르살들지치키기리히우으쓰크늘줄열내두서루따끼이]는"
    r"|[같많높낮좋적짧깊넓작젊늦받얻맞찾남입앉먹닫놓들믿묻잡않없싶밝붉얇두굵]은"
    r"|(?:에|에서|에게|로|서|까지|부터|만|보다|께)는|[많같없깊높굳낱겹똑]이|이같이|[국전작물평추]가|문가)"
)
# Between a subject and a quotation these end a clause, so that another subject may follow.
_CLAUSE_END = re.compile(
    r"(?:지만|으나|[었았였했됐혔졌렸났]고|으며|는데|은데|인데|[하되]고)(?:,| )"
)
# Two people who speak together: 한 시장과 윤 의원은.
_AND = re.compile(r"(?: ?(?:과|와|,|·|및|그리고|또는) ?)+")
_BODY_SPEAKS = re.compile(r"(?:당|부|처|청|위|측|군|회|실|언론|매체|방송|일보)에서(?:는|도)? ")
_PRONOUN = re.compile(r"(?:그|그녀)(?:는|가|도)")
_DAY = re.compile(r"\d.*[\d일월년시분]")
_MAX_TO_VERB = 40  # characters between a quoting ending and its verb
_MIN_LETTERS = 8  # of one long word that is speech
_MAX_BEFORE_NAME = 60  # characters before a sentence that tell whose name opens it


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The Korean word lists of speech.toml, as patterns and sets."""

    verb: re.Pattern[str]
    statement: re.Pattern[str]
    source: re.Pattern[str]
    goes_on: frozenset[str]
    no_subjects: frozenset[str]


@cache
def _load_vocabulary() -> _Vocabulary:
    text = files(__package__).joinpath("speech.toml").read_text(encoding="utf-8")
    lists = {name: words.split() for name, words in tomllib.loads(text)["korean"].items()}
    do, past, present, sources = (
        "|".join(lists[name]) for name in ("do", "past", "present", "sources")
    )
    connected = r"(?:며|면서|고|자|니|는데|지만|더니)(?![가-힣])"
    ended = r"(?:다(?![는던])|고|으며|으나|지만|는데|습니다|었다|자|더니)"
    nouns = "말|발언|글|답|뜻|입장|의견|반응|주장"
    verb = re.compile(
        rf"(?<![가-힣])(?:(?:{do})? ?(?:했|하였){ended}"
        rf"|(?:{do})?(?:한다(?!는)|합니다|하{connected})|밝힌 (?:뒤|바 있)"
        rf"|(?:{do})한 (?:뒤|후|다음|데 이어|바 있)"
        rf"|(?:{past}){ended}|(?:{present})(?:는다|{connected})"
        rf"|(?:{nouns})[을를도] (?:했|남겼|올렸|적었|썼|내놨|내놓았|전했|밝혔){ended})"
    )
    stated = "(?:피력|표|고수|재확인|강조|공유|전달)?(?:했|하였)|밝혔|전했|남겼|올렸|내놨|드러냈"
    statement = re.compile(rf"[을를도] (?:[가-힣]+ )?(?:{stated}){ended}")
    source = re.compile(rf" ?(?:{sources})(?:에 따르면|에 의하면),? ?")
    goes_on, no_subjects = frozenset(lists["goes-on"]), frozenset(lists["no-subjects"])
    return _Vocabulary(verb, statement, source, goes_on, no_subjects)


class _Subject(NamedTuple):
    """A word marked as subject from `start` to `end` of a paragraph.

    `person` is None for whatever is no person or may be two; `is_topic` says that it is marked with
    은 and not with 이.
    """

    start: int
    end: int
    person: str | None
    is_topic: bool


class KoreanReader:
    """Reads the paragraphs of one Korean article in order, and keeps track of who speaks."""

    def __init__(self, names: Names) -> None:
        self._people = KoreanPeople(names)
        self._speaker: str | None = None  # of the previous sentence, if it has one alone
        self._subject: str | None = None  # of the previous sentence, if it names nobody else

    def read_paragraph(
        self, text: str, asides: Iterable[Span], next_is_quoted: bool = False
    ) -> Iterator[Spoken]:
        """Yield what is said in each sentence of a paragraph, where its quotations close in it."""
        quotations = [quotation for quotation in find_quotations(text) if not quotation.is_open]
        previous: Span | None = None
        for span in split_sentences(text, asides):
            quoted = starting_within(quotations, span)
            yield from self._read_sentence(text, span, quoted, previous)
            previous = span

    def identify(self, name: str) -> str | None:
        """Return the person whom a name by itself means, as a label or a signature."""
        if titled := next(find_titled_names(name), None):
            return self._people.identify(titled)
        *_, last = name.split()
        if (person := self._people.find_named(last)) or is_korean_word(last):
            return person
        untitled = TitledName(last, "", "", 0, 0, is_surname=False)
        return self._people.identify(untitled) if is_full_name(last) else None

    def forget_focus(self) -> None:
        """Forget whom the previous sentence was about."""
        self._speaker = self._subject = None

    def _read_sentence(
        self, text: str, span: Span, quotations: Sequence[Quotation], previous: Span | None
    ) -> Iterator[Spoken]:
        named = self._find_people(text, span, quotations)
        subjects = self._find_subjects(text, span, quotations, named)
        words_by_speaker: dict[str, list[Span]] = {}
        others_spoke = goes_on = False
        speaker: str | None = None
        start = span.start  # of the clause
        for number, quotation in enumerate(quotations):
            following = quotations[number + 1 :]
            limit = following[0].span.start if following else span.end
            end = _find_verb_end(text, quotation, limit)
            preceding = [
                subject for subject in subjects if start <= subject.start < quotation.span.start
            ]
            if preceding:
                speaker = _choose_speaker(preceding, text, start, quotation.span.start)
            elif speaker is None and start == span.start:
                continued = None if subjects else self._continue(text, span)
                speaker = _find_source(text, quotation, named) or continued
                goes_on = speaker is not None and speaker == self._speaker
            if end is None:
                continue
            inverted = [
                subject for subject in subjects if quotation.span.end <= subject.start < end
            ]
            if inverted:
                is_only = not preceding and len(inverted) == 1
                speaker = inverted[0].person if is_only else None
            if speaker is None:
                others_spoke = True
            elif _is_speech(text, quotation):
                words_by_speaker.setdefault(speaker, []).append(quotation.words)
            start = end
        self._remember(words_by_speaker, others_spoke, subjects, [person for _, person in named])
        for person, words in words_by_speaker.items():
            joined = join_adjacent(previous, span, text) if goes_on and previous else None
            yield Spoken(person, joined or span, tuple(words))

    def _find_people(
        self, text: str, span: Span, quotations: Sequence[Quotation]
    ) -> list[tuple[TitledName, str | None]]:
        """Return the people named with titles outside the quotations of a sentence."""
        people = []
        start = max(0, span.start - _MAX_BEFORE_NAME)
        for shifted in find_titled_names(_mask(text, quotations)[start : span.end]):
            named = shifted._replace(start=shifted.start + start, end=shifted.end + start)
            if named.start >= span.start:
                people.append((named, self._people.identify(named)))
        return people

    def _find_subjects(
        self,
        text: str,
        span: Span,
        quotations: Sequence[Quotation],
        named: Sequence[tuple[TitledName, str | None]],
    ) -> list[_Subject]:
        """Return the words marked as subjects outside the quotations of a sentence, in order."""
        ends = [titled.end for titled, _ in named]
        subjects = []
        for titled, person in named:
            if titled.particle in _TOPIC + _SUBJECT:
                is_joined = any(_AND.fullmatch(text, end, titled.start) for end in ends)
                alone = None if is_joined else person
                subjects.append(
                    _Subject(titled.start, titled.end, alone, titled.particle in _TOPIC)
                )
        no_subjects = _load_vocabulary().no_subjects
        for word in _WORD.finditer(_mask(text, quotations), span.start, span.end):
            if any(titled.start <= word.start() < titled.end for titled, _ in named):
                continue
            if _PRONOUN.fullmatch(word.group()):
                subjects.append(_Subject(word.start(), word.end(), self._subject, True))
                continue
            marked = _MARKED.fullmatch(word.group())
            if marked is None:
                continue
            noun = marked["noun"]
            person = self._people.find_named(noun)
            is_noun = not (
                _ATTRIBUTE.fullmatch(word.group()) or _DAY.fullmatch(noun) or noun in no_subjects
            )
            if person or is_noun:
                is_topic = marked["particle"] in _TOPIC
                subjects.append(_Subject(word.start(), word.end(), person, is_topic))
        return sorted(subjects)

    def _continue(self, text: str, span: Span) -> str | None:
        """Return the previous speaker where a sentence without a subject goes on with them."""
        opening = _WORD.search(text, span.start, span.end)
        goes_on = opening is not None and opening.group() in _load_vocabulary().goes_on
        opens_quoted = text[span.start] in "\"“'‘"
        return self._speaker if goes_on or opens_quoted else None

    def _remember(
        self,
        words_by_speaker: dict[str, list[Span]],
        others_spoke: bool,
        subjects: Sequence[_Subject],
        people: Sequence[str | None],
    ) -> None:
        """Keep who the sentence was by and about, for the next."""
        speakers = set(words_by_speaker)
        topics = {subject.person for subject in subjects if subject.is_topic}
        self._speaker = next(iter(speakers)) if len(speakers) == 1 and not others_spoke else None
        subject = self._speaker or (next(iter(topics)) if len(topics) == 1 else None)
        self._subject = subject if not others_spoke and set(people) <= {subject} else None


def _choose_speaker(subjects: Sequence[_Subject], text: str, start: int, end: int) -> str | None:
    """Return who speaks the quotation at `end`, by the subjects before it in its clause."""
    last = subjects[-1]
    topics = [subject for subject in subjects if subject.is_topic]
    if last.is_topic:
        return last.person
    if last.person:
        opening = _WORD.search(text, start)
        goes_on = opening is not None and opening.group() in _load_vocabulary().goes_on
        is_embedded = topics or goes_on or _BODY_SPEAKS.search(text, start, last.start)
        return None if is_embedded else last.person
    if topics and not _CLAUSE_END.search(text, topics[-1].end, last.start):
        return topics[-1].person
    return None


def _find_source(
    text: str,
    quotation: Quotation,
    named: Sequence[tuple[TitledName, str | None]],
) -> str | None:
    """Return the person by whose account it is: 한도윤 시장의 말에 따르면 “…”."""
    for titled, person in reversed(named):
        if titled.end <= quotation.span.start and titled.particle == "의":
            between = text[titled.end : quotation.span.start].removeprefix("의")
            return person if _load_vocabulary().source.fullmatch(between) else None
    return None


def _find_verb_end(text: str, quotation: Quotation, limit: int) -> int | None:
    """Return where the verb of speech after a quotation ends; None if it is quoted as no speech."""
    quoting = _QUOTING.match(text, quotation.span.end, limit)
    if quoting is None:
        return None
    if quoting["and"]:
        is_relative = _RELATIVE_CLAUSE.match(text, quoting.end(), limit)
        return None if is_relative else quoting.end()
    if quoting["own"]:
        stated = _load_vocabulary().statement.match(text, quoting.end(), limit)
        return stated.end() if stated else None
    verb = _load_vocabulary().verb.search(
        text, quoting.end(), min(limit, quoting.end() + _MAX_TO_VERB)
    )
    return verb.end() if verb else None


def _is_speech(text: str, quotation: Quotation) -> bool:
    """Whether a quotation is long enough to be no mere term."""
    quoted = text[slice(*quotation.words)]
    return len(quoted.split()) >= MIN_WORDS or len(quoted) >= _MIN_LETTERS


def _mask(text: str, quotations: Sequence[Quotation]) -> str:
    """Return `text` with what is quoted replaced by marks, of the same length."""
    parts: list[str] = []
    end = 0
    for quotation in quotations:
        parts += (
            text[end : quotation.span.start],
            "“" * (quotation.span.end - quotation.span.start),
        )
        end = quotation.span.end
    return "".join((*parts, text[end:]))
