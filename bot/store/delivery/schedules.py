"""The schedules of every server, each visible to its own server only."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, insert, or_, select, update

from bot.errors import ScheduleError
from bot.model import Schedule, Timetable
from bot.store.engine.database import Repository, from_row
from bot.store.schema import outbox, schedules, valid_id

MAX_PER_GUILD = 25  # as many as Discord suggests at once, so that every one can be chosen


class Schedules(Repository):
    """The schedules of all servers; no server reads or changes another's.

    Every method raises StoreError; those that take an id raise ScheduleError if the server
    `guild_id` has no such schedule.
    """

    async def add(
        self,
        *,
        guild_id: int,
        channel_id: int,
        topic: str,
        timetable: Timetable,
        announce_empty: bool,
        created_by: int,
        now: datetime,
    ) -> Schedule:
        """Add a schedule, whose first slot is the first after `now`, and return it.

        Raises ScheduleError if the server has MAX_PER_GUILD.
        """
        stored_count = select(func.count()).where(schedules.c.guild_id == guild_id)
        async with self._database.writing() as connection:
            count = await connection.scalar(stored_count) or 0
            if count >= MAX_PER_GUILD:
                raise ScheduleError(
                    "This server has {number:,} schedules, which is the most it can have. "
                    "Remove one first with /schedule remove.",
                    number=count,
                )
            statement = insert(schedules).values(
                guild_id=guild_id,
                channel_id=channel_id,
                topic=topic,
                times=",".join(f"{at:%H:%M}" for at in timetable.times),
                days=",".join(str(day) for day in timetable.days),
                zone=timetable.zone,
                weeks=timetable.weeks,
                announce_empty=announce_empty,
                created_by=created_by,
                created_at=now,
                due_after=now,
                paused=False,
            )
            row = (await connection.execute(statement.returning(schedules))).one()
            return schedule_from(row)

    async def get(self, guild_id: int, schedule_id: int) -> Schedule:
        """Return one schedule of the server."""
        query = select(schedules).where(_has_id(guild_id, schedule_id))
        return _schedule_in(await self._database.fetch_one(query), schedule_id)

    async def list(self, guild_id: int) -> Sequence[Schedule]:
        """Return all schedules of the server, oldest first."""
        return await self._list(schedules.c.guild_id == guild_id)

    async def list_active(self) -> Sequence[Schedule]:
        """Return the schedules of all servers that are not paused, first those that wait for a
        slot since the earliest moment."""
        query = select(schedules).where(~schedules.c.paused)
        by_wait = query.order_by(schedules.c.due_after, schedules.c.id)
        return [schedule_from(row) for row in await self._database.fetch_all(by_wait)]

    async def remove(self, guild_id: int, schedule_id: int) -> Schedule:
        """Remove a schedule and return it; what was posted in its channel stays recorded."""
        statement = delete(schedules).where(_has_id(guild_id, schedule_id)).returning(schedules)
        return _schedule_in(await self._database.execute_returning(statement), schedule_id)

    async def pause(self, guild_id: int, schedule_id: int, reason: str | None = None) -> Schedule:
        """Pause a schedule and return it; `reason` is a sentence unless a person pauses it."""
        change = update(schedules).where(_has_id(guild_id, schedule_id)).returning(schedules)
        paused = change.values(paused=True, pause_reason=reason)
        return _schedule_in(await self._database.execute_returning(paused), schedule_id)

    async def resume(self, guild_id: int, schedule_id: int, now: datetime) -> Schedule:
        """Resume a schedule with the first slot after `now`, and return it.

        Open slots that were surely not posted are skipped: what they held is still new to the
        channel, so it comes with the next summary. One that may have been posted is finished.
        """
        change = update(schedules).where(_has_id(guild_id, schedule_id)).returning(schedules)
        is_open = (outbox.c.schedule_id == schedule_id, outbox.c.outcome.is_(None))
        is_unsent = or_(outbox.c.brief.is_(None), outbox.c.reason.is_not(None))
        async with self._database.writing() as connection:
            # Never earlier, even if the clock was set back: a slot must not fall due a second time.
            due_after = case((schedules.c.due_after < now, now), else_=schedules.c.due_after)
            resumed = change.values(paused=False, pause_reason=None, due_after=due_after)
            row = (await connection.execute(resumed)).one_or_none()
            schedule = _schedule_in(row, schedule_id)
            skipped = (
                update(outbox).where(*is_open, is_unsent).values(outcome="skipped", settled_at=now)
            )
            await connection.execute(skipped)
            return schedule

    async def rewind(self, schedule_id: int, now: datetime) -> None:
        """Let the first slot after `now` be the schedule's next; for one whose `due_after` a clock
        that was far ahead has set."""
        change = update(schedules).where(schedules.c.id == schedule_id, schedules.c.due_after > now)
        await self._database.execute(change.values(due_after=now))

    async def _list(self, condition: ColumnElement[bool]) -> Sequence[Schedule]:
        query = select(schedules).where(condition).order_by(schedules.c.id)
        return [schedule_from(row) for row in await self._database.fetch_all(query)]


def schedule_from(row: Row[Any]) -> Schedule:
    """Return the schedule in a row that has all columns of its table."""
    times = tuple(time.fromisoformat(at) for at in row.times.split(","))
    days = tuple(int(day) for day in row.days.split(","))
    return from_row(Schedule, row, timetable=Timetable(times, days, row.zone, row.weeks))


def _has_id(guild_id: int, schedule_id: int) -> ColumnElement[bool]:
    return and_(schedules.c.id == valid_id(schedule_id), schedules.c.guild_id == guild_id)


def _schedule_in(row: Row[Any] | None, schedule_id: int) -> Schedule:
    if row is None:
        raise ScheduleError(
            "This server has no schedule {number}. /schedule list shows those it has.",
            number=schedule_id,
        )
    return schedule_from(row)
