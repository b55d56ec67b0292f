"""Background tasks: poll feeds, recheck pages, sync with the store, apply retention and so on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.errors import StoreError
from bot.library.writer import LibraryWriter
from bot.model import Limits
from bot.store import Store

Task: TypeAlias = Callable[[], Awaitable[None]]
Wait: TypeAlias = Callable[[float], Awaitable[None]]

GAP_DAYS = 90  # for which gaps and feedback are kept

log = logging.getLogger(__name__)

_POLL_INTERVAL = timedelta(seconds=15)
_RECHECK_INTERVAL = timedelta(minutes=1)
_SYNC_INTERVAL = timedelta(seconds=5)
_ENCODE_INTERVAL = timedelta(seconds=2)
_SPEECH_INTERVAL = timedelta(seconds=2)
_RETENTION_INTERVAL = timedelta(hours=1)
# An entry that left its feed longer ago counts as new if it returns.
_MAX_POLL_WAIT = timedelta(days=1)  # for a feed that fails
_REMOVED_TOPICS_KEPT = timedelta(days=7)  # for Undo
_BRIEFS_KEPT = timedelta(days=30)  # of posts that are settled
_SEEN_ENTRIES_KEPT = timedelta(days=60)


@asynccontextmanager
async def run_background_tasks(
    *,
    poll: Task,
    recheck: Task,
    sync: Task,
    encode: Task,
    read_speech: Task,
    retention: Task,
    wait_for_change: Wait,
) -> AsyncIterator[None]:
    """Run all tasks periodically until the block ends, then cancel them.

    What a cancelled task has claimed is claimed again when its lease ends. `wait_for_change` waits
    for so many seconds, or until there is something to sync.
    """
    loops = [
        run_periodically(poll, _POLL_INTERVAL),
        run_periodically(recheck, _RECHECK_INTERVAL),
        run_periodically(sync, _SYNC_INTERVAL, wait_for_change),
        run_periodically(encode, _ENCODE_INTERVAL),
        run_periodically(read_speech, _SPEECH_INTERVAL),
        run_periodically(retention, _RETENTION_INTERVAL),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_periodically(task: Task, interval: timedelta, wait: Wait = asyncio.sleep) -> None:
    """Run a task for ever, waiting `interval` after each run; errors are logged."""
    while True:
        try:
            await task()
        except StoreError as error:
            log.warning("background task failed: %s It runs again in %s.", error, interval)
        except Exception:
            log.exception("background task failed: it runs again in %s", interval)
        await wait(interval.total_seconds())


async def apply_retention(
    store: Store, writer: LibraryWriter, limits: Limits, now: Callable[[], datetime]
) -> None:
    """Delete what is kept no longer, such as old articles and the data of servers that have left.

    Raises StoreError.
    """
    if limits.keep_days:
        expired = await store.articles.expire(now() - timedelta(days=limits.keep_days))
        if expired:
            log.info("articles deleted: %d are older than %d days", len(expired), limits.keep_days)
    for guild_id in await store.guilds.list_due_for_deletion(
        now() - timedelta(days=limits.grace_days)
    ):
        await store.guilds.delete(guild_id)
        log.info("server data deleted: %d left %d days ago", guild_id, limits.grace_days)
    max_poll_wait = max(_MAX_POLL_WAIT, timedelta(minutes=limits.poll_minutes))
    if corrected := await store.future.correct(now(), max_poll_wait=max_poll_wait):
        log.warning("times put right: %d lay further ahead than they can", corrected)
    await store.feeds.delete_seen(now() - _SEEN_ENTRIES_KEPT)
    await store.outbox.prune(now() - _BRIEFS_KEPT)
    await store.gaps.prune(now() - timedelta(days=GAP_DAYS))
    await store.feedback.prune(now() - timedelta(days=GAP_DAYS))
    await store.topics.prune(now() - _REMOVED_TOPICS_KEPT)
    await writer.sync()
    await writer.save()
