"""Views whose texts are analysed with the same names, with the files that they are saved in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot.briefing.topics import Topics
from bot.library import speech_file
from bot.library.view import View
from bot.model import SHARED, Article
from bot.search import index_file
from bot.search.index import Index
from bot.semantic.encoder import Encoder
from bot.text.names import Names
from bot.text.terms import Analyser

MakeTopics = Callable[[int, Analyser], Topics]


class Shelf:
    """The views of some collections: over that of the shared articles if they are on it, or else
    each alone, with nothing in common but how texts are analysed.

    `topics_of` makes the topics of a collection. One thread may change it while others read.
    """

    def __init__(
        self,
        names: Names,
        articles: Mapping[int, Sequence[Article]],
        topics_of: MakeTopics,
        *,
        saved_at: Path | None,
        encoder: Encoder | None,
    ) -> None:
        """Index the articles by collection, except those that the index at `saved_at` has."""
        self._analyser = Analyser(names)
        self._topics_of = topics_of
        self._encoder = encoder
        self._speech_reader = speech_file.SpeechReader(
            names, speech_file.beside(saved_at) if saved_at else None
        )
        self._has_shared = SHARED in articles
        loaded = index_file.load(
            saved_at if articles else None, self._analyser, articles, layered=self._has_shared
        )
        self.newly_indexed = loaded.newly_indexed  # articles that the saved index did not have
        self._views: dict[int, View] = {}
        for collection, index in loaded.layers.items():
            self._views[collection] = self._make(collection, index, articles.get(collection, ()))
        # What a collection sees that has no view of its own.
        self._default = (
            self._views[SHARED]
            if self._has_shared
            else View(Topics((), self._analyser), Index(self._analyser))
        )

    @property
    def views(self) -> Sequence[View]:
        """The views as they are now; another thread may add and remove some."""
        return tuple(self._views.values())

    @property
    def collections(self) -> Mapping[int, View]:
        """The views by collection as they are now."""
        return dict(self._views)

    def view(self, collection: int) -> View:
        """Return what a collection sees."""
        return self._views.get(collection, self._default)

    def own_view(self, collection: int) -> View | None:
        """Return the view of a collection that has articles or topics of its own."""
        return self._views.get(collection)

    def put(self, collection: int, article: Article) -> None:
        """Add an article to a collection, or replace the one with its id."""
        if collection not in self._views:
            self._views[collection] = self._make_empty(collection)
        self._views[collection].put(article)

    def remove(self, collection: int, article_id: str) -> None:
        """Remove an article from a collection, if it has it."""
        if view := self._views.get(collection):
            view.remove(article_id)
            self._drop_needless(collection)

    def renew_topics(self, collection: int) -> None:
        """Make the topics of a collection anew."""
        topics = self._topics_of(collection, self._analyser)
        if view := self._views.get(collection):
            view.topics = topics
            self._drop_needless(collection)
        elif topics.own:
            self._views[collection] = self._make_empty(collection)

    def move_to(self, other: Shelf, collection: int) -> None:
        """Have a collection seen from another shelf, at once, though its articles, which need other
        terms there, come one by one; the vectors of their sentences stay."""
        view = self._views.pop(collection, None)
        other.renew_topics(collection)
        if view is None:
            return
        for article in view.own_articles:
            other.put(collection, article)
            new_index = other._views[collection].index
            for slot, new_slot in zip(
                view.index.slots(article.id), new_index.slots(article.id), strict=True
            ):
                if (vectors := view.index.vectors(slot)) is not None:
                    new_index.set_vectors(new_slot, vectors)

    def save(self, path: Path) -> None:
        """Save the index, or remove its file if there is no view. An error is logged only."""
        if self._views:
            indexes = {collection: view.index for collection, view in self._views.items()}
            index_file.save(path, indexes)
            return
        for file in (path, speech_file.beside(path)):
            with suppress(OSError):
                file.unlink(missing_ok=True)

    @property
    def has_new_speech(self) -> bool:
        """Whether direct speech was found that is not saved."""
        return self._speech_reader.has_new

    def save_speech(self, path: Path) -> None:
        """Save the direct speech of all articles that are read beside the index at `path`. An error
        is logged only."""
        if self._views:
            read = (pair for view in self.views for pair in view.speech.own_articles())
            self._speech_reader.save(speech_file.beside(path), read)

    def _drop_needless(self, collection: int) -> None:
        view = self._views[collection]
        if not view.own_articles and not view.topics.own and collection != SHARED:
            del self._views[collection]

    def _make_empty(self, collection: int) -> View:
        base = self._views[SHARED].index if self._has_shared else None
        return self._make(collection, Index(self._analyser, base), ())

    def _make(self, collection: int, index: Index, articles: Sequence[Article]) -> View:
        return View(
            self._topics_of(collection, self._analyser),
            index,
            own_articles=articles,
            base=self._views.get(SHARED),
            encoder=self._encoder,
            read_speech=self._speech_reader.read,
        )
