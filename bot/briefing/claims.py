"""Sources for a text: its claims, sentence by sentence, and the quotes that speak of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from bot.briefing.ask import choose_quotes
from bot.briefing.gate import holds_all_names
from bot.briefing.quoting import is_quotable, sentences_to_quote
from bot.briefing.verify import find_fault, verify
from bot.model import Claim, Comparison, Quote, SourceReport
from bot.search.evidence import Evidence, rank, weigh
from bot.search.index import Index
from bot.search.query import Query, read_query
from bot.text.lexicon import specificity
from bot.text.names import is_name
from bot.text.sentences import split_sentences
from bot.text.words import split_words

MAX_CLAIMS = 8
MAX_CLAIM_QUOTES = 2

_MAX_SENTENCES = 24  # that are read as questions, which takes some ms each; others are counted

# With fewer terms a sentence is chat, or matches everywhere by chance.
_MIN_TERMS = 3
# A claim of at least so many words is "near" where this part of them matches, in order, with no
# other words among them. For less, a whole sentence that speaks of it says more than the words in
# common; in a short one the word that differs is all it says: "The Kaesong complex reopened".
_MIN_NEAR_WORDS, _MIN_NEAR_SCORE = 8, 0.8
# A quote supports a claim where the part of the claim's weight that it holds, times how specific
# the shared words are (a name counts 1, the commonest word .2), is at least this. It finds .90 of
# 92 claims paraphrased from the seeds and .96 of 24 from other pages; where nothing supports them,
# it finds something for none of 800 sentences of other pages, 1 of 800 of SQuAD, 1 of 75 news of
# the same countries and of others, but 16 of 65 short ones put together from the desk's own words,
# as "The White House bought new cars". At .9 .91 and 19 of 65, at 1.2 .84 and 13.
_MIN_SUPPORT = 1.0
# Where a sentence begins another claim. Two of the paraphrased claims joined in one sentence are
# found in .97 instead of .56, and of the 800 sentences of other pages 2.
_CLAIM_BOUNDARY = re.compile(r"; |,? (?:and|but|while|whereas|although|after|because) ")


def find_sources(text: str, index: Index) -> SourceReport:
    """Return what the paragraphs of `index` hold on each sentence of `text`."""
    claims: list[Claim] = []
    unchecked_count = skipped_count = 0
    for number, sentence in enumerate(_split_sentences(text)):
        if len(claims) == MAX_CLAIMS or number >= _MAX_SENTENCES:
            if len({term.term for term in index.analyser.terms(sentence)}) < _MIN_TERMS:
                skipped_count += 1
            else:
                unchecked_count += 1
            continue
        query = read_query(sentence, index)
        if len(query.terms) < _MIN_TERMS:
            skipped_count += 1
        else:
            claims.append(_check_claim(query, index))
    return SourceReport(tuple(claims), unchecked_count, skipped_count)


def _split_sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for span in split_sentences(line):
            yield line[span.start : span.end]


def _check_claim(query: Query, index: Index) -> Claim:
    """Return a claim with the quotes that hold its words, or else those that speak of it."""
    if find_fault(query.text, index) is None:
        verification = verify(query.text, index)
        matches = verification.matches
        if verification.status == "exact" or verification.has_same_words:
            return Claim(query.text, "exact", matches[:MAX_CLAIM_QUOTES])
        near = [match for match in matches if match.quote.score >= _MIN_NEAR_SCORE]
        if near and len(split_words(query.text)) >= _MIN_NEAR_WORDS:
            return Claim(query.text, "near", tuple(near[:MAX_CLAIM_QUOTES]))
    quotes = _find_support(query, index) or _find_partial_support(query.text, index)
    return Claim(query.text, "related" if quotes else "none", tuple(map(Comparison, quotes)))


def _find_support(query: Query, index: Index) -> tuple[Quote, ...]:
    """Return the quotes that speak of a claim, the one that shares most with it first."""
    quotable = (hit for hit in rank(query, index) if is_quotable(hit.sentence, index))
    support = {evidence: _support(query, evidence, index) for evidence in quotable}
    supporting = [evidence for evidence in support if support[evidence] >= _MIN_SUPPORT]
    supporting.sort(key=lambda evidence: -support[evidence])
    return choose_quotes(query, supporting, index, MAX_CLAIM_QUOTES)


def _find_partial_support(text: str, index: Index) -> tuple[Quote, ...]:
    """Return the best quote on each part of a sentence that makes several claims."""
    parts = _CLAIM_BOUNDARY.split(text)
    queries = (read_query(part, index) for part in parts if len(parts) > 1)
    quotes = chain.from_iterable(
        _find_support(query, index)[:1] for query in queries if len(query.terms) >= _MIN_TERMS
    )
    return tuple(dict.fromkeys(quotes))[:MAX_CLAIM_QUOTES]


def _support(query: Query, evidence: Evidence, index: Index) -> float:
    """Return how much the quote shares with the claim; 0 if only names, or not all names."""
    quoted = sentences_to_quote(evidence.sentence, index)
    terms = frozenset[str]().union(*(sentence.term_set for sentence in quoted))
    shared = [(term, term.credit(terms)) for term in query.terms if term.credit(terms)]
    if all(is_name(term.term) for term, _ in shared) or not holds_all_names(query, evidence, index):
        return 0.0
    specific = sum(
        credit * (1.0 if is_name(term.term) else specificity(term.typed.casefold()))
        for term, credit in shared
    )
    return weigh(query, terms) * specific
