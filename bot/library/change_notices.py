"""The notices to be posted when an article is added, edited or withdrawn."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.library.view import View
from bot.model import Article, Brief, BriefPoint, Notice, Post, PostedQuote, Quote, Watch
from bot.store import QuoteInPost, Store

# A watch may post the same again after this time.
_REPEAT_AFTER = timedelta(days=30)
# What was published longer ago is not announced: a new feed also brings its old entries.
_MAX_AGE = timedelta(days=7)


async def make_watch_notices(
    store: Store, view: View, collection: int, article: Article, now: datetime
) -> Sequence[Notice]:
    """Make a notice for each watch that `article`, about to be added, says something new for.

    `view` is the one of `collection`. Raises StoreError.
    """
    watches = await store.watches.list_active(collection)
    is_old = article.published is not None and article.published < (now - _MAX_AGE).date()
    if is_old or not watches:
        return ()
    topics = {watch.words for watch in watches}
    quotes = await asyncio.to_thread(view.match_watches, article, topics)
    matched = [watch for watch in watches if watch.words in quotes]
    already_posted = await store.outbox.find_watch_quotes(
        [watch.id for watch in matched], now - _REPEAT_AFTER
    )
    return await asyncio.to_thread(_watch_notices, matched, quotes, already_posted, view, now)


async def make_change_notices(
    store: Store, article_id: str, new: Article | None, now: datetime
) -> Sequence[Notice]:
    """Make a notice for each post with a quote that the article no longer contains.

    `new` is the edited article, None if its source has taken it down. A quote is still valid if any
    of its paragraphs contains it, character for character. Raises StoreError.
    """
    invalid: defaultdict[Post, list[QuoteInPost]] = defaultdict(list)
    for quoted in await store.posted_quotes.for_article(article_id):
        if not new or not any(quoted.quote.text in paragraph.text for paragraph in new.paragraphs):
            invalid[quoted.post].append(quoted)
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
        for post, quotes in invalid.items()
    ]


def _watch_notices(
    watches: Iterable[Watch],
    quotes: Mapping[str, Quote],
    already_posted: Mapping[int, Sequence[PostedQuote]],
    view: View,
    now: datetime,
) -> Sequence[Notice]:
    """Make a notice for each watch that has not posted its quote before, and only the first for the
    same quote in the same channel."""
    notices: dict[tuple[int | None, int | None, PostedQuote], Notice] = {}
    for watch in watches:
        quote = quotes[watch.words]
        if not view.is_repeat(quote, already_posted.get(watch.id, ())):
            notice = _watch_notice(watch, quote, view, now)
            target = (notice.channel_id, notice.user_id, PostedQuote.from_quote(quote))
            notices.setdefault(target, notice)
    return list(notices.values())


def _watch_notice(watch: Watch, quote: Quote, view: View, now: datetime) -> Notice:
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
