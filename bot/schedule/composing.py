"""Compose digests for what is due, each one once for all channels that need the same."""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import replace

from bot.model import Digest, PostedQuote
from bot.schedule.poster import ArticleSource


class Composer:
    """Composes one digest at a time: two threads at once would only take turns, and hold up whoever
    asks a question meanwhile."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._digests: dict[Hashable, Digest] = {}

    def forget(self) -> None:
        """Forget what was composed; done at times, so that it does not grow."""
        self._digests.clear()

    async def compose(
        self,
        source: ArticleSource,
        topic: str,
        already_posted: Sequence[PostedQuote],
        max_points: int | None,
    ) -> Digest:
        """Return the digest of what `topic` holds beyond `already_posted`, composed now or for
        another channel that was posted the same. Raises as `ArticleSource.digest` does."""
        history = tuple(replace(quote, posted_at=None) for quote in already_posted)
        async with self._turn:
            key = (source, source.version, topic, history, max_points)
            digest = self._digests.get(key)
            if digest is None:
                digest = await asyncio.to_thread(
                    source.digest,
                    topic,
                    already_posted=already_posted,
                    max_points=max_points,
                )
                if not _tells_of_history(digest):
                    self._digests[key] = digest
            return digest


def _tells_of_history(digest: Digest) -> bool:
    """Whether it says when the channel was posted something."""
    return any(comparison.posted_at for point in digest.points for comparison in point.differs)
