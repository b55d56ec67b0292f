"""The command that tries all that the bot needs before it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from bot.cli.options import desk_option, log_errors, settings_of
from bot.errors import SettingsError

if TYPE_CHECKING:  # takes a second to load, which answers need not wait
    from bot.ops.checks import CheckResult


@click.command()
@click.option("--network", is_flag=True, help="Fetch a page from the internet, too.")
@desk_option
def check(network: bool, desk: Path | None) -> None:
    """Try settings, desk, database, library and token, and say what is wrong."""
    log_errors()
    if not asyncio.run(_tell(_findings(desk, network))):
        raise click.exceptions.Exit(2)


async def _tell(findings: AsyncIterator[CheckResult]) -> bool:
    """Print each finding as it comes; returns whether all is well."""
    console = Console(soft_wrap=True, highlight=False)
    well = True
    async for each in findings:
        mark = Text(" ok    ", "green") if each.passed else Text(" wrong ", "red")
        console.print(Text(f"{each.subject:9}") + mark + Text(each.message))
        well = well and each.passed
    return well


async def _findings(desk: Path | None, network: bool) -> AsyncIterator[CheckResult]:
    from bot.chat.introduction import check_token
    from bot.ops import checks

    try:
        settings = settings_of(desk)
    except SettingsError as fault:
        yield checks.CheckResult("settings", False, str(fault))
        return
    yield checks.CheckResult("settings", True, "Every setting can be used.")
    needed = [
        await checks.run_check("desk", checks.check_desk(settings)),
        await checks.run_check("database", checks.check_database(settings)),
    ]
    for each in needed:
        yield each
    if all(each.passed for each in needed):
        yield await checks.run_check("library", checks.check_library(settings))
    yield await checks.run_check("token", check_token(settings.token))
    if network:
        yield await checks.run_check("fetching", checks.check_fetching(settings))


COMMANDS = (check,)
