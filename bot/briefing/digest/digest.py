"""Digests: the excerpts that cover a topic, and what differs from them, in order of importance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice

import numpy as np

from bot.briefing.digest.coverage import Candidate, cover, is_more_to_cover, make_candidate
from bot.briefing.digest.history import PostedHistory
from bot.briefing.digest.salience import (
    Subject,
    find_central,
    find_excluded,
    find_salient,
    find_scattered,
    read_subject,
    require_words,
)
from bot.briefing.facts.accounts import AccountComparer
from bot.briefing.facts.similarity import Similarity
from bot.briefing.quoting import Excerpt, find_excerpts
from bot.briefing.topics import Topics
from bot.errors import QuestionError
from bot.model import Digest, PostedQuote, Quote
from bot.search.bm25 import rank_highest
from bot.search.index import Index
from bot.semantic.encoder import Vectors, similarities
from bot.text.exclusions import split_exclusions
from bot.text.terms import AnalysedText

MAX_POINTS = 6  # and fewer by each quote that is shown because it differs from one
MAX_TOPIC_LENGTH = 100  # characters

_MAX_PARAGRAPHS = 120  # of a topic that are read, best first
_NO_TIME = datetime.min.replace(tzinfo=UTC)
_OPENING_PARAGRAPHS = 3  # of an article, where everything is the topic
_MAX_COMPARED = 6  # excerpts of other stories that are compared closely with a point
# Where words find nothing: so many of the nearest statements, those with this cosine at least, of
# the newest paragraphs. Of 624 foreign topics on four desks none has a statement so near, at .55
# two have; of 16 in other words than the articles' 4 have, at .49 8.
_MAX_NEAREST, _MAX_NEAREST_READ, _MAX_NEAREST_PARAGRAPHS = 3, 12, 5000
_MIN_NEAREST_SIMILARITY = 0.65
# Points that contradict posted ones are news before all others, but not the only news.
_MAX_CONTRADICTING = 2
# An excerpt about the topic less than this part of the most salient one names it in passing.
_MIN_RELATIVE_SALIENCE = 0.3


def make_digest(
    topic: str,
    index: Index,
    topics: Topics,
    *,
    already_posted: Sequence[PostedQuote] = (),
    vector: Vectors | None = None,
    max_points: int = MAX_POINTS,
) -> Digest:
    """Digest what the articles of `index` hold on `topic`: its slug, an alias or any text.

    `already_posted`, oldest first, is not repeated, except beside a story that contradicts it.
    Where nothing holds the words of the topic, its points are the statements nearest to `vector`,
    that of the topic, if there is a sentence model. There are at most `max_points` quotes. Raises
    QuestionError, with a sentence for the person who asked, where there is nothing to search for.
    """
    topic = " ".join(topic.split())
    words, excluded = split_exclusions(topic)
    is_long = len(words) > MAX_TOPIC_LENGTH or sum(map(len, excluded)) > MAX_TOPIC_LENGTH
    if not topic or is_long:
        raise QuestionError(
            "Enter a topic of 1 to {most} characters; /topics list shows some.",
            most=MAX_TOPIC_LENGTH,
        )
    resolved = topics.resolve(topic)
    left_out = find_excluded(resolved, index)
    if resolved.has_all:
        subject = Subject(())
        candidates = _find_newest(index, left_out)
    else:
        subject = require_words(read_subject(resolved, index.analyser))
        candidates = _find_about(
            subject, index, newest_first=bool(already_posted), left_out=left_out
        )
    is_nearest = not candidates and vector is not None
    if vector is not None and is_nearest:
        candidates = _find_nearest(vector, index, left_out)
    composer = _DigestComposer(subject, already_posted, index)
    limit = min(_MAX_NEAREST, max_points) if is_nearest else max_points
    chosen, has_more = composer.choose(candidates, limit)
    points = [composer.make_point(candidate, candidates) for candidate in chosen]
    fitting = composer.order(_take_fitting(points, max_points))
    return Digest(
        topic=resolved.slug,
        title=resolved.title,
        titles=resolved.titles,
        points=fitting,
        nearest_topics=() if candidates else tuple(topics.find_nearest(words)),
        new_stories=composer.history.find_new_stories(fitting),
        has_more=not is_nearest and (has_more or len(fitting) < len(points)),
        is_nearest=is_nearest and bool(fitting),
    )


def quote_subject(subject: Subject, index: Index, limit: int) -> tuple[Quote, ...]:
    """Return at most `limit` quotes that together tell most about `subject`, as a digest does.

    The first tells most; each has the other accounts of its fact, and the subject's terms marked.
    A larger limit returns the same quotes first.
    """
    candidates = _find_about(subject, index, newest_first=False)
    composer = _DigestComposer(subject, (), index)
    chosen, _ = composer.choose(candidates, limit)
    return tuple(
        replace(
            composer.make_point(candidate, candidates),
            marks=candidate.excerpt.quote(subject.terms).marks,
        )
        for candidate in chosen
    )


def _find_about(
    subject: Subject,
    index: Index,
    *,
    newest_first: bool,
    left_out: Set[str] = frozenset(),
) -> list[Candidate]:
    """Return the excerpts about the subject, without those that name it in passing and those of the
    articles `left_out`.

    They are looked for in the paragraphs that BM25 finds best, or in the newest: a channel that has
    received the best for weeks must still get what came today.
    """
    slots = index.bm25.matching(subject.terms)
    if left_out:
        slots = slots[[index.article(int(slot)).id not in left_out for slot in slots]]
    scores = index.bm25.scores(sorted(subject.terms), slots)
    if newest_first:
        days = [-index.article(int(slot)).published_or_added.toordinal() for slot in slots]
        best = slots[np.lexsort((-scores, np.array(days)))]
    else:
        best = slots[rank_highest(scores, _MAX_PARAGRAPHS)]
    salient = _find_mentions(list(map(int, best[:_MAX_PARAGRAPHS])), subject, index)
    highest = max((salience for _, salience in salient), default=0.0)
    by_story = defaultdict(list)
    for excerpt, salience in salient:
        by_story[excerpt.passage.article.id].append((excerpt, salience))
    central_stories = {story for story in by_story if find_central(by_story[story], subject, index)}
    return [
        make_candidate(excerpt, salience, is_central=excerpt.passage.article.id in central_stories)
        for excerpt, salience in salient
        if salience >= _MIN_RELATIVE_SALIENCE * highest
    ]


def _find_mentions(
    slots: Sequence[int], subject: Subject, index: Index
) -> list[tuple[Excerpt, float]]:
    """Return the excerpts about the subject in some paragraphs, with their salience.

    Beside a phrase, words of a free text that stand apart count only below a title or heading with
    one of them; where the phrase stands nowhere they do in any one sentence, or else paragraph.
    """
    salient = list(find_salient(slots, subject, index))
    if not subject.words:
        return salient
    places = {(excerpt.passage.slot, excerpt.sentences[-1].position) for excerpt, _ in salient}
    mentions = [
        mention
        for mention in find_scattered(slots, subject, index)
        if (mention.excerpt.passage.slot, mention.excerpt.sentences[-1].position) not in places
    ]
    near = [mention for mention in mentions if not mention.needs_paragraph]
    headed = [mention for mention in near if mention.is_headed]
    chosen = headed if salient else near or mentions
    return salient + [(mention.excerpt, mention.salience) for mention in chosen]


def _find_newest(index: Index, left_out: Set[str]) -> list[Candidate]:
    """Return the excerpts of the newest articles' first paragraphs."""
    articles = sorted(
        index.articles(),
        key=lambda article: (article.published_or_added, article.published_at or _NO_TIME),
        reverse=True,
    )
    recent = (article for article in articles if article.id not in left_out)
    slots = (slot for article in recent for slot in index.slots(article.id)[:_OPENING_PARAGRAPHS])

    @cache  # for each article
    def read_title(title: str) -> frozenset[str]:
        return AnalysedText(title, index.analyser).content_set

    return [
        make_candidate(excerpt, 1.0, subject=read_title(excerpt.passage.article.title))
        for slot in islice(slots, _MAX_PARAGRAPHS)
        for excerpt in find_excerpts(slot, index)
    ]


