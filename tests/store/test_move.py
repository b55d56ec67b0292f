"""`verbatim move`: a database copied whole from SQLite to PostgreSQL, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from bot.cli import main
from bot.errors import StoreError
from bot.model import Preferences
from bot.store import Store
from bot.store.engine.copying import BATCH_ROWS, move
from bot.store.schema import meta, metadata
from tests.support.databases import close_store
from tests.support.store_methods import (
    NOW,
    OTHER_ARTICLE,
    POST,
    QUOTE,
    add_article,
    add_schedule,
    build_scene,
    subscribe,
)
from tests.support.stored_rows import read_feeds

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""What every table holds, by its name."""


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def addresses(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> tuple[str, str]:
    """Where from, and where to."""
    both = (str(tmp_path / "verbatim.db"), new_postgres_url())
    return both if request.param == "to PostgreSQL" else both[::-1]


async def filled(url: str) -> Rows:
    """A database with a row in every table, some rows gone, and one table longer than a batch."""
    store = await Store.open(url)
    scene = await build_scene(store)
    await store.set_meta("key", "한국 “é”")
    await store.articles.edit("seoul-1", OTHER_ARTICLE, text_hash="x", now=NOW)
    await store.feeds.record_seen(scene.feed.id, 1, {"entry": "digest"}, NOW)
    await store.guilds.record_departure(7, NOW)
    await store.guilds.record_welcome(7, NOW)
    await store.preferences.put(7, Preferences(private=True))
    await store.gaps.record(7, "words", command="ask", only_related=False, now=NOW)
    await store.feedback.record(7, 1, 1, words="words", useful=True, now=NOW)
    await store.posted_quotes.record(POST, [QUOTE], NOW)
    await store.schedules.remove(1, (await add_schedule(store)).id)
    async with store._database.writing() as connection:
        rows = [{"key": f"{number}", "value": "x"} for number in range(BATCH_ROWS + 1)]
        await connection.execute(insert(meta), rows)
    held = await rows_of(store)
    await close_store(store)
    return held


async def rows_of(store: Store) -> Rows:
    async with store._database.reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in await connection.execute(select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }


async def test_every_row_of_every_table_is_moved(addresses: tuple[str, str]) -> None:
    source, target = addresses
    held = await filled(source)
    assert [name for name, rows in held.items() if not rows] == []
    moved = await move(source, target)
    assert moved == {name: len(rows) for name, rows in held.items()}
    store = await Store.open(target)
    assert await rows_of(store) == held
    await close_store(store)


async def test_ids_go_on_counting_past_those_of_what_is_gone(addresses: tuple[str, str]) -> None:
    source, target = addresses
    await filled(source)
    before = await Store.open(source)
    await move(source, target)
    after = await Store.open(target)
    for store in (before, after):
        await add_article(store, OTHER_ARTICLE)
        await subscribe(store, "another")
    ids = [(await add_schedule(store)).id for store in (before, after)]
    feeds = [[feed.id for feed in await read_feeds(store)] for store in (before, after)]
    changes = [
        [c.seq for c in await store.articles.list_changes(0) or ()] for store in (before, after)
    ]
    assert ids[0] == ids[1]
    assert feeds[0] == feeds[1]
    assert changes[0] == changes[1]
    await close_store(before)
    await close_store(after)


async def test_a_database_that_holds_anything_is_no_target(addresses: tuple[str, str]) -> None:
    source, target = addresses
    await close_store(await Store.open(source))
    await filled(target)
    with pytest.raises(StoreError, match="is not empty"):
        await move(source, target)


async def test_what_cannot_be_copied_whole_is_not_copied_at_all(
    tmp_path: Path, new_postgres_url: Callable[[], str]
) -> None:
    source, target = str(tmp_path / "verbatim.db"), new_postgres_url()
    await filled(source)
    store = await Store.open(source)
    await store.schedules.pause(1, 1, "a NUL: \0")  # which SQLite keeps
    await close_store(store)
    with pytest.raises(StoreError, match="cannot keep a text that holds a NUL"):
        await move(source, target)
    moved_to = await Store.open(target)
    assert not any((await rows_of(moved_to)).values())
    await close_store(moved_to)


def test_the_command_says_what_it_moved(tmp_path: Path) -> None:
    source, target = str(tmp_path / "verbatim.db"), str(tmp_path / "copy.db")
    asyncio.run(filled(source))
    done = CliRunner().invoke(main, ["move", source, target])
    assert done.exit_code == 0, done.output
    assert "        1 articles\n" in done.output
    assert "VERBATIM_DATABASE" in done.output


def test_the_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["move", str(tmp_path / "none.db"), str(tmp_path / "b.db")])
    assert refused.exit_code == 2
    assert refused.output.startswith("There is no database")
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "b.db").exists()
