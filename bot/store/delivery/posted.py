"""The quotes that were posted in the channels of servers, and the messages that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Post, PostedQuote, Quote
from bot.store.engine.database import Database
from bot.store.schema import posted

# What a channel has had, so that a summary does not say it again. A reply is not among it: that
# somebody asked makes no summary thinner for everybody else; but who asks for what is new wants it
# to be news no more.
HAD = ("summary", "watch", "digest")


@dataclass(frozen=True, slots=True)
class QuoteInPost:
    """A quote as a message holds it, and the title its article had then."""

    post: Post
    quote: PostedQuote
    title: str


class PostedQuotes:
    """Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, post: Post, quotes: Sequence[Quote], now: datetime) -> None:
        """`post` is out and holds `quotes`."""
        async with self._database.writing() as connection:
            await note_quotes(connection, post, quotes, now)

    async def for_channel(self, channel_id: int) -> Sequence[PostedQuote]:
        """Every quote that summaries, watches and digests of what is new have posted in the
        channel, oldest first."""
        query = (
            select(posted)
            .where(posted.c.channel_id == channel_id, posted.c.kind.in_(HAD))
            .order_by(posted.c.id)
        )
        async with self._database.reading() as connection:
            return [_quote_from(row) for row in await connection.execute(query)]

    async def for_article(self, article_id: str) -> Sequence[QuoteInPost]:
        """Every quote from the article that stands in a known message, oldest first."""
        query = (
            select(posted)
            .where(
                posted.c.article_id == article_id,
                posted.c.message_id.is_not(None),
                posted.c.guild_id.is_not(None),
            )
            .order_by(posted.c.id)
        )
        async with self._database.reading() as connection:
            return [
                QuoteInPost(
                    Post(row.kind, row.guild_id, row.channel_id, row.message_id, row.thread_id),
                    _quote_from(row),
                    row.title,
                )
                for row in await connection.execute(query)
            ]


async def note_quotes(
    connection: AsyncConnection, post: Post, quotes: Iterable[Quote], now: datetime
) -> None:
    rows = [
        {
            "kind": post.kind,
            "guild_id": post.guild_id,
            "channel_id": post.channel_id,
            "message_id": post.message_id,
            "thread_id": post.thread_id,
            "article_id": quote.article.id,
            "paragraph": quote.paragraph,
            "start": quote.start,
            "end": quote.end,
            "text": quote.text,
            "title": quote.article.title,
            "posted_at": now,
        }
        for quote in quotes
    ]
    if rows:
        await connection.execute(insert(posted), rows)


def _quote_from(row: Row[Any]) -> PostedQuote:
    return PostedQuote(
        row.article_id, row.paragraph, row.start, row.end, row.text, posted_at=row.posted_at
    )
