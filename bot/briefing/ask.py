"""Answers to questions: up to three quotes, and whether they answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.briefing.facts.accounts import AccountComparer
from bot.briefing.gate import judge
from bot.briefing.quoting import is_quotable, quote_answer
from bot.briefing.topics import Topics
from bot.errors import QuestionError
from bot.model import Answer, Quote
from bot.search.evidence import Evidence, rank
from bot.search.index import Index
from bot.search.query import Query, read_query

MAX_QUOTES = 3
MAX_QUESTION_LENGTH = 500  # characters
# How many pieces of evidence are read for quotes; those for one fact rank close together.
_MAX_EVIDENCE = 40
# Each further quote must have this part of the best's score, or it is filler. By its share of the
# question instead, 3 of 190 questions over five desks lose the quote that answers; .4 and .6 quote
# as many that answer within one.
_MIN_RELATIVE_SCORE = 0.5


def ask(question: str, index: Index, topics: Topics, *, offset: int = 0) -> Answer:
    """Answer `question` from the paragraphs of `index`, skipping the first `offset` quotes.

    Raises QuestionError, with a sentence for the person who asked, where there is nothing to
    search for.
    """
    question = " ".join(question.split())
    if not question:
        raise QuestionError("The question is empty; ask something, such as what was said of trade.")
    if len(question) > MAX_QUESTION_LENGTH:
        raise QuestionError(
            "The question has {length:,} characters; ask in at most {most}.",
            length=len(question),
            most=MAX_QUESTION_LENGTH,
        )
    query = read_query(question, index)
    if not query.terms:
        raise QuestionError(
            "The question holds no word to search for; name a person, a place or a subject."
        )
    evidence = [
        candidate for candidate in rank(query, index) if is_quotable(candidate.sentence, index)
    ]
    status = judge(query, evidence[:MAX_QUOTES], index)
    end = offset + MAX_QUOTES
    quotes = choose_quotes(query, evidence, index, end + 1) if status != "none" else ()
    matched = frozenset[str]().union(*(sentence.matched for sentence in evidence))
    return Answer(
        question=question,
        status=status,
        quotes=quotes[offset:end],
        matched_words=tuple(term.typed for term in query.terms if term.term in matched),
        missing_words=tuple(term.typed for term in query.terms if term.term not in matched),
        nearest_topics=tuple(topics.find_nearest(question)) if status != "answer" else (),
        has_more=len(quotes) > end,
    )


def choose_quotes(
    query: Query, evidence: Sequence[Evidence], index: Index, limit: int
) -> tuple[Quote, ...]:
    """Return at most `limit` quotes of different facts, best first, with their other accounts."""
    terms = frozenset(query.search_terms)
    candidates = evidence[:_MAX_EVIDENCE]
    quotes = {
        candidate: quote_answer(candidate.sentence, index, terms, candidate.score)
        for candidate in candidates
    }
    best_score = max((candidate.score for candidate in candidates), default=0.0)
    accounts = AccountComparer(index)
    facts: list[list[Evidence]] = []
    for candidate in candidates:
        for fact in facts:
            if any(_overlap(quotes[candidate], quotes[account]) for account in fact):
                break
            if accounts.tell_one_fact(candidate.sentence, fact[0].sentence):
                fact.append(candidate)
                break
        else:
            is_filler = candidate.score < _MIN_RELATIVE_SCORE * best_score
            if not facts or (len(facts) < limit and not is_filler):
                facts.append([candidate])
    return tuple(_quote_fact(fact, quotes, accounts) for fact in facts)


def _quote_fact(
    fact: Sequence[Evidence], quotes: Mapping[Evidence, Quote], accounts: AccountComparer
) -> Quote:
    """Return the quote that best holds the kind of thing asked for, with the other accounts."""
    best = max(fact, key=lambda evidence: evidence.type_fit)
    all_accounts = ((evidence.sentence, quotes[evidence]) for evidence in fact)
    return accounts.add_accounts(quotes[best], best.sentence, all_accounts)


def _overlap(first: Quote, second: Quote) -> bool:
    """Whether two quotes share characters of one paragraph."""
    if (first.article.id, first.paragraph) != (second.article.id, second.paragraph):
        return False
    return first.start < second.end and second.start < first.end
