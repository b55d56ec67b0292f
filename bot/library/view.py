"""The articles that one collection can see, and all that is computed from them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TypeVar

from bot.briefing.ask import MAX_QUESTION_LENGTH, ask
from bot.briefing.claims import find_sources
from bot.briefing.digest.digest import MAX_POINTS, make_digest
from bot.briefing.digest.salience import read_subject
from bot.briefing.digest.timeline import make_timeline
from bot.briefing.digest.watching import is_repeat, match_watches, resolve_watch
from bot.briefing.speech.speakers import find_statements, suggest_speakers
from bot.briefing.speech.speech_index import ReadStatements, SpeechIndex, read_statements
from bot.briefing.subjects import SubjectCounts
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
    Selected,
    Selection,
    SourceReport,
    Statements,
    Timeline,
    Topic,
    Verification,
)
from bot.search.evidence import rate_paragraphs
from bot.search.index import Index
from bot.search.query import read_query
from bot.search.selected import select
from bot.semantic.encoder import Encoder, Vectors

# A copy is searched for by the rarest terms of its longest paragraphs.
_MAX_TERMS = 8
_MAX_COMPARED = 3
# Paragraphs whose vectors are made in one call, so that a process can stop soon.
_ENCODED_TOGETHER = 8
# What the articles are most about is offered beside topics with a name, so many of them.
_MAX_SUBJECTS = 8

_Result = TypeVar("_Result", Answer, Digest, Statements, SourceReport, Timeline, Verification)
_SelectedResult = TypeVar("_SelectedResult", Answer, Digest, Statements, Timeline)

EVERY_ARTICLE = Selection()


class View:
    """The articles of a collection and those of its base view, which it also sees.

    A method that computes takes some milliseconds and waits for nobody: what is read meanwhile may
    be replaced by another thread, and is then computed again (see `Index.read`).
    """

    def __init__(
        self,
        topics: Topics,
        index: Index,
        *,
        own_articles: Iterable[Article] = (),
        base: View | None = None,
        encoder: Encoder | None = None,
        read_speech: ReadStatements | None = None,
    ) -> None:
        """`index`, over that of `base`, holds `own_articles`, whose direct speech `read_speech`
        finds."""
        self.topics = topics
        self.index = index
        self._articles_by_id = {article.id: article for article in own_articles}
        self._changes = 0
        self.subjects = SubjectCounts(index.analyser.names, self._articles_by_id.values())
        self._base = base
        self._encoder = encoder
        self.speech: SpeechIndex = SpeechIndex(
            read_speech or partial(read_statements, names=index.analyser.names),
            self._articles_by_id.values(),
            base.speech if base else None,
        )

    @property
    def articles(self) -> Sequence[Article]:
        """All visible articles, those of the base first, in the order in which they were added."""
        return (*(self._base.articles if self._base else ()), *self.own_articles)

    @property
    def is_empty(self) -> bool:
        """Whether no article is visible."""
        return not self._articles_by_id and (self._base is None or self._base.is_empty)

    @property
    def version(self) -> tuple[int, ...]:
        """How often its articles changed, and those of the base."""
        return (self._changes, *(self._base.version if self._base else ()))

    @property
    def own_articles(self) -> Sequence[Article]:
        """The articles of the collection itself."""
        return tuple(self._articles_by_id.values())

    def article(self, article_id: str) -> Article | None:
        """Return the visible article with this id."""
        article = self._articles_by_id.get(article_id)
        return article or (self._base.article(article_id) if self._base else None)

    def ask(self, question: str, *, after: int = 0, selection: Selection = EVERY_ARTICLE) -> Answer:
        """Answer a question from the selected articles, leaving out the first `after` quotes.

        Raises QuestionError where there is nothing to search for.
        """
        vector = self._encode_question(question)
        return self._compute(
            selection,
            lambda index: ask(question, index, self.topics, offset=after, vector=vector),
        )

    def encode_candidates(self, question: str, selection: Selection = EVERY_ARTICLE) -> None:
        """Make the vectors that `ask` needs for this question and that are not made yet.

        For a process that ends before `Library.encode_next` has made all. Takes half a second.
        """
        if self._encoder is None:
            return

        def find_slots() -> Iterable[int]:
            index = self._select(selection)
            return rate_paragraphs(read_query(question, index), index)

        slots = self.index.read(find_slots)
        for slot in [slot for slot in slots if self.index.vectors(slot) is None]:
            layer = self if slot >= self.index.bm25.first_slot else self._base
            if layer:
                layer._encode_paragraph(slot, self._encoder)

    def encode_next(self) -> bool:
        """Make the vectors of the next few of its own paragraphs; whether there were any.

        Takes some .2 s.
        """
        if self._encoder is None:
            return False
        slots = list(islice(self.index.slots_without_vectors(), _ENCODED_TOGETHER))
        for slot in slots:
            self._encode_paragraph(slot, self._encoder)
        return bool(slots)

    def digest(
        self,
        topic: str,
        *,
        already_posted: Sequence[PostedQuote] = (),
        selection: Selection = EVERY_ARTICLE,
        max_points: int | None = None,
    ) -> Digest:
        """Digest the selected articles on a topic: a slug, an alias, any text, or "everything".

        What `already_posted` says is left out; there are at most `max_points` quotes. Raises
        QuestionError where there is nothing to search for.
        """
        is_any_text = topic.strip() and not self.topics.find(topic)
        is_whole = not already_posted and not selection
        vector = self._encode_question(topic) if is_any_text and is_whole else None
        return self._compute(
            selection,
            lambda index: make_digest(
                topic,
                index,
                self.topics,
                already_posted=already_posted,
                vector=vector,
                max_points=max_points or MAX_POINTS,
            ),
        )

    def verify(self, text: str) -> Verification:
        """Check whether the articles contain `text`.

        Raises QuestionError where there is nothing to look for.
        """
        return self._timed(lambda: verify(text, self.index))

    def timeline(self, topic: str, *, selection: Selection = EVERY_ARTICLE) -> Timeline:
        """List the selected articles on a topic, in order of date.

        Raises QuestionError where there is nothing to search for.
        """
        return self._compute(selection, lambda index: make_timeline(topic, index, self.topics))

    def find_sources(self, text: str) -> SourceReport:
        """Look up what the articles say on each sentence of `text`."""
        return self._timed(lambda: find_sources(text, self.index))

    def find_statements(
        self, person: str, topic: str | None = None, *, selection: Selection = EVERY_ARTICLE
    ) -> Statements:
        """Find what the selected articles quote of a person, on `topic` if given.

        Raises QuestionError where there is nobody or nothing to look for.
        """
        self.speech.read_all()  # for many new articles it takes seconds
        return self._compute(
            selection,
            lambda index: find_statements(person, topic, index, self.speech, self.topics),
        )

    def suggest_speakers(self, typed: str = "") -> Sequence[str]:
        """Return the persons whom the articles quote and who match the prefix `typed`, the most
        likely and most quoted first. Takes some milliseconds for each article not yet read."""
        return suggest_speakers(typed, self.speech.count_speakers(), self.index.analyser.names)

    def suggest_topics(self, typed: str, limit: int) -> Sequence[Topic]:
        """Return at most `limit` topics for somebody who has typed so far: those with a name and,
        where the server has named none, what its articles are most about."""
        named = self.topics.suggest(typed, limit)
        if self.topics.own:
            return named
        subjects = self.suggest_subjects(typed, _MAX_SUBJECTS if named else limit)
        titles = {
            title.casefold()
            for topic in named
            for title in (topic.title, *dict(topic.titles).values())
        }
        subjects = [topic for topic in subjects if topic.title.casefold() not in titles]
        is_first = not typed.strip() and bool(self.own_articles)
        return [*subjects, *named][:limit] if is_first else [*named, *subjects][:limit]

    def suggest_subjects(self, typed: str, limit: int) -> Sequence[Topic]:
        """Return at most `limit` names of what its own articles are most about, or where it has
        none those that it sees, that begin with what was typed so far or have a word that does."""
        prefix = " ".join(typed.casefold().split())
        layer = self if self.own_articles or self._base is None else self._base
        titles = (
            title
            for title in layer.subjects.list_names()
            if f" {title.casefold()}".find(f" {prefix}") >= 0
        )
        return [Topic(title, title) for title in islice(titles, limit)]

    def holds_words(self, topic: Topic) -> bool:
        """Whether there is anything to search for in a topic."""
        return bool(read_subject(topic, self.index.analyser).phrases)

    def resolve_watch(self, words: str) -> Topic:
        """Return the topic meant by `words`. Raises QuestionError where they hold no word."""
        return resolve_watch(words, self.topics, self.index.analyser)

    def match_watches(self, article: Article, topics: Iterable[str]) -> Mapping[str, Quote]:
        """Return the best quote of `article`, stored or not, on each watched topic it speaks of."""
        return match_watches(article, topics, self.topics, self.index.analyser)

    def is_repeat(self, quote: Quote, already_posted: Iterable[PostedQuote]) -> bool:
        """Whether `quote` repeats a posted quote."""
        return self.index.read(lambda: is_repeat(quote, already_posted, self.index))

    def is_current(self, quote: Quote) -> bool:
        """Whether the stored article has `quote`, character for character."""
        article = self.article(quote.article.id)
        return article is not None and quote.is_verbatim(article)

    def find_copy(self, paragraphs: Sequence[Paragraph]) -> Article | None:
        """Return a visible article that is the same story in nearly the same words."""
        longest = sorted(paragraphs, key=lambda paragraph: -len(paragraph.text))

        def find_similar() -> set[str]:
            slots = {
                slot
                for paragraph in longest[:_MAX_COMPARED]
                for slot, _ in self.index.bm25.top(self._rarest_terms(paragraph), _MAX_COMPARED)
            }
            return {self.index.article(slot).id for slot in slots}

        article_ids = self.index.read(find_similar)
        candidates = filter(None, map(self.article, sorted(article_ids)))
        copies = (article for article in candidates if is_copy(paragraphs, article.paragraphs))
        return next(copies, None)

    def put(self, article: Article) -> None:
        """Add an article, or replace the one with its id."""
        self.index.put((article,))
        self._articles_by_id[article.id] = article
        self.speech.put(article)
        self.subjects.put(article)
        self._changes += 1

    def remove(self, article_id: str) -> None:
        """Remove an article of the collection, if it has it."""
        if self._articles_by_id.pop(article_id, None):
            self.index.remove(article_id)
            self.speech.remove(article_id)
            self.subjects.remove(article_id)
            self._changes += 1

    def _encode_question(self, question: str) -> Vectors | None:
        question = question[:MAX_QUESTION_LENGTH]
        if self._encoder is None or not self._encoder.reads(question):
            return None
        vector: Vectors = self._encoder.encode([question])[0]
        return vector

    def _encode_paragraph(self, slot: int, encoder: Encoder) -> None:
        try:
            texts = [sentence.text for sentence in self.index.sentences(slot)]
        except KeyError:  # removed meanwhile
            return
        self.index.set_vectors(slot, encoder.encode(texts))

    def _select(self, selection: Selection) -> Index:
        """Return the index, in which only the selected articles are found if there is a choice."""
        return select(self.index, selection.has) if selection else self.index

    def _compute(
        self, selection: Selection, compute: Callable[[Index], _SelectedResult]
    ) -> _SelectedResult:
        """Compute a result from the selected articles, which it says."""

        def compute_selected() -> _SelectedResult:
            index = self._select(selection)
            result = compute(index)
            if not selection:
                return result
            article_count = sum(1 for _ in index.articles())
            undated = [
                article
                for article in self.index.articles()
                if article.published is None
                and (selection.source is None or selection.source.has(article))
            ]
            undated_count = len(undated) if selection.period else 0
            return replace(result, selected=Selected(selection, article_count, undated_count))

        return self._timed(compute_selected)

    def _timed(self, compute: Callable[[], _Result]) -> _Result:
        """Compute a result from the index and note how long that took."""
        started = perf_counter()
        return _with_duration(self.index.read(compute), started)

    def _rarest_terms(self, paragraph: Paragraph) -> list[str]:
        """Return the terms of a paragraph with the fewest postings: a copy has most of them."""
        frequency = self.index.bm25.frequency
        terms = {term.term for term in self.index.analyser.terms(paragraph.text)}
        return heapq.nsmallest(_MAX_TERMS, sorted(filter(frequency, terms)), key=frequency)


def _with_duration(result: _Result, started: float) -> _Result:
    return replace(result, took_ms=round((perf_counter() - started) * 1000, 3))
