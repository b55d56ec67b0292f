"""What the articles of one collection quote of whom: found once in each article, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from bot.briefing.reading_once import ArticlesReadOnce
from bot.model import Article, Span
from bot.text.names import Names
from bot.text.words import split_words

# A name as it is compared: its words, without initials.
NameKey: TypeAlias = tuple[str, ...]


class Statement(NamedTuple):
    """What `speaker` says in a paragraph (from 1) of an article.

    `span` is whole sentences, `marks` the words spoken in them, each from its first word to its
    last; both are positions in the paragraph. `forms` are the words as they are compared, with a
    space around each.
    """

    speaker: str
    paragraph: int
    span: Span
    marks: tuple[Span, ...]
    forms: str


ReadStatements: TypeAlias = Callable[[Article], Sequence[Statement]]


def read_statements(article: Article, names: Names) -> Sequence[Statement]:
    """Return the direct speech in an article whose speaker is certain, in its order.

    Takes some .7 ms for each paragraph.
    """
    # What only this needs takes a twentieth of the time of `verbatim ask` to load.
    from bot.briefing.speech.direct_speech import find_speech

    statements = []
    for speech in find_speech(article, names):
        text = article.paragraphs[speech.paragraph - 1].text
        marks = tuple(_trim_punctuation(text, span) for span in speech.words)
        forms = _compared_forms(" ".join(text[slice(*mark)] for mark in marks))
        statements.append(Statement(speech.speaker, speech.paragraph, speech.span, marks, forms))
    return statements


@lru_cache(maxsize=4096)  # each speaker's is asked for again and again
def name_key(name: str) -> NameKey:
    """Return a name as it is compared."""
    return tuple(word.form for word in split_words(name) if len(word.form) > 1)


class SpeechIndex(ArticlesReadOnce[Sequence[Statement]]):
    """The statements in a collection's own articles, by speaker, and those in its base's.

    Threads may share it. What is read waits until the articles of all that was put are read.
    """

    def __init__(
        self,
        read: ReadStatements,
        articles: Iterable[Article] = (),
        base: SpeechIndex | None = None,
    ) -> None:
        """`read` returns the statements in an article; it is called once for each of `articles` and
        of those put later."""
        super().__init__(read, articles)
        self._base = base
        self._statements: dict[str, tuple[Article, Sequence[Statement]]] = {}
        # Which articles quote each speaker, and how often under which form of the name.
        self._articles_by_key: dict[NameKey, dict[str, Article]] = {}
        self._names_by_key: dict[NameKey, Counter[str]] = {}

    def read_all(self) -> None:
        """Read what is not read yet, of its base too."""
        for layer in filter(None, (self._base, self)):
            while layer.read_next():
                pass

    def count_speakers(self) -> Counter[str]:
        """Return how often each person is quoted, under the commonest form of their name."""
        forms: dict[NameKey, Counter[str]] = {}
        for layer in self._layers():
            with layer._lock:
                for key, names in layer._names_by_key.items():
                    forms.setdefault(key, Counter()).update(names)
        return count_by_commonest_form(forms)

    def find_statements(
        self, is_meant: Callable[[NameKey], bool]
    ) -> Mapping[NameKey, Sequence[tuple[Article, Statement]]]:
        """Return the statements of all speakers whose names are meant, by speaker."""
        statements: dict[NameKey, list[tuple[Article, Statement]]] = {}
        for layer in self._layers():
            with layer._lock:
                for key in filter(is_meant, layer._articles_by_key):
                    statements.setdefault(key, []).extend(layer._statements_of(key))
        return statements

    def own_articles(self) -> Sequence[tuple[Article, Sequence[Statement]]]:
        """Return its own articles that are read, with the statements in them."""
        with self._lock:
            return tuple(self._statements.values())

    def _layers(self) -> Iterator[SpeechIndex]:
        self.read_all()
        return filter(None, (self._base, self))

    def _statements_of(self, key: NameKey) -> Iterator[tuple[Article, Statement]]:
        for article_id in self._articles_by_key[key]:
            article, statements = self._statements[article_id]
            for statement in statements:
                if name_key(statement.speaker) == key:
                    yield article, statement

    def _keep(self, article: Article, result: Sequence[Statement]) -> None:
        self._statements[article.id] = article, result
        for statement in result:
            key = name_key(statement.speaker)
            self._articles_by_key.setdefault(key, {})[article.id] = article
            self._names_by_key.setdefault(key, Counter())[statement.speaker] += 1

    def _forget(self, article_id: str) -> None:
        _, statements = self._statements.pop(article_id, (None, ()))
        for statement in statements:
            key = name_key(statement.speaker)
            names = self._names_by_key[key]
            names[statement.speaker] -= 1
            self._names_by_key[key] = +names  # without those that nobody is called any more
            self._articles_by_key[key].pop(article_id, None)
            if not self._articles_by_key[key]:
                del self._articles_by_key[key], self._names_by_key[key]


def count_by_commonest_form(forms: Mapping[NameKey, Counter[str]]) -> Counter[str]:
    """Return how often each person is quoted, under the commonest of the forms of their name."""
    return Counter({names.most_common(1)[0][0]: names.total() for names in forms.values()})


def _trim_punctuation(text: str, span: Span) -> Span:
    """Return a span from its first word to its last."""
    words = split_words(text[slice(*span)])
    return Span(span.start + words[0].start, span.start + words[-1].end) if words else span


def _compared_forms(spoken: str) -> str:
    return f" {' '.join(word.form for word in split_words(spoken))} "