def _find_nearest(vector: Vectors, index: Index, left_out: Set[str]) -> list[Candidate]:
    """Return the excerpts whose sentences are nearest to a vector, among those that have theirs."""
    slots = list(map(int, index.bm25.slots))[-_MAX_NEAREST_PARAGRAPHS:]
    rows = {slot: vectors for slot in slots if (vectors := index.vectors(slot)) is not None}
    if not rows:
        return []
    places = [(slot, position) for slot in rows for position in range(len(rows[slot]))]
    cosines = similarities(vector, np.concatenate(list(rows.values())))
    near = [
        int(number)
        for number in np.argsort(-cosines, kind="stable")[:_MAX_NEAREST_READ]
        if cosines[number] >= _MIN_NEAREST_SIMILARITY
    ]
    return [
        make_candidate(excerpt, float(cosines[number]))
        for number in near
        for excerpt in find_excerpts(places[number][0], index)
        if excerpt.sentences[-1].position == places[number][1]
        and excerpt.passage.article.id not in left_out
    ]


def _take_fitting(points: Iterable[Quote], room: int) -> list[Quote]:
    """Return the first points that a digest of so many quotes has room for; the first has as many
    of the quotes that differ from it as fit."""
    fitting: list[Quote] = []
    for point in points:
        if not fitting:
            point = replace(point, differs=point.differs[: room - 1])
        room -= 1 + len(point.differs)
        if room < 0:
            break
        fitting.append(point)
    return fitting


