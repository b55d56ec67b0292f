"""A person to what they said: the direct speech that articles quote of them, in order of date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import Lock

from rapidfuzz import fuzz

from bot.briefing.digest.salience import Subject, read_subject
from bot.briefing.speech.speech import Speech, speech
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, Quote, Span, Statements
from bot.search.index import Index
from bot.text.names import Names
from bot.text.terms import Analyser
from bot.text.words import words

LONGEST_PERSON = 80  # characters

_MOST = 5  # people offered in place of whom was asked for
_ALIKE = 80  # of 100, a name or a word of it; Trmp and Trump are 89 alike, Macron and Margo 73
# A paragraph of this many words or fewer is about one thing, so what is said in it is too.
_SHORT_PARAGRAPH = 120
# Fewer words in common may be said twice.
_SAME_WORDS = 4


class Hearing:
    """The direct speech of articles, each of which is read once. Several threads may use it."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._heard: dict[str, tuple[Article, Sequence[Speech]]] = {}
        self._lock = Lock()  # so that two threads share the reading instead of both doing it

    def of(self, article: Article) -> Sequence[Speech]:
        with self._lock:
            held, said = self._heard.get(article.id, (None, ()))
            if held is not article:
                said = tuple(speech(article, self._names))
                self._heard[article.id] = article, said
        return said

    def forget(self, article_id: str) -> None:
        self._heard.pop(article_id, None)


def speakers(articles: Iterable[Article], hearing: Hearing) -> Counter[str]:
    """Whom some articles quote, with how often, under the commonest form of each name."""
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for article in articles:
        for said in hearing.of(article):
            forms.setdefault(_key(said.speaker), Counter())[said.speaker] += 1
    return Counter({each.most_common(1)[0][0]: each.total() for each in forms.values()})


def suggested(typed: str, known: Counter[str], names: Names) -> Sequence[str]:
    """The speakers who may be meant by what somebody has typed so far: those called so, those with
    a name that begins so, or else those with a name like it; of each the most quoted first."""
    start = " ".join(typed.casefold().split())
    if not start:
        return [name for name, _ in known.most_common()]
    speaker, others = _who(typed, known, names)
    begun = [name for name, _ in known.most_common() if f" {start}" in f" {name.casefold()}"]
    found = [*([speaker] if speaker else []), *others, *begun]
    return list(dict.fromkeys(found)) or _alike(typed, known)


def naming(person: str, index: Index) -> Sequence[Article]:
    """The articles that hold a word of a name, or another name of the same person."""
    terms = [term.term for term in index.analyser.terms(person, typed=True)]
    slots = index.bm25.matching(terms) if terms else ()
    return list({article.id: article for article in map(index.article, map(int, slots))}.values())


def said_by(
    person: str,
    topic: str | None,
    likely: Sequence[Article],
    articles: Iterable[Article],
    hearing: Hearing,
    topics: Topics,
    analyser: Analyser,
) -> Statements:
    """What `person`, who may be named in part, says in the articles `likely` to quote them,
    on `topic` if on one. Where none does, all `articles` are asked for names like it.

    Raises QuestionError, with a sentence for the person who asked, where there is nobody or nothing
    to look for.
    """
    asked = " ".join(person.split())
    if not asked or len(asked) > LONGEST_PERSON:
        raise QuestionError(
            "Name a person in 1 to {longest} characters, such as their surname.",
            longest=LONGEST_PERSON,
        )
    subject, title = _subject(topic, topics, analyser)
    speaker, others = _who(asked, speakers(likely, hearing), analyser.names)
    if speaker is None:
        nearest: Sequence[str] = ()
        if not others:
            known = speakers(articles, hearing)
            nearest = _alike(asked, known) or [name for name, _ in known.most_common()]
        return Statements(
            asked,
            topic=title,
            other_speakers=tuple(others[:_MOST]),
            nearest_names=tuple(nearest[:_MOST]),
        )
    key = _key(speaker)
    quotes = [
        _quote(article, said)
        for article in sorted(likely, key=lambda article: article.published_or_added)
        for said in hearing.of(article)
        if _key(said.speaker) == key and _on(subject, article, said, analyser)
    ]
    return Statements(asked, speaker, title, tuple(_each_once(quotes)), tuple(others[:_MOST]))


