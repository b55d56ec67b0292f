"""What one collection sees: the articles it may be quoted, and what it asks of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from time import perf_counter
from typing import TypeVar

from bot.briefing.ask import ask
from bot.briefing.claims import find_sources
from bot.briefing.digest.digest import make_digest
from bot.briefing.digest.timeline import make_timeline
from bot.briefing.digest.watching import is_repeat, match_watches, resolve_watch
from bot.briefing.speech.speakers import (
    SpeechCache,
    count_speakers,
    find_articles_naming,
    find_statements,
    suggest_speakers,
)
from bot.briefing.topics import Topics
from bot.briefing.verify import verify
from bot.library.deduplication import is_copy
from bot.model import (
    Answer,
    Article,
    Digest,
    Paragraph,
    PostedQuote,
    Quote,
    SourceReport,
    Statements,
    Timeline,
    Topic,
    Verification,
)
from bot.search.index import Index

# A copy is sought by the rarest terms of its longest paragraphs.
_SOUGHT = 8
_COMPARED = 3

_Said = TypeVar("_Said", Answer, Digest, Statements, SourceReport, Timeline, Verification)


class View:
    """The articles of a collection over those of `beneath`, which it sees as its own.

    What is asked of them takes some milliseconds, longer while another thread asks; `article`,
    `articles` and `vouch` never wait.
    """

    def __init__(
        self,
        topics: Topics,
        index: Index,
        lock: Lock,
        *,
        own: Iterable[Article] = (),
        beneath: View | None = None,
    ) -> None:
        """`index` holds the paragraphs of `own` over those of the view beneath; `lock` guards it
        and every index that it lies over or under."""
        self.topics = topics
        self.index = index
        self._lock = lock
        self._own = {article.id: article for article in own}
        self._beneath = beneath
        self._speech: SpeechCache = (
            beneath._speech if beneath else SpeechCache(index.analyser.names)
        )

    @property
    def articles(self) -> Sequence[Article]:
        """Every article seen, those beneath first, each in the order of its coming."""
        return (*(self._beneath.articles if self._beneath else ()), *self.own)

    @property
    def own(self) -> Sequence[Article]:
        """The articles of the collection itself."""
        return tuple(self._own.values())

    def article(self, article_id: str) -> Article | None:
        own = self._own.get(article_id)
        return own or (self._beneath.article(article_id) if self._beneath else None)

    def ask(self, question: str, *, after: int = 0) -> Answer:
        """Answer a question, with the quotes that come `after` so many. Raises QuestionError where
        there is nothing to search for."""
        began = perf_counter()
        with self._lock:
            answer = ask(question, self.index, self.topics, after=after)
        return _timed(answer, began)

    def digest(
        self, topic: str, *, had: Sequence[PostedQuote] = (), since: datetime | None = None
    ) -> Digest:
        """Digest a topic (a slug, an alias, any text, or "everything"), of articles since `since`
        (UTC), leaving out what `had` has said. Raises QuestionError where there is nothing to
        search for."""
        began = perf_counter()
        with self._lock:
            digest = make_digest(topic, self.index, self.topics, already_posted=had, since=since)
        return _timed(digest, began)

    def verify(self, text: str) -> Verification:
        """Say whether `text` stands in the articles. Raises QuestionError where there is nothing to
        look for."""
        began = perf_counter()
        with self._lock:
            verification = verify(text, self.index)
        return _timed(verification, began)

    def timeline(self, topic: str, *, since: date | None = None) -> Timeline:
        """The stories on a topic in order of date, or only those published from `since` on. Raises
        QuestionError where there is nothing to search for."""
        began = perf_counter()
        with self._lock:
            timeline = make_timeline(topic, self.index, self.topics, since=since)
        return _timed(timeline, began)

    def said(self, person: str, topic: str | None = None) -> Statements:
        """What the articles quote of a person, on a topic if on one. Raises QuestionError where
        there is nobody or nothing to look for."""
        began = perf_counter()
        with self._lock:
            likely = find_articles_naming(person, self.index)
        sayings = find_statements(
            person,
            topic,
            likely,
            self.articles,
            self._speech,
            self.topics,
            self.index.analyser,
        )
        return _timed(sayings, began)

    def speakers(self, typed: str = "") -> Sequence[str]:
        """Whom the articles quote and may be meant by what is `typed` so far, likeliest and most
        quoted first. For each article not heard before it takes some milliseconds."""
        known = count_speakers(self.articles, self._speech)
        return suggest_speakers(typed, known, self.index.analyser.names)

    def find_sources(self, text: str) -> SourceReport:
        """Say what the articles hold on each sentence of `text`."""
        began = perf_counter()
        with self._lock:
            sourcing = find_sources(text, self.index)
        return _timed(sourcing, began)

    def to_watch(self, words: str) -> Topic:
        """The topic that is meant by `words`. Raises QuestionError where there is no word in it."""
        return resolve_watch(words, self.topics, self.index.analyser)

    def spoken_of(self, article: Article, watched: Iterable[str]) -> Mapping[str, Quote]:
        """Of the words that are `watched` those that `article`, which need not be held, speaks of,
        each with the quote that does so best."""
        return match_watches(article, watched, self.topics, self.index.analyser)

    def says_again(self, quote: Quote, had: Iterable[PostedQuote]) -> bool:
        """Whether `quote` repeats what was posted before."""
        with self._lock:
            return is_repeat(quote, had, self.index)

    def vouch(self, quote: Quote) -> bool:
        """Whether `quote` stands in the article held, character for character."""
        article = self.article(quote.article.id)
        return article is not None and quote.is_verbatim(article)

    def copy_of(self, paragraphs: Sequence[Paragraph]) -> Article | None:
        """The article seen that is the same story in nearly the same words."""
        longest = sorted(paragraphs, key=lambda paragraph: -len(paragraph.text))[:_COMPARED]
        with self._lock:
            held = self.index.bm25
            slots = {
                slot
                for paragraph in longest
                for slot, _ in held.top(self._rarest_terms(paragraph), _COMPARED)
            }
            found = {self.index.passage(slot).article.id for slot in slots}
        articles = filter(None, map(self.article, sorted(found)))
        return next((each for each in articles if is_copy(paragraphs, each.paragraphs)), None)

    def hold(self, article: Article) -> None:
        """Hold an article, in place of the one with its id."""
        with self._lock:
            if article.id in self._own:
                self.index.remove(article.id)
            self.index.add(article)
            self._own[article.id] = article

    def forget(self, article_id: str) -> None:
        """Hold an article no longer; one that is not held is forgotten already."""
        with self._lock:
            if self._own.pop(article_id, None):
                self.index.remove(article_id)
                self._speech.forget(article_id)

    def _rarest_terms(self, paragraph: Paragraph) -> list[str]:
        """The terms of a paragraph that the fewest others hold: a copy holds most of them."""
        frequency = self.index.bm25.frequency
        terms = {term.term for term in self.index.analyser.terms(paragraph.text)}
        return heapq.nsmallest(_SOUGHT, sorted(filter(frequency, terms)), key=frequency)


def _timed(said: _Said, began: float) -> _Said:
    return replace(said, took_ms=round((perf_counter() - began) * 1000, 3))
