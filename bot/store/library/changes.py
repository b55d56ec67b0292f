"""The change queue: which article of which collection changed, in the order of the commits.

Every process follows it with its own index: it remembers the number of the last line that it read
and asks for those after it. A number is given when a line is written, but the line is seen only
when its transaction commits. If line 8 could be committed before line 7, a follower would read 8,
ask for what comes after, and never hear of 7. So lines are written in `writing_alone`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine.listening import tell
from bot.store.schema import changes

LINES_KEPT = 10_000  # who is further behind loads all articles anew, which takes about a second


async def note_changes(connection: AsyncConnection, lines: Sequence[tuple[int, str]]) -> None:
    """Write a line for each collection and article id, drop the oldest lines for them, and tell
    those who listen."""
    if not lines:
        return
    rows = [{"collection": collection, "article_id": id_} for collection, id_ in lines]
    last = select(func.max(changes.c.seq)).correlate(None).scalar_subquery()
    await connection.execute(insert(changes), rows)
    await connection.execute(delete(changes).where(changes.c.seq <= last - LINES_KEPT))
    await tell(connection)


async def last_change(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(changes.c.seq))) or 0


async def lines_after(
    connection: AsyncConnection, after: int, limit: int
) -> Sequence[Row[Any]] | None:
    """At most `limit` lines, oldest first; None if some after `after` have been dropped."""
    query = select(changes).where(changes.c.seq > after).order_by(changes.c.seq).limit(limit)
    lines = (await connection.execute(query)).all()
    if lines and lines[0].seq > after + 1:
        # Dropped, unless the lines before were never there: a number is lost with its transaction.
        oldest = await connection.scalar(select(func.min(changes.c.seq)))
        if oldest == lines[0].seq:
            return None
    return lines
