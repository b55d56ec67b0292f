"""The articles' paragraphs in the search index: what stands in which slot, and its sentences."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.model import Article, Paragraph, Span
from bot.search.bm25 import BM25
from bot.text.sentences import sentences
from bot.text.spelling import nearest
from bot.text.terms import Analyser, Term
from bot.text.words import words


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One paragraph in the index; `number` counts from 1 within its article."""

    slot: int
    article: Article
    number: int

    @property
    def paragraph(self) -> Paragraph:
        return self.article.paragraphs[self.number - 1]


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence that may be quoted.

    `place` counts the sentences of its paragraph from 0; `span` and the places of `terms` are
    places in the paragraph. `held` are its distinct terms, `content` those of them that are not
    just part of a name.
    """

    passage: Passage
    place: int
    span: Span
    terms: tuple[Term, ...]
    held: frozenset[str]
    content: frozenset[str]

    @property
    def text(self) -> str:
        return self.passage.paragraph.text[self.span.start : self.span.end]


class Index:
    """Articles by paragraph in BM25, changed in place.

    A paragraph is indexed with the terms of its title and of its heading (design.md: MRR +.066 and
    +.016 on two news sets).
    """

    # How many paragraphs' sentences are remembered; a question looks at some dozens.
    _REMEMBERED = 4096

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser
        self.bm25 = BM25()
        self._name_words = {
            word.form for name in analyser.names for form in name.forms for word in words(form)
        }
        self._passages: dict[int, Passage] = {}
        self._slots: dict[str, tuple[int, ...]] = {}
        self._vocabulary: Counter[str] = Counter()
        self._sentences: OrderedDict[int, tuple[Sentence, ...]] = OrderedDict()

    def add(self, article: Article) -> None:
        """Hold an article; one that is held already stays as it is."""
        if article.id in self._slots:
            return
        title = list(self.analyser.terms(article.title))
        self._vocabulary.update(_forms(title))
        slots = []
        for number, paragraph in enumerate(article.paragraphs, start=1):
            heading = self.analyser.terms(paragraph.heading or "")
            body = list(self.analyser.terms(paragraph.text))
            slot = self.bm25.add([term.term for term in chain(title, heading, body)])
            self._vocabulary.update(_forms(body))
            self._passages[slot] = Passage(slot, article, number)
            slots.append(slot)
        self._slots[article.id] = tuple(slots)

    def remove(self, article_id: str) -> None:
        """Forget an article. Raises KeyError where it is not held."""
        slots = self._slots.pop(article_id)
        article = self._passages[slots[0]].article if slots else None
        for slot in slots:
            self.bm25.remove(slot)
            del self._passages[slot]
            self._sentences.pop(slot, None)
        if article:
            texts = (article.title, *(paragraph.text for paragraph in article.paragraphs))
            terms = chain.from_iterable(self.analyser.terms(text) for text in texts)
            self._vocabulary -= Counter(_forms(terms))

    def passage(self, slot: int) -> Passage:
        return self._passages[slot]

    def slots(self, article_id: str) -> Sequence[int]:
        """The slots of an article's paragraphs, in order."""
        return self._slots[article_id]

    def nearest_word(self, form: str) -> str | None:
        """The word of the articles or names that `form` is most likely a typing error for.

        None where `form` is itself held, or nothing is near enough.
        """
        if form in self._vocabulary or form in self._name_words:
            return None
        return nearest(form, chain(self._vocabulary, self._name_words))

    def articles(self) -> Iterator[Article]:
        """The articles held, in the order they were added."""
        return (self._passages[slots[0]].article for slots in self._slots.values() if slots)

    def sentences(self, slot: int) -> tuple[Sentence, ...]:
        """The sentences of a paragraph outside its asides, in order."""
        held = self._sentences.get(slot)
        if held is not None:
            self._sentences.move_to_end(slot)
            return held
        passage = self._passages[slot]
        made = tuple(self._split(passage))
        self._sentences[slot] = made
        if len(self._sentences) > self._REMEMBERED:
            self._sentences.popitem(last=False)
        return made

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before, in the same paragraph."""
        if not sentence.place:
            return None
        return self.sentences(sentence.passage.slot)[sentence.place - 1]

    def _split(self, passage: Passage) -> Iterator[Sentence]:
        paragraph = passage.paragraph
        for place, span in enumerate(sentences(paragraph.text, paragraph.asides)):
            terms = tuple(
                term._replace(start=term.start + span.start, end=term.end + span.start)
                for term in self.analyser.terms(paragraph.text[span.start : span.end])
            )
            held = frozenset(term.term for term in terms)
            content = frozenset(term.term for term in terms if not term.within)
            yield Sentence(passage, place, span, terms, held, content)


def _forms(terms: Iterable[Term]) -> Iterator[str]:
    return (term.form for term in terms if term.form)
