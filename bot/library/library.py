"""The articles in memory: the desk, which all see, and over it what each collection holds."""

from __future__ import annotations

from threading import Lock

from bot.briefing.topics import Topics
from bot.library.view import View
from bot.model import SHARED, Article
from bot.reading.desk import Desk
from bot.search.index import Index
from bot.text.general import with_general
from bot.text.names import Names
from bot.text.terms import Analyser


class Library:
    """Whoever asks is given a view; nothing else leads to an article, so that no server can come
    upon what another has added. Several threads may use it."""

    def __init__(self, desk: Desk) -> None:
        analyser = Analyser(Names(with_general(desk.names)))
        self.topics = Topics(desk.topics, analyser)
        self._lock = Lock()  # one for all indexes, for each remembers what it has read
        self._shared = View(self.topics, Index(analyser), self._lock)
        self._own: dict[int, View] = {}
        for article in desk.articles:
            self._shared.hold(article)

    def view(self, collection: int = SHARED) -> View:
        """What a collection sees: the shared articles and its own."""
        return self._own.get(collection, self._shared)

    def put(self, collection: int, article: Article) -> None:
        """Hold an article in a collection, in place of the one with its id."""
        if collection != SHARED and collection not in self._own:
            index = Index(self._shared.index.analyser, self._shared.index)
            self._own[collection] = View(self.topics, index, self._lock, beneath=self._shared)
        self.view(collection).hold(article)

    def drop(self, collection: int, article_id: str) -> None:
        """Forget an article of a collection; one that it does not hold is forgotten already."""
        view = self._shared if collection == SHARED else self._own.get(collection)
        if view is None:
            return
        view.forget(article_id)
        if view.is_empty:
            self._own.pop(collection, None)