def _subject(
    topic: str | None, topics: Topics, analyser: Analyser
) -> tuple[Subject | None, str | None]:
    """What is to be spoken of, and its title; None for anything."""
    if not topic or not topic.strip():
        return None, None
    meant = topics.topic(" ".join(topic.split()))
    if meant is EVERYTHING:
        return None, None
    subject = read_subject(meant, analyser)
    if not subject.phrases:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    return subject, meant.title


def _who(asked: str, known: Counter[str], names: Names) -> tuple[str | None, Sequence[str]]:
    """The speaker who is meant, if only one can be, and the others so called, most quoted first."""
    forms, spelt = _key(asked), words(asked)
    by_key = {_key(speaker): speaker for speaker in known}
    things = (m.name.thing for m in names.mentions(spelt, typed=True) if m[1:] == (0, len(spelt)))
    keys = [*map(_key, things), forms]
    called = [each for each, _ in known.most_common() if forms and set(forms) <= set(_key(each))]
    speaker = next((by_key[key] for key in keys if key in by_key), None)
    if speaker is None and len(called) == 1:
        (speaker,) = called
    return speaker, [each for each in called if each != speaker]


def _alike(asked: str, known: Iterable[str]) -> Sequence[str]:
    """The speakers with a name that somebody may have mistyped so, the likeliest first."""
    typed = asked.casefold()

    def likeness(name: str) -> float:
        whole = name.casefold()
        return max(fuzz.ratio(typed, part) for part in (whole, *whole.split()))

    return sorted((name for name in known if likeness(name) >= _ALIKE), key=likeness, reverse=True)


def _key(name: str) -> tuple[str, ...]:
    """A name as it is compared: its words, without initials."""
    return tuple(word.form for word in words(name) if len(word.form) > 1)


def _on(subject: Subject | None, article: Article, said: Speech, analyser: Analyser) -> bool:
    """Whether something is said on a subject: its own sentences name it, or its short paragraph or
    their heading does."""
    if subject is None:
        return True
    paragraph = article.paragraphs[said.number - 1]
    short = len(paragraph.text.split()) <= _SHORT_PARAGRAPH
    told = paragraph.text if short else paragraph.text[said.span.start : said.span.end]
    return any(subject.mentions(analyser.terms(text)) for text in (told, paragraph.heading or ""))


def _quote(article: Article, said: Speech) -> Quote:
    text = article.paragraphs[said.number - 1].text
    start, end = said.span
    marks = (_bare(text, span) for span in said.words)
    return Quote(
        article,
        said.number,
        start,
        end,
        text[start:end],
        marks=tuple(Span(mark.start - start, mark.end - start) for mark in marks),
    )


def _bare(text: str, span: Span) -> Span:
    """A span without the marks at its ends."""
    inside = words(text[span.start : span.end])
    return Span(span.start + inside[0].start, span.start + inside[-1].end) if inside else span


def _each_once(quotes: Iterable[Quote]) -> list[Quote]:
    """The quotes without those whose spoken words stand in another, which has them as `also` if
    they are of another story."""
    kept: list[tuple[str, Quote]] = []
    for quote in quotes:
        spoken = _spoken(quote)
        for place, (other, held) in enumerate(kept):
            if not _same(spoken, other):
                continue
            stories = {held.article.id, *(also.article.id for also in held.repeats)}
            if quote.article.id not in stories:
                kept[place] = other, replace(held, repeats=(*held.repeats, quote))
            break
        else:
            kept.append((spoken, quote))
    return [quote for _, quote in kept]


def _spoken(quote: Quote) -> str:
    """The spoken words of a quote by their forms, with a space around each."""
    spoken = " ".join(quote.text[mark.start : mark.end] for mark in quote.marks)
    return f" {' '.join(word.form for word in words(spoken))} "


def _same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or (len(shorter.split()) >= _SAME_WORDS and shorter in longer)
