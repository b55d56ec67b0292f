"""The articles' paragraphs in the search index: what stands in which slot, and its sentences."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from bot.model import Article, Paragraph, Span
from bot.search.bm25 import IncrementalBM25
from bot.search.postings import Postings
from bot.text.lexicon import find_nearest_word
from bot.text.sentences import split_sentences
from bot.text.terms import AnalysedText, Analyser
from bot.text.words import split_words


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One paragraph in the index; `number` counts from 1 within its article."""

    slot: int
    article: Article
    number: int

    @property
    def paragraph(self) -> Paragraph:
        return self.article.paragraphs[self.number - 1]


class Sentence(AnalysedText):
    """A sentence that may be quoted, with its words and terms.

    `position` counts the sentences of its paragraph from 0; `span` is where its text stands in the
    paragraph, while the offsets of its words and terms count from its own start.
    """

    def __init__(self, passage: Passage, position: int, span: Span, analyser: Analyser) -> None:
        super().__init__(passage.paragraph.text[span.start : span.end], analyser)
        self.passage = passage
        self.position = position
        self.span = span


class Index:
    """Articles by paragraph in BM25, changed in place.

    A paragraph is indexed with the terms of its title and of its heading (design.md: MRR +.066 and
    +.016 on two news sets).

    An index laid over a `base` answers from the base's articles and its own together, and holds and
    changes only its own. The base may go on changing and never learns of what lies over it.
    """

    # How many paragraphs' sentences are remembered; a question looks at some dozens.
    _REMEMBERED = 4096

    def __init__(
        self,
        analyser: Analyser,
        base: Index | None = None,
        postings: Postings | None = None,
    ) -> None:
        """The base has the same analyser, and no base of its own; ValueError where it has."""
        self.analyser = analyser
        self.bm25: IncrementalBM25 = IncrementalBM25(
            base=base.bm25 if base else None, postings=postings
        )
        self._base = base
        self._name_words: Set[str] = base._name_words if base else _name_words(analyser)
        self._articles: list[Article | None] = []  # by slot, from the first of its own
        self._slots: dict[str, range] = {}
        self._forms: dict[str, str] = {}  # each word of the articles to its term
        self._forms_outdated = False
        self._sentences: OrderedDict[int, tuple[Sentence, ...]] = OrderedDict()

    @classmethod
    def restored(
        cls,
        analyser: Analyser,
        base: Index | None,
        postings: Postings,
        forms: dict[str, str],
        articles: Iterable[tuple[str, Article | None, int]],
    ) -> Index:
        """An index that has its own postings and forms already. `articles` have them in order, each
        with its id and number of paragraphs; one that is None must be removed before any use."""
        made = cls(analyser, base, postings)
        made._forms = forms
        for article_id, article, paragraphs in articles:
            made._place(article_id, article, paragraphs)
        return made

    def add(self, article: Article) -> None:
        """Hold an article; one that is held already stays as it is."""
        if article.id in self._slots:
            return
        read = self.analyser.terms
        title = list(read(article.title))
        paragraphs = [
            [*title, *read(paragraph.heading or ""), *read(paragraph.text)]
            for paragraph in article.paragraphs
        ]
        for terms in paragraphs:
            self.bm25.add([term.term for term in terms])
            self._forms.update((term.form, term.term) for term in terms if term.form)
        self._place(article.id, article, len(paragraphs))

    def remove(self, article_id: str) -> None:
        """Forget an article of its own. Raises KeyError where it is not held."""
        for slot in self._slots.pop(article_id):
            self.bm25.remove(slot)
            self._articles[slot - self.bm25.first_slot] = None
            self._sentences.pop(slot, None)
        self._forms_outdated = True

    def article(self, slot: int) -> Article:
        """The article whose paragraph is in `slot`. Raises KeyError where none is held."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.article(slot)
        article = self._articles[slot - self.bm25.first_slot]
        if article is None:
            raise KeyError(slot)
        return article

    def passage(self, slot: int) -> Passage:
        """The paragraph in `slot`. Raises KeyError where none is held."""
        article = self.article(slot)
        return Passage(slot, article, slot - self.slots(article.id)[0] + 1)

    def slots(self, article_id: str) -> Sequence[int]:
        """The slots of an article's paragraphs, in order. Raises KeyError where it is not held."""
        if self._base and article_id not in self._slots:
            return self._base.slots(article_id)
        return self._slots[article_id]

    def nearest_word(self, form: str) -> str | None:
        """The word of the articles or names that `form` is most likely a typing error for.

        None where `form` is itself held, or nothing is near enough.
        """
        lower: Mapping[str, str] = self._base.own_forms() if self._base else {}
        own = self.own_forms()
        if form in lower or form in own or form in self._name_words:
            return None
        own_only = (word for word in own if word not in lower)
        return find_nearest_word(form, chain(lower, own_only, self._name_words))

    def articles(self) -> Iterator[Article]:
        """The articles held, in the order they were added, the base's first."""
        if self._base:
            yield from self._base.articles()
        yield from self.own_articles()

    def own_articles(self) -> Iterator[Article]:
        """The articles held here and not in the base, in the order they were added."""
        return (self.article(slots[0]) for slots in self._slots.values() if slots)

    def own_forms(self) -> Mapping[str, str]:
        """Each word of its own articles, to its term. One whose article is gone stays while another
        form of it is held: by that it is found."""
        if self._forms_outdated:
            own = self.bm25.postings
            self._forms = {form: term for form, term in self._forms.items() if term in own}
            self._forms_outdated = False
        return self._forms

    def sentences(self, slot: int) -> tuple[Sentence, ...]:
        """The sentences of a paragraph outside its asides, in order."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.sentences(slot)
        held = self._sentences.get(slot)
        if held is not None:
            self._sentences.move_to_end(slot)
            return held
        made = tuple(self._split(self.passage(slot)))
        self._sentences[slot] = made
        if len(self._sentences) > self._REMEMBERED:
            self._sentences.popitem(last=False)
        return made

    def previous_sentence(self, sentence: Sentence) -> Sentence | None:
        """The sentence before this one in the same paragraph; None for the first."""
        if not sentence.position:
            return None
        return self.sentences(sentence.passage.slot)[sentence.position - 1]

    def _place(self, article_id: str, article: Article | None, paragraphs: int) -> None:
        """Give an article the next slots."""
        first = self.bm25.first_slot + len(self._articles)
        self._slots[article_id] = range(first, first + paragraphs)
        self._articles += [article] * paragraphs

    def _split(self, passage: Passage) -> Iterator[Sentence]:
        paragraph = passage.paragraph
        for position, span in enumerate(split_sentences(paragraph.text, paragraph.asides)):
            yield Sentence(passage, position, span, self.analyser)


def _name_words(analyser: Analyser) -> frozenset[str]:
    return frozenset(
        word.form for name in analyser.names for form in name.forms for word in split_words(form)
    )
