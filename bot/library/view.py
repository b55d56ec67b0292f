"""What one collection sees: the articles it may be quoted, and what it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from time import perf_counter
from typing import TypeVar

from bot.briefing.ask import ask
from bot.briefing.digest import make_digest
from bot.briefing.topics import Topics
from bot.briefing.verify import verify
from bot.model import Answer, Article, Digest, PostedQuote, Quote, Verification
from bot.search.index import Index

_Said = TypeVar("_Said", Answer, Digest, Verification)


class View:
    """The articles of a collection over those of `beneath`, which it sees as its own.

    What is asked of them takes some milliseconds, longer while another thread asks; `article`,
    `articles` and `vouch` never wait.
    """

    def __init__(
        self, topics: Topics, index: Index, lock: Lock, *, beneath: View | None = None
    ) -> None:
        """`lock` guards `index` and every index that it lies over or under."""
        self.topics = topics
        self.index = index
        self._lock = lock
        self._beneath = beneath
        self._own: dict[str, Article] = {}

    @property
    def articles(self) -> Sequence[Article]:
        """Every article seen, those beneath first, each in the order of its coming."""
        return (*(self._beneath.articles if self._beneath else ()), *self._own.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held here but what is beneath."""
        return not self._own

    def article(self, article_id: str) -> Article | None:
        own = self._own.get(article_id)
        return own or (self._beneath.article(article_id) if self._beneath else None)

    def ask(self, question: str) -> Answer:
        """Answer a question. Raises QuestionError where there is nothing to search for."""
        began = perf_counter()
        with self._lock:
            answer = ask(question, self.index, self.topics)
        return _timed(answer, began)

    def digest(
        self, topic: str, *, had: Sequence[PostedQuote] = (), since: datetime | None = None
    ) -> Digest:
        """Digest a topic (a slug, an alias, any text, or "everything"), of articles since `since`
        (UTC), leaving out what `had` has said. Raises QuestionError where there is nothing to
        search for."""
        began = perf_counter()
        with self._lock:
            digest = make_digest(topic, self.index, self.topics, had=had, since=since)
        return _timed(digest, began)

    def verify(self, text: str) -> Verification:
        """Say whether `text` stands in the articles. Raises QuestionError where there is nothing to
        look for."""
        began = perf_counter()
        with self._lock:
            verification = verify(text, self.index)
        return _timed(verification, began)

    def vouch(self, quote: Quote) -> bool:
        """Whether `quote` stands in the article held, character for character."""
        article = self.article(quote.article.id)
        return article is not None and quote.is_verbatim(article)

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


def _timed(said: _Said, began: float) -> _Said:
    return replace(said, took_ms=round((perf_counter() - began) * 1000, 3))
