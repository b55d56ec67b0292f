"""The articles in memory: the desk, which all see, and over it what each collection holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from bot.briefing.topics import Topics
from bot.library.view import View
from bot.model import SHARED, Article
from bot.reading.desk import Desk
from bot.search import saved
from bot.search.index import Index
from bot.text.general import with_general
from bot.text.names import Names
from bot.text.terms import Analyser

Collections = Mapping[int, Sequence[Article]]


class Library:
    """Whoever asks is given a view; nothing else leads to an article, so that no server can come
    upon what another has added. Several threads may use it."""

    def __init__(
        self,
        desk: Desk,
        added: Collections = MappingProxyType({}),
        saved_at: Path | None = None,
    ) -> None:
        """Holds the desk and what was `added` to each collection. What the index saved at
        `saved_at` has of them need not be indexed again."""
        self._desk = desk.articles
        self._analyser = Analyser(Names(with_general(desk.names)))
        self.topics = Topics(desk.topics, self._analyser)
        self._lock = Lock()  # one for all indexes: each remembers what it has read
        held = self._with_desk(added)
        restored = saved.load(saved_at, self._analyser, held)
        self.newly_indexed = restored.added  # articles that the saved index did not have
        shared = restored.layers.pop(SHARED)
        self._shared = View(self.topics, shared, self._lock, own=held[SHARED])
        self._own = {
            collection: self._over_shared(index, held[collection])
            for collection, index in restored.layers.items()
        }

    def view(self, collection: int = SHARED) -> View:
        """What a collection sees: the shared articles and its own."""
        return self._own.get(collection, self._shared)

    @property
    def size(self) -> tuple[int, int]:
        """How many articles and paragraphs are held, over all collections."""
        articles = [each for view in (self._shared, *self._own.values()) for each in view.own]
        return len(articles), sum(len(article.paragraphs) for article in articles)

    def own(self, collection: int) -> Sequence[Article]:
        """What a collection holds itself, in the order of its coming."""
        view = self._shared if collection == SHARED else self._own.get(collection)
        return view.own if view else ()

    def put(self, collection: int, article: Article) -> None:
        """Hold an article in a collection, in place of the one with its id."""
        if collection != SHARED and collection not in self._own:
            self._own[collection] = self._over_shared(Index(self._analyser, self._shared.index))
        self.view(collection).hold(article)

    def drop(self, collection: int, article_id: str) -> None:
        """Forget an article of a collection; one that it does not hold is forgotten already."""
        view = self._shared if collection == SHARED else self._own.get(collection)
        if view is None:
            return
        view.forget(article_id)
        if not view.own:
            self._own.pop(collection, None)

    def hold_only(self, added: Collections) -> None:
        """Hold the desk and what was `added`, and nothing else."""
        held = self._with_desk(added)
        for collection, view in {SHARED: self._shared, **self._own}.items():
            kept = {article.id for article in held.get(collection, ())}
            for article in view.own:
                if article.id not in kept:
                    self.drop(collection, article.id)
        for collection, articles in held.items():
            for article in articles:
                if self.view(collection).article(article.id) != article:
                    self.put(collection, article)

    def save(self, path: Path) -> None:
        """Save the index at `path`; that it cannot be written is logged and no fault."""
        with self._lock:
            layers = {SHARED: self._shared.index}
            layers.update((collection, view.index) for collection, view in self._own.items())
            packed = saved.pack(layers)
        saved.write(path, packed)

    def _with_desk(self, added: Collections) -> Collections:
        return {**added, SHARED: (*self._desk, *added.get(SHARED, ()))}

    def _over_shared(self, index: Index, own: Sequence[Article] = ()) -> View:
        return View(self.topics, index, self._lock, own=own, beneath=self._shared)
