"""The commands for operators: check all that the bot needs; move, back up, restore the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from bot.cli.options import desk_option, load_settings, log_errors
from bot.errors import SettingsError

if TYPE_CHECKING:  # takes a second to load, which answers need not wait for
    from bot.ops.checks import CheckResult


@click.command()
@click.option("--network", is_flag=True, help="Also fetch a page from the internet.")
@desk_option
def check(network: bool, desk: Path | None) -> None:
    """Check settings, desk, database, library and token, and say what is wrong."""
    log_errors()
    if not asyncio.run(_print_results(_run_checks(desk, network))):
        raise click.exceptions.Exit(2)


async def _print_results(results: AsyncIterator[CheckResult]) -> bool:
    """Print each result at once; return whether all checks passed."""
    console = Console(soft_wrap=True, highlight=False)
    all_passed = True
    async for result in results:
        mark = Text(" ok    ", "green") if result.passed else Text(" wrong ", "red")
        console.print(Text(f"{result.subject:9}") + mark + Text(result.message))
        all_passed = all_passed and result.passed
    return all_passed


async def _run_checks(desk: Path | None, network: bool) -> AsyncIterator[CheckResult]:
    from bot.app import clock
    from bot.chat.interaction.discord_time import DiscordTime
    from bot.chat.session import check_token
    from bot.ops import checks

    try:
        settings = load_settings(desk)
    except SettingsError as error:
        yield checks.CheckResult("settings", False, str(error))
        return
    yield checks.CheckResult("settings", True, "All settings are valid.")
    required = [
        await checks.run_check("desk", checks.check_desk(settings)),
        await checks.run_check("database", checks.check_database(settings)),
    ]
    for result in required:
        yield result
    if all(result.passed for result in required):
        yield await checks.run_check("library", checks.check_library(settings))
    yield await checks.run_check("model", checks.check_model(settings))
    discord_time = DiscordTime(clock)
    yield await checks.run_check("token", check_token(settings.token, discord_time))
    if discord_time.difference is not None:
        yield await checks.run_check("clock", discord_time.check())
    if network:
        yield await checks.run_check("fetching", checks.check_fetching(settings))


@click.command()
@click.argument("from_", metavar="FROM")
@click.argument("to")
def move(from_: str, to: str) -> None:
    """Copy everything in the database FROM to TO, which must be new: a file, or postgresql://…

    Stop Verbatim first. FROM stays as it is.
    """
    from bot.store.engine import copying  # loads SQLAlchemy, which others need not wait for

    log_errors()
    _print_row_counts(
        asyncio.run(copying.move(from_, to)),
        "rows in all were moved. Set VERBATIM_DATABASE to the new database, and start Verbatim "
        "again.",
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything in the database to a new FILE, even while the bot runs.

    The desk folder and .env are not included.
    """
    from bot.store.engine.backup import back_up

    log_errors()
    row_counts = asyncio.run(back_up(load_settings(None).database, file))
    _print_row_counts(row_counts, f"rows in all were written to {file}.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what is in the database.")
def restore(file: Path, replace: bool) -> None:
    """Restore the backup FILE into the database, SQLite or PostgreSQL.

    Stop Verbatim first. FILE stays as it is.
    """
    from bot.store.engine.backup import restore as restore_database

    log_errors()
    database = load_settings(None).database
    row_counts = asyncio.run(restore_database(file, database, replace=replace))
    _print_row_counts(row_counts, "rows in all were restored. Start Verbatim again.")


def _print_row_counts(row_counts: Mapping[str, int], end: str) -> None:
    """Print how many rows each table holds, and their sum before `end`."""
    for table, row_count in sorted(row_counts.items()):
        if row_count:
            click.echo(f"{row_count:>9,} {table}")
    click.echo(f"{sum(row_counts.values()):>9,} {end}")


COMMANDS = (check, move, backup, restore)
