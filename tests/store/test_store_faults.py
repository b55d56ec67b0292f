"""What the store says when its database is locked, gone, read-only, or none at all."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.errors import StoreBusyError, StoreError
from bot.store import Store
from bot.store.schema import metadata
from tests.support.databases import BUSY_SECONDS, close_store, connect_postgres, unprivileged
from tests.support.store_methods import READING, WRITING, Method, build_scene, public_methods


async def test_every_method_of_the_store_is_tried(store: Store) -> None:
    assert public_methods(store) == WRITING.keys() | READING.keys()


async def test_who_writes_over_and_over_can_be_stopped_at_any_moment(store: Store) -> None:
    async def write() -> None:
        while True:
            await store.set_meta("key", "value")

    for steps in range(60):
        task = asyncio.create_task(write())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=5)
        assert done, f"cancelled after {steps} steps of the loop, it went on"


# A healthy store whose database fails later


async def test_every_method_meets_a_locked_sqlite_file_with_a_sentence(
    tmp_path: Path, empty_database: Path
) -> None:
    file = tmp_path / "verbatim.db"
    shutil.copyfile(empty_database, file)
    store = await Store.open(str(file), patience=BUSY_SECONDS / 5)
    scene = await build_scene(store)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for method in WRITING.values():
        with pytest.raises(StoreBusyError, match=r"is busy\. Nothing was changed"):
            await method(scene)
    for method in READING.values():  # which wait for no writer
        await method(scene)
    other.execute("ROLLBACK")
    other.close()
    for name in ("set_meta", "schedules.change", "schedules.remove"):
        await WRITING[name](scene)
    await close_store(store)


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
async def test_every_method_notices_that_the_sqlite_file_has_vanished(
    fate: str, tmp_path: Path, empty_database: Path
) -> None:
    file = tmp_path / "verbatim.db"
    shutil.copyfile(empty_database, file)
    store = await Store.open(str(file), patience=BUSY_SECONDS)
    scene = await build_scene(store)
    file.rename(tmp_path / "moved.db")
    if fate == "replaced":
        file.write_bytes(b"")
    for method in (*WRITING.values(), *READING.values()):
        with pytest.raises(StoreError, match="was moved or deleted"):
            await method(scene)
    await close_store(store)


async def test_every_method_meets_a_locked_postgresql_with_a_sentence(
    new_postgres_url: Callable[[], str],
) -> None:
    url = new_postgres_url()
    store = await Store.open(url, patience=BUSY_SECONDS)
    scene = await build_scene(store)
    other = await connect_postgres(url)
    await other.execute(f"BEGIN; LOCK TABLE {', '.join(metadata.tables)}")

    async def meet_the_lock(method: Method) -> None:
        with pytest.raises(StoreBusyError, match="is busy"):
            await method(scene)

    await asyncio.gather(*map(meet_the_lock, (*WRITING.values(), *READING.values())))
    await other.close()
    await scene.store.schedules.get(1, scene.schedule.id)
    await close_store(store)


async def test_every_writing_method_meets_a_read_only_postgresql_with_a_sentence(
    new_postgres_url: Callable[[], str],
) -> None:
    url = new_postgres_url()
    store = await Store.open(url, patience=BUSY_SECONDS)
    scene = await build_scene(store)
    await store.close()
    other = await connect_postgres(url)
    name = await other.fetchval("SELECT current_database()")
    await other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await other.close()
    for method in WRITING.values():
        with pytest.raises(StoreError, match="cannot be written to"):
            await method(scene)
    for method in READING.values():
        await method(scene)
    await close_store(store)


async def test_every_method_meets_a_dropped_postgresql_database_with_a_sentence(
    new_postgres_url: Callable[[], str],
) -> None:
    url = new_postgres_url()
    store = await Store.open(url, patience=BUSY_SECONDS)
    scene = await build_scene(store)
    other = await connect_postgres(new_postgres_url())
    await other.execute(f"DROP DATABASE {url_name(url)} WITH (FORCE)")
    await other.close()
    for method in (*WRITING.values(), *READING.values()):
        with pytest.raises(StoreError, match="does not exist"):
            await method(scene)
    await close_store(store)


def url_name(url: str) -> str:
    """The name of the database at a PostgreSQL address."""
    return urlsplit(url).path.removeprefix("/")


# What cannot be opened


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    store = await Store.open(str(tmp_path / "a" / "b %20?#" / "verbatim.db"))
    await close_store(store)
    assert (tmp_path / "a" / "b %20?#" / "verbatim.db").is_file()


async def test_a_path_may_be_written_as_an_address(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'verbatim.db'}")
    await close_store(store)
    assert (tmp_path / "verbatim.db").is_file()


@pytest.mark.parametrize(
    "url", ["", ":memory:", "sqlite://", "sqlite:///:memory:", "mysql://host/name", "://", "no://t"]
)
async def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="VERBATIM_DATABASE"):
        await Store.open(url)


async def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        await Store.open(str(tmp_path))


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be created"):
        await Store.open(str(tmp_path / "file" / "verbatim.db"))


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Some notes. " * 200)
    with pytest.raises(StoreError, match="is not a database"):
        await Store.open(str(file))
    assert file.read_text() == "Some notes. " * 200


async def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "verbatim.db"
    await close_store(await Store.open(str(file)))
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="is damaged"):
        await Store.open(str(file))


async def test_a_locked_file_is_busy_when_opened(tmp_path: Path) -> None:
    file = tmp_path / "verbatim.db"
    await close_store(await Store.open(str(file)))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="is busy"):
        await Store.open(str(file), patience=BUSY_SECONDS)
    other.close()


async def test_a_file_that_another_process_is_changing_is_busy(tmp_path: Path) -> None:
    file = tmp_path / "verbatim.db"
    handle = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(StoreBusyError, match="is being changed by another process"):
        await Store.open(str(file), patience=BUSY_SECONDS)
    os.close(handle)
    await close_store(await Store.open(str(file), patience=BUSY_SECONDS))


@pytest.fixture
async def open_file() -> AsyncIterator[Path]:
    """A database that everyone may read and write, in a folder where everyone may."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "verbatim.db")
        await close_store(await Store.open(str(file)))
        allow(0o777, file.parent)
        allow(0o666, file, file.with_name("verbatim.db.lock"))
        yield file
        allow(0o777, file.parent)


