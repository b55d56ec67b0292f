"""What several commands take and print alike."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.ops.logs import LOG_LINE
from bot.settings import Settings, read_settings

desk_option = click.option(
    "--desk",
    type=click.Path(path_type=Path),
    help="The desk folder; VERBATIM_DESK or the seeds otherwise.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")


class Refused(click.ClickException):
    """Ends the command with one sentence on standard error."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def settings_of(desk: Path | None) -> Settings:
    """The settings, with the desk that the command was given in place of theirs."""
    settings = read_settings()
    return replace(settings, desk=desk) if desk else settings


def log_errors() -> None:
    """Log only what goes wrong: what a person should know of the rest is printed."""
    logging.basicConfig(level=logging.ERROR, format=LOG_LINE)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
