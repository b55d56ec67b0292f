"""The articles in memory: the shared ones, and over them those of each collection."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from bot.briefing.topics import Topics
from bot.library import speech_file
from bot.library.text_size import paragraphs_size
from bot.library.view import View
from bot.model import SHARED, Article
from bot.reading.desk import Desk
from bot.search import index_file, vector_file
from bot.search.index import Index
from bot.semantic.encoder import Encoder
from bot.text.names import Names, add_general_names
from bot.text.terms import Analyser

# What a word of a collection counts, however often it stands there. 5.6 MB of prose take 66 MB of
# memory, 5.6 MB of words that stand there once each 540 MB. So counted, a server at its limit takes
# eight to twelve times the limit, whatever its text.
_WORD_BYTES = 50

Collections = Mapping[int, Sequence[Article]]


class Library:
    """All articles, reachable only through the view of a collection, so that no server can read
    what another has added. One thread may change it while others read; none waits for another."""

    def __init__(
        self,
        desk: Desk,
        added: Collections = MappingProxyType({}),
        saved_at: Path | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Index the desk and the articles `added` to each collection, except those that the index
        saved at `saved_at` has already. With an `encoder` the vectors saved beside it are read; the
        others are made by `encode_next`; so with the direct speech and `read_speech_next`."""
        self._desk = desk.articles
        self._analyser = Analyser(Names(add_general_names(desk.names)))
        self.topics = Topics(desk.topics, self._analyser)
        collections = self._with_desk(added)
        loaded = index_file.load(saved_at, self._analyser, collections)
        self.newly_indexed = loaded.newly_indexed  # articles that the saved index did not have
        self._encoder = encoder
        self.has_new_vectors = False  # that are not saved
        if encoder and saved_at:
            vector_file.load(vector_file.beside(saved_at), encoder.identity, loaded.layers.values())
        self._speech_reader = speech_file.SpeechReader(
            self._analyser.names, speech_file.beside(saved_at) if saved_at else None
        )
        shared_index = loaded.layers.pop(SHARED)
        self._shared = View(
            self.topics,
            shared_index,
            own_articles=collections[SHARED],
            encoder=encoder,
            read_speech=self._speech_reader.read,
        )
        self._views = {
            collection: self._over_shared(index, collections[collection])
            for collection, index in loaded.layers.items()
        }

    def view(self, collection: int = SHARED) -> View:
        """Return what a collection sees: the shared articles and its own."""
        return self._views.get(collection, self._shared)

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of articles and of paragraphs, over all collections."""
        articles = [article for view in self._all_views for article in view.own_articles]
        return len(articles), sum(len(article.paragraphs) for article in articles)

    def text_size(self, collection: int) -> int:
        """Return the bytes of a collection's own text, with _WORD_BYTES more for each word."""
        view = self._own_view(collection)
        if view is None:
            return 0
        texts = sum(map(paragraphs_size, (article.paragraphs for article in view.own_articles)))
        return texts + _WORD_BYTES * view.index.bm25.postings.vocabulary_size

    def own_articles(self, collection: int) -> Sequence[Article]:
        """Return a collection's own articles in the order in which they were added."""
        view = self._own_view(collection)
        return view.own_articles if view else ()

    def put(self, collection: int, article: Article) -> None:
        """Add an article to a collection, or replace the one with its id."""
        if collection != SHARED and collection not in self._views:
            self._views[collection] = self._over_shared(Index(self._analyser, self._shared.index))
        self.view(collection).put(article)

    def remove(self, collection: int, article_id: str) -> None:
        """Remove an article from a collection, if it has it."""
        view = self._own_view(collection)
        if view is None:
            return
        view.remove(article_id)
        if not view.own_articles:
            self._views.pop(collection, None)

    def replace_articles(self, added: Collections) -> None:
        """Make the desk and the articles `added` to each collection the only ones."""
        collections = self._with_desk(added)
        for collection, view in {SHARED: self._shared, **self._views}.items():
            ids = {article.id for article in collections.get(collection, ())}
            for article in view.own_articles:
                if article.id not in ids:
                    self.remove(collection, article.id)
        for collection, articles in collections.items():
            for article in articles:
                if self.view(collection).article(article.id) != article:
                    self.put(collection, article)

    def save(self, path: Path) -> None:
        """Save the index at `path`. A write error is logged, not raised."""
        views = {SHARED: self._shared, **self._views}
        index_file.save(path, {collection: view.index for collection, view in views.items()})

    def encode_next(self) -> bool:
        """Make the vectors of a few paragraphs that have none; whether there were any.

        Takes some .2 s of one core.
        """
        has_encoded = any(view.encode_next() for view in self._all_views)
        self.has_new_vectors = self.has_new_vectors or has_encoded
        return has_encoded

    def save_vectors(self, path: Path) -> None:
        """Save all vectors beside the index at `path`, and none of articles that are gone. A write
        error is logged, not raised."""
        self.has_new_vectors = False  # but for those that are made from now on
        indexes = [view.index for view in self._all_views]
        vectors = [pair for index in indexes for pair in index.read(index.own_vectors)]
        identity = self._encoder.identity if self._encoder else ""
        vector_file.save(vector_file.beside(path), identity, vectors)

    def read_speech_next(self) -> bool:
        """Find who is quoted in one article that is not read yet; whether there was one.

        Takes some 15 ms, which the next question for a speaker need not wait for then.
        """
        return any(view.speech.read_next() for view in self._all_views)

    @property
    def has_new_speech(self) -> bool:
        """Whether direct speech was found that is not saved."""
        return self._speech_reader.has_new

    def save_speech(self, path: Path) -> None:
        """Save the direct speech of all articles that are read beside the index at `path`. A write
        error is logged, not raised."""
        read = (pair for view in self._all_views for pair in view.speech.own_articles())
        self._speech_reader.save(speech_file.beside(path), read)

    @property
    def _all_views(self) -> Sequence[View]:
        """The views of all collections as they are now; another thread may add and remove some."""
        return (self._shared, *tuple(self._views.values()))

    def _own_view(self, collection: int) -> View | None:
        return self._shared if collection == SHARED else self._views.get(collection)

    def _with_desk(self, added: Collections) -> Collections:
        return {**added, SHARED: (*self._desk, *added.get(SHARED, ()))}

    def _over_shared(self, index: Index, own_articles: Sequence[Article] = ()) -> View:
        return View(
            self.topics,
            index,
            own_articles=own_articles,
            base=self._shared,
            encoder=self._encoder,
            read_speech=self._speech_reader.read,
        )
