"""The command that shows what every schedule has before it, and puts one forward."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.cli.options import log_errors
from bot.cli.rendering import moment
from bot.errors import unpack_message
from bot.settings import read_settings

if TYPE_CHECKING:  # takes a second to load, which answers need not wait
    from bot.schedule.upcoming import Prospect
    from bot.store import WaitingPost


@click.group(invoke_without_command=True)
@click.option("--due", is_flag=True, help="Only what is due, and what has yet to be posted.")
@click.pass_context
def schedule(context: click.Context, due: bool) -> None:
    """List the scheduled summaries of all servers, and what waits to be posted."""
    log_errors()
    if context.invoked_subcommand is None:
        asyncio.run(_list(only_due=due))


@schedule.command()
@click.argument("id_", type=int, metavar="ID")
def run(id_: int) -> None:
    """Make schedule ID due now: the bot that runs posts it at its next pass."""
    asyncio.run(_put_forward(id_))


async def _list(*, only_due: bool) -> None:
    from bot.app import clock
    from bot.schedule.upcoming import prospects
    from bot.store import Store

    store = await Store.open(read_settings().database)
    try:
        now = clock()
        schedules, notices = await prospects(store, now)
    finally:
        await store.close()
    console = Console(soft_wrap=True, highlight=False)
    shown = [each for each in schedules if each.is_due or not only_due]
    for each in shown:
        _print(console, each, now)
    for line in _waiting(notices, now):
        console.print(Text(line))
    if not shown and not notices:
        console.print("Nothing is due." if only_due else "There are no schedules.")


async def _put_forward(schedule_id: int) -> None:
    from bot.app import clock
    from bot.schedule.upcoming import put_forward
    from bot.store import Store

    store = await Store.open(read_settings().database)
    try:
        put = await put_forward(store, schedule_id, clock())
    finally:
        await store.close()
    click.echo(
        f"Schedule {put.id} is due now. The bot that runs posts what is new to channel "
        f"{put.channel_id} within seconds; if none runs, the next to start does."
    )


def _print(console: Console, prospect: Prospect, now: datetime) -> None:
    of = prospect.schedule
    console.print(Text(f"{of.id}  {of.topic}, {prospect.when}", style="bold"))
    lines = [f"channel {of.channel_id} of server {of.guild_id}"]
    if of.paused:
        lines.append(f"paused. {unpack_message(of.pause_reason or '')}".strip())
    else:
        if prospect.next_slot:
            lines.append(f"next {moment(prospect.next_slot)}")
        if prospect.due_since:
            lines.append(f"due for {_age(prospect.due_since, now)}; no bot has taken it up")
        lines.extend(_waiting(prospect.waiting, now))
    for line in lines:
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2), expand=False))


def _waiting(rows: Iterable[WaitingPost], now: datetime) -> Iterator[str]:
    for row in rows:
        held = row.available_at > now
        if row.owner and held:
            then = f"{row.owner} is at it until {moment(row.available_at)}"
        elif held:
            then = f"next try {moment(row.available_at)}"
        else:
            then = "to be tried at the next pass"
        yield f"{row.kind} waits for {_age(row.slot, now)}; attempts: {row.attempts}, {then}"


def _age(since: datetime, now: datetime) -> str:
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


COMMANDS = (schedule,)
