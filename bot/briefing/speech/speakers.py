"""Speakers: what a person says in the articles, by date, and whom a typed name may mean."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.briefing.digest.salience import (
    Subject,
    find_excluded,
    read_subject,
    require_words,
)
from bot.briefing.quoting import quote_span
from bot.briefing.speech.speech_index import (
    NameKey,
    SpeechIndex,
    Statement,
    count_by_commonest_form,
    name_key,
)
from bot.briefing.topics import Topics
from bot.errors import QuestionError
from bot.model import Article, Quote, Statements, Topic
from bot.search.index import Index
from bot.text.korean_people import find_titled_names
from bot.text.names import Names
from bot.text.terms import Analyser

MAX_NAME_LENGTH = 80  # characters

_MAX_SUGGESTIONS = 5
# From 0 to 100, for a name or a word of it: Trmp and Trump have 89, Macron and Margo 73.
_MIN_NAME_RATIO = 80
# A paragraph of this many words or fewer is about one thing, so what is said in it is too.
_SHORT_PARAGRAPH_WORDS = 120
# Fewer words in common may be said twice.
_MIN_REPEATED_WORDS = 4


def suggest_speakers(typed: str, quoted: Counter[str], names: Names) -> Sequence[str]:
    """Return the `quoted` people who may be meant by what was typed so far, the most quoted first.

    Those of that name come first, then those with a word in their name that begins so; without any,
    those with a similar name.
    """
    prefix = " ".join(typed.casefold().split())
    if not prefix:
        return [name for name, _ in quoted.most_common()]
    speaker, namesakes = _find_speaker(_read_name(typed, names), quoted)
    matching = [name for name, _ in quoted.most_common() if f" {prefix}" in f" {name.casefold()}"]
    suggestions = [*([speaker] if speaker else []), *namesakes, *matching]
    return list(dict.fromkeys(suggestions)) or _find_similar_names(typed, quoted)


def find_statements(
    person: str, topic: str | None, index: Index, speech: SpeechIndex, topics: Topics
) -> Statements:
    """Return what `person`, whose name may be partial, says, on `topic` if one is given.

    Only articles that name the person count; where nobody of that name is quoted there, similar
    names are suggested. Raises QuestionError, with a sentence for the person who asked, where there
    is nobody or nothing to look for.
    """
    name = " ".join(person.split())
    if not name or len(name) > MAX_NAME_LENGTH:
        raise QuestionError(
            "Enter a name of 1 to {longest} characters, such as a surname.",
            longest=MAX_NAME_LENGTH,
        )
    matched, subject = _read_topic(topic, topics, index.analyser)
    wanted = _read_name(name, index.analyser.names)
    by_speaker = speech.find_statements(wanted.may_be)
    naming = _find_naming(person, by_speaker, index)
    speaker, namesakes = _find_speaker(wanted, _count_speakers(naming))
    others = tuple(namesakes[:_MAX_SUGGESTIONS])
    if speaker is None:
        nearest: Sequence[str] = ()
        if not namesakes:
            quoted = speech.count_speakers()
            nearest = _find_similar_names(name, quoted) or [
                other for other, _ in quoted.most_common()
            ]
        nearest_names = tuple(nearest[:_MAX_SUGGESTIONS])
        return Statements(name, topic=matched, other_speakers=others, nearest_names=nearest_names)
    placed = naming[name_key(speaker)]
    if subject is not None:
        placed = _find_about(subject, placed, index)
    if matched and (left_out := find_excluded(matched, index)):
        placed = [each for each in placed if each.article.id not in left_out]
    placed = sorted(placed, key=lambda each: (each.article.published_or_added, each.slot))
    return Statements(name, speaker, matched, tuple(_merge_repeats(placed)), others)


def _read_topic(
    topic: str | None, topics: Topics, analyser: Analyser
) -> tuple[Topic | None, Subject | None]:
    """Return a topic and its subject; None of both for no topic or everything, and no subject where
    the topic is everything but for what it excludes."""
    if not topic or not topic.strip():
        return None, None
    matched = topics.resolve(" ".join(topic.split()))
    if matched.has_all:
        return (matched if matched.excluded else None), None
    return matched, require_words(read_subject(matched, analyser))


class _WantedName(NamedTuple):
    """A name as typed: its words, and the keys of whom it is the whole name, the likeliest
    first."""

    forms: NameKey
    keys: Sequence[NameKey]

    def is_part_of(self, key: NameKey) -> bool:
        """Whether a speaker's name has all of its words."""
        return bool(self.forms) and set(self.forms).issubset(key)

    def may_be(self, key: NameKey) -> bool:
        """Whether a speaker may be meant."""
        return key in self.keys or self.is_part_of(key)


def _read_name(name: str, names: Names) -> _WantedName:
    if titled := next(find_titled_names(name), None):  # 한도윤 시장
        name = titled.name
    forms, known_name = name_key(name), names.match(name, typed=True)
    return _WantedName(forms, [name_key(known_name.entity), forms] if known_name else [forms])


class _PlacedStatement(NamedTuple):
    """A statement with its article, and the slot of its paragraph."""

    article: Article
    statement: Statement
    slot: int


