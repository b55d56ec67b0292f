"""Speakers: what a person says in the articles, by date, and whom a typed name may mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import Lock

from rapidfuzz import fuzz

from bot.briefing.digest.salience import Subject, read_subject
from bot.briefing.quoting import quote_span
from bot.briefing.speech.direct_speech import Speech, find_speech
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, Quote, Span, Statements
from bot.search.index import Index
from bot.text.korean_people import find_titled_names
from bot.text.names import Names
from bot.text.terms import Analyser
from bot.text.words import split_words

MAX_NAME_LENGTH = 80  # characters

_MAX_SUGGESTIONS = 5
# From 0 to 100, for a name or a word of it: Trmp and Trump have 89, Macron and Margo 73.
_MIN_NAME_RATIO = 80
# A paragraph of this many words or fewer is about one thing, so what is said in it is too.
_SHORT_PARAGRAPH_WORDS = 120
# Fewer words in common may be said twice.
_MIN_REPEATED_WORDS = 4


class SpeechCache:
    """The direct speech of articles, found once in each. Threads may share it."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._speeches: dict[str, tuple[Article, Sequence[Speech]]] = {}
        # So that two threads do not both read an article; for another they seldom wait.
        self._locks = [Lock() for _ in range(64)]

    def get(self, article: Article) -> Sequence[Speech]:
        """Return the direct speech in an article."""
        with self._locks[hash(article.id) % len(self._locks)]:
            cached, speeches = self._speeches.get(article.id, (None, ()))
            if cached is not article:
                speeches = tuple(find_speech(article, self._names))
                self._speeches[article.id] = article, speeches
        return speeches

    def forget(self, article_id: str) -> None:
        """Drop the speech of an article, if it is cached."""
        self._speeches.pop(article_id, None)


def count_speakers(articles: Iterable[Article], cache: SpeechCache) -> Counter[str]:
    """Return how often each person is quoted, under the commonest form of their name."""
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for article in articles:
        for speech in cache.get(article):
            forms.setdefault(_name_key(speech.speaker), Counter())[speech.speaker] += 1
    return Counter({names.most_common(1)[0][0]: names.total() for names in forms.values()})


def suggest_speakers(typed: str, quoted: Counter[str], names: Names) -> Sequence[str]:
    """Return the `quoted` people who may be meant by what was typed so far, the most quoted first.

    Those of that name come first, then those with a word in their name that begins so; without any,
    those with a similar name.
    """
    prefix = " ".join(typed.casefold().split())
    if not prefix:
        return [name for name, _ in quoted.most_common()]
    speaker, namesakes = _find_speaker(typed, quoted, names)
    matching = [name for name, _ in quoted.most_common() if f" {prefix}" in f" {name.casefold()}"]
    suggestions = [*([speaker] if speaker else []), *namesakes, *matching]
    return list(dict.fromkeys(suggestions)) or _find_similar_names(typed, quoted)


def find_articles_naming(person: str, index: Index) -> Sequence[Article]:
    """Return the articles that hold a word of a name, or another name of the same person."""
    terms = [term.term for term in index.analyser.terms(person, typed=True)]
    slots = index.bm25.matching(terms) if terms else ()
    return list({article.id: article for article in map(index.article, map(int, slots))}.values())


def find_statements(
    person: str,
    topic: str | None,
    likely_articles: Sequence[Article],
    all_articles: Iterable[Article],
    cache: SpeechCache,
    topics: Topics,
    analyser: Analyser,
) -> Statements:
    """Return what `person`, whose name may be partial, says, on `topic` if one is given.

    Only `likely_articles` are read for it; where nobody of that name is quoted there, similar names
    are suggested from `all_articles`. Raises QuestionError, with a sentence for the person who
    asked, where there is nobody or nothing to look for.
    """
    name = " ".join(person.split())
    if not name or len(name) > MAX_NAME_LENGTH:
        raise QuestionError(
            "Name a person in 1 to {longest} characters, such as their surname.",
            longest=MAX_NAME_LENGTH,
        )
    subject, title = _read_topic(topic, topics, analyser)
    likely_speakers = count_speakers(likely_articles, cache)
    speaker, namesakes = _find_speaker(name, likely_speakers, analyser.names)
    if speaker is None:
        nearest: Sequence[str] = ()
        if not namesakes:
            quoted = count_speakers(all_articles, cache)
            nearest = _find_similar_names(name, quoted) or [
                other for other, _ in quoted.most_common()
            ]
        return Statements(
            name,
            topic=title,
            other_speakers=tuple(namesakes[:_MAX_SUGGESTIONS]),
            nearest_names=tuple(nearest[:_MAX_SUGGESTIONS]),
        )
    key = _name_key(speaker)
    quotes = [
        _quote_speech(article, speech)
        for article in sorted(likely_articles, key=lambda article: article.published_or_added)
        for speech in cache.get(article)
        if _name_key(speech.speaker) == key and _is_about(subject, article, speech, analyser)
    ]
    others = tuple(namesakes[:_MAX_SUGGESTIONS])
    return Statements(name, speaker, title, tuple(_merge_repeats(quotes)), others)


