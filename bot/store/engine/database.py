"""One database, SQLite or PostgreSQL: its address, its transactions, its errors as sentences."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Executable, Row, Table, UpdateBase, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StoreBusyError, StoreError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_T = TypeVar("_T", bound="DataclassInstance")

CONNECT_SECONDS = 10.0  # for PostgreSQL to answer
# For one statement: a machine that has vanished from the network never answers.
STATEMENT_SECONDS = 60.0
# Advisory locks other than that of migrations: "verw", "verc".
WRITERS_LOCK = 0x7665_7277
CLAIMS_LOCK = 0x7665_7263


BUSY = "is busy. Nothing was changed; try again in a moment."
LOST = "was lost meanwhile. Try again in a moment."
BROKEN_TEXT = "cannot keep a text that holds a NUL or half a character."

# What a primary result code of SQLite, or the start of an SQLSTATE, means to the operator.
FAULTS: dict[int | str, str] = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: "cannot be written to. Give Verbatim's user the right to write to it "
    "and to its folder.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that its folder is there and that Verbatim's "
    "user may write to it.",
    sqlite3.SQLITE_NOTADB: "is not a database. Name another file in VERBATIM_DATABASE.",
    sqlite3.SQLITE_CORRUPT: "is damaged. Put a backup in its place.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full.",
    "08": LOST,
    "22": BROKEN_TEXT,  # bad data; all other values have been checked
    "25006": "cannot be written to: it is read-only.",
    "28": "refused the user or the password in VERBATIM_DATABASE.",
    "3D": "does not exist; create it, or name another in VERBATIM_DATABASE.",
    "40": BUSY,  # serialization, deadlock
    "42501": "refused: its user lacks a right that Verbatim needs.",
    "53": BUSY,  # out of connections, memory, disk
    "55P03": BUSY,  # lock not available
    "57": BUSY,  # starting, stopping, cancelled
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: `path` is None for PostgreSQL; `name` holds no password."""

    url: URL
    path: Path | None
    name: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address in a file path, `sqlite:///path` or `postgresql://…`.

        Raises StoreError for anything else.
        """
        if "://" not in text:
            return cls._sqlite(text)
        try:
            url = make_url(text)
        except ArgumentError as error:
            raise StoreError("VERBATIM_DATABASE is not a database address.") from error
        match url.get_backend_name():
            case "sqlite":
                return cls._sqlite(url.database or "")
            case "postgresql" | "postgres":
                name = url.render_as_string(hide_password=True)
                return cls(url.set(drivername="postgresql+asyncpg"), None, name)
        raise StoreError(
            "VERBATIM_DATABASE must be a file path, sqlite:///path or postgresql://user@host/name."
        )

    @classmethod
    def _sqlite(cls, file: str) -> Address:
        if file in ("", ":memory:"):
            raise StoreError("VERBATIM_DATABASE must name a file, such as data/verbatim.db.")
        path = Path(file).expanduser()
        return cls(URL.create("sqlite+aiosqlite", database=str(path)), path, str(path))


class Database:
    """Transactions on an open database.

    Whatever the driver raises within one is raised as StoreError, or as StoreBusyError if the same
    call may succeed later, and the transaction is rolled back. A broken constraint is a bug and is
    raised as it is.
    """

    def __init__(self, address: Address, patience: float) -> None:
        """Create the engine without connecting; `patience` is the seconds to wait for a lock."""
        self.address = address
        self.patience = patience
        self.engine = _create_engine(address, patience)
        # Views of one pool: a writer takes SQLite's write lock at once, because a transaction that
        # has read cannot wait for it. A statement of PostgreSQL is a transaction by itself, and in
        # one of several each sees what is committed when it begins: to begin and to commit one that
        # only reads would double its requests.
        self._snapshots = self._reads = self.engine.execution_options(sqlite_begin="BEGIN")
        self._writes = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._single_writes = self._writes
        if address.path is None:
            self._reads = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._single_writes = self._reads
            self._snapshots = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._file: tuple[int, int] | None = None
        # SQLite has one writer; another sleeps and tries again, up to 100 ms after it could go on.
        self._writer = asyncio.Lock() if address.path is not None else None

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return a transaction that only reads. On PostgreSQL each of its statements sees what is
        committed when it begins."""
        return self._transaction(self._reads)

    def reading_one_moment(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return a transaction that reads everything as it is when it begins."""
        return self._transaction(self._snapshots)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that writes. On SQLite those of this process take turns."""
        async with self._turn_to_write(), self._transaction(self._writes) as connection:
            yield connection

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction for one statement that writes."""
        async with self._turn_to_write(), self._transaction(self._single_writes) as connection:
            yield connection

    @asynccontextmanager
    async def writing_alone(self, lock: int = WRITERS_LOCK) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that no other with the same `lock` overlaps, so that they commit one
        after the other; on SQLite that holds for all writers."""
        async with self.writing() as connection:
            if self.address.path is None:
                await connection.execute(select(func.pg_advisory_xact_lock(lock)))
            yield connection

    async def fetch_all(self, query: Executable) -> Sequence[Row[Any]]:
        """Return the rows of a query, read in a transaction of its own."""
        async with self.reading() as connection:
            return (await connection.execute(query)).all()

    async def fetch_one(self, query: Executable) -> Row[Any] | None:
        """Return the row of a query that has at most one, read in a transaction of its own."""
        async with self.reading() as connection:
            return (await connection.execute(query)).one_or_none()

    async def execute(self, statement: UpdateBase) -> int:
        """Execute a statement in a transaction of its own; returns how many rows it changed."""
        async with self.writing_once() as connection:
            return (await connection.execute(statement)).rowcount

    async def execute_returning(self, statement: Executable) -> Row[Any] | None:
        """Execute a statement in a transaction of its own; returns the row that it changed."""
        async with self.writing_once() as connection:
            return (await connection.execute(statement)).one_or_none()

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        if self._writer is None:
            yield
            return
        try:
            async with asyncio.timeout(self.patience):
                await self._writer.acquire()
        except TimeoutError:
            raise StoreBusyError(f"The database {self.address.name} {BUSY}") from None
        try:
            yield
        finally:
            self._writer.release()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with self._translate_errors():
            self._check_file()
            async with engine.begin() as connection:
                yield connection

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Raise the errors of drivers as ours, here and nowhere else."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise self._error_from(error) from error
        except UnicodeEncodeError as error:  # SQLite's driver does not wrap it
            raise StoreError(f"The database {self.address.name} {BROKEN_TEXT}") from error
        except (OSError, TimeoutError, PoolTimeoutError) as error:
            raise StoreBusyError(
                f"The database {self.address.name} cannot be reached. Try again in a moment."
            ) from error

    def remember_file(self) -> None:
        """Remember which file this is; from now on it is an error if it is moved or deleted."""
        self._file = self._identity()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    def _check_file(self) -> None:
        # An open SQLite file that is deleted can still be written to, and all of it is lost.
        if self._file is not None and self._identity() != self._file:
            raise StoreError(
                f"The database {self.address.name} was moved or deleted. "
                "Put it back, or restart Verbatim to begin a new one."
            )

    def _identity(self) -> tuple[int, int] | None:
        if self.address.path is None:
            return None
        try:
            status = self.address.path.stat()
        except OSError:
            return (0, 0)
        return (status.st_dev, status.st_ino)

    def _error_from(self, error: DBAPIError) -> StoreError:
        cause = error.orig or error
        code = getattr(cause, "sqlite_errorcode", None)
        state = getattr(cause, "sqlstate", None) or ""
        keys = [code & 0xFF] if code is not None else [state, state[:2]]
        meaning = next((FAULTS[key] for key in keys if key in FAULTS), None)
        if error.connection_invalidated:
            meaning = LOST
        elif meaning is None:
            meaning = f"failed: {str(cause).splitlines()[0] if str(cause) else 'no reason given'}."
        kind = StoreBusyError if meaning in (BUSY, LOST) else StoreError
        return kind(f"The database {self.address.name} {meaning}")


class Repository:
    """The part of a database that is about one subject. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database


def from_row(record: type[_T], row: Row[Any], /, **values: Any) -> _T:
    """Return a dataclass made of `values` and, for its other fields, the columns of their names."""
    names = record.__dataclass_fields__.keys() - values.keys()
    return record(**{name: getattr(row, name) for name in names}, **values)


def upsert(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any], **changes: Any
) -> UpdateBase:
    """Return the statement that inserts `row`, or applies `changes` where the table has one of its
    primary key; without `changes` that one stays as it is, and no row is changed.

    Two processes may do so at once: to look first and then insert would fail in one of them.
    """
    statement = insert_for(connection, table).values(row)
    keys = list(table.primary_key)
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def insert_for(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an `INSERT` that can say what is to happen to a row that there is already."""
    is_postgres = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


def _create_engine(address: Address, patience: float) -> AsyncEngine:
    milliseconds = str(int(patience * 1000))
    if address.path is None:
        try:
            return create_async_engine(
                address.url,
                pool_pre_ping=True,
                connect_args={
                    "timeout": CONNECT_SECONDS,
                    "command_timeout": STATEMENT_SECONDS,
                    "server_settings": {"lock_timeout": milliseconds},
                },
            )
        except ModuleNotFoundError as error:
            raise StoreError(
                'PostgreSQL needs one more package: pip install "verbatim[postgres]".'
            ) from error
    engine = create_async_engine(address.url, connect_args={"timeout": patience})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is sent below
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN"))

    return engine
