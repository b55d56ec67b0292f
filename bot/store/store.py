"""The store: an open database and everything in it, by subject."""

from __future__ import annotations

from sqlalchemy import select

from bot.store.delivery.future import FutureTimes
from bot.store.delivery.outbox import Outbox
from bot.store.delivery.overview import Overview
from bot.store.delivery.posted_quotes import PostedQuotes
from bot.store.delivery.schedules import Schedules
from bot.store.delivery.watches import Watches
from bot.store.engine.database import Address, Database, upsert
from bot.store.engine.listening import Listener
from bot.store.engine.migrate import migrate
from bot.store.library.articles import Articles
from bot.store.library.checks import SourceChecks
from bot.store.library.feeds import Feeds
from bot.store.schema import meta
from bot.store.servers.feedback import Feedback
from bot.store.servers.gaps import Gaps
from bot.store.servers.guilds import Guilds
from bot.store.servers.preferences import GuildPreferences
from bot.store.servers.topics import GuildTopics


class Store:
    """An open database.

    Every method, also of the attributes, raises StoreError when the database fails, and
    StoreBusyError if the same call may succeed later; nothing is then changed. Every `datetime` is
    aware and in UTC.
    """

    def __init__(self, database: Database) -> None:
        """Wrap a migrated database; use `open` instead."""
        self._database = database
        self._listener = Listener(database)
        self.schedules = Schedules(database)
        self.outbox = Outbox(database)
        self.posted_quotes = PostedQuotes(database)
        self.watches = Watches(database)
        self.articles = Articles(database)
        self.checks = SourceChecks(database)
        self.feeds = Feeds(database)
        self.feedback = Feedback(database)
        self.gaps = Gaps(database)
        self.guilds = Guilds(database)
        self.preferences = GuildPreferences(database)
        self.topics = GuildTopics(database)
        self.future = FutureTimes(database)
        self.overview = Overview(database)

    @classmethod
    async def open(cls, url: str, *, patience: float = 10.0) -> Store:
        """Open the database at `url`; create and migrate it if needed.

        `url` is a file path, `sqlite:///path` or `postgresql://…`; `patience` is how many seconds
        to wait for another process's lock. Several processes may open one database at once. Raises
        StoreError.
        """
        database = Database(Address.parse(url), patience)
        try:
            await migrate(database)
        except BaseException:
            await database.close()
            raise
        return cls(database)

    async def close(self) -> None:
        """Close all connections."""
        await self._listener.close()
        await self._database.close()

    async def wait_for_change(self, seconds: float) -> None:
        """Wait until another process may have changed articles, at most so many seconds. Raises
        nothing: while the database fails, it waits for the full time."""
        await self._listener.wait(seconds)

    async def get_meta(self, key: str) -> str | None:
        """Return a value stored by `set_meta`, such as the hash of the commands last synced."""
        row = await self._database.fetch_one(select(meta).where(meta.c.key == key))
        return row and str(row.value)

    async def set_meta(self, key: str, value: str) -> None:
        """Store a value for `get_meta`, in place of the old one."""
        async with self._database.writing() as connection:
            row = {"key": key, "value": value}
            await connection.execute(upsert(connection, meta, row, value=value))
