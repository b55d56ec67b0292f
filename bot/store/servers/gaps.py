"""What was asked of each server's articles and not answered, and how often."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, tuple_, update

from bot.store.engine.database import Database
from bot.store.schema import gaps

MOST = 500  # of a server, those asked last

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Gap:
    """`words` as they were asked last, of `command`, which then found nothing, or only passages
    that come near; `times` is how often in all."""

    words: str
    command: str
    only_related: bool
    times: int
    first_at: datetime
    last_at: datetime


class Gaps:
    """Every method raises StoreError. Who asked is not kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self,
        guild_id: int,
        words: str,
        *,
        command: str,
        only_related: bool,
        now: datetime,
    ) -> None:
        """The same words, in whatever capitals and punctuation, are one gap."""
        this = (gaps.c.guild_id == guild_id, gaps.c.key == _key(words))
        last = {
            "words": words,
            "command": command,
            "only_related": only_related,
            "last_at": now,
        }
        async with self._database.writing_alone() as connection:
            again = update(gaps).where(*this).values(last | {"times": gaps.c.times + 1})
            if not (await connection.execute(again)).rowcount:
                first = {"guild_id": guild_id, "key": _key(words), "times": 1, "first_at": now}
                await connection.execute(insert(gaps).values(first | last))

    async def list(self, guild_id: int) -> Sequence[Gap]:
        """First what was asked most often, and of that what was asked last."""
        query = (
            select(gaps)
            .where(gaps.c.guild_id == guild_id)
            .order_by(gaps.c.times.desc(), gaps.c.last_at.desc(), gaps.c.key)
        )
        async with self._database.reading() as connection:
            return [_gap_from(row) for row in await connection.execute(query)]

    async def clear(self, guild_id: int) -> int:
        """Forget the server's gaps; returns how many there were."""
        async with self._database.writing() as connection:
            statement = delete(gaps).where(gaps.c.guild_id == guild_id)
            return (await connection.execute(statement)).rowcount

    async def prune(self, before: datetime) -> None:
        """Forget what was last asked before that moment, and of each server all but MOST."""
        latest_first = func.row_number().over(
            partition_by=gaps.c.guild_id, order_by=(gaps.c.last_at.desc(), gaps.c.key)
        )
        ranked = select(gaps.c.guild_id, gaps.c.key, latest_first.label("rank")).subquery()
        beyond = select(ranked.c.guild_id, ranked.c.key).where(ranked.c.rank > MOST)
        async with self._database.writing() as connection:
            await connection.execute(delete(gaps).where(gaps.c.last_at < before))
            await connection.execute(
                delete(gaps).where(tuple_(gaps.c.guild_id, gaps.c.key).in_(beyond))
            )


def _key(words: str) -> str:
    same = " ".join(_WORD.findall(words.casefold()))
    return hashlib.sha256(same.encode(errors="replace")).hexdigest()


def _gap_from(row: Row[tuple[object, ...]]) -> Gap:
    return Gap(row.words, row.command, row.only_related, row.times, row.first_at, row.last_at)
