"""Answers to questions: up to three quotes, and whether they answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile

from bot.briefing.digest.digest import MAX_POINTS, quote_subject
from bot.briefing.digest.salience import Subject, read_subject
from bot.briefing.facts.accounts import AccountComparer
from bot.briefing.gate import find_answering, find_judged, judge
from bot.briefing.quoting import add_turn, is_quotable, quote_answer, sentences_to_answer
from bot.briefing.topics import Topics
from bot.briefing.wholeness import is_item, needs_previous_sentence
from bot.errors import QuestionError
from bot.model import Answer, AnswerStatus, Quote, Topic
from bot.search.evidence import Evidence, match_terms, rank, weigh
from bot.search.index import Index
from bot.search.query import Query, read_query
from bot.semantic.encoder import Vectors

MAX_QUOTES = 3
MAX_QUESTION_LENGTH = 500  # characters
# How many pieces of evidence are read for quotes; those for one fact rank close together.
_MAX_EVIDENCE = 40
# Each further quote must have this part of the best's score, or it is filler. By its share of the
# question instead, 3 of 190 questions over five desks lose the quote that answers; .4 and .6 quote
# as many that answer within one.
_MIN_RELATIVE_SCORE = 0.5
# Where the first quote answers for sure, each further one must have this part of its score; the
# others come with More. Over 190 questions on five desks 61 of 274 further quotes hold a gold
# sentence where 65 of 349 did, and as many questions find one among three; at .8 two find none.
_MIN_SHARE_BESIDE_ANSWER = 0.75
# Newer evidence gains up to this where the latest is asked for, as much as a sentence that holds
# half of the question gains on one that holds nothing of it.
_NEWEST_BONUS = 2.5
# A noun with this part of a question's weight is said to be missing where no quote holds it.
_MIN_IMPORTANT_SHARE = 0.15
# Nouns that say what kind of answer is asked for and not what it is about.
_KIND_WORDS = frozenset(
    """
    age amount cost count date day days figure hour hours month months name names number percent
    percentage person people price rate reason share sum time times total type way week weeks year
    years
    """.split()  # noqa: SIM905 - a word list reads best as words
)
# A difference is shown only where both sentences hold this part of the question.
_MIN_CONCERNED_SHARE = 0.4


def ask(
    question: str,
    index: Index,
    topics: Topics,
    *,
    offset: int = 0,
    vector: Vectors | None = None,
) -> Answer:
    """Answer `question` from the paragraphs of `index`, skipping the first `offset` quotes.

    `vector` is that of the question, where there is a sentence model that reads its language.
    Raises QuestionError, with a sentence for the person who asked, where there is nothing to
    search for.
    """
    question = " ".join(question.split())
    if not question:
        raise QuestionError(
            "The question is empty; ask something, such as what was said about trade."
        )
    if len(question) > MAX_QUESTION_LENGTH:
        raise QuestionError(
            "The question has {length:,} characters; shorten it to {most} or fewer.",
            length=len(question),
            most=MAX_QUESTION_LENGTH,
        )
    query = read_query(question, index)
    if not query.terms:
        raise QuestionError(
            "The question has no word to search for; name a person, a place or a subject."
        )
    evidence = [
        candidate
        for candidate in rank(query, index, vector)
        if is_quotable(candidate.sentence, index) and not _only_repeats(query, candidate, index)
    ]
    end = offset + MAX_QUOTES
    status: AnswerStatus = "answer"
    is_sure = False
    quotes = _quote_keywords(query, index, end + 1)
    if quotes and len(quotes) <= end:
        quotes = _add_ranked(quotes, query, evidence, index, end + 1)
    elif not quotes:
        evidence = prefer_newest(evidence) if query.prefers_newest else evidence
        judged = find_judged(evidence, MAX_QUOTES)
        status = judge(query, judged, index)
        answering = find_answering(query, judged, index)
        is_sure = status == "answer" and any(hit is evidence[0] for hit in answering)
        evidence = _promote(evidence, answering)
        quotes = choose_quotes(query, evidence, index, end + 1) if status != "none" else ()
    shown = quotes[offset:end]
    if is_sure and not offset:
        shown = _leave_out_filler(shown)
    matched = frozenset[str]().union(*(sentence.matched for sentence in evidence))
    return Answer(
        question=question,
        status=status,
        quotes=shown,
        matched_words=tuple(term.typed for term in query.terms if term.term in matched),
        missing_words=tuple(term.typed for term in query.terms if term.term not in matched),
        unquoted_words=_find_unquoted_words(query, shown, index) if not offset else (),
        nearest_topics=tuple(topics.find_nearest(question)) if status != "answer" else (),
        has_more=len(quotes) > offset + len(shown),
    )


def _only_repeats(query: Query, candidate: Evidence, index: Index) -> bool:
    """Whether its quote is no sentence but a heading or the like, with nothing but words of the
    question: "Micro-purchasing" for "what is micro-purchasing?"."""
    sentence = candidate.sentence
    return (
        is_item(sentence.text)
        and sentence.term_set.issubset(query.search_terms)
        and len(sentences_to_answer(sentence, index)) == 1
    )


def prefer_newest(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence with that of newer articles moved up: of two that score alike, the newer
    is first."""
    days = {
        candidate: candidate.sentence.passage.article.published_or_added.toordinal()
        for candidate in evidence
    }
    latest, earliest = max(days.values(), default=0), min(days.values(), default=0)
    extent = max(latest - earliest, 1)
    return sorted(
        evidence,
        key=lambda candidate: (
            -candidate.score - _NEWEST_BONUS * (days[candidate] - earliest) / extent
        ),
    )


