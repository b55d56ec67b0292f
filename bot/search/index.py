"""The search index of articles: BM25 over their paragraphs, and the sentences of these."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from bot.model import Article, Paragraph, Span
from bot.search.bm25 import IncrementalBM25
from bot.search.korean_terms import MIN_PART, KoreanTerms
from bot.search.postings import Postings
from bot.semantic.encoder import Vectors
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
        """The paragraph itself."""
        return self.article.paragraphs[self.number - 1]


class Sentence(AnalysedText):
    """A sentence that may be quoted, with its words and terms.

    `position` counts the sentences of its paragraph from 0; `span` is where its text stands in the
    paragraph, while the offsets of its words and terms count from its own start.
    """

    def __init__(self, passage: Passage, position: int, span: Span, analyser: Analyser) -> None:
        """Cut the sentence at `span` out of the passage's paragraph."""
        super().__init__(passage.paragraph.text[span.start : span.end], analyser)
        self.passage = passage
        self.position = position
        self.span = span


class Index:
    """Articles in BM25, a document for each paragraph, changed in place.

    A paragraph is indexed with the terms of its title and of its heading (docs/design/search.md:
    MRR +.066 and +.016 on two news sets).

    A layer over a `base` answers from the base's articles and its own together, and stores and
    changes only its own. The base may change meanwhile and does not know its layers.
    """

    # The number of paragraphs whose sentences are cached; a question reads some dozens.
    _MAX_CACHED = 4096

    def __init__(
        self, analyser: Analyser, base: Index | None = None, postings: Postings | None = None
    ) -> None:
        """The base has the same analyser. Raises ValueError where it is itself a layer."""
        self.analyser = analyser
        self.bm25: IncrementalBM25 = IncrementalBM25(
            base=base.bm25 if base else None, postings=postings
        )
        self._base = base
        self._name_words: Set[str] = base._name_words if base else _name_words(analyser)
        self._articles: list[Article | None] = []  # by slot, from its first slot
        self._slots: dict[str, range] = {}
        self._forms: dict[str, str] = {}  # the term of each word of the articles
        self._forms_outdated = False
        self._sentences: OrderedDict[int, tuple[Sentence, ...]] = OrderedDict()
        self._korean_terms = KoreanTerms(self.bm25.postings)
        self._vectors: dict[int, Vectors] = {}

    @classmethod
    def from_postings(
        cls,
        analyser: Analyser,
        base: Index | None,
        postings: Postings,
        forms: dict[str, str],
        articles: Iterable[tuple[str, Article | None, int]],
    ) -> Index:
        """Return an index with given postings and forms. `articles` are the articles in them, in
        order, each with its id and number of paragraphs; one that is None must be removed before
        any use."""
        index = cls(analyser, base, postings)
        index._forms = forms
        for article_id, article, paragraphs in articles:
            index._assign_slots(article_id, article, paragraphs)
        return index

    def add(self, article: Article) -> None:
        """Add an article; one whose id is held already is left as it is."""
        if article.id in self._slots:
            return
        analyse = self.analyser.terms
        title = list(analyse(article.title))
        paragraphs = [
            [*title, *analyse(paragraph.heading or ""), *analyse(paragraph.text)]
            for paragraph in article.paragraphs
        ]
        for terms in paragraphs:
            self.bm25.add([term.term for term in terms])
            self._forms.update((term.form, term.term) for term in terms if term.form)
        self._assign_slots(article.id, article, len(paragraphs))

    def remove(self, article_id: str) -> None:
        """Remove one of its own articles. Raises KeyError where it holds none of that id."""
        for slot in self._slots.pop(article_id):
            self.bm25.remove(slot)
            self._articles[slot - self.bm25.first_slot] = None
            self._sentences.pop(slot, None)
            self._vectors.pop(slot, None)
        self._forms_outdated = True

    def article(self, slot: int) -> Article:
        """Return the article whose paragraph is in `slot`. Raises KeyError where there is none."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.article(slot)
        article = self._articles[slot - self.bm25.first_slot]
        if article is None:
            raise KeyError(slot)
        return article

    def passage(self, slot: int) -> Passage:
        """Return the paragraph in `slot`. Raises KeyError where there is none."""
        article = self.article(slot)
        return Passage(slot, article, slot - self.slots(article.id)[0] + 1)

    def slots(self, article_id: str) -> Sequence[int]:
        """Return the slots of an article's paragraphs in order. Raises KeyError for unknown ids."""
        if self._base and article_id not in self._slots:
            return self._base.slots(article_id)
        return self._slots[article_id]

    def find_nearest_word(self, form: str) -> str | None:
        """Return the word of the articles or names that `form` is most likely a typing error for;
        None where `form` is itself one, or nothing is near enough."""
        base_forms: Mapping[str, str] = self._base.own_forms() if self._base else {}
        own_forms = self.own_forms()
        if form in base_forms or form in own_forms or form in self._name_words:
            return None
        own_only = (word for word in own_forms if word not in base_forms)
        return find_nearest_word(form, chain(base_forms, own_only, self._name_words))

    def find_compounds(self, term: str) -> Iterator[str]:
        """Yield the longer Korean terms of the articles that begin or end with `term`."""
        if len(term) >= MIN_PART:
            if self._base:
                yield from self._base.find_compounds(term)
            yield from self._korean_terms.find_compounds(term)

    def find_parts(self, term: str) -> Iterator[str]:
        """Yield the shorter terms of the articles with which a Korean `term` begins or ends, the
        longest first."""
        for length in range(len(term) - 1, MIN_PART - 1, -1):
            for part in (term[:length], term[-length:]):
                if self.bm25.frequency(part):
                    yield part

    def articles(self) -> Iterator[Article]:
        """Yield the articles in the order they were added, the base's first."""
        if self._base:
            yield from self._base.articles()
        yield from self.own_articles()

    def own_articles(self) -> Iterator[Article]:
        """Return the articles without the base's, in the order they were added."""
        return (self.article(slots[0]) for slots in self._slots.values() if slots)

    def own_forms(self) -> Mapping[str, str]:
        """Return the term of each word of its own articles. A word of a removed article stays while
        an article holds another form of its term: a search for it finds that."""
        if self._forms_outdated:
            postings = self.bm25.postings
            self._forms = {form: term for form, term in self._forms.items() if term in postings}
            self._forms_outdated = False
        return self._forms

    def sentences(self, slot: int) -> tuple[Sentence, ...]:
        """Return the sentences of a paragraph outside its asides, in order."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.sentences(slot)
        sentences = self._sentences.get(slot)
        if sentences is not None:
            self._sentences.move_to_end(slot)
            return sentences
        sentences = tuple(self._split(self.passage(slot)))
        self._sentences[slot] = sentences
        if len(self._sentences) > self._MAX_CACHED:
            self._sentences.popitem(last=False)
        return sentences

    def previous_sentence(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence before this one in the same paragraph; None for the first."""
        if not sentence.position:
            return None
        return self.sentences(sentence.passage.slot)[sentence.position - 1]

    def next_sentence(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence after this one in the same paragraph; None for the last."""
        siblings = self.sentences(sentence.passage.slot)
        following = sentence.position + 1
        return siblings[following] if following < len(siblings) else None

    def vectors(self, slot: int) -> Vectors | None:
        """Return the vectors of a paragraph's sentences, in order; None where they are not made."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.vectors(slot)
        return self._vectors.get(slot)

    def set_vectors(self, slot: int, vectors: Vectors) -> None:
        """Keep the vectors of the sentences of one of its own paragraphs, if it is still held."""
        if self._articles[slot - self.bm25.first_slot] is not None:
            self._vectors[slot] = vectors

    def own_vectors(self) -> Iterator[tuple[Passage, Vectors]]:
        """Return its own paragraphs that have vectors, with these."""
        return ((self.passage(slot), vectors) for slot, vectors in self._vectors.items())

    def slots_without_vectors(self) -> Iterator[int]:
        """Yield the slots of its own paragraphs whose vectors are not made, the newest first."""
        if len(self._vectors) < self.bm25.postings.count:
            for slots in reversed(self._slots.values()):
                yield from (slot for slot in slots if slot not in self._vectors)

    def title_terms(self, article: Article) -> frozenset[str]:
        """Return the distinct terms of an article's title."""
        return frozenset(term.term for term in self.analyser.terms(article.title))

    def _assign_slots(self, article_id: str, article: Article | None, paragraphs: int) -> None:
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
