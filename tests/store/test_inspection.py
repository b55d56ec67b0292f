"""A look at a database: what it says of each, and that it changes nothing."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import pytest

from bot.errors import StoreBusyError, StoreError
from bot.store import Store, inspect
from tests.support.databases import BUSY_SECONDS, unprivileged


async def test_what_was_never_opened_is_not_made(database_url: str) -> None:
    found = await inspect(database_url)
    assert found.missing_steps or not found.exists
    again = await inspect(database_url)
    assert (again.exists, again.missing_steps) == (found.exists, found.missing_steps)


async def test_an_open_database_is_up_to_date(database_url: str) -> None:
    store = await Store.open(database_url)
    found = await inspect(database_url)
    assert (found.exists, found.missing_steps) == (True, 0)
    assert (found.free_bytes is None) == ("://" in database_url)
    await store.close()


async def test_an_older_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    await (await Store.open(str(file))).close()
    with sqlite3.connect(file) as connection:
        (newest,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert (await inspect(str(file))).missing_steps == int(newest) - 1
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]
    connection.close()


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    await (await Store.open(str(file))).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="by a newer version of Verbatim"):
        await inspect(str(file))


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear editor, " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="is not a database"):
        await inspect(str(tmp_path / "letter.txt"))


async def test_a_folder_in_which_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with (
        unprivileged(),
        pytest.raises(StoreError, match=r"verbatim.sqlite3 cannot be created: /\S+ "),
    ):
        await inspect(str(closed / "data" / "verbatim.sqlite3"))


async def test_a_file_that_is_read_only_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:  # one that another user may look into
        file = f"{folder}/verbatim.sqlite3"
        await (await Store.open(file)).close()
        open_to_reading(folder, file)
        with unprivileged(), pytest.raises(StoreError, match="cannot be written to"):
            await inspect(file)


def open_to_reading(folder: str, file: str) -> None:
    Path(folder).chmod(0o777)
    Path(file).chmod(0o444)


async def test_a_locked_database_is_busy(tmp_path: Path) -> None:
    file = tmp_path / "verbatim.sqlite3"
    await (await Store.open(str(file))).close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError):
        await inspect(str(file), patience=BUSY_SECONDS)
    other.close()
