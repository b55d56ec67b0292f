"""The command `verbatim`: answers and the library in the terminal, and the bot or its demo."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.cli import check, editing, queries, schedules
from bot.cli import database as moving
from bot.cli.options import Refused, desk_option, log_errors, settings_of
from bot.errors import SettingsError, VerbatimError
from bot.ops.logs import configure_logging
from bot.shards import Shards


class _OneSentence(click.Group):
    """A command group whose faults end in one sentence on standard error and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except VerbatimError as fault:
            raise Refused(str(fault)) from fault


@click.group(cls=_OneSentence)
@click.version_option(package_name="verbatim")
def main() -> None:
    """A Discord briefing assistant that speaks only in quotations."""


@main.command()
@click.option("--shards", help="Which of Discord's shards to be, such as 0-3/8.")
@desk_option
def run(shards: str | None, desk: Path | None) -> None:
    """Be in Discord until stopped (needs DISCORD_TOKEN)."""
    from bot import app  # Discord and the database take a second to load that others need not wait

    settings = settings_of(desk)
    if shards is not None:
        settings = replace(settings, shards=_parsed(shards))
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(app.run(settings))


@main.command()
@desk_option
def demo(desk: Path | None) -> None:
    """Serve the same bot in a simulated Discord, in the browser, until Ctrl-C."""
    from bot.demo import run_demo

    log_errors()  # the page shows all else that happens
    asyncio.run(run_demo(settings_of(desk), announce=click.echo))


def _parsed(shards: str) -> Shards:
    try:
        return Shards.parse(shards)
    except ValueError as fault:
        raise SettingsError(f"--shards {fault}") from fault


for command in (
    *queries.COMMANDS,
    *editing.COMMANDS,
    *schedules.COMMANDS,
    *check.COMMANDS,
    *moving.COMMANDS,
):
    main.add_command(command)
