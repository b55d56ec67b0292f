"""A question to its answer: up to three quotes, and whether they answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.briefing.facts.accounts import are_accounts, with_accounts
from bot.briefing.gate import judge
from bot.briefing.quoting import quote
from bot.briefing.topics import Topics
from bot.errors import QuestionError
from bot.model import Answer, Quote
from bot.search.evidence import Evidence, rank
from bot.search.index import Index
from bot.search.query import Query, read_query

QUOTES = 3
LONGEST_QUESTION = 500  # characters
# How many pieces of evidence are looked at for quotes; what tells the same ranks near.
_READ = 40
# A further quote holds this part of what the best holds of the question, or it is filler. On the
# seed samples this leaves out half of the third quotes and none that an editor wants.
_BESIDE = 0.5


def ask(question: str, index: Index, topics: Topics, *, after: int = 0) -> Answer:
    """Answer `question` from the paragraphs of `index`, with the quotes that come `after` so many.

    Raises QuestionError, with a sentence for the person who asked, where there is nothing to
    search for.
    """
    question = " ".join(question.split())
    if not question:
        raise QuestionError("The question is empty; ask something, such as what was said of trade.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            "The question has {length:,} characters; ask in at most {most}.",
            length=len(question),
            most=LONGEST_QUESTION,
        )
    query = read_query(question, index)
    if not query.terms:
        raise QuestionError(
            "The question holds no word to search for; name a person, a place or a subject."
        )
    evidence = rank(query, index)
    status = judge(query, evidence[:QUOTES], index)
    last = after + QUOTES
    quotes = choose(query, evidence, index, last + 1) if status != "none" else ()
    matched = frozenset[str]().union(*(found.matched for found in evidence))
    return Answer(
        question=question,
        status=status,
        quotes=quotes[after:last],
        matched_words=tuple(term.typed for term in query.terms if term.term in matched),
        missing_words=tuple(term.typed for term in query.terms if term.term not in matched),
        nearest_topics=tuple(topics.nearest(question)) if status != "answer" else (),
        has_more=len(quotes) > last,
    )


def choose(
    query: Query, evidence: Sequence[Evidence], index: Index, most: int
) -> tuple[Quote, ...]:
    """The first facts in the evidence, at most so many, each as the quote that tells it best, with
    what other stories tell of it."""
    terms = frozenset(query.search_terms)
    likely = evidence[:_READ]
    quotes = {found: quote(found.sentence, index, terms, found.score) for found in likely}
    least = _BESIDE * max((found.share for found in likely[:QUOTES]), default=0.0)
    facts: list[list[Evidence]] = []
    for found in likely:
        for fact in facts:
            if any(_shares_words(quotes[found], quotes[told]) for told in fact):
                break
            if are_accounts(found.sentence, fact[0].sentence, index):
                fact.append(found)
                break
        else:
            if not facts or (len(facts) < most and found.share >= least):
                facts.append([found])
    return tuple(_told(fact, quotes, index) for fact in facts)


def _told(fact: Sequence[Evidence], quotes: Mapping[Evidence, Quote], index: Index) -> Quote:
    """The quote of the best evidence that holds the kind of thing asked for, with the others as
    what other stories tell."""
    best = max(fact, key=lambda found: found.fit)
    others = ((found.sentence, quotes[found]) for found in fact)
    return with_accounts(quotes[best], best.sentence, others, index)


def _shares_words(one: Quote, other: Quote) -> bool:
    """Whether two quotes overlap in one paragraph."""
    if (one.article.id, one.paragraph) != (other.article.id, other.paragraph):
        return False
    return one.start < other.end and other.start < one.end
