"""A topic to its digest: the statements about it, those that cover it, in the order of a brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from itertools import islice

import numpy as np

from bot.briefing.accounts import are_accounts, with_accounts
from bot.briefing.coverage import Candidate, Likeness, candidate, content_terms, cover
from bot.briefing.salience import Subject, read_subject, salient
from bot.briefing.statements import statements
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, Digest, PostedQuote, Quote
from bot.search.index import Index

POINTS = 6
LONGEST_TOPIC = 100  # characters

_PARAGRAPHS = 120  # how many of a topic's paragraphs are read, best first
_NEAREST = 6  # statements of other stories that are compared closely with a point
# A statement about the topic less than this part of the most salient one names it in passing.
_PASSING = 0.3


def make_digest(
    topic: str,
    index: Index,
    topics: Topics,
    *,
    had: Sequence[PostedQuote] = (),
    since: datetime | None = None,
) -> Digest:
    """Digest what the articles of `index` hold on `topic`: its slug, an alias or any text.

    `had` was said before and is not said again; `since` (UTC) leaves out articles published, or
    added where that is unknown, before then. Raises QuestionError, with a sentence for the person
    who asked, where there is nothing to search for.
    """
    asked = " ".join(topic.split())
    if not asked or len(asked) > LONGEST_TOPIC:
        raise QuestionError(f"Name a topic in 1 to {LONGEST_TOPIC} characters; /topics lists some.")
    meant = topics.topic(asked)
    subject = read_subject(meant, index.analyser) if meant is not EVERYTHING else Subject(())
    if meant is EVERYTHING:
        candidates = _of_the_newest(index, since)
    elif subject.phrases:
        candidates = _about(subject, index, since, newest_first=bool(had))
    else:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    likeness = Likeness(index, subject.terms)
    said = [content_terms(index.analyser.terms(posted.text)) for posted in had]
    chosen = cover(candidates, said, likeness, POINTS)
    return Digest(
        topic=meant.slug,
        title=meant.title,
        points=_ordered(_point(found, candidates, likeness, index) for found in chosen),
        nearest=() if chosen else tuple(topics.nearest(asked)),
    )


def _about(
    subject: Subject, index: Index, since: datetime | None, *, newest_first: bool
) -> list[Candidate]:
    """The statements about the subject, without those that name it in passing.

    They are looked for in the paragraphs that BM25 finds best, or in the newest: a channel that has
    had the best for weeks must still hear what came today.
    """
    slots = index.bm25.matching(subject.terms)
    if since is not None:
        slots = slots[[_dated(index.article(int(slot))) >= since for slot in slots]]
    rank = -index.bm25.scores(sorted(subject.terms), slots)
    if newest_first:
        days = [-_dated(index.article(int(slot))).toordinal() for slot in slots]
        best = slots[np.lexsort((rank, np.array(days)))]
    else:
        best = slots[np.argsort(rank, kind="stable")]
    found = list(salient(map(int, best[:_PARAGRAPHS]), subject, index))
    least = _PASSING * max((salience for _, salience in found), default=0.0)
    return [candidate(statement, salience) for statement, salience in found if salience >= least]


def _of_the_newest(index: Index, since: datetime | None) -> list[Candidate]:
    """The statements of the newest articles."""
    articles = sorted(index.articles(), key=_dated, reverse=True)
    recent = (article for article in articles if since is None or _dated(article) >= since)
    slots = islice((slot for article in recent for slot in index.slots(article.id)), _PARAGRAPHS)
    return [candidate(statement, 1.0) for slot in slots for statement in statements(slot, index)]


def _dated(article: Article) -> datetime:
    """When the article was published, or added where that is unknown (UTC)."""
    if article.published:
        return datetime.combine(article.published, time(), UTC)
    return article.added or datetime.min.replace(tzinfo=UTC)


def _point(
    chosen: Candidate, candidates: Iterable[Candidate], likeness: Likeness, index: Index
) -> Quote:
    """The candidate as a quote, with what other stories tell of the same fact behind it."""
    sentence, own = chosen.statement.sentences[-1], chosen.contents[-1]
    others = [
        other
        for other in candidates
        if other.article.id != chosen.article.id and likeness.one_point(own, other.contents[-1])
    ]
    others.sort(key=lambda other: likeness.shares(own, other.contents[-1]), reverse=True)
    accounts = (
        (other.statement.sentences[-1], other.statement.quote())
        for other in others[:_NEAREST]
        if likeness.one_fact(own, other.contents[-1])
        or are_accounts(sentence, other.statement.sentences[-1], index)
    )
    return with_accounts(chosen.statement.quote(), sentence, accounts, index)


def _ordered(points: Iterable[Quote]) -> tuple[Quote, ...]:
    """The points as a brief has them: what most stories report first, then the newest day, then
    story by story, the best chosen first, each in its own order."""
    chosen = list(points)
    stories = [point.article.id for point in chosen]

    def order(point: Quote) -> tuple[int, ...]:
        day = _dated(point.article).toordinal()
        story = stories.index(point.article.id)
        return -len(point.also), -day, story, point.paragraph, point.start

    return tuple(sorted(chosen, key=order))