def _find_naming(
    person: str, by_speaker: Mapping[NameKey, Iterable[tuple[Article, Statement]]], index: Index
) -> dict[NameKey, list[_PlacedStatement]]:
    """Return the statements in articles that hold a word of a name, or another name of the same
    person, by speaker."""
    terms = [term.term for term in index.analyser.terms(person, typed=True)]
    matching = index.bm25.matching(terms).tolist() if terms else []
    placed = {
        key: [
            _PlacedStatement(article, statement, slots[statement.paragraph - 1])
            for article, statement in statements
            if (slots := _slots_of(article, index))
            and bisect_left(matching, slots[0]) < bisect_right(matching, slots[-1])
        ]
        for key, statements in by_speaker.items()
    }
    return {key: statements for key, statements in placed.items() if statements}


def _slots_of(article: Article, index: Index) -> Sequence[int]:
    """Return the slots of an article; none where it was replaced or removed meanwhile."""
    try:
        slots = index.slots(article.id)
        return slots if index.article(slots[0]) is article else ()
    except LookupError:
        return ()


def _count_speakers(
    naming: Mapping[NameKey, Iterable[_PlacedStatement]],
) -> Counter[str]:
    return count_by_commonest_form(
        {
            key: Counter(each.statement.speaker for each in statements)
            for key, statements in naming.items()
        }
    )


def _find_speaker(wanted: _WantedName, quoted: Counter[str]) -> tuple[str | None, Sequence[str]]:
    """Return the person meant by a name, if only one can be, and the others of that name."""
    by_key = {name_key(speaker): speaker for speaker in quoted}
    namesakes = [other for other, _ in quoted.most_common() if wanted.is_part_of(name_key(other))]
    speaker = next((by_key[key] for key in wanted.keys if key in by_key), None)
    if speaker is None and len(namesakes) == 1:
        (speaker,) = namesakes
    return speaker, [namesake for namesake in namesakes if namesake != speaker]


def _find_similar_names(name: str, quoted: Iterable[str]) -> Sequence[str]:
    """Return the names that `name` may be a typing error for, the likeliest first."""
    typed = name.casefold()

    def ratio(speaker: str) -> float:
        full_name = speaker.casefold()
        return max(fuzz.ratio(typed, part) for part in (full_name, *full_name.split()))

    similar = (speaker for speaker in quoted if ratio(speaker) >= _MIN_NAME_RATIO)
    return sorted(similar, key=ratio, reverse=True)


def _find_about(
    subject: Subject, placed: Iterable[_PlacedStatement], index: Index
) -> list[_PlacedStatement]:
    """Return the statements whose sentences, short paragraph or heading name a subject."""
    slots = set(index.bm25.matching(subject.terms).tolist())
    return [
        each for each in placed if each.slot in slots and _is_about(subject, each, index.analyser)
    ]


def _is_about(subject: Subject, placed: _PlacedStatement, analyser: Analyser) -> bool:
    article, statement, _ = placed
    paragraph = article.paragraphs[statement.paragraph - 1]
    is_short = len(paragraph.text.split()) <= _SHORT_PARAGRAPH_WORDS
    context = paragraph.text if is_short else paragraph.text[slice(*statement.span)]
    return any(
        subject.find_mentions(analyser.terms(text)) for text in (context, paragraph.heading or "")
    )


def _merge_repeats(placed: Sequence[_PlacedStatement]) -> list[Quote]:
    """Return the statements as quotes, each with those of other stories that repeat it as its
    `repeats`."""
    firsts = _find_firsts(each.statement.forms for each in placed)
    merged: dict[str, dict[str, _PlacedStatement]] = {}  # the first of each story
    for each in placed:
        merged.setdefault(firsts[each.statement.forms], {}).setdefault(each.article.id, each)
    quotes = (list(map(_quote_statement, stories.values())) for stories in merged.values())
    return [
        replace(first, repeats=tuple(repeats)) if repeats else first for first, *repeats in quotes
    ]


def _find_firsts(all_forms: Iterable[str]) -> Mapping[str, str]:
    """Return for each of the forms of some statements the first that it repeats, often itself.

    Two repeat each other where one holds the other. So they are looked for only among those that
    hold the first few words of the other: one by one, 1,500 statements took .7 s.
    """
    related: dict[str, set[str]] = {forms: set() for forms in all_forms}
    numbers = {forms: number for number, forms in enumerate(related)}
    by_opening: dict[tuple[str, ...], list[str]] = {}
    for forms in related:
        if opening := next(_runs(forms), None):
            by_opening.setdefault(opening, []).append(forms)
    for forms in related:
        for run in filter(by_opening.__contains__, _runs(forms)):
            for part in by_opening[run]:
                if part != forms and part in forms:
                    related[forms].add(part)
                    related[part].add(forms)
    firsts: dict[str, str] = {}
    for forms, others in related.items():
        candidates = (other for other in others if firsts.get(other) == other)
        firsts[forms] = min(candidates, key=numbers.__getitem__, default=forms)
    return firsts


def _runs(forms: str) -> Iterator[tuple[str, ...]]:
    """Yield all runs of _MIN_REPEATED_WORDS words; none where there are fewer."""
    words = forms.split()
    return zip(*(words[start:] for start in range(_MIN_REPEATED_WORDS)), strict=False)


def _quote_statement(placed: _PlacedStatement) -> Quote:
    """Quote the sentences of a statement, with the spoken words marked."""
    article, statement, _ = placed
    return quote_span(article, statement.paragraph, statement.span, marks=statement.marks)
