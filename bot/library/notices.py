"""What people are told when an article comes, changes or goes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.library.view import View
from bot.model import Article, Brief, BriefPoint, Notice, Post, PostedQuote, Quote, Watch
from bot.store import QuoteInPost, Store

# What a watch has posted for so long is not said again.
_REMEMBERED = timedelta(days=30)
# What was published longer ago is no news, though it comes only now: a feed brings its old entries.
_NEWS = timedelta(days=7)


async def notices_of_new(
    store: Store, view: View, collection: int, article: Article, now: datetime
) -> Sequence[Notice]:
    """One for each watch that `article`, about to be added to `collection`, has something new for.

    `view` is what the collection sees. Raises StoreError.
    """
    watches = await store.watches.list_active(collection)
    is_old = article.published is not None and article.published < (now - _NEWS).date()
    if is_old or not watches:
        return ()
    watched = {watch.words for watch in watches}
    quotes = await asyncio.to_thread(view.spoken_of, article, watched)
    found = [watch for watch in watches if watch.words in quotes]
    had = await store.outbox.find_watch_quotes([watch.id for watch in found], now - _REMEMBERED)
    return await asyncio.to_thread(_new, found, quotes, had, view, now)


async def notices_of_change(
    store: Store, article_id: str, new: Article | None, now: datetime
) -> Sequence[Notice]:
    """A flag for each message with a quote that the article's source has taken back.

    `new` is the article as it is now, None where its source has taken it down. A quote that stands
    in any paragraph of it, character for character, still stands. Raises StoreError.
    """
    fallen: defaultdict[Post, list[QuoteInPost]] = defaultdict(list)
    for quoted in await store.posted_quotes.for_article(article_id):
        if not new or not any(quoted.quote.text in each.text for each in new.paragraphs):
            fallen[quoted.post].append(quoted)
    return [
        Notice(
            key=f"flag:{post.message_id}:{article_id}",
            kind="edited" if new else "withdrawn",
            happened_at=now,
            guild_id=post.guild_id,
            channel_id=post.thread_id or post.channel_id,
            reply_to=post.message_id,
            brief=Brief(
                topic="",
                title=quotes[0].title,
                points=tuple(BriefPoint(quoted.quote) for quoted in quotes),
            ),
        )
        for post, quotes in fallen.items()
    ]


def _new(
    watches: Iterable[Watch],
    quotes: Mapping[str, Quote],
    had: Mapping[int, Sequence[PostedQuote]],
    view: View,
    now: datetime,
) -> Sequence[Notice]:
    """A notice for each watch that has not said its quote before; where several lead to one place,
    the first one's alone has it."""
    notices: dict[tuple[int | None, int | None, PostedQuote], Notice] = {}
    for watch in watches:
        quote = quotes[watch.words]
        if not view.says_again(quote, had.get(watch.id, ())):
            notice = _of_watch(watch, quote, view, now)
            place = (notice.channel_id, notice.user_id, PostedQuote.from_quote(quote))
            notices.setdefault(place, notice)
    return list(notices.values())


def _of_watch(watch: Watch, quote: Quote, view: View, now: datetime) -> Notice:
    return Notice(
        key=f"watch:{watch.id}:{quote.article.id}",
        kind="watch",
        happened_at=now,
        guild_id=watch.guild_id,
        channel_id=watch.channel_id,
        user_id=None if watch.channel_id else watch.user_id,
        watch_id=watch.id,
        brief=Brief(
            topic=watch.words,
            title=view.topics.resolve(watch.words).title,
            points=(BriefPoint(PostedQuote.from_quote(quote), quote.marks),),
        ),
    )
