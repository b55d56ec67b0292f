"""A question to what is searched for: its terms, their weights, and what kind of thing it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.search.index import Index
from bot.text.english import is_word, specificity
from bot.text.wanted import Wanted, wanted_by
from bot.text.words import words

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

    `weight` is its rarity among the paragraphs. It is highest where no paragraph holds the term;
    `known` is then False.
    """

    term: str
    typed: str
    weight: float
    known: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What a question searches for; no terms where it holds only stop words.

    `terms` holds each thing asked about once; `search_terms` is what BM25 is given, where a name
    is followed by its own words.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    search_terms: tuple[str, ...]
    wanted: frozenset[Wanted]

    @property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms)


def read_query(text: str, index: Index) -> Query:
    """What the question `text` asks of `index`, typing errors put right."""
    asked = _without_slips(_THE_ARTICLES.sub(" ", text), index)
    terms: dict[str, QueryTerm] = {}
    search_terms: list[str] = []
    for term in index.analyser.terms(asked, typed=True):
        typed = asked[term.start : term.end]
        if typed.casefold() in _CHAT:
            continue
        search_terms.append(term.term)
        if not term.within and term.term not in terms:
            known = index.bm25.frequency(term.term) > 0
            weight = index.bm25.rarity(term.term)
            if not known:  # the paragraphs cannot tell "bring" from "bitcoin"; English can
                weight *= specificity(typed.casefold())
            terms[term.term] = QueryTerm(term.term, typed, weight, known)
    return Query(text, tuple(terms.values()), tuple(search_terms), wanted_by(text))


def _without_slips(text: str, index: Index) -> str:
    """`text` with each word that the articles do not hold replaced by its nearest that they do."""
    parts: list[str] = []
    done = 0
    for word in words(text):
        if word.term and not index.bm25.frequency(word.term) and not is_word(word.form):
            meant = index.nearest_word(word.form)
            if meant:
                parts += (text[done : word.start], meant)
                done = word.end
    return "".join((*parts, text[done:]))
