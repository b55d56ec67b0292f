"""A server that hides the shared articles sees what it would see if there were none, and shows them
again as if it had never hidden them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library import Library, View
from bot.library.library import ServerChoices, file_of_own
from bot.library.writer import LibraryWriter
from bot.model import SHARED, Article, Paragraph, Preferences, Topic
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.store import Store
from tests.support.stories import ANN, BEN, NAMES, TALKS, TOPICS, TRADE, WEATHER, article

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HIDDEN = ServerChoices("hidden")
DESK = Desk((TALKS, TRADE, WEATHER), TOPICS, NAMES)
MOONS = article(
    "Moons of Saturn",
    "Astronomers in Hilo counted 62 new moons of Saturn, the observatory said on Friday.",
    '"We had no room left for names," said Mala Ortiz, who leads the survey.',
    published=NOW.date(),
)
COMET = article(
    "A comet returns",
    "The comet Brack returned to the inner solar system after 71 years, seen first from Hilo.",
    "Rain fell on the coast for a week and kept the domes of the observatory closed.",
)
LEE = article("Lee of the club", "Lee, who polishes mirrors for the club, left for Seoul in June.")
OWN = (MOONS, COMET, LEE)

COMPUTATIONS: dict[str, Callable[[View], Any]] = {
    "ask": lambda view: view.ask("How many new moons of Saturn were counted?"),
    "ask what only the shared articles know": lambda view: view.ask(
        "Where did Lee meet the envoy?"
    ),
    "ask with typing errors": lambda view: view.ask("astronmers comte tarif Panmunjon"),
    "ask for a name of the desk": lambda view: view.ask("What did the president of DPRK say?"),
    "digest": lambda view: view.digest("the observatory"),
    "digest a topic of the desk": lambda view: view.digest("trade"),
    "digest everything": lambda view: view.digest("everything"),
    "digest nothing": lambda view: view.digest("tariffs on steel"),
    "timeline": lambda view: view.timeline("Hilo"),
    "verify": lambda view: view.verify(TRADE.paragraphs[0].text),
    "verify nearly": lambda view: view.verify("Rain fell on the coast for a week."),
    "said": lambda view: view.find_statements("Ortiz"),
    "said by nobody": lambda view: view.find_statements("Lee Jae-myung"),
    "find sources": lambda view: view.find_sources("62 moons of Saturn. Exports of steel fell."),
    "speakers": lambda view: view.suggest_speakers(),
    "topics": lambda view: view.topics.all(),
    "suggested": lambda view: view.topics.suggest("n"),
    "near": lambda view: view.topics.find_nearest("trade tariffs"),
    "resolved": lambda view: view.topics.resolve("dprk"),
    "watched": lambda view: view.match_watches(WEATHER, ["trade", "Rain", "dprk"]),
    "articles": lambda view: view.articles,
    "a shared article": lambda view: view.article(TALKS.id),
    "a copy": lambda view: view.find_copy(WEATHER.paragraphs),
}


def results(view: View) -> dict[str, Any]:
    computed = {name: compute(view) for name, compute in COMPUTATIONS.items()}
    return {
        name: replace(result, took_ms=0) if hasattr(result, "took_ms") else result
        for name, result in computed.items()
    }


def alone(articles: Sequence[Article]) -> dict[str, Any]:
    """What a desk of these articles gives that nobody has named anything for."""
    return results(Library(Desk(tuple(articles), (), ())).view())


def shown(articles: Sequence[Article]) -> dict[str, Any]:
    return results(Library(DESK, {ANN: articles}).view(ANN))


def test_what_hides_the_shared_articles_is_as_if_there_were_none() -> None:
    library = Library(DESK, {ANN: OWN, BEN: OWN}, choices={ANN: HIDDEN})
    assert results(library.view(ANN)) == alone(OWN)
    assert results(library.view(BEN)) == shown(OWN)
    assert results(library.view(303)) == shown(())


def test_by_default_hidden_they_are_shown_to_who_asks_for_them() -> None:
    choices = {BEN: ServerChoices("shown")}
    library = Library(DESK, {ANN: OWN}, choices=choices, default="hidden")
    assert results(library.view(ANN)) == alone(OWN)
    assert results(library.view(303)) == alone(())
    assert results(library.view(BEN)) == results(library.view(SHARED)) == shown(())


def test_a_server_with_nothing_of_its_own_sees_nothing() -> None:
    view = Library(DESK, choices={ANN: HIDDEN}).view(ANN)
    assert view.articles == ()
    assert view.ask("Where did Lee meet the envoy?").status == "none"
    assert view.digest("everything").points == ()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((ANN, BEN)),
            st.sampled_from(("hide", "show", "usual", "name", *(story.id for story in OWN))),
        ),
        max_size=9,
    )
)
def test_whatever_is_chosen_added_and_removed_a_start_gives_the_same(
    steps: list[tuple[int, str]],
) -> None:
    library = Library(DESK)
    chosen: dict[int, ServerChoices] = {}
    held: dict[int, dict[str, Article]] = {ANN: {}, BEN: {}}
    by_id = {story.id: story for story in OWN}
    for collection, step in steps:
        old = chosen.get(collection, ServerChoices())
        match step:
            case "hide":
                chosen[collection] = replace(old, shared="hidden")
            case "show":
                chosen[collection] = replace(old, shared="shown")
            case "usual":
                chosen[collection] = ServerChoices()
            case "name":
                topics = (Topic("steel", "Steel", words=("Hilo",)),)
                chosen[collection] = replace(old, topics=topics)
            case _ if step in held[collection]:
                del held[collection][step]
                library.remove(collection, step)
            case _:
                held[collection][step] = by_id[step]
                library.put(collection, by_id[step])
        library.choose(collection, chosen.get(collection, ServerChoices()))
    added = {collection: tuple(stories.values()) for collection, stories in held.items()}
    fresh = Library(DESK, added, choices=chosen)
    for collection in (ANN, BEN, SHARED):
        assert results(library.view(collection)) == results(fresh.view(collection))
        assert library.own_articles(collection) == fresh.own_articles(collection)


def test_the_index_of_those_who_hide_is_saved_beside_the_other(tmp_path: Path) -> None:
    path, added = tmp_path / "index", {ANN: OWN, BEN: OWN[:1]}
    library = Library(DESK, added, choices={ANN: HIDDEN})
    library.save(path)
    again = Library(DESK, added, path, choices={ANN: HIDDEN})
    assert again.newly_indexed == 0
    assert results(again.view(ANN)) == alone(OWN)
    assert Library(DESK, added, path, choices={BEN: HIDDEN}).newly_indexed == len(OWN) + 1
    again.choose(ANN, ServerChoices())
    again.save(path)
    assert not file_of_own(path).exists()


def test_a_topic_of_a_server_is_its_own_and_stands_for_the_desks() -> None:
    own = (Topic("trade", "Trade of shells"), Topic("orbits", "Orbits"))
    choices = {ANN: ServerChoices("shown", own), BEN: ServerChoices("hidden", own[1:])}
    library = Library(DESK, choices=choices)
    assert [topic.title for topic in library.view(ANN).topics.all()] == [
        "Trade of shells",
        "Orbits",
        "North Korea",
    ]
    assert library.view(ANN).topics.find("trade") == own[0]
    assert library.view(BEN).topics.all() == own[1:]
    assert library.view(303).topics.all() == library.topics.all() == TOPICS
    library.choose(ANN, ServerChoices())
    assert library.view(ANN).topics.all() == TOPICS


# With the store


async def open_writer(store: Store, path: Path) -> LibraryWriter:
    return await LibraryWriter.open(DESK, store, saved_at=path / "index")


async def test_a_choice_counts_in_another_process_and_at_the_next_start(
    store: Store, tmp_path: Path
) -> None:
    here, there = await open_writer(store, tmp_path), await open_writer(store, tmp_path)
    await store.preferences.put(ANN, Preferences(shared="hidden"))
    named = await store.topics.add(ANN, Topic("orbits", "Orbits"), by=1, now=NOW)
    await there.sync()
    for writer in (there, await open_writer(store, tmp_path)):
        assert writer.library.hides_shared(ANN)
        assert [topic.title for topic in writer.library.view(ANN).topics.all()] == ["Orbits"]
    assert not here.library.hides_shared(ANN)
    await store.topics.remove(ANN, named.id, now=NOW)
    await here.sync()
    assert here.library.view(ANN).topics.all() == ()
    await store.guilds.delete(ANN)
    await here.sync()
    assert here.library.view(ANN).topics.all() == TOPICS


@pytest.mark.parametrize("shared", ["shown", "hidden", None])
async def test_what_the_shared_desk_holds_is_added_where_it_is_hidden(
    store: Store, tmp_path: Path, shared: Any
) -> None:
    writer = await open_writer(store, tmp_path)
    await store.preferences.put(ANN, Preferences(shared=shared))
    await writer.sync()
    story = Story(WEATHER.title, WEATHER.paragraphs, "main")
    ingested = await writer.ingest(ANN, story, source="rain.txt", now=NOW)
    expected = ("added", ANN) if shared == "hidden" else ("known", SHARED)
    assert (ingested.outcome, ingested.collection) == expected


async def test_a_shared_article_comes_to_no_watch_of_those_who_hide_it(
    store: Store, tmp_path: Path
) -> None:
    writer = await open_writer(store, tmp_path)
    await store.preferences.put(ANN, Preferences(shared="hidden"))
    for guild_id in (ANN, BEN):
        await store.watches.add(
            guild_id=guild_id, channel_id=guild_id, user_id=1, words="shells", per_hour=9, now=NOW
        )
    await store.topics.add(BEN, Topic("shells", "Shells", words=("ammonites",)), by=1, now=NOW)
    await writer.sync()
    text = "Ammonites of a new kind were dug out of the cliff at Lyme by two sisters on Sunday."
    story = Story("Dug out", (Paragraph(text),), "main")
    await writer.ingest(SHARED, story, source="dug.txt", now=NOW)
    claimed = await store.outbox.claim_notice(NOW, timedelta(minutes=2), "one")
    assert claimed is not None
    assert (claimed.notice.guild_id, claimed.notice.brief.title) == (BEN, "Shells")
    assert await store.outbox.claim_notice(NOW, timedelta(minutes=2), "one") is None
