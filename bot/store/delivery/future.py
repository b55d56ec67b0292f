"""Times that a clock which was once far ahead has left in the database, and their correction."""

from datetime import datetime, timedelta

from sqlalchemy import update

from bot.store.delivery.leases import IS_OPEN
from bot.store.engine.database import Repository
from bot.store.schema import departures, feeds, outbox, sources, watches

# The clocks of processes on several machines may differ by this.
_CLOCKS_DIFFER = timedelta(hours=1)
# A post waits an hour at most, for its next try or for the limit of its watch.
_MAX_POST_WAIT = timedelta(hours=1) + _CLOCKS_DIFFER


class FutureTimes(Repository):
    """Moments that lie further ahead than any wait of that kind takes."""

    async def correct(self, now: datetime, *, max_poll_wait: timedelta) -> int:
        """Make due now what would otherwise wait until a clock that was wrong is reached, and
        return how many rows that were.

        Posts, watches, rechecks and departures of servers are meant, and feeds that wait longer
        than `max_poll_wait`. The slots of schedules are not: see `Schedules.rewind`.
        """
        soon, later = now + _MAX_POST_WAIT, now + max_poll_wait + _CLOCKS_DIFFER
        corrections = (
            update(outbox).where(IS_OPEN, outbox.c.available_at > soon).values(available_at=now),
            update(watches).where(watches.c.ready_at > soon).values(ready_at=now),
            update(feeds).where(feeds.c.next_poll_at > later).values(next_poll_at=now, owner=None),
            update(feeds).where(feeds.c.retry_at > later).values(retry_at=None),
            # A page is checked again some time after it was seen, which is never ahead.
            update(sources)
            .where(sources.c.next_check_at.is_not(None), sources.c.seen > soon)
            .values(next_check_at=now, seen=now),
            update(departures).where(departures.c.departed_at > soon).values(departed_at=now),
        )
        async with self._database.writing_alone() as connection:
            counts = [(await connection.execute(each)).rowcount for each in corrections]
        return sum(counts)
