"""The command that lists the schedules of all servers, and makes one due now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.cli.options import log_errors, open_store
from bot.cli.rendering import format_time
from bot.errors import unpack_message
from bot.settings import read_settings

if TYPE_CHECKING:  # takes a second to load, which answers need not wait for
    from bot.model import Schedule
    from bot.schedule.upcoming import UpcomingSummary
    from bot.store import WaitingPost


@click.group(invoke_without_command=True)
@click.option("--due", is_flag=True, help="Only what is due or waiting to be posted.")
@click.pass_context
def schedule(context: click.Context, due: bool) -> None:
    """List the scheduled summaries of all servers, and what is waiting to be posted."""
    log_errors()
    if context.invoked_subcommand is None:
        asyncio.run(_list(only_due=due))


@schedule.command()
@click.argument("id_", type=int, metavar="ID")
def run(id_: int) -> None:
    """Make schedule ID due now: the running bot posts it at its next pass."""
    asyncio.run(_make_due(id_))


async def _list(*, only_due: bool) -> None:
    from bot.app import clock
    from bot.schedule.upcoming import list_upcoming

    async with open_store(read_settings()) as store:
        now = clock()
        schedules, notices = await list_upcoming(store, now)
    console = Console(soft_wrap=True, highlight=False)
    entries = [entry for entry in schedules if entry.is_due or not only_due]
    for entry in entries:
        _print(console, entry, now)
    for line in _describe_waiting(notices, now):
        console.print(Text(line))
    if not entries and not notices:
        console.print("Nothing is due." if only_due else "There are no schedules.")


async def _make_due(schedule_id: int) -> None:
    from bot.app import clock
    from bot.schedule.upcoming import make_due

    async with open_store(read_settings()) as store:
        schedule = await make_due(store, schedule_id, clock())
    click.echo(
        f"Schedule {schedule.id} is due now. The running bot will post what is new to channel "
        f"{schedule.channel_id} within seconds. If no bot is running, the next one to start will."
    )


def _print(console: Console, entry: UpcomingSummary, now: datetime) -> None:
    schedule = entry.schedule
    console.print(Text(f"{schedule.id}  {schedule.query}, {entry.timetable}", style="bold"))
    lines = [f"channel {schedule.channel_id} of server {schedule.guild_id}"]
    if look := ", ".join(_describe_look(schedule)):
        lines.append(look)
    if schedule.paused:
        lines.append(f"paused. {unpack_message(schedule.pause_reason or '')}".strip())
    else:
        if entry.next_slot:
            lines.append(f"next {format_time(entry.next_slot)}")
        if entry.due_since:
            lines.append(f"due for {_format_age(entry.due_since, now)}; no bot has picked it up")
        lines.extend(_describe_waiting(entry.waiting, now))
    for line in lines:
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2), expand=False))


def _describe_look(schedule: Schedule) -> Iterator[str]:
    if schedule.max_quotes is not None:
        yield f"at most {schedule.max_quotes} quote{'s' if schedule.max_quotes > 1 else ''}"
    if schedule.titled:
        yield f"title line “{schedule.title}”" if schedule.title else "title line with the date"
    if schedule.form is not None:
        yield {"channel": "messages", "thread": "a thread a day", "post": "a thread each"}[
            schedule.form
        ]
    if schedule.role_id is not None:
        yield f"mentions role {schedule.role_id}"
    if schedule.tag_id is not None:
        yield f"tag {schedule.tag_id}"


def _describe_waiting(posts: Iterable[WaitingPost], now: datetime) -> Iterator[str]:
    for post in posts:
        is_later = post.available_at > now
        if post.owner and is_later:
            state = f"{post.owner} is working on it until {format_time(post.available_at)}"
        elif is_later:
            state = f"next try {format_time(post.available_at)}"
        else:
            state = "next try at the next pass"
        age = _format_age(post.slot, now)
        yield f"{post.kind} waiting for {age}; attempts: {post.attempts}, {state}"


def _format_age(since: datetime, now: datetime) -> str:
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


COMMANDS = (schedule,)
