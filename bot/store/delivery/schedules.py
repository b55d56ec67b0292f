"""The schedules of every server, each visible to its own server only."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.errors import ScheduleError
from bot.model import Schedule, Timetable
from bot.store.engine.database import CLAIMS_LOCK, Repository, from_row
from bot.store.schema import departures, outbox, schedules, valid_id

MAX_PER_GUILD = 25  # as many as Discord suggests at once, so that every one can be chosen

# What people choose of a schedule, besides its times.
_CHOSEN = (
    "channel_id",
    "topic",
    "exclude",
    "announce_empty",
    "max_quotes",
    "titled",
    "title",
    "role_id",
    "tag_id",
    "form",
)
_TIMES = ("times", "days", "zone", "weeks")


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
        **further: Any,
    ) -> Schedule:
        """Add a schedule, whose first slot is the first after `now`, and return it.

        `further` are its other fields, by name. Raises ScheduleError if the server has
        MAX_PER_GUILD.
        """
        stored_count = select(func.count()).where(schedules.c.guild_id == guild_id)
        async with self._database.writing() as connection:
            count = await connection.scalar(stored_count) or 0
            if count >= MAX_PER_GUILD:
                raise ScheduleError(
                    "This server already has {number:,} schedules, which is the limit. Remove "
                    "one first with /schedule remove.",
                    number=count,
                )
            statement = insert(schedules).values(
                guild_id=guild_id,
                channel_id=channel_id,
                topic=topic,
                announce_empty=announce_empty,
                created_by=created_by,
                created_at=now,
                due_after=now,
                paused=False,
                **_timetable_columns(timetable),
                **further,
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

    async def find_identical(
        self,
        guild_id: int,
        channel_id: int,
        topic: str,
        exclude: str | None,
        timetable: Timetable,
    ) -> Schedule | None:
        """Return the server's first schedule for this summary at these times, if it has one."""
        values = {"channel_id": channel_id, "topic": topic, "exclude": exclude}
        values |= _timetable_columns(timetable)
        has_values = (schedules.c[name].is_not_distinct_from(values[name]) for name in values)
        query = select(schedules).where(schedules.c.guild_id == guild_id, *has_values)
        row = await self._database.fetch_one(query.order_by(schedules.c.id).limit(1))
        return row and schedule_from(row)

    async def list_active(self) -> Sequence[Schedule]:
        """Return the schedules that are not paused of all servers that Verbatim is still in, first
        those that wait for a slot since the earliest moment."""
        has_left = schedules.c.guild_id.in_(select(departures.c.guild_id))
        query = select(schedules).where(~schedules.c.paused, ~has_left)
        by_wait = query.order_by(schedules.c.due_after, schedules.c.id)
        return [schedule_from(row) for row in await self._database.fetch_all(by_wait)]

    async def remove(self, guild_id: int, schedule_id: int) -> Schedule:
        """Remove a schedule and return it; what was posted in its channel stays recorded."""
        statement = delete(schedules).where(_has_id(guild_id, schedule_id)).returning(schedules)
        return _schedule_in(await self._database.execute_returning(statement), schedule_id)

    async def change(self, seen: Schedule, wanted: Schedule, now: datetime) -> Schedule:
        """Change the schedule that somebody has `seen` into what they `wanted`, and return it.

        Only what differs between the two is written, so that of two people who change different
        things neither loses anything. New times count from `now`. Raises ScheduleError where
        somebody else has changed the same thing meanwhile, and where the channel is to be another
        while a post is under way: a later attempt would look for it there in vain, and post again.
        """
        old, new = _columns(seen), _columns(wanted)
        changes = {name: value for name, value in new.items() if value != old[name]}
        condition = _has_id(seen.guild_id, seen.id)
        async with self._database.writing_alone(CLAIMS_LOCK) as connection:
            row = (await connection.execute(select(schedules).where(condition))).one_or_none()
            schedule = _schedule_in(row, seen.id)
            stored = _columns(schedule)
            if any(stored[name] not in (old[name], value) for name, value in changes.items()):
                raise ScheduleError(
                    "Someone else changed this summary in the meantime, so your change was not "
                    "saved. Check it and try again."
                )
            if not changes:
                return schedule
            if "channel_id" in changes and await connection.scalar(_posts_under_way(seen.id)):
                raise ScheduleError(
                    "This summary is being posted right now, so its channel cannot be changed. "
                    "Try again in a few minutes."
                )
            if not changes.keys().isdisjoint(_TIMES):
                # What has passed already of the new times of today is not due any more.
                due_after = case((schedules.c.due_after < now, now), else_=schedules.c.due_after)
                changes["due_after"] = due_after
            change = update(schedules).where(condition).values(**changes).returning(schedules)
            return schedule_from((await connection.execute(change)).one())

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


def _timetable_columns(timetable: Timetable) -> dict[str, Any]:
    return {
        "times": ",".join(f"{at:%H:%M}" for at in timetable.times),
        "days": ",".join(str(day) for day in timetable.days),
        "zone": timetable.zone,
        "weeks": timetable.weeks,
    }


def _columns(schedule: Schedule) -> dict[str, Any]:
    """Return what people choose of a schedule, as it is stored."""
    chosen = {name: getattr(schedule, name) for name in _CHOSEN}
    return chosen | _timetable_columns(schedule.timetable)


def _posts_under_way(schedule_id: int) -> Select[int]:
    """Count the open rows of a schedule that are being posted, or may have been."""
    is_composed = and_(outbox.c.brief.is_not(None), outbox.c.reason.is_(None))
    return select(func.count()).where(
        outbox.c.schedule_id == schedule_id,
        outbox.c.outcome.is_(None),
        or_(is_composed, outbox.c.owner.is_not(None)),
    )


def _has_id(guild_id: int, schedule_id: int) -> ColumnElement[bool]:
    return and_(schedules.c.id == valid_id(schedule_id), schedules.c.guild_id == guild_id)


def _schedule_in(row: Row[Any] | None, schedule_id: int) -> Schedule:
    if row is None:
        raise ScheduleError(
            "This server has no schedule {number}. /schedule list shows its schedules.",
            number=schedule_id,
        )
    return schedule_from(row)
