"""What a question searches for: its terms, their weights, and the expected types of answer."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bot.search.index import Index
from bot.text.answer_types import AnswerType, expected_types
from bot.text.korean_words import load_korean_words
from bot.text.lexicon import find_synonyms, is_word, specificity
from bot.text.stems import is_hangul
from bot.text.words import split_words

# The weight of a synonym beside the word asked for: in a sentence, and in a paragraph's BM25.
# Of 1,322 SQuAD questions MRR@10 is .8782 without synonyms, .8803 so, .8780 at .8 and .4; on the
# seed samples they bring the answering sentence among three in .97 instead of .93.
_SYNONYM_CREDIT = 0.5
_SYNONYM_SEARCH_WEIGHT = 0.2
# The same for a Korean compound that holds the word, or a part of it that is held.
_COMPOUND_CREDIT = 0.7
_COMPOUND_SEARCH_WEIGHT = 0.6

# How a question refers to the articles, which is no part of what it asks.
_ARTICLE_REFERENCE = re.compile(
    r"\b(?:according to|in|from|of|by) (?:the|this|these|that|an?y?) "
    r"(?:article|report|text|stor(?:y|ie)|page|passage|author|paragraph|piece|source)s?\b",
    re.IGNORECASE,
)
# Words that ask or chat and name no subject. They are function words of a question only: in an
# article "call" or "kind" may carry meaning, so these are not stop words of the index.
_CHAT_WORDS = frozenset(
    """
    actually along anybody anyone anything basically bit call called calls compare compared describe
    described does exact exactly explain going guy guys hello hey hi hm hmm kind know lot lots
    maybe mean means mention mentioned name named ok okay people's please quote quoted really reckon
    say saying says said somebody someone something somehow sort still stuff talk talked tell thanks
    thing things think thinks told want wanted wants whatever whichever whoever word words
    """.split()  # noqa: SIM905 - a word list reads best as words
)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a question, as indexed and as typed.

    `weight` is its rarity among the paragraphs. `synonyms` are those that paragraphs hold.
    `compounds` are the Korean ones that hold it or are a part of it. `is_known` is False where they
    hold none of these; the weight is then highest.
    """

    term: str
    typed: str
    weight: float
    is_known: bool
    synonyms: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()

    def is_in(self, terms: Set[str]) -> bool:
        """Whether `terms` hold this term, or a Korean compound with it."""
        return self.term in terms or not self.compounds.isdisjoint(terms)

    def credit(self, terms: Set[str]) -> float:
        """Return 1 where `terms` hold this term, a part of 1 where they hold a compound with it or
        a synonym, else 0."""
        if self.term in terms:
            return 1.0
        if not self.compounds.isdisjoint(terms):
            return _COMPOUND_CREDIT
        return 0.0 if self.synonyms.isdisjoint(terms) else _SYNONYM_CREDIT


@dataclass(frozen=True, slots=True)
class Query:
    """What a question searches for; no terms where it holds only stop words.

    `terms` holds each term once, without the words within names. `search_terms` is the query for
    BM25, each term with its weight: a name also brings its own words, a word its synonyms.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    search_terms: Mapping[str, float]
    answer_types: frozenset[AnswerType]

    @property
    def weight(self) -> float:
        """The sum of the weights of its terms."""
        return sum(term.weight for term in self.terms)


def read_query(text: str, index: Index) -> Query:
    """Return the query for the question `text` over `index`, with typing errors corrected."""
    question = _correct_typos(_ARTICLE_REFERENCE.sub(" ", text), index)
    terms: dict[str, QueryTerm] = {}
    search_terms: dict[str, float] = {}
    for term in index.analyser.terms(question, typed=True):
        typed = question[term.start : term.end]
        if typed.casefold() in _CHAT_WORDS or term.term in load_korean_words().chat:
            continue
        for search_term in _split_compound(_translate(term.term, index), index):
            search_terms[search_term] = search_terms.get(search_term, 0.0) + 1.0
            if not term.within and search_term not in terms:
                terms[search_term] = _make_query_term(search_term, typed, index)
    for query_term in terms.values():
        for compound in query_term.compounds:
            search_terms.setdefault(compound, _COMPOUND_SEARCH_WEIGHT)
        for synonym in query_term.synonyms:
            search_terms.setdefault(synonym, _SYNONYM_SEARCH_WEIGHT)
    return Query(text, tuple(terms.values()), search_terms, expected_types(text))


def _make_query_term(term: str, typed: str, index: Index) -> QueryTerm:
    rarity, frequency = index.bm25.rarity, index.bm25.frequency
    synonyms = frozenset(synonym for synonym in find_synonyms(term) if frequency(synonym))
    compounds = _find_compounds(term, index)
    if frequency(term):
        weight = rarity(term)
    elif compounds:
        weight = min(map(rarity, compounds))
    elif synonyms:  # the word is as rare as its commonest synonym
        weight = min(map(rarity, synonyms))
    else:  # the paragraphs cannot tell "bring" from "bitcoin"; English can
        weight = rarity(term) * specificity(typed.casefold())
    return QueryTerm(term, typed, weight, bool(frequency(term) or synonyms), synonyms, compounds)


def _find_compounds(term: str, index: Index) -> frozenset[str]:
    """Return the Korean terms that hold `term`, or, where it is not held, its parts."""
    if not is_hangul(term):
        return frozenset()
    parts = () if index.bm25.frequency(term) else index.find_parts(term)
    return frozenset((*index.find_compounds(term), *parts))


def _split_compound(term: str, index: Index) -> Sequence[str]:
    """Return the two terms that a Korean compound consists of, where both are held more often."""
    if is_hangul(term):
        frequency = index.bm25.frequency
        for length in range(len(term) - 2, 1, -1):
            parts = term[:length], term[length:]
            if min(map(frequency, parts)) > frequency(term):
                return parts
    return (term,)


def _translate(term: str, index: Index) -> str:
    """The first synonym of a Korean word that paragraphs hold; `term` itself where none do."""
    if not is_hangul(term) or index.bm25.frequency(term):
        return term
    return next(filter(index.bm25.frequency, find_synonyms(term)), term)


def _correct_typos(text: str, index: Index) -> str:
    """`text` with its misspelt words replaced by the nearest words of the articles or names."""
    parts: list[str] = []
    end = 0
    for word in split_words(text):
        if (
            word.term
            and not is_hangul(word.form)
            and not index.bm25.frequency(word.term)
            and not is_word(word.form)
        ):
            correction = index.find_nearest_word(word.form)
            if correction:
                parts += (text[end : word.start], correction)
                end = word.end
    return "".join((*parts, text[end:]))
