"""Rechecks of the addresses of articles, to see whether they were edited or taken down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.store.engine.database import Repository
from bot.store.schema import sources


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """An address to fetch again, where the collection's article was found at `seen`. `etag` and
    `last_modified` are what its host asked to be sent back."""

    id: int
    collection: int
    article_id: str
    address: str
    seen: datetime
    etag: str | None
    last_modified: str | None


class SourceChecks(Repository):
    """The addresses of all articles, with when each is due."""

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> Sequence[SourceCheck]:
        """Claim at most `limit` addresses that are due, those that have waited longest first; no
        other process gets them until the lease ends."""
        columns = [sources.c[name] for name in SourceCheck.__dataclass_fields__]
        due = (
            select(*columns)
            .where(sources.c.next_check_at <= now)
            .order_by(sources.c.next_check_at, sources.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # left out on SQLite, which is locked whole
        )
        async with self._database.writing() as connection:
            checks = [SourceCheck(*row) for row in await connection.execute(due)]
            claimed = update(sources).where(sources.c.id.in_([check.id for check in checks]))
            await connection.execute(claimed.values(next_check_at=now + lease))
            return checks

    async def make_due(self, collection: int, now: datetime) -> None:
        """Make every address of the collection that is due later due now."""
        is_later = (sources.c.collection == collection, sources.c.next_check_at > now)
        await self._database.execute(update(sources).where(*is_later).values(next_check_at=now))

    async def finish(
        self,
        check: SourceCheck,
        *,
        etag: str | None,
        last_modified: str | None,
        next_at: datetime | None,
    ) -> None:
        """Store what to send next time, and when it is due: never if `next_at` is None."""
        values = {"etag": etag, "last_modified": last_modified, "next_check_at": next_at}
        await self._database.execute(update(sources).where(sources.c.id == check.id).values(values))
