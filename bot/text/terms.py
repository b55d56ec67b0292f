"""The terms a text is searched by: stems of words, and one term for each known name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from bot.text.joined_names import find_joined_names
from bot.text.lazy import lazy_property
from bot.text.names import Names
from bot.text.numbered_terms import NumberedTerms, number_terms
from bot.text.words import Word, split_forms, split_words

_Derived = TypeVar("_Derived")


# Titles whose terms are kept; a question reads those of some thirty articles.
_MAX_SHORT_TEXTS = 1024
JOINED = "joined"  # the kind of a name that several words make together, such as Crew-8


class Term(NamedTuple):
    """A term and the characters of the text that stand for it: `text[start:end]`.

    `form` is the word as `Word` has it, "" for the term of a name; `kind` is the name's kind, ""
    for a word. `within` says that the word is part of a name whose own term precedes it, or that
    the term is that of a joined name, whose words follow as terms of their own.
    """

    term: str
    start: int
    end: int
    form: str = ""
    kind: str = ""
    within: bool = False


class Analyser:
    """Finds the terms of texts, the same way for paragraphs and for questions."""

    def __init__(self, names: Names) -> None:
        """`names` are the names that become terms."""
        self.names = names
        self._short_texts = lru_cache(maxsize=_MAX_SHORT_TEXTS)(self._find_term_set)

    def terms(self, text: str, *, typed: bool = False) -> Iterator[Term]:
        """The terms of `text` in order; a name's term, and that of a joined name, is followed by
        the name's own words.

        `typed` marks a text that a person typed, perhaps without capitals.
        """
        words = split_words(text)
        joined_names = list(find_joined_names(text))[::-1]
        mentions = {
            mention.first: mention for mention in self.names.find_mentions(words, typed=typed)
        }
        name_end = 0
        for number, word in enumerate(words):
            while joined_names and joined_names[-1].start <= word.start:
                yield Term(*joined_names.pop(), kind=JOINED, within=True)
            if number in mentions:
                name, _, name_end = mentions[number]
                yield Term(name.term, word.start, words[name_end - 1].end, kind=name.kind)
            start, end, form, term, _ = word
            if term:  # Term() itself takes three times as long
                yield tuple.__new__(Term, (term, start, end, form, "", number < name_end))

    def list_terms(self, text: str) -> list[tuple[str, str]]:
        """Return the terms of `text` that `terms` gives, each with the form of its word, but not
        where they stand, and those of joined names last: in half the time."""
        words = split_forms(text)
        terms = [(word.term, word.form) if word.term else None for word in words]
        mentions = list(self.names.find_mentions(words))
        for mention in reversed(mentions):
            terms.insert(mention.first, (mention.name.term, ""))
        joined_names = ((name.term, "") for name in find_joined_names(text))
        return [*filter(None, terms), *joined_names]

    def number_terms(self, texts: Iterable[str]) -> tuple[NumberedTerms, Mapping[str, str]]:
        """Return the terms of many texts as `list_terms` gives them, and the term of the form of
        each word: in half the time, but .2 ms for the first text."""
        return number_terms(texts, self.names)

    def split_terms(
        self, text: str, *, typed: bool = False
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the distinct terms of `text` that `terms` gives: those of the content, in which
        each name counts once, and those within names."""
        words = split_forms(text)
        content, within = set(), {name.term for name in find_joined_names(text)}
        end = 0
        for mention in self.names.find_mentions(words, typed=typed):
            content.update([word.term for word in words[end : mention.first]])
            content.add(mention.name.term)
            within.update([word.term for word in words[mention.first : mention.end]])
            end = mention.end
        content.update([word.term for word in words[end:]])
        return frozenset(content - {""}), frozenset(within - {""})

    def term_set(self, text: str) -> frozenset[str]:
        """Return the distinct terms of a title or the like, which is asked for again and again."""
        return self._short_texts(text)

    def _find_term_set(self, text: str) -> frozenset[str]:
        return frozenset([term for term, _ in self.list_terms(text)])


class AnalysedText:
    """A text with its words and terms, each found when first asked for and then kept.

    It is compared and hashed by identity and never changes. All positions are offsets in `text`.
    """

    def __init__(self, text: str, analyser: Analyser, *, typed: bool = False) -> None:
        """`typed` marks a text that a person typed, perhaps without capitals."""
        self.text = text
        self._analyser = analyser
        self._typed = typed

    @lazy_property
    def words(self) -> tuple[Word, ...]:
        """The words in order, stop words included."""
        return split_words(self.text)

    @lazy_property
    def terms(self) -> tuple[Term, ...]:
        """The terms in order, the words within names included."""
        return tuple(self._analyser.terms(self.text, typed=self._typed))

    @lazy_property
    def term_set(self) -> frozenset[str]:
        """The distinct terms, the words within names included."""
        content, within = self._split_terms
        return content | within if within else content

    @property
    def content_terms(self) -> Iterator[str]:
        """The terms in order without the words within names: each name counts once."""
        return (term.term for term in self.terms if not term.within)

    @property
    def content_set(self) -> frozenset[str]:
        """The distinct content terms."""
        return self._split_terms[0]

    @lazy_property
    def _split_terms(self) -> tuple[frozenset[str], frozenset[str]]:
        return self._analyser.split_terms(self.text, typed=self._typed)

    def derive(self, compute: Callable[..., _Derived], *context: object) -> _Derived:
        """Return `compute(self, *context)`, computed the first time and kept with the text.

        `compute` is a module's function, such as one that finds the figures of a sentence. The
        context must make no difference to the result: it is where the text's surroundings are read.
        """
        if compute not in self._derived:
            self._derived[compute] = compute(self, *context)
        value: _Derived = self._derived[compute]
        return value

    @lazy_property
    def _derived(self) -> dict[Callable[..., Any], Any]:
        return {}
