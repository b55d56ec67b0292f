"""The notices to be posted when an article is added, edited or withdrawn."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.briefing.topics import Topics
from bot.library.library import Library
from bot.model import SHARED, Article, Brief, BriefPoint, Notice, Post, PostedQuote, Quote, Watch
from bot.store import QuoteInPost, Store

# A watch may post the same again after this time.
_REPEAT_AFTER = timedelta(days=30)
# What was published longer ago is not announced: a new feed also brings its old entries.
_MAX_AGE = timedelta(days=7)


async def make_watch_notices(
    store: Store, library: Library, collection: int, article: Article, now: datetime
) -> Sequence[Notice]:
    """Make a notice for each watch that `article`, about to be added, says something new for.

    A shared article says nothing to a server that hides these. Raises StoreError.
    """
    watches = await store.watches.list_active(collection)
    if collection == SHARED:
        watches = [watch for watch in watches if not library.hides_shared(watch.guild_id)]
    is_old = article.published is not None and article.published < (now - _MAX_AGE).date()
    if is_old or not watches:
        return ()
    quotes = await asyncio.to_thread(_match_watches, watches, library, article)
    matched = [watch for watch in watches if watch.id in quotes]
    already_posted = await store.outbox.find_watch_quotes(
        [watch.id for watch in matched], now - _REPEAT_AFTER
    )
    return await asyncio.to_thread(
        _watch_notices, matched, quotes, already_posted, library, collection, now
    )


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


def _match_watches(
    watches: Iterable[Watch], library: Library, article: Article
) -> Mapping[int, Quote]:
    """Return by the watch's id the best quote for each that `article` says something for. Servers
    with the same topics are matched together."""
    groups: defaultdict[Topics, list[Watch]] = defaultdict(list)
    for watch in watches:
        groups[library.view(watch.guild_id).topics].append(watch)
    quotes = {}
    for group in groups.values():
        view = library.view(group[0].guild_id)
        matched = view.match_watches(article, {watch.query for watch in group})
        quotes.update({watch.id: matched[watch.query] for watch in group if watch.query in matched})
    return quotes


def _watch_notices(
    watches: Iterable[Watch],
    quotes: Mapping[int, Quote],
    already_posted: Mapping[int, Sequence[PostedQuote]],
    library: Library,
    collection: int,
    now: datetime,
) -> Sequence[Notice]:
    """Make a notice for each watch that has not posted its quote before, and only the first for the
    same quote in the same channel."""
    view = library.view(collection)
    notices: dict[tuple[int | None, int | None, PostedQuote], Notice] = {}
    for watch in watches:
        quote = quotes[watch.id]
        if not view.is_repeat(quote, already_posted.get(watch.id, ())):
            topics = library.view(watch.guild_id).topics
            notice = _watch_notice(watch, quote, topics, now)
            target = (notice.channel_id, notice.user_id, PostedQuote.from_quote(quote))
            notices.setdefault(target, notice)
    return list(notices.values())


def _watch_notice(watch: Watch, quote: Quote, topics: Topics, now: datetime) -> Notice:
    topic = topics.resolve(watch.query)
    return Notice(
        key=f"watch:{watch.id}:{quote.article.id}",
        kind="watch",
        happened_at=now,
        guild_id=watch.guild_id,
        channel_id=watch.channel_id,
        user_id=None if watch.channel_id else watch.user_id,
        watch_id=watch.id,
        brief=Brief(
            topic=watch.query,
            title=topic.title,
            points=(BriefPoint(PostedQuote.from_quote(quote), quote.marks),),
            titles=topic.titles,
        ),
    )