def _read_topic(
    topic: str | None, topics: Topics, analyser: Analyser
) -> tuple[Subject | None, str | None]:
    """Return the subject of a topic and its title; None of both for no topic or everything."""
    if not topic or not topic.strip():
        return None, None
    matched = topics.resolve(" ".join(topic.split()))
    if matched is EVERYTHING:
        return None, None
    subject = read_subject(matched, analyser)
    if not subject.phrases:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    return subject, matched.title


def _find_speaker(
    name: str, quoted: Counter[str], names: Names
) -> tuple[str | None, Sequence[str]]:
    """Return the person meant by a name, if only one can be, and the others of that name."""
    if titled := next(find_titled_names(name), None):  # 한도윤 시장
        name = titled.name
    forms, known_name = _name_key(name), names.match(name, typed=True)
    by_key = {_name_key(speaker): speaker for speaker in quoted}
    keys = [_name_key(known_name.entity), forms] if known_name else [forms]
    namesakes = [
        other for other, _ in quoted.most_common() if forms and set(forms) <= set(_name_key(other))
    ]
    speaker = next((by_key[key] for key in keys if key in by_key), None)
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


def _name_key(name: str) -> tuple[str, ...]:
    """Return a name as it is compared: its words, without initials."""
    return tuple(word.form for word in split_words(name) if len(word.form) > 1)


def _is_about(
    subject: Subject | None, article: Article, speech: Speech, analyser: Analyser
) -> bool:
    """Whether the sentences of a speech, its short paragraph or the heading name a subject."""
    if subject is None:
        return True
    paragraph = article.paragraphs[speech.paragraph - 1]
    is_short = len(paragraph.text.split()) <= _SHORT_PARAGRAPH_WORDS
    context = paragraph.text if is_short else paragraph.text[slice(*speech.span)]
    return any(
        subject.find_mentions(analyser.terms(text)) for text in (context, paragraph.heading or "")
    )


def _quote_speech(article: Article, speech: Speech) -> Quote:
    """Quote the sentences of a speech, with the spoken words marked."""
    text = article.paragraphs[speech.paragraph - 1].text
    marks = (_trim_punctuation(text, span) for span in speech.words)
    return quote_span(article, speech.paragraph, speech.span, marks=marks)


def _trim_punctuation(text: str, span: Span) -> Span:
    """Return a span from its first word to its last."""
    spoken = split_words(text[slice(*span)])
    return Span(span.start + spoken[0].start, span.start + spoken[-1].end) if spoken else span


def _merge_repeats(quotes: Iterable[Quote]) -> list[Quote]:
    """Return the quotes, each with those of other stories that repeat it as its `repeats`."""
    merged: list[tuple[str, Quote]] = []
    for quote in quotes:
        spoken = _spoken_forms(quote)
        for number, (earlier_spoken, earlier) in enumerate(merged):
            if not _is_repeated(spoken, earlier_spoken):
                continue
            stories = {earlier.article.id, *(repeat.article.id for repeat in earlier.repeats)}
            if quote.article.id not in stories:
                merged[number] = earlier_spoken, replace(earlier, repeats=(*earlier.repeats, quote))
            break
        else:
            merged.append((spoken, quote))
    return [quote for _, quote in merged]


def _spoken_forms(quote: Quote) -> str:
    """Return the forms of a quote's spoken words, with a space around each."""
    spoken = " ".join(quote.text[slice(*mark)] for mark in quote.marks)
    return f" {' '.join(word.form for word in split_words(spoken))} "


def _is_repeated(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return shorter == longer or (len(shorter.split()) >= _MIN_REPEATED_WORDS and shorter in longer)