def allow(mode: int, *paths: Path) -> None:
    for path in paths:
        path.chmod(mode)


async def test_a_read_only_file_is_refused(open_file: Path) -> None:
    allow(0o444, open_file)
    with unprivileged(), pytest.raises(StoreError, match="cannot be written to"):
        await Store.open(str(open_file))


async def test_a_file_in_a_read_only_folder_is_refused(open_file: Path) -> None:
    open_file.with_name("verbatim.db.lock").unlink()
    allow(0o555, open_file.parent)
    with unprivileged(), pytest.raises(StoreError, match="right to write to that folder"):
        await Store.open(str(open_file))


async def test_an_unreadable_file_is_refused(open_file: Path) -> None:
    allow(0o000, open_file)
    with unprivileged(), pytest.raises(StoreError, match="cannot be opened"):
        await Store.open(str(open_file))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda url: url.replace("/test_", "/absent_"), "does not exist"),
        (lambda url: url.replace("postgres:@", "stranger:secret@"), "refused the user"),
        (lambda url: url.split("?")[0] + "?host=/nowhere", "cannot be reached"),
    ],
)
async def test_a_postgresql_that_does_not_let_us_in_is_refused(
    change: Callable[[str], str], sentence: str, new_postgres_url: Callable[[], str]
) -> None:
    with pytest.raises(StoreError, match=sentence) as refusal:
        await Store.open(change(new_postgres_url()), patience=BUSY_SECONDS)
    assert "secret" not in str(refusal.value)
