"""Watches: whether a new article is about watched words, by which quote, and if that is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from bot.briefing.digest.salience import (
    MAX_SALIENCE,
    MIN_CENTRAL_SALIENCE,
    Phrase,
    Subject,
    find_central,
    find_excluded,
    find_salient,
    read_subject,
)
from bot.briefing.facts.similarity import Similarity
from bot.briefing.quoting import Excerpt, find_excerpts, quote_sentence
from bot.briefing.topics import Topics
from bot.errors import QuestionError
from bot.model import Article, PostedQuote, Quote, Topic
from bot.search.index import Index
from bot.text.exclusions import split_exclusions
from bot.text.lexicon import find_synonyms
from bot.text.stems import is_hangul
from bot.text.terms import AnalysedText, Analyser

# Each paragraph and sentence before an excerpt adds this to what its salience is divided by: of 18
# lines of five timelines 9 tell then what happened that were background before.
_LATENESS = 0.3


def resolve_watch(words: str, topics: Topics, analyser: Analyser) -> Topic:
    """Return the topic that `words` name. Raises QuestionError where they hold no word."""
    topic = topics.resolve(" ".join(words.split()))
    if not topic.has_all and not read_subject(topic, analyser).phrases:
        raise QuestionError("There is no word to watch for; name a person, a place or a subject.")
    return topic


def match_watches(
    article: Article, watched: Iterable[str], topics: Topics, analyser: Analyser
) -> Mapping[str, Quote]:
    """Return those of the `watched` words that `article` is about, each with its best quote."""
    index = Index(analyser)
    index.add(article)
    quotes = {}
    for words in watched:
        topic = topics.resolve(words)
        if find_excluded(topic, index):
            continue
        subject = read_watched_subject(words, topics, analyser)
        if topic.has_all:
            best = find_opening_excerpt(index.slots(article.id), index)
        else:
            best = find_best_excerpt(map(int, index.bm25.matching(subject.terms)), subject, index)
        if best:
            quotes[words] = quote_sentence(best.sentences[-1], index, subject.terms)
    return quotes


def is_repeat(quote: Quote, already_posted: Iterable[PostedQuote], index: Index) -> bool:
    """Whether `quote` is the same point as a posted one; `index` knows how rare words are."""
    similarity = Similarity(index)
    content = AnalysedText(quote.text, index.analyser).content_set
    return any(
        similarity.is_same_point(content, AnalysedText(posted.text, index.analyser).content_set)
        for posted in already_posted
    )


def read_watched_subject(words: str, topics: Topics, analyser: Analyser) -> Subject:
    """Return the names and words of a topic, or of any other text its phrases, with synonyms.

    Each phrase is also watched for with a synonym in it. A word that stands alone has no synonyms,
    or "talks" would match every discussion; a Korean one has, as the articles are in English.
    """
    subject = read_subject(topics.resolve(words), analyser)
    if topics.find(words) or topics.find(split_exclusions(words).words):
        return subject
    variants = (variant for phrase in subject.phrases for variant in _replace_by_synonyms(phrase))
    return Subject((*subject.phrases, *variants))


def find_best_excerpt(slots: Iterable[int], subject: Subject, index: Index) -> Excerpt | None:
    """Return the excerpt that best tells what an article says of the subject; None if it is not
    about it. An article opens with what has happened, and goes on with the background.

    `slots` are those of its paragraphs, in order, that may name the subject. They are read until
    none that follows can be better.
    """
    central: list[tuple[Excerpt, float]] = []
    best = 0.0

    def may_be_better(slot: int) -> bool:
        return len(central) < 2 or _rank(MAX_SALIENCE, index.passage(slot).number - 1) > best

    for excerpt, salience in find_salient(takewhile(may_be_better, slots), subject, index):
        if salience >= MIN_CENTRAL_SALIENCE:
            central.append((excerpt, salience))
            best = max(best, _rank(salience, excerpt.position))
    central_pairs = find_central(central, subject, index)
    return max(central_pairs, key=lambda pair: _rank(pair[1], pair[0].position), default=(None,))[0]


def _rank(salience: float, position: int) -> float:
    """Return how well an excerpt of this salience, so far from the front, tells of an article."""
    return salience / (1 + _LATENESS * position)


def find_opening_excerpt(slots: Iterable[int], index: Index) -> Excerpt | None:
    """Return the first excerpt of some paragraphs, for watches of everything."""
    return next((excerpt for slot in slots for excerpt in find_excerpts(slot, index)), None)


def _replace_by_synonyms(phrase: Phrase) -> Iterator[Phrase]:
    """Yield the phrase with one of its terms replaced, in every way."""
    is_single = sum(map(len, phrase)) == 1
    for number, compound in enumerate(phrase):
        for position, term in enumerate(compound):
            for synonym in find_synonyms(term) if is_hangul(term) or not is_single else ():
                variant = (*compound[:position], synonym, *compound[position + 1 :])
                yield (*phrase[:number], variant, *phrase[number + 1 :])
