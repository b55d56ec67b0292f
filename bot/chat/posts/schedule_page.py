"""A server's schedules as a list that says when each posts next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import discord
from discord import ui

from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import escape, one_line
from bot.chat.components.stories import MAX_TITLE
from bot.errors import unpack_message
from bot.language import command_name, join_list, say, say_count
from bot.model import QuietHours, Schedule, Timetable
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.quiet import describe_quiet, quiet_until
from bot.schedule.times.slots import next_slot

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A schedule, its topic's title, and the quiet hours that it keeps; or one that is `gone`."""

    schedule: Schedule
    title: str
    quiet: QuietHours | None = None
    gone: bool = False

    def next_post(self, now: datetime) -> datetime | None:
        """None while it is paused. Raises ScheduleError for a zone this machine does not know."""
        if self.schedule.paused:
            return None
        slot = next_slot(self.schedule.timetable, now)
        return quiet_until(self.quiet, slot) or slot

    def quiet_times(self, now: datetime) -> Sequence[time]:
        """Those of its times that lie in quiet hours, when they come next. Raises likewise."""
        timetable = self.schedule.timetable
        return [
            at
            for at in timetable.times
            if quiet_until(
                self.quiet, next_slot(Timetable((at,), timetable.days, timetable.zone), now)
            )
        ]


def schedules(heading: str, entries: Sequence[Entry], now: datetime) -> ui.LayoutView:
    """Some of a server's schedules, with the next time in the reader's own zone."""
    if not entries:
        none = say(
            "**No summaries are scheduled here.** Add one with /{command}.",
            command=command_name("schedule add"),
        )
        return framed(GREY, none)
    return listed(f"### {escape(heading)}", [_line(entry, now) for entry in entries])


def _line(entry: Entry, now: datetime) -> str:
    schedule = entry.schedule
    topic = one_line(entry.title, MAX_TITLE)
    where = say("**{topic}** in {channel}", topic=topic, channel=f"<#{schedule.channel_id}>")
    line = f"{where} · {escape(describe_timetable(schedule.timetable))}"
    if entry.gone:
        return line
    line += f"\n-# {_state(entry, now)}"
    if entry.quiet and (times := entry.quiet_times(now)):
        waits = say_count(
            len(times),
            "{times} lies in the quiet hours, {hours}; what is due then waits until they end.",
            "{times} lie in the quiet hours, {hours}; what is due then waits until they end.",
            times=join_list([f"{at:%H:%M}" for at in times]),
            hours=describe_quiet(entry.quiet),
        )
        line += f"\n-# {waits}"
    return line


def _state(entry: Entry, now: datetime) -> str:
    if next_post := entry.next_post(now):
        return say("next {time}", time=discord.utils.format_dt(next_post, "f"))
    if reason := entry.schedule.pause_reason:
        return say("paused: {reason}", reason=one_line(unpack_message(reason), _LONGEST_REASON))
    return say("paused until /{command}", command=command_name("schedule resume"))