def _promote(evidence: list[Evidence], answering: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence with the best that answers moved up to where it is quoted, if none of
    what is quoted answers."""
    if not answering or any(hit in answering for hit in evidence[:MAX_QUOTES]):
        return evidence
    best = min(answering, key=evidence.index)
    remaining = [hit for hit in evidence if hit is not best]
    return [*remaining[: MAX_QUOTES - 1], best, *remaining[MAX_QUOTES - 1 :]]


def _leave_out_filler(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Return the first quotes, up to one that is far behind the first: that is hardly an answer of
    its own."""
    least = _MIN_SHARE_BESIDE_ANSWER * quotes[0].score if quotes else 0.0
    return tuple(takewhile(lambda quote: quote.score >= least, quotes))


def _quote_keywords(query: Query, index: Index, limit: int) -> tuple[Quote, ...]:
    """Return what tells most about the subject that a word or two name; none for a question."""
    if query.keywords is None:
        return ()
    subject = read_subject(Topic(query.keywords, query.keywords), index.analyser)
    if not any(map(index.bm25.frequency, subject.terms)):  # a Korean word for an English one
        subject = Subject((tuple((term.term,) for term in query.terms),))
    points = quote_subject(subject, index, max(limit, MAX_POINTS))
    quotes = [quote for point in points if (quote := add_turn(point, index))]
    if query.prefers_newest:
        quotes.sort(key=_age)
    return tuple(replace(quote, score=1 / place) for place, quote in enumerate(quotes[:limit], 1))


def _add_ranked(
    quotes: tuple[Quote, ...], query: Query, evidence: Sequence[Evidence], index: Index, limit: int
) -> tuple[Quote, ...]:
    """Return the quotes on a subject and then those of the best sentences that stand alone."""
    alone = [hit for hit in evidence if not needs_previous_sentence(hit.sentence)]
    ranked = choose_quotes(query, alone, index, limit)
    further = [quote for quote in ranked if not any(_overlap(quote, other) for other in quotes)]
    everything = (*quotes, *further)[:limit]
    return tuple(replace(quote, score=1 / place) for place, quote in enumerate(everything, 1))


def _age(quote: Quote) -> int:
    """Sorts quotes from the newest article's to the oldest's."""
    return -quote.article.published_or_added.toordinal()


def _find_unquoted_words(query: Query, quotes: Sequence[Quote], index: Index) -> tuple[str, ...]:
    """Return the important words of the question that neither the quotes nor their titles hold."""
    if not quotes:
        return ()
    terms = {term for quote in quotes for term, _ in index.analyser.list_terms(quote.text)}
    terms.update(*(index.title_terms(quote.article) for quote in quotes))
    return tuple(
        term.typed
        for term in query.terms
        if term.is_person
        or (
            term.is_noun
            and not term.credit(terms)
            and term.term not in query.counted
            and term.typed.casefold() not in _KIND_WORDS
            and term.weight >= _MIN_IMPORTANT_SHARE * query.weight
        )
    )


def choose_quotes(
    query: Query, evidence: Sequence[Evidence], index: Index, limit: int
) -> tuple[Quote, ...]:
    """Return at most `limit` quotes of different facts, best first, with their other accounts."""
    terms = frozenset(query.search_terms)
    candidates = evidence[:_MAX_EVIDENCE]

    @cache  # only some are looked at
    def quote(candidate: Evidence) -> Quote:
        return quote_answer(candidate.sentence, index, terms, candidate.score)

    best_score = max((candidate.score for candidate in candidates), default=0.0)
    accounts = AccountComparer(index)
    facts: list[list[Evidence]] = []
    for candidate in candidates:
        slot = candidate.sentence.passage.slot
        for fact in facts:
            if any(
                account.sentence.passage.slot == slot and _overlap(quote(candidate), quote(account))
                for account in fact
            ):
                break
            if accounts.tell_one_fact(candidate.sentence, fact[0].sentence):
                fact.append(candidate)
                break
        else:
            is_filler = candidate.score < _MIN_RELATIVE_SCORE * best_score
            if not facts or (len(facts) < limit and not is_filler):
                facts.append([candidate])
    return tuple(
        _quote_fact(query, fact, {account: quote(account) for account in fact}, accounts)
        for fact in facts
    )


def _quote_fact(
    query: Query,
    fact: Sequence[Evidence],
    quotes: Mapping[Evidence, Quote],
    accounts: AccountComparer,
) -> Quote:
    """Return the quote that best holds the kind of thing asked for, with the other accounts.

    Accounts that differ are shown only where the fact is what the question is about.
    """
    best = max(fact, key=lambda evidence: evidence.type_fit)
    all_accounts = ((evidence.sentence, quotes[evidence]) for evidence in fact)
    quote = accounts.add_accounts(quotes[best], best.sentence, all_accounts)
    concerned = [quotes[evidence] for evidence in fact if _concerns(query, evidence)]
    if quotes[best] not in concerned:
        return replace(quote, differs=())
    return replace(
        quote,
        differs=tuple(account for account in quote.differs if account.quote in concerned),
    )


def _concerns(query: Query, evidence: Evidence) -> bool:
    """Whether the sentence itself, without the one before, tells of what the question asks."""
    share = weigh(query, match_terms(query, evidence.sentence))
    return share >= _MIN_CONCERNED_SHARE


def _overlap(first: Quote, second: Quote) -> bool:
    """Whether two quotes share characters of one paragraph."""
    if (first.article.id, first.paragraph) != (second.article.id, second.paragraph):
        return False
    return first.span.overlaps(second.span)
