"""Each story enters once; an edit replaces it; what a server adds stays that server's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from bot.errors import LibraryError
from bot.library import Library
from bot.library.story_versions import feed_entry_key
from bot.library.writer import LibraryWriter
from bot.model import SHARED, IngestedArticle, Origins, Paragraph, Source
from bot.reading.desk import Desk
from bot.reading.pages.page import Story, opening_words
from bot.store import Store
from bot.store.library.article_rows import paragraphs_from
from tests.support.encoders import WordEncoder
from tests.support.stored_rows import read_revisions
from tests.support.stories import ANN, BEN, FERRY, FLOOD, NAMES, TALKS, TOPICS, WEATHER

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DESK = Desk((replace(TALKS, url="https://example.com/talks"), WEATHER), TOPICS, NAMES)


def story(*texts: str, title: str = "Ferries stop") -> Story:
    return Story(title, tuple(Paragraph(text) for text in texts or FERRY), "main")


def at(location: str, **values: object) -> Source:
    return replace(Source(f"https://{location}", f"https://{location}", NOON), **values)  # type: ignore[arg-type]


@pytest.fixture
async def writer(store: Store, tmp_path: Path) -> LibraryWriter:
    return await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index")


async def take(
    writer: LibraryWriter,
    new_story: Story | None = None,
    source: Source | str = "ferry.txt",
    collection: int = ANN,
    now: datetime = NOON,
) -> IngestedArticle:
    return await writer.ingest(collection, new_story or story(), source=source, now=now)


def answers(writer: LibraryWriter, collection: int) -> bool:
    """Whether the collection sees the story of the ferries."""
    return writer.library.view(collection).ask("When will the harbour close?").status == "answer"


async def test_a_story_that_is_taken_is_answered_with_at_once(
    writer: LibraryWriter,
) -> None:
    assert not answers(writer, ANN)
    ingested = await take(writer)
    assert (ingested.outcome, ingested.collection) == ("added", ANN)
    assert answers(writer, ANN)


async def test_what_a_server_adds_no_other_sees_and_what_all_share_every_one_sees(
    writer: LibraryWriter,
) -> None:
    await take(writer, collection=ANN)
    assert [answers(writer, collection) for collection in (ANN, BEN, SHARED)] == [
        True,
        False,
        False,
    ]
    await take(writer, collection=SHARED, source=at("sea.example/ferry"))
    assert [answers(writer, collection) for collection in (ANN, BEN, SHARED)] == [True, True, True]


async def test_two_servers_hold_one_story_each_for_itself(writer: LibraryWriter) -> None:
    first = await take(writer, source=at("sea.example/ferry"), collection=ANN)
    second = await take(writer, source=at("sea.example/ferry"), collection=BEN)
    assert (first.outcome, second.outcome) == ("added", "added")
    assert first.article.id != second.article.id
    await writer.remove(ANN, first.article.id)
    assert [answers(writer, collection) for collection in (ANN, BEN)] == [False, True]


@pytest.mark.parametrize(
    ("new_story", "source", "outcome"),
    [
        pytest.param(story(), at("sea.example/ferry"), "known", id="the same address"),
        pytest.param(story(), "again.txt", "known", id="the same text in a file"),
        pytest.param(story(), at("other.example/x"), "source", id="the same text elsewhere"),
        pytest.param(
            story(*(text.upper() for text in FERRY)), at("other.example/x"), "source", id="set anew"
        ),
        pytest.param(
            story(FERRY[0].replace("Monday", "March 2"), *FERRY[1:], title="No more ferries"),
            at("other.example/x"),
            "source",
            id="syndicated, with other words",
        ),
        pytest.param(
            story(*FERRY[:3]),
            at("sea.example/ferry", key=feed_entry_key("https://sea.example/ferry")),
            "source",
            id="as the feed carries it",
        ),
        pytest.param(story(*FLOOD), at("other.example/x"), "added", id="another story"),
    ],
)
async def test_twice_is_once(
    writer: LibraryWriter, store: Store, new_story: Story, source: Source | str, outcome: str
) -> None:
    first = await take(writer, source=at("sea.example/ferry"))
    again = await take(writer, new_story, source)
    assert again.outcome == outcome
    assert (again.article.id == first.article.id) == (outcome != "added")
    stored = writer.library.view(ANN).article(first.article.id)
    assert stored is not None
    elsewhere = isinstance(source, Source) and {source.address} - {first.article.url}
    assert stored.other_addresses == (tuple(elsewhere or ()) if outcome == "source" else ())
    assert await store.articles.count(ANN) == (2 if outcome == "added" else 1)


async def test_what_the_shared_desk_holds_a_server_need_not_add(
    writer: LibraryWriter,
) -> None:
    await take(writer, source=at("sea.example/ferry"), collection=SHARED)
    for source in (at("sea.example/ferry"), at("other.example/x"), "ferry.txt"):
        ingested = await take(writer, source=source, collection=ANN)
        assert (ingested.outcome, ingested.collection) == ("known", SHARED)
    shared = writer.library.view().article(ingested.article.id)
    assert shared is not None
    assert shared.other_addresses == (), "what a server finds is that server's alone"


async def test_the_desks_own_stories_are_known_by_address_and_by_text(
    writer: LibraryWriter,
) -> None:
    by_address = await take(writer, story(*FLOOD), at("example.com/talks"))
    by_text = await take(writer, Story("Any", TALKS.paragraphs, "main"), "talks.txt")
    assert by_address == by_text == IngestedArticle(DESK.articles[0], "known", SHARED)


async def test_an_edit_replaces_the_text_and_keeps_the_old(
    writer: LibraryWriter, store: Store
) -> None:
    first = await take(writer, source=at("sea.example/ferry"))
    corrected = story(FERRY[0].replace("next winter", "in May"), *FERRY[1:])
    edited = await take(writer, corrected, at("sea.example/ferry"), now=NOON + timedelta(hours=1))
    assert (edited.outcome, edited.article.id) == ("edited", first.article.id)
    answer = writer.library.view(ANN).ask("When will the harbour close?")
    assert "in May" in answer.quotes[0].text
    assert writer.library.view(ANN).verify(FERRY[0]).status != "exact"
    [revision] = await read_revisions(store, first.article.id)
    assert paragraphs_from(revision.paragraphs) == first.article.paragraphs


async def test_a_further_source_that_words_it_otherwise_is_no_edit(
    writer: LibraryWriter,
) -> None:
    await take(writer, source=at("sea.example/ferry"))
    await take(writer, source=at("wire.example/1"))
    reworded = story(FERRY[0].replace("next winter", "in winter"), *FERRY[1:])
    again = await take(writer, reworded, at("wire.example/1"))
    assert again.outcome == "known"
    assert writer.library.view(ANN).verify(FERRY[0]).status == "exact"


SEA, WIRE = at("sea.example/ferry"), at("sea.example/ferries-stop-in-may")
SAME_ADDRESS = (SEA, SEA, None)
SAME_OUTLET = (SEA, WIRE, "Sea Post")
PASTED_AGAIN = ("message.txt", "message.txt", None)
NEW_FILE = ("ferry.txt", "ferry-new.md", "Sea Post")


@pytest.mark.parametrize(
    ("wrong", "right", "sources"),
    [
        pytest.param("Feries stop", "Ferries stop", SAME_ADDRESS, id="a typing error"),
        pytest.param("Ferries sotp", "Ferries stop", PASTED_AGAIN, id="a typing error in a paste"),
        pytest.param(
            "페리 운항 중딘", "페리 운항 중단", SAME_OUTLET, id="a typing error in Korean"
        ),
        pytest.param("Harbour to shut", "Ferries stop", SAME_ADDRESS, id="wholly another"),
        pytest.param("Harbour to shut", "Ferries stop", SAME_OUTLET, id="another and an address"),
        pytest.param("Harbour to shut", "Ferries stop", NEW_FILE, id="wholly another in a file"),
        pytest.param("FERRIES STOP", "Ferries stop", SAME_ADDRESS, id="other capitals"),
        pytest.param("Ferries Stop", "Ferries stop", SAME_OUTLET, id="one capital"),
        pytest.param("ferries stop", "Ferries stop", PASTED_AGAIN, id="capitals in a paste"),
    ],
)
async def test_a_corrected_headline_replaces_the_old_one(
    writer: LibraryWriter,
    store: Store,
    wrong: str,
    right: str,
    sources: tuple[Source | str, Source | str, str | None],
) -> None:
    old_source, new_source, outlet = sources
    first = await take(writer, replace(story(title=wrong), outlet=outlet), old_source)
    again = await take(writer, replace(story(title=right), outlet=outlet), new_source)
    assert (again.outcome, again.article.id) == ("edited", first.article.id)
    assert await store.articles.count(ANN) == 1
    view = writer.library.view(ANN)
    quote = view.ask("When will the harbour close?").quotes[0]
    assert (quote.article.title, quote.article.id) == (right, first.article.id)
    assert view.verify(FERRY[0]).status == "exact"
    [revision] = await read_revisions(store, first.article.id)
    assert revision.title == wrong
    if isinstance(new_source, Source):
        assert quote.article.url == new_source.address


@pytest.mark.parametrize(
    ("outlets", "sources"),
    [
        pytest.param(("Sea Post", "Land Post"), (SEA, at("land.example/1")), id="an agency's text"),
        pytest.param((None, None), (SEA, at("land.example/1")), id="of unknown outlets"),
        pytest.param(("Sea Post", None), ("a.txt", "b.txt"), id="in files, one of an outlet"),
        pytest.param(("Sea Post", "Sea Post"), (SEA, "saved.html"), id="a file of the page"),
        pytest.param(
            ("Sea Post", "Sea Post"),
            (SEA, at("sea.example/ferry", key=feed_entry_key("https://sea.example/ferry"))),
            id="the feed's headline",
        ),
    ],
)
async def test_the_headline_of_a_copy_corrects_nothing(
    writer: LibraryWriter,
    store: Store,
    outlets: tuple[str | None, str | None],
    sources: tuple[Source | str, Source | str],
) -> None:
    first = await take(writer, replace(story(), outlet=outlets[0]), sources[0])
    again = await take(writer, replace(story(title="No boats"), outlet=outlets[1]), sources[1])
    assert again.outcome in ("source", "known")
    assert (again.article.id, again.article.title) == (first.article.id, "Ferries stop")
    assert await store.articles.count(ANN) == 1


async def test_neither_an_older_headline_nor_the_opening_words_correct_one(
    writer: LibraryWriter,
) -> None:
    day = date(2026, 3, 1)
    await take(writer, replace(story(), outlet="Sea Post", published=day), SEA)
    older = replace(story(title="Ferries to stop"), outlet="Sea Post", published=date(2026, 2, 27))
    assert (await take(writer, older, WIRE)).article.title == "Ferries stop"
    headless = story(title=opening_words(FERRY[0]))
    assert (await take(writer, headless, SEA)).outcome == "known"
    shorter = story(*FERRY[:-1], title=opening_words(FERRY[0]))
    assert (await take(writer, shorter, SEA)).article.title == "Ferries stop"


async def test_the_address_of_a_corrected_headline_is_where_later_edits_are_read(
    writer: LibraryWriter,
) -> None:
    first = await take(writer, replace(story(title="Feries stop"), outlet="Sea Post"), SEA)
    await take(writer, replace(story(), outlet="Sea Post"), WIRE)
    assert (await take(writer, story(title="Feries stop"), SEA)).outcome == "known"
    corrected = story(FERRY[0].replace("next winter", "in May"), *FERRY[1:])
    edited = await take(writer, corrected, WIRE)
    assert (edited.outcome, edited.article.id) == ("edited", first.article.id)
    [held] = writer.library.own_articles(ANN)
    assert (held.title, held.url, held.other_addresses) == (
        "Ferries stop",
        WIRE.address,
        (SEA.address,),
    )


async def test_what_a_page_dates_in_the_future_has_no_known_date(
    writer: LibraryWriter,
) -> None:
    origins = Origins(published="the page")
    dated = replace(story(), published=date(2026, 3, 3), origins=origins)
    assert (await take(writer, dated)).article.published == date(2026, 3, 3)
    ahead = replace(story(*FLOOD), published=date(2026, 3, 4), origins=origins)
    article = (await take(writer, ahead)).article
    assert (article.published, article.origins.published) == (None, None)


async def test_a_server_that_is_full_is_told_so_and_keeps_what_it_has(
    writer: LibraryWriter,
) -> None:
    await writer.ingest(ANN, story(), source="a.txt", now=NOON, limit=1)
    with pytest.raises(LibraryError, match="which is the limit"):
        await writer.ingest(ANN, story(*FLOOD), source="b.txt", now=NOON, limit=1)
    duplicate = await writer.ingest(ANN, story(), source="a.txt", now=NOON, limit=1)
    assert duplicate.outcome == "known"


KINDS_OF_TEXT = {
    "prose": [" ".join(["The ferry left the harbour before the storm came."] * 30)],
    "korean": [" ".join(["연락선은 태풍이 오기 전에 항구를 떠났다."] * 20)],
    "one word over and over": ["gale " * 300],
    "words that stand there once": [" ".join(f"q{number}x" for number in range(25))],
    "many short paragraphs": [f"Ferry {number} left the harbour." for number in range(40)],
}


@pytest.mark.parametrize("kind", KINDS_OF_TEXT)
async def test_what_would_be_more_text_than_a_server_may_have_is_refused(
    store: Store, tmp_path: Path, kind: str
) -> None:
    writer = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index", server_bytes=1_500)
    texts = KINDS_OF_TEXT[kind]

    async def take_three() -> None:
        for number in range(3):
            parts = [text.replace(" ", f"{number} ") for text in texts]  # no copy of another
            await take(writer, story(*parts, title=f"Part {number}"), f"{number}.txt")

    with pytest.raises(LibraryError, match="MB of text"):
        await take_three()
    assert writer.library.text_size(ANN) < 1_500 + 50 * 60  # and the words of one
    await take(writer, story(*texts), "all.txt", SHARED)  # which has no limit


async def test_a_server_full_of_text_takes_shorter_versions_but_no_longer_one(
    store: Store, tmp_path: Path
) -> None:
    writer = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index", server_bytes=4_000)
    page = at("sea.example/ferry")
    await take(writer, story(*FERRY), page)
    with pytest.raises(LibraryError, match="MB of text"):
        await take(writer, story(*FERRY, "gale " * 900), page)
    assert answers(writer, ANN)
    assert (await take(writer, story(*FERRY[:-1]), page)).outcome == "edited"


async def test_a_full_server_is_refused_before_anything_is_read(
    store: Store, tmp_path: Path
) -> None:
    writer = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index", server_bytes=500)
    await writer.require_room(ANN)
    await take(writer, story("A storm is coming, the harbour master said.", "gale " * 20))
    assert writer.library.text_size(ANN) > 500
    with pytest.raises(LibraryError, match="Remove an article first"):
        await writer.require_room(ANN)
    await writer.require_room(BEN)


async def test_nobody_removes_what_another_server_or_the_desk_holds(
    writer: LibraryWriter,
) -> None:
    ingested = await take(writer)
    for collection in (BEN, SHARED):
        with pytest.raises(LibraryError, match="no such article"):
            await writer.remove(collection, ingested.article.id)
    with pytest.raises(LibraryError, match="no such article"):
        await writer.remove(SHARED, TALKS.id)
    assert answers(writer, ANN)


async def test_copies_that_come_at_once_are_one(writer: LibraryWriter, store: Store) -> None:
    sources = [at(f"wire{number}.example/x") for number in range(5)]
    ingested = await asyncio.gather(*(take(writer, source=source) for source in sources))
    assert sorted(ingested.outcome for ingested in ingested) == ["added"] + ["source"] * 4
    assert await store.articles.count(ANN) == 1


async def test_a_second_process_sees_what_the_first_has_taken_and_removed(
    writer: LibraryWriter, store: Store, tmp_path: Path
) -> None:
    other_writer = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "other")
    ingested = await take(writer)
    assert not answers(other_writer, ANN)
    await other_writer.sync()
    assert answers(other_writer, ANN)
    await writer.remove(ANN, ingested.article.id)
    await other_writer.sync()
    assert not answers(other_writer, ANN)


async def test_who_is_too_far_behind_compares_with_all_that_is_held(
    store: Store, writer: LibraryWriter, tmp_path: Path
) -> None:
    removed = await take(writer, collection=BEN)
    late_writer = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "behind")
    await writer.remove(BEN, removed.article.id)
    await take(writer, collection=ANN)
    late_writer._change = -1  # as after more changes than the store keeps
    await late_writer.sync()
    assert [answers(late_writer, collection) for collection in (ANN, BEN, SHARED)] == [
        True,
        False,
        False,
    ]
    assert late_writer.library.view(SHARED).article(TALKS.id), "the desk stays"


@pytest.mark.parametrize("saves", [True, False])
async def test_a_start_finds_all_again_with_and_without_a_saved_index(
    store: Store, tmp_path: Path, saves: bool
) -> None:
    first = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index")
    await take(first, collection=ANN)
    if saves:
        await first.save()
        assert (tmp_path / "index").exists()
    await take(first, story(*FLOOD, title="Rain"), "rain.txt", collection=BEN)
    again = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index")
    for collection in (ANN, BEN, SHARED):
        barley_question = "How much of the barley did farmers lose?"
        for question in (barley_question, "When will the harbour close?"):
            ours, theirs = (
                writer.library.view(collection).ask(question) for writer in (first, again)
            )
            assert replace(ours, took_ms=0) == replace(theirs, took_ms=0)
    assert again.library.newly_indexed == (1 if saves else 4)


class SlowlySavedLibrary(Library):
    """A library whose index is not saved before `resume` is set."""

    def __init__(self) -> None:
        super().__init__(DESK)
        self.waits, self.resume = Event(), Event()

    def save(self, path: Path) -> None:
        self.waits.set()
        assert self.resume.wait(30)
        super().save(path)


async def test_articles_come_in_while_the_index_is_saved(store: Store, tmp_path: Path) -> None:
    library = SlowlySavedLibrary()
    writer = LibraryWriter(DESK, library, store, 0, tmp_path / "index")
    saving = asyncio.create_task(writer.save())
    try:
        assert await asyncio.to_thread(library.waits.wait, 30)
        async with asyncio.timeout(10):
            await take(writer)
        assert answers(writer, ANN)
    finally:
        library.resume.set()
    await saving
    await writer.save()
    again = await LibraryWriter.open(DESK, store, saved_at=tmp_path / "index")
    assert again.library.newly_indexed == 0


async def test_vectors_are_made_for_what_is_added_and_saved_beside_the_index(
    store: Store, tmp_path: Path
) -> None:
    async def start() -> tuple[LibraryWriter, WordEncoder]:
        encoder = WordEncoder()
        saved_at = tmp_path / "verbatim.index"
        return await LibraryWriter.open(DESK, store, saved_at=saved_at, encoder=encoder), encoder

    writer, encoder = await start()
    await writer.encode()
    await take(writer)
    count = len(encoder.texts)
    await writer.encode()
    assert encoder.texts[count] == FERRY[0]
    await writer.save()
    assert (tmp_path / "verbatim.vectors").exists()
    restarted, encoder = await start()
    await restarted.encode()
    assert encoder.texts == []
