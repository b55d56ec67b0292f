"""What a server's administrators see of its library keeps Discord's limits, for any text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.quoting import quote_opening
from bot.chat.components.layout import ListPage
from bot.chat.components.list_search import MAX_SEARCH
from bot.chat.library.feed_lists import feed_list_page
from bot.chat.library.ingest_page import ingested_articles
from bot.chat.library.list_page import ENTRIES_A_PAGE, entries_page, health_page
from bot.chat.library.removal import removed_page, unfollowed_page
from bot.chat.server.privacy import deleted_page, deletion_page, privacy_page
from bot.errors import FetchError
from bot.model import (
    Article,
    Feed,
    FeedListResult,
    IngestedArticle,
    IngestOutcome,
    IngestResult,
    Limits,
    Origins,
    Source,
    StoredArticle,
)
from bot.store import StoredCounts
from tests.support.layouts import assert_sendable, checked, seen_in
from tests.support.simulation import MONDAY, SEOUL
from tests.support.strategies import FEWER_EXAMPLES, articles, long_texts, texts

LONG = "https://example.com/" + "a" * 270

feeds = st.builds(
    Feed,
    id=st.integers(1, 9),
    url=st.just(LONG) | texts,
    key=texts,
    title=st.none() | long_texts,
    etag=st.none(),
    last_modified=st.none(),
    next_poll_at=st.just(MONDAY),
    last_polled_at=st.just(MONDAY),
    last_ok_at=st.none() | st.just(MONDAY),
    failures=st.integers(0, 10**6),
    error=st.none() | long_texts,
    collections=st.just((1,)),
)
added = st.builds(
    lambda article, author, origin: replace(
        article, added_at=MONDAY, author=author, origins=Origins(origin, origin, origin)
    ),
    articles(),
    st.none() | long_texts,
    st.none() | long_texts,
)


@FEWER_EXAMPLES
@given(
    st.lists(st.tuples(added, st.sampled_from(get_args(IngestOutcome))), max_size=9),
    st.none() | feeds,
    st.lists(long_texts, max_size=9),
    st.integers(0, 10**6),
)
def test_whatever_was_added_can_be_shown(
    told: list[tuple[Article, Any]], feed: Feed | None, failures: list[str], more: int
) -> None:
    taken = tuple(
        IngestedArticle(article, outcome, number % 2, has_next_page=number % 3 == 0)
        for number, (article, outcome) in enumerate(told)
    )
    said = IngestResult(taken, feed, tuple(failures), unread_entries=more, pending_entries=more)
    openings = [quote for article, _ in told if (quote := quote_opening(article))]
    assert_sendable(ingested_articles(said, checked(openings), Limits()))


@FEWER_EXAMPLES
@given(st.lists(added, max_size=12), st.lists(feeds, max_size=30), st.integers(-1, 9))
def test_any_library_can_be_listed_and_looked_after(
    held: list[Article], followed: list[Feed], number: int
) -> None:
    sources = (Source(LONG, LONG, MONDAY, feed_id=3),)
    holding = [StoredArticle(each, 1, "", 1, sources, 2**63) for each in held]
    entries: list[StoredArticle | Feed] = [*holding, *followed]
    page = ListPage.nearest(number, entries, ENTRIES_A_PAGE)
    assert_sendable(entries_page(holding, followed, page, "*" * MAX_SEARCH))
    failures = (f"{LONG}: {LONG}",) * 9
    listing = FeedListResult(9, tuple(followed), (), number, failures, number, number, number)
    assert_sendable(feed_list_page(listing, Limits()))
    assert_sendable(health_page("Library health", held, followed, Limits(), 0))
    assert_sendable(removed_page("Undone", [SEOUL, *held]))
    for feed in followed:
        assert_sendable(unfollowed_page("Undone", feed, with_articles=True))


@FEWER_EXAMPLES
@given(st.integers(0, 10**9))
def test_privacy_and_deletion_can_be_shown(number: int) -> None:
    stored = StoredCounts(*[number] * 7)
    for layout in (
        privacy_page(
            Limits(keep_days=number, grace_days=number),
            stored,
            can_delete=True,
            questions_logged=bool(number % 2),
        ),
        deletion_page(stored),
        deleted_page(stored),
    ):
        assert_sendable(layout)


def test_the_feeds_in_trouble_come_first() -> None:
    well = Feed(1, LONG, "", "Well", None, None, MONDAY, None, MONDAY, 0, None, (1,))
    ill = replace(well, id=2, title="Ill", failures=3, error="No answer.", last_ok_at=None)
    [text] = seen_in(health_page("Health", [SEOUL], [well, ill], Limits(), 0))[1:]
    assert text.index("Ill") < text.index("Well")
    assert "not read yet" in text
    assert "3 failures in a row: No answer." in text


def test_why_a_feed_fails_is_told_in_a_sentence() -> None:
    error = FetchError("{host} took too long to answer.", host="example.com").packed
    feed = Feed(1, LONG, "", "Ill", None, None, MONDAY, None, None, 1, error, (1,))
    [text] = seen_in(health_page("Health", [SEOUL], [feed], Limits(), 0))[1:]
    assert "1 failure in a row: example.com took too long to answer." in text
