"""The articles in memory: the shared ones, and over them or beside them those of each server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.briefing.topics import Topics
from bot.library.shelf import Shelf
from bot.library.text_size import paragraphs_size
from bot.library.view import View
from bot.model import SHARED, Article, SharedArticles, Topic
from bot.reading.desk import Desk
from bot.search import vector_file
from bot.semantic.encoder import Encoder
from bot.text.names import make_names
from bot.text.terms import Analyser

# What a word of a collection counts, however often it stands there. 5.6 MB of prose take 66 MB of
# memory, 5.6 MB of words that stand there once each 540 MB. So counted, a server at its limit takes
# eight to twelve times the limit, whatever its text.
_WORD_BYTES = 50

Collections = Mapping[int, Sequence[Article]]


@dataclass(frozen=True, slots=True)
class ServerChoices:
    """What a server sees beside its own articles: the shared ones or not, by the operator's default
    if that is None, and the topics that it has named."""

    shared: SharedArticles | None = None
    topics: tuple[Topic, ...] = ()


NO_CHOICES: Final = ServerChoices()


class Library:
    """All articles, reachable only through the view of a collection, so that no server can read
    what another has added. One thread may change it while others read; none waits for another.

    The servers that hide the shared articles are on a shelf of their own: neither the desk's names
    nor its topics, nor any count over its articles, makes a difference to what they see.
    """

    def __init__(
        self,
        desk: Desk,
        added: Collections = MappingProxyType({}),
        saved_at: Path | None = None,
        encoder: Encoder | None = None,
        *,
        choices: Mapping[int, ServerChoices] = MappingProxyType({}),
        default: SharedArticles = "shown",
    ) -> None:
        """Index the desk and the articles `added` to each collection, except those that the index
        saved at `saved_at` has already. With an `encoder` the vectors saved beside it are read; the
        others are made by `encode_next`; so with the direct speech and `read_speech_next`.

        `default` says what servers see that have not chosen.
        """
        self._desk = desk
        self._choices = dict(choices)
        self._default = default
        self._encoder = encoder
        names = make_names(tuple(desk.names))
        self.topics = Topics(desk.topics, Analyser(names))
        shown, hidden = self._part(added)
        own_file = file_of_own(saved_at) if saved_at else None
        self._shown = Shelf(names, shown, self._make_topics, saved_at=saved_at, encoder=encoder)
        plain_names = make_names(())
        self._hidden = Shelf(
            plain_names, hidden, self._make_topics, saved_at=own_file, encoder=encoder
        )
        for collection, chosen in self._choices.items():
            if chosen.topics:
                self._shelf_of(collection).renew_topics(collection)
        # How many articles the saved indexes did not have.
        self.newly_indexed = self._shown.newly_indexed + self._hidden.newly_indexed
        self.has_new_vectors = False  # that are not saved
        if encoder and saved_at:
            indexes = [view.index for view in self._all_views]
            vector_file.load(vector_file.beside(saved_at), encoder.identity, indexes)

    def view(self, collection: int = SHARED) -> View:
        """Return what a collection sees: its own articles, over the shared ones if it shows
        these."""
        return self._shelf_of(collection).view(collection)

    def hides_shared(self, collection: int) -> bool:
        """Whether a server sees nothing of the shared articles."""
        if collection == SHARED:
            return False
        return (self._choices.get(collection, NO_CHOICES).shared or self._default) == "hidden"

    def choose(self, collection: int, choices: ServerChoices) -> None:
        """Let a server see what it chose; where that is other articles than before, its own are
        indexed anew: some 100 in a second."""
        old = self._choices.get(collection, NO_CHOICES)
        was_on = self._shelf_of(collection)
        if choices == NO_CHOICES:
            self._choices.pop(collection, None)
        else:
            self._choices[collection] = choices
        shelf = self._shelf_of(collection)
        if shelf is not was_on:
            was_on.move_to(shelf, collection)
        elif old.topics != choices.topics:
            shelf.renew_topics(collection)

    def choose_all(self, choices: Mapping[int, ServerChoices]) -> None:
        """Let every server see what it chose, and those not named what is usual."""
        for collection in [*self._choices, *choices]:
            self.choose(collection, choices.get(collection, NO_CHOICES))

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
        self._shelf_of(collection).put(collection, article)

    def remove(self, collection: int, article_id: str) -> None:
        """Remove an article from a collection, if it has it."""
        self._shelf_of(collection).remove(collection, article_id)

    def replace_articles(self, added: Collections) -> None:
        """Make the desk and the articles `added` to each collection the only ones."""
        collections = self._with_desk(added)
        for shelf in (self._shown, self._hidden):
            for collection, view in shelf.collections.items():
                ids = {article.id for article in collections.get(collection, ())}
                for article in view.own_articles:
                    if article.id not in ids:
                        shelf.remove(collection, article.id)
        for collection, articles in collections.items():
            for article in articles:
                if self.view(collection).article(article.id) != article:
                    self.put(collection, article)

    def save(self, path: Path) -> None:
        """Save the index at `path`, and that of the servers that hide the shared articles beside
        it. A write error is logged, not raised."""
        self._shown.save(path)
        self._hidden.save(file_of_own(path))

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
        """Find who is quoted in one article, or what another is about, that is not read yet;
        whether there was one.

        Takes some 15 ms, which the next question for a speaker need not wait for then.
        """
        views = self._all_views
        return any(view.subjects.read_next() for view in views) or any(
            view.speech.read_next() for view in views
        )

    @property
    def has_new_speech(self) -> bool:
        """Whether direct speech was found that is not saved."""
        return self._shown.has_new_speech or self._hidden.has_new_speech

    def save_speech(self, path: Path) -> None:
        """Save the direct speech of all articles that are read beside the index at `path`. A write
        error is logged, not raised."""
        self._shown.save_speech(path)
        self._hidden.save_speech(file_of_own(path))

    @property
    def _all_views(self) -> Sequence[View]:
        """The views of all collections as they are now; another thread may add and remove some."""
        return (*self._shown.views, *self._hidden.views)

    def _shelf_of(self, collection: int) -> Shelf:
        return self._hidden if self.hides_shared(collection) else self._shown

    def _own_view(self, collection: int) -> View | None:
        return self._shelf_of(collection).own_view(collection)

    def _make_topics(self, collection: int, analyser: Analyser) -> Topics:
        """Return the topics that a collection has named, then those of the desk if it sees it."""
        own = self._choices.get(collection, NO_CHOICES).topics
        is_hidden = self.hides_shared(collection)
        if not own and not is_hidden:
            return self.topics
        return Topics(() if is_hidden else self._desk.topics, analyser, own=own)

    def _part(self, added: Collections) -> tuple[Collections, Collections]:
        """Return the articles of the collections that see the shared ones, and of those that do
        not."""
        hidden = {
            collection: articles
            for collection, articles in added.items()
            if self.hides_shared(collection)
        }
        collections = self._with_desk(added)
        shown = {key: articles for key, articles in collections.items() if key not in hidden}
        return shown, hidden

    def _with_desk(self, added: Collections) -> Collections:
        return {**added, SHARED: (*self._desk.articles, *added.get(SHARED, ()))}


def file_of_own(saved_index: Path) -> Path:
    """Return the file of the index of the servers that hide the shared articles."""
    return saved_index.with_name(f"{saved_index.stem}.own{saved_index.suffix}")
