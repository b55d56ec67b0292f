"""Questions that each server's articles did not answer, and how often they were asked."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_

from bot.store.engine.database import Repository, from_row, upsert
from bot.store.schema import gaps

MAX_GAPS = 500  # of a server, those asked last

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without an answer: `words` as last asked of `command`, which then found nothing,
    or only related passages; `times` is how often it was asked in all."""

    words: str
    command: str
    only_related: bool
    times: int
    first_at: datetime
    last_at: datetime


class Gaps(Repository):
    """The unanswered questions of all servers, without who asked them."""

    async def record(
        self, guild_id: int, words: str, *, command: str, only_related: bool, now: datetime
    ) -> None:
        """Record that the words were not answered; case and punctuation do not tell gaps apart."""
        key = _key(words)
        latest = {"words": words, "command": command, "only_related": only_related, "last_at": now}
        first = {"guild_id": guild_id, "key": key, "times": 1, "first_at": now}
        async with self._database.writing() as connection:
            repeated = latest | {"times": gaps.c.times + 1}
            await connection.execute(upsert(connection, gaps, first | latest, **repeated))

    async def list(self, guild_id: int) -> Sequence[Gap]:
        """Return the server's gaps, the most often asked first, and among equals the last asked."""
        query = (
            select(gaps)
            .where(gaps.c.guild_id == guild_id)
            .order_by(gaps.c.times.desc(), gaps.c.last_at.desc(), gaps.c.key)
        )
        return [from_row(Gap, row) for row in await self._database.fetch_all(query)]

    async def clear(self, guild_id: int) -> int:
        """Delete the server's gaps and return how many there were."""
        return await self._database.execute(delete(gaps).where(gaps.c.guild_id == guild_id))

    async def prune(self, before: datetime) -> None:
        """Delete the gaps last asked before then, and of each server all but the last MAX_GAPS."""
        latest_first = func.row_number().over(
            partition_by=gaps.c.guild_id, order_by=(gaps.c.last_at.desc(), gaps.c.key)
        )
        ranked = select(gaps.c.guild_id, gaps.c.key, latest_first.label("rank")).subquery()
        surplus = select(ranked.c.guild_id, ranked.c.key).where(ranked.c.rank > MAX_GAPS)
        async with self._database.writing() as connection:
            await connection.execute(delete(gaps).where(gaps.c.last_at < before))
            is_surplus = tuple_(gaps.c.guild_id, gaps.c.key).in_(surplus)
            await connection.execute(delete(gaps).where(is_surplus))


def _key(words: str) -> str:
    normalized = " ".join(_WORD.findall(words.casefold()))
    return hashlib.sha256(normalized.encode(errors="replace")).hexdigest()
