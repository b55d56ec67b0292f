"""The change queue: which article of which collection changed, in the order of the commits.

Every process keeps its index in step with it: it remembers the number of the last row that it read
and asks for those after it. A number is given when a row is written, but the row is visible only
when its transaction commits. If row 8 could be committed before row 7, a reader would read 8, ask
for what comes after, and miss 7. So rows are written in `writing_alone`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine.listening import notify
from bot.store.schema import changes

# In place of an article's id: a server chose other topics, or whether it sees the shared articles.
CHOICES = ""
MAX_CHANGES = 10_000  # a reader further behind loads all articles again, in about a second


async def record_changes(connection: AsyncConnection, keys: Sequence[tuple[int, str]]) -> None:
    """Write a row for each key, a collection and the id of an article in it, delete all but the
    last MAX_CHANGES rows, and notify the listeners."""
    if not keys:
        return
    rows = [{"collection": collection, "article_id": id_} for collection, id_ in keys]
    last = select(func.max(changes.c.seq)).correlate(None).scalar_subquery()
    await connection.execute(insert(changes), rows)
    await connection.execute(delete(changes).where(changes.c.seq <= last - MAX_CHANGES))
    await notify(connection)


async def last_change(connection: AsyncConnection) -> int:
    """Return the number of the last change; 0 for none."""
    return await connection.scalar(select(func.max(changes.c.seq))) or 0


async def read_changes(
    connection: AsyncConnection, after: int, limit: int
) -> Sequence[Row[Any]] | None:
    """Return at most `limit` rows after that number, oldest first; None if some were deleted."""
    query = select(changes).where(changes.c.seq > after).order_by(changes.c.seq).limit(limit)
    rows = (await connection.execute(query)).all()
    if rows and rows[0].seq > after + 1:
        # Deleted, unless the rows before were never there: a failed transaction loses its numbers.
        oldest = await connection.scalar(select(func.min(changes.c.seq)))
        if oldest == rows[0].seq:
            return None
    return rows
