"""The command `verbatim`: answers and the library in the terminal, and the bot or its demo."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.cli import editing, maintenance, queries, schedules
from bot.cli.options import desk_option, load_settings, log_errors
from bot.errors import SettingsError, VerbatimError
from bot.ops.logs import configure_logging
from bot.shards import Shards


class CommandError(click.ClickException):
    """Ends the command with one sentence on standard error."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the sentence alone."""
        click.echo(self.message, err=True)


class _VerbatimGroup(click.Group):
    """A command group that ends with a CommandError on any VerbatimError."""

    def invoke(self, context: click.Context) -> Any:
        """Invoke the command."""
        try:
            return super().invoke(context)
        except VerbatimError as error:
            raise CommandError(str(error)) from error


@click.group(cls=_VerbatimGroup)
@click.version_option(package_name="verbatim")
def main() -> None:
    """A Discord briefing assistant that speaks only in quotations."""


@main.command()
@click.option("--shards", help="Which of Discord's shards to be, such as 0-3/8.")
@desk_option
def run(shards: str | None, desk: Path | None) -> None:
    """Be in Discord until stopped (needs DISCORD_TOKEN)."""
    from bot import app  # Discord and the database take a second to load; others need not wait

    settings = load_settings(desk)
    if shards is not None:
        settings = replace(settings, shards=_parse_shards(shards))
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(app.run(settings))


@main.command()
@desk_option
def demo(desk: Path | None) -> None:
    """Serve the same bot in a simulated Discord, in the browser, until Ctrl-C."""
    from bot.demo import run_demo

    log_errors()  # the page shows all else that happens
    asyncio.run(run_demo(load_settings(desk), announce=click.echo))


def _parse_shards(text: str) -> Shards:
    try:
        return Shards.parse(text)
    except ValueError as error:
        raise SettingsError(f"--shards {error}") from error


for command in (*queries.COMMANDS, *editing.COMMANDS, *schedules.COMMANDS, *maintenance.COMMANDS):
    main.add_command(command)
