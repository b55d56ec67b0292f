"""A question to what is searched for: its terms, their weights, and what kind of thing it wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from bot.search.index import Index
from bot.text.answer_types import AnswerType, expected_types
from bot.text.lexicon import find_synonyms, is_word, specificity
from bot.text.stems import is_hangul
from bot.text.words import split_words

# What a synonym is worth of the word asked for: in a sentence, and in BM25's score of a paragraph.
# Of 1,322 SQuAD questions MRR@10 is .8782 without synonyms, .8803 so, .8780 at .8 and .4; on the
# seed samples they bring the answering sentence among three in .97 instead of .93.
_SYNONYM = 0.5
_SYNONYM_SCORE = 0.2

# What a question calls the articles is no part of what it asks of them.
_THE_ARTICLES = re.compile(
    r"\b(?:according to|in|from|of|by) (?:the|this|these|that|an?y?) "
    r"(?:article|report|text|stor(?:y|ie)|page|passage|author|paragraph|piece|source)s?\b",
    re.IGNORECASE,
)
# Words that ask or chat and name no subject. They are function words of a question only: in an
# article "call" or "kind" may carry meaning, so these are not stop words of the index.
_CHAT = frozenset(
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
    """One thing asked about, as the index knows it and as it was typed.

    `weight` is its rarity among the paragraphs. `synonyms` are the terms that paragraphs hold in
    its place. `known` is False where they hold neither; the weight is then highest.
    """

    term: str
    typed: str
    weight: float
    known: bool
    synonyms: frozenset[str] = frozenset()

    def credit(self, held: Set[str]) -> float:
        """From 0 to 1: how far one of the terms `held` is what is asked about."""
        if self.term in held:
            return 1.0
        return 0.0 if self.synonyms.isdisjoint(held) else _SYNONYM


@dataclass(frozen=True, slots=True)
class Query:
    """What a question searches for; no terms where it holds only stop words.

    `terms` holds each thing asked about once. `search_terms` is what BM25 is given, each term with
    its weight: a name is followed by its own words, a word by its synonyms.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    search_terms: Mapping[str, float]
    answer_types: frozenset[AnswerType]

    @property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms)


def read_query(text: str, index: Index) -> Query:
    """What the question `text` asks of `index`, typing errors put right."""
    asked = _without_slips(_THE_ARTICLES.sub(" ", text), index)
    terms: dict[str, QueryTerm] = {}
    search_terms: dict[str, float] = {}
    for term in index.analyser.terms(asked, typed=True):
        typed = asked[term.start : term.end]
        if typed.casefold() in _CHAT:
            continue
        sought = _in_english(term.term, index)
        search_terms[sought] = search_terms.get(sought, 0.0) + 1.0
        if not term.within and sought not in terms:
            terms[sought] = _query_term(sought, typed, index)
    for asked_for in terms.values():
        for synonym in asked_for.synonyms:
            search_terms.setdefault(synonym, _SYNONYM_SCORE)
    return Query(text, tuple(terms.values()), search_terms, expected_types(text))


def _query_term(term: str, typed: str, index: Index) -> QueryTerm:
    rarity, frequency = index.bm25.rarity, index.bm25.frequency
    held = frozenset(synonym for synonym in find_synonyms(term) if frequency(synonym))
    if frequency(term):
        weight = rarity(term)
    elif held:  # the word is as rare as the commonest that stands for it
        weight = min(map(rarity, held))
    else:  # the paragraphs cannot tell "bring" from "bitcoin"; English can
        weight = rarity(term) * specificity(typed.casefold())
    return QueryTerm(term, typed, weight, bool(frequency(term) or held), held)


def _in_english(term: str, index: Index) -> str:
    """The first word for a Korean one that paragraphs hold; `term` itself where there is none."""
    if not is_hangul(term) or index.bm25.frequency(term):
        return term
    return next((each for each in find_synonyms(term) if index.bm25.frequency(each)), term)


def _without_slips(text: str, index: Index) -> str:
    """`text` with each word that the articles do not hold replaced by its nearest that they do."""
    parts: list[str] = []
    done = 0
    for word in split_words(text):
        if word.term and not index.bm25.frequency(word.term) and not is_word(word.form):
            meant = index.nearest_word(word.form)
            if meant:
                parts += (text[done : word.start], meant)
                done = word.end
    return "".join((*parts, text[done:]))
