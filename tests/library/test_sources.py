"""The source that somebody names: an outlet, a site or a feed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import QuestionError
from bot.library.sources import find_source, find_source_by_key, list_sources
from bot.model import SHARED, Source
from bot.store import Store
from tests.support.store_methods import NOW
from tests.support.stories import article, view_of

HARBOUR = replace(
    article("Harbour", "The harbour of Vell is closed."),
    outlet="Vell Evening Post",
    url="https://www.vellpost.example/harbour",
)
CANAL = replace(HARBOUR, id="Canal", title="Canal", outlet="VELL EVENING POST", url=None)
MUSEUM = replace(
    article("Museum", "The museum of Oster opens."),
    outlet="Oster Post",
    url="https://news.oster.example/museum?x=1",
)
LETTER = replace(article("Letter", "A letter came."), url="https://letters.example/1")
ALL = (HARBOUR, CANAL, MUSEUM, LETTER)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("Vell Evening Post", {"Harbour", "Canal"}),
        ("  vell evening  post ", {"Harbour", "Canal"}),
        ("vell", {"Harbour", "Canal"}),
        ("vellpost.example", {"Harbour"}),
        ("https://www.vellpost.example/other", {"Harbour"}),
        ("www.letters.example/", {"Letter"}),
        ("letters", {"Letter"}),
        ("Oster Post", {"Museum"}),
    ],
)
async def test_an_outlet_or_a_site_is_named_as_people_do(typed: str, titles: set[str]) -> None:
    source = (await find_source(typed, view_of(*ALL), None)).source
    assert {held.title for held in ALL if source.has(held)} == titles


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("post", "“post” matches several sources: Vell Evening Post and Oster Post. Type one"),
        ("Oster Pots", "Did you mean Oster Post?"),
        ("The Narnia Herald", "Sources here include Vell Evening Post, Oster Post and"),
        ("…", "No article here is from “…”"),
    ],
)
async def test_a_source_that_nobody_is_is_one_sentence(typed: str, answer: str) -> None:
    with pytest.raises(QuestionError) as refusal:
        await find_source(typed, view_of(*ALL), None)
    assert answer in str(refusal.value)


async def test_where_nothing_states_a_source_that_is_said() -> None:
    with pytest.raises(QuestionError, match="name their sources"):
        await find_source("Post", view_of(article("A", "Words stand here.")), None)


async def test_each_source_has_a_key_that_finds_it_again() -> None:
    view = view_of(*ALL)
    for name in list_sources(view):
        assert len(name.key) <= 11
        assert (await find_source_by_key(name.key, view, None)).source == name.source
    with pytest.raises(QuestionError, match="any more"):
        await find_source_by_key("o00000000", view, None)


async def test_a_feed_is_the_articles_that_it_brought(store: Store) -> None:
    feed, _ = await store.feeds.subscribe(
        SHARED, url="https://vellpost.example/feed", key="feed", title="Vell briefly", by=None,
        now=NOW, limit=None,
    )  # fmt: skip
    for held, feed_id in ((HARBOUR, feed.id), (MUSEUM, None)):
        source = Source(held.url or "", held.id, NOW, feed_id=feed_id)
        await store.articles.add(
            SHARED, replace(held, added_at=NOW), text_hash=held.id, source=source, by=None,
            limit=None, notices=(),
        )  # fmt: skip
    found = await find_source("vell BRIEFLY", view_of(*ALL), store)
    assert {held.title for held in ALL if found.source.has(held)} == {"Harbour"}
    assert (await find_source_by_key(found.key, view_of(*ALL), store)).source == found.source
    with pytest.raises(QuestionError):
        await find_source("vell BRIEFLY", view_of(*ALL), store, (5,))
