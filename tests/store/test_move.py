"""`verbatim move`: a database copied whole from SQLite to PostgreSQL, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.errors import StoreError
from bot.store import Store
from bot.store.engine.copying import move
from tests.support.databases import close_store
from tests.support.store_methods import (
    OTHER_ARTICLE,
    add_article,
    add_schedule,
    subscribe,
)
from tests.support.stored_rows import fill_every_table, read_all_rows, read_feeds


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def addresses(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> tuple[str, str]:
    """Where from, and where to."""
    both = (str(tmp_path / "verbatim.db"), new_postgres_url())
    return both if request.param == "to PostgreSQL" else both[::-1]


async def test_every_row_of_every_table_is_moved(addresses: tuple[str, str]) -> None:
    source, target = addresses
    held = await fill_every_table(source)
    assert [name for name, rows in held.items() if not rows] == []
    moved = await move(source, target)
    assert moved == {name: len(rows) for name, rows in held.items()}
    store = await Store.open(target)
    assert await read_all_rows(store) == held
    await close_store(store)


async def test_ids_go_on_counting_past_those_of_what_is_gone(addresses: tuple[str, str]) -> None:
    source, target = addresses
    await fill_every_table(source)
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
    await fill_every_table(target)
    with pytest.raises(StoreError, match="is not empty"):
        await move(source, target)


async def test_what_cannot_be_copied_whole_is_not_copied_at_all(
    tmp_path: Path, new_postgres_url: Callable[[], str]
) -> None:
    source, target = str(tmp_path / "verbatim.db"), new_postgres_url()
    await fill_every_table(source)
    store = await Store.open(source)
    await store.schedules.pause(1, 1, "a NUL: \0")  # which SQLite keeps
    await close_store(store)
    with pytest.raises(StoreError, match="cannot keep a text that holds a NUL"):
        await move(source, target)
    moved_to = await Store.open(target)
    assert not any((await read_all_rows(moved_to)).values())
    await close_store(moved_to)


def test_the_command_says_what_it_moved(tmp_path: Path) -> None:
    source, target = str(tmp_path / "verbatim.db"), str(tmp_path / "copy.db")
    asyncio.run(fill_every_table(source))
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
