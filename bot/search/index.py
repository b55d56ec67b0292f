"""The search index of articles: BM25 over their paragraphs, and the sentences of these."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import TypeVar

from bot.model import Article, Paragraph, Span
from bot.search.bm25 import IncrementalBM25
from bot.search.korean_terms import MIN_PART, KoreanTerms
from bot.search.postings import Postings
from bot.search.segment import Numbers
from bot.search.spelling import SpellingIndex
from bot.semantic.encoder import Vectors
from bot.text.lexicon import find_nearest_word
from bot.text.numbered_terms import NumberedTerms
from bot.text.sentences import split_sentences
from bot.text.terms import AnalysedText, Analyser

_Result = TypeVar("_Result")


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


@dataclass(frozen=True, slots=True)
class IndexCopy:
    """What an index stores without its base: its articles in the order of their slots, the term of
    each word, and the postings as `Postings.columns` gives them."""

    articles: Sequence[Article]
    forms: Mapping[str, str]
    terms: Sequence[str]
    columns: Mapping[str, Numbers]


class Index:
    """Articles in BM25, a document for each paragraph, changed in place.

    A paragraph is indexed with the terms of its title and of its heading (docs/design/search.md:
    MRR +.066 and +.016 on two news sets).

    A layer over a `base` answers from the base's articles and its own together, and stores and
    changes only its own. The base may change meanwhile and does not know its layers.

    Safe to use from several threads: a reader waits neither for another nor for a change. What is
    read in several calls goes through `read`, as an article may go in between.
    """

    # So often a computation is repeated because of changes, before it has them wait.
    _MAX_TRIES = 3
    # After so many removed paragraphs the words of articles are put in order.
    _MAX_REMOVED = 10_000
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
        self._name_words: frozenset[str] = analyser.names.word_forms
        self._name_list: SpellingIndex = (
            base._name_list if base else SpellingIndex(self._name_words)
        )
        # By slot, from its first slot: the article, and the number of the paragraph.
        self._articles: list[Article | None] = []
        self._numbers = array("I")
        self._slots: dict[str, range] = {}
        # The term of each word of the articles, and of some that have been removed.
        self._forms: dict[str, str] = {}
        self._words = SpellingIndex()  # the same words
        self._removed = 0  # paragraphs, since the words were last put in order
        self._version = 0  # of changes
        self._change_lock = Lock()  # held by a change, once it has read the articles that come
        self._cache_lock = Lock()  # held for some microseconds
        self._sentences: dict[int, tuple[Sentence, ...]] = {}
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
        index._words = SpellingIndex(forms)
        for article_id, article, paragraphs in articles:
            index._slots[article_id] = index._append(article, paragraphs)
        return index

    def read(self, compute: Callable[[], _Result]) -> _Result:
        """Return what `compute` finds in the index. It is called again where it came upon an
        article that was replaced or removed meanwhile, and at last with changes held back."""
        for _ in range(self._MAX_TRIES):
            version = self._versions
            try:
                return compute()
            except LookupError:
                with self._unchanged():  # once a change under way is complete
                    if version == self._versions:
                        raise
        with self._unchanged():
            return compute()

    def has(self, article_id: str) -> bool:
        """Whether it has an article of this id, those of the base left aside."""
        return article_id in self._slots

    def add(self, article: Article) -> None:
        """Add an article; one whose id is held already is left as it is."""
        if not self.has(article.id):
            self.put((article,))

    def put(self, articles: Iterable[Article]) -> None:
        """Add articles of different ids, for readers at one moment; one that is held with the id is
        replaced. Many at once are indexed faster than one by one."""
        articles = tuple(articles)
        documents, forms = self._number_terms(articles)
        with self._change_lock:
            replaced = [slots for article in articles if (slots := self._slots.get(article.id))]
            # New slots have their articles before a search finds them, and old ones until none
            # does.
            ranges = [self._append(article, len(article.paragraphs)) for article in articles]
            for form in forms:
                if form not in self._forms:
                    self._words.add(form)
            self._forms.update(forms)
            self.bm25.change([*chain.from_iterable(replaced)], documents)
            for article, slots in zip(articles, ranges, strict=True):
                self._slots.pop(article.id, None)  # a new version is the newest article
                self._slots[article.id] = slots
            self._forget(replaced)

    def remove(self, article_id: str) -> None:
        """Remove one of its own articles. Raises KeyError where it holds none of that id."""
        with self._change_lock:
            slots = self._slots[article_id]
            self.bm25.change(slots)
            del self._slots[article_id]
            self._forget([slots])

    def copy(self) -> IndexCopy:
        """Return a copy of what it stores without its base. Only changes wait for it: some .2 s at
        100,000 paragraphs."""
        with self._change_lock:
            terms, columns = self.bm25.postings.columns()
            return IndexCopy(tuple(self.own_articles()), self._held_forms(), terms, columns)

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
        if self._base and slot < self.bm25.first_slot:
            return self._base.passage(slot)
        return Passage(slot, self.article(slot), self._numbers[slot - self.bm25.first_slot])

    def slots(self, article_id: str) -> Sequence[int]:
        """Return the slots of an article's paragraphs in order. Raises KeyError for unknown ids."""
        if self._base and article_id not in self._slots:
            return self._base.slots(article_id)
        return self._slots[article_id]

    def find_nearest_word(self, form: str) -> str | None:
        """Return the word of the articles or names that `form` is most likely a typing error for;
        None where `form` is itself one, or nothing is near enough."""
        if form in self._name_words or self._has_form(form):
            return None
        candidates = chain(self._list_words_near(form), self._name_list.near(form))
        return find_nearest_word(form, dict.fromkeys(candidates))

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
        first_slots = [slots[0] for slots in tuple(self._slots.values()) if slots]
        return map(self.article, first_slots)

    def sentences(self, slot: int) -> tuple[Sentence, ...]:
        """Return the sentences of a paragraph outside its asides, in order."""
        if self._base and slot < self.bm25.first_slot:
            return self._base.sentences(slot)
        cached = self._sentences.get(slot)
        if cached is not None:
            return cached
        passage = self.passage(slot)
        split = tuple(self._split(passage))
        with self._cache_lock:
            if self._articles[slot - self.bm25.first_slot] is not passage.article:
                return split  # it has just been removed
            sentences = self._sentences.setdefault(slot, split)  # all readers have the same ones
            if len(self._sentences) > self._MAX_CACHED:
                del self._sentences[next(iter(self._sentences))]  # the one that came first
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
        with self._cache_lock:
            if self._articles[slot - self.bm25.first_slot] is not None:
                self._vectors[slot] = vectors

    def own_vectors(self) -> list[tuple[Passage, Vectors]]:
        """Return its own paragraphs that have vectors, with these."""
        return [(self.passage(slot), vectors) for slot, vectors in tuple(self._vectors.items())]

    def slots_without_vectors(self) -> Iterator[int]:
        """Yield the slots of its own paragraphs whose vectors are not made, the newest first."""
        if len(self._vectors) < self.bm25.postings.state.count:
            for slots in reversed(tuple(self._slots.values())):
                yield from (slot for slot in slots if slot not in self._vectors)

    def title_terms(self, article: Article) -> frozenset[str]:
        """Return the distinct terms of an article's title."""
        return self.analyser.term_set(article.title)

    @property
    def _versions(self) -> tuple[int, int]:
        return self._base._version if self._base else 0, self._version

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Hold back changes of the index and its base."""
        with ExitStack() as stack:
            if self._base:
                stack.enter_context(self._base._change_lock)
            stack.enter_context(self._change_lock)
            yield

    def _number_terms(self, articles: Iterable[Article]) -> tuple[NumberedTerms, Mapping[str, str]]:
        """Return the terms of each paragraph with those of title and heading, and the term of each
        word."""
        texts: list[str] = []
        parts: list[tuple[int, ...]] = []  # of each paragraph, by their numbers in `texts`
        for article in articles:
            title = len(texts)
            texts.append(article.title)
            for paragraph in article.paragraphs:
                heading = (paragraph.heading,) if paragraph.heading else ()
                parts.append((title, *range(len(texts), len(texts) + 1 + len(heading))))
                texts += (*heading, paragraph.text)
        terms, forms = self.analyser.number_terms(texts)
        return terms.join(parts), forms

    def _append(self, article: Article | None, paragraphs: int) -> range:
        """Give slots to the paragraphs of an article."""
        first = self.bm25.first_slot + len(self._articles)
        self._numbers.extend(range(1, paragraphs + 1))
        self._articles += [article] * paragraphs
        return range(first, first + paragraphs)

    def _forget(self, removed: Iterable[range]) -> None:
        """Complete a change that removed some slots from the postings."""
        for slot in chain.from_iterable(removed):
            with self._cache_lock:
                self._articles[slot - self.bm25.first_slot] = None
                self._sentences.pop(slot, None)
                self._vectors.pop(slot, None)
            self._removed += 1
        if self._removed > self._MAX_REMOVED:
            self._forms = self._held_forms()
            self._words = SpellingIndex(self._forms)
            self._removed = 0
        self._version += 1

    def _has_form(self, form: str) -> bool:
        """Whether an article holds the word, or another form of a removed article's word: a search
        for it finds that."""
        if self._base and self._base._has_form(form):
            return True
        term = self._forms.get(form)
        return term is not None and term in self.bm25.postings

    def _held_forms(self) -> dict[str, str]:
        postings = self.bm25.postings
        return {form: term for form, term in self._forms.items() if term in postings}

    def _list_words_near(self, form: str) -> Iterator[str]:
        if self._base:
            yield from self._base._list_words_near(form)
        yield from filter(self._has_form, self._words.near(form))

    def _split(self, passage: Passage) -> Iterator[Sentence]:
        paragraph = passage.paragraph
        for position, span in enumerate(split_sentences(paragraph.text, paragraph.asides)):
            yield Sentence(passage, position, span, self.analyser)
