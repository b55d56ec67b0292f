"""The quotes that were posted in the channels of servers, and the messages that hold them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Post, PostedQuote, Quote
from bot.store.engine.database import Repository, from_row
from bot.store.schema import posted

# The posts whose quotes are not news to their channel any more. A reply is not among them: that
# somebody asked takes nothing from the next summary. A digest of what is new is: whoever asked for
# it wants its quotes to be news no more.
NEWS_KINDS = ("summary", "watch", "digest")
# Of a channel's quotes so many are read, the newest: with six a day those of two years.
MAX_QUOTES = 5_000


@dataclass(frozen=True, slots=True)
class QuoteInPost:
    """A posted quote, the message that holds it, and the title its article had then."""

    post: Post
    quote: PostedQuote
    title: str


class PostedQuotes(Repository):
    """The quotes in messages of channels; they outlive their articles."""

    async def record(self, post: Post, quotes: Sequence[Quote], now: datetime) -> None:
        """Record that `post` was sent and holds `quotes`."""
        async with self._database.writing() as connection:
            await record_quotes(connection, post, quotes, now)

    async def for_channel(self, channel_id: int) -> Sequence[PostedQuote]:
        """Return the newest MAX_QUOTES in the channel's posts of NEWS_KINDS, oldest first."""
        query = (
            select(posted)
            .where(posted.c.channel_id == channel_id, posted.c.kind.in_(NEWS_KINDS))
            .order_by(posted.c.id.desc())
            .limit(MAX_QUOTES)
        )
        rows = await self._database.fetch_all(query)
        return [from_row(PostedQuote, row) for row in reversed(rows)]

    async def for_article(self, article_id: str) -> Sequence[QuoteInPost]:
        """Return every quote from the article that is in a known message, oldest first."""
        query = (
            select(posted)
            .where(
                posted.c.article_id == article_id,
                posted.c.message_id.is_not(None),
                posted.c.guild_id.is_not(None),
            )
            .order_by(posted.c.id)
        )
        return [
            QuoteInPost(from_row(Post, row), from_row(PostedQuote, row), row.title)
            for row in await self._database.fetch_all(query)
        ]


async def record_quotes(
    connection: AsyncConnection, post: Post, quotes: Iterable[Quote], now: datetime
) -> None:
    """Record that `post` holds `quotes`, in a transaction of the caller."""
    rows = [
        asdict(post)
        | asdict(PostedQuote.from_quote(quote))
        | {"title": quote.article.title, "posted_at": now}
        for quote in quotes
    ]
    if rows:
        await connection.execute(insert(posted), rows)