class _DigestComposer:
    """Chooses the points of one digest from candidates, and compares them with other accounts."""

    def __init__(
        self, subject: Subject, already_posted: Sequence[PostedQuote], index: Index
    ) -> None:
        self._similarity = Similarity(index)
        self._accounts = AccountComparer(index)
        self.history = PostedHistory(already_posted, self._similarity, index)

    def choose(
        self, candidates: Sequence[Candidate], limit: int = MAX_POINTS
    ) -> tuple[list[Candidate], bool]:
        """Return at most `limit` candidates for points, and whether there could be more.

        Those that contradict what was posted are chosen first: they add little to that, so their
        gain alone would never choose them.
        """
        candidates = [other for other in candidates if not self.history.is_old(other)]
        contents = list(self.history.contents)
        contradicting = list(filter(self._contradicts_posted, candidates))
        chosen = cover(contradicting, (), self._similarity, _MAX_CONTRADICTING)
        contents += (candidate.content_terms for candidate in chosen)
        further = cover(candidates, contents, self._similarity, limit - len(chosen))
        contents += (candidate.content_terms for candidate in further)
        return chosen + further, is_more_to_cover(candidates, contents, self._similarity)

    def make_point(self, candidate: Candidate, candidates: Sequence[Candidate]) -> Quote:
        """Return a candidate as a quote, with the posted and other accounts of its fact."""
        posted = self.history.find_same_points(candidate)
        return self.history.add_posted_at(self._add_accounts(candidate, [*posted, *candidates]))

    def order(self, points: Sequence[Quote]) -> tuple[Quote, ...]:
        """Return the points in the order of a brief.

        The stories that are new to the channel come first, and of them those that contradict posted
        points; then what most stories report, then the newest day, then story by story, the best
        chosen first, each in its own order.
        """
        stories = [point.article.id for point in points]
        contradicting = {
            point.article.id for point in points if any(other.posted_at for other in point.differs)
        }

        def sort_key(point: Quote) -> tuple[int, ...]:
            story = point.article.id
            return (
                story in self.history.stories,
                story not in contradicting,
                -len(point.repeats),
                -point.article.published_or_added.toordinal(),
                stories.index(story),
                point.paragraph,
                point.start,
            )

        return tuple(sorted(points, key=sort_key))

    def _contradicts_posted(self, candidate: Candidate) -> bool:
        """Whether a story new to the channel contradicts a fact, which no posted quote did yet."""
        if not self.history.stories or candidate.article.id in self.history.stories:
            return False
        point = self._add_accounts(candidate, self.history.find_same_points(candidate))
        return bool(point.differs) and not point.repeats

    def _tell_one_fact(self, candidate: Candidate, other: Candidate) -> bool:
        """Whether the main sentences of two candidates state one fact."""
        sentence, other_sentence = candidate.excerpt.sentences[-1], other.excerpt.sentences[-1]
        is_same = self._similarity.is_same_fact(candidate.main_content, other.main_content)
        if is_same and self._accounts.share_more_than_names(sentence, other_sentence):
            return True
        return self._accounts.tell_one_fact(sentence, other_sentence)

    def _add_accounts(self, candidate: Candidate, others: Iterable[Candidate]) -> Quote:
        """Return the candidate as a quote, with the accounts of its fact by other stories."""
        content, sentence = candidate.main_content, candidate.excerpt.sentences[-1]
        similar = [
            other
            for other in others
            if other.article.id != candidate.article.id
            and self._similarity.is_same_point(content, other.main_content)
        ]
        similar.sort(
            key=lambda other: self._similarity.overlap(content, other.main_content), reverse=True
        )
        accounts = (
            (other.excerpt.sentences[-1], other.excerpt.quote())
            for other in similar[:_MAX_COMPARED]
            if self._tell_one_fact(candidate, other)
        )
        return self._accounts.add_accounts(candidate.excerpt.quote(), sentence, accounts)
