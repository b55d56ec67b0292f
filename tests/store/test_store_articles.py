"""What the store keeps of added articles, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from bot.errors import LibraryError, VerbatimError
from bot.model import SHARED, Article, Change, Origins, Paragraph, Source, Span, StoredArticle
from bot.store import Store
from bot.store.library.article_rows import article_columns, paragraphs_from
from bot.store.library.articles import MAX_REVISIONS
from bot.store.library.changes import MAX_CHANGES
from bot.store.schema import changes
from tests.support.databases import close_store
from tests.support.stored_rows import read_revisions

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE, THERE = 2**62, 2**62 + 1  # two servers
STORY = Article(
    id="seoul-1",
    title='“균형” – a title\n\t\\ "end"',
    paragraphs=(
        Paragraph("Lee said:\u00a0“균형” … 🇰🇷"),
        Paragraph("(Photo) Words.", "A heading", (Span(0, 7), Span(8, 13))),
    ),
    source="https://paper.example/1",
    kind="related",
    outlet="The Paper",
    author="A. Writer",
    url="https://paper.example/1",
    published=date(2026, 3, 1),
    added_at=NOW,
    origins=Origins("the page's metadata", "the page", "the feed"),
)


def story(name: str, *, at: datetime = NOW) -> Article:
    """A story of which only the id, the text and the time are its own."""
    return replace(STORY, id=name, paragraphs=(Paragraph(f"Words of {name}."),), added_at=at)


def found(name: str) -> Source:
    return Source(f"https://paper.example/{name}", f"paper.example/{name}", NOW)


async def add(
    store: Store,
    article: Article = STORY,
    *,
    collection: int = HERE,
    source: Source | None = None,
    limit: int | None = None,
) -> StoredArticle | None:
    """The text itself serves as its hash."""
    return await store.articles.add(
        collection,
        article,
        text_hash=text_hash(article),
        source=source,
        by=2**63 - 1,
        limit=limit,
    )


async def add_all(store: Store, names: Iterable[str]) -> None:
    for name in names:
        assert await add(store, story(name)) is None


async def edit(store: Store, article: Article, minutes: int = 1) -> bool:
    return await store.articles.edit(
        article.id, article, text_hash=text_hash(article), now=NOW + minutes * MINUTE
    )


def text_hash(article: Article) -> str:
    return article.paragraphs[0].text


def ids(held: Iterable[StoredArticle]) -> list[str]:
    return [holding.article.id for holding in held]


async def all_changes(store: Store) -> list[tuple[int, str]]:
    """The collection and the article of each."""
    found = await store.articles.list_changes(0)
    assert found is not None
    return [(change.collection, change.article_id) for change in found]


# What is held


async def test_an_article_comes_back_as_it_was_added(store: Store) -> None:
    source = replace(found("1"), etag='W/"a"', last_modified="yesterday", next_check_at=NOW)
    assert await add(store, source=source) is None
    held = StoredArticle(STORY, HERE, text_hash(STORY), 1, (source,), 2**63 - 1)
    assert await store.articles.get(HERE, STORY.id) == held
    assert await store.articles.find_copies([HERE], [source.key], "") == [held]
    assert await store.articles.find_copies([HERE], [], text_hash(STORY)) == [held]
    assert await store.articles.list(HERE) == [held]


SPANS = st.builds(Span, st.integers(0, 99), st.integers(0, 99))
PARAGRAPHS = st.builds(
    Paragraph, st.text(), st.none() | st.text(), st.lists(SPANS, max_size=3).map(tuple)
)


@given(st.lists(PARAGRAPHS, max_size=4).map(tuple))
def test_every_text_is_stored_character_for_character(paragraphs: tuple[Paragraph, ...]) -> None:
    row = article_columns(replace(STORY, paragraphs=paragraphs), "hash")
    assert paragraphs_from(row["paragraphs"]) == paragraphs


async def test_what_a_page_did_not_state_stays_unknown(store: Store) -> None:
    bare = Article("bare", "T", (Paragraph("P"),), "notes.txt", added_at=NOW)
    await add(store, bare)
    assert (await store.articles.get(HERE, "bare")).article == bare


async def test_articles_outlive_the_process(database_url: str) -> None:
    store = await Store.open(database_url)
    await add(store)
    await close_store(store)
    store = await Store.open(database_url)
    assert await store.articles.load() == (1, [(HERE, STORY, text_hash(STORY))])
    await close_store(store)


async def test_a_collection_neither_sees_nor_touches_anothers_articles(store: Store) -> None:
    await add(store, source=found("1"))
    for collection in (THERE, SHARED):
        for attempt in (store.articles.get, store.articles.remove):
            with pytest.raises(LibraryError, match="has no such article"):
                await attempt(collection, STORY.id)
        alike = store.articles.find_copies([collection], [found("1").key], text_hash(STORY))
        assert await alike == []
        assert await store.articles.list(collection) == []
        assert await store.articles.count(collection) == 0
    assert await store.articles.count(HERE) == 1


async def test_two_collections_may_hold_the_same(store: Store) -> None:
    await add(store, source=found("1"))
    theirs = replace(STORY, id="seoul-2")
    assert await add(store, theirs, collection=THERE, source=found("1")) is None
    await store.articles.remove(HERE, STORY.id)
    assert ids(await store.articles.list(THERE)) == ["seoul-2"]


@pytest.mark.parametrize(
    ("name", "text", "address"),
    [("2", "other", "1"), ("2", "1", "2"), ("1", "other", "2"), ("2", "1", None)],
    ids=["same address", "same text", "same id", "same text of a file"],
)
async def test_what_is_held_already_is_not_added_again(
    name: str, text: str, address: str | None, store: Store
) -> None:
    await add(store, story("1"), source=found("1"))
    again = replace(story(text), id=name)
    held = await add(store, again, source=found(address) if address else None)
    assert held is not None
    assert held.article == story("1")
    assert await store.articles.count(HERE) == 1
    assert await all_changes(store) == [(HERE, "1")]


async def test_the_address_decides_before_the_text(store: Store) -> None:
    await add(store, story("1"), source=found("1"))
    await add(store, story("2"), source=found("2"))
    held = await add(store, replace(story("1"), id="3"), source=found("2"))
    assert held is not None
    assert held.article.id == "2"


async def test_a_server_has_only_so_many_articles(store: Store) -> None:
    await add_all(store, "12")
    with pytest.raises(LibraryError, match=r"has 2 articles.*/library remove"):
        await add(store, story("3"), limit=2)
    assert await add(store, story("1"), limit=2) is not None  # it is there: nothing is added
    assert await add(store, story("4"), collection=THERE, limit=2) is None


async def test_servers_that_add_at_once_stay_within_their_limit(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    attempts = [
        add(store, story(f"{number}"), limit=2) for number, store in enumerate([*stores, *stores])
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(result) for result in results].count(LibraryError) == 4
    assert await stores[0].articles.count(HERE) == 2
    for store in stores:
        await close_store(store)


@pytest.mark.parametrize("text", ["\x00", "\ud800"], ids=["a null", "half a character"])
@pytest.mark.parametrize(
    "unstorable",
    [
        lambda text: (replace(STORY, title=text), found("1")),
        lambda text: (replace(STORY, outlet=text), found("1")),
        lambda text: (replace(STORY, paragraphs=(Paragraph(text),)), found("1")),
        lambda text: (STORY, replace(found("1"), key=text)),
    ],
    ids=["title", "outlet", "paragraph", "key"],
)
async def test_a_text_that_no_database_takes_is_a_sentence(
    unstorable: Callable[[str], tuple[Article, Source]], text: str, store: Store
) -> None:
    article, source = unstorable(text)
    adding = store.articles.add(HERE, article, text_hash="h", source=source, by=None, limit=None)
    (outcome,) = await asyncio.gather(adding, return_exceptions=True)
    held = await store.articles.list(HERE)
    if outcome is None:
        assert [holding.article for holding in held] == [article]
    else:
        assert isinstance(outcome, VerbatimError)
        assert str(outcome).endswith(".")
        assert held == []


async def test_an_endless_address_is_refused_before_anything_is_stored(store: Store) -> None:
    endless = replace(found("1"), key="é" * 1001)
    with pytest.raises(LibraryError, match="too long"):
        await add(store, source=endless)
    await add(store)
    with pytest.raises(LibraryError, match="too long"):
        await store.articles.add_source(STORY.id, endless)
    assert await store.articles.add_source(STORY.id, replace(endless, key="é" * 1000))


# Sources


async def test_further_addresses_of_a_story_are_kept_in_order(store: Store) -> None:
    await add(store, source=found("1"))
    for name in ("3", "2"):
        assert await store.articles.add_source(STORY.id, found(name))
    (held,) = await store.articles.find_copies([HERE], [found("2").key], "")
    assert held.sources == (found("1"), found("3"), found("2"))
    assert held.article.other_addresses == (found("3").address, found("2").address)
    assert await all_changes(store) == [(HERE, STORY.id)] * 3


async def test_an_address_that_was_found_in_two_ways_is_named_once(store: Store) -> None:
    await add(store, source=found("1"))
    assert await store.articles.add_source(STORY.id, replace(found("1"), key="by a feed"))
    assert (await store.articles.get(HERE, STORY.id)).article.other_addresses == ()


async def test_an_address_is_a_source_once(store: Store) -> None:
    await add_all(store, "12")
    assert await store.articles.add_source("1", found("a"))
    assert not await store.articles.add_source("1", found("a"))
    assert not await store.articles.add_source("2", found("a"))
    assert not await store.articles.add_source("gone", found("b"))
    assert len(await all_changes(store)) == 3


# Edits and removals


async def test_an_edit_replaces_the_text_and_keeps_the_old(store: Store) -> None:
    await add(store, source=found("1"))
    edited = replace(
        STORY, title="New", paragraphs=(Paragraph("New."),), added_at=None, origins=Origins()
    )
    assert await edit(store, edited)
    held = await store.articles.get(HERE, STORY.id)
    assert held.article == replace(edited, added_at=NOW)
    assert (held.revision, held.text_hash, held.sources) == (2, "New.", (found("1"),))
    [revision] = await read_revisions(store, STORY.id)
    assert (revision.number, revision.replaced_at) == (1, NOW + MINUTE)
    assert revision.title == STORY.title
    assert paragraphs_from(revision.paragraphs) == STORY.paragraphs
    assert await all_changes(store) == [(HERE, STORY.id)] * 2


async def test_what_is_said_about_an_article_may_change_without_a_revision(store: Store) -> None:
    await add(store)
    dated = replace(STORY, published=date(2026, 2, 28))
    assert await edit(store, dated)
    held = await store.articles.get(HERE, STORY.id)
    assert (held.article, held.revision) == (dated, 1)
    assert await read_revisions(store, STORY.id) == []
    assert len(await all_changes(store)) == 2


async def test_an_edit_that_changes_nothing_or_comes_too_late_is_none(store: Store) -> None:
    await add(store)
    assert not await edit(store, STORY)
    await store.articles.remove(HERE, STORY.id)
    assert not await edit(store, replace(STORY, title="Late"))
    assert len(await all_changes(store)) == 2


async def test_a_text_that_was_edited_away_is_known_by_its_id(store: Store) -> None:
    await add(store, story("1"))
    await edit(store, replace(story("2"), id="1"))
    held = await add(store, story("1"))
    assert held is not None
    assert held.article.paragraphs == story("2").paragraphs


async def test_two_articles_may_be_edited_into_one_text(store: Store) -> None:
    await add_all(store, "12")
    assert await edit(store, replace(story("1"), id="2"))
    alike = await store.articles.find_copies([HERE], [], text_hash(story("1")))
    assert [held.article.id for held in alike] == ["1", "2"]


async def test_only_the_newest_revisions_are_kept(store: Store) -> None:
    await add(store)
    for number in range(MAX_REVISIONS + 3):
        await edit(store, replace(STORY, title=f"Title {number}"))
    revisions = await read_revisions(store, STORY.id)
    assert [revision.number for revision in revisions] == list(range(MAX_REVISIONS + 3, 3, -1))


async def test_what_is_removed_goes_with_all_that_hangs_on_it(store: Store) -> None:
    await add(store, source=found("1"))
    await edit(store, replace(STORY, title="New"))
    removed = await store.articles.remove(HERE, STORY.id)
    assert removed.article.title == "New"
    assert removed.sources == (found("1"),)
    assert await read_revisions(store, STORY.id) == []
    assert await store.articles.find_copies([HERE], [found("1").key], "") == []
    with pytest.raises(LibraryError, match="has no such article"):
        await store.articles.remove(HERE, STORY.id)
    assert await add(store, source=found("1")) is None


async def test_what_has_had_its_days_goes_everywhere(store: Store) -> None:
    await add(store, story("1"))
    await add(store, story("2", at=NOW + MINUTE), collection=THERE)
    await add(store, story("3"), collection=SHARED)
    assert set(await store.articles.expire(NOW + MINUTE)) == {"1", "3"}
    assert await store.articles.expire(NOW + MINUTE) == []
    _, held = await store.articles.load()
    assert [article.id for _, article, _ in held] == ["2"]
    assert set((await all_changes(store))[3:]) == {(HERE, "1"), (SHARED, "3")}


async def test_the_newest_is_listed_first_and_the_oldest_loaded_first(store: Store) -> None:
    await add_all(store, "213")
    assert ids(await store.articles.list(HERE)) == ["3", "1", "2"]
    last, held = await store.articles.load()
    assert [article.id for _, article, _ in held] == ["2", "1", "3"]
    assert last == 3


# The change queue


async def test_a_change_brings_the_article_as_it_is_by_now(store: Store) -> None:
    await add_all(store, "12")
    edited = replace(story("1"), title="New")
    await edit(store, edited)
    await store.articles.remove(HERE, "2")
    assert await store.articles.list_changes(1) == [
        Change(2, HERE, "2", None, None),
        Change(3, HERE, "1", edited, text_hash(edited)),
        Change(4, HERE, "2", None, None),
    ]
    assert await store.articles.list_changes(4) == []


async def test_changes_come_in_portions(store: Store) -> None:
    await add_all(store, "123")
    read: list[str] = []
    last = 0
    while portion := await store.articles.list_changes(last, limit=2):
        read += [change.article_id for change in portion]
        last = portion[-1].seq
    assert read == ["1", "2", "3"]


async def test_who_is_too_far_behind_is_told_to_load_anew(store: Store) -> None:
    await add_all(store, "1")
    many = [{"collection": HERE, "article_id": "x"}] * MAX_CHANGES
    async with store._database.writing() as connection:
        await connection.execute(changes.insert(), many)
    await add(store, story("2"))
    assert await store.articles.list_changes(1) is None
    last, _ = await store.articles.load()
    assert await store.articles.list_changes(last) == []
    await add(store, story("3"))
    assert [change.article_id for change in await store.articles.list_changes(last) or ()] == ["3"]


async def test_a_follower_hears_of_every_change_of_several_writers(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(3)]
    names = [[f"{number}-{store}" for number in range(8)] for store in range(3)]
    writing = [
        asyncio.create_task(add_all(store, some)) for store, some in zip(stores, names, strict=True)
    ]
    heard: list[str] = []
    last = 0
    done = False
    while not done:
        done = all(task.done() for task in writing)  # and then read what is left
        for change in await stores[0].articles.list_changes(last) or ():
            heard.append(change.article_id)
            last = change.seq
    await asyncio.gather(*writing)
    assert sorted(heard) == sorted(name for some in names for name in some)
    for store in stores:
        await close_store(store)


def lock_requests(store: Store) -> asyncio.Event:
    """An event that is set as soon as `store` requests the lock of all writers."""
    requested = asyncio.Event()

    @event.listens_for(store._database.engine.sync_engine, "before_cursor_execute")
    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "BEGIN IMMEDIATE" or "pg_advisory_xact_lock" in statement:
            requested.set()

    return requested


async def test_no_change_overtakes_one_that_is_not_committed_yet(database_url: str) -> None:
    slow, quick = await Store.open(database_url), await Store.open(database_url)
    async with slow._database.writing_alone() as connection:
        await connection.execute(changes.insert().values(collection=HERE, article_id="slow"))
        requested = lock_requests(quick)
        adding = asyncio.create_task(add(quick, story("quick")))
        await asyncio.wait_for(requested.wait(), 60)
        assert await quick.articles.list_changes(0) == []
    await adding
    assert await all_changes(quick) == [(HERE, "slow"), (HERE, "quick")]
    await close_store(slow)
    await close_store(quick)


async def test_what_fails_leaves_no_change(store: Store) -> None:
    unstorable = replace(story("1"), title="\ud800")
    with pytest.raises(VerbatimError):
        await add(store, unstorable)
    assert await all_changes(store) == []


# Addresses that are looked at again


async def test_an_address_is_claimed_when_it_is_due_and_by_one_alone(store: Store) -> None:
    due = replace(found("1"), etag="e", last_modified="m", next_check_at=NOW + MINUTE)
    await add(store, source=due)
    await add(store, story("2"), source=found("2"))  # never due
    assert await store.checks.claim(NOW, MINUTE, 5) == []
    (check,) = await store.checks.claim(NOW + MINUTE, MINUTE, 5)
    assert (check.collection, check.article_id, check.address) == (HERE, STORY.id, due.address)
    assert (check.seen, check.etag, check.last_modified) == (NOW, "e", "m")
    assert await store.checks.claim(NOW + MINUTE, MINUTE, 5) == []
    assert await store.checks.claim(NOW + 2 * MINUTE, MINUTE, 5) == [check]


async def test_those_that_waited_longest_are_claimed_first(store: Store) -> None:
    for minutes in (3, 1, 2):
        source = replace(found(f"{minutes}"), next_check_at=NOW + minutes * MINUTE)
        await add(store, story(f"{minutes}"), source=source)
    claimed = await store.checks.claim(NOW + 9 * MINUTE, MINUTE, 2)
    assert [check.article_id for check in claimed] == ["1", "2"]


async def test_one_collections_addresses_are_made_due_and_no_others(store: Store) -> None:
    later = replace(found("1"), next_check_at=NOW + 9 * MINUTE)
    await add(store, source=later)
    await add(store, story("2"), source=found("2"))  # never due
    await store.checks.make_due(HERE + 1, NOW)
    assert await store.checks.claim(NOW, MINUTE, 5) == []
    await store.checks.make_due(HERE, NOW)
    (check,) = await store.checks.claim(NOW, MINUTE, 5)
    assert check.article_id == STORY.id


async def test_what_was_looked_at_is_due_again_or_never(store: Store) -> None:
    await add(store, source=replace(found("1"), next_check_at=NOW))
    for next_at in (NOW + 5 * MINUTE, None):
        (check,) = await store.checks.claim(NOW + 5 * MINUTE, MINUTE, 5)
        await store.checks.finish(check, etag="new", last_modified=None, next_at=next_at)
    (source,) = (await store.articles.get(HERE, STORY.id)).sources
    assert (source.etag, source.next_check_at) == ("new", None)
    assert await store.checks.claim(NOW + 99 * MINUTE, MINUTE, 5) == []
