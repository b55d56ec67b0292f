"""The library: the articles held and their index, and what people ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from time import perf_counter

from bot.briefing.ask import ask
from bot.briefing.digest import make_digest
from bot.briefing.topics import Topics
from bot.briefing.verify import verify
from bot.model import Answer, Article, Digest, PostedQuote, Quote, Verification
from bot.reading.desk import Desk
from bot.search.index import Index
from bot.text.general import with_general
from bot.text.names import Names
from bot.text.terms import Analyser


class Library:
    """The articles of a desk, in memory. Its methods take some milliseconds; several threads may
    call them."""

    def __init__(self, desk: Desk) -> None:
        analyser = Analyser(Names(with_general(desk.names)))
        self.articles: Sequence[Article] = desk.articles
        self.topics = Topics(desk.topics, analyser)
        self._articles = {article.id: article for article in desk.articles}
        self._lock = Lock()  # the index remembers what it has read
        self._index = Index(analyser)
        for article in desk.articles:
            self._index.add(article)

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def ask(self, question: str) -> Answer:
        """Answer a question. Raises QuestionError where there is nothing to search for."""
        began = perf_counter()
        with self._lock:
            answer = ask(question, self._index, self.topics)
        return replace(answer, took_ms=_since(began))

    def digest(
        self, topic: str, *, had: Sequence[PostedQuote] = (), since: datetime | None = None
    ) -> Digest:
        """Digest a topic (a slug, an alias, any text, or "everything"), of articles since `since`
        (UTC), leaving out what `had` has said. Raises QuestionError where there is nothing to
        search for."""
        began = perf_counter()
        with self._lock:
            digest = make_digest(topic, self._index, self.topics, had=had, since=since)
        return replace(digest, took_ms=_since(began))

    def verify(self, text: str) -> Verification:
        """Say whether `text` stands in the articles. Raises QuestionError where there is nothing to
        look for."""
        began = perf_counter()
        with self._lock:
            verification = verify(text, self._index)
        return replace(verification, took_ms=_since(began))

    def vouch(self, quote: Quote) -> bool:
        """Whether `quote` stands in the article held, character for character."""
        article = self._articles.get(quote.article.id)
        return article is not None and quote.is_verbatim(article)


def _since(began: float) -> float:
    return round((perf_counter() - began) * 1000, 3)
