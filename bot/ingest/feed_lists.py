"""Follow several feeds at once: those of a list from another feed reader, or several addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from bot.errors import FetchError, FollowedError, LibraryError
from bot.ingest.feed_entries import Progress
from bot.ingest.polling import FeedPoller
from bot.model import Feed, FeedListResult, IngestedArticle, Limits
from bot.reading.web.address import canonicalise, normalise
from bot.store import Store

# Feeds that are read at once for one list; the fetcher has room for 24 downloads of all servers.
_TOGETHER = 6
# Of each feed so many pages are fetched at first, a second apart; the next poll, which is due at
# once, fetches the others. With them 25 feeds of 25 sites take a minute or two.
_MAX_PAGES = 5
# Discord lets a reply be edited for 15 minutes.
_MAX_SECONDS = 8 * 60.0


@dataclass
class _Tally:
    """What came of the feeds that have been tried."""

    feeds: dict[str, Feed] = field(default_factory=dict)  # by their address in the list
    articles: list[IngestedArticle] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    already_followed: int = 0
    pending_entries: int = 0
    tried: int = 0


class FeedListFollower:
    """Follows several feeds for a collection, as many as it has room for."""

    def __init__(
        self,
        feed_poller: FeedPoller,
        store: Store,
        limits: Limits,
        max_seconds: float = _MAX_SECONDS,
    ) -> None:
        self._feed_poller = feed_poller
        self._store = store
        self._limits = limits
        self._max_seconds = max_seconds

    async def follow(
        self,
        collection: int,
        addresses: Sequence[str],
        *,
        by: int | None = None,
        progress: Progress | None = None,
    ) -> FeedListResult:
        """Follow the feeds at the addresses, or those that the pages there name, in that order.

        What fails is a sentence in the result, and the next address is tried in its place. Raises
        StoreError; what was followed before it stays.
        """
        addresses = list(dict.fromkeys(addresses))
        feeds = await self._store.feeds.list(collection)
        followed_keys = {feed.key for feed in feeds}
        # Of 5,000 addresses the keys take 60 ms.
        new = await asyncio.to_thread(_leave_out, addresses, followed_keys)
        limit = self._limits.feeds_of(collection)
        room = len(new) if limit is None else max(0, limit - len(feeds))
        tally = _Tally(already_followed=len(addresses) - len(new))
        waiting = list(new)
        is_late = False
        if progress:
            progress(0, min(room, len(new)))
        try:
            async with asyncio.timeout(self._max_seconds):
                while waiting and len(tally.feeds) < room:
                    together = waiting[: min(_TOGETHER, room - len(tally.feeds))]
                    del waiting[: len(together)]
                    await asyncio.gather(
                        *(self._follow(collection, address, by, tally) for address in together)
                    )
                    if progress:
                        progress(len(tally.feeds), min(room, len(new)))
        except TimeoutError:
            is_late = True
        untried = len(new) - tally.tried
        return FeedListResult(
            listed=len(addresses),
            feeds=tuple(tally.feeds[address] for address in new if address in tally.feeds),
            articles=tuple(tally.articles),
            already_followed=tally.already_followed,
            failures=tuple(tally.failures),
            pending_entries=tally.pending_entries,
            untried=untried if is_late else 0,
            left_out=0 if is_late else untried,
        )

    async def _follow(self, collection: int, address: str, by: int | None, tally: _Tally) -> None:
        """Follow the feed at an address and note in `tally` what came of it."""
        try:
            result = await self._feed_poller.follow(
                collection, address, by=by, max_pages=_MAX_PAGES
            )
        except FollowedError:
            tally.already_followed += 1
        except LibraryError as error:
            tally.failures.append(f"{address}: {error.sentence}")
        else:
            assert result.feed is not None
            tally.feeds[address] = result.feed
            tally.articles += result.articles
            tally.pending_entries += result.pending_entries
        tally.tried += 1


def _leave_out(addresses: Sequence[str], followed_keys: Set[str]) -> list[str]:
    """Return the addresses of which none has one of these keys."""
    return [address for address in addresses if _key(address) not in followed_keys]


def _key(address: str) -> str | None:
    """Return the key of the feed at an address; None where the address is none."""
    try:
        return canonicalise(normalise(address))
    except FetchError:
        return None
