"""What has had its time goes: old articles, and the data of servers that have left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.library.librarian import Librarian
from bot.model import Limits
from bot.store import Store

GAP_DAYS = 90  # for which gaps and feedback are kept

_log = logging.getLogger(__name__)

# An entry that left its feed so long ago may come back as new.
_REMEMBERED = timedelta(days=60)


async def keep_up(
    store: Store, librarian: Librarian, limits: Limits, now: Callable[[], datetime]
) -> None:
    """Remove what is past `limits`. Raises StoreError."""
    if limits.keep_days:
        expired = await store.articles.expire(now() - timedelta(days=limits.keep_days))
        if expired:
            _log.info("%d articles are past %d days and gone", len(expired), limits.keep_days)
    for guild_id in await store.guilds.list_due_for_deletion(
        now() - timedelta(days=limits.grace_days)
    ):
        await store.guilds.delete(guild_id)
        _log.info("server %d left %d days ago; its data is deleted", guild_id, limits.grace_days)
    await store.feeds.delete_seen(now() - _REMEMBERED)
    await store.gaps.prune(now() - timedelta(days=GAP_DAYS))
    await store.feedback.prune(now() - timedelta(days=GAP_DAYS))
    await librarian.follow()
    await librarian.save()
