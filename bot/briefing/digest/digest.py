"""A topic to its digest: the statements about it, those that cover it, in the order of a brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

import numpy as np

from bot.briefing.digest.coverage import Candidate, Likeness, candidate, content_terms, cover
from bot.briefing.digest.history import Had
from bot.briefing.digest.salience import Subject, read_subject, salient
from bot.briefing.facts.accounts import are_accounts, with_accounts
from bot.briefing.statements import statements
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Digest, PostedQuote, Quote
from bot.search.index import Index

POINTS = 6  # at most, and fewer by each quote that is shown because it differs from one
LONGEST_TOPIC = 100  # characters

_PARAGRAPHS = 120  # how many of a topic's paragraphs are read, best first
_NEAREST = 6  # statements of other stories that are compared closely with a point
# Points that contradict what a channel has had are news before all others, but not the only news.
_CONTRADICTING = 2
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

    `had`, oldest first, was said before and is not said again, save by a story that contradicts it;
    `since` (UTC) leaves out articles published, or added where that is unknown, before then. Raises
    QuestionError, with a sentence for the person who asked, where there is nothing to search for.
    """
    asked = " ".join(topic.split())
    if not asked or len(asked) > LONGEST_TOPIC:
        raise QuestionError(
            "Name a topic in 1 to {most} characters; /topics lists some.", most=LONGEST_TOPIC
        )
    meant = topics.topic(asked)
    subject = read_subject(meant, index.analyser) if meant is not EVERYTHING else Subject(())
    if meant is EVERYTHING:
        candidates = _of_the_newest(index, since)
    elif subject.phrases:
        candidates = _about(subject, index, since, newest_first=bool(had))
    else:
        raise QuestionError("The topic holds no word to search for; /topics lists some.")
    likeness = Likeness(index, subject.terms)
    before = Had(had, likeness, index)
    chosen, more = _chosen(candidates, before, likeness, index)
    points = [
        before.recalled(_point(each, [*before.like(each), *candidates], likeness, index))
        for each in chosen
    ]
    fitting = _ordered(_fitting(points), before)
    return Digest(
        topic=meant.slug,
        title=meant.title,
        points=fitting,
        nearest_topics=() if candidates else tuple(topics.nearest(asked)),
        new_stories=before.new_among(fitting),
        has_more=more or len(fitting) < len(points),
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
        slots = slots[[index.article(int(slot)).published_or_added >= since for slot in slots]]
    rank = -index.bm25.scores(sorted(subject.terms), slots)
    if newest_first:
        days = [-index.article(int(slot)).published_or_added.toordinal() for slot in slots]
        best = slots[np.lexsort((rank, np.array(days)))]
    else:
        best = slots[np.argsort(rank, kind="stable")]
    found = list(salient(map(int, best[:_PARAGRAPHS]), subject, index))
    least = _PASSING * max((salience for _, salience in found), default=0.0)
    return [candidate(statement, salience) for statement, salience in found if salience >= least]


def _of_the_newest(index: Index, since: datetime | None) -> list[Candidate]:
    """The statements of the newest articles."""
    articles = sorted(
        index.articles(), key=lambda article: article.published_or_added, reverse=True
    )
    recent = (
        article for article in articles if since is None or article.published_or_added >= since
    )
    slots = islice((slot for article in recent for slot in index.slots(article.id)), _PARAGRAPHS)
    return [candidate(statement, 1.0) for slot in slots for statement in statements(slot, index)]


def _chosen(
    candidates: Sequence[Candidate], before: Had, likeness: Likeness, index: Index
) -> tuple[list[Candidate], bool]:
    """What is said, and whether more could be; what contradicts `before` comes before the rest,
    for it adds little to what was said and would never be chosen for that."""
    said = list(before.contents)
    contradicting = [each for each in candidates if _contradicts(each, before, likeness, index)]
    chosen = cover(contradicting, (), likeness, _CONTRADICTING)
    said += map(_content, chosen)
    further = cover(candidates, said, likeness, POINTS - len(chosen))
    said += map(_content, further)
    return chosen + further, bool(cover(candidates, said, likeness, 1))


def _content(chosen: Candidate) -> list[str]:
    sentences = chosen.statement.sentences
    return [term for sentence in sentences for term in content_terms(sentence.terms)]


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


def _contradicts(told: Candidate, before: Had, likeness: Likeness, index: Index) -> bool:
    """Whether a story of which a channel has had nothing tells a fact otherwise than it has had it,
    and no quote that it has had tells it so already."""
    if told.article.id in before.stories:
        return False
    point = _point(told, before.like(told), likeness, index)
    return bool(point.differs) and not point.repeats


def _fitting(points: Iterable[Quote]) -> list[Quote]:
    """The first points that a digest has room for."""
    room = POINTS
    fitting = []
    for point in points:
        room -= 1 + len(point.differs)
        if room < 0:
            break
        fitting.append(point)
    return fitting


def _ordered(points: Iterable[Quote], before: Had) -> tuple[Quote, ...]:
    """The points as a brief has them: the stories that are new to a channel first, and of them what
    contradicts earlier ones; then what most stories report, then the newest day, then story by
    story, the best chosen first, each in its own order."""
    chosen = list(points)
    stories = [point.article.id for point in chosen]
    contradict = {
        point.article.id for point in chosen if any(told.posted_at for told in point.differs)
    }

    def order(point: Quote) -> tuple[int, ...]:
        story = point.article.id
        first = story in before.stories, story not in contradict
        day = point.article.published_or_added.toordinal()
        place = stories.index(story), point.paragraph, point.start
        return *first, -len(point.repeats), -day, *place

    return tuple(sorted(chosen, key=order))
