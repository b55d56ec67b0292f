"""`verbatim backup` and `verbatim restore`: on both databases, across them, and beside a bot."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.errors import StoreError
from bot.store import Store
from bot.store.engine.backup import back_up, restore
from tests.support.databases import close_store
from tests.support.store_methods import OTHER_ARTICLE, add_article, add_schedule
from tests.support.stored_rows import fill_every_table, read_all_rows


@pytest.fixture(params=["from SQLite to PostgreSQL", "from PostgreSQL to SQLite"])
def addresses(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> tuple[str, str]:
    """The database that is backed up, and the one that the backup is put into."""
    both = (str(tmp_path / "verbatim.db"), new_postgres_url())
    return both if request.param == "from SQLite to PostgreSQL" else both[::-1]


async def test_a_backup_is_restored_into_the_other_database(
    addresses: tuple[str, str], tmp_path: Path
) -> None:
    source, target = addresses
    rows = await fill_every_table(source)
    store = await Store.open(source)  # a bot that uses it meanwhile
    await store.wait_for_change(0.01)
    await back_up(source, tmp_path / "backup")
    await add_article(store, OTHER_ARTICLE)
    await close_store(store)
    row_counts = await restore(tmp_path / "backup", target, replace=False)
    assert row_counts == {name: len(table_rows) for name, table_rows in rows.items()}
    restored = await Store.open(target)
    assert await read_all_rows(restored) == rows
    await close_store(restored)


async def test_what_was_added_since_is_replaced_only_if_asked_and_no_id_is_given_twice(
    addresses: tuple[str, str], tmp_path: Path
) -> None:
    database, _ = addresses
    rows = await fill_every_table(database)
    await back_up(database, tmp_path / "backup")
    store = await Store.open(database)
    later = await add_schedule(store)
    await close_store(store)
    with pytest.raises(StoreError, match="is not empty"):
        await restore(tmp_path / "backup", database, replace=False)
    await restore(tmp_path / "backup", database, replace=True)
    store = await Store.open(database)
    assert await read_all_rows(store) == rows
    assert (await add_schedule(store)).id > later.id
    await close_store(store)


async def test_nothing_is_restored_under_a_running_bot(
    addresses: tuple[str, str], tmp_path: Path
) -> None:
    database, _ = addresses
    await fill_every_table(database)
    await back_up(database, tmp_path / "backup")
    store = await Store.open(database)
    rows = await read_all_rows(store)
    await store.wait_for_change(0.01)
    path = store._database.address.path
    # The locks of one process never exclude each other, so another process holds the shard.
    command = "import sys; from pathlib import Path; from bot.store import claim_shards\n"
    command += "with claim_shards(Path(sys.argv[1]), [3]): print('holds it', flush=True); input()"
    if path is None:
        with pytest.raises(StoreError, match="A bot is running on"):
            await restore(tmp_path / "backup", database, replace=True)
    else:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", command, str(path), stdin=PIPE, stdout=PIPE
        )
        assert bot.stdout is not None
        await bot.stdout.readline()
        with pytest.raises(StoreError, match="A bot is running on"):
            await restore(tmp_path / "backup", database, replace=True)
        await bot.communicate(b"\n")
    assert await read_all_rows(store) == rows
    await close_store(store)
    await restore(tmp_path / "backup", database, replace=True)


@pytest.mark.parametrize(
    "content", [b"", b"Dear diary,\n" * 900, b"SQLite format 3\0" + b"x" * 9000, "another"]
)
async def test_a_file_that_is_no_backup_changes_nothing(
    content: bytes | str, tmp_path: Path
) -> None:
    file, database = tmp_path / "backup", str(tmp_path / "verbatim.db")
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE recipes (id)")
    rows = await fill_every_table(database)
    with pytest.raises(StoreError, match=r"backup is not a backup of Verbatim"):
        await restore(file, database, replace=True)
    store = await Store.open(database)
    assert await read_all_rows(store) == rows
    await close_store(store)


async def test_a_database_of_an_older_version_is_not_migrated_under_its_bot(
    tmp_path: Path,
) -> None:
    database = str(tmp_path / "verbatim.db")
    await close_store(await Store.open(database))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match="is of an older version"):
        await back_up(database, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]


def test_the_commands_say_what_they_did_or_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_DATABASE", str(tmp_path / "verbatim.db"))
    asyncio.run(fill_every_table(str(tmp_path / "verbatim.db")))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, words)
        return result.exit_code, result.output.splitlines()[-1]

    file = str(tmp_path / "backup")
    code, line = run("backup", file)
    assert (code, line.split(None, 1)[1]) == (0, f"rows in all were written to {file}.")
    assert run("backup", file) == (2, f"{file} already exists; name a new file.")
    folder = tmp_path / "none"
    message = f"There is no folder {folder}; create it, or name another."
    assert run("backup", str(folder / "backup")) == (2, message)
    assert [path.name for path in tmp_path.glob("*backup*")] == ["backup"]  # no half of one
    code, line = run("restore", str(folder))
    assert (code, line) == (2, f"There is no backup {folder}, so nothing was changed.")
    code, line = run("restore", file)
    assert (code, "add --replace" in line) == (2, True)
    code, line = run("restore", file, "--replace")
    assert (code, "were restored" in line) == (0, True)


def test_a_restored_backup_answers_as_before(addresses: tuple[str, str], tmp_path: Path) -> None:
    page = tmp_path / "harbour.txt"
    page.write_text(
        "Kestrel Bay votes to widen its harbour\n\nThe council of Kestrel Bay voted on 3 May 2025 "
        "to widen the harbour by 40 metres.\n\nFishing crews said the dredging would close their "
        "moorings until September.\n",
        encoding="utf-8",
    )
    source, target = addresses

    def run(*words: str, database: str = source) -> str:
        result = CliRunner().invoke(main, words, env={"VERBATIM_DATABASE": database})
        assert result.exit_code == 0, result.output
        return result.stdout

    def answers(database: str) -> list[str]:
        question = "By how much will the harbour of Kestrel Bay be widened?"
        commands = (["ask", question], ["digest", "Kestrel Bay"], ["articles"])
        printed = (run(*command, "--json", database=database) for command in commands)
        return [re.sub(r'"took_ms": [\d.]+', "", line) for line in printed]

    run("add", str(page))
    before = answers(source)
    assert "40 metres" in before[0]
    run("backup", str(tmp_path / "backup"))
    run("restore", str(tmp_path / "backup"), database=target)
    assert answers(target) == before
