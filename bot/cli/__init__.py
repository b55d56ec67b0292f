"""The command `verbatim`: answers and the library in the terminal, and the bot or its demo."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bot.cli.options import desk_option, load_settings, loading, log_errors
from bot.errors import SettingsError, VerbatimError
from bot.ops.logs import configure_logging
from bot.settings import EXAMPLE_DESK
from bot.shards import Shards

# What each module has. A command loads its own alone: asyncio, and what others print with, take
# a tenth of the time of an answer.
_MODULES = {
    "queries": ("ask", "digest", "verify", "articles"),
    "editing": ("add", "remove", "refresh", "feeds", "export", "import"),
    "schedules": ("schedule",),
    "setup": ("init",),
    "maintenance": ("check", "move", "backup", "restore"),
}


class CommandError(click.ClickException):
    """Ends the command with one sentence on standard error."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the sentence alone."""
        click.echo(self.message, err=True)


class _VerbatimGroup(click.Group):
    """A command group that ends with a CommandError on any VerbatimError, and loads a command when
    it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        names = (name for module in _MODULES.values() for name in module)
        return sorted((*super().list_commands(context), *names))

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        for module, names in _MODULES.items():
            if cmd_name in names:
                with loading():
                    commands: Sequence[click.Command] = import_module(f"bot.cli.{module}").COMMANDS
                return next(command for command in commands if command.name == cmd_name)
        return super().get_command(context, cmd_name)

    def invoke(self, context: click.Context) -> Any:
        """Invoke the command."""
        try:
            return super().invoke(context)
        except VerbatimError as error:
            raise CommandError(str(error)) from error


@click.group(cls=_VerbatimGroup)
@click.version_option(package_name="verbatim")
def main() -> None:
    """A Discord briefing bot that answers only in quotes."""


@main.command()
@click.option("--shards", help="The Discord shards to run, such as 0-3/8.")
@desk_option
def run(shards: str | None, desk: Path | None) -> None:
    """Run the bot in Discord until stopped (needs DISCORD_TOKEN)."""
    import asyncio

    from bot import app  # Discord and the database take a second to load; others need not wait

    settings = load_settings(desk)
    if shards is not None:
        settings = replace(settings, shards=_parse_shards(shards))
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(app.run(settings))


@main.command()
@desk_option
def demo(desk: Path | None) -> None:
    """Run the bot in a simulated Discord in the browser, until Ctrl-C."""
    import asyncio

    from bot.demo import run_demo

    log_errors()  # the page shows all else that happens
    settings = load_settings(desk)
    settings = replace(settings, desk=settings.desk or EXAMPLE_DESK)
    asyncio.run(run_demo(settings, announce=click.echo))


def _parse_shards(text: str) -> Shards:
    try:
        return Shards.parse(text)
    except ValueError as error:
        raise SettingsError(f"--shards {error}") from error
