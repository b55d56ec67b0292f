"""Whether the replies in each server were useful, as their readers rated them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select

from bot.store.engine.database import Repository, from_row, upsert
from bot.store.schema import feedback


@dataclass(frozen=True, slots=True)
class Rating:
    """How many people rated the replies to these words useful, and how many did not."""

    words: str
    useful: int
    not_useful: int
    last_at: datetime


class Feedback(Repository):
    """The ratings of replies, one a message and person."""

    async def record(
        self,
        guild_id: int,
        message_id: int,
        user_id: int,
        *,
        words: str,
        useful: bool,
        now: datetime,
    ) -> None:
        """Record how the person rates the message, in place of an earlier rating of theirs. `words`
        are those that the message replies to."""
        key = {"message_id": message_id, "user_id": user_id}
        rating = {"guild_id": guild_id, "words": words, "useful": useful, "given_at": now}
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, feedback, key | rating, **rating))

    async def list(self, guild_id: int) -> Sequence[Rating]:
        """Return the server's ratings, the most often not useful first, then the last rated."""
        useful = func.sum(case((feedback.c.useful, 1), else_=0)).label("useful")
        not_useful = func.sum(case((feedback.c.useful, 0), else_=1)).label("not_useful")
        last_at = func.max(feedback.c.given_at, type_=feedback.c.given_at.type).label("last_at")
        query = (
            select(feedback.c.words, useful, not_useful, last_at)
            .where(feedback.c.guild_id == guild_id)
            .group_by(feedback.c.words)
            .order_by(not_useful.desc(), last_at.desc(), feedback.c.words)
        )
        return [from_row(Rating, row) for row in await self._database.fetch_all(query)]

    async def clear(self, guild_id: int) -> int:
        """Delete the server's ratings and return how many there were."""
        return await self._database.execute(delete(feedback).where(feedback.c.guild_id == guild_id))

    async def prune(self, before: datetime) -> None:
        """Delete the ratings given before then."""
        await self._database.execute(delete(feedback).where(feedback.c.given_at < before))
