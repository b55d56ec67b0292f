"""Schedules in words: what, where and when, and what each has coming."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

import discord
from discord import ui

from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import escape, one_line
from bot.chat.components.stories import MAX_TITLE
from bot.errors import ScheduleError, unpack_message
from bot.language import command_name, format_weekday, join_list, say, say_count
from bot.model import QuietHours, Schedule
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.quiet import describe_quiet, quiet_until
from bot.schedule.times.slots import next_slot, to_local_time
from bot.schedule.times.zones import zone_name

_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """A schedule in a list, with its topic's title and the quiet hours that it keeps.

    `look` says in words what is unusual about its posts; `zone` is that of its server.
    """

    schedule: Schedule
    title: str
    quiet_hours: QuietHours | None = None
    is_removed: bool = False
    look: Sequence[str] = ()
    zone: str | None = None

    def next_post(self, now: datetime) -> datetime | None:
        """Return when it posts next; None while it is paused.

        Raises ScheduleError for a zone that this machine does not know.
        """
        if self.schedule.paused:
            return None
        slot = next_slot(self.schedule.timetable, now)
        return quiet_until(self.quiet_hours, slot) or slot

    def quiet_times(self, now: datetime) -> Sequence[time]:
        """Return its times that next fall in quiet hours. Raises as `next_post` does."""
        timetable = self.schedule.timetable
        return [
            at
            for at in timetable.times
            if quiet_until(self.quiet_hours, next_slot(replace(timetable, times=(at,)), now))
        ]


def schedules_page(
    heading: str, entries: Sequence[ScheduleEntry], now: datetime, notes: Sequence[str] = ()
) -> ui.LayoutView:
    """List schedules, with the next time in the server's zone, and below them the `notes`."""
    if not entries:
        none = say(
            "**No summaries are scheduled here.** Add one with /{command}.",
            command=command_name("schedule add"),
        )
        return framed(GREY, none)
    lines = [entry_lines(entry, now) for entry in entries]
    return listed(f"### {escape(heading)}", [*lines, *notes])


def entry_lines(entry: ScheduleEntry, now: datetime) -> str:
    schedule = entry.schedule
    topic = one_line(entry.title, MAX_TITLE)
    where = say("**{topic}** in {channel}", topic=topic, channel=f"<#{schedule.channel_id}>")
    line = f"{where} · {escape(describe_timetable(schedule.timetable))}"
    if entry.is_removed:
        return line
    try:
        return line + _state_lines(entry, now)
    except ScheduleError as error:  # a time zone that this machine does not know any more
        return f"{line}\n-# {one_line(error.sentence, _MAX_REASON)}"


def _state_lines(entry: ScheduleEntry, now: datetime) -> str:
    """Return when it posts next, or why not, how its posts look, and which of its times lie in
    quiet hours."""
    line = f"\n-# {_state_line(entry, now)}"
    if entry.look:
        line += f"\n-# {' · '.join(entry.look)}"
    if entry.quiet_hours and (times := entry.quiet_times(now)):
        waits = say_count(
            len(times),
            "{times} is in the quiet hours, {hours}. Posts due then wait until they end.",
            "{times} are in the quiet hours, {hours}. Posts due then wait until they end.",
            times=join_list([f"{at:%H:%M}" for at in times]),
            hours=describe_quiet(entry.quiet_hours),
        )
        line += f"\n-# {waits}"
    return line


def _state_line(entry: ScheduleEntry, now: datetime) -> str:
    if next_post := entry.next_post(now):
        zone = entry.zone or entry.schedule.timetable.zone
        local = to_local_time(replace(entry.schedule.timetable, zone=zone), next_post)
        return say(
            "next {day} at {time} ({zone}), {distance}",
            day=format_weekday(local.date()),
            time=f"{local:%H:%M}",
            zone=escape(zone_name(zone)),
            distance=discord.utils.format_dt(next_post, "R"),
        )
    if reason := entry.schedule.pause_reason:
        return say("paused: {reason}", reason=one_line(unpack_message(reason), _MAX_REASON))
    return say("paused until /{command}", command=command_name("schedule resume"))
