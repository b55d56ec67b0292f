"""What is new to a channel: which stories, what contradicts what was said, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.digest.digest import MAX_POINTS
from bot.briefing.digest.history import MAX_COMPARED, PostedHistory
from bot.briefing.facts.similarity import PostedContents, Similarity
from bot.model import Article, Comparison, Digest, PostedQuote
from bot.search.index import Index
from bot.text.names import Names
from bot.text.terms import Analyser, Term
from tests.support.stories import NAMES, WEATHER, article, texts, view_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

BLAST = article(
    "Blast",
    "A blast at the cement works in Harrow killed 12 people on Thursday and closed the harbour.",
    "Firefighters of three towns fought the flames at the works in Harrow until the dawn.",
    published=date(2026, 2, 26),
)
MOURNING = article(
    "Mourning",
    "The blast at the cement works in Harrow killed 15 people, and the harbour is closed.",
    "Hundreds lit candles along the quay of Harrow while the bells of the church rang.",
    published=date(2026, 2, 28),
)
YARD = article("Yard", "The shipyard in Harrow will not close next winter, the minister said.")
UNION = article("Union", "The shipyard in Harrow will close next winter, the minister said.")
TARIFF = article(
    "Tariff", "Dorland raised the tariff on imported steel at Harrow to 15% on Friday."
)
RAISED = article(
    "Raised", "Dorland raised its tariff on imported steel at Harrow to 25% on Friday."
)


def posted(digest: Digest, at: datetime = MONDAY) -> list[PostedQuote]:
    return [replace(PostedQuote.from_quote(quote), posted_at=at) for quote in digest.all_quotes]


def post_all(*articles: Article, topic: str = "Harrow") -> list[PostedQuote]:
    """All that a channel is told of the articles."""
    already_posted: list[PostedQuote] = []
    while (
        digest := view_of(*articles, WEATHER).digest(topic, already_posted=already_posted)
    ).points:
        already_posted += posted(digest)
    return already_posted


def digest_of(
    already_posted: Sequence[PostedQuote], *articles: Article, topic: str = "Harrow"
) -> Digest:
    return view_of(*articles, WEATHER).digest(topic, already_posted=already_posted)


def unrelated(count: int) -> list[Article]:
    """So many stories that have nothing in common but Harrow."""
    return [
        article(
            f"Other {n}", f"Harrow number{n} act{n}ed good{n} of port{n} in town{n} at hour{n}."
        )
        for n in range(count)
    ]


def contradicted(digest: Digest) -> dict[str, tuple[str, str]]:
    """What was said before, by the new text that differs from it: the words that do."""
    return {
        point.text: (
            " ".join(point.text[slice(*words)] for words in comparison.words),
            " ".join(comparison.quote.text[slice(*words)] for words in comparison.other_words),
        )
        for point in digest.points
        for comparison in point.differs
        if comparison.posted_at
    }


# Which stories are new


def test_to_a_channel_that_has_had_nothing_no_story_is_called_new() -> None:
    assert digest_of((), BLAST).new_stories is None


def test_a_story_is_new_until_the_channel_has_had_a_point_of_it() -> None:
    already_posted = posted(digest_of((), BLAST))[:1]
    digest = digest_of(already_posted, BLAST, YARD)
    assert {point.article.id for point in digest.points} == {"Blast", "Yard"}
    assert digest.new_stories == ("Yard",)


def test_new_stories_come_before_those_that_go_on() -> None:
    blast = replace(BLAST, published=date(2026, 3, 1))
    already_posted = posted(digest_of((), blast))[:1]
    digest = digest_of(already_posted, blast, replace(YARD, published=date(2026, 2, 1)))
    assert [point.article.id for point in digest.points] == ["Yard", "Blast"]


def test_everything_too_knows_what_is_new() -> None:
    already_posted = post_all(BLAST, topic="everything")
    assert digest_of(already_posted, BLAST, YARD, topic="everything").new_stories == ("Yard",)


# What contradicts earlier points


def test_a_new_story_that_contradicts_an_earlier_point_says_so_with_that_and_its_day() -> None:
    digest = digest_of(post_all(BLAST), BLAST, MOURNING)
    first, *_ = digest.points
    assert first.text == MOURNING.paragraphs[0].text
    [comparison] = first.differs
    assert comparison == Comparison(
        comparison.quote, comparison.words, comparison.other_words, MONDAY
    )
    assert (comparison.quote.article.id, comparison.quote.text) == (
        "Blast",
        BLAST.paragraphs[0].text,
    )
    assert contradicted(digest) == {first.text: ("15", "12")}


@pytest.mark.parametrize(
    ("earlier", "new", "words"),
    [(YARD, UNION, ("close", "not close")), (TARIFF, RAISED, ("25", "15"))],
)
def test_denials_and_figures_contradict(
    earlier: Article, new: Article, words: tuple[str, str]
) -> None:
    digest = digest_of(post_all(earlier), earlier, new)
    assert contradicted(digest) == {new.paragraphs[0].text: words}


def test_what_contradicts_comes_first_however_much_else_is_new() -> None:
    already_posted = post_all(BLAST)
    unrelated_stories = [replace(story, published=date(2026, 3, 1)) for story in unrelated(10)]
    digest = digest_of(already_posted, *unrelated_stories, BLAST, MOURNING)
    assert digest.points[0].text == MOURNING.paragraphs[0].text
    assert len(digest.all_quotes) == MAX_POINTS


def test_what_was_contradicted_already_is_not_contradicted_again() -> None:
    already_posted = post_all(BLAST)
    already_posted += posted(digest_of(already_posted, BLAST, MOURNING), MONDAY + timedelta(days=1))
    text = "A blast at the cement works in Harrow killed 15 people and closed the harbour."
    wire = article("Wire", text)
    assert contradicted(digest_of(post_all(BLAST), BLAST, wire)) == {text: ("15", "12")}
    assert text not in texts(digest_of(already_posted, BLAST, MOURNING, wire).points)


def test_accounts_that_were_shown_side_by_side_are_not_shown_again() -> None:
    first = digest_of((), BLAST, MOURNING)
    assert any(point.differs for point in first.points)
    again = digest_of(posted(first), BLAST, MOURNING)
    assert not set(texts(again.all_quotes)) & set(texts(first.all_quotes))


class _CountingAnalyser(Analyser):
    """Counts the texts that are analysed."""

    def __init__(self) -> None:
        super().__init__(Names())
        self.count = 0

    def terms(self, text: str, *, typed: bool = False) -> Iterator[Term]:
        """Analyse a text."""
        self.count += 1
        return super().terms(text, typed=typed)


def _foreign_quotes(count: int) -> list[PostedQuote]:
    """Quotes of articles that are no more."""
    texts = (f"The mill of valley {number} burned down in {number}." for number in range(count))
    return [PostedQuote(f"gone{n}", 1, 0, len(text), text) for n, text in enumerate(texts)]


@pytest.mark.parametrize("age", [1, 3, 20])
def test_the_age_of_a_channel_costs_nothing(age: int) -> None:
    index = Index(analyser := _CountingAnalyser())
    index.put(unrelated(3))
    analyser.count = 0
    quotes = _foreign_quotes(age * MAX_COMPARED)
    history = PostedHistory(quotes, Similarity(index), index)
    assert analyser.count == MAX_COMPARED
    assert history.stories == {quote.article_id for quote in quotes}


@pytest.mark.parametrize("following", [MAX_COMPARED - 2, MAX_COMPARED, 3 * MAX_COMPARED])
def test_what_a_channel_had_long_ago_is_not_repeated_word_for_word(following: int) -> None:
    had = [*post_all(BLAST), *_foreign_quotes(following)]
    assert digest_of(had, BLAST).points == ()
    [point] = digest_of(had, BLAST, UNION).points
    assert point.text == UNION.paragraphs[0].text


def test_of_a_quote_had_twice_the_first_day_counts() -> None:
    already_posted = post_all(BLAST)
    later = [replace(quote, posted_at=MONDAY + timedelta(days=1)) for quote in already_posted]
    [comparison] = digest_of([*already_posted, *later], BLAST, MOURNING).points[0].differs
    assert comparison.posted_at == MONDAY


@pytest.mark.parametrize(
    "remaining",
    [
        (),
        (article("Blast", "A blast at the works in Harrow killed no fewer than 12 people."),),
        (replace(BLAST, paragraphs=BLAST.paragraphs[1:]),),
        (article("Blast", BLAST.paragraphs[0].text.replace("12", "13")),),
    ],
)
def test_an_earlier_quote_that_stands_no_more_is_not_compared(
    remaining: tuple[Article, ...],
) -> None:
    digest = digest_of(post_all(BLAST), *remaining, MOURNING)
    assert texts(digest.all_quotes) == [MOURNING.paragraphs[1].text]


def test_what_a_story_says_again_is_still_not_said_again() -> None:
    already_posted = post_all(BLAST)
    wire = article(
        "Wire", "A blast at the cement works in Harrow killed 12 people, officials said."
    )
    assert digest_of(already_posted, BLAST, wire).points == ()


def test_accounts_that_the_channel_has_not_had_differ_as_ever() -> None:
    already_posted = post_all(YARD)
    digest = digest_of(already_posted, YARD, BLAST, MOURNING)
    [point] = [point for point in digest.points if point.differs]
    assert [comparison.posted_at for comparison in point.differs] == [None]


def test_two_points_that_contradict_leave_room_for_what_differs_from_them() -> None:
    old, new = (TARIFF, YARD), (RAISED, UNION)
    digest = digest_of(post_all(*old), *old, *new, *unrelated(3))
    assert [bool(point.differs) for point in digest.points] == [True, True, False, False]
    assert len(digest.all_quotes) == MAX_POINTS
    assert digest.has_more


def test_no_more_than_two_points_are_there_because_they_contradict() -> None:
    old, new = (BLAST, TARIFF, YARD), (MOURNING, RAISED, UNION)
    digest = digest_of(post_all(*old), *old, *new, *unrelated(3))
    assert len(contradicted(digest)) == 2
    assert len(digest.points) == 4


# Whether there is more


def test_there_is_more_as_long_as_a_further_digest_has_points() -> None:
    stories = unrelated(3 * MAX_POINTS)
    already_posted: list[PostedQuote] = []
    for _ in range(10):
        digest = digest_of(already_posted, *stories)
        already_posted += posted(digest)
        assert digest.has_more == bool(digest_of(already_posted, *stories).points)
        if not digest.has_more:
            break
    assert len(already_posted) == len(stories)


# Compared all at once


TERMS = st.sampled_from(("steel", "iron", "salt", "rose", "fell", "oslo", "unheard"))
CONTENT = st.frozensets(TERMS, max_size=7)


@given(st.lists(CONTENT, max_size=6), CONTENT)
def test_all_at_once_is_as_one_by_one(
    contents: list[frozenset[str]], content: frozenset[str]
) -> None:
    index = Index(Analyser(Names(NAMES)))
    for text in ("Steel rose, iron fell.", "Salt of Oslo.", "In Oslo salt fell."):
        index.add(article(text, text))
    similarity = Similarity(index)
    one_by_one = [
        number
        for number, other_content in enumerate(contents)
        if similarity.is_same_point(content, other_content)
    ]
    assert PostedContents(contents, similarity).find_same_points(content) == one_by_one
