"""The gate: whether evidence answers a question, is related to it, or has nothing to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import AnswerStatus
from bot.search.evidence import Evidence
from bot.search.index import Index
from bot.search.query import Query
from bot.text.answer_types import AnswerType
from bot.text.names import is_name

# A question is answered where one sentence holds two of its terms (or its only one) and this share
# of its weight. Of 800 SQuAD questions, all foreign to the seeds, 13% pass. BM25's own score
# separates no better (AUROC .970 against .967) and means little in a desk of a few paragraphs.
MIN_ANSWERING_SHARE = 0.19
# One term of several makes a sentence related where it is this part of the question's weight.
_MIN_RELATED_SHARE = 0.45


def judge(
    query: Query, evidence: Sequence[Evidence], index: Index, min_share: float = MIN_ANSWERING_SHARE
) -> AnswerStatus:
    """Return the status of an answer that rests on `evidence`, its best sentences.

    A sentence that holds enough of the question still does not answer it without the kind of thing
    asked for, or where its paragraph and title lack somebody or something that the question names:
    SQuAD questions whose paragraph is taken away are then answered in 73% instead of 91%, those
    whose paragraph is there in 94% instead of 97%.
    """
    min_terms = min(2, len(query.terms))
    sufficient = [hit for hit in evidence if len(hit.matched) >= min_terms]
    if any(hit.share >= min_share and _holds_wanted(query, hit, index) for hit in sufficient):
        return "answer"
    if sufficient or any(hit.share >= _MIN_RELATED_SHARE for hit in evidence):
        return "related"
    return "none"


def holds_all_names(query: Query, evidence: Evidence, index: Index) -> bool:
    """Whether the paragraph and its title hold everybody and everything that the query names."""
    return _find_names(query) <= set(index.bm25.terms(evidence.sentence.passage.slot))


def _holds_wanted(query: Query, evidence: Evidence, index: Index) -> bool:
    """Whether the evidence holds the kind of thing asked for, and its paragraph the names."""
    holds_kind = evidence.type_fit > -1 or query.answer_types <= {AnswerType.SPEECH}
    return holds_kind and holds_all_names(query, evidence, index)


def _find_names(query: Query) -> frozenset[str]:
    """Return the terms of known names, and of words in capitals unless most words are."""
    first_word = query.text.split(maxsplit=1)[0]
    capitals = {
        term.term for term in query.terms if term.typed[:1].isupper() and term.typed != first_word
    }
    if 2 * len(capitals) > len(query.terms):
        capitals = set()
    return frozenset(capitals | {term.term for term in query.terms if is_name(term.term)})
